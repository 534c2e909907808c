//! The messages that a person sends in a script, as the simulator's control side takes them.

use serde_json::{Value, json};

use super::script::items;
use crate::harness::{Bubble, Person, SKUS};

/// What the person has in front of them, oldest first.
pub(crate) struct Chat<'a> {
    /// What the shop sent.
    pub(crate) bubbles: &'a [Bubble],
    /// What the person said.
    pub(crate) own: &'a [Bubble],
}

impl Chat<'_> {
    /// The id of the shop's message that is so far from the end; 1 is the newest.
    fn ours(&self, from_the_end: usize) -> Result<&str, String> {
        let at = self.bubbles.len().checked_sub(from_the_end);
        let bubble = at.and_then(|at| self.bubbles.get(at));
        bubble.map(|b| b.id.as_str()).ok_or_else(|| "no such message of ours".to_owned())
    }

    /// The newest message of the shop that has a button or row of that title.
    fn titled(&self, title: &str) -> Result<&str, String> {
        let newest = self.bubbles.iter().rev().find(|b| b.choice(title).is_some());
        newest.map(|b| b.id.as_str()).ok_or_else(|| format!("no message of ours has `{title}`"))
    }

    /// The newest of the person's own that can be edited or deleted.
    fn mine(&self) -> Result<&str, String> {
        let words = |b: &&Bubble| {
            !matches!(b.message["type"].as_str(), Some("edit" | "revoke" | "reaction" | "system"))
        };
        let newest = self.own.iter().rev().find(words);
        newest.map(|b| b.id.as_str()).ok_or_else(|| "the person said nothing yet".to_owned())
    }

    /// The newest message of the shop of that interactive type.
    fn asks(&self, kind: &str, what: &str) -> Result<&str, String> {
        let asks = |b: &&Bubble| b.message["interactive"]["type"] == kind;
        let newest = self.bubbles.iter().rev().find(asks);
        newest.map(|b| b.id.as_str()).ok_or_else(|| format!("no message of ours {what}"))
    }
}

/// `WORD REST` of an act as messages: several taps are several.
pub(crate) fn messages(word: &str, rest: &str, chat: &Chat<'_>) -> Result<Vec<Value>, String> {
    if word == "tap" {
        return taps(chat.bubbles, rest);
    }
    Ok(vec![message(word, rest, chat)?])
}

/// `TITLE`, `old TITLE` (the oldest bubble that has it), `older TITLE` (the one before the newest that has it), `×3 TITLE`
/// (so often before anything is answered).
fn taps(bubbles: &[Bubble], rest: &str) -> Result<Vec<Value>, String> {
    let (times, rest) = match rest.strip_prefix('×') {
        None => (1, rest),
        Some(more) => {
            let (times, title) = more.split_once(' ').ok_or("write `> tap ×3  TITLE`")?;
            (times.parse().map_err(|_| format!("`{times}` is no number"))?, title.trim())
        }
    };
    let having = |title: &str| bubbles.iter().filter(|b| b.choice(title).is_some()).collect();
    let (title, bubble) = if let Some(title) = rest.strip_prefix("old ") {
        let all: Vec<_> = having(title.trim());
        (title.trim(), all.first().copied())
    } else if let Some(title) = rest.strip_prefix("older ") {
        let all: Vec<_> = having(title.trim());
        (title.trim(), all.iter().nth_back(1).or(all.last()).copied())
    } else {
        let all: Vec<_> = having(rest);
        (rest, all.last().copied())
    };
    let Some(bubble) = bubble else {
        let last = bubbles.iter().rev().find(|b| !b.choices().is_empty());
        let there: Vec<_> =
            last.map(|b| b.choices().into_iter().map(|c| c.title).collect()).unwrap_or_default();
        return Err(format!("nothing to tap is called `{title}`; there is {there:?}"));
    };
    Ok(vec![Person::tap_message(bubble, title); times])
}

