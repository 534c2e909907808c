//! Answers to what the business asked: taps, forms, the number, a call, a payment.

use serde_json::{Map, Value, json};

use super::super::{Refused, Result, needed, text};
use super::{of_type, pick};
use crate::config::Account;
use crate::sim::{Sim, State};
use crate::world::chat::{Bubble, Side};
use crate::world::customer::Customer;

/// The bubble of the business that is answered.
fn asked<'a>(state: &'a State, person: &Customer, said: &Value) -> Result<&'a Bubble> {
    let id = needed(said, "message_id")?;
    let found = state.world.chats.find(id);
    let bubble = found.filter(|(c, b)| *c == person.id && b.from == Side::Business).map(|(_, b)| b);
    bubble.ok_or_else(|| Refused::missing(format!("no bubble {id} in this chat")))
}

/// A tap on a button or row that the bubble really has.
pub(super) fn tap(
    state: &State,
    person: &Customer,
    account: &Account,
    said: &Value,
) -> Result<Map<String, Value>> {
    let (bubble, choice) = (asked(state, person, said)?, needed(said, "choice_id")?);
    let message_id = &bubble.id;
    let reply = reply_to(&bubble.message, choice);
    let reply = reply.or_else(|| template_button(state, account, &bubble.message, choice));
    let mut content = reply
        .ok_or_else(|| Refused::bad(format!("bubble {message_id} offers no choice {choice:?}")))?;
    content.insert("context".into(), json!({"from": account.digits(), "id": message_id}));
    Ok(content)
}

/// `type` and content of the answer to an interactive message.
fn reply_to(message: &Value, choice: &str) -> Option<Map<String, Value>> {
    fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
        value[key].as_array().into_iter().flatten()
    }
    let action = message.pointer("/interactive/action")?;
    let cards = list(action, "cards").flat_map(|card| list(&card["action"], "buttons"));
    let buttons = list(action, "buttons")
        .map(|button| &button["reply"])
        .chain(cards.map(|button| &button["quick_reply"]));
    let rows = list(action, "sections").flat_map(|section| list(section, "rows"));
    let mut choices = buttons.map(|b| ("button_reply", b)).chain(rows.map(|r| ("list_reply", r)));
    let (kind, chosen) = choices.find(|(_, c)| c["id"] == choice)?;
    let answer = pick(chosen, &["id", "title", "description"]);
    Some(interactive(kind, &answer))
}

/// The answer to a quick reply of a template: its payload, and the label it was registered with.
fn template_button(
    state: &State,
    account: &Account,
    message: &Value,
    choice: &str,
) -> Option<Map<String, Value>> {
    let template = message.get("template")?;
    let mut components = template["components"].as_array()?.iter();
    let button = components.find(|c| {
        c["type"] == "button"
            && c["sub_type"] == "quick_reply"
            && c["parameters"][0]["payload"] == choice
    })?;
    let index = button["index"].as_u64().or_else(|| button["index"].as_str()?.parse().ok())?;
    let known = state
        .world
        .templates
        .iter()
        .find(|t| t.waba_id == account.waba_id && template["name"] == t.name.as_str());
    let registered =
        known.and_then(|t| t.components.as_array()?.iter().find(|c| c["type"] == "BUTTONS"));
    let label = registered
        .and_then(|b| b["buttons"].get(usize::try_from(index).ok()?)?["text"].as_str())
        .unwrap_or(choice);
    Some(of_type("button", Some(json!({"payload": choice, "text": label}))))
}

fn interactive(kind: &str, answer: &Value) -> Map<String, Value> {
    of_type("interactive", Some(json!({"type": kind, kind: answer})))
}

/// A filled form: `answers` as they are, with the token of the message unless they bring one (`null`: without any).
/// `response_json` instead is taken to the letter.
pub(super) fn form(
    state: &State,
    person: &Customer,
    account: &Account,
    said: &Value,
) -> Result<Map<String, Value>> {
    let bubble = asked(state, person, said)?;
    let token = flow_token(&bubble.message);
    let token = token.ok_or_else(|| Refused::bad(format!("bubble {} opens no form", bubble.id)))?;
    let response = match (text(said, "response_json"), said.get("answers")) {
        (Some(response), _) => response.to_owned(),
        (None, Some(Value::Object(answers))) => {
            let mut response = answers.clone();
            response.entry("flow_token").or_insert_with(|| json!(token));
            response.retain(|_, value| !value.is_null());
            Value::Object(response).to_string()
        }
        (None, _) => return Err(Refused::bad("answers is an object")),
    };
    let reply = json!({"name": "flow", "body": "Sent", "response_json": response});
    let mut content = interactive("nfm_reply", &reply);
    content.insert("context".into(), json!({"from": account.digits(), "id": bubble.id}));
    Ok(content)
}

/// The token of the form that a message opens.
fn flow_token(message: &Value) -> Option<&str> {
    let own = message.pointer("/interactive/action/parameters/flow_token");
    let mut components = message
        .pointer("/template/components")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice)
        .iter();
    let in_template = || {
        let button = components.find(|c| c["type"] == "button" && c["sub_type"] == "flow")?;
        button.pointer("/parameters/0/action/flow_token")
    };
    own.or_else(in_template)?.as_str()
}

/// The own number, as an answer to a message that asks for it; `without_name`: the number alone.
pub(super) fn contact(
    state: &State,
    person: &Customer,
    account: &Account,
    said: &Value,
) -> Result<Map<String, Value>> {
    let bubble = asked(state, person, said)?;
    let asks = bubble.message["interactive"]["type"] == "request_contact_info"
        || bubble.message.get("template").is_some();
    if !asks {
        return Err(Refused::bad(format!("bubble {} asks for no number", bubble.id)));
    }
    let mut shared = json!({"origin": "contact_request",
        "phones": [{"phone": person.phone, "wa_id": person.wa_id(), "type": "CELL"}]});
    if said.get("without_name").and_then(Value::as_bool) != Some(true) {
        shared["name"] = json!({"formatted_name": person.name, "first_name": person.name});
    }
    let mut content = of_type("contacts", Some(json!([shared])));
    content.insert("context".into(), json!({"from": account.digits(), "id": bubble.id}));
    Ok(content)
}

/// Whether the business may call.
pub(super) fn call_permission(sim: &Sim, said: &Value) -> Result<Map<String, Value>> {
    let response = needed(said, "response")?;
    if !matches!(response, "accept" | "reject") {
        return Err(Refused::bad("response is accept or reject"));
    }
    let permanent = said.get("permanent").and_then(Value::as_bool).unwrap_or(false);
    let mut reply = json!({"response": response, "response_source": "user_action"});
    if response == "accept" {
        reply["is_permanent"] = json!(permanent);
        if !permanent {
            reply["expiration_timestamp"] = json!(sim.now() / 1_000 + 7 * 86_400);
        }
    }
    Ok(interactive("call_permission_reply", &reply))
}

/// A card was chosen to pay an order with (Brazil): the business charges it.
pub(super) fn payment_method(
    sim: &Sim,
    state: &mut State,
    said: &Value,
) -> Result<Map<String, Value>> {
    let reply = json!({
        "payment_method": "offsite_card_pay",
        "payment_timestamp": sim.now() / 1_000,
        "reference_id": needed(said, "reference_id")?,
        "last_four_digits": text(said, "last_four_digits").unwrap_or("5235"),
        "credential_id": state.ids.digits(7),
    });
    Ok(interactive("payment_method", &reply))
}
