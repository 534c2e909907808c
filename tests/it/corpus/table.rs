//! The table of outcomes in `docs/inbound.md`, drawn from the corpus, so that it cannot lie.
//!
//! `UPDATE_DOCS=1 cargo test --test it corpus::table` draws it anew.

use std::fmt::Write as _;

use serde_json::Value;

use super::{FILES, cases, folder};

const MARK: &str = "<!-- Drawn from tests/corpus by tests/it/corpus: UPDATE_DOCS=1 cargo test --test it corpus::table -->\n";

/// What becomes of a case, in a few words.
fn outcome(case: &Value) -> String {
    let state = match (case["state"].as_str(), case["reason"].as_str()) {
        _ if case["items"] == 0 => "nothing is stored".to_owned(),
        (None | Some("done"), _) => "done".to_owned(),
        (Some("due"), _) => "waits for its message for a day, then kept".to_owned(),
        (Some(state), Some(reason)) => format!("{state}: … {reason} …"),
        (Some(state), None) => state.to_owned(),
    };
    let mut parts = vec![state];
    match case["reply"].as_str() {
        None | Some("none") => {}
        Some("any") => parts.push("answered".to_owned()),
        Some(kind) => parts.push(format!("answered with `{kind}`")),
    }
    for (key, told) in [
        ("owner", "the chat is with"),
        ("notices", "notices"),
        ("channel", "the channel is"),
        ("limit", "the channel's limit is"),
        ("delivery", "our message is"),
    ] {
        if let Some(value) = case[key].as_str() {
            parts.push(format!("{told} {value}"));
        }
    }
    for (key, told) in [
        ("phone", "the customer's phone is the told one"),
        ("bsuid", "the customer's BSUID is the told one"),
        ("edited", "marked as changed"),
        ("revoked", "marked as taken back"),
        ("cart", "the cart stays open"),
    ] {
        if !case[key].is_null() {
            parts.push(told.to_owned());
        }
    }
    parts.join("; ")
}

fn drawn() -> String {
    let mut table = MARK.to_owned();
    for file in FILES {
        let _ =
            writeln!(table, "\n### {file}\n\n| type or field | case | outcome |\n|---|---|---|");
        for case in cases(file) {
            let text = |key: &str| case[key].as_str().unwrap_or_default().replace('|', "\\|");
            let _ =
                writeln!(table, "| `{}` | {} | {} |", text("what"), text("name"), outcome(&case));
        }
    }
    table
}

#[test]
fn the_table_of_outcomes_is_that_of_the_corpus() {
    let path = folder().join("../../docs/inbound.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (head, _) = page.split_once(MARK).expect("the page has a place for the table");
    let wanted = format!("{head}{}", drawn());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let page = std::fs::read_to_string(&path).unwrap();
    assert_eq!(page, wanted, "draw it anew with UPDATE_DOCS=1");
}

#[test]
fn the_corpus_is_large_and_names_each_case_once() {
    let all: Vec<_> = FILES.iter().flat_map(|file| cases(file)).collect();
    assert!(all.len() >= 120, "{}", all.len());
    for file in FILES {
        let mut names: Vec<_> =
            cases(file).iter().map(|case| format!("{} {}", case["what"], case["name"])).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count, "{file}: two cases have one name");
    }
}
