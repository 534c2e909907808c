//! Forms: made, filled with Flow JSON, published, sent.
//!
//! Source: Flows API reference (read 2026). Left out: endpoints (`data_exchange` is taken, nobody answers), previews, metrics.

mod check;
mod json;
mod parts;

use serde_json::{Map, Value, json};

use super::errors::GraphError;
use crate::config::Account;
use crate::server::{Answer, Call};
use crate::sim::{Sim, State};
use crate::world::Fact;
use crate::world::flow::{Flow, FlowStatus};

pub(crate) use check::sent;

const CATEGORIES: &[&str] = &[
    "SIGN_UP",
    "SIGN_IN",
    "APPOINTMENT_BOOKING",
    "LEAD_GENERATION",
    "CONTACT_US",
    "CUSTOMER_SUPPORT",
    "SURVEY",
    "OTHER",
];

/// `POST /{waba_id}/flows` `{name, categories, flow_json?, publish?, endpoint_uri?}`. With faults in the JSON it stays a
/// draft and the answer tells them.
pub(crate) fn create(
    sim: &Sim,
    state: &mut State,
    account: &Account,
    given: &Map<String, Value>,
) -> Result<Answer, GraphError> {
    let name = name(state, account, given, None)?;
    let name = name.ok_or_else(|| GraphError::new(131_008, "name is required"))?;
    let categories = categories(given)?;
    let categories =
        categories.ok_or_else(|| GraphError::new(131_008, "categories is required"))?;
    let mut flow = Flow {
        id: state.ids.digits(16),
        waba_id: account.waba_id.clone(),
        name,
        categories,
        status: FlowStatus::Draft,
        json: Value::Null,
        endpoint_uri: text(given, "endpoint_uri").map(str::to_owned),
        validation_errors: Vec::new(),
    };
    if let Some(text) = text(given, "flow_json") {
        fill(&mut flow, text.as_bytes());
    }
    let publish = given.get("publish").is_some_and(|p| *p == true || *p == "true");
    if publish && flow.json.is_null() {
        return Err(GraphError::new(139_002, "A flow without Flow JSON cannot be published"));
    }
    if publish && flow.validation_errors.is_empty() {
        flow.status = FlowStatus::Published;
    }
    let mut answer = json!({"id": flow.id, "success": true});
    if !flow.json.is_null() || !flow.validation_errors.is_empty() {
        answer["validation_errors"] = json!(flow.validation_errors);
    }
    let mut answer = Answer::json(200, answer);
    answer.violations = spoken(&flow);
    state.record(sim.now(), Fact::Flow(flow));
    Ok(answer)
}

/// Calls on one flow.
pub(crate) async fn one(
    sim: &Sim,
    flow: Flow,
    call: &Call,
    edge: &str,
) -> Result<Answer, GraphError> {
    let draft = |code: i64, what: &str| match flow.status {
        FlowStatus::Draft => Ok(()),
        _ => Err(GraphError::new(code, format!("Only a draft can be {what}"))),
    };
    let done = || Ok(Answer::json(200, json!({"success": true})));
    let mut changed = flow.clone();
    match (call.method.as_str(), edge) {
        ("GET", "") => return look(&flow, call),
        ("GET", "assets") => {
            let asset = json!({"name": "flow.json", "asset_type": "FLOW_JSON"});
            return Ok(Answer::json(200, json!({"data": [asset]})));
        }
        ("POST", "") => {
            draft(139_001, "changed")?;
            let given = call.form_or_json().map_err(|why| GraphError::new(100, why))?;
            let account = sim.config.accounts.iter().find(|a| a.waba_id == flow.waba_id);
            if let Some(account) = account
                && let Some(name) = name(&sim.lock(), account, &given, Some(&flow.id))?
            {
                changed.name = name;
            }
            changed.categories = categories(&given)?.unwrap_or(changed.categories);
            if let Some(uri) = text(&given, "endpoint_uri") {
                changed.endpoint_uri = Some(uri.to_owned());
            }
        }
        ("POST", "assets") => {
            draft(139_001, "changed")?;
            let json = asset(call).await?;
            fill(&mut changed, &json);
            let errors = json!(changed.validation_errors);
            let mut answer =
                Answer::json(200, json!({"success": true, "validation_errors": errors}));
            answer.violations = spoken(&changed);
            sim.lock().record(sim.now(), Fact::Flow(changed));
            return Ok(answer);
        }
        ("POST", "publish") => {
            draft(139_002, "published")?;
            if flow.json.is_null() || !flow.validation_errors.is_empty() {
                let mut error = GraphError::new(139_002, "The Flow JSON is missing or has errors");
                error.violations = spoken(&flow);
                return Err(error);
            }
            changed.status = FlowStatus::Published;
        }
        ("POST", "deprecate") => {
            if flow.status != FlowStatus::Published {
                return Err(GraphError::new(139_003, "Only a published flow can be deprecated"));
            }
            changed.status = FlowStatus::Deprecated;
        }
        ("DELETE", "") => {
            draft(139_004, "deleted")?;
            sim.lock().record(sim.now(), Fact::FlowGone { id: flow.id });
            return done();
        }
        _ => return Err(GraphError::no_object(&call.method, &flow.id)),
    }
    sim.lock().record(sim.now(), Fact::Flow(changed));
    done()
}

