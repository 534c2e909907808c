//! What the checkout asks to be typed beside the address: who receives, a number to call, a note, the door behind a
//! pin. Pure.

use entity::{
    address,
    cart::{self, Receiver},
    order,
};

use super::{
    action::CartAction,
    basket,
    cart_text::{headed, joined},
    checkout, destination, questions,
    receiver::{self, Unclear},
    show,
    step::{Chat, Decision, Step, StepError},
    summary::of,
};
use crate::{
    cart::Offers,
    catalog::search::only_fillers,
    message::{Outbound, Text},
    text::{Lang, Voice, is_myself, is_nobody, t, t_with},
};

/// Characters of a note.
const LONGEST_NOTE: usize = 500;
/// Characters of what is added to a pin.
const LONGEST_DOOR: usize = 200;
/// From so many characters on, what is typed behind a pin is a door even without a number.
const SURELY_A_DOOR: usize = 15;

/// A number to call the customer, when one is known.
pub(super) fn own_phone(chat: &Chat) -> Option<&str> {
    chat.customer.phone.as_deref().or(chat.customer.contact_phone.as_deref())
}

/// Whether nobody could be called about a delivery.
pub(super) fn wants_phone(chat: &Chat, cart: &cart::Model) -> bool {
    let receiver = cart.details.receiver.as_ref();
    own_phone(chat).is_none() && receiver.is_none_or(|who| who.phone.is_none())
}

/// Who receives the order and whom to call about it, as far as it is known.
pub(super) fn named(chat: &Chat, cart: &cart::Model) -> Receiver {
    or_customer(chat, cart.details.receiver.clone())
}

/// The person, and the customer where nothing is known of them.
fn or_customer(chat: &Chat, who: Option<Receiver>) -> Receiver {
    let who = who.unwrap_or_default();
    let own_name = Some(&chat.customer.name).filter(|name| !name.is_empty()).cloned();
    Receiver {
        name: who.name.or(own_name),
        phone: who.phone.or_else(|| own_phone(chat).map(str::to_owned)),
    }
}

/// Who receives, as the address remembers it.
pub(super) fn of_address(address: &address::Model) -> Option<Receiver> {
    let (name, phone) = (address.receiver_name.clone(), address.receiver_phone.clone());
    (name.is_some() || phone.is_some()).then_some(Receiver { name, phone })
}

/// Who receives `order` at `address`, when it went to another one before. Between two addresses of the customer's whoever
/// the old one stood for stays there; at one that is new, and so is often the old one put right, nobody else is known.
pub(super) fn readdressed(chat: &Chat, order: &order::Model, address: &address::Model) -> Receiver {
    let now = Receiver { name: order.receiver_name.clone(), phone: order.receiver_phone.clone() };
    if !is_saved(chat, address) {
        return now;
    }
    let is_old = |a: &&address::Model| order.delivery_address == Some(questions::address_text(a));
    let before = chat.addresses.iter().find(is_old).and_then(of_address);
    if now == or_customer(chat, before) { or_customer(chat, of_address(address)) } else { now }
}

fn is_saved(chat: &Chat, address: &address::Model) -> bool {
    chat.addresses.iter().any(|known| known.id == address.id)
}

/// A new address with who receives there; one that is known stands for whom it stood.
pub(super) fn remembering(chat: &Chat, address: address::Model, who: &Receiver) -> address::Model {
    if is_saved(chat, &address) {
        return address;
    }
    with_receiver(address, other(chat, who.clone()).as_ref())
}

/// The address, remembering who receives there.
pub(super) fn with_receiver(address: address::Model, who: Option<&Receiver>) -> address::Model {
    address::Model {
        receiver_name: who.and_then(|who| who.name.clone()),
        receiver_phone: who.and_then(|who| who.phone.clone()),
        ..address
    }
}

