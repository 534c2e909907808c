//! The order before it is placed: the summary, what can be changed in it, the answer once it is placed. Pure.

use entity::{
    cart::{self, DeliveryMethod, PaymentMethod},
    order,
};

use super::{
    action::{Action, CartAction},
    basket::reference,
    cart_text::{aside, headed, joined, line_texts, total},
    destination, details, orders, pickup,
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

/// UTF-16 units that are left for the lines at least: one, or how many there are.
const LEAST: usize = 80;

/// Everything that will be ordered, with one button to confirm.
pub(super) fn summary(
    chat: &Chat,
    cart: &cart::Model,
    lead: Option<String>,
    with_aside: bool,
    offers: &Offers,
) -> Result<Outbound, StepError> {
    let voice = &chat.voice;
    let head = headed(lead, t(voice, "summary"));
    let mut tail = String::new();
    for room in [Room::Wide, Room::Close, Room::Tight] {
        tail = self::tail(chat, cart, with_aside, room)?;
        if units(&head) + units(&tail) + LEAST <= BODY {
            break;
        }
    }
    let lines = line_texts(chat, cart, offers);
    let body = show::fitted(voice, &head, &lines, &tail, BODY);
    let choices = vec![
        show::choice(voice, of(cart, CartAction::Confirm), "confirm-button"),
        show::choice(voice, of(cart, CartAction::Parts), "change-button"),
        terms::choice(chat, cart)
            .unwrap_or_else(|| show::choice(voice, Action::Menu(0), "continue-button")),
    ];
    Ok(show::buttons(&body, choices)?)
}

/// What stands below the lines. The terms and the question are whole in any case.
fn tail(
    chat: &Chat,
    cart: &cart::Model,
    with_aside: bool,
    room: Room,
) -> Result<String, StepError> {
    let voice = &chat.voice;
    let mut sums = t_with(voice, "cart-total", [("total", total(chat, cart)?.into())]);
    let note = room.clip(&cart.note);
    if !note.is_empty() {
        sums = format!("{sums}\n{}", t_with(voice, "cart-note", [("note", note.into())]));
    }
    let with_aside = with_aside && room != Room::Tight;
    let aside = if with_aside { aside(chat, cart) } else { String::new() };
    let mut chosen = vec![to(chat, cart, room)];
    chosen.extend(details::line(chat, cart));
    chosen.extend(
        cart.payment_method
            .map(|method| orders::payment_line(voice, method, is_pickup(cart.delivery_method))),
    );
    let accepts = terms::line(chat).unwrap_or_default();
    let parts = [sums, aside, chosen.join("\n"), accepts, t(voice, "summary-ask")];
    Ok(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n"))
}

/// How much of what people wrote is shown, so that everything else has its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    Wide,
    Close,
    Tight,
}

impl Room {
    fn clip(self, text: &str) -> String {
        match self {
            Self::Wide => show::short::<200>(text),
            Self::Close => show::short::<100>(text),
            Self::Tight => show::short::<40>(text),
        }
    }
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn is_pickup(method: Option<DeliveryMethod>) -> bool {
    method == Some(DeliveryMethod::Pickup)
}

/// Where it goes: the address, or the shop.
pub(super) fn delivery_line(chat: &Chat, cart: &cart::Model) -> String {
    to(chat, cart, Room::Wide)
}

fn to(chat: &Chat, cart: &cart::Model, room: Room) -> String {
    match destination::chosen(chat, cart) {
        Some(address) if cart.delivery_method == Some(DeliveryMethod::Delivery) => {
            let text = room.clip(&address_text(address));
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use entity::{
        TermsId, VariantId,
        cart::{Receiver, SetAside, SetAsideLine, Why},
        shop::CurrentTerms,
    };
    use proptest::prelude::*;

    use super::*;
    use crate::{conversation::sample, text::Lang};

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        /// Whatever is in the order, the customer reads that confirming accepts the terms, and the total.
        #[test]
        fn terms_and_total_are_never_cut_off(
            lead in 0..200usize, note in 0..500usize, street in 10..500usize, gone in 0..30usize,
            name in 1..80usize, link in 20..120usize, lines in 1..100usize, pickup: bool, en: bool,
        ) {
            let mut chat = sample::chat();
            chat.voice = if en { Lang::En } else { Lang::Tr }.into();
            let url = format!("https://{}", "k".repeat(link - 8));
            let checkout = &mut Arc::make_mut(&mut chat.shop).checkout;
            checkout.pickup_address = "ş".repeat(street);
            checkout.pickup_hours = "24/7".into();
            checkout.terms = vec![CurrentTerms {
                id: TermsId::new(chat.now),
                language: String::new(),
                url: Some(url.clone()),
                has_text: true,
            }];
            let mut cart = sample::cart(&chat);
            cart.lines.0 = (0..lines).map(|n| cart::Line {
                variant_id: VariantId::new(chat.now),
                sku: format!("sku-{n}"),
                quantity: 1,
                unit_price_minor: 100,
            }).collect();
            cart.note = "n".repeat(note);
            cart.set_aside = SetAside((0..gone).map(|n| SetAsideLine {
                sku: format!("gone-{n}"), title: None, quantity: 1, why: Why::Unknown,
            }).collect());
            cart.details.receiver = Some(Receiver {
                name: Some("a".repeat(name)), phone: Some("+905321112233".into()),
            });
            cart.payment_method = Some(PaymentMethod::CashOnDelivery);
            cart.delivery_method = Some(DeliveryMethod::Pickup);
            if !pickup {
                let (home, address) = sample::address(&chat, &"s".repeat(street));
                cart.delivery_method = Some(DeliveryMethod::Delivery);
                cart.address_id = Some(home);
                chat.addresses = vec![address];
            }
            let lead = Some("l".repeat(lead));
            let shown = summary(&chat, &cart, lead, true, &Offers::default()).unwrap();
            let body = shown.body();
            prop_assert!(!body.ends_with('…'), "{body}");
            prop_assert!(body.contains(&url) && body.ends_with(&t(&chat.voice, "summary-ask")));
            prop_assert!(body.contains(&total(&chat, &cart).unwrap()));
        }
    }
}