/// `GET /{waba_id}/flows`
pub(crate) fn list(state: &State, account: &Account) -> Answer {
    let own = state.world.flows().filter(|flow| flow.waba_id == account.waba_id);
    let data: Vec<Value> = own
        .map(|flow| {
            let whole = whole(flow);
            let mut shown = Map::new();
            for key in ["id", "name", "status", "categories", "validation_errors"] {
                shown.insert(key.to_owned(), whole[key].clone());
            }
            Value::Object(shown)
        })
        .collect();
    Answer::json(200, json!({"data": data}))
}

/// `GET /{flow_id}?fields=…`
fn look(flow: &Flow, call: &Call) -> Result<Answer, GraphError> {
    let whole = whole(flow);
    let fields = call.query("fields").unwrap_or("name,status,categories,validation_errors");
    let mut out = Map::new();
    for field in fields.split(',').map(str::trim).chain(["id"]) {
        let value = whole.get(field).ok_or_else(|| {
            let details =
                format!("Tried accessing nonexisting field ({field}) on node type (Flow)");
            GraphError::new(100, details)
        })?;
        out.insert(field.to_owned(), value.clone());
    }
    Ok(Answer::json(200, Value::Object(out)))
}

fn whole(flow: &Flow) -> Value {
    json!({
        "id": flow.id,
        "name": flow.name,
        "status": flow.status,
        "categories": flow.categories,
        "validation_errors": flow.validation_errors,
        "json_version": flow.json["version"],
        "data_api_version": flow.json["data_api_version"],
        "endpoint_uri": flow.endpoint_uri,
        "whatsapp_business_account": {"id": flow.waba_id},
    })
}

/// The JSON of a flow, and what is wrong with it.
fn fill(flow: &mut Flow, text: &[u8]) {
    match serde_json::from_slice(text) {
        Ok(json) => {
            flow.validation_errors = json::faults(&json);
            flow.json = json;
        }
        Err(error) => {
            flow.json = Value::Null;
            flow.validation_errors = vec![json::fault("INVALID_JSON", "", &error.to_string())];
        }
    }
}

/// The same for the log.
fn spoken(flow: &Flow) -> Vec<String> {
    let word = |fault: &Value| {
        let path = fault.pointer("/pointers/0/path").and_then(Value::as_str).unwrap_or("");
        format!("{path}: {}", fault["message"].as_str().unwrap_or_default())
    };
    flow.validation_errors.iter().map(word).collect()
}

async fn asset(call: &Call) -> Result<Vec<u8>, GraphError> {
    let parts = call.multipart().await.map_err(|why| GraphError::new(100, why))?;
    let field = |name: &str| parts.iter().find(|part| part.name == name);
    let says = |name: &str, wanted: &str| match field(name) {
        Some(part) if part.bytes == wanted.as_bytes() => Ok(()),
        _ => Err(GraphError::new(100, format!("{name} must be {wanted}"))),
    };
    says("name", "flow.json")?;
    says("asset_type", "FLOW_JSON")?;
    let file = field("file").ok_or_else(|| GraphError::new(131_008, "file is required"))?;
    if file.bytes.len() > 10 * 1_024 * 1_024 {
        return Err(GraphError::new(100, "Flow JSON is larger than 10 MB"));
    }
    Ok(file.bytes.clone())
}

fn text<'a>(given: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    given.get(key).and_then(Value::as_str)
}

/// A name that no other flow of the account has.
fn name(
    state: &State,
    account: &Account,
    given: &Map<String, Value>,
    own: Option<&str>,
) -> Result<Option<String>, GraphError> {
    let Some(name) = text(given, "name") else { return Ok(None) };
    if name.trim().is_empty() || name.encode_utf16().count() > 200 {
        return Err(GraphError::new(100, "name: 1 to 200 characters"));
    }
    let taken = state.world.flows().any(|flow| {
        flow.waba_id == account.waba_id && flow.name == name && own != Some(flow.id.as_str())
    });
    if taken {
        return Err(GraphError::new(100, format!("There is a flow named {name:?} already")));
    }
    Ok(Some(name.to_owned()))
}

fn categories(given: &Map<String, Value>) -> Result<Option<Vec<String>>, GraphError> {
    let Some(list) = given.get("categories") else { return Ok(None) };
    let bad = || {
        let all = CATEGORIES.join(", ");
        GraphError::new(100, format!("categories: at least one of {all}"))
    };
    let list = list.as_array().filter(|list| !list.is_empty()).ok_or_else(bad)?;
    let mut found = Vec::new();
    for one in list {
        let known = one.as_str().filter(|one| CATEGORIES.contains(one)).ok_or_else(bad)?;
        found.push(known.to_owned());
    }
    Ok(Some(found))
}
