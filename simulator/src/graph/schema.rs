//! The JSON schema for the body of `POST /{phone_number_id}/messages`, and what it says about a body in plain words.
//!
//! The schema is one large choice between types of message. Each choice is compiled on its own when first met, so that a refusal
//! names the key that is wrong instead of "none of these". The schema's lengths count code points; the safe unit is
//! UTF-16, so before validation every character beyond the first plane is replaced by two of the first.

use std::collections::HashMap;
use std::sync::OnceLock;

use jsonschema::Validator;
use jsonschema::error::{ValidationError, ValidationErrorKind};
use serde_json::{Map, Value, json};

use super::errors::GraphError;
use crate::StartError;

const SCHEMA: &str = include_str!("../../schema/outbound-strict.schema.json");

/// Stands for half a character in the copy that is validated: neither a space, nor ASCII, nor a letter.
const HALF: char = '\u{fffd}';

/// One form of a body, compiled when first met.
struct Form {
    schema: Value,
    compiled: OnceLock<Result<Validator, String>>,
}

/// All forms, by `type` and by `interactive.type`.
pub(crate) struct Schema {
    kinds: HashMap<String, Form>,
    interactive: HashMap<String, Form>,
    read: Form,
}

impl Schema {
    /// Reads the built-in schema.
    pub(crate) fn read() -> Result<Self, StartError> {
        let whole: Value =
            serde_json::from_str(SCHEMA).map_err(|e| StartError::Schema(e.to_string()))?;
        let form = |branch: &Value| {
            let mut schema = branch.as_object().cloned().unwrap_or_default();
            schema.insert("$schema".into(), whole["$schema"].clone());
            schema.insert("$defs".into(), whole["$defs"].clone());
            Form { schema: Value::Object(schema), compiled: OnceLock::new() }
        };
        let name = |of: &Value| {
            of.pointer("/properties/type/const").and_then(Value::as_str).map(str::to_owned)
        };
        let (mut kinds, mut interactive, mut read) = (HashMap::new(), HashMap::new(), None);
        for branch in whole["oneOf"].as_array().into_iter().flatten() {
            let Some(kind) = name(branch) else {
                read = Some(form(branch));
                continue;
            };
            let choices = branch.pointer("/properties/interactive/oneOf").and_then(Value::as_array);
            for choice in choices.into_iter().flatten() {
                let mut narrowed = branch.clone();
                narrowed["properties"]["interactive"] = choice.clone();
                if let Some(name) = name(choice) {
                    interactive.insert(name, form(&narrowed));
                }
            }
            kinds.insert(kind, form(branch));
        }
        let read = read.ok_or_else(|| StartError::Schema("no form for read marks".into()))?;
        Ok(Self { kinds, interactive, read })
    }

    /// Whether a read mark is well formed.
    pub(crate) fn check_read(&self, body: &Value) -> Result<(), GraphError> {
        self.read.check(body)
    }

    /// Whether a message is well formed.
    pub(crate) fn check(&self, body: &Value) -> Result<(), GraphError> {
        let missing = |what: &str| GraphError::new(131_008, format!("{what} is required"));
        let kind = body.get("type").ok_or_else(|| missing("type"))?;
        let form = match kind.as_str() {
            Some("interactive") => {
                let inner = body.pointer("/interactive/type");
                let inner = inner.ok_or_else(|| missing("interactive.type"))?;
                let form = inner.as_str().and_then(|name| self.interactive.get(name));
                form.ok_or_else(|| {
                    GraphError::new(131_009, format!("interactive.type cannot be {inner}"))
                })?
            }
            name => name.and_then(|name| self.kinds.get(name)).ok_or_else(|| {
                GraphError::new(131_051, format!("Message type {kind} is not supported"))
            })?,
        };
        form.check(body)
    }
}

impl Form {
    fn check(&self, body: &Value) -> Result<(), GraphError> {
        match self.validator() {
            Ok(validator) => verdict(validator, body),
            Err(why) => Err(GraphError::new(1, format!("the schema is broken: {why}")).blameless()),
        }
    }

    fn validator(&self) -> Result<&Validator, &String> {
        let compile = || jsonschema::validator_for(&self.schema).map_err(|e| e.to_string());
        self.compiled.get_or_init(compile).as_ref()
    }
}

fn verdict(validator: &Validator, body: &Value) -> Result<(), GraphError> {
    let body = in_utf16(body);
    let mut findings = Vec::new();
    for error in validator.iter_errors(&body) {
        spell(&error, &mut findings);
    }
    let Some(first) = findings.first() else { return Ok(()) };
    let mut refusal = GraphError::new(first.code, first.says.clone());
    refusal.violations = findings.into_iter().map(|finding| finding.says).collect();
    Err(refusal)
}

struct Finding {
    code: i64,
    says: String,
}

