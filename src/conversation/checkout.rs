//! From a cart to a placed order: delivery, address, payment, summary, one confirmation. Pure.

use entity::{
    address,
    cart::{self, DeliveryMethod, PaymentMethod, Status},
};

use super::{
    action::CartAction,
    basket::{self, keep, refreshed},
    cart_text::joined,
    destination, details, form, questions,
    step::{Chat, Decision, Step, StepError},
    summary,
};
use crate::{
    cart::Offers,
    order::place::{Consent, Terms, freeze},
};

/// How much a question shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// The cart too: it is the first question, or something in it moved.
    Whole,
    /// Only what was chosen: the cart stands a few bubbles above.
    Brief,
}

/// On to the checkout of the open cart.
pub(super) fn begin(
    chat: &Chat,
    lead: Option<String>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    // Two carts are no cart to order.
    let Some(cart) = chat.cart.as_ref().filter(|cart| cart.pending.is_none()) else {
        return basket::show(chat, lead, offers);
    };
    let (cart, moved) = refreshed(chat, cart, offers)?;
    go_on(chat, cart, joined(lead, moved), Look::Whole, offers)
}

/// The open question once more, after something that was no answer to it.
pub(super) fn ask_again(chat: &Chat, lead: String, offers: &Offers) -> Result<Decision, StepError> {
    let mut decision = ask(chat, chat.step, Some(lead), offers)?;
    decision.step = behind_pin(chat.step == Step::AskDoor, decision.step);
    Ok(decision)
}

/// The next open question about the open cart, or its summary.
pub(super) fn resume(chat: &Chat, offers: &Offers) -> Result<Decision, StepError> {
    ask(chat, Step::Confirm, None, offers)
}

/// A door may be typed behind a pin until the order is placed.
pub(super) fn behind_pin(pinned: bool, step: Step) -> Step {
    if pinned && matches!(step, Step::AskPayment | Step::Confirm) { Step::AskDoor } else { step }
}

/// Something of the summary is not right.
pub(super) fn change(chat: &Chat, offers: &Offers) -> Result<Decision, StepError> {
    match &chat.cart {
        Some(cart) => of_cart(chat, cart, CartAction::Parts, offers),
        None => basket::show(chat, None, offers),
    }
}

/// One question back; before the first there is the cart.
pub(super) fn back(chat: &Chat, offers: &Offers) -> Result<Decision, StepError> {
    let several = questions::deliveries(chat).len() > 1;
    let delivery = chat.cart.as_ref().and_then(|cart| cart.delivery_method);
    match chat.step {
        // These are asked from the summary.
        Step::AskReceiver | Step::AskNote => resume(chat, offers),
        Step::AskPayment | Step::AskContact | Step::AskDoor
            if delivery == Some(DeliveryMethod::Delivery) =>
        {
            ask(chat, Step::AskAddress, None, offers)
        }
        Step::AskPayment | Step::AskAddress if several => {
            ask(chat, Step::AskDelivery, None, offers)
        }
        _ => basket::show(chat, None, offers),
    }
}

/// Asks what `step` waits for, about the open cart.
pub(super) fn ask(
    chat: &Chat,
    step: Step,
    lead: Option<String>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let Some(cart) = &chat.cart else { return basket::show(chat, lead, offers) };
    let (cart, moved) = refreshed(chat, cart, offers)?;
    let look = if moved.is_some() { Look::Whole } else { Look::Brief };
    question(chat, cart, step, joined(lead, moved), look, offers)
}

fn question(
    chat: &Chat,
    cart: cart::Model,
    step: Step,
    lead: Option<String>,
    look: Look,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let cart = if step == Step::AskAddress { form::with_token(chat, cart) } else { cart };
    let reply = match step {
        _ if cart.lines.0.is_empty() => return go_on(chat, cart, lead, look, offers),
        Step::AskDelivery => questions::ask_delivery(chat, &cart, lead, look, offers)?,
        Step::AskAddress => questions::ask_address(chat, &cart, lead, look, offers)?,
        Step::AskPayment => questions::ask_payment(chat, &cart, lead, look, offers)?,
        Step::AskReceiver => details::ask_receiver(chat, &cart, lead)?,
        Step::AskContact => details::ask_contact(chat, lead),
        Step::AskNote => details::ask_note(chat, &cart, lead)?,
        Step::Start
        | Step::AskQuantity { .. }
        | Step::AskBoth
        | Step::AskCartNote
        | Step::AskDoor
        | Step::Confirm
        | Step::AskOrderAddress { .. }
        | Step::AskCancel { .. } => {
            return go_on(chat, cart, lead, look, offers);
        }
    };
    Ok(keep(chat, Decision::say(reply).wait(step), cart))
}

