//! A chat as people read it: what came in and what went out, merged by time.

use std::{collections::HashMap, fmt, str::FromStr};

use entity::{
    ConversationId, InboxId, OutboxId, Timestamp, inbox,
    outbox::{self, Delivery, Purpose, State},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::{
    inbox::Source,
    message::{Content, MediaKind, NativeCart, Outbound, PhoneNumber, SystemEvent},
};

/// One message of a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub place: Place,
    pub from: From,
    pub at: Timestamp,
    /// What kind of message: `text`, `tap`, `cart`, `buttons`, `list` …
    pub kind: String,
    /// What a person reads; may be empty.
    pub text: String,
    /// What could be tapped.
    pub choices: Vec<String>,
    /// WhatsApp's id of the file that came with it.
    pub media_id: Option<String>,
    /// It was written elsewhere and passed on.
    pub forwarded: bool,
    /// When the customer changed it, or took it back.
    pub edited_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    /// How it fared; of messages that went out.
    pub fate: Option<Fate>,
}

/// Who wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    Customer,
    Bot,
    Staff,
}

/// What became of a message that went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    pub state: State,
    pub delivery: Delivery,
    /// Why it is held, waits, expired or failed.
    pub reason: Option<String>,
    /// The provider's code of the last refusal.
    pub error_code: Option<i64>,
}

/// Where a message stands in its chat. Ties of one millisecond: what came in before what went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    at: i64,
    out: bool,
    number: i64,
    id: Uuid,
}

impl Place {
    /// Its public id.
    #[must_use]
    pub fn public_id(&self) -> String {
        if self.out { OutboxId(self.id).to_string() } else { InboxId(self.id).to_string() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}.{}", self.at, u8::from(self.out), self.number, self.id.simple())
    }
}

/// A text that is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no place in a chat")]
pub struct NoPlace;

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let parts: Vec<_> = text.split('.').collect();
        let [at, out, number, id] = parts.as_slice() else { return Err(NoPlace) };
        let out = match *out {
            "0" => false,
            "1" => true,
            _ => return Err(NoPlace),
        };
        Ok(Self {
            at: at.parse().map_err(|_| NoPlace)?,
            out,
            number: number.parse().map_err(|_| NoPlace)?,
            id: Uuid::try_parse(id).map_err(|_| NoPlace)?,
        })
    }
}

/// The latest messages of a chat before `before`, the newest first. The chat's shop was checked by the caller.
///
/// # Errors
/// The database's.
pub async fn messages(
    db: &impl ConnectionTrait,
    source: &dyn Source,
    id: ConversationId,
    before: Option<Place>,
    limit: u64,
) -> Result<Vec<Entry>, DbErr> {
    let came = came_in(db, id, before, limit).await?;
    let went = went_out(db, id, before, limit).await?;
    let read: Vec<_> = came.into_iter().map(|row| (source.message(&row.payload), row)).collect();
    let titles = titles(db, id, &read).await?;
    let mut all: Vec<_> = read
        .into_iter()
        .map(|(message, row)| {
            let (kind, text) = match &message {
                Ok(message) => told(&message.content, &titles),
                Err(_) => ("unreadable".to_owned(), String::new()),
            };
            let content = message.as_ref().ok().map(|message| &message.content);
            let (from, said) = match content {
                Some(Content::Echo(said)) => (From::Staff, Some(&**said)),
                other => (From::Customer, other),
            };
            let media_id = match said {
                Some(Content::Media { id, .. }) => id.clone(),
                _ => None,
            };
            let place =
                Place { at: row.received_at.ms(), out: false, number: row.arrival, id: row.id.0 };
            let at = row.received_at;
            Entry {
                place,
                from,
                at,
                kind,
                text,
                choices: Vec::new(),
                media_id,
                forwarded: message.is_ok_and(|message| message.forwarded),
                edited_at: row.edited_at,
                revoked_at: row.revoked_at,
                fate: None,
            }
        })
        .chain(went.into_iter().map(of_outbox))
        .collect();
    all.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.place));
    all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(all)
}

