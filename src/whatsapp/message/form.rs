//! The answer of a form (`nfm_reply`). Its fields come as JSON inside of a text, were typed by a person, and may be
//! anything: they are read as texts, what is nested by its path, and only so much of it as a form can hold.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Raw, part};
use crate::{
    message::{Content, tame},
    whatsapp::read::text,
};

/// Fields that are read; a form of WhatsApp has fewer.
const MOST: usize = 200;
/// Levels of objects and lists.
const DEEPEST: usize = 6;

#[derive(Default, Deserialize)]
struct Answer<'a> {
    #[serde(borrow, default)]
    name: Raw<'a>,
    #[serde(borrow, default)]
    response_json: Raw<'a>,
}

/// What `nfm_reply` says; a form that cannot be read has no fields.
pub(super) fn form(raw: Raw<'_>) -> Content {
    let answer: Answer<'_> = part(raw);
    let mut fields = BTreeMap::new();
    // A text that holds JSON; some bring the JSON itself.
    let inner = answer.response_json.and_then(|raw| match raw.get().as_bytes().first() {
        Some(b'"') => serde_json::from_str(&serde_json::from_str::<String>(raw.get()).ok()?).ok(),
        _ => serde_json::from_str(raw.get()).ok(),
    });
    if let Some(inner @ Value::Object(_)) = inner {
        flatten("", &inner, DEEPEST, &mut fields);
    }
    let token = fields.remove("flow_token");
    Content::Form { name: text(answer.name).unwrap_or_default(), fields, token }
}

fn flatten(path: &str, value: &Value, deeper: usize, fields: &mut BTreeMap<String, String>) {
    if fields.len() >= MOST {
        return;
    }
    let below = |name: &str| {
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        tame(&path.chars().take(100).collect::<String>())
    };
    let told = match value {
        Value::Null => return,
        Value::Object(_) | Value::Array(_) if deeper == 0 => return,
        Value::Object(object) => {
            return object.iter().for_each(|(k, v)| flatten(&below(k), v, deeper - 1, fields));
        }
        Value::Array(list) => {
            let places = list.iter().enumerate();
            return places
                .for_each(|(n, v)| flatten(&below(&n.to_string()), v, deeper - 1, fields));
        }
        Value::String(text) => tame(text).trim().to_owned(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
    };
    if !told.is_empty() {
        fields.insert(path.to_owned(), told);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{json, value::RawValue};

    use super::*;

    fn read(answer: &Value) -> (String, Vec<(String, String)>, Option<String>) {
        let raw = RawValue::from_string(answer.to_string()).unwrap();
        let Content::Form { name, fields, token } = form(Some(&raw)) else { unreachable!() };
        (name, fields.into_iter().collect(), token)
    }

    fn pairs<const N: usize>(all: [(&str, &str); N]) -> Vec<(String, String)> {
        all.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    }

    #[test]
    fn fields_are_texts_and_the_token_stands_apart() {
        let inner = json!({"flow_token": "ft_1", "street": " Moda Cad. 1\u{0}\u{202e} ", "floor": 3,
            "lift": true, "note": "", "none": null, "days": ["mo", "tu"],
            "home": {"city": "İstanbul", "geo": {"lat": 41.0}}});
        let answer = json!({"name": "flow", "body": "Sent", "response_json": inner.to_string()});
        let wanted = pairs([
            ("days.0", "mo"),
            ("days.1", "tu"),
            ("floor", "3"),
            ("home.city", "İstanbul"),
            ("home.geo.lat", "41.0"),
            ("lift", "true"),
            ("street", "Moda Cad. 1"),
        ]);
        assert_eq!(read(&answer), ("flow".to_owned(), wanted, Some("ft_1".to_owned())));
    }

    #[test]
    fn what_is_no_answer_has_no_fields() {
        for response in [json!("{"), json!("[1]"), json!("\"x\""), json!(7), Value::Null] {
            let (name, fields, token) = read(&json!({"response_json": response}));
            assert_eq!((name.as_str(), fields, token), ("", vec![], None), "{response}");
        }
        let open = read(&json!({"name": "address_message", "response_json": {"values": {"a": 1}}}));
        assert_eq!(open.1, pairs([("values.a", "1")]));
    }

    #[test]
    fn a_form_without_end_is_cut() {
        let many: serde_json::Map<_, _> = (0..5_000).map(|n| (format!("f{n}"), json!(n))).collect();
        let answer = json!({"response_json": Value::Object(many).to_string()});
        assert_eq!(read(&answer).1.len(), MOST);
        let deep = (0..40).fold(json!("x"), |inner, _| json!({ "d": inner }));
        assert_eq!(read(&json!({"response_json": deep.to_string()})).1, []);
    }
}
