//! Whether a message may open a form, and open it so.

use serde_json::{Map, Value};

use crate::config::Account;
use crate::graph::errors::GraphError;
use crate::sim::State;
use crate::world::flow::FlowStatus;

/// Looks at a message of the type `flow`; any other passes.
///
/// # Errors
/// 131009 when the flow is not there, not published, has no such screen, or the data is not what the screen declares;
/// 131008 without a token.
pub(crate) fn sent(state: &State, account: &Account, body: &Value) -> Result<(), GraphError> {
    if body["interactive"]["type"] != "flow" {
        return Ok(());
    }
    let parameters = &body["interactive"]["action"]["parameters"];
    let text = |key: &str| parameters[key].as_str();
    let bad = |what: String| Err(GraphError::new(131_009, what));
    let (id, named) = (text("flow_id"), text("flow_name"));
    let wanted = id.or(named).unwrap_or_default();
    let found = state.world.flows().find(|flow| {
        flow.waba_id == account.waba_id
            && id.map_or_else(|| Some(flow.name.as_str()) == named, |id| flow.id == id)
    });
    let Some(flow) = found else { return bad(format!("Flow {wanted} does not exist")) };
    let as_draft = text("mode") == Some("draft") && flow.status == FlowStatus::Draft;
    if flow.status != FlowStatus::Published && !as_draft {
        return bad(format!("Flow {wanted} is not published"));
    }
    if !flow.validation_errors.is_empty() || flow.json.is_null() {
        return bad(format!("The Flow JSON of {wanted} is missing or has errors"));
    }
    if text("flow_token").is_none_or(str::is_empty) {
        return Err(GraphError::new(131_008, "flow_token is required"));
    }
    let cta = text("flow_cta").unwrap_or_default();
    if cta.chars().any(is_emoji) {
        return bad("flow_cta must not have emoji".to_owned());
    }
    let payload = &parameters["flow_action_payload"];
    let Some(screen) = payload["screen"].as_str() else { return Ok(()) };
    let Some(screen) = flow.screen(screen) else {
        return bad(format!("Flow {wanted} has no screen {screen}"));
    };
    let nothing = Map::new();
    let declared = screen["data"].as_object().unwrap_or(&nothing);
    let given = payload["data"].as_object().unwrap_or(&nothing);
    if let Some(key) = declared.keys().find(|key| !given.contains_key(*key)) {
        return bad(format!("flow_action_payload.data: the screen needs {key}"));
    }
    for (key, value) in given {
        let Some(kind) = declared.get(key) else {
            return bad(format!("flow_action_payload.data: the screen declares no {key}"));
        };
        if !fits(&kind["type"], value) {
            let kind = &kind["type"];
            return bad(format!("flow_action_payload.data: {key} is not of the type {kind}"));
        }
    }
    Ok(())
}

fn fits(kind: &Value, value: &Value) -> bool {
    match kind.as_str() {
        Some("string") => value.is_string(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => true,
    }
}

/// Pictures in text: the blocks that hold nothing else, and the sign that makes others pictures.
pub(super) fn is_emoji(c: char) -> bool {
    matches!(u32::from(c), 0x1f000..=0x1faff | 0x2600..=0x27bf | 0x2b00..=0x2bff | 0xfe0f)
}
