//! A POST becomes items: one for each message, status and other change. Nothing is written anew: an item holds the
//! text as it came. One item that is malformed harms nothing beside it.

mod fields;

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

use entity::{
    AppId, ChannelId, ShopId, Timestamp,
    inbox::{Kind, State},
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::read::{bsuid, instant, list, object, plain, strict_list, text};
use crate::{
    inbox::{NewItem, Split, Unreadable, key, lane, message_key},
    message::PhoneNumber,
    platform::secret::sha256_hex,
};

/// A number of an app, by its id at WhatsApp.
pub(super) type Numbers = HashMap<String, Known>;

/// What is known of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub channel: ChannelId,
    pub shop: ShopId,
    /// Its WhatsApp Business Account.
    pub account: String,
}

#[derive(Deserialize)]
struct Body<'a> {
    object: &'a RawValue,
    #[serde(borrow)]
    entry: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    time: Option<&'a RawValue>,
    #[serde(borrow)]
    changes: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow)]
    field: Option<&'a RawValue>,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Value<'a> {
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    contacts: Option<&'a RawValue>,
    #[serde(borrow)]
    messages: Option<&'a RawValue>,
    #[serde(borrow)]
    statuses: Option<&'a RawValue>,
    #[serde(borrow)]
    errors: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    phone_number_id: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Contact<'a> {
    #[serde(borrow)]
    wa_id: Option<&'a RawValue>,
    #[serde(borrow)]
    user_id: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    timestamp: Option<&'a RawValue>,
    #[serde(borrow)]
    from: Option<&'a RawValue>,
    #[serde(borrow)]
    from_user_id: Option<&'a RawValue>,
    #[serde(borrow)]
    group_id: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Status<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    status: Option<&'a RawValue>,
    #[serde(borrow, rename = "type")]
    of: Option<&'a RawValue>,
    #[serde(borrow)]
    timestamp: Option<&'a RawValue>,
    #[serde(borrow)]
    recipient_participant_user_id: Option<&'a RawValue>,
    #[serde(borrow)]
    recipient_participant_id: Option<&'a RawValue>,
}

/// Everything in a rightly signed body.
pub(super) fn split(app: AppId, numbers: &Numbers, body: &[u8], now: Timestamp) -> Split {
    let mut reader = Reader { app, numbers, now, split: Split::default() };
    let parsed = std::str::from_utf8(body)
        .map_err(|_| "the body is no UTF-8".to_owned())
        .and_then(|body| {
            serde_json::from_str::<Body<'_>>(body).map_err(|e| format!("the body: {}", plain(&e)))
        })
        .and_then(|body| match body.object.get() {
            "\"whatsapp_business_account\"" => {
                strict_list(body.entry, "the list of entries").map_err(|e| e.0)
            }
            _ => Err("the body is no webhook of a WhatsApp account".to_owned()),
        });
    match parsed {
        Ok(entries) => reader.entries(entries),
        Err(reason) => {
            let key = format!("b:{app}:{}", sha256_hex(body));
            reader.push(Kind::Unreadable, key, body.to_vec(), State::Dead, Some(reason));
        }
    }
    reader.split
}

struct Reader<'c> {
    app: AppId,
    numbers: &'c Numbers,
    now: Timestamp,
    split: Split,
}

/// The entry of a change.
struct Origin {
    /// Its id: the account.
    account: String,
    /// When WhatsApp made it, if it says so.
    time: Option<String>,
}

/// The number of a change.
struct Number<'a> {
    id: String,
    channel: Option<ChannelId>,
    metadata: Option<&'a RawValue>,
}

