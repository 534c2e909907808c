//! State, faults, clock, flush, raw webhooks and the journal.

use serde_json::{Value, json};

use super::{Refused, Result, account, text};
use crate::journal::KEPT;
use crate::server::Call;
use crate::sim::Sim;
use crate::webhook::{build, deliver, post};
use crate::world::Fact;
use crate::world::fault::Fault;

/// `GET /sim/state`: nothing secret in it.
pub(super) fn state(sim: &Sim) -> Value {
    let state = sim.lock();
    let accounts: Vec<Value> = sim
        .config
        .accounts
        .iter()
        .map(|a| {
            let commerce = state.world.commerce(&a.phone_number_id);
            let automation = state.world.automation(&a.phone_number_id);
            json!({
                "app_id": a.app_id,
                "phone_number_id": a.phone_number_id,
                "display_phone_number": a.display_phone_number,
                "waba_id": a.waba_id,
                "portfolio_id": a.portfolio_id,
                "catalog_id": a.catalog_id,
                "business_name": a.business_name,
                "webhook_url": a.webhook_url,
                "is_cart_enabled": commerce.is_cart_enabled,
                "is_catalog_visible": commerce.is_catalog_visible,
                "welcome": automation.enable_welcome_message,
                "prompts": automation.prompts,
                "commands": automation.commands,
            })
        })
        .collect();
    let faults: Vec<Value> = state.faults.on.iter().map(Fault::view).collect();
    json!({
        "accounts": accounts,
        "clock": {"now_ms": sim.now()},
        "faults": faults,
        "counts": {
            "customers": state.world.customers().len(),
            "bubbles": state.world.chats.count(),
            "pending_webhooks": state.world.due.len(),
            "exchanges": state.journal.len(),
        },
    })
}

/// `GET /sim/faults`
pub(super) fn faults(sim: &Sim) -> Value {
    Value::Array(sim.lock().faults.on.iter().map(Fault::view).collect())
}

/// `POST /sim/faults`
pub(super) fn add_fault(sim: &Sim, body: &Value) -> Result<Value> {
    let mut state = sim.lock();
    if let Some(to) = text(body, "to") {
        super::customers::find(&state, to)?;
    }
    state.faults.add(body).map_err(Refused::bad)
}

/// `DELETE /sim/faults?kind=`: all, or all of one kind.
pub(super) fn clear_faults(sim: &Sim, kind: Option<&str>) -> Value {
    let mut state = sim.lock();
    let before = state.faults.on.len();
    state
        .faults
        .on
        .retain(|fault| kind.is_some_and(|kind| fault.given.get("kind") != Some(&json!(kind))));
    json!({"deleted": before - state.faults.on.len()})
}

/// `DELETE /sim/faults/{id}`
pub(super) fn clear_fault(sim: &Sim, id: &str) -> Result<Value> {
    let mut state = sim.lock();
    let before = state.faults.on.len();
    state.faults.on.retain(|fault| fault.id.to_string() != id);
    if state.faults.on.len() == before {
        return Err(Refused::missing(format!("no fault {id}")));
    }
    Ok(json!({"deleted": 1}))
}

/// `POST /sim/clock/advance`
pub(super) fn advance(sim: &Sim, body: &Value) -> Result<Value> {
    let seconds = body.get("seconds").and_then(Value::as_i64).filter(|seconds| *seconds >= 0);
    let seconds = seconds.ok_or_else(|| Refused::bad("seconds is a whole number, 0 or more"))?;
    sim.config.clock.advance_ms(seconds.saturating_mul(1_000));
    let now_ms = sim.now();
    sim.lock().record(now_ms, Fact::Clock { now_ms });
    Ok(json!({"now_ms": now_ms}))
}

/// `POST /sim/flush`
pub(super) async fn flush(sim: &Sim) -> Value {
    json!(deliver::flush(sim).await)
}

/// `POST /sim/handshake` `{"phone_number_id"?}`: verifies the webhook as Meta does when it is configured.
pub(super) async fn handshake(sim: &Sim, body: &Value) -> Result<Value> {
    let account = account(sim, text(body, "phone_number_id"))?;
    let token = text(body, "verify_token").unwrap_or(&account.verify_token);
    Ok(match post::handshake(sim, &account.webhook_url, token).await {
        Ok(()) => json!({"verified": true}),
        Err(answered) => {
            json!({"verified": false, "status": answered.status, "body": answered.body})
        }
    })
}

/// `POST /sim/webhooks/raw`: signs whatever it is given and posts it at once.
pub(super) async fn raw_webhook(sim: &Sim, body: &Value) -> Result<Value> {
    let account = account(sim, text(body, "to"))?;
    let payload = match body.get("body") {
        Some(Value::String(text)) => text.clone(),
        Some(value) => build::ascii(value),
        None => return Err(Refused::bad("body is missing")),
    };
    let signature = match text(body, "signature") {
        Some(given) => given.to_owned(),
        None => build::signature(&account.app_secret, payload.as_bytes()),
    };
    let answered = post::post_body(sim, &account.webhook_url, &signature, payload, vec![]).await;
    Ok(json!({"status": answered.status, "body": answered.body}))
}

/// `GET /sim/journal?after=SEQ&limit=`: the oldest behind `after`; without it, or with 0, the newest.
pub(super) fn journal(sim: &Sim, call: &Call) -> Result<Value> {
    let number = |key: &str| match call.query(key) {
        None => Ok(None),
        Some(text) => {
            text.parse::<u64>().map(Some).map_err(|_| Refused::bad(format!("{key} is a number")))
        }
    };
    let after = number("after")?.filter(|after| *after > 0);
    let limit = number("limit")?.and_then(|n| usize::try_from(n).ok()).unwrap_or(KEPT);
    let state = sim.lock();
    Ok(json!(state.journal.list(after, limit)))
}
