//! `POST /sim/customers/{id}/messages`: what a person says, turned into what WhatsApp would tell the business.

use std::str::FromStr;

use aws_lc_rs::digest;
use data_encoding::BASE64;
use serde_json::{Map, Number, Value, json};

use super::{Refused, Result, account, customers, needed, text};
use crate::config::Account;
use crate::sim::{Sim, State};
use crate::world::chat::{Bubble, Side};
use crate::world::customer::Customer;
use crate::world::{Fact, Part};

/// Units of one product that a cart holds at most. Source: cart reference (read 2026).
const MOST: u64 = 99;

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
    }
    message.insert("id".into(), json!(state.ids.wamid()));
    message.insert("timestamp".into(), json!((at_ms / 1_000).to_string()));
    if let Some(quoted) = text(said, "reply_to") {
        message.insert("context".into(), json!({"from": account.digits(), "id": quoted}));
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
        };
        state.record(sim.now(), Fact::Bubble { customer: person.id.clone(), bubble });
    }
    if opens_window(&kind) {
        let (customer, phone_number_id) = (person.id.clone(), number.clone());
        state.record(sim.now(), Fact::Inbound { customer, phone_number_id, at_ms });
    }
    let contact = (kind != "system").then(|| person.contact(&bsuid, true));
    state.queue(sim.now(), number, Some(&person.id), "messages", contact, Part::Message(message));
    Ok(json!({"id": wamid}))
}

/// Only what a person writes opens the window; whether a reaction does is not documented, so it does not.
fn opens_window(kind: &str) -> bool {
    !matches!(kind, "system" | "reaction" | "edit" | "revoke" | "unsupported" | "request_welcome")
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
    let inner = match kind {
        "text" => json!({"body": needed(said, "body")?}),
        "tap" => return tap(state, person, account, said),
        "order" => order(sim, state, account, said)?,
        "location" => {
            let mut place = pick(said, &["latitude", "longitude", "name", "address"]);
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
            file(sim, state, account, kind, said)?
        }
        "reaction" => {
            let target = needed(said, "message_id")?;
            let known = state.world.chats.find(target).is_some_and(|(c, _)| c == person.id);
            if !known {
                return Err(Refused::missing(format!("no message {target} in this chat")));
            }
            json!({"message_id": target, "emoji": text(said, "emoji").unwrap_or_default()})
        }
        "raw" => {
            let message = said.get("message").and_then(Value::as_object);
            return message.cloned().ok_or_else(|| Refused::bad("message is an object"));
        }
        other => return Err(Refused::bad(format!("a person cannot say {other:?}"))),
    };
    let mut content = Map::new();
    content.insert("type".into(), json!(kind));
    content.insert(kind.to_owned(), inner);
    Ok(content)
}

fn pick(said: &Value, keys: &[&str]) -> Value {
    let found = keys.iter().filter_map(|key| Some(((*key).to_owned(), said.get(key)?.clone())));
    Value::Object(found.collect())
}

/// A tap on a button or row that the bubble really has.
fn tap(
    state: &State,
    person: &Customer,
    account: &Account,
    said: &Value,
) -> Result<Map<String, Value>> {
    let (message_id, choice) = (needed(said, "message_id")?, needed(said, "choice_id")?);
    let found = state.world.chats.find(message_id);
    let bubble = found.filter(|(c, b)| *c == person.id && b.from == Side::Business).map(|(_, b)| b);
    let bubble =
        bubble.ok_or_else(|| Refused::missing(format!("no bubble {message_id} in this chat")))?;
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
    let interactive = json!({"type": kind, kind: answer});
    Some(Map::from_iter([
        ("type".to_owned(), json!("interactive")),
        ("interactive".to_owned(), interactive),
    ]))
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
    Some(Map::from_iter([
        ("type".to_owned(), json!("button")),
        ("button".to_owned(), json!({"payload": choice, "text": label})),
    ]))
}