impl Reader<'_> {
    fn entries(&mut self, entries: Vec<&RawValue>) {
        for raw in entries {
            self.guarded(raw, Kind::Other, |reader| {
                let entry: Entry<'_> = object(raw.get(), "an entry")?;
                let from =
                    Origin { account: text(entry.id).unwrap_or_default(), time: text(entry.time) };
                for change in strict_list(entry.changes, "the changes of an entry")? {
                    reader.guarded(change, Kind::Other, |r| r.change(&from, change));
                }
                Ok(())
            });
        }
    }

    /// Reads one piece; when that fails, or panics, the piece becomes a dead letter.
    fn guarded(
        &mut self,
        raw: &RawValue,
        kind: Kind,
        read: impl FnOnce(&mut Self) -> Result<(), Unreadable>,
    ) {
        let reason = match catch_unwind(AssertUnwindSafe(|| read(self))) {
            Ok(Ok(())) => return,
            Ok(Err(Unreadable(reason))) => reason,
            Err(_panic) => "reading it failed inside our own code".to_owned(),
        };
        self.keep(kind, raw, State::Dead, reason);
    }

    fn change(&mut self, from: &Origin, raw: &RawValue) -> Result<(), Unreadable> {
        let change: Change<'_> = object(raw.get(), "a change")?;
        let field = text(change.field).unwrap_or_default();
        let Some(value) = change.value.filter(|_| field == "messages") else {
            return self.field(from, &field, change.value, raw);
        };
        let value: Value<'_> = object(value.get(), "the value of a change")?;
        let number = self.number(value.metadata);
        let mut broken = false;
        let [messages, statuses, errors] = [
            (value.messages, Kind::Message, "the messages of a change"),
            (value.statuses, Kind::Status, "the statuses of a change"),
            (value.errors, Kind::Other, "the errors of a change"),
        ]
        .map(|(raw, kind, what)| {
            strict_list(raw, what).unwrap_or_else(|Unreadable(reason)| {
                broken = true;
                if let Some(raw) = raw {
                    self.keep(kind, raw, State::Dead, reason);
                }
                vec![]
            })
        });
        if broken && messages.is_empty() && statuses.is_empty() && errors.is_empty() {
            return Ok(());
        }
        if messages.is_empty() && statuses.is_empty() && errors.is_empty() {
            let reason = "a change without messages, statuses and errors".to_owned();
            self.keep(Kind::Other, raw, State::Kept, reason);
            return Ok(());
        }
        if number.channel.is_none() {
            self.split.strange_number = true;
        }
        let contacts = list(value.contacts);
        for message in messages {
            self.guarded(message, Kind::Message, |r| r.message(&number, &contacts, message));
        }
        for status in statuses {
            self.guarded(status, Kind::Status, |r| r.status(&number, status));
        }
        for error in errors {
            let reason = "WhatsApp reports an error of the number or the account".to_owned();
            self.keep_of(&number, Kind::Other, error, reason);
        }
        Ok(())
    }

    fn number<'a>(&self, metadata: Option<&'a RawValue>) -> Number<'a> {
        let read = metadata.and_then(|raw| serde_json::from_str(raw.get()).ok());
        let read: Metadata<'_> = read.unwrap_or_default();
        let id = text(read.phone_number_id).unwrap_or_default();
        let channel = self.numbers.get(&id).map(|known| known.channel);
        Number { id, channel, metadata }
    }

    fn message(
        &mut self,
        number: &Number<'_>,
        contacts: &[&RawValue],
        raw: &RawValue,
    ) -> Result<(), Unreadable> {
        let message: Message<'_> = object(raw.get(), "a message")?;
        let id = text(message.id).ok_or_else(|| Unreadable("a message without an id".into()))?;
        let contact = contact_of(contacts, &message);
        let Some(channel) = number.channel else {
            self.strange(number, Kind::Message, raw);
            self.wrap("message", raw, contact, number.metadata);
            return Ok(());
        };
        if message.group_id.is_some_and(|group| text(Some(group)).is_some()) {
            let reason = "a message of a group: the shop speaks to one person at a time".to_owned();
            self.keep_of(number, Kind::Message, raw, reason);
            return Ok(());
        }
        let known = contact.and_then(|c| serde_json::from_str::<Contact<'_>>(c.get()).ok());
        let user = bsuid(message.from_user_id)
            .or_else(|| bsuid(known.as_ref().and_then(|contact| contact.user_id)));
        let phone =
            phone(message.from).or_else(|| phone(known.as_ref().and_then(|contact| contact.wa_id)));
        let lane = lane(channel, user.as_deref(), phone.as_ref().map(PhoneNumber::as_str))
            .ok_or_else(|| Unreadable("a message that names no sender".into()))?;
        // A time that has not come would keep the window open too long.
        let sent_at = instant(message.timestamp).unwrap_or(self.now).min(self.now);
        let mut payload = Vec::with_capacity(raw.get().len() + 512);
        payload.extend_from_slice(format!("{{\"at\":{},\"message\":", sent_at.ms()).as_bytes());
        payload.extend_from_slice(raw.get().as_bytes());
        append(&mut payload, "contact", contact);
        append(&mut payload, "metadata", number.metadata);
        payload.push(b'}');
        self.split.items.push(NewItem {
            app_id: self.app,
            channel_id: Some(channel),
            kind: Kind::Message,
            dedupe_key: message_key(&number.id, &id),
            lane: Some(lane),
            payload,
            sent_at,
            state: State::Due,
            reason: None,
        });
        Ok(())
    }

    fn status(&mut self, number: &Number<'_>, raw: &RawValue) -> Result<(), Unreadable> {
        let status: Status<'_> = object(raw.get(), "a status")?;
        let id = text(status.id).ok_or_else(|| Unreadable("a status without an id".into()))?;
        if number.channel.is_none() {
            self.strange(number, Kind::Status, raw);
            self.wrap("status", raw, None, number.metadata);
            return Ok(());
        }
        let kind = text(status.status).unwrap_or_default();
        // A payment may fail in the second in which its message does.
        let paid = text(status.of).filter(|of| of != "message").unwrap_or_default();
        let kind = format!("{paid}{kind}");
        let participant = text(status.recipient_participant_user_id)
            .or_else(|| text(status.recipient_participant_id))
            .unwrap_or_default();
        let at = text(status.timestamp).unwrap_or_default();
        let mut payload = b"{\"status\":".to_vec();
        payload.extend_from_slice(raw.get().as_bytes());
        append(&mut payload, "metadata", number.metadata);
        payload.push(b'}');
        self.split.items.push(NewItem {
            app_id: self.app,
            channel_id: number.channel,
            kind: Kind::Status,
            dedupe_key: key("s", &[&number.id, &id, &kind, &participant, &at]),
            lane: None,
            payload,
            sent_at: instant(status.timestamp).unwrap_or(self.now).min(self.now),
            state: State::Due,
            reason: None,
        });
        Ok(())
    }

    /// An item of a number that is none of this app's.
    fn strange(&mut self, number: &Number<'_>, kind: Kind, raw: &RawValue) {
        let reason = match short(&number.id) {
            "" => "it names no number".to_owned(),
            id => format!("no channel of this app has the number id `{id}`"),
        };
        self.keep_of(number, kind, raw, reason);
    }

    /// What was kept last is read anew once its number is known: with what stood around it.
    fn wrap(
        &mut self,
        name: &str,
        raw: &RawValue,
        contact: Option<&RawValue>,
        metadata: Option<&RawValue>,
    ) {
        let mut payload = b"{\"kept\":true".to_vec();
        append(&mut payload, name, Some(raw));
        append(&mut payload, "contact", contact);
        append(&mut payload, "metadata", metadata);
        payload.push(b'}');
        if let Some(item) = self.split.items.last_mut() {
            item.payload = payload;
        }
    }

    fn keep_of(&mut self, number: &Number<'_>, kind: Kind, raw: &RawValue, reason: String) {
        self.keep(kind, raw, State::Kept, reason);
        if let Some(item) = self.split.items.last_mut() {
            item.channel_id = number.channel;
        }
    }

    fn keep(&mut self, kind: Kind, raw: &RawValue, state: State, reason: String) {
        // Never the key of a message: once its number is known, the message itself is welcome.
        let key = format!("c:{}:{}", self.app, sha256_hex(raw.get().as_bytes()));
        self.push(kind, key, raw.get().as_bytes().to_vec(), state, Some(reason));
    }

    fn push(
        &mut self,
        kind: Kind,
        dedupe_key: String,
        payload: Vec<u8>,
        state: State,
        reason: Option<String>,
    ) {
        self.split.items.push(NewItem {
            app_id: self.app,
            channel_id: None,
            kind,
            dedupe_key,
            lane: None,
            payload,
            sent_at: self.now,
            state,
            reason,
        });
    }
}