async fn came_in(
    db: &impl ConnectionTrait,
    id: ConversationId,
    before: Option<Place>,
    limit: u64,
) -> Result<Vec<inbox::Model>, DbErr> {
    use inbox::Column as C;
    let mut find = inbox::Entity::find()
        .filter(C::ConversationId.eq(id))
        .filter(C::Kind.eq(inbox::Kind::Message));
    if let Some(place) = before {
        let at = Timestamp::from_ms(place.at);
        let mut older = Condition::any().add(C::ReceivedAt.lt(at));
        let same = Condition::all().add(C::ReceivedAt.eq(at));
        older = older.add(if place.out {
            same
        } else {
            same.add(Condition::any().add(C::Arrival.lt(place.number)).add(
                Condition::all().add(C::Arrival.eq(place.number)).add(C::Id.lt(InboxId(place.id))),
            ))
        });
        find = find.filter(older);
    }
    find.order_by_desc(C::ReceivedAt)
        .order_by_desc(C::Arrival)
        .order_by_desc(C::Id)
        .limit(limit)
        .all(db)
        .await
}

async fn went_out(
    db: &impl ConnectionTrait,
    id: ConversationId,
    before: Option<Place>,
    limit: u64,
) -> Result<Vec<outbox::Model>, DbErr> {
    use outbox::Column as C;
    let mut find = outbox::Entity::find().filter(C::ConversationId.eq(id));
    if let Some(place) = before {
        let at = Timestamp::from_ms(place.at);
        let mut older = Condition::any().add(C::CreatedAt.lt(at));
        if place.out {
            // The sequence is unique in a chat.
            older = older
                .add(Condition::all().add(C::CreatedAt.eq(at)).add(C::Sequence.lt(place.number)));
        }
        find = find.filter(older);
    }
    find.order_by_desc(C::CreatedAt).order_by_desc(C::Sequence).limit(limit).all(db).await
}

/// What the taps among `read` were called on the bubbles that they are replies to, by their id.
async fn titles<E>(
    db: &impl ConnectionTrait,
    id: ConversationId,
    read: &[(Result<crate::message::Inbound, E>, inbox::Model)],
) -> Result<HashMap<String, String>, DbErr> {
    let bubbles: Vec<_> = read
        .iter()
        .filter_map(|(message, _)| message.as_ref().ok())
        .filter(|message| matches!(message.content, Content::Tap { .. }))
        .filter_map(|message| message.reply_to.clone())
        .collect();
    if bubbles.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(sent(db, bubbles)
        .await?
        .into_iter()
        .filter(|row| row.conversation_id == id)
        .filter_map(|row| serde_json::from_value::<Outbound>(row.message).ok())
        .flat_map(|message| choices(&message))
        .collect())
}

/// Messages of ours by the ids that WhatsApp gave them, whatever chats they are in: were the chat asked for too, SQLite
/// would take the index of all that was ever said in it.
pub(super) async fn sent(
    db: &impl ConnectionTrait,
    wamids: impl IntoIterator<Item = String>,
) -> Result<Vec<outbox::Model>, DbErr> {
    outbox::Entity::find()
        .filter(outbox::Column::Wamid.is_not_null())
        .filter(outbox::Column::Wamid.is_in(wamids))
        .all(db)
        .await
}

/// Ids and titles of what can be tapped.
pub(super) fn choices(message: &Outbound) -> Vec<(String, String)> {
    match message {
        Outbound::Buttons(buttons) => buttons
            .parts()
            .3
            .iter()
            .map(|button| (button.id.to_string(), button.title.to_string()))
            .collect(),
        Outbound::List(list) => list
            .parts()
            .4
            .iter()
            .flat_map(|section| &section.rows)
            .map(|row| (row.id.to_string(), row.title.to_string()))
            .collect(),
        Outbound::Link { label, .. } | Outbound::Form { label, .. } => {
            vec![(String::new(), label.to_string())]
        }
        _ => Vec::new(),
    }
}

