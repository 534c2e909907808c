//! What is wrong with Flow JSON.
//!
//! Source: Flow JSON and its components (read 2026): screens, one footer, how long a label may be. Strings that are
//! filled later (`${data.…}`) have no length yet.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Value, json};

use super::parts::{self, Part};

const VERSIONS: &[&str] = &["7.0", "7.1", "7.2", "7.3"];
/// Boxes to tick on one screen.
const OPT_INS: usize = 5;
/// Pictures on one screen.
const IMAGES: usize = 3;

/// One fault as the API words it.
pub(super) fn fault(error: &str, path: &str, message: &str) -> Value {
    json!({"error": error, "error_type": "FLOW_JSON_ERROR", "message": message,
        "pointers": [{"path": path}]})
}

/// Everything that is wrong, in the order of the text. Empty: it can be published.
pub(super) fn faults(json: &Value) -> Vec<Value> {
    let mut found = Faults::default();
    if !json["version"].as_str().is_some_and(|v| VERSIONS.contains(&v)) {
        let all = VERSIONS.join(", ");
        found.value("version", format!("version must be one of {all}"));
    }
    let screens = json["screens"].as_array().map_or(&[][..], Vec::as_slice);
    if screens.is_empty() {
        found.missing("screens", "screens");
    }
    let ids: Vec<&str> = screens.iter().filter_map(|screen| screen["id"].as_str()).collect();
    let with_endpoint = json.get("data_api_version").is_some();
    let mut terminal = false;
    for (at, screen) in screens.iter().enumerate() {
        terminal |= screen["terminal"] == true;
        let place = format!("screens[{at}]");
        identity(screen, &ids[..at.min(ids.len())], &place, &mut found);
        Screen::read(screen, &ids, with_endpoint, &place, &mut found);
    }
    if !screens.is_empty() && !terminal {
        found.add("MISSING_TERMINAL_SCREEN", "screens", "one screen must be terminal".into());
    }
    found.0
}

/// What was found.
#[derive(Default)]
pub(super) struct Faults(Vec<Value>);

impl Faults {
    pub(super) fn add(&mut self, error: &str, path: &str, message: String) {
        self.0.push(fault(error, path, &message));
    }

    pub(super) fn missing(&mut self, path: &str, key: &str) {
        self.add("REQUIRED_PROPERTY_MISSING", path, format!("{key} is required"));
    }

    pub(super) fn value(&mut self, path: &str, message: String) {
        self.add("INVALID_PROPERTY_VALUE", path, message);
    }
}

fn identity(screen: &Value, before: &[&str], place: &str, found: &mut Faults) {
    let path = format!("{place}.id");
    match screen["id"].as_str() {
        None => found.missing(&path, "id"),
        Some(id) => {
            let plain = |c: char| c.is_ascii_uppercase() || c == '_';
            if id.is_empty() || !id.chars().all(plain) {
                found.value(&path, format!("{id:?}: only A to Z and _"));
            }
            if id == "SUCCESS" {
                found.value(&path, "SUCCESS is taken by WhatsApp".into());
            }
            if before.contains(&id) {
                found.value(&path, format!("there is a screen {id} already"));
            }
        }
    }
    if screen["title"].as_str().is_none_or(str::is_empty) {
        found.missing(&format!("{place}.title"), "title");
    }
    if screen["layout"]["type"] != "SingleColumnLayout" {
        found.value(&format!("{place}.layout.type"), "must be SingleColumnLayout".into());
    }
    for (key, declared) in screen["data"].as_object().into_iter().flatten() {
        let path = format!("{place}.data.{key}");
        if declared.get("type").is_none() {
            found.missing(&path, "type");
        }
        if declared.get("__example__").is_none() {
            found.missing(&path, "__example__");
        }
    }
}

/// One screen while it is read.
struct Screen<'a> {
    screen: &'a Value,
    /// All screens there are.
    screens: &'a [&'a str],
    with_endpoint: bool,
    /// Names of what can be filled in.
    names: BTreeSet<&'a str>,
    footers: usize,
    opt_ins: usize,
    images: usize,
}