/// The next question that is open, or the summary.
pub(super) fn go_on(
    chat: &Chat,
    cart: cart::Model,
    lead: Option<String>,
    look: Look,
    offers: &Offers,
) -> Result<Decision, StepError> {
    if cart.lines.0.is_empty() {
        let emptied = Chat { cart: Some(cart.clone()), ..chat.clone() };
        return Ok(keep(chat, basket::show(&emptied, lead, offers)?, cart));
    }
    let cart = with_known(chat, cart);
    let nowhere = cart.delivery_method == Some(DeliveryMethod::Delivery)
        && destination::chosen(chat, &cart).is_none();
    let open = if cart.delivery_method.is_none() {
        Step::AskDelivery
    } else if nowhere {
        Step::AskAddress
    } else if cart.delivery_method == Some(DeliveryMethod::Delivery)
        && details::wants_phone(chat, &cart)
    {
        Step::AskContact
    } else if cart.payment_method.is_none() {
        Step::AskPayment
    } else {
        let with_aside = look == Look::Whole;
        let reply = summary::summary(chat, &cart, lead, with_aside, offers)?;
        return Ok(keep(chat, Decision::say(reply).wait(Step::Confirm), cart));
    };
    question(chat, cart, open, lead, look, offers)
}

/// A tap in the checkout of the present cart, perhaps on an older bubble of it: every answer shows how things are now.
pub(super) fn of_cart(
    chat: &Chat,
    cart: &cart::Model,
    action: CartAction,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let (cart, moved) = refreshed(chat, cart, offers)?;
    if cart.lines.0.is_empty() {
        return go_on(chat, cart, moved, Look::Whole, offers);
    }
    let look = if moved.is_some() { Look::Whole } else { Look::Brief };
    match action {
        CartAction::Delivery(method) => go_on(chat, delivered(cart, method), moved, look, offers),
        CartAction::Payment(method) => go_on(chat, paid(cart, method), moved, look, offers),
        CartAction::Address(Some(number)) => {
            match chat.addresses.iter().find(|a| a.number == number) {
                Some(address) => {
                    destination::take(chat, cart, address.clone(), (moved, look), offers)
                }
                None => question(chat, cart, Step::AskAddress, moved, look, offers),
            }
        }
        CartAction::Address(None) => {
            let cart = form::with_token(chat, cart);
            let reply = questions::ask_new_address(chat, &cart, moved, look, offers)?;
            Ok(keep(chat, Decision::say(reply).wait(Step::AskAddress), cart))
        }
        CartAction::Parts => {
            let reply = summary::parts(chat, &cart, moved)?;
            Ok(keep(chat, Decision::say(reply).wait(Step::Confirm), cart))
        }
        CartAction::AskDelivery => question(chat, cart, Step::AskDelivery, moved, look, offers),
        CartAction::AskAddress => question(chat, cart, Step::AskAddress, moved, look, offers),
        CartAction::Addresses(page) if !chat.addresses.is_empty() => {
            let reply = questions::more_addresses(chat, &cart, moved, page)?;
            Ok(keep(chat, Decision::say(reply).wait(Step::AskAddress), cart))
        }
        CartAction::Addresses(_) => question(chat, cart, Step::AskAddress, moved, look, offers),
        CartAction::AskPayment => question(chat, cart, Step::AskPayment, moved, look, offers),
        CartAction::AskReceiver => question(chat, cart, Step::AskReceiver, moved, look, offers),
        CartAction::AskNote => question(chat, cart, Step::AskNote, moved, look, offers),
        CartAction::Myself => details::set_receiver(chat, &cart, None, offers),
        CartAction::NoNote => details::set_note(chat, &cart, "", offers),
        CartAction::Confirm => confirm(chat, cart, moved, offers),
        CartAction::Checkout
        | CartAction::Terms
        | CartAction::Lines(_)
        | CartAction::Line(_)
        | CartAction::Quantity(..)
        | CartAction::Clear
        | CartAction::Restore
        | CartAction::Both(_)
        | CartAction::Note
        | CartAction::NoteOff => go_on(chat, cart, moved, Look::Whole, offers),
    }
}

