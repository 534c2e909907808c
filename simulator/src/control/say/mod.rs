//! `POST /sim/customers/{id}/messages`: what a person says, turned into what WhatsApp would tell the business.

mod answers;
mod cart;
mod context;
mod file;
mod undo;

use serde_json::{Map, Value, json};

use super::{Refused, Result, account, customers, needed, text};
use crate::config::Account;
use crate::sim::{Sim, State};
use crate::webhook::status::errors_of;
use crate::world::chat::{Bubble, Side};
use crate::world::customer::Customer;
use crate::world::{Fact, Part};

/// Takes the message: a bubble, the window, a webhook.
pub(super) fn say(sim: &Sim, id: &str, said: &Value) -> Result<Value> {
    let mut state = sim.lock();
    let person = customers::find(&state, id)?;
    let account = account(sim, text(said, "to"))?;
    let at_ms = match said.get("timestamp_ms") {
        None => sim.now(),
        Some(ms) => ms.as_i64().ok_or_else(|| Refused::bad("timestamp_ms is a whole number"))?,
    };
    let bsuid = person.bsuid_in(&account.portfolio_id, sim.home());
    let content = content(sim, &mut state, &person, account, said)?;

    let mut message = Map::new();
    if person.phone_visible {
        message.insert("from".into(), json!(person.wa_id()));
    }
    if person.bsuid_known {
        message.insert("from_user_id".into(), json!(bsuid));
        if let Some(parent) = &person.parent_bsuid {
            message.insert("from_parent_user_id".into(), json!(parent));
        }
    }
    message.insert("id".into(), json!(state.ids.wamid()));
    message.insert("timestamp".into(), json!((at_ms / 1_000).to_string()));
    let group = text(said, "group_id");
    if let Some(group) = group {
        message.insert("group_id".into(), json!(group));
    }
    if let Some(context) = context::of(&state, &person, account, said)? {
        message.insert("context".into(), context);
    }
    if let Some(referral) = context::referral(&mut state, said)? {
        message.insert("referral".into(), referral);
    }
    message.extend(content);
    let wamid = message.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let kind = message.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let message = Value::Object(message);
    let number = &account.phone_number_id;

    // The same id again is a repetition, not a second message.
    if state.world.chats.find(&wamid).is_none() {
        let bubble = Bubble {
            seq: state.next_seq(),
            id: wamid.clone(),
            from: Side::Customer,
            at_ms,
            message: message.clone(),
            status: "sent".into(),
            phone_number_id: number.clone(),
            dropped_products: vec![],
            by_staff: false,
        };
        state.record(sim.now(), Fact::Bubble { customer: person.id.clone(), bubble });
    }
    if opens_window(&kind) && group.is_none() {
        let (customer, phone_number_id) = (person.id.clone(), number.clone());
        state.record(sim.now(), Fact::Inbound { customer, phone_number_id, at_ms });
    }
    let contact = (kind != "system").then(|| person.contact(&bsuid, true));
    let (contact, part) = if text(said, "type") == Some("resend") {
        // The error stands beside the message, which has no content.
        let contacts: Vec<Value> = contact.into_iter().collect();
        let errors = errors_of(131_000, "The message could not be read.");
        let whole = json!({"contacts": contacts, "messages": [message], "errors": errors});
        (None, Part::Whole(whole))
    } else {
        (contact, Part::Message(message))
    };
    state.queue(sim.now(), number, Some(&person.id), "messages", contact, part);
    Ok(json!({"id": wamid}))
}

/// Only what a person writes opens the window, and the first opening of the chat, which is told so that it can be
/// answered; whether a reaction does is not documented, so it does not.
fn opens_window(kind: &str) -> bool {
    !matches!(kind, "system" | "reaction" | "edit" | "revoke" | "unsupported")
}

/// `type` and what belongs to it.
fn content(
    sim: &Sim,
    state: &mut State,
    person: &Customer,
    account: &Account,
    said: &Value,
) -> Result<Map<String, Value>> {
    let kind = needed(said, "type")?;
    match kind {
        "tap" => return answers::tap(state, person, account, said),
        "form" => return answers::form(state, person, account, said),
        "share_contact" => return answers::contact(state, person, account, said),
        "call_permission" => return answers::call_permission(sim, said),
        "payment_method" => return answers::payment_method(sim, state, said),
        "edit" => return undo::edit(sim, state, person, said),
        "revoke" => return undo::revoke(sim, state, person, said),
        "forward" => return undo::forward(sim, state, person, account, said),
        "request_welcome" => return Ok(of_type("request_welcome", None)),
        "resend" => return Ok(of_type("interactive", None)),
        "unsupported" => return Ok(unsupported(text(said, "kind"))),
        "raw" => {
            let message = said.get("message").and_then(Value::as_object);
            return message.cloned().ok_or_else(|| Refused::bad("message is an object"));
        }
        _ => {}
    }
    let inner = match kind {
        "order" => cart::order(sim, state, account, said)?,
        "reaction" => {
            let target = needed(said, "message_id")?;
            let known = state.world.chats.find(target).is_some_and(|(c, _)| c == person.id);
            if !known {
                return Err(Refused::missing(format!("no message {target} in this chat")));
            }
            json!({"message_id": target, "emoji": text(said, "emoji").unwrap_or_default()})
        }
        other => match plain(sim, state, account, other, said)? {
            Some(inner) => inner,
            None => return Err(Refused::bad(format!("a person cannot say {other:?}"))),
        },
    };
    Ok(of_type(kind, Some(inner)))
}

/// What both sides can say: text, a place, people, files. None: something else.
pub(super) fn plain(
    sim: &Sim,
    state: &mut State,
    account: &Account,
    kind: &str,
    said: &Value,
) -> Result<Option<Value>> {
    Ok(Some(match kind {
        "text" => json!({"body": needed(said, "body")?}),
        "location" => {
            let mut place = pick(said, &["latitude", "longitude", "name", "address", "url"]);
            if !place["latitude"].is_number() || !place["longitude"].is_number() {
                return Err(Refused::bad("latitude and longitude are numbers"));
            }
            place.as_object_mut().into_iter().for_each(|p| p.retain(|_, v| !v.is_null()));
            place
        }
        "contacts" => match said.get("contacts") {
            Some(Value::Array(list)) if !list.is_empty() => Value::Array(list.clone()),
            _ => return Err(Refused::bad("contacts is a list with at least one entry")),
        },
        "image" | "audio" | "document" | "sticker" | "video" => {
            file::given(sim, state, account, kind, said)?
        }
        _ => return Ok(None),
    }))
}

fn of_type(kind: &str, inner: Option<Value>) -> Map<String, Value> {
    let mut content = Map::new();
    content.insert("type".into(), json!(kind));
    if let Some(inner) = inner {
        content.insert(kind.to_owned(), inner);
    }
    content
}

/// What WhatsApp could not show to a business: an edit, a poll, anything new.
fn unsupported(kind: Option<&str>) -> Map<String, Value> {
    let mut content = of_type("unsupported", kind.map(|kind| json!({"type": kind})));
    content.insert("errors".into(), errors_of(131_051, "Message type is currently not supported."));
    content
}

fn pick(said: &Value, keys: &[&str]) -> Value {
    let found = keys.iter().filter_map(|key| Some(((*key).to_owned(), said.get(key)?.clone())));
    Value::Object(found.collect())
}