/// A submitted cart, at the prices the phone shows unless others are given.
fn order(sim: &Sim, state: &mut State, account: &Account, said: &Value) -> Result<Value> {
    crate::graph::catalog::settle(sim, state);
    if !state.world.commerce(&account.phone_number_id).is_cart_enabled {
        return Err(Refused::bad("the cart is switched off for this number"));
    }
    let items = said.get("items").and_then(Value::as_array).filter(|items| !items.is_empty());
    let items = items.ok_or_else(|| Refused::bad("items is a list with at least one entry"))?;
    let mut lines = Vec::new();
    for item in items {
        let sku = needed(item, "sku")?;
        let quantity =
            item.get("quantity").and_then(Value::as_u64).filter(|n| (1..=MOST).contains(n));
        let quantity =
            quantity.ok_or_else(|| Refused::bad(format!("quantity of {sku} is 1 to {MOST}")))?;
        let known = state.world.item(&account.catalog_id, sku);
        let asked = known.and_then(|item| item.asked());
        let given = match item.get("price") {
            None | Some(Value::Null) => None,
            Some(Value::Number(number)) => Some(number.clone()),
            Some(Value::String(price)) => Some(
                Number::from_str(price)
                    .map_err(|_| Refused::bad(format!("{price:?} is no price")))?,
            ),
            Some(other) => return Err(Refused::bad(format!("{other} is no price"))),
        };
        let price = match (given, asked) {
            (Some(price), _) => price,
            (None, Some((amount, _))) => Number::from_str(amount)
                .map_err(|_| Refused::bad(format!("the catalog's price of {sku} is no number")))?,
            (None, None) => {
                return Err(Refused::missing(format!(
                    "{sku} is not in the catalog: give a price to order it"
                )));
            }
        };
        let currency =
            asked.map(|(_, currency)| currency).or_else(|| some_currency(state, account));
        let currency = text(item, "currency").or(currency).unwrap_or("USD");
        lines.push(json!({"product_retailer_id": sku, "quantity": quantity, "item_price": price, "currency": currency}));
    }
    let note = text(said, "text").unwrap_or_default();
    Ok(json!({"catalog_id": account.catalog_id, "text": note, "product_items": lines}))
}

/// The currency of the catalog: that of any item.
fn some_currency<'a>(state: &'a State, account: &Account) -> Option<&'a str> {
    let first = state.world.catalog(&account.catalog_id)?.items.values().next()?;
    first.asked().map(|(_, currency)| currency)
}

/// A file: the one given as base64 in `data` with its `mime_type`, or one made up.
fn file(
    sim: &Sim,
    state: &mut State,
    account: &Account,
    kind: &str,
    said: &Value,
) -> Result<Value> {
    const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const PDF: &str = "JVBERi0xLjQKJSVFT0YK";
    const OGG: &str = "T2dnUwACAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    const WEBP: &str = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==";
    const MP4: &str = "AAAAGGZ0eXBpc29tAAAAAGlzb21pc28y";
    let (mime_type, made_up) = match kind {
        "image" => ("image/png", PNG),
        "audio" => ("audio/ogg; codecs=opus", OGG),
        "sticker" => ("image/webp", WEBP),
        "video" => ("video/mp4", MP4),
        _ => ("application/pdf", PDF),
    };
    let mime_type = text(said, "mime_type").unwrap_or(mime_type);
    let bytes = BASE64
        .decode(text(said, "data").unwrap_or(made_up).as_bytes())
        .map_err(|_| Refused::bad("data is base64"))?;
    let id = state.ids.digits(16);
    let hash = BASE64.encode(digest::digest(&digest::SHA256, &bytes).as_ref());
    state.media.add(&id, &account.phone_number_id, mime_type, bytes, sim.now(), 7);
    let mut file = json!({"id": id, "mime_type": mime_type, "sha256": hash});
    match kind {
        "audio" => file["voice"] = json!(true),
        "sticker" => file["animated"] = json!(false),
        _ => {
            if let Some(caption) = text(said, "caption") {
                file["caption"] = json!(caption);
            }
        }
    }
    if kind == "document" {
        file["filename"] = json!(text(said, "filename").unwrap_or("document.pdf"));
    }
    Ok(file)
}
