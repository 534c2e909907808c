//! What fields beside `messages` say of a person: `user_preferences` and `user_id_update`.

use super::{Contact, Envelope, Raw, milliseconds, name, part, phone};
use crate::{
    inbox::Unreadable,
    message::{Content, Inbound, Person, SystemEvent},
    whatsapp::read::{bsuid, instant, text},
};
use serde::Deserialize;

#[derive(Default, Deserialize)]
struct Preference<'a> {
    #[serde(borrow, default)]
    category: Raw<'a>,
    #[serde(borrow, default)]
    value: Raw<'a>,
    #[serde(borrow, default)]
    timestamp: Raw<'a>,
}

#[derive(Default, Deserialize)]
struct Update<'a> {
    #[serde(borrow, default)]
    wa_id: Raw<'a>,
    #[serde(borrow, default)]
    user_id: Raw<'a>,
    #[serde(borrow, default)]
    parent_user_id: Raw<'a>,
    #[serde(borrow, default)]
    timestamp: Raw<'a>,
}

#[derive(Default, Deserialize)]
struct Pair<'a> {
    #[serde(borrow, default)]
    previous: Raw<'a>,
    #[serde(borrow, default)]
    current: Raw<'a>,
}

/// What it says, as a message of WhatsApp about the person.
pub(super) fn read(envelope: &Envelope<'_>) -> Result<Inbound, Unreadable> {
    let (from, event, at) = match (envelope.preference, envelope.update) {
        (Some(raw), _) => preference(raw),
        (None, raw) => update(raw),
    };
    if from.phone.is_none() && from.bsuid.is_none() {
        return Err(Unreadable("a change that names nobody".into()));
    }
    Ok(Inbound {
        wamid: String::new(),
        from,
        sent_at: milliseconds(envelope.at)
            .or_else(|| instant(at))
            .ok_or_else(|| Unreadable("a change without a time".into()))?,
        reply_to: None,
        about_sku: None,
        referral: None,
        forwarded: false,
        content: Content::System(event),
    })
}

fn preference(raw: &serde_json::value::RawValue) -> (Person, SystemEvent, Raw<'_>) {
    let contact: Contact<'_> = part(Some(raw));
    let preference: Preference<'_> = part(Some(raw));
    let from = Person {
        phone: phone(contact.wa_id),
        bsuid: bsuid(contact.user_id),
        parent_bsuid: bsuid(contact.parent_user_id),
        name: None,
    };
    let marketing = text(preference.category).is_none_or(|c| c == "marketing_messages");
    let value = text(preference.value).unwrap_or_default();
    let event = match value.as_str() {
        "stop" if marketing => SystemEvent::Notices(false),
        "resume" if marketing => SystemEvent::Notices(true),
        _ => SystemEvent::Other(name(&format!("user_preferences: {value}"))),
    };
    (from, event, preference.timestamp)
}

/// Known by the name before; without one, by the phone.
fn update(raw: Raw<'_>) -> (Person, SystemEvent, Raw<'_>) {
    let update: Update<'_> = part(raw);
    let (user, parent): (Pair<'_>, Pair<'_>) = (part(update.user_id), part(update.parent_user_id));
    let now = phone(update.wa_id);
    let before = bsuid(user.previous);
    let from = Person {
        phone: now.clone().filter(|_| before.is_none()),
        bsuid: before,
        parent_bsuid: bsuid(parent.previous),
        name: None,
    };
    let moved = SystemEvent::Moved {
        phone: now,
        bsuid: bsuid(user.current),
        parent_bsuid: bsuid(parent.current),
    };
    (from, moved, update.timestamp)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::read;
    use super::*;

    fn stored(key: &str, inner: &Value) -> Result<Inbound, Unreadable> {
        read(json!({"at": 1_790_000_000_000_i64, key: inner}).to_string().as_bytes())
    }

    #[test]
    fn preferences_are_stop_and_resume_of_marketing() {
        for (category, value, wanted) in [
            (json!("marketing_messages"), "stop", SystemEvent::Notices(false)),
            (json!("marketing_messages"), "resume", SystemEvent::Notices(true)),
            (Value::Null, "stop", SystemEvent::Notices(false)),
            (
                json!("marketing_messages"),
                "signup",
                SystemEvent::Other("user_preferences: signup".into()),
            ),
            (json!("other"), "stop", SystemEvent::Other("user_preferences: stop".into())),
        ] {
            let told = json!({"wa_id": "905551112233", "user_id": "TR.1", "category": category,
                "value": value, "timestamp": 1_789_999_999});
            let inbound = stored("preference", &told).unwrap();
            assert_eq!(inbound.content, Content::System(wanted));
            assert_eq!(inbound.from.bsuid.as_deref(), Some("TR.1"));
        }
        let nobody = stored("preference", &json!({"value": "stop"})).unwrap_err();
        assert_eq!(nobody.0, "a change that names nobody");
    }

    #[test]
    fn an_update_names_before_and_after() {
        let both = json!({"wa_id": "905551112233",
            "user_id": {"previous": "TR.1", "current": "TR.2"},
            "parent_user_id": {"previous": "TR.ENT.1", "current": "TR.ENT.2"}});
        let inbound = stored("update", &both).unwrap();
        assert_eq!((inbound.from.phone, inbound.from.bsuid.as_deref()), (None, Some("TR.1")));
        let Content::System(SystemEvent::Moved { phone, bsuid, parent_bsuid }) = inbound.content
        else {
            panic!("{:?}", inbound.content)
        };
        assert_eq!(phone.unwrap().as_str(), "+905551112233");
        assert_eq!((bsuid.as_deref(), parent_bsuid.as_deref()), (Some("TR.2"), Some("TR.ENT.2")));
        let fresh = json!({"wa_id": "905551112233", "user_id": {"current": "TR.2"}});
        assert!(stored("update", &fresh).unwrap().from.phone.is_some());
        assert!(stored("update", &json!({"user_id": "x"})).is_err());
    }
}
