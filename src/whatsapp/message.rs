//! What a stored message says (reference: webhooks/messages, all types).

mod change;
mod form;

use entity::Timestamp;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use self::form::form;
use super::read::{bsuid, instant, list, mend, object, text, words};
use crate::{
    inbox::Unreadable,
    message::{
        Content, Inbound, MediaKind, NativeCart, NativeItem, Person, PhoneNumber, Referral,
        SystemEvent,
    },
};

type Raw<'a> = Option<&'a RawValue>;

/// Borrowed texts of one object: every key may be missing or of any type.
macro_rules! raw {
    ($($name:ident { $($key:ident $(as $json:literal)?),* $(,)? })*) => {$(
        #[derive(Default, Deserialize)]
        struct $name<'a> {$(
            #[serde(borrow, default $(, rename = $json)?)]
            $key: Raw<'a>,
        )*}
    )*};
}

raw! {
    Envelope { at, message, contact, echo, preference, update }
    Contact { wa_id, user_id, parent_user_id, profile }
    Profile { name }
    Message {
        id, timestamp, from, from_user_id, from_parent_user_id, context, kind as "type", text,
        interactive, button, order, location, contacts, reaction, system, image, video, audio,
        document, sticker, origin, edit, revoke, unsupported, to, to_user_id, referral,
    }
    Context { id, referred_product, forwarded, frequently_forwarded }
    Referred { product_retailer_id }
    Ad { source_id, headline, body, ctwa_clid }
    Text { body }
    Interactive { kind as "type", button_reply, list_reply, nfm_reply }
    Reply { id }
    Button { payload, text }
    Order { catalog_id, text, product_items }
    Item { product_retailer_id, quantity, item_price, currency }
    Location { latitude, longitude, name, address }
    Shared { phones, origin }
    Phone { phone, wa_id }
    Reaction { message_id, emoji }
    System { kind as "type", wa_id, new_wa_id, user_id, parent_user_id }
    Media { id, caption }
    Edit { original_message_id, message }
    Unsupported { kind as "type" }
}

