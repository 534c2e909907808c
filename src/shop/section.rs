//! Reads one table of a TOML file key by key and notes every fault instead of stopping at the first.

use std::{fmt::Write as _, path::Path};

use secrecy::SecretString;
use toml::{Table, Value};

/// Where the texts of `…_env` come from.
pub(super) type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What every section shares.
pub(super) struct Reader<'a> {
    pub base_dir: &'a Path,
    pub env: Env<'a>,
    pub faults: Vec<String>,
}

/// One table; keys are taken out of it as they are read, so what is left is unknown.
pub(super) struct Section<'r, 'a> {
    name: &'static str,
    table: Table,
    reader: &'r mut Reader<'a>,
}

impl<'a> Reader<'a> {
    /// The table `name`, taken out of `of`. A missing one is a fault when it is `required`.
    pub(super) fn section(
        &mut self,
        of: &mut Table,
        name: &'static str,
        required: bool,
    ) -> Option<Section<'_, 'a>> {
        let key = name.rsplit('.').next().unwrap_or(name);
        match of.remove(key) {
            Some(Value::Table(table)) => Some(Section { name, table, reader: self }),
            Some(_) => {
                self.faults.push(format!("`{name}` must be a table: [{name}]"));
                None
            }
            None if required => {
                self.faults.push(format!("[{name}] is missing"));
                None
            }
            None => None,
        }
    }

    /// Notes every key that is left in a table.
    pub(super) fn no_more(&mut self, prefix: &str, table: &Table) {
        for key in table.keys() {
            self.faults.push(format!("`{prefix}{key}` is unknown"));
        }
    }
}

