//! What a person does to a message that is there: edit it, delete it for everyone, forward it.

use serde_json::{Map, Value, json};

use super::super::{Refused, Result, needed, text};
use super::{file, of_type, pick};
use crate::config::Account;
use crate::sim::{Sim, State};
use crate::world::chat::{Bubble, Side};
use crate::world::customer::Customer;

/// How long a message can be edited: 15 minutes. Source: edit webhook reference (read 2026).
const EDIT_MS: i64 = 15 * 60 * 1_000;
/// How long a message can be deleted for everyone: two days and a half, as the app has it.
const REVOKE_MS: i64 = 60 * 3_600 * 1_000;

/// The person's own message that is still there and younger than `limit_ms`.
fn own<'a>(
    sim: &Sim,
    state: &'a State,
    person: &Customer,
    said: &Value,
    limit_ms: i64,
) -> Result<&'a Bubble> {
    let id = needed(said, "message_id")?;
    let found = state.world.chats.find(id).filter(|(customer, _)| *customer == person.id);
    let (_, bubble) = found.ok_or_else(|| Refused::missing(format!("no message {id} here")))?;
    let conflict = |why: String| Err(Refused { status: 409, why });
    if bubble.from != Side::Customer {
        return conflict(format!("{id} is not the person's own message"));
    }
    let gone = |b: &Bubble| b.message["revoke"]["original_message_id"] == id;
    if state.world.chats.of(&person.id).iter().any(gone) {
        return conflict(format!("{id} is deleted already"));
    }
    if sim.now() - bubble.at_ms > limit_ms {
        return conflict(format!("{id} is too old for that"));
    }
    Ok(bubble)
}

/// `edit`: new words, or a new caption.
pub(super) fn edit(
    sim: &Sim,
    state: &State,
    person: &Customer,
    said: &Value,
) -> Result<Map<String, Value>> {
    let bubble = own(sim, state, person, said, EDIT_MS)?;
    let body = needed(said, "body")?;
    let kind = bubble.message["type"].as_str().unwrap_or_default();
    let mut message = pick(&bubble.message, &["context", "type", kind]);
    match kind {
        "text" => message["text"] = json!({"body": body}),
        "image" | "video" | "document" => message[kind]["caption"] = json!(body),
        _ => {
            let why = format!("a message of the type {kind} cannot be edited");
            return Err(Refused { status: 409, why });
        }
    }
    Ok(of_type("edit", Some(json!({"original_message_id": bubble.id, "message": message}))))
}

/// `revoke`: deleted for everyone.
pub(super) fn revoke(
    sim: &Sim,
    state: &State,
    person: &Customer,
    said: &Value,
) -> Result<Map<String, Value>> {
    let bubble = own(sim, state, person, said, REVOKE_MS)?;
    if matches!(bubble.message["type"].as_str(), Some("edit" | "revoke" | "reaction" | "system")) {
        return Err(Refused { status: 409, why: format!("{} is no message of words", bubble.id) });
    }
    Ok(of_type("revoke", Some(json!({"original_message_id": bubble.id}))))
}

/// A message of either side sent on: what is in it, without what was around it.
pub(super) fn forward(
    sim: &Sim,
    state: &mut State,
    person: &Customer,
    account: &Account,
    said: &Value,
) -> Result<Map<String, Value>> {
    let id = needed(said, "message_id")?;
    let found = state.world.chats.find(id).filter(|(customer, _)| *customer == person.id);
    let (_, bubble) = found.ok_or_else(|| Refused::missing(format!("no message {id} here")))?;
    let message = bubble.message.clone();
    let kind = message["type"].as_str().unwrap_or_default();
    let text_of = |words: Option<&str>| {
        let words = words.filter(|words| !words.is_empty());
        words.map(|words| of_type("text", Some(json!({"body": words}))))
    };
    let content = match kind {
        "text" => text_of(message["text"]["body"].as_str()),
        "location" | "contacts" => Some(of_type(kind, Some(message[kind].clone()))),
        "image" | "audio" | "document" | "sticker" | "video" => {
            let again = file::again(sim, state, account, kind, &message[kind])?;
            Some(of_type(kind, Some(again)))
        }
        "interactive" => {
            let interactive = &message["interactive"];
            let words = ["/body/text", "/button_reply/title", "/list_reply/title"];
            text_of(words.iter().find_map(|place| interactive.pointer(place)?.as_str()))
        }
        "button" => text_of(text(&message["button"], "text")),
        _ => None,
    };
    content.ok_or_else(|| Refused {
        status: 409,
        why: format!("a message of the type {kind} cannot be forwarded"),
    })
}
