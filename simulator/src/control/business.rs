//! What comes from the business's own side beside the Graph API: staff with the phone app, the account, payments.

use serde_json::{Map, Value, json};

use super::{Refused, Result, account, customers, needed, say, text};
use crate::sim::Sim;
use crate::world::chat::{Bubble, Side};
use crate::world::{Automation, Fact, Part};

/// `POST /sim/echo` `{"customer", "type", …, "to"?}`: somebody of the staff writes to the person in the phone app of the
/// number. The person sees it, and the business hears of it by `smb_message_echoes`.
pub(super) fn echo(sim: &Sim, said: &Value) -> Result<Value> {
    let mut state = sim.lock();
    let person = customers::find(&state, needed(said, "customer")?)?;
    let account = account(sim, text(said, "to"))?;
    let kind = needed(said, "type")?;
    let content = say::plain(sim, &mut state, account, kind, said)?
        .ok_or_else(|| Refused::bad(format!("the staff cannot say {kind:?}")))?;
    let now = sim.now();
    let mut message = Map::new();
    message.insert("from".into(), json!(account.digits()));
    if person.phone_visible {
        message.insert("to".into(), json!(person.wa_id()));
    }
    if person.bsuid_known {
        let bsuid = person.bsuid_in(&account.portfolio_id, sim.home());
        message.insert("to_user_id".into(), json!(bsuid));
    }
    let id = state.ids.wamid();
    message.insert("id".into(), json!(id));
    message.insert("timestamp".into(), json!((now / 1_000).to_string()));
    message.insert("type".into(), json!(kind));
    message.insert(kind.to_owned(), content);
    if let Some(quoted) = text(said, "reply_to") {
        message.insert("context".into(), json!({"id": quoted}));
    }
    let message = Value::Object(message);
    let bubble = Bubble {
        seq: state.next_seq(),
        id: id.clone(),
        from: Side::Business,
        at_ms: now,
        message: message.clone(),
        status: "delivered".into(),
        phone_number_id: account.phone_number_id.clone(),
        dropped_products: vec![],
        by_staff: true,
    };
    state.record(now, Fact::Bubble { customer: person.id.clone(), bubble });
    let whole = Part::Whole(json!({"message_echoes": [message]}));
    let number = &account.phone_number_id;
    state.queue(now, number, Some(&person.id), "smb_message_echoes", None, whole);
    Ok(json!({"id": id}))
}

/// `POST /sim/fields` `{"field", "value", "entry_id"?, "customer"?, "to"?}`: a webhook of any field with this value and
/// nothing added, such as `account_update`. `entry_id` instead of the account's, as for `PARTNER_ADDED`.
pub(super) fn field(sim: &Sim, body: &Value) -> Result<Value> {
    let mut state = sim.lock();
    let account = account(sim, text(body, "to"))?;
    let field = needed(body, "field")?;
    let value = body.get("value").filter(|value| value.is_object());
    let value = value.ok_or_else(|| Refused::bad("value is an object"))?.clone();
    let customer = text(body, "customer");
    if let Some(id) = customer {
        customers::find(&state, id)?;
    }
    let part = Part::Bare { value, entry_id: text(body, "entry_id").map(str::to_owned) };
    state.queue(sim.now(), &account.phone_number_id, customer, field, None, part);
    Ok(json!({"field": field}))
}

/// `POST /sim/payments` `{"message_id", "status"}`: how a payment asked for by `order_details` goes (India): `pending`,
/// `captured`, `failed`.
pub(super) fn payment(sim: &Sim, body: &Value) -> Result<Value> {
    let mut state = sim.lock();
    let id = needed(body, "message_id")?;
    let found = state.world.chats.find(id).map(|(c, b)| (c.to_owned(), b.clone()));
    let (customer, bubble) = found.ok_or_else(|| Refused::missing(format!("no message {id}")))?;
    let asked = bubble.message.pointer("/interactive/action/parameters");
    let asked = asked.filter(|p| p.get("total_amount").is_some());
    let asked = asked.ok_or_else(|| Refused::bad(format!("{id} asks for no payment")))?;
    let (status, transaction) = match needed(body, "status")? {
        "captured" => ("captured", "success"),
        "pending" => ("pending", "pending"),
        "failed" => ("pending", "failed"),
        other => return Err(Refused::bad(format!("there is no payment status {other:?}"))),
    };
    let seconds = sim.now() / 1_000;
    let person = customers::find(&state, &customer)?;
    let mut report = json!({
        "id": id,
        "type": "payment",
        "status": status,
        "timestamp": seconds.to_string(),
        "payment": {
            "reference_id": asked["reference_id"],
            "amount": asked["total_amount"],
            "currency": asked["currency"],
            "transaction": {
                "id": state.ids.digits(14),
                "type": "razorpay",
                "status": transaction,
                "created_timestamp": seconds.to_string(),
                "updated_timestamp": seconds.to_string(),
                "method": {"type": "upi"},
            },
        },
    });
    if transaction == "failed" {
        report["payment"]["transaction"]["error"] =
            json!({"code": "BAD_REQUEST_ERROR", "reason": "payment_failed"});
    }
    if person.phone_visible {
        report["recipient_id"] = json!(person.wa_id());
    }
    let part = Part::Status(report);
    state.queue(sim.now(), &bubble.phone_number_id, Some(&customer), "messages", None, part);
    Ok(json!({"status": status}))
}

/// `POST /sim/numbers/{id}` `{"welcome"?}`: whether the business hears when a person opens the chat for the first time.
pub(super) fn number(sim: &Sim, id: &str, body: &Value) -> Result<Value> {
    let account = account(sim, Some(id))?;
    let mut state = sim.lock();
    let mut automation = state.world.automation(&account.phone_number_id);
    match body.get("welcome") {
        None => {}
        Some(Value::Bool(on)) => automation.enable_welcome_message = *on,
        Some(other) => return Err(Refused::bad(format!("welcome is true or false, not {other}"))),
    }
    let answer = json!(automation);
    let phone_number_id = account.phone_number_id.clone();
    state.record(sim.now(), Fact::Automation { phone_number_id, automation });
    Ok(answer)
}

/// `POST /sim/customers/{id}/open` `{"to"?}`: the person opens the chat. The first time the business hears of it by
/// `request_welcome`, when it wants to.
pub(super) fn open(sim: &Sim, id: &str, body: &Value) -> Result<Value> {
    let number = account(sim, text(body, "to"))?.phone_number_id.clone();
    let automation: Automation = {
        let state = sim.lock();
        let person = customers::find(&state, id)?;
        let met = state.world.chats.of(&person.id).iter().any(|b| b.phone_number_id == number);
        if met {
            return Ok(json!({"welcome": false}));
        }
        state.world.automation(&number)
    };
    if automation.enable_welcome_message {
        say::say(sim, id, &json!({"type": "request_welcome", "to": number}))?;
    }
    Ok(json!({"welcome": automation.enable_welcome_message}))
}