impl<'a> Section<'_, 'a> {
    fn fault(&mut self, key: &str, what: &str) {
        let name = self.name;
        self.reader.faults.push(format!("`{name}.{key}` {what}"));
    }

    /// A table inside this one.
    pub(super) fn table(&mut self, name: &'static str) -> Option<Section<'_, 'a>> {
        let Self { table, reader, .. } = self;
        reader.section(table, name, false)
    }

    /// A text that must be there, not blank.
    pub(super) fn text(&mut self, key: &'static str) -> String {
        if !self.table.contains_key(key) {
            self.fault(key, "is missing");
            return String::new();
        }
        self.text_or_none(key).unwrap_or_default()
    }

    /// A text that may be missing; when it is there it is not blank.
    pub(super) fn text_or_none(&mut self, key: &'static str) -> Option<String> {
        match self.table.remove(key)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Value::String(_) => {
                self.fault(key, "is blank");
                None
            }
            _ => {
                self.fault(key, "must be a text in quotes");
                None
            }
        }
    }

    /// A text that may be missing or blank.
    pub(super) fn free_text(&mut self, key: &'static str) -> Option<String> {
        match self.table.remove(key)? {
            Value::String(text) => Some(text.trim().to_owned()),
            _ => {
                self.fault(key, "must be a text in quotes");
                None
            }
        }
    }

    /// A text, or the file that holds it (`…_file`); may be missing.
    pub(super) fn text_or_file(&mut self, key: &'static str) -> Option<String> {
        let file = self.table.remove(&format!("{key}_file"));
        match (self.table.contains_key(key), file) {
            (_, None) => self.text_or_none(key),
            (false, Some(Value::String(path))) => {
                let text = self.read_file(key, &path)?;
                Some(text.trim().to_owned())
            }
            (false, Some(_)) => {
                self.fault(key, "must be a text in quotes");
                None
            }
            (true, Some(_)) => {
                self.fault(key, "is given in more than one way");
                None
            }
        }
    }

    pub(super) fn bool(&mut self, key: &'static str) -> Option<bool> {
        match self.table.remove(key)? {
            Value::Boolean(yes) => Some(yes),
            _ => {
                self.fault(key, "must be true or false");
                None
            }
        }
    }

    /// A whole number within bounds.
    pub(super) fn number(&mut self, key: &'static str, min: i32, max: i32) -> Option<i32> {
        let read = match self.table.remove(key)? {
            Value::Integer(number) => i32::try_from(number).ok(),
            _ => None,
        };
        let within = read.filter(|number| (min..=max).contains(number));
        if within.is_none() {
            self.fault(key, &format!("must be a whole number from {min} to {max}"));
        }
        within
    }

    pub(super) fn texts(&mut self, key: &'static str) -> Vec<String> {
        match self.table.remove(key) {
            None => {
                self.fault(key, "is missing");
                Vec::new()
            }
            Some(value) => self.as_texts(key, value),
        }
    }

    /// A list of texts that may be missing or empty.
    pub(super) fn texts_or_none(&mut self, key: &'static str) -> Option<Vec<String>> {
        match self.table.remove(key)? {
            Value::Array(none) if none.is_empty() => Some(Vec::new()),
            value => Some(self.as_texts(key, value)),
        }
    }

    fn as_texts(&mut self, key: &str, value: Value) -> Vec<String> {
        let texts = match value {
            Value::Array(values) => values
                .into_iter()
                .map(|value| match value {
                    Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
                    _ => None,
                })
                .collect::<Option<Vec<_>>>(),
            _ => None,
        };
        match texts {
            Some(texts) if !texts.is_empty() => texts,
            _ => {
                self.fault(key, "must be a list of texts, none of them blank");
                Vec::new()
            }
        }
    }

    /// Notes the fault of a check.
    pub(super) fn check(&mut self, key: &'static str, outcome: Result<(), String>) {
        if let Err(what) = outcome {
            let mut says = String::new();
            // Some checks name the value and some go on from the key.
            let joint = if what.starts_with('`') { ": " } else { " " };
            let _ = write!(says, "`{}.{key}`{joint}{what}", self.name);
            self.reader.faults.push(says);
        }
    }

    /// A secret: the text itself, or the file or environment variable that holds it.
    pub(super) fn secret(&mut self, key: &'static str) -> SecretString {
        self.secrets_from(key, false).pop().unwrap_or_default()
    }

    /// Several secrets: a list of texts, a file with one a line, or a variable with commas between them.
    pub(super) fn secrets(&mut self, key: &'static str) -> Vec<SecretString> {
        self.secrets_from(key, true)
    }

    fn secrets_from(&mut self, key: &'static str, several: bool) -> Vec<SecretString> {
        let direct = self.table.remove(key);
        let in_file = self.table.remove(&format!("{key}_file"));
        let in_env = self.table.remove(&format!("{key}_env"));
        let given = [&direct, &in_file, &in_env].into_iter().flatten().count();
        if given == 0 {
            self.fault(key, &format!("is missing (or `{key}_file` or `{key}_env`)"));
            return Vec::new();
        }
        if given > 1 {
            self.fault(key, "is given in more than one way");
            return Vec::new();
        }
        let texts = match (direct, in_file, in_env) {
            (Some(value), ..) if several => self.as_texts(key, value),
            (Some(Value::String(text)), ..) => vec![text],
            (_, Some(Value::String(path)), _) => match self.read_file(key, &path) {
                Some(text) if several => text.lines().map(str::to_owned).collect(),
                Some(text) => vec![text],
                None => return Vec::new(),
            },
            (_, _, Some(Value::String(name))) => match (self.reader.env)(&name) {
                Some(text) if several => text.split(',').map(str::to_owned).collect(),
                Some(text) => vec![text],
                None => {
                    self.fault(key, &format!("names the variable `{name}`, which is not set"));
                    return Vec::new();
                }
            },
            _ => {
                self.fault(key, "must be a text in quotes");
                return Vec::new();
            }
        };
        let secrets: Vec<_> = texts
            .iter()
            .map(|text| text.trim())
            .filter(|text| !text.is_empty())
            .map(SecretString::from)
            .collect();
        if secrets.is_empty() && !texts.is_empty() {
            self.fault(key, "is blank");
        }
        secrets
    }

    fn read_file(&mut self, key: &str, path: &str) -> Option<String> {
        match std::fs::read_to_string(self.reader.base_dir.join(path)) {
            Ok(text) => Some(text),
            Err(error) => {
                self.fault(key, &format!("names the file `{path}`: {error}"));
                None
            }
        }
    }

    /// Notes every key that nothing read.
    pub(super) fn end(self) {
        let prefix = format!("{}.", self.name);
        self.reader.no_more(&prefix, &self.table);
    }
}
