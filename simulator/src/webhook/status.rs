//! Delivery statuses of what the business sent.
//!
//! Source: status webhook reference (read 2026), as of version 24: no `conversation`; `pricing` on `sent` and on one of
//! `delivered` and `read`.

use serde_json::{Map, Value, json};

use crate::graph::errors;
use crate::sim::{Sim, State};
use crate::world::chat::{Side, rank};
use crate::world::{Fact, Part};

/// From this moment free-form messages are billed: 2026-10-01, 00:00 UTC, in milliseconds.
const BILLED_SINCE_MS: i64 = 1_790_812_800_000;

/// Reports `status` of a message of the business, with `errors` when it failed. False: there is no such message, or
/// it is further already.
pub(crate) fn report(
    sim: &Sim,
    state: &mut State,
    message_id: &str,
    status: &str,
    errors: Option<Value>,
) -> bool {
    let now = sim.now();
    let Some((customer, bubble)) = state.world.chats.find(message_id) else { return false };
    if bubble.from != Side::Business || bubble.by_staff || rank(status) <= rank(&bubble.status) {
        return false;
    }
    let Some(customer) = state.world.customer(customer).cloned() else { return false };
    let Some(account) = sim.account(&bubble.phone_number_id) else { return false };
    let bsuid = customer.bsuid_in(&account.portfolio_id, sim.home());
    let message = &bubble.message;
    let text = |key: &str| message.get(key).and_then(Value::as_str);

    let mut report = Map::new();
    report.insert("id".into(), json!(message_id));
    report.insert("status".into(), json!(status));
    report.insert("timestamp".into(), json!((now / 1_000).to_string()));
    // Whoever was written to by phone is known by phone.
    if text("to").is_some() || customer.phone_visible {
        report.insert("recipient_id".into(), json!(customer.wa_id()));
    }
    // A failure of a message to a phone names the phone only.
    let by_phone_only = status == "failed" && text("to").is_some();
    if customer.bsuid_known && !by_phone_only {
        report.insert("recipient_user_id".into(), json!(bsuid));
        if let Some(parent) = &customer.parent_bsuid {
            report.insert("recipient_parent_user_id".into(), json!(parent));
        }
    }
    if let Some(echo) = text("biz_opaque_callback_data") {
        report.insert("biz_opaque_callback_data".into(), json!(echo));
    }
    let priced = match status {
        "sent" | "delivered" => true,
        "read" => rank(&bubble.status) < rank("delivered"),
        _ => false,
    };
    if priced {
        report.insert("pricing".into(), pricing(state, message, &account.waba_id, now));
    }
    if let Some(errors) = errors {
        report.insert("errors".into(), errors);
    }
    let contact = (status != "failed").then(|| customer.contact(&bsuid, status != "sent"));
    let number = account.phone_number_id.clone();
    let told = Fact::Status {
        customer: customer.id.clone(),
        message_id: message_id.to_owned(),
        status: status.to_owned(),
    };
    state.record(now, told);
    state.queue(
        now,
        &number,
        Some(&customer.id),
        "messages",
        contact,
        Part::Status(Value::Object(report)),
    );
    true
}

/// The `errors` of a failed status.
pub(crate) fn errors_of(code: i64, details: &str) -> Value {
    let known = errors::known(code);
    json!([{
        "code": code,
        "title": known.title,
        "message": known.title,
        "error_data": {"details": if details.is_empty() { known.title } else { details }},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"
    }])
}

fn pricing(state: &State, message: &Value, waba_id: &str, now: i64) -> Value {
    let template = message.pointer("/template/name").and_then(Value::as_str);
    let category = template.map_or("service".to_owned(), |name| {
        let known = state.world.templates.iter().find(|t| t.waba_id == waba_id && t.name == name);
        known.map_or("utility".to_owned(), |t| t.category.to_ascii_lowercase())
    });
    let free = category == "service" && now < BILLED_SINCE_MS;
    json!({
        "billable": !free,
        "pricing_model": "PMP",
        "type": if free { "free_customer_service" } else { "regular" },
        "category": category,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_first_of_october_2026() {
        let date = chrono::DateTime::from_timestamp_millis(super::BILLED_SINCE_MS);
        assert_eq!(date.map(|d| d.to_rfc3339()), Some("2026-10-01T00:00:00+00:00".into()));
    }
}
