//! `POST /{phone_number_id}/messages`: the strictest part.
//!
//! In this order: well formed, somebody we know, the pace, what the message refers to, the window. A refused message
//! leaves nothing behind and costs no pace.

use serde_json::{Value, json};

use super::errors::GraphError;
use super::{flows, products, rules, templates};
use crate::config::Account;
use crate::server::{Answer, Call};
use crate::sim::{Sim, State};
use crate::webhook::status;
use crate::world::Fact;
use crate::world::chat::{Bubble, Side};
use crate::world::customer::Customer;
use crate::world::fault::{Kind, Scope};
use crate::world::pace::TooFast;

/// How long typing is shown at most, in milliseconds. Source: typing indicator page (read 2026).
const TYPING_MS: i64 = 25_000;

/// Whom a message is for.
pub(crate) struct To {
    pub(crate) customer: Customer,
    /// What was written in `to` or `recipient`.
    input: String,
    by_phone: bool,
}

/// Reads the body as JSON.
pub(crate) fn parse(call: &Call) -> Result<Value, GraphError> {
    let body: Value = serde_json::from_slice(&call.body)
        .map_err(|e| GraphError::new(100, format!("The body is not JSON: {e}")))?;
    if body.is_object() { Ok(body) } else { Err(GraphError::new(100, "The body is not an object")) }
}

/// Whether a body is a read mark and not a message.
pub(crate) fn is_read_mark(body: &Value) -> bool {
    body.get("status").is_some() && body.get("type").is_none()
}

/// The customer a body is about, for faults that are about one person. No judgement on the body.
pub(crate) fn about(sim: &Sim, state: &State, account: &Account, body: &Value) -> Option<String> {
    let text = |key: &str| body.get(key).and_then(Value::as_str);
    if let Some(id) = text("message_id").filter(|_| is_read_mark(body)) {
        return state.world.chats.find(id).map(|(customer, _)| customer.to_owned());
    }
    let customer = match (text("to"), text("recipient")) {
        (Some(to), _) => state.world.by_phone(to),
        (None, Some(id)) => state.world.by_bsuid(id, &account.portfolio_id, sim.home()),
        (None, None) => None,
    };
    customer.map(|c| c.id.clone())
}

/// Takes a message.
pub(crate) fn send(
    sim: &Sim,
    state: &mut State,
    account: &Account,
    body: &Value,
) -> Result<Answer, GraphError> {
    let now = sim.now();
    sim.schema.check(body)?;
    let violations = rules::violations(body);
    if let Some(first) = violations.first() {
        return Err(GraphError {
            violations: violations.clone(),
            ..GraphError::new(131_009, first)
        });
    }
    if body.get("recipient_type").and_then(Value::as_str) == Some("group") {
        return Err(GraphError::new(131_026, "This number is in no group"));
    }
    let to = recipient(sim, state, account, body)?;
    for id in rules::media_ids(body) {
        let known = state.media.get(id, now);
        if known.is_none_or(|medium| medium.phone_number_id != account.phone_number_id) {
            return Err(GraphError::new(
                131_009,
                format!("Media {id} does not exist or has expired"),
            ));
        }
    }
    flows::sent(state, account, body)?;
    if body["interactive"]["type"] == "address_message" && !account.digits().starts_with("91") {
        return Err(GraphError::new(131_009, "Address messages are for numbers of India only"));
    }
    let dropped = products::check(sim, state, account, body)?;
    let template = templates::check(state, account, body, to.by_phone)?;
    let open = state.world.window_ends(&to.customer.id, &account.phone_number_id);
    if !template && open.is_none_or(|until| now >= until) {
        return Err(GraphError::new(
            131_047,
            "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
        ));
    }
    let number = &account.phone_number_id;
    state.gate.take(sim.config.pace, now, number, &to.customer.id).map_err(|broken| match broken {
        TooFast::Number => {
            GraphError::new(130_429, "Cloud API message throughput has been reached.")
        }
        TooFast::Pair => GraphError::new(
            131_056,
            "Message failed to send because there were too many messages sent from this phone number to the same phone \
             number in a short period of time.",
        ),
    })?;
    let id = state.ids.wamid();
    accept(sim, state, account, &to, body, &id, &dropped);
    let mut answer = Answer::json(200, accepted(&to, &id, template));
    answer
        .violations
        .extend(dropped.iter().map(|sku| format!("Product {sku} is not in the catalog")));
    Ok(answer)
}

