//! How SQLite carries out what was asked of it: a message must not cost more because much was said before it.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
};

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sepet::platform::db::{Db, Watch};

/// Tables that grow as long as people write and buy.
const GROWING: [&str; 11] = [
    "carts",
    "conversations",
    "customers",
    "identities",
    "inbox",
    "lanes",
    "order_events",
    "order_lines",
    "orders",
    "outbox",
    "reservations",
];

/// Indexes by which all that was ever said in a chat is found.
const OF_A_CHAT: [&str; 2] = ["inbox_conversation", "outbox_page"];

/// What reads the past on purpose, each with its reason.
const ALLOWED: [(&str, &str); 2] = [
    ("UPDATE outbox SET conversation_id", "two chats become one"),
    ("UPDATE inbox SET conversation_id", "two chats become one"),
];

/// The texts of all statements that ran.
#[derive(Default)]
pub(crate) struct Statements(Arc<Mutex<BTreeSet<String>>>);

impl Statements {
    pub(crate) fn watch(&self) -> Watch {
        let all = self.0.clone();
        Arc::new(move |text| {
            let mut all = all.lock().unwrap();
            // What went to SQLite at once is taken apart again.
            for one in text.split(";\n") {
                if !all.contains(one) {
                    all.insert(one.to_owned());
                }
            }
        })
    }

    /// What was read since the last time, each statement with its plan.
    pub(crate) async fn read(&self, db: &Db) -> Vec<(String, Vec<String>)> {
        let all = std::mem::take(&mut *self.0.lock().unwrap());
        let mut read = vec![];
        for text in all.into_iter().filter(|text| text.starts_with("SELECT")) {
            let steps = plan(db, &text).await;
            read.push((text, steps));
        }
        read
    }

    /// Statements whose cost grows with what is over, each with the step of its plan that does.
    pub(crate) async fn reading_the_past(&self, db: &Db) -> Vec<String> {
        let all = self.0.lock().unwrap().clone();
        let sends = all.iter().any(|text| text.starts_with("UPDATE outbox"));
        assert!(sends, "nothing was noted of what every chat does");
        let partial = partial_indexes(db).await;
        let mut found = vec![];
        for text in all.iter().filter(|text| !ALLOWED.iter().any(|(of, _)| text.starts_with(of))) {
            let first = text.split_whitespace().next().unwrap_or_default();
            if !["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&first) {
                continue;
            }
            // An empty list is asked for by a statement that finds nothing.
            if text.contains("WHERE ? = ?") {
                found.push(format!("nothing is asked for: {text}"));
            }
            let tables = tables(text);
            for step in plan(db, text).await {
                if reads_the_past(&step, text, &tables, &partial) {
                    found.push(format!("{step}: {text}"));
                }
            }
        }
        found
    }
}

/// `SCAN name …` of a growing table, but by an index of what is open; `SEARCH name USING INDEX …` of a whole chat, but of
/// its newest rows.
fn reads_the_past(
    step: &str,
    text: &str,
    tables: &HashMap<&str, &str>,
    partial: &BTreeSet<String>,
) -> bool {
    let words: Vec<_> = step.split(' ').collect();
    let [how, name, ..] = words.as_slice() else { return false };
    let index = words.iter().position(|w| *w == "INDEX").and_then(|at| words.get(at + 1));
    let table = tables.get(name);
    match *how {
        "SCAN" => {
            // What a delete looks for is not named in it: rows that refer to what goes.
            let grows = table
                .map_or(text.starts_with("DELETE") && GROWING.contains(name), |table| {
                    GROWING.contains(table)
                });
            grows && !index.is_some_and(|index| partial.contains(*index))
        }
        "SEARCH" => {
            table.is_some()
                && index.is_some_and(|index| OF_A_CHAT.contains(index))
                && step.ends_with("(conversation_id=?)")
                && !text.contains(" DESC LIMIT")
        }
        _ => false,
    }
}

/// The tables of a statement by the names that it gives them.
fn tables(text: &str) -> HashMap<&str, &str> {
    let words: Vec<_> =
        text.split_whitespace().map(|w| w.trim_matches(['"', '(', ')', ','])).collect();
    let mut found = HashMap::new();
    for (at, word) in words.iter().enumerate() {
        if !["FROM", "JOIN", "UPDATE"].contains(word) {
            continue;
        }
        let Some(table) = words.get(at + 1) else { continue };
        found.insert(*table, *table);
        let alias = words.get(at + 2).filter(|alias| **alias != "AS").or(words.get(at + 3));
        if let Some(alias) = alias {
            found.entry(*alias).or_insert(*table);
        }
    }
    found
}

async fn plan(db: &Db, text: &str) -> Vec<String> {
    let sql = Statement::from_string(DbBackend::Sqlite, format!("EXPLAIN QUERY PLAN {text}"));
    let rows = db.reader().query_all_raw(sql).await.unwrap();
    rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect()
}

async fn partial_indexes(db: &Db) -> BTreeSet<String> {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'";
    let rows = db.reader().query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await;
    rows.unwrap().iter().map(|row| row.try_get("", "name").unwrap()).collect()
}