/// The contact of a message: by BSUID, then by phone, then the only one unless it names somebody else.
fn contact_of<'a>(contacts: &[&'a RawValue], message: &Message<'_>) -> Option<&'a RawValue> {
    let user = text(message.from_user_id);
    let from = text(message.from);
    let known: Vec<_> = contacts
        .iter()
        .filter_map(|raw| {
            let contact: Contact<'_> = serde_json::from_str(raw.get()).ok()?;
            Some((*raw, text(contact.user_id), text(contact.wa_id)))
        })
        .collect();
    let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    let other = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
    known
        .iter()
        .find(|(_, id, _)| same(id, &user))
        .or_else(|| known.iter().find(|(_, id, phone)| same(phone, &from) && !other(id, &user)))
        .or_else(|| match known.as_slice() {
            [lone @ (_, id, phone)] if !other(id, &user) && !other(phone, &from) => Some(lone),
            _ => None,
        })
        .map(|(raw, _, _)| *raw)
}

fn phone(raw: Option<&RawValue>) -> Option<PhoneNumber> {
    PhoneNumber::parse(&text(raw)?)
}

fn append(payload: &mut Vec<u8>, name: &str, raw: Option<&RawValue>) {
    if let Some(raw) = raw {
        payload.extend_from_slice(b",\"");
        payload.extend_from_slice(name.as_bytes());
        payload.extend_from_slice(b"\":");
        payload.extend_from_slice(raw.get().as_bytes());
    }
}

/// As much of a name as belongs into a reason.
fn short(name: &str) -> &str {
    name.char_indices().nth(60).map_or(name, |(end, _)| &name[..end])
}

#[cfg(test)]
mod tests;