fn of_outbox(row: outbox::Model) -> Entry {
    let message: Option<Outbound> = serde_json::from_value(row.message).ok();
    let shown = message.as_ref().map(Outbound::shown);
    let kind = match shown {
        None => "unreadable",
        Some(Outbound::Text { .. }) => "text",
        Some(Outbound::Image { .. }) => "image",
        Some(Outbound::Buttons(_)) => "buttons",
        Some(Outbound::List(_)) => "list",
        Some(Outbound::Product { .. }) => "product",
        Some(Outbound::Products { .. }) => "products",
        Some(Outbound::Catalog { .. }) => "catalog",
        Some(Outbound::AskLocation { .. }) => "ask_location",
        Some(Outbound::AskContact { .. }) => "ask_contact",
        Some(Outbound::Form { .. }) => "form",
        Some(Outbound::Link { .. }) => "link",
        // What is shown is never a choice of two.
        Some(Outbound::OrElse { .. }) => "products",
    };
    let from = if row.purpose == Purpose::Staff { From::Staff } else { From::Bot };
    Entry {
        place: Place { at: row.created_at.ms(), out: true, number: row.sequence, id: row.id.0 },
        from,
        at: row.created_at,
        kind: kind.to_owned(),
        text: message.as_ref().map(|m| m.body().to_owned()).unwrap_or_default(),
        choices: message
            .as_ref()
            .map(|m| choices(m).into_iter().map(|(_, title)| title).collect())
            .unwrap_or_default(),
        media_id: None,
        forwarded: false,
        edited_at: None,
        revoked_at: None,
        fate: Some(Fate {
            state: row.state,
            delivery: row.delivery,
            reason: row.reason,
            error_code: row.error_code,
        }),
    }
}

/// Kind and text of what a customer sent.
fn told(content: &Content, titles: &HashMap<String, String>) -> (String, String) {
    let (kind, text) = match content {
        Content::Text(text) => ("text", text.clone()),
        Content::Tap { id } => ("tap", titles.get(id).unwrap_or(id).clone()),
        Content::QuickReply { payload, label } => {
            ("tap", label.as_ref().or(payload.as_ref()).cloned().unwrap_or_default())
        }
        Content::Form { fields, .. } => {
            let lines: Vec<_> =
                fields.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            ("form", lines.join("\n"))
        }
        Content::Cart(cart) => ("cart", cart_text(cart)),
        Content::Location { latitude, longitude, name, address } => {
            let point = Some(format!("{latitude},{longitude}"));
            let parts = [name.clone(), address.clone(), point];
            ("location", parts.into_iter().flatten().collect::<Vec<_>>().join("\n"))
        }
        Content::Media { kind, caption, .. } => {
            let kind = match kind {
                MediaKind::Image => "image",
                MediaKind::Video => "video",
                MediaKind::Audio => "audio",
                MediaKind::Document => "document",
                MediaKind::Sticker => "sticker",
            };
            (kind, caption.clone().unwrap_or_default())
        }
        Content::Contacts { phones, .. } => ("contacts", phones.join("\n")),
        Content::Reaction { emoji, .. } => ("reaction", emoji.clone().unwrap_or_default()),
        Content::System(event) => ("system", news(event)),
        Content::Edit { content, .. } => ("edit", told(content, titles).1),
        Content::Revoke { .. } => ("revoke", String::new()),
        Content::Welcome => ("request_welcome", String::new()),
        Content::Echo(said) => return told(said, titles),
        Content::Unsupported(kind) => ("unsupported", kind.clone()),
        Content::Other(name) => (name.as_str(), String::new()),
    };
    (kind.to_owned(), text)
}

/// What WhatsApp told, in a word that needs no language.
fn news(event: &SystemEvent) -> String {
    match event {
        SystemEvent::Moved { phone, bsuid, .. } => {
            let now = phone.as_ref().map(PhoneNumber::as_str).or(bsuid.as_deref());
            format!("moved: {}", now.unwrap_or_default())
        }
        SystemEvent::NewDevice => "new_device".to_owned(),
        SystemEvent::Notices(on) => format!("notices: {}", if *on { "on" } else { "off" }),
        SystemEvent::Other(name) => name.clone(),
    }
}

fn cart_text(cart: &NativeCart) -> String {
    let mut lines: Vec<_> = cart
        .items
        .iter()
        .map(|item| match item.quantity {
            Some(quantity) => format!("{quantity} × {}", item.sku),
            None => format!("? × {}", item.sku),
        })
        .collect();
    if !cart.note.is_empty() {
        lines.push(cart.note.clone());
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_go_there_and_back_and_sort_by_time_then_direction() {
        let place = |at, out, number| Place { at, out, number, id: Uuid::from_u128(7) };
        let one = place(5, true, 9);
        assert_eq!(one.to_string().parse(), Ok(one));
        for text in ["", "5.1.9", "5.2.9.00000000000000000000000000000007", "a.1.9.7"] {
            assert_eq!(text.parse::<Place>(), Err(NoPlace), "{text}");
        }
        assert!(place(5, false, 99) < place(5, true, 1) && place(5, true, 1) < place(6, false, 0));
    }
}
