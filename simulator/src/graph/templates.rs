//! Message templates: a registry just rich enough to refuse what is not registered.

use serde_json::{Value, json};

use super::errors::GraphError;
use crate::config::Account;
use crate::server::Answer;
use crate::sim::{Sim, State};
use crate::world::{Fact, Template};

/// True: the message is a template, and it is registered. False: it is free-form.
pub(crate) fn check(
    state: &State,
    account: &Account,
    body: &Value,
    by_phone: bool,
) -> Result<bool, GraphError> {
    let Some(wanted) = body.get("template") else { return Ok(false) };
    let name = wanted["name"].as_str().unwrap_or_default();
    let language = wanted["language"]["code"].as_str().unwrap_or_default();
    let known = state
        .world
        .templates
        .iter()
        .find(|t| t.waba_id == account.waba_id && t.name == name && t.language == language);
    let Some(known) = known else {
        return Err(GraphError::new(
            132_001,
            format!("template name ({name}) does not exist in {language}"),
        ));
    };
    if known.category == "AUTHENTICATION" && !by_phone {
        return Err(GraphError::new(131_062, "Authentication templates need a phone number."));
    }
    let given = wanted["components"].as_array().into_iter().flatten();
    let given = given
        .filter(|c| c["type"] == "body")
        .map(|c| c["parameters"].as_array().map_or(0, Vec::len))
        .sum::<usize>();
    match body_variables(&known.components) {
        Some(expected) if expected != given => Err(GraphError::new(
            132_000,
            format!(
                "body: number of localizable_params ({given}) does not match the expected number of params ({expected})"
            ),
        )),
        _ => Ok(true),
    }
}

/// How many different `{{…}}` the text of the body has; None: no text was registered.
fn body_variables(components: &Value) -> Option<usize> {
    let body = components.as_array()?.iter().find(|c| c["type"].as_str() == Some("BODY"))?;
    let mut names: Vec<&str> = body["text"]
        .as_str()?
        .split("{{")
        .skip(1)
        .filter_map(|rest| rest.split_once("}}"))
        .map(|(name, _)| name.trim())
        .collect();
    names.sort_unstable();
    names.dedup();
    Some(names.len())
}

/// `POST /{waba_id}/message_templates`: registers a template, approved at once.
pub(crate) fn create(
    sim: &Sim,
    state: &mut State,
    account: &Account,
    given: &Value,
) -> Result<Answer, GraphError> {
    let text = |key: &str| given.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (name, language, category) = (text("name"), text("language"), text("category"));
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || name.len() > 512 || !name.chars().all(plain) {
        return Err(GraphError::new(100, "name: 1 to 512 of a-z, 0-9 and _"));
    }
    if language.is_empty() {
        return Err(GraphError::new(131_008, "language is required"));
    }
    if !matches!(category.as_str(), "MARKETING" | "UTILITY" | "AUTHENTICATION") {
        return Err(GraphError::new(100, "category is MARKETING, UTILITY or AUTHENTICATION"));
    }
    let template = Template {
        id: state.ids.digits(16),
        waba_id: account.waba_id.clone(),
        name,
        language,
        category,
        components: given.get("components").cloned().unwrap_or(json!([])),
    };
    let answer = json!({"id": template.id, "status": "APPROVED", "category": template.category});
    state.record(sim.now(), Fact::Template(template));
    Ok(Answer::json(200, answer))
}

/// `GET /{waba_id}/message_templates`.
pub(crate) fn list(state: &State, account: &Account) -> Value {
    let known = state.world.templates.iter().filter(|t| t.waba_id == account.waba_id);
    let data: Vec<Value> = known
        .map(|t| {
            json!({"id": t.id, "name": t.name, "language": t.language, "category": t.category,
                   "status": "APPROVED", "components": t.components})
        })
        .collect();
    json!({"data": data})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_counted_once() {
        let body = |text: &str| json!([{"type": "HEADER"}, {"type": "BODY", "text": text}]);
        assert_eq!(body_variables(&body("{{1}} and {{2}}, {{ 1 }}")), Some(2));
        assert_eq!(body_variables(&body("none")), Some(0));
        assert_eq!(body_variables(&json!([])), None);
    }
}