/// Finds out whom the message is for: `to` wins over `recipient`.
fn recipient(sim: &Sim, state: &State, account: &Account, body: &Value) -> Result<To, GraphError> {
    let text = |key: &str| body.get(key).and_then(Value::as_str);
    let undeliverable =
        |why: &str| GraphError::new(131_026, format!("Message undeliverable: {why}"));
    let (customer, input, by_phone) = match (text("to"), text("recipient")) {
        (Some(to), _) => {
            if to.trim_start_matches('+') == account.digits() {
                return Err(GraphError::new(131_021, "Sender and recipient are the same number."));
            }
            let known = state.world.by_phone(to);
            (known.ok_or_else(|| undeliverable("this phone is not on WhatsApp"))?, to, true)
        }
        (None, bsuid) => {
            let bsuid = bsuid.unwrap_or_default();
            let known = state.world.by_bsuid(bsuid, &account.portfolio_id, sim.home());
            let known = known.filter(|c| c.bsuid_known);
            (known.ok_or_else(|| undeliverable("no such user in this portfolio"))?, bsuid, false)
        }
    };
    Ok(To { customer: customer.clone(), input: input.to_owned(), by_phone })
}

fn accepted(to: &To, id: &str, template: bool) -> Value {
    let mut contact = json!({"input": to.input});
    if to.by_phone {
        contact["wa_id"] = json!(to.customer.wa_id());
    } else {
        contact["user_id"] = json!(to.input);
    }
    let mut message = json!({"id": id});
    if template {
        message["message_status"] = json!("accepted");
    }
    json!({"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]})
}

/// Shows the message on the phone and reports what the phone reports by itself.
fn accept(
    sim: &Sim,
    state: &mut State,
    account: &Account,
    to: &To,
    body: &Value,
    id: &str,
    dropped: &[String],
) {
    let now = sim.now();
    let bubble = Bubble {
        seq: state.next_seq(),
        id: id.to_owned(),
        from: Side::Business,
        at_ms: now,
        message: products::without(body, dropped),
        status: "accepted".into(),
        phone_number_id: account.phone_number_id.clone(),
        dropped_products: dropped.to_vec(),
        by_staff: false,
    };
    state.record(now, Fact::Bubble { customer: to.customer.id.clone(), bubble });

    let who = Some(to.customer.id.as_str());
    let failed = |kind: &Kind| matches!(kind, Kind::FailedStatus { .. });
    if let Some(Kind::FailedStatus { code }) = state.faults.strike(Scope::Messages, who, failed) {
        status::report(sim, state, id, "failed", Some(status::errors_of(code, "")));
        return;
    }
    if let Some(target) = body.pointer("/reaction/message_id").and_then(Value::as_str) {
        let fits = state.world.chats.find(target).is_some_and(|(customer, bubble)| {
            customer == to.customer.id && bubble.message.get("reaction").is_none()
        });
        if !fits {
            let errors = status::errors_of(131_009, "The message reacted to does not exist.");
            status::report(sim, state, id, "failed", Some(errors));
            return;
        }
    }
    for name in &sim.config.auto_statuses {
        let errors = (name == "sent" && !dropped.is_empty()).then(|| {
            let skus = dropped.join(", ");
            status::errors_of(131_009, &format!("Products not found in the catalog: {skus}"))
        });
        status::report(sim, state, id, name, errors);
    }
}

/// Marks a message and all before it as read, and may show typing.
pub(crate) fn read(
    sim: &Sim,
    state: &mut State,
    account: &Account,
    body: &Value,
) -> Result<Answer, GraphError> {
    let now = sim.now();
    sim.schema.check_read(body)?;
    let id = body["message_id"].as_str().unwrap_or_default();
    let found = state.world.chats.find(id).filter(|(_, bubble)| {
        bubble.from == Side::Customer && bubble.phone_number_id == account.phone_number_id
    });
    let Some((customer, upto)) = found.map(|(customer, bubble)| (customer.to_owned(), bubble.seq))
    else {
        return Err(GraphError::new(131_009, format!("No message {id} came to this number")));
    };
    let unread: Vec<String> = state
        .world
        .chats
        .of(&customer)
        .iter()
        .filter(|b| b.seq <= upto && b.from == Side::Customer && b.status != "read")
        .filter(|b| b.phone_number_id == account.phone_number_id)
        .map(|b| b.id.clone())
        .collect();
    for message_id in unread {
        let status = "read".to_owned();
        state.record(now, Fact::Status { customer: customer.clone(), message_id, status });
    }
    state.tell(&json!({"kind": "read_by_business", "customer": customer, "message_id": id}));
    if body.get("typing_indicator").is_some() {
        state.tell(&json!({"kind": "typing", "customer": customer, "until_ms": now + TYPING_MS}));
    }
    Ok(Answer::json(200, json!({"success": true})))
}
