//! The order before it is placed: the summary, what can be changed in it, the answer once it is placed. Pure.

use entity::{
    cart::{self, DeliveryMethod, PaymentMethod},
    order,
};

use super::{
    action::{Action, CartAction},
    basket::reference,
    cart_text::{aside, headed, joined, line_texts, total_and_note},
    checkout, details, orders, pickup,
    questions::{address_text, deliveries, payments},
    show::{self, BODY, Shown},
    step::{Chat, StepError},
    terms,
};
use crate::{
    cart::Offers,
    message::Outbound,
    text::{t, t_with},
};

/// UTF-16 units of an address beside other things.
const ADDRESS: usize = 200;

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
    chosen.extend(details::line(chat, cart));
    chosen.extend(
        cart.payment_method
            .map(|method| orders::payment_line(voice, method, is_pickup(cart.delivery_method))),
    );
    let aside = if with_aside { aside(chat, cart) } else { String::new() };
    let accepts = terms::line(chat).unwrap_or_default();
    let ask = t(voice, "summary-ask");
    let parts = [total_and_note(chat, cart)?, aside, chosen.join("\n"), accepts, ask];
    let tail: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let head = headed(lead, t(voice, "summary"));
    let lines = line_texts(chat, cart, offers);
    let body = show::fitted(voice, &head, &lines, &tail.join("\n\n"), BODY);
    let choices = vec![
        show::choice(voice, of(cart, CartAction::Confirm), "confirm-button"),
        show::choice(voice, of(cart, CartAction::Parts), "change-button"),
        terms::choice(chat, cart)
            .unwrap_or_else(|| show::choice(voice, Action::Menu(0), "continue-button")),
    ];
    Ok(show::buttons(&body, choices)?)
}

fn is_pickup(method: Option<DeliveryMethod>) -> bool {
    method == Some(DeliveryMethod::Pickup)
}

/// Where it goes: the address, or the shop.
pub(super) fn delivery_line(chat: &Chat, cart: &cart::Model) -> String {
    match checkout::address(chat, cart) {
        Some(address) if cart.delivery_method == Some(DeliveryMethod::Delivery) => {
            let text = show::short::<ADDRESS>(&address_text(address));
            t_with(&chat.voice, "summary-delivery", [("address", text.into())])
        }
        _ => pickup::place(chat),
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
    rows.push(row(CartAction::AskReceiver, "change-receiver-row"));
    if payments(chat).len() > 1 {
        rows.push(row(CartAction::AskPayment, "change-payment-row"));
    }
    rows.push(row(CartAction::AskNote, "change-note-row"));
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

pub(super) fn of(cart: &cart::Model, action: CartAction) -> Action {
    Action::OfCart(reference(cart), action)
}
