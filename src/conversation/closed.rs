//! Carts that came to their end and can be brought back: emptied by the customer, or left alone for too long. Pure.

use entity::cart::{self, Status};

use super::{
    action::{Action, CartAction},
    basket::{self, reference, refreshed},
    cart_text::joined,
    incoming::{self, Coming},
    menu,
    show::{self, Choice},
    step::{Chat, Decision, StepError},
};
use crate::{cart::Offers, text::t};

/// The cart that can be brought back, when there is one.
pub(super) fn latest(chat: &Chat) -> Option<&cart::Model> {
    let (lapsed, closed) = (&chat.view.lapsed, &chat.view.closed);
    closed.as_ref().or(lapsed.as_ref()).filter(|cart| !cart.lines.0.is_empty())
}

/// What is told of a cart that was left alone for too long.
pub(super) fn word(chat: &Chat) -> Option<String> {
    chat.view.lapsed.as_ref().map(|_| t(&chat.voice, "cart-lapsed"))
}

/// The button that brings `cart` back.
pub(super) fn back(chat: &Chat, cart: &cart::Model) -> Choice {
    let action = Action::OfCart(reference(cart), CartAction::Restore);
    show::choice(&chat.voice, action, "restore-button")
}

/// The same, when there is one to bring back.
pub(super) fn button(chat: &Chat) -> Option<Choice> {
    latest(chat).map(|cart| back(chat, cart))
}

/// The row of the menu for a cart that was left alone for too long.
pub(super) fn row(chat: &Chat) -> Option<Choice> {
    let cart = chat.view.lapsed.as_ref().filter(|cart| !cart.lines.0.is_empty())?;
    let action = Action::OfCart(reference(cart), CartAction::Restore);
    let row = show::choice(&chat.voice, action, "restore-row");
    Some(row.hint(menu::cart_hint(chat, cart)))
}

/// The cart that was left alone for too long, as it is stored from now on.
pub(super) fn lapse(chat: &Chat) -> Option<cart::Model> {
    let lapsed = chat.view.lapsed.clone()?;
    Some(cart::Model { status: Status::Expired, version: lapsed.version + 1, ..lapsed })
}

/// The latest closed cart back, by a word.
pub(super) fn restore_latest(chat: &Chat, offers: &Offers) -> Result<Decision, StepError> {
    match latest(chat) {
        Some(cart) => restore(chat, cart, offers),
        None => basket::show(chat, None, offers),
    }
}

/// Brings `closed` back at the prices and with the stock of now. What the open cart holds is not lost: it is asked what
/// becomes of the two.
pub(super) fn restore(
    chat: &Chat,
    closed: &cart::Model,
    offers: &Offers,
) -> Result<Decision, StepError> {
    if chat.cart.is_some() {
        let coming = Coming::checked(chat, &closed.lines.0, &closed.note, offers)?;
        return incoming::take(chat, coming, offers);
    }
    let back = cart::Model { status: Status::Open, version: closed.version + 1, ..closed.clone() };
    let (back, moved) = refreshed(chat, &back, offers)?;
    basket::shown(chat, back, joined(Some(t(&chat.voice, "cart-restored")), moved), offers)
}

/// What a turn that begins another cart leaves of the one that was left alone for too long.
pub(super) fn settle(chat: &Chat, decision: &mut Decision) {
    let begins = |cart: &cart::Model| chat.view.lapsed.as_ref().is_some_and(|l| l.id != cart.id);
    if decision.cart.as_ref().is_some_and(begins) {
        decision.expired = lapse(chat);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cart::{DAY_MS, is_over},
        conversation::sample,
    };

    #[test]
    fn a_cart_is_over_when_its_days_are() {
        let chat = sample::chat();
        let cart = sample::cart(&chat);
        let after = |ms| is_over(&cart, 30, cart.updated_at.plus_ms(ms));
        assert!(!after(0) && !after(30 * DAY_MS - 1));
        assert!(after(30 * DAY_MS) && after(400 * DAY_MS));
    }

    #[test]
    fn only_a_cart_that_held_something_is_worth_bringing_back() {
        let mut chat = sample::chat();
        assert_eq!(latest(&chat), None);
        let mut cart = sample::cart(&chat);
        chat.view.lapsed = Some(cart.clone());
        assert_eq!(latest(&chat), Some(&cart));
        let over = lapse(&chat).unwrap();
        assert_eq!((over.status, over.version), (Status::Expired, cart.version + 1));
        cart.lines.0.clear();
        chat.view.lapsed = Some(cart);
        assert_eq!(latest(&chat), None);
    }
}