/// The cart that is got so: another version, when it was got otherwise.
pub(super) fn delivered(mut cart: cart::Model, method: DeliveryMethod) -> cart::Model {
    if cart.delivery_method != Some(method) {
        cart.delivery_method = Some(method);
        cart.version += 1;
    }
    cart
}

/// The same of how it is paid.
pub(super) fn paid(mut cart: cart::Model, method: PaymentMethod) -> cart::Model {
    if cart.payment_method != Some(method) {
        cart.payment_method = Some(method);
        cart.version += 1;
    }
    cart
}

/// The terms of sale, before the order is confirmed. `as_shown`: the bubble is the summary of the cart as it is.
pub(super) fn terms(
    chat: &Chat,
    cart: &cart::Model,
    as_shown: bool,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let (now, moved) = refreshed(chat, cart, offers)?;
    let as_shown = as_shown && moved.is_none() && with_known(chat, now.clone()) == *cart;
    super::terms::read(chat, now, as_shown, offers)
}

/// What moved, and how much is shown then.
pub(super) fn told(moved: Option<String>) -> (Option<String>, Look) {
    let look = if moved.is_some() { Look::Whole } else { Look::Brief };
    (moved, look)
}

/// The cart with what needs no question: the only way there is, or the way of the latest order.
fn with_known(chat: &Chat, mut cart: cart::Model) -> cart::Model {
    let before = cart.clone();
    let deliveries = questions::deliveries(chat);
    cart.delivery_method =
        cart.delivery_method.filter(|m| deliveries.contains(m)).or_else(|| match deliveries[..] {
            [only] => Some(only),
            _ => chat.customer.last_delivery.filter(|m| deliveries.contains(m)),
        });
    if cart.delivery_method == Some(DeliveryMethod::Delivery)
        && destination::chosen(chat, &cart).is_none()
        && chat.customer.last_delivery == Some(DeliveryMethod::Delivery)
    {
        let latest = chat.addresses.first();
        cart.address_id = latest.map(|a| a.id);
        cart.details.receiver =
            cart.details.receiver.take().or_else(|| latest.and_then(details::of_address));
    }
    let payments = questions::payments(chat);
    cart.payment_method =
        cart.payment_method.filter(|m| payments.contains(m)).or_else(|| match payments[..] {
            [only] => Some(only),
            _ => chat.customer.last_payment.filter(|m| payments.contains(m)),
        });
    super::terms::note(chat, &mut cart);
    if cart != before {
        cart.version += 1;
    }
    cart
}

/// Places the order, once: when anything is other than the summary said, the new summary is shown instead.
fn confirm(
    chat: &Chat,
    cart: cart::Model,
    moved: Option<String>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let cart = with_known(chat, cart);
    let as_shown = chat.cart.as_ref() == Some(&cart);
    let to = match cart.delivery_method {
        Some(DeliveryMethod::Delivery) => destination::chosen(chat, &cart),
        Some(DeliveryMethod::Pickup) | None => None,
    };
    let (Some(delivery), Some(payment), true) =
        (cart.delivery_method, cart.payment_method, as_shown)
    else {
        let moved = joined(super::terms::moved(chat, &cart), moved);
        return go_on(chat, cart, moved, Look::Whole, offers);
    };
    let unreachable = to.is_none() || details::wants_phone(chat, &cart);
    if delivery == DeliveryMethod::Delivery && unreachable {
        return go_on(chat, cart, moved, Look::Whole, offers);
    }
    let full = to.map(questions::address_text);
    let consent = cart.details.terms.map(|terms| Consent {
        terms,
        at: chat.view.sent_at,
        wamid: chat.view.wamid.clone(),
    });
    let terms = Terms {
        shop: &chat.shop,
        cart: &cart,
        delivery,
        address: full.as_deref(),
        receiver: details::named(chat, &cart),
        consent,
        payment,
        language: chat.voice.lang().tag(),
        place: chat.view.place,
    };
    let placement = freeze(&terms, offers, chat.now)?;
    let reply = summary::placed(chat, &placement.order)?;
    let placed = cart::Model { status: Status::Placed, ..cart };
    let mut decision = Decision::say(reply).with_cart(placed);
    decision.placement = Some(placement);
    decision.address = to.cloned().map(|address| {
        let who = chat.cart.as_ref().and_then(|cart| cart.details.receiver.as_ref());
        let address = details::with_receiver(address, who);
        address::Model { last_used_at: chat.now, ..address }
    });
    Ok(decision)
}