/// The line of the summary about the person: only what is not the customer as WhatsApp knows them.
pub(super) fn line(chat: &Chat, cart: &cart::Model) -> Option<String> {
    let voice = &chat.voice;
    if let Some(receiver) = &cart.details.receiver {
        return Some(who(voice, receiver));
    }
    let typed = chat.customer.contact_phone.as_deref().filter(|_| chat.customer.phone.is_none());
    let delivered = cart.delivery_method == Some(cart::DeliveryMethod::Delivery);
    typed
        .filter(|_| delivered)
        .map(|phone| t_with(voice, "summary-contact", [("phone", phone.into())]))
}

/// The line about who receives.
pub(super) fn who(voice: &Voice, who: &Receiver) -> String {
    let parts: Vec<&str> =
        [&who.name, &who.phone].into_iter().filter_map(Option::as_deref).collect();
    t_with(voice, "summary-receiver", [("who", parts.join(", ").into())])
}

/// Asks who receives; nobody else, when somebody else was named before.
pub(super) fn ask_receiver(
    chat: &Chat,
    cart: &cart::Model,
    lead: Option<String>,
) -> Result<Outbound, StepError> {
    let mut choices = Vec::new();
    if cart.details.receiver.is_some() {
        choices.push(show::choice(&chat.voice, of(cart, CartAction::Myself), "myself-button"));
    }
    choices.push(back(chat, cart));
    Ok(show::buttons(&headed(lead, t(&chat.voice, "ask-receiver")), choices)?)
}

/// Asks for a number to call: one tap shares it, and it may be typed.
pub(super) fn ask_contact(chat: &Chat, lead: Option<String>) -> Outbound {
    Outbound::AskContact { body: Text::cut(headed(lead, t(&chat.voice, "ask-contact"))) }
}

/// Asks for a note, or another one.
pub(super) fn ask_note(
    chat: &Chat,
    cart: &cart::Model,
    lead: Option<String>,
) -> Result<Outbound, StepError> {
    let mut choices = Vec::new();
    if !cart.note.is_empty() {
        choices.push(show::choice(&chat.voice, of(cart, CartAction::NoNote), "no-note-button"));
    }
    choices.push(back(chat, cart));
    Ok(show::buttons(&headed(lead, t(&chat.voice, "ask-note")), choices)?)
}

fn back(chat: &Chat, cart: &cart::Model) -> show::Choice {
    show::choice(&chat.voice, of(cart, CartAction::Checkout), "back-to-order-button")
}

/// What was typed for the open question.
pub(super) fn told(chat: &Chat, text: &str, offers: &Offers) -> Result<Decision, StepError> {
    let Some(cart) = chat.cart.as_ref().filter(|cart| !cart.lines.0.is_empty()) else {
        return basket::show(chat, None, offers);
    };
    match chat.step {
        Step::AskReceiver => receiver(chat, cart, text, offers),
        Step::AskContact => contact(chat, text, offers),
        Step::AskNote => note(chat, cart, text, offers),
        Step::AskDoor => door(chat, cart, text, offers),
        Step::Start
        | Step::AskQuantity { .. }
        | Step::AskAddress
        | Step::AskDelivery
        | Step::AskPayment
        | Step::AskBoth
        | Step::AskCartNote
        | Step::Confirm
        | Step::AskOrderAddress { .. }
        | Step::AskCancel { .. } => checkout::begin(chat, None, offers),
    }
}

fn receiver(
    chat: &Chat,
    cart: &cart::Model,
    text: &str,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let is_me = |name: &str| {
        is_myself(name, chat.voice.lang()) || show::is_label(&chat.voice, "myself-button", name)
    };
    // Two fillers may be a name: Will Price, Can Su.
    let says_nothing = || !is_me(text) && only_fillers(text) && text.split_whitespace().count() > 2;
    let read = if is_nobody(text) || says_nothing() {
        Err(Unclear::Name)
    } else {
        receiver::read(text, &chat.channel.display_phone_number)
    };
    let key = match read {
        Ok(who) => {
            let who = Receiver { name: who.name.filter(|name| !is_me(name)), ..who };
            return set_receiver(chat, cart, other(chat, who), offers);
        }
        Err(Unclear::Name) => "receiver-wrong",
        Err(Unclear::Phone) => "phone-wrong",
    };
    let reply = ask_receiver(chat, cart, Some(t(&chat.voice, key)))?;
    Ok(Decision::say(reply).wait(Step::AskReceiver).missed())
}

