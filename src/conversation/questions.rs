//! What the checkout asks: delivery, address, payment. Pure.

use entity::{
    address,
    cart::{self, DeliveryMethod, PaymentMethod},
};

use super::{
    action::{Action, CartAction},
    cart_text::{headed, whole},
    checkout::Look,
    form,
    pages::Page,
    pickup,
    show::{self, Choice, Shown},
    step::{Chat, StepError},
    summary::{delivery_line, of},
};
use crate::{
    cart::Offers,
    message::Outbound,
    text::{t, t_with},
};

/// Saved addresses on one page of the list, latest first.
const ADDRESSES: u32 = 8;

/// The ways to the customer that the shop has.
pub(super) fn deliveries(chat: &Chat) -> Vec<DeliveryMethod> {
    let terms = &chat.shop.checkout;
    let all = [(terms.delivery, DeliveryMethod::Delivery), (terms.pickup, DeliveryMethod::Pickup)];
    all.into_iter().filter_map(|(on, method)| on.then_some(method)).collect()
}

/// The ways to pay that the shop has.
pub(super) fn payments(chat: &Chat) -> Vec<PaymentMethod> {
    let terms = &chat.shop.checkout;
    let all = [
        (terms.cash_on_delivery, PaymentMethod::CashOnDelivery),
        (terms.bank_transfer, PaymentMethod::BankTransfer),
    ];
    all.into_iter().filter_map(|(on, method)| on.then_some(method)).collect()
}

/// How a way to pay is called where the goods go this way.
pub(super) fn payment_key(method: PaymentMethod, to: Option<DeliveryMethod>) -> &'static str {
    match (method, to) {
        (PaymentMethod::CashOnDelivery, Some(DeliveryMethod::Pickup)) => "pay-cash-pickup-button",
        (PaymentMethod::CashOnDelivery, _) => "pay-cash-button",
        (PaymentMethod::BankTransfer, _) => "pay-transfer-button",
    }
}

/// An address as the order keeps it, with its pin.
pub(super) fn address_text(address: &address::Model) -> String {
    match &address.coordinates {
        Some(pin) => format!("{} ({pin})", address.text),
        None => address.text.clone(),
    }
}

/// Cart and question in one message, for each message costs; or what was chosen last and the question.
fn ask(
    chat: &Chat,
    cart: &cart::Model,
    lead: Option<String>,
    look: Look,
    question: &str,
    offers: &Offers,
) -> Result<String, StepError> {
    let question = t(&chat.voice, question);
    match look {
        Look::Whole => whole(chat, cart, lead, true, Some(question), offers),
        Look::Brief => Ok(headed(lead, question)),
    }
}

pub(super) fn ask_delivery(
    chat: &Chat,
    cart: &cart::Model,
    lead: Option<String>,
    look: Look,
    offers: &Offers,
) -> Result<Outbound, StepError> {
    let choice = |action, key: &str| show::choice(&chat.voice, of(cart, action), key);
    let mut choices: Vec<_> = deliveries(chat)
        .into_iter()
        .map(|method| match method {
            DeliveryMethod::Delivery => choice(CartAction::Delivery(method), "delivery-button"),
            DeliveryMethod::Pickup => choice(CartAction::Delivery(method), "pickup-button"),
        })
        .collect();
    if choices.is_empty() {
        return no_orders_now(chat);
    }
    if look == Look::Whole {
        choices.push(choice(CartAction::Lines(0), "change-button"));
    }
    // Who was never delivered to saves a question by writing the address at once.
    let writes = chat.addresses.is_empty() && deliveries(chat).contains(&DeliveryMethod::Delivery);
    let question = if writes { "ask-delivery-or-write" } else { "ask-delivery" };
    let mut body = ask(chat, cart, lead, look, question, offers)?;
    let picked_up = deliveries(chat).contains(&DeliveryMethod::Pickup);
    if let Some(hours) = pickup::beside_question(chat).filter(|_| picked_up) {
        body = format!("{body}\n{hours}");
    }
    Ok(show::buttons(&body, choices)?)
}

pub(super) fn ask_address(
    chat: &Chat,
    cart: &cart::Model,
    lead: Option<String>,
    look: Look,
    offers: &Offers,
) -> Result<Outbound, StepError> {
    if chat.addresses.is_empty() {
        return ask_new_address(chat, cart, lead, look, offers);
    }
    let body = ask(chat, cart, lead, look, "pick-address", offers)?;
    Ok(addresses(chat, cart, &body, 0)?)
}

/// The saved addresses to choose from, and a new one.
fn addresses(chat: &Chat, cart: &cart::Model, body: &str, page: u32) -> Shown {
    let voice = &chat.voice;
    let row = |a: &&address::Model| {
        let number = [("number", a.number.into())];
        let choice = Choice::new(
            of(cart, CartAction::Address(Some(a.number))),
            t_with(voice, "address-row", number),
        );
        choice.hint(address_text(a))
    };
    let page = Page::of(&chat.addresses, page, ADDRESSES);
    let mut rows: Vec<_> = page.items.iter().map(row).collect();
    rows.extend(page.more(voice, |next| of(cart, CartAction::Addresses(next))));
    rows.push(show::choice(voice, of(cart, CartAction::Address(None)), "new-address-row"));
    show::list(voice, body, vec![(None, rows)])
}

/// More of the saved addresses.
pub(super) fn more_addresses(
    chat: &Chat,
    cart: &cart::Model,
    moved: Option<String>,
    page: u32,
) -> Shown {
    let body = headed(moved, t(&chat.voice, "pick-address"));
    addresses(chat, cart, &body, page)
}

/// Asks for an address that is not known yet: by a form where there is one, and in any case by text or pin.
pub(super) fn ask_new_address(
    chat: &Chat,
    cart: &cart::Model,
    lead: Option<String>,
    look: Look,
    offers: &Offers,
) -> Result<Outbound, StepError> {
    let by_form = ask(chat, cart, lead.clone(), look, "ask-address-form", offers)?;
    if let Some(form) = form::offer(chat, cart, &by_form) {
        return Ok(form);
    }
    // Plain text: the answer is typed.
    Ok(Outbound::text(ask(chat, cart, lead, look, "ask-address", offers)?))
}

pub(super) fn ask_payment(
    chat: &Chat,
    cart: &cart::Model,
    lead: Option<String>,
    look: Look,
    offers: &Offers,
) -> Result<Outbound, StepError> {
    let choices = payments(chat).into_iter().map(|method| {
        let key = payment_key(method, cart.delivery_method);
        show::choice(&chat.voice, of(cart, CartAction::Payment(method)), key)
    });
    let choices: Vec<_> = choices.collect();
    if choices.is_empty() {
        return no_orders_now(chat);
    }
    // What was typed as the address is read back before it is used.
    let lead = match look {
        Look::Brief => Some(headed(lead, delivery_line(chat, cart))),
        Look::Whole => lead,
    };
    Ok(show::buttons(&ask(chat, cart, lead, look, "ask-payment", offers)?, choices)?)
}

fn no_orders_now(chat: &Chat) -> Result<Outbound, StepError> {
    let human = show::choice(&chat.voice, Action::Human, "human-button");
    let menu = show::choice(&chat.voice, Action::Menu(0), "menu-button");
    Ok(show::buttons(&t(&chat.voice, "not-for-sale-now"), vec![human, menu])?)
}
