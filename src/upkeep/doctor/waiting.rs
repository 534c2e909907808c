//! What waits, and for how long.

use entity::Timestamp;
use sea_orm::{DbErr, FromQueryResult};

use super::{Finding, span};
use crate::{
    inbox,
    platform::{Platform, sql::Sql},
};

const CHECK: &str = "waiting";
const LONG_MS: i64 = 60_000;
const TOO_LONG_MS: i64 = 10 * 60_000;

/// Something that should be done by now: its count and when the oldest was due.
struct Queue {
    /// Behind a number: `messages wait to be sent`.
    what: &'static str,
    sql: &'static str,
    remedy: &'static str,
}

const QUEUES: &[Queue] = &[
    Queue {
        what: "customers wait for an answer",
        sql: "SELECT COUNT(*) AS n, MIN(due_at) AS since FROM lanes WHERE due_at <= $1",
        remedy: "start `sepet serve` (or one with `--role worker`), and look into its log when it runs",
    },
    Queue {
        what: "reports of WhatsApp wait to be looked at",
        sql: "SELECT COUNT(*) AS n, MIN(due_at) AS since FROM inbox \
              WHERE state = 'due' AND lane IS NULL AND due_at <= $1",
        remedy: "start `sepet serve` (or one with `--role worker`), and look into its log when it runs",
    },
    Queue {
        what: "messages wait to be sent",
        sql: "SELECT COUNT(*) AS n, MIN(due_at) AS since FROM outbox WHERE state = 'due' AND due_at <= $1",
        remedy: "start `sepet serve`; when it runs, its log says why WhatsApp does not take them",
    },
    Queue {
        what: "messages were being sent by a process that is gone",
        sql: "SELECT COUNT(*) AS n, MIN(leased_until) AS since FROM outbox \
              WHERE state IN ('leased', 'unknown') AND state = 'leased' AND leased_until <= $1",
        remedy: "start `sepet serve`: it takes them over",
    },
    Queue {
        what: "messages left without an answer, and nobody looks what became of them",
        sql: "SELECT COUNT(*) AS n, MIN(due_at) AS since FROM outbox \
              WHERE state IN ('leased', 'unknown') AND state = 'unknown' AND due_at <= $1",
        remedy: "start `sepet serve`: it sends them again when no report comes",
    },
    Queue {
        what: "batches of goods are on their way to WhatsApp's catalog",
        sql: "SELECT COUNT(*) AS n, MIN(due_at) AS since FROM catalog_batches \
              WHERE state IN ('sending', 'polling') AND due_at <= $1",
        remedy: "start `sepet serve`; when it runs, `GET /api/v1/sync` says what WhatsApp answered",
    },
];

/// Things that wait for a person.
struct Pile {
    what: &'static str,
    sql: &'static str,
    remedy: &'static str,
}

const PILES: &[Pile] = &[
    Pile {
        what: "things that came in could not be handled (dead letters)",
        sql: "SELECT COUNT(*) AS n, MIN(received_at) AS since FROM inbox \
              WHERE state IN ('dead', 'kept') AND state = 'dead' AND $1 > 0",
        remedy: "`sepet replay --all --dry-run` tells why; without `--dry-run` it lets them come again when the cause is gone",
    },
    Pile {
        what: "messages of the last day were finally refused or could not be delivered",
        // 2: reported as failed.
        sql: "SELECT COUNT(*) AS n, MIN(created_at) AS since FROM outbox \
              WHERE (state = 'failed' OR (state = 'sent' AND delivery = 2)) \
              AND created_at >= $1 - 86400000",
        remedy: "the conversation shows each with WhatsApp's reason; write to these customers another way",
    },
    Pile {
        what: "goods are not shown by WhatsApp: rejected or refused",
        sql: "SELECT COUNT(*) AS n, MIN(updated_at) AS since FROM catalog_items \
              WHERE state IN ('rejected', 'refused') AND $1 > 0",
        remedy: "`GET /api/v1/sync/items` says why for each; correct title, picture or price",
    },
    Pile {
        what: "numbers have trouble with their catalog: the last batches failed",
        sql: "SELECT COUNT(*) AS n, MIN(compared_at) AS since FROM catalog_syncs WHERE failures > 0 AND $1 > 0",
        remedy: "`GET /api/v1/sync` says what WhatsApp answered",
    },
];

#[derive(FromQueryResult)]
struct Row {
    n: i64,
    since: Option<i64>,
}

pub(super) async fn look(platform: &Platform) -> Result<Vec<Finding>, DbErr> {
    let (db, now) = (platform.db.reader(), platform.now());
    let mut found = Vec::new();
    for Queue { what, sql, remedy } in QUEUES {
        let statement = Sql::new(*sql, [now.into()]).build(platform.db.backend());
        if let Some(row) = Row::find_by_statement(statement).one(db).await? {
            found.extend(queue(now, what, &row, remedy));
        }
    }
    if let Some(file) = platform.db.file() {
        found.extend(spooled(now, &inbox::left(file)?));
    }
    for Pile { what, sql, remedy } in PILES {
        let statement = Sql::new(*sql, [now.into()]).build(platform.db.backend());
        if let Some(Row { n: n @ 1.., .. }) = Row::find_by_statement(statement).one(db).await? {
            found.push(Finding::warning(CHECK, format!("{n} {what}"), *remedy));
        }
    }
    if found.is_empty() {
        found.push(Finding::ok(CHECK, "nothing waits longer than it should"));
    }
    Ok(found)
}

/// What a process that is gone has acknowledged and not put into the inbox; one that runs leaves it there for a moment.
fn spooled(now: Timestamp, left: &inbox::Left) -> Vec<Finding> {
    let n = i64::try_from(left.len()).unwrap_or(i64::MAX);
    let row = Row { n, since: left.oldest().map(Timestamp::ms) };
    let what = "acknowledged webhooks lie in the spool";
    let mut found = Vec::from_iter(queue(now, what, &row, "start `sepet serve`: it takes them in"));
    if !left.unreadable.is_empty() {
        let what = format!("{} bundles of the spool cannot be read", left.unreadable.len());
        found.push(Finding::error(CHECK, what, "start the version that wrote them once"));
    }
    found
}

fn queue(now: Timestamp, what: &str, row: &Row, remedy: &str) -> Option<Finding> {
    let waits = now.ms() - row.since?;
    let meaning = format!("{} {what}, the oldest for {}", row.n, span(waits));
    match waits {
        ..LONG_MS => None,
        LONG_MS..TOO_LONG_MS => Some(Finding::warning(CHECK, meaning, remedy)),
        _ => Some(Finding::error(CHECK, meaning, remedy)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upkeep::doctor::Level;

    #[test]
    fn what_waits_longer_is_worse() {
        let now = Timestamp::from_ms(8_640_000_000);
        let level = |waits: i64| {
            let row = Row { n: 3, since: Some(now.ms() - waits) };
            queue(now, "wait", &row, "r").map(|finding| finding.level)
        };
        assert_eq!(level(59_999), None);
        assert_eq!(level(60_000), Some(Level::Warning));
        assert_eq!(level(600_000), Some(Level::Error));
        assert_eq!(queue(now, "wait", &Row { n: 0, since: None }, "r"), None);
    }
}
