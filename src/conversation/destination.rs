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
    repeat::is_last,
    step::{Chat, Decision, Step, StepError, not_understood},
};
use crate::{
    cart::Offers,
    message::Outbound,
    text::{Place, Saved, place, saved, t},
};

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
    let again = |key: &str| Outbound::text(t(&chat.voice, key));
    // The saved ones are numbered, and people answer with the number.
    if let Some(which) = saved(text).filter(|_| coordinates.is_none()) {
        let Some(address) = named(chat, which) else {
            let short = again("ask-address-short");
            return Ok(Decision::say(short).wait(Step::AskAddress).missed());
        };
        let (cart, moved) = refreshed(chat, cart, offers)?;
        return take(chat, cart, address.clone(), checkout::told(moved), offers);
    }
    // Who says it again is believed: it is read back.
    if coordinates.is_none() && place(text) == Place::Not {
        let refused = not_understood(chat, "not-understood", offers)?;
        if !refused.replies.first().is_some_and(|asked| is_last(chat, asked)) {
            return Ok(refused);
        }
    }
    let bare_pin = coordinates.is_some() && text.is_empty();
    let insists = is_last(chat, &again("ask-address-number"));
    let address = match read(chat, text, coordinates, insists) {
        Ok(address) => address,
        Err(key) => return Ok(Decision::say(again(key)).wait(Step::AskAddress).missed()),
    };
    let (cart, moved) = refreshed(chat, cart, offers)?;
    let (moved, look) = checkout::told(moved);
    let lead = if bare_pin { details::about_pin(chat, moved) } else { moved };
    let mut decision = take(chat, cart, address, (lead, look), offers)?;
    decision.step = checkout::behind_pin(bare_pin, decision.step);
    Ok(decision)
}

/// The saved address that is meant.
pub(super) fn named(chat: &Chat, which: Saved) -> Option<&address::Model> {
    match which {
        Saved::Number(number) => chat.addresses.iter().find(|a| a.number == number),
        Saved::Latest => chat.addresses.first(),
    }
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

/// The address that a text or pin is, known or new; else what to say about it. Who was just asked for a number
/// `insists`.
pub(super) fn read(
    chat: &Chat,
    text: &str,
    coordinates: Option<String>,
    insists: bool,
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
        _ if coordinates.is_none() && !has_number(&text) && !insists => Err("ask-address-number"),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{intent::Intent, sample, step::decide};

    /// A chat that waits for the address of its cart.
    fn asked() -> (Chat, Offers) {
        let mut chat = sample::chat();
        let mut offers = Offers::default();
        sample::put(&mut offers, chat.shop.id, 5, 1_000, Some(9));
        let mut cart = basket::add(&chat, 5, &offers).unwrap().cart.unwrap();
        cart.delivery_method = Some(DeliveryMethod::Delivery);
        chat.cart = Some(cart);
        chat.step = Step::AskAddress;
        (chat, offers)
    }

    #[test]
    fn what_says_no_place_is_not_stored() {
        let (chat, offers) = asked();
        for text in ["2 tane daha olsun", "5 dakika sonra yazarım", "I will pick it up at 5 pm"] {
            let decision = given(&chat, text, None, &offers).unwrap();
            assert!(decision.address.is_none() && decision.missed, "{text}");
            assert_eq!(decision.step, Step::AskAddress, "{text}");
        }
        for text in ["Kordon 5 Alsancak", "12 Acacia Avenue, London, after 5 pm please"] {
            let stored = given(&chat, text, None, &offers).unwrap().address;
            assert_eq!(stored.map(|address| address.text).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_saved_address_is_picked_by_its_number_or_as_the_latest() {
        let (mut chat, offers) = asked();
        for text in ["aynı adres", "2", "Adres 2"] {
            let decision = given(&chat, text, None, &offers).unwrap();
            assert!(decision.address.is_none() && decision.missed, "{text}: there is none");
        }
        let saved = |number| {
            let (_, address) = sample::address(&chat, &format!("Moda Caddesi {number}"));
            address::Model { number, ..address }
        };
        chat.addresses = vec![saved(2), saved(1)];
        for (text, number) in
            [("1", 1), ("1.", 1), ("Adres 1", 1), ("address 2 please", 2), ("same address", 2)]
        {
            let taken = given(&chat, text, None, &offers).unwrap().address;
            assert_eq!(taken.map(|address| address.number), Some(number), "{text}");
        }
    }

    #[test]
    fn a_text_without_a_number_is_believed_when_that_was_just_asked() {
        let (mut chat, offers) = asked();
        let house = "sarı ev, iskelenin yanı";
        let heard = |chat: &mut Chat, intent: Intent| {
            let decision = decide(chat, intent, &offers).unwrap();
            chat.conversation.said = decision.said.map(|said| said.print);
            chat.conversation.misses = decision.said.map_or(0, |said| said.misses);
            decision
        };
        let typed = || Intent::Address { text: house.into(), coordinates: None };
        // What was not understood before says nothing of its number.
        assert!(heard(&mut chat, Intent::NoMedia).missed);
        assert!(heard(&mut chat, typed()).address.is_none());
        let stored = heard(&mut chat, typed()).address;
        assert_eq!(stored.map(|address| address.text).as_deref(), Some(house));
    }
}
