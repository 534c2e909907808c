//! What a person says and how many replies it must bring. A script is a JSON file.

use serde::Deserialize;
use serde_json::Value;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    pub name: String,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub name: String,
    pub say: Say,
    /// Replies, no more and no fewer.
    #[serde(default = "one")]
    pub replies: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Say {
    Text(String),
    /// A button or row of the last bubble: one whose id contains this. Several that fit are taken in turn by people.
    Tap(String),
    /// A cart from the catalog: that many items, one of each.
    Cart(usize),
}

fn one() -> usize {
    1
}

impl Script {
    /// Reads a file.
    pub fn read(path: &std::path::Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))
    }
}

/// A button or row.
#[derive(Clone, Debug)]
pub struct Choice {
    pub id: String,
    pub title: String,
    /// A row of a list; otherwise a button.
    pub row: bool,
}

/// The button or row of a bubble whose id contains `part`; of several, the one for `person`.
pub fn choose(bubble: &str, part: &str, person: usize) -> Option<Choice> {
    let value: Value = serde_json::from_str(bubble).ok()?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let buttons =
        list(&value["action"]["buttons"]).into_iter().map(|b| (b["reply"].clone(), false));
    let rows = list(&value["action"]["sections"])
        .into_iter()
        .flat_map(move |section| list(&section["rows"]))
        .map(|row| (row, true));
    let fits: Vec<Choice> = buttons
        .chain(rows)
        .filter_map(|(choice, row)| {
            let id = choice["id"].as_str().filter(|id| id.contains(part))?.to_owned();
            let title = choice["title"].as_str().unwrap_or_default().to_owned();
            Some(Choice { id, title, row })
        })
        .collect();
    let at = person.checked_rem(fits.len())?;
    fits.into_iter().nth(at)
}
