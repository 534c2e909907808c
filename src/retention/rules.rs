//! What is kept how long: one row for every table. Pure. A test holds it against the tables that there are.
//!
//! What is bought is kept: orders, their history and money, and the people and goods that they name. What only passes
//! through has an end. Nothing that came in is forgotten before [`MEMORY_DAYS`]: WhatsApp repeats a webhook for a week,
//! and what came a second time must be known.

use Rule::{Kept, Purged};

use crate::platform::config::Config;

/// So long a webhook is known as one that came before.
pub const MEMORY_DAYS: u16 = 30;
/// The longest time that can be set.
pub const LONGEST_DAYS: u16 = 3_650;

/// What becomes of the rows of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// They stay, for this reason; it says why they are not ever more.
    Kept(&'static str),
    /// They are deleted by these, one after the other.
    Purged(&'static [Purge]),
}

/// Rows that are deleted when they are old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purge {
    pub age: Age,
    pub by: By,
}

/// How rows are found without a look at all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The id holds the time of making. Of the old ones those go for which this holds; `$1` is the instant before which
    /// they are old, in milliseconds.
    Id(&'static str),
    /// The oldest by an index: the columns that name a row, the condition with `$1` (an instant) or `$2` (the smallest id
    /// that is not old), and the order.
    Oldest { key: &'static str, old: &'static str, order: &'static str },
}

/// After how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// `keep_messages_days`: chats as people read them.
    Messages,
    /// `keep_statuses_days`
    Statuses,
    /// `keep_dead_letters_days`
    DeadLetters,
    /// `keep_carts_days`
    Carts,
    /// `keep_runs_days`: runs of imports and of the sync.
    Runs,
    /// So long a write is known by its `Idempotency-Key`: the API promises it.
    Hours72,
}

impl Age {
    /// In milliseconds.
    #[must_use]
    pub fn ms(self, config: &Config) -> i64 {
        let days = match self {
            Self::Messages => config.keep_messages_days,
            Self::Statuses => config.keep_statuses_days,
            Self::DeadLetters => config.keep_dead_letters_days,
            Self::Carts => config.keep_carts_days,
            Self::Runs => config.keep_runs_days,
            Self::Hours72 => 3,
        };
        i64::from(days) * 86_400_000
    }
}

/// Each setting: its name, its value and the shortest time that it may be, in days.
#[must_use]
pub fn settings(config: &Config) -> [(&'static str, u16, u16); 5] {
    [
        ("keep_messages_days", config.keep_messages_days, MEMORY_DAYS),
        ("keep_statuses_days", config.keep_statuses_days, MEMORY_DAYS),
        ("keep_dead_letters_days", config.keep_dead_letters_days, MEMORY_DAYS),
        ("keep_carts_days", config.keep_carts_days, 7),
        ("keep_runs_days", config.keep_runs_days, 7),
    ]
}

const BOUGHT: &str = "belongs to an order";
const PEOPLE: &str = "one or a few for each person who ever wrote";
const GOODS: &str = "made by people, or one for each of the goods";
const SHOPS: &str = "a few for each shop";

/// The rule of every table, in the order in which they are gone through: rows before those that they point to.
pub const RULES: &[(&str, Rule)] = &[
    (
        "inbox",
        Purged(&[
            Purge {
                age: Age::Statuses,
                by: By::Id("kind = 'status' AND state IN ('done', 'kept')"),
            },
            Purge {
                age: Age::DeadLetters,
                by: By::Id(
                    "state = 'dead' OR (state = 'kept' AND kind <> 'status') \
                     OR (state = 'done' AND kind NOT IN ('status', 'message'))",
                ),
            },
            Purge { age: Age::Messages, by: By::Id("kind = 'message' AND state = 'done'") },
        ]),
    ),
    (
        "outbox",
        Purged(&[Purge {
            age: Age::Messages,
            // What is still due after so long is too late by far: its channel is stopped, and nobody came.
            by: By::Id("state IN ('sent', 'failed', 'expired', 'held', 'due')"),
        }]),
    ),
    (
        "idempotency_keys",
        Purged(&[Purge {
            age: Age::Hours72,
            by: By::Oldest { key: "api_key_id, key", old: "created_at < $1", order: "created_at" },
        }]),
    ),
    (
        "carts",
        // A cart that was placed belongs to its order; an open one is the only one of its chat.
        Purged(&[Purge {
            age: Age::Carts,
            by: By::Id(
                "status IN ('dropped', 'expired') AND updated_at < $1 \
                 AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.cart_id = carts.id)",
            ),
        }]),
    ),
    (
        "import_rows",
        Purged(&[Purge {
            age: Age::Runs,
            by: By::Oldest {
                key: "import_id, line",
                old: "import_id < $2",
                order: "import_id, line",
            },
        }]),
    ),
    (
        "imports",
        Purged(&[Purge {
            age: Age::Runs,
            by: By::Id("NOT EXISTS (SELECT 1 FROM import_rows r WHERE r.import_id = imports.id)"),
        }]),
    ),
    (
        "catalog_batches",
        Purged(&[Purge { age: Age::Runs, by: By::Id("state IN ('finished', 'failed')") }]),
    ),
    (
        "links",
        // One without an end may stand on a poster.
        Purged(&[Purge { age: Age::Messages, by: By::Id("expires_at < $1") }]),
    ),
    ("orders", Kept("what was bought and for how much")),
    ("order_lines", Kept(BOUGHT)),
    ("order_events", Kept(BOUGHT)),
    ("reservations", Kept(BOUGHT)),
    ("customers", Kept(PEOPLE)),
    ("identities", Kept(PEOPLE)),
    ("conversations", Kept(PEOPLE)),
    ("addresses", Kept(PEOPLE)),
    ("lanes", Kept(PEOPLE)),
    ("merges", Kept("one for each person who turned out to be another: the record of it")),
    ("products", Kept(GOODS)),
    ("variants", Kept(GOODS)),
    ("collections", Kept(GOODS)),
    ("collection_products", Kept(GOODS)),
    ("images", Kept(GOODS)),
    ("search_words", Kept(GOODS)),
    ("catalog_items", Kept(GOODS)),
    ("catalog_syncs", Kept("one for each number")),
    ("apps", Kept(SHOPS)),
    ("shops", Kept(SHOPS)),
    ("channels", Kept(SHOPS)),
    ("api_keys", Kept(SHOPS)),
    ("shop_texts", Kept(SHOPS)),
    ("terms", Kept("the terms that orders were placed under")),
    ("seaql_migrations", Kept("one for each step of the database")),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_table_has_two_rules_and_every_reason_says_something() {
        let mut seen = HashSet::new();
        for (table, rule) in RULES {
            assert!(seen.insert(table), "{table} stands there twice");
            match rule {
                Kept(why) => assert!(!why.is_empty(), "{table}"),
                Purged(purges) => assert!(!purges.is_empty(), "{table}"),
            }
        }
    }

    #[test]
    fn nothing_that_came_in_is_forgotten_while_it_may_come_again() {
        for (name, value, least) in settings(&Config::default()) {
            assert!((least..=LONGEST_DAYS).contains(&value), "{name}");
            if ["messages", "statuses", "dead_letters"].iter().any(|what| name.contains(what)) {
                assert_eq!(least, MEMORY_DAYS, "{name}");
            }
        }
    }
}
