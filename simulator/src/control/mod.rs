//! The control side: what a person or a test does to the pretend world. JSON in, JSON out, `{"error": …}` on refusal.

mod business;
mod customers;
mod identity;
mod say;
mod shop;
mod switches;

use poem::http::HeaderMap;
use serde_json::{Value, json};

use crate::config::Account;
use crate::journal::{self, Exchange};
use crate::server::{Answer, Call, Content};
use crate::sim::Sim;

/// Why a call was refused: HTTP status and a sentence.
pub(crate) struct Refused {
    status: u16,
    why: String,
}

impl Refused {
    fn bad(why: impl Into<String>) -> Self {
        Self { status: 400, why: why.into() }
    }

    fn missing(what: impl Into<String>) -> Self {
        Self { status: 404, why: what.into() }
    }
}

type Result<T> = std::result::Result<T, Refused>;

/// Answers one call and notes it in the journal, unless it only looked.
pub(crate) async fn handle(sim: &Sim, call: &Call) -> Answer {
    let answer = match route(sim, call).await {
        Ok(answer) => answer,
        Err(Refused { status, why }) => Answer::json(status, json!({"error": why})),
    };
    if call.method != "GET" {
        let response = match &answer.content {
            Content::Json(value) => value.clone(),
            Content::Bytes { .. } => Value::Null,
        };
        sim.keep_exchange(Exchange {
            seq: 0,
            at_ms: sim.now(),
            kind: "control".into(),
            method: call.method.clone(),
            path: call.path_and_query(),
            request: journal::body(&call.body),
            status: answer.status,
            response,
            violations: vec![],
        });
        sim.wake.notify_one();
    }
    answer
}

/// The same without a network.
pub(crate) async fn direct(
    sim: &Sim,
    method: &str,
    path_and_query: &str,
    body: &Value,
) -> (u16, Value) {
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    let body = if body.is_null() { vec![] } else { body.to_string().into_bytes() };
    let call = Call {
        method: method.to_owned(),
        path: path.to_owned(),
        query: crate::server::pairs(query),
        headers: HeaderMap::new(),
        body,
    };
    let answer = handle(sim, &call).await;
    let value = match answer.content {
        Content::Json(value) => value,
        Content::Bytes { bytes, .. } => json!({"bytes": bytes.len()}),
    };
    (answer.status, value)
}

async fn route(sim: &Sim, call: &Call) -> Result<Answer> {
    let body = match call.body.as_slice() {
        [] => json!({}),
        bytes => serde_json::from_slice(bytes)
            .map_err(|e| Refused::bad(format!("the body is not JSON: {e}")))?,
    };
    let path = call.path.strip_prefix("/sim/").unwrap_or_default();
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let found = |value| Ok(Answer::json(200, value));
    match (call.method.as_str(), parts.as_slice()) {
        ("GET", ["state"]) => found(switches::state(sim)),
        ("GET", ["customers"]) => found(customers::list(sim)),
        ("POST", ["customers"]) => found(customers::add(sim, &body)?),
        ("POST", ["customers", id]) => found(customers::change(sim, id, &body)?),
        ("POST", ["customers", id, "messages"]) => found(say::say(sim, id, &body)?),
        ("POST", ["customers", id, "read"]) => found(customers::read(sim, id)?),
        ("POST", ["customers", id, "change_number"]) => {
            found(identity::change_number(sim, id, &body)?)
        }
        ("POST", ["customers", id, "change_bsuid"]) => {
            found(identity::change_bsuid(sim, id, &body)?)
        }
        ("POST", ["customers", id, "preferences"]) => found(identity::preferences(sim, id, &body)?),
        ("POST", ["customers", id, "open"]) => found(business::open(sim, id, &body)?),
        ("GET", ["customers", id, "chat"]) => found(customers::chat(sim, id, call)?),
        ("POST", ["echo"]) => found(business::echo(sim, &body)?),
        ("POST", ["fields"]) => found(business::field(sim, &body)?),
        ("POST", ["payments"]) => found(business::payment(sim, &body)?),
        ("POST", ["numbers", id]) => found(business::number(sim, id, &body)?),
        ("POST", ["statuses"]) => found(customers::status(sim, &body)?),
        ("GET", ["media", id]) => shop::media(sim, id),
        ("GET", ["catalog"]) => found(shop::catalog(sim, call)?),
        ("POST", ["catalog", "review"]) => found(shop::review(sim, &body)?),
        ("GET", ["templates"]) => found(shop::templates(sim, call)?),
        ("POST", ["templates"]) => found(shop::template(sim, &body)?),
        ("GET", ["flows"]) => found(shop::flows(sim, call)?),
        ("GET", ["flows", id]) => found(shop::flow(sim, id)?),
        ("GET", ["links", code]) => found(shop::link(sim, code)?),
        ("GET", ["faults"]) => found(switches::faults(sim)),
        ("POST", ["faults"]) => found(switches::add_fault(sim, &body)?),
        ("DELETE", ["faults"]) => found(switches::clear_faults(sim, call.query("kind"))),
        ("DELETE", ["faults", id]) => found(switches::clear_fault(sim, id)?),
        ("POST", ["clock", "advance"]) => found(switches::advance(sim, &body)?),
        ("POST", ["flush"]) => found(switches::flush(sim).await),
        ("POST", ["handshake"]) => found(switches::handshake(sim, &body).await?),
        ("POST", ["webhooks", "raw"]) => found(switches::raw_webhook(sim, &body).await?),
        ("GET", ["journal"]) => found(switches::journal(sim, call)?),
        (method, _) => Err(Refused::missing(format!("there is no {method} {}", call.path))),
    }
}

/// The account whose number is named, or the first.
fn account<'a>(sim: &'a Sim, phone_number_id: Option<&str>) -> Result<&'a Account> {
    match phone_number_id.filter(|id| !id.is_empty()) {
        None => Ok(&sim.config.accounts[0]),
        Some(id) => sim.account(id).ok_or_else(|| Refused::missing(format!("no number {id}"))),
    }
}

/// A text of the body.
fn text<'a>(body: &'a Value, key: &str) -> Option<&'a str> {
    body.get(key).and_then(Value::as_str)
}

/// A text the body must have.
fn needed<'a>(body: &'a Value, key: &str) -> Result<&'a str> {
    text(body, key)
        .filter(|t| !t.is_empty())
        .ok_or_else(|| Refused::bad(format!("{key} is missing")))
}
