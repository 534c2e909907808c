//! The address that an order goes to: typed, sent as a pin, filled into a form, or one of the saved ones. Pure.

use entity::{
    AddressId, address,
    cart::{self, DeliveryMethod, Receiver},
};

use super::{
    basket::{self, refreshed},
    checkout::{self, Look},
    details,
    intent::has_number,
    questions,
    repeat::missed_before,
    step::{Chat, Decision, Step, StepError},
};
use crate::{cart::Offers, message::Outbound, text::t};

/// Characters of an address.
pub(super) const SHORTEST_ADDRESS: usize = 10;
pub(super) const LONGEST_ADDRESS: usize = 500;
/// Letters of one: a phone number has none.
pub(super) const LETTERS: usize = 3;
/// Letters and digits of one.
const SIGNS: usize = 5;

/// The chosen address, when it is the customer's.
pub(super) fn chosen<'a>(chat: &'a Chat, cart: &cart::Model) -> Option<&'a address::Model> {
    chat.addresses.iter().find(|a| Some(a.id) == cart.address_id)
}

/// Whether the open cart is to be brought somewhere, and nobody said where.
pub(super) fn is_missing(chat: &Chat) -> bool {
    chat.cart.as_ref().is_some_and(|cart| {
        !cart.lines.0.is_empty()
            && cart.pending.is_none()
            && cart.delivery_method == Some(DeliveryMethod::Delivery)
            && chosen(chat, cart).is_none()
    })
}

/// A text or pin that was sent as the address.
pub(super) fn given(
    chat: &Chat,
    text: &str,
    coordinates: Option<String>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let Some(cart) = chat.cart.as_ref().filter(|cart| !cart.lines.0.is_empty()) else {
        return basket::show(chat, None, offers);
    };
    if !questions::deliveries(chat).contains(&DeliveryMethod::Delivery) {
        return checkout::begin(chat, None, offers);
    }
    // The saved ones are numbered, and people answer with the number.
    let picked = text.trim().parse::<i64>().ok();
    if let Some(address) = chat.addresses.iter().find(|a| Some(a.number) == picked) {
        let (cart, moved) = refreshed(chat, cart, offers)?;
        return take(chat, cart, address.clone(), checkout::told(moved), offers);
    }
    let bare_pin = coordinates.is_some() && text.is_empty();
    let address = match read(chat, text, coordinates) {
        Ok(address) => address,
        Err(key) => {
            let again = Outbound::text(t(&chat.voice, key));
            return Ok(Decision::say(again).wait(Step::AskAddress).missed());
        }
    };
    let (cart, moved) = refreshed(chat, cart, offers)?;
    let (moved, look) = checkout::told(moved);
    let lead = if bare_pin { details::about_pin(chat, moved) } else { moved };
    let mut decision = take(chat, cart, address, (lead, look), offers)?;
    decision.step = checkout::behind_pin(bare_pin, decision.step);
    Ok(decision)
}

/// Asks for an address again, with a word about what came instead of one.
pub(super) fn ask(chat: &Chat, lead: String, offers: &Offers) -> Result<Decision, StepError> {
    checkout::ask(chat, Step::AskAddress, Some(lead), offers)
}

/// An address that came out of a form, with who receives there.
pub(super) fn filled(
    chat: &Chat,
    cart: cart::Model,
    text: String,
    who: Option<&Receiver>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    if !questions::deliveries(chat).contains(&DeliveryMethod::Delivery) {
        return checkout::begin(chat, None, offers);
    }
    let address = details::with_receiver(known_or_new(chat, text, None), who);
    let (cart, moved) = refreshed(chat, &cart, offers)?;
    take(chat, cart, address, checkout::told(moved), offers)
}

/// The address that a text or pin is, known or new; else what to say about it.
pub(super) fn read(
    chat: &Chat,
    text: &str,
    coordinates: Option<String>,
) -> Result<address::Model, &'static str> {
    let text = match &coordinates {
        Some(_) if text.is_empty() => t(&chat.voice, "pin"),
        Some(_) => text.chars().take(LONGEST_ADDRESS).collect(),
        None => text.to_owned(),
    };
    match text.chars().count() {
        length if length > LONGEST_ADDRESS => Err("ask-address-long"),
        length if length < SHORTEST_ADDRESS && coordinates.is_none() => Err("ask-address-short"),
        _ if coordinates.is_none() && !is_named(&text) => Err("ask-address-short"),
        // Few places have no number: who says so again is believed.
        _ if coordinates.is_none() && !has_number(&text) && missed_before(chat) == 0 => {
            Err("ask-address-number")
        }
        _ => Ok(known_or_new(chat, text, coordinates)),
    }
}

fn is_named(text: &str) -> bool {
    let count = |is: fn(char) -> bool| text.chars().filter(|c| is(*c)).count();
    count(char::is_alphanumeric) >= SIGNS && count(char::is_alphabetic) >= LETTERS
}

/// The customer's address of these words, or a new one.
fn known_or_new(chat: &Chat, text: String, coordinates: Option<String>) -> address::Model {
    let known = chat.addresses.iter().find(|a| a.text == text && a.coordinates == coordinates);
    let number = chat.addresses.iter().map(|a| a.number).max().unwrap_or(0) + 1;
    known.cloned().unwrap_or_else(|| address::Model {
        id: AddressId::new(chat.now),
        shop_id: chat.shop.id,
        customer_id: chat.customer.id,
        number,
        text,
        coordinates,
        receiver_name: None,
        receiver_phone: None,
        last_used_at: chat.now,
        created_at: chat.now,
    })
}

/// Takes the address for the order; it remembers who received there.
pub(super) fn take(
    chat: &Chat,
    mut cart: cart::Model,
    mut address: address::Model,
    (lead, look): (Option<String>, Look),
    offers: &Offers,
) -> Result<Decision, StepError> {
    address.last_used_at = chat.now;
    if cart.address_id != Some(address.id) || cart.delivery_method != Some(DeliveryMethod::Delivery)
    {
        // Whoever the address before stood for stays there; who was named for this order stays with it.
        let before = chosen(chat, &cart).and_then(details::of_address);
        let named = cart.details.receiver.take().filter(|who| Some(who) != before.as_ref());
        cart.details.receiver = details::of_address(&address).or(named);
        cart.address_id = Some(address.id);
        cart.delivery_method = Some(DeliveryMethod::Delivery);
        cart.version += 1;
    }
    let mut addresses = chat.addresses.clone();
    addresses.retain(|a| a.id != address.id);
    addresses.insert(0, address.clone());
    let chat = Chat { addresses, ..chat.clone() };
    let mut decision = checkout::go_on(&chat, cart, lead, look, offers)?;
    decision.address = Some(address);
    Ok(decision)
}