/// Reads a stored message.
pub(super) fn read(payload: &[u8]) -> Result<Inbound, Unreadable> {
    let payload = String::from_utf8_lossy(payload);
    let mended = mend(&payload);
    let envelope: Envelope<'_> = object(mended.as_deref().unwrap_or(&payload), "a stored message")?;
    if envelope.preference.is_some() || envelope.update.is_some() {
        return change::read(&envelope);
    }
    let raw = envelope.message.ok_or_else(|| Unreadable("a stored item without message".into()))?;
    let message: Message<'_> = object(raw.get(), "a message")?;
    let contact: Contact<'_> = part(envelope.contact);
    let echo = yes(envelope.echo);
    let context: Context<'_> = part(message.context);
    Ok(Inbound {
        wamid: text(message.id).ok_or_else(|| Unreadable("a message without an id".into()))?,
        from: if echo { addressee(&message)? } else { person(&message, &contact)? },
        sent_at: milliseconds(envelope.at)
            .or_else(|| instant(message.timestamp))
            .ok_or_else(|| Unreadable("a message without a time".into()))?,
        reply_to: text(context.id),
        about_sku: text(part::<Referred<'_>>(context.referred_product).product_retailer_id),
        referral: referral(message.referral),
        forwarded: yes(context.forwarded) || yes(context.frequently_forwarded),
        content: if echo {
            // Whatever it is: somebody of the shop wrote.
            let told = content(&message).unwrap_or(Content::Unsupported(String::new()));
            Content::Echo(Box::new(told))
        } else {
            content(&message)?
        },
    })
}

/// An object, empty when it is missing or none.
fn part<'a, T: Default + Deserialize<'a>>(raw: Raw<'a>) -> T {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}

fn referral(raw: Raw<'_>) -> Option<Referral> {
    let ad: Ad<'_> = part(raw);
    let referral = Referral {
        source_id: text(ad.source_id),
        headline: words(ad.headline),
        body: words(ad.body),
        ctwa_clid: text(ad.ctwa_clid),
    };
    (referral != Referral::default()).then_some(referral)
}

fn milliseconds(raw: Raw<'_>) -> Option<Timestamp> {
    super::read::number(raw).map(Timestamp::from_ms)
}

fn phone(raw: Raw<'_>) -> Option<PhoneNumber> {
    PhoneNumber::parse(&text(raw)?)
}

fn person(message: &Message<'_>, contact: &Contact<'_>) -> Result<Person, Unreadable> {
    let name = words(part::<Profile<'_>>(contact.profile).name);
    let person = Person {
        phone: phone(message.from).or_else(|| phone(contact.wa_id)),
        bsuid: bsuid(message.from_user_id).or_else(|| bsuid(contact.user_id)),
        parent_bsuid: bsuid(message.from_parent_user_id).or_else(|| bsuid(contact.parent_user_id)),
        name: name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()),
    };
    if person.phone.is_none() && person.bsuid.is_none() {
        return Err(Unreadable("a message that names no sender".into()));
    }
    Ok(person)
}

/// Whom a message of the shop's own phone was written to.
fn addressee(message: &Message<'_>) -> Result<Person, Unreadable> {
    let person =
        Person { phone: phone(message.to), bsuid: bsuid(message.to_user_id), ..Person::default() };
    if person.phone.is_none() && person.bsuid.is_none() {
        return Err(Unreadable("an echo that names nobody".into()));
    }
    Ok(person)
}

fn content(message: &Message<'_>) -> Result<Content, Unreadable> {
    let Some(kind) = text(message.kind) else {
        return Err(Unreadable("a message without a type".into()));
    };
    let media = |kind, raw| {
        let media: Media<'_> = part(raw);
        Content::Media { kind, caption: words(media.caption), id: text(media.id) }
    };
    Ok(match kind.as_str() {
        "text" => {
            let body = words(part::<Text<'_>>(message.text).body);
            Content::Text(body.ok_or_else(|| Unreadable("a text without a body".into()))?)
        }
        "interactive" => interactive(message.interactive),
        "button" => {
            let button: Button<'_> = part(message.button);
            match (text(button.payload), words(button.text)) {
                (None, None) => return Err(Unreadable("a button without a payload".into())),
                (payload, label) => Content::QuickReply { payload, label },
            }
        }
        "order" => Content::Cart(cart(message.order)?),
        "location" => location(message.location)?,
        "image" => media(MediaKind::Image, message.image),
        "video" => media(MediaKind::Video, message.video),
        "audio" | "voice" => media(MediaKind::Audio, message.audio),
        "document" => media(MediaKind::Document, message.document),
        "sticker" => media(MediaKind::Sticker, message.sticker),
        "contacts" => {
            Content::Contacts { phones: phones(message.contacts), requested: requested(message) }
        }
        "reaction" => {
            let reaction: Reaction<'_> = part(message.reaction);
            let to = text(reaction.message_id)
                .ok_or_else(|| Unreadable("a reaction to no message".into()))?;
            Content::Reaction { to, emoji: words(reaction.emoji) }
        }
        "system" => Content::System(system(message.system)),
        "edit" => edit(message.edit)?,
        "revoke" => Content::Revoke { of: original(&part(message.revoke))? },
        "request_welcome" => Content::Welcome,
        "unsupported" | "unknown" => {
            let kind = text(part::<Unsupported<'_>>(message.unsupported).kind);
            Content::Unsupported(name(&kind.unwrap_or_default()))
        }
        _ => Content::Other(name(&kind)),
    })
}

/// What a message says now. What was changed is content: a change of a change, or of what is none, is not.
fn edit(raw: Raw<'_>) -> Result<Content, Unreadable> {
    let edit: Edit<'_> = part(raw);
    let of = original(&edit)?;
    let message: Message<'_> = part(edit.message);
    let content = match text(message.kind).as_deref() {
        None | Some("edit" | "revoke" | "system" | "reaction") => {
            Content::Unsupported("edit".into())
        }
        Some(_) => content(&message)?,
    };
    Ok(Content::Edit { of, content: Box::new(content) })
}

fn original(edit: &Edit<'_>) -> Result<String, Unreadable> {
    text(edit.original_message_id)
        .ok_or_else(|| Unreadable("a change that names no message".into()))
}

/// A name that the provider gave to a kind, as much of it as belongs into a reason.
fn name(kind: &str) -> String {
    kind.chars().take(60).collect()
}

/// A tap. An old bubble that was sent again comes without the object (with error 131000 beside it).
fn interactive(raw: Raw<'_>) -> Content {
    let interactive: Interactive<'_> = part(raw);
    let Some(kind) = text(interactive.kind) else { return Content::Unsupported(String::new()) };
    let reply = match kind.as_str() {
        "button_reply" => interactive.button_reply,
        "list_reply" => interactive.list_reply,
        "nfm_reply" => return form(interactive.nfm_reply),
        _ => None,
    };
    match text(part::<Reply<'_>>(reply).id) {
        Some(id) => Content::Tap { id },
        None => Content::Other(name(&kind)),
    }
}

fn cart(raw: Raw<'_>) -> Result<NativeCart, Unreadable> {
    let Some(raw) = raw else { return Err(Unreadable("an order without a cart".into())) };
    let order: Order<'_> = object(raw.get(), "a cart")?;
    let items = list(order.product_items).into_iter().map(|raw| {
        // A line that cannot be read stays a line: the customer is told, the rest is bought.
        let item: Item<'_> = part(Some(raw));
        NativeItem {
            sku: text(item.product_retailer_id).unwrap_or_default(),
            quantity: decimal(item.quantity)
                .filter(Decimal::is_integer)
                .and_then(|n| i64::try_from(n).ok()),
            item_price: decimal(item.item_price),
            currency: text(item.currency).unwrap_or_default(),
        }
    });
    Ok(NativeCart {
        catalog_id: text(order.catalog_id).unwrap_or_default(),
        note: words(order.text).unwrap_or_default(),
        items: items.collect(),
    })
}

/// An exact number that stands as an integer, a fraction, with an exponent, or as a text of these.
fn decimal(raw: Raw<'_>) -> Option<Decimal> {
    let number = text(raw)?;
    let number = number.trim();
    if number.len() > 60 {
        return None;
    }
    number.parse().or_else(|_| Decimal::from_scientific(number)).ok()
}

fn location(raw: Raw<'_>) -> Result<Content, Unreadable> {
    let location: Location<'_> = part(raw);
    match (decimal(location.latitude), decimal(location.longitude)) {
        (Some(latitude), Some(longitude)) => Ok(Content::Location {
            latitude,
            longitude,
            name: words(location.name),
            address: words(location.address),
        }),
        _ => Err(Unreadable("a location without coordinates".into())),
    }
}

fn phones(raw: Raw<'_>) -> Vec<String> {
    list(raw)
        .into_iter()
        .flat_map(|contact| list(part::<Shared<'_>>(Some(contact)).phones))
        .filter_map(|raw| {
            let phone: Phone<'_> = part(Some(raw));
            // The text of a card may be a local number; WhatsApp's own has its country and no `+`.
            let known = text(phone.wa_id).filter(|id| id.bytes().all(|b| b.is_ascii_digit()));
            known.map(|id| format!("+{id}")).or_else(|| words(phone.phone))
        })
        .collect()
}

/// Whether contacts are the answer to our asking. Some bring the origin on the contact, some on the message.
fn requested(message: &Message<'_>) -> bool {
    let contacts = list(message.contacts).into_iter();
    contacts
        .map(|raw| part::<Shared<'_>>(Some(raw)).origin)
        .chain([message.origin])
        .any(|origin| text(origin).as_deref() == Some("contact_request"))
}

fn yes(raw: Raw<'_>) -> bool {
    raw.is_some_and(|raw| matches!(raw.get(), "true" | "\"true\""))
}

fn system(raw: Raw<'_>) -> SystemEvent {
    let system: System<'_> = part(raw);
    match text(system.kind).as_deref() {
        Some("user_changed_number" | "customer_changed_number" | "user_changed_user_id") => {
            SystemEvent::Moved {
                phone: phone(system.new_wa_id).or_else(|| phone(system.wa_id)),
                bsuid: bsuid(system.user_id),
                parent_bsuid: bsuid(system.parent_user_id),
            }
        }
        Some("customer_identity_changed" | "user_identity_changed") => SystemEvent::NewDevice,
        other => SystemEvent::Other(name(other.unwrap_or("unnamed"))),
    }
}

#[cfg(test)]
mod tests;
