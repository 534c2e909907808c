//! The body of a webhook and its signature.
//!
//! Source: webhook reference (read 2026). Non-ASCII characters are escaped as `\uXXXX`, emoji as two of them, and the
//! signature covers exactly those bytes.

use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;
use serde_json::{Map, Value, json};

use crate::config::Account;
use crate::world::{Part, Update};

/// Updates about one number that share a `changes[]` entry; more get one of their own.
const PER_CHANGE: usize = 10;

/// The envelope around `updates`. `account` finds the account of a number.
pub(crate) fn envelope<'a>(
    updates: &[Update],
    account: impl Fn(&str) -> Option<&'a Account>,
) -> Value {
    let mut entries: Vec<(String, Vec<Value>)> = Vec::new();
    let mut bare: Vec<Value> = Vec::new();
    let mut rest = updates;
    while let Some(first) = rest.first() {
        if let Part::Bare { value, entry_id } = &first.part {
            rest = &rest[1..];
            let own = account(&first.phone_number_id).map(|a| &a.waba_id);
            let Some(id) = entry_id.as_ref().or(own) else { continue };
            let change = json!({"field": first.field, "value": value});
            bare.push(json!({"id": id, "time": first.at_ms / 1_000, "changes": [change]}));
            continue;
        }
        let together = rest
            .iter()
            .take(PER_CHANGE)
            .take_while(|u| {
                u.phone_number_id == first.phone_number_id
                    && u.field == first.field
                    && (!matches!(first.part, Part::Whole(_)) || u.seq == first.seq)
                    && (!matches!(u.part, Part::Whole(_) | Part::Bare { .. }) || u.seq == first.seq)
            })
            .count();
        let (now, later) = rest.split_at(together);
        rest = later;
        let Some(account) = account(&first.phone_number_id) else { continue };
        let change = json!({"field": first.field, "value": value(now, account)});
        match entries.iter_mut().find(|(waba, _)| *waba == account.waba_id) {
            Some((_, changes)) => changes.push(change),
            None => entries.push((account.waba_id.clone(), vec![change])),
        }
    }
    let entries: Vec<Value> = entries
        .into_iter()
        .map(|(waba, changes)| json!({"id": waba, "changes": changes}))
        .chain(bare)
        .collect();
    json!({"object": "whatsapp_business_account", "entry": entries})
}

fn value(updates: &[Update], account: &Account) -> Value {
    let mut value = Map::new();
    value.insert("messaging_product".into(), json!("whatsapp"));
    value.insert(
        "metadata".into(),
        json!({"display_phone_number": account.digits(), "phone_number_id": account.phone_number_id}),
    );
    let mut contacts: Vec<Value> = Vec::new();
    let (mut messages, mut statuses) = (Vec::new(), Vec::new());
    for update in updates {
        if let Some(contact) = update.contact.as_ref().filter(|c| !contacts.contains(c)) {
            contacts.push(contact.clone());
        }
        match &update.part {
            Part::Message(message) => messages.push(message.clone()),
            Part::Status(status) => statuses.push(status.clone()),
            Part::Whole(whole) | Part::Bare { value: whole, .. } => {
                value.extend(whole.as_object().cloned().unwrap_or_default());
            }
        }
    }
    for (key, list) in [("contacts", contacts), ("messages", messages), ("statuses", statuses)] {
        if !list.is_empty() {
            value.insert(key.into(), Value::Array(list));
        }
    }
    Value::Object(value)
}

/// JSON text in ASCII only: everything else as `\uXXXX`, lower case.
pub(crate) fn ascii(value: &Value) -> String {
    let text = value.to_string();
    if text.is_ascii() {
        return text;
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut units = [0_u16; 2];
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

/// The value of `X-Hub-Signature-256`.
pub(crate) fn signature(app_secret: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, app_secret.as_bytes());
    format!("sha256={}", HEXLOWER.encode(hmac::sign(&key, body).as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_become_two_escapes() {
        assert_eq!(ascii(&json!({"b": "ş😀\n"})), r#"{"b":"\u015f\ud83d\ude00\n"}"#);
    }

    #[test]
    fn the_signature_is_the_published_one() {
        // RFC 4231, test case 2.
        assert_eq!(
            signature("Jefe", b"what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