/// The person, unless it is the customer.
pub(super) fn other(chat: &Chat, who: Receiver) -> Option<Receiver> {
    let own = own_phone(chat);
    let same_name = who.name.as_deref().is_none_or(|name| name == chat.customer.name);
    let same_phone = who.phone.is_none() || who.phone.as_deref() == own;
    (!same_name || !same_phone).then_some(who)
}

/// Sets who receives, and back to the order.
pub(super) fn set_receiver(
    chat: &Chat,
    cart: &cart::Model,
    who: Option<Receiver>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let (mut cart, moved) = basket::refreshed(chat, cart, offers)?;
    if cart.details.receiver != who {
        cart.details.receiver = who;
        cart.version += 1;
    }
    let (moved, look) = checkout::told(moved);
    checkout::go_on(chat, cart, moved, look, offers)
}

fn contact(chat: &Chat, text: &str, offers: &Offers) -> Result<Decision, StepError> {
    let Some(phone) = receiver::phone_in(text, &chat.channel.display_phone_number) else {
        let reply = ask_contact(chat, Some(t(&chat.voice, "phone-wrong")));
        return Ok(Decision::say(reply).wait(Step::AskContact).missed());
    };
    let mut known = chat.clone();
    known.customer.contact_phone = Some(phone.clone());
    let mut decision = checkout::resume(&known, offers)?;
    decision.contact_phone = Some(phone);
    Ok(decision)
}

fn note(
    chat: &Chat,
    cart: &cart::Model,
    text: &str,
    offers: &Offers,
) -> Result<Decision, StepError> {
    if text.chars().count() > LONGEST_NOTE {
        let reply = ask_note(chat, cart, Some(t(&chat.voice, "note-long")))?;
        return Ok(Decision::say(reply).wait(Step::AskNote).missed());
    }
    set_note(chat, cart, text, offers)
}

/// Sets the note, and back to the order.
pub(super) fn set_note(
    chat: &Chat,
    cart: &cart::Model,
    text: &str,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let (mut cart, moved) = basket::refreshed(chat, cart, offers)?;
    if cart.note != text.trim() {
        text.trim().clone_into(&mut cart.note);
        cart.version += 1;
    }
    let (moved, look) = checkout::told(moved);
    checkout::go_on(chat, cart, moved, look, offers)
}

/// A door, a floor: behind the pin that was sent.
fn door(
    chat: &Chat,
    cart: &cart::Model,
    text: &str,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let text = text.trim();
    let length = text.chars().count();
    let pinned = destination::chosen(chat, cart).filter(|address| address.coordinates.is_some());
    let told = text.chars().any(char::is_numeric) || length >= SURELY_A_DOOR;
    let (Some(address), true) = (pinned, told) else {
        let lead = format!("{} {}", t(&chat.voice, "not-understood"), t(&chat.voice, "please-tap"));
        return checkout::ask_again(chat, lead, offers);
    };
    if length > LONGEST_DOOR {
        return checkout::ask_again(chat, t(&chat.voice, "door-long"), offers);
    }
    let bare = Lang::ALL.into_iter().any(|lang| address.text == t(&lang.into(), "pin"));
    let whole = if bare { text.to_owned() } else { format!("{}, {text}", address.text) };
    let address = address::Model { text: whole, ..address.clone() };
    let (mut cart, moved) = basket::refreshed(chat, cart, offers)?;
    cart.version += 1;
    destination::take(chat, cart, address, checkout::told(moved), offers)
}

/// Words about a pin that came without a name: what may be added, and how.
pub(super) fn about_pin(chat: &Chat, moved: Option<String>) -> Option<String> {
    joined(moved, Some(t(&chat.voice, "pin-door")))
}
