//! What WhatsApp takes (reference §2.6): counted by hand, and held against the strict schema. Nothing of ours is asked.

use std::{collections::HashSet, sync::LazyLock};

use jsonschema::Validator;
use serde_json::Value;

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let text = include_str!("../schema/outbound-strict.schema.json");
    jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
});

/// What the schema holds against the body of a message; nothing: it is right.
pub(crate) fn objections(message: &Value) -> Vec<String> {
    SCHEMA.iter_errors(message).map(|error| error.to_string()).collect()
}

/// What is too long, too many, blank or twice in the body of a message. UTF-16 units are counted.
pub(crate) fn breaches(message: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut within = |what: &str, text: &Value, most: usize| {
        let Some(text) = text.as_str() else { return };
        let units = text.encode_utf16().count();
        if units > most {
            found.push(format!("{what} has {units} units, {most} are allowed: {text}"));
        }
        if text.trim().is_empty() {
            found.push(format!("{what} is blank: {text:?}"));
        }
    };
    within("text", &message["text"]["body"], 4_096);
    within("caption", &message["image"]["caption"], 1_024);
    let interactive = &message["interactive"];
    let most = if interactive["type"] == "list" { 4_096 } else { 1_024 };
    within("body", &interactive["body"]["text"], most);
    within("header", &interactive["header"]["text"], 60);
    within("footer", &interactive["footer"]["text"], 60);
    let action = &interactive["action"];
    within("what opens the list", &action["button"], 20);
    let (buttons, sections) = (list(action, "buttons"), list(action, "sections"));
    let buttons: Vec<_> = buttons.iter().map(|button| &button["reply"]).collect();
    let rows: Vec<_> = sections.iter().flat_map(|section| list(section, "rows")).collect();
    let products = sections.iter().map(|section| list(section, "product_items").len()).sum();
    for button in &buttons {
        within("title of a button", &button["title"], 20);
        within("id of a button", &button["id"], 256);
    }
    for section in sections {
        within("title of a section", &section["title"], 24);
    }
    for row in &rows {
        within("title of a row", &row["title"], 24);
        within("id of a row", &row["id"], 200);
        within("description of a row", &row["description"], 72);
    }
    let untitled = sections.iter().filter(|section| section["title"].is_null()).count();
    let counts = [
        ("buttons", buttons.len(), 3),
        ("rows", rows.len(), 10),
        ("sections", sections.len(), 10),
        ("products", products, 30),
        ("untitled sections beside others", untitled.min(sections.len().saturating_sub(1)), 0),
        ("buttons that read alike", alike(&buttons, "title"), 0),
        ("buttons that mean the same", alike(&buttons, "id"), 0),
        ("rows that read alike", alike(&rows, "title"), 0),
        ("rows that mean the same", alike(&rows, "id"), 0),
    ];
    let over = counts.iter().filter(|(_, count, most)| count > most);
    found.extend(over.map(|(what, count, most)| format!("{count} {what}, {most} are allowed")));
    found
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// How many have the same as another one before them.
fn alike(all: &[&Value], key: &str) -> usize {
    let different: HashSet<_> = all.iter().filter_map(|one| one[key].as_str()).collect();
    all.len() - different.len()
}
