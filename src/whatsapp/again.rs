//! What was stored is read anew as if it had just come: the webhook around it is made again.

use std::collections::HashMap;

use entity::inbox::Kind;
use serde_json::value::RawValue;

use super::read::object;
use crate::inbox::Unreadable;

/// The body of a webhook that holds the stored item. `number` is WhatsApp's id of the number that it came on, when that
/// is known and the item does not name it itself.
///
/// # Errors
/// [`Unreadable`] with what is wrong: nothing of it can be made a webhook.
pub(super) fn body(kind: Kind, number: Option<&str>, payload: &[u8]) -> Result<String, Unreadable> {
    let text = std::str::from_utf8(payload).map_err(|_| Unreadable("it is no UTF-8".into()))?;
    let parts: HashMap<String, &RawValue> = object(text, "what is stored")?;
    if parts.contains_key("object") {
        return Ok(text.to_owned());
    }
    let part = |name: &str| parts.get(name).map(|raw| raw.get());
    // Stored either with what stood around it, or bare.
    let inner = |name: &str| part(name).filter(|raw| raw.starts_with('{')).unwrap_or(text);
    let metadata = part("metadata").map_or_else(
        || format!("{{\"phone_number_id\":\"{}\"}}", number.unwrap_or_default()),
        str::to_owned,
    );
    let entry = match kind {
        Kind::Message => {
            let (message, contact) = (inner("message"), part("contact").unwrap_or_default());
            messages(&format!(
                "\"metadata\":{metadata},\"contacts\":[{contact}],\"messages\":[{message}]"
            ))
        }
        Kind::Status => {
            messages(&format!("\"metadata\":{metadata},\"statuses\":[{}]", inner("status")))
        }
        Kind::Account | Kind::Other | Kind::Unreadable if parts.contains_key("changes") => {
            text.to_owned()
        }
        Kind::Account | Kind::Other | Kind::Unreadable => {
            let change = inner("change");
            if part("change").is_none() && part("field").is_none() {
                return Err(Unreadable("it is neither a webhook nor a part of one".into()));
            }
            let account = part("account").unwrap_or("null");
            format!("{{\"id\":{account},\"changes\":[{change}]}}")
        }
    };
    Ok(format!("{{\"object\":\"whatsapp_business_account\",\"entry\":[{entry}]}}"))
}

fn messages(value: &str) -> String {
    format!("{{\"changes\":[{{\"field\":\"messages\",\"value\":{{{value}}}}}]}}")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn of(kind: Kind, number: Option<&str>, stored: &Value) -> Value {
        let body = body(kind, number, stored.to_string().as_bytes()).unwrap();
        serde_json::from_str(&body).unwrap()
    }

    #[test]
    fn a_message_gets_back_what_stood_around_it() {
        let stored = json!({"at": 1, "message": {"id": "m"}, "contact": {"wa_id": "1"},
            "metadata": {"phone_number_id": "7"}});
        let value = &of(Kind::Message, None, &stored)["entry"][0]["changes"][0]["value"];
        assert_eq!(value["messages"], json!([{"id": "m"}]));
        assert_eq!(value["contacts"], json!([{"wa_id": "1"}]));
        assert_eq!(value["metadata"]["phone_number_id"], "7");
        let bare = &of(Kind::Message, Some("8"), &json!({"id": "m"}))["entry"][0]["changes"][0];
        assert_eq!(bare["value"]["messages"], json!([{"id": "m"}]));
        assert_eq!(bare["value"]["metadata"]["phone_number_id"], "8");
    }

    #[test]
    fn a_status_is_told_from_its_word() {
        for stored in
            [json!({"status": {"id": "m", "status": "sent"}}), json!({"id": "m", "status": "sent"})]
        {
            let value = &of(Kind::Status, Some("8"), &stored)["entry"][0]["changes"][0]["value"];
            assert_eq!(value["statuses"], json!([{"id": "m", "status": "sent"}]));
        }
    }

    #[test]
    fn whole_bodies_entries_and_changes_stay_what_they_are() {
        let whole = json!({"object": "whatsapp_business_account", "entry": []});
        assert_eq!(of(Kind::Unreadable, None, &whole), whole);
        let entry = json!({"id": "w", "changes": []});
        assert_eq!(of(Kind::Other, None, &entry)["entry"], json!([entry]));
        let change = json!({"field": "x", "value": {}});
        assert_eq!(of(Kind::Other, None, &change)["entry"][0]["changes"], json!([change]));
        let news = json!({"account": "w", "change": change});
        let made = of(Kind::Account, None, &news);
        assert_eq!(made["entry"], json!([{"id": "w", "changes": [change]}]));
    }

    #[test]
    fn what_is_no_part_of_a_webhook_is_refused() {
        for stored in ["7", "[]", "{}", "{\"a\":1}", "no json"] {
            assert!(body(Kind::Unreadable, None, stored.as_bytes()).is_err(), "{stored}");
        }
        assert!(body(Kind::Other, None, b"\xff").is_err());
    }
}