fn message(word: &str, rest: &str, chat: &Chat<'_>) -> Result<Value, String> {
    Ok(match word {
        "text" => json!({"type": "text", "body": unescaped(rest)}),
        "reply" => reply(rest, chat)?,
        "forward" if rest.is_empty() => json!({"type": "forward", "message_id": chat.ours(1)?}),
        "forward" => json!({"type": "text", "body": unescaped(rest), "forwarded": true}),
        "edit" => json!({"type": "edit", "message_id": chat.mine()?, "body": unescaped(rest)}),
        "revoke" => json!({"type": "revoke", "message_id": chat.mine()?}),
        "reaction" => json!({"type": "reaction", "message_id": chat.ours(1)?, "emoji": rest}),
        "unreact" => {
            let reaction = |b: &&Bubble| b.message["type"] == "reaction";
            let newest = chat.own.iter().rev().find(reaction);
            let newest = newest.ok_or("the person reacted to nothing")?;
            let to = &newest.message["reaction"]["message_id"];
            json!({"type": "reaction", "message_id": to, "emoji": ""})
        }
        "ad" => ad(rest)?,
        "about" => {
            let (sku, words) = rest.split_once(' ').ok_or("write `> about  SKU words`")?;
            json!({"type": "text", "body": unescaped(words.trim()), "about": sku})
        }
        "group" => json!({"type": "text", "body": unescaped(rest), "group_id": "group-1"}),
        "form" => {
            let form = chat.asks("flow", "opens a form")?;
            json!({"type": "form", "message_id": form, "answers": parsed(rest)?})
        }
        "share" if rest == "contact" => {
            let asks = chat.asks("request_contact_info", "asks for the number")?;
            json!({"type": "share_contact", "message_id": asks})
        }
        "cart" => cart(rest)?,
        "location" => location(rest)?,
        "image" | "audio" | "document" | "sticker" | "video" => {
            let mut media = json!({"type": word});
            if !rest.is_empty() {
                media["caption"] = json!(rest);
            }
            media
        }
        "contacts" => json!({"type": "contacts", "contacts": [
            {"name": {"formatted_name": rest}, "phones": [{"phone": rest}]}]}),
        "unsupported" if rest.is_empty() => json!({"type": "unsupported"}),
        "unsupported" => json!({"type": "unsupported", "kind": rest}),
        "resend" => json!({"type": "resend"}),
        "raw" => json!({"type": "raw", "message": parsed(rest)?}),
        _ => return Err(format!("`> {word}` is no act: see chats/README.md")),
    })
}

/// `words`, `to 2 words` (our second newest), `to own words` (the person's newest), `[TITLE] words` (our newest that has
/// this button or row).
fn reply(rest: &str, chat: &Chat<'_>) -> Result<Value, String> {
    if let Some((title, words)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let to = chat.titled(title)?;
        return Ok(json!({"type": "text", "body": unescaped(words.trim()), "reply_to": to}));
    }
    let (to, words) = match rest.strip_prefix("to ").and_then(|rest| rest.split_once(' ')) {
        Some(("own", words)) => (chat.mine()?, words),
        Some((number, words)) => match number.parse() {
            Ok(number) => (chat.ours(number)?, words),
            Err(_) => (chat.ours(1)?, rest),
        },
        None => (chat.ours(1)?, rest),
    };
    Ok(json!({"type": "text", "body": unescaped(words.trim_start()), "reply_to": to}))
}

/// `"HEADLINE" SOURCE words`, or `"HEADLINE" "BODY" SOURCE words`.
fn ad(rest: &str) -> Result<Value, String> {
    let bad = "write `> ad  \"HEADLINE\" SOURCE words`";
    let mut quoted = rest.strip_prefix('"').ok_or(bad)?.splitn(2, '"');
    let (headline, mut rest) = (quoted.next().ok_or(bad)?, quoted.next().ok_or(bad)?.trim_start());
    let mut ad = json!({"headline": headline});
    if let Some(more) = rest.strip_prefix('"') {
        let (body, more) = more.split_once('"').ok_or(bad)?;
        ad["body"] = json!(body);
        rest = more.trim_start();
    }
    let (source, words) = rest.split_once(' ').ok_or(bad)?;
    ad["source_id"] = json!(source);
    Ok(json!({"type": "text", "body": unescaped(words.trim_start()), "ad": ad}))
}

/// `41.0082,28.9784 "Home"`
fn location(rest: &str) -> Result<Value, String> {
    let (place, name) = rest.split_once(' ').unwrap_or((rest, ""));
    let Some((latitude, longitude)) = place.split_once(',') else {
        return Err("write `> location  41.0082,28.9784 \"Home\"`".to_owned());
    };
    let number = |text: &str| {
        serde_json::from_str::<Value>(text).map_err(|_| format!("`{text}` is no number"))
    };
    let mut pin = json!({"type": "location", "latitude": number(latitude)?,
        "longitude": number(longitude)?});
    let name = name.trim().trim_matches('"');
    if !name.is_empty() {
        pin["name"] = json!(name);
    }
    Ok(pin)
}

fn parsed(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|e| format!("no JSON: {e}"))
}

/// `2 × SKU, 1 × SKU @ 12.50 "a note"`: at the price that WhatsApp's catalog shows, unless one is given.
fn cart(rest: &str) -> Result<Value, String> {
    let (list, note) = match rest.split_once('"') {
        Some((list, note)) => (list, Some(note.trim_end_matches('"'))),
        None => (rest, None),
    };
    let items: Vec<_> = items(list.trim())?
        .into_iter()
        .map(|(sku, quantity)| match sku.split_once('@') {
            Some((sku, price)) => {
                json!({"sku": sku.trim(), "quantity": quantity, "price": price.trim()})
            }
            None if SKUS.iter().any(|(known, ..)| *known == sku) => {
                json!({"sku": sku, "quantity": quantity})
            }
            None => json!({"sku": sku, "quantity": quantity, "price": "10.00"}),
        })
        .collect();
    let mut message = json!({"type": "order", "items": items});
    if let Some(note) = note {
        message["text"] = json!(note);
    }
    Ok(message)
}

/// `\n` in a script is a new line in the message.
fn unescaped(text: &str) -> String {
    text.replace("\\n", "\n")
}
