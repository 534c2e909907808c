//! What the checkout asks and tells: delivery, address, payment, summary, parts to change, the placed order. Pure.

use entity::{
    address,
    cart::{self, DeliveryMethod, PaymentMethod},
    order,
};

use super::{
    action::{Action, CartAction},
    basket::reference,
    cart_text::{aside, headed, joined, line_texts, total_and_note, whole},
    checkout::{self, Look},
    orders,
    pages::Page,
    show::{self, BODY, Choice, Shown},
    step::{Chat, StepError},
};
use crate::{
    cart::Offers,
    message::Outbound,
    text::{t, t_with},
};

/// Saved addresses on one page of the list, latest first.
const ADDRESSES: u32 = 8;
/// UTF-16 units of an address beside other things.
const ADDRESS: usize = 200;

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
    Ok(show::buttons(&ask(chat, cart, lead, look, "ask-delivery", offers)?, choices)?)
}

pub(super) fn ask_address(
    chat: &Chat,
    cart: &cart::Model,
    lead: Option<String>,
    look: Look,
    offers: &Offers,
) -> Result<Outbound, StepError> {
    if chat.addresses.is_empty() {
        // Plain text: the answer is typed.
        return Ok(Outbound::text(ask(chat, cart, lead, look, "ask-address", offers)?));
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

pub(super) fn ask_payment(
    chat: &Chat,
    cart: &cart::Model,
    lead: Option<String>,
    look: Look,
    offers: &Offers,
) -> Result<Outbound, StepError> {
    let choices = payments(chat).into_iter().map(|method| {
        let key = match (method, cart.delivery_method) {
            (PaymentMethod::CashOnDelivery, Some(DeliveryMethod::Pickup)) => {
                "pay-cash-pickup-button"
            }
            (PaymentMethod::CashOnDelivery, _) => "pay-cash-button",
            (PaymentMethod::BankTransfer, _) => "pay-transfer-button",
        };
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

/// Everything that will be ordered, with one button to confirm.
pub(super) fn summary(
    chat: &Chat,
    cart: &cart::Model,
    lead: Option<String>,
    with_aside: bool,
    offers: &Offers,
) -> Result<Outbound, StepError> {
    let voice = &chat.voice;
    let mut chosen = vec![delivery_line(chat, cart)];
    chosen.extend(
        cart.payment_method
            .map(|method| orders::payment_line(voice, method, is_pickup(cart.delivery_method))),
    );
    let aside = if with_aside { aside(chat, cart) } else { String::new() };
    let parts = [total_and_note(chat, cart)?, aside, chosen.join("\n"), t(voice, "summary-ask")];
    let tail: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let head = headed(lead, t(voice, "summary"));
    let lines = line_texts(chat, cart, offers);
    let body = show::fitted(voice, &head, &lines, &tail.join("\n\n"), BODY);
    let choices = vec![
        show::choice(voice, of(cart, CartAction::Confirm), "confirm-button"),
        show::choice(voice, of(cart, CartAction::Parts), "change-button"),
        show::choice(voice, Action::Menu(0), "continue-button"),
    ];
    Ok(show::buttons(&body, choices)?)
}

fn is_pickup(method: Option<DeliveryMethod>) -> bool {
    method == Some(DeliveryMethod::Pickup)
}

fn delivery_line(chat: &Chat, cart: &cart::Model) -> String {
    match checkout::address(chat, cart) {
        Some(address) if cart.delivery_method == Some(DeliveryMethod::Delivery) => {
            let text = show::short::<ADDRESS>(&address_text(address));
            t_with(&chat.voice, "summary-delivery", [("address", text.into())])
        }
        _ => orders::pickup_line(&chat.voice, &chat.shop),
    }
}

/// What can be changed in the summary.
pub(super) fn parts(chat: &Chat, cart: &cart::Model, moved: Option<String>) -> Shown {
    let voice = &chat.voice;
    let row = |action, key: &str| show::choice(voice, of(cart, action), key);
    let mut rows = vec![row(CartAction::Lines(0), "change-goods-row")];
    if deliveries(chat).len() > 1 {
        rows.push(row(CartAction::AskDelivery, "change-delivery-row"));
    }
    if cart.delivery_method == Some(DeliveryMethod::Delivery) {
        rows.push(row(CartAction::AskAddress, "change-address-row"));
    }
    if payments(chat).len() > 1 {
        rows.push(row(CartAction::AskPayment, "change-payment-row"));
    }
    rows.push(row(CartAction::Checkout, "back-to-order-row"));
    let body = joined(moved, Some(t(voice, "change-order"))).unwrap_or_default();
    show::list(voice, &body, vec![(None, rows)])
}

/// What the customer reads when the order is placed.
pub(super) fn placed(chat: &Chat, order: &order::Model) -> Shown {
    let voice = &chat.voice;
    let total = show::price(voice, order.total_minor, &order.currency);
    let mut body = vec![
        t_with(voice, "placed", [("number", (&order.number).into())]),
        t_with(voice, "cart-total", [("total", total.into())]),
        String::new(),
    ];
    let transfer = order.payment_method == PaymentMethod::BankTransfer;
    if transfer {
        body.push(orders::transfer_text(chat, order));
        body.push(String::new());
    }
    body.push(match order.delivery_method {
        _ if transfer => t(voice, "placed-next-transfer"),
        DeliveryMethod::Delivery => t(voice, "placed-next-delivery"),
        DeliveryMethod::Pickup => t(voice, "placed-next-pickup"),
    });
    let choices = vec![
        show::choice(voice, Action::Order(order.number.clone()), "order-button"),
        show::choice(voice, Action::Menu(0), "menu-button"),
    ];
    show::buttons(&body.join("\n"), choices)
}

fn of(cart: &cart::Model, action: CartAction) -> Action {
    Action::OfCart(reference(cart), action)
}