fn spell(error: &ValidationError<'_>, out: &mut Vec<Finding>) {
    let place = error.instance_path().to_string();
    let place = if place.is_empty() { "the body".to_owned() } else { place };
    let (code, what) = match error.kind() {
        ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } => {
            return spell_choice(&place, context, out);
        }
        ValidationErrorKind::Required { property } => (131_008, format!("{property} is required")),
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            (100, format!("unexpected {}", unexpected.join(", ")))
        }
        ValidationErrorKind::MaxLength { limit } => {
            (131_009, format!("longer than {limit} characters (UTF-16 units)"))
        }
        ValidationErrorKind::MinLength { .. } => (131_009, "must not be empty".to_owned()),
        ValidationErrorKind::MaxItems { limit } => (131_009, format!("more than {limit} entries")),
        ValidationErrorKind::MinItems { limit } => (131_009, format!("fewer than {limit} entries")),
        ValidationErrorKind::Pattern { pattern } => (131_009, format!("does not match {pattern}")),
        ValidationErrorKind::Constant { expected_value } => {
            (131_009, format!("must be {expected_value}"))
        }
        ValidationErrorKind::Enum { options } => (131_009, format!("must be one of {options}")),
        ValidationErrorKind::Type { .. } => (100, "has the wrong type".to_owned()),
        _ => (131_009, error.masked().to_string()),
    };
    out.push(Finding { code, says: format!("{place}: {what}") });
}

/// Of several forms that all do not fit, speaks of the one that was most likely meant: one whose fixed values fit, then
/// the one with the fewest faults.
fn spell_choice(place: &str, context: &[Vec<ValidationError<'static>>], out: &mut Vec<Finding>) {
    let required = |errors: &Vec<ValidationError<'static>>| match errors.as_slice() {
        [one] => match one.kind() {
            ValidationErrorKind::Required { property } => Some(property.to_string()),
            _ => None,
        },
        _ => None,
    };
    let names: Vec<String> = context.iter().filter_map(required).collect();
    if names.len() == context.len() {
        let says = format!("{place}: {} is required", names.join(" or "));
        out.push(Finding { code: 131_008, says });
        return;
    }
    let other_form = |errors: &&Vec<ValidationError<'static>>| {
        let fixed =
            errors.iter().filter(|e| matches!(e.kind(), ValidationErrorKind::Constant { .. }));
        (fixed.count(), errors.len())
    };
    match context.iter().filter(|errors| !errors.is_empty()).min_by_key(other_form) {
        Some(errors) => errors.iter().for_each(|error| spell(error, out)),
        None => {
            out.push(Finding { code: 131_009, says: format!("{place}: fits more than one form") });
        }
    }
}

/// A copy in which each character counts as many characters as it has UTF-16 units.
fn in_utf16(value: &Value) -> Value {
    match value {
        Value::String(text) if text.chars().any(|c| c.len_utf16() == 2) => {
            let mut out = String::with_capacity(text.len() + 8);
            for c in text.chars() {
                if c.len_utf16() == 2 {
                    out.extend([HALF, HALF]);
                } else {
                    out.push(c);
                }
            }
            json!(out)
        }
        Value::Array(list) => Value::Array(list.iter().map(in_utf16).collect()),
        Value::Object(object) => {
            let copy: Map<String, Value> =
                object.iter().map(|(k, v)| (k.clone(), in_utf16(v))).collect();
            Value::Object(copy)
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &Value) -> (i64, Vec<String>) {
        let schema = Schema::read().unwrap();
        schema.check(body).map_or_else(|e| (e.code, e.violations), |()| (0, vec![]))
    }

    fn button(title: &str) -> Value {
        json!({"messaging_product": "whatsapp", "to": "+905551112233", "type": "interactive", "interactive": {
            "type": "button", "body": {"text": "b"},
            "action": {"buttons": [{"type": "reply", "reply": {"id": "1", "title": title}}]}}})
    }

    #[test]
    fn every_form_compiles() {
        let schema = Schema::read().unwrap();
        assert_eq!((schema.kinds.len(), schema.interactive.len()), (11, 13));
        for form in schema.kinds.values().chain(schema.interactive.values()).chain([&schema.read]) {
            assert!(form.validator().is_ok(), "{:?}", form.validator().err());
        }
    }

    #[test]
    fn a_refusal_names_the_key() {
        assert_eq!(refusal(&button("Twenty characters ok")), (0, vec![]));
        assert_eq!(
            refusal(&button("Twenty-one characters")),
            (131_009, vec!["/interactive/action/buttons/0/reply/title: longer than 20 characters (UTF-16 units)".into()])
        );
    }

    #[test]
    fn an_emoji_counts_two() {
        assert_eq!(refusal(&button(&"😀".repeat(10))).0, 0);
        assert_eq!(refusal(&button(&"😀".repeat(11))).0, 131_009);
    }

    #[test]
    fn who_it_goes_to_is_required() {
        let body = json!({"messaging_product": "whatsapp", "type": "text", "text": {"body": "x"}});
        let (code, says) = refusal(&body);
        assert_eq!(code, 131_008);
        assert_eq!(says, ["the body: \"to\" or \"recipient\" is required"]);
    }

    #[test]
    fn unknown_keys_and_types() {
        let mut body = button("a");
        body["interactive"]["colour"] = json!("red");
        assert_eq!(refusal(&body), (100, vec!["/interactive: unexpected colour".into()]));
        assert_eq!(refusal(&json!({"type": "fax"})).0, 131_051);
        assert_eq!(
            refusal(&json!({"type": "interactive", "interactive": {"type": "x"}})).0,
            131_009
        );
        assert_eq!(refusal(&json!({})).0, 131_008);
    }

    #[test]
    fn the_likely_form_is_the_one_spoken_of() {
        let mut body = button("a");
        body["interactive"]["header"] = json!({"type": "text", "text": "x".repeat(61)});
        assert_eq!(
            refusal(&body).1,
            ["/interactive/header/text: longer than 60 characters (UTF-16 units)"]
        );
    }
}