impl<'a> Screen<'a> {
    fn read(
        screen: &'a Value,
        screens: &'a [&'a str],
        with_endpoint: bool,
        place: &str,
        found: &mut Faults,
    ) {
        let mut this = Self {
            screen,
            screens,
            with_endpoint,
            names: BTreeSet::new(),
            footers: 0,
            opt_ins: 0,
            images: 0,
        };
        let children = screen["layout"]["children"].as_array().map_or(&[][..], Vec::as_slice);
        let path = format!("{place}.layout.children");
        if children.is_empty() {
            found.missing(&path, "children");
        }
        this.names_of(children, &path, found);
        this.components(children, &path, found);
        if this.footers > 1 {
            found.value(&path, "a screen has one Footer at most".into());
        }
        if this.footers == 0 && screen["terminal"] == true {
            found.value(&path, "a terminal screen needs a Footer".into());
        }
        if this.opt_ins > OPT_INS {
            found.value(&path, format!("a screen has at most {OPT_INS} OptIn"));
        }
        if this.images > IMAGES {
            found.value(&path, format!("a screen has at most {IMAGES} Image"));
        }
    }

    fn names_of(&mut self, children: &'a [Value], path: &str, found: &mut Faults) {
        for (at, child) in children.iter().enumerate() {
            let path = format!("{path}[{at}]");
            if child["type"] == "Form" {
                let inner = child["children"].as_array().map_or(&[][..], Vec::as_slice);
                self.names_of(inner, &format!("{path}.children"), found);
            } else if let Some(name) = child["name"].as_str()
                && !self.names.insert(name)
            {
                found.value(&format!("{path}.name"), format!("{name:?} is used twice"));
            }
        }
    }

    fn components(&mut self, children: &'a [Value], path: &str, found: &mut Faults) {
        for (at, child) in children.iter().enumerate() {
            let path = format!("{path}[{at}]");
            let Some(part) = child["type"].as_str().and_then(parts::known) else {
                let kind = &child["type"];
                found.value(&format!("{path}.type"), format!("{kind} is no component"));
                continue;
            };
            self.component(part, child, &path, found);
        }
    }

    fn component(&mut self, part: &Part, child: &'a Value, path: &str, found: &mut Faults) {
        parts::check(part, child, path, found);
        match part.name {
            "Form" => {
                let inner = child["children"].as_array().map_or(&[][..], Vec::as_slice);
                for (name, value) in child["init-values"].as_object().into_iter().flatten() {
                    let path = format!("{path}.init-values.{name}");
                    if !self.names.contains(name.as_str()) {
                        found.value(&path, format!("there is nothing called {name}"));
                    }
                    self.references(value, &path, found);
                }
                self.components(inner, &format!("{path}.children"), found);
                return;
            }
            "Footer" => self.footers += 1,
            "OptIn" => self.opt_ins += 1,
            "Image" => self.images += 1,
            _ => {}
        }
        for (key, value) in child.as_object().into_iter().flatten() {
            let path = format!("{path}.{key}");
            if key.ends_with("-action") {
                self.action(value, &path, found);
            } else {
                self.references(value, &path, found);
            }
        }
    }

    fn action(&self, action: &Value, path: &str, found: &mut Faults) {
        match action["name"].as_str() {
            Some("complete") if self.screen["terminal"] != true => {
                found.value(path, "complete belongs on a terminal screen".into());
            }
            Some("navigate") => {
                let next = &action["next"]["name"];
                if !next.as_str().is_some_and(|next| self.screens.contains(&next)) {
                    found.value(&format!("{path}.next.name"), format!("there is no screen {next}"));
                }
            }
            Some("data_exchange") if !self.with_endpoint => {
                found.value(path, "data_exchange needs data_api_version".into());
            }
            Some("complete" | "data_exchange" | "open_url" | "update_data") => {}
            _ => found.value(&format!("{path}.name"), format!("{} is no action", action["name"])),
        }
        self.references(&action["payload"], &format!("{path}.payload"), found);
    }

    /// `${form.x}` and `${data.x}` must name what is there.
    fn references(&self, value: &Value, path: &str, found: &mut Faults) {
        match value {
            Value::String(text) => {
                let data = &self.screen["data"];
                for name in named(text, "${form.") {
                    if !self.names.contains(name) {
                        found.value(path, format!("there is nothing called form.{name}"));
                    }
                }
                for name in named(text, "${data.") {
                    let first = name.split('.').next().unwrap_or(name);
                    if data.get(first).is_none() {
                        found.value(path, format!("the screen declares no data.{first}"));
                    }
                }
            }
            Value::Array(list) => list.iter().for_each(|v| self.references(v, path, found)),
            Value::Object(object) => {
                object.values().for_each(|v| self.references(v, path, found));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// The names behind `${form.` or `${data.`.
fn named<'a>(text: &'a str, opening: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(opening).skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

/// Whether it is filled when the form opens.
pub(super) fn is_dynamic(text: &str) -> bool {
    text.starts_with("${")
}

/// Entries with an id that was there before.
pub(super) fn repeated<'a>(ids: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = HashSet::new();
    ids.into_iter().find(|id| !seen.insert(*id))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
