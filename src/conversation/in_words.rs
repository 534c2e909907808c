//! What is said in words where the checkout asks by buttons. Each way ends as a tap on its button does, and nothing is
//! ordered by words. Pure.

use entity::cart::{self, DeliveryMethod, PaymentMethod};

use super::{
    action::CartAction,
    basket, checkout,
    intent::Chosen,
    questions::{deliveries, payment_key, payments},
    step::{Chat, Decision, Step, StepError, not_understood},
};
use crate::{
    cart::Offers,
    text::{t, t_with},
};

/// How the goods are got or paid.
pub(super) fn chosen(chat: &Chat, chosen: Chosen, offers: &Offers) -> Result<Decision, StepError> {
    let open = chat.cart.as_ref().filter(|cart| cart.pending.is_none());
    let Some(cart) = open.filter(|cart| !cart.lines.0.is_empty()) else {
        return basket::show(chat, None, offers);
    };
    match chosen {
        Chosen::Ways { delivery, payment } => ways(chat, cart, (delivery, payment), offers),
        Chosen::AtShop if cart.delivery_method == Some(DeliveryMethod::Pickup) => {
            ways(chat, cart, (None, Some(PaymentMethod::CashOnDelivery)), offers)
        }
        Chosen::AtShop => ways(chat, cart, (Some(DeliveryMethod::Pickup), None), offers),
        Chosen::Nth(nth) if chat.step == Step::AskDelivery => {
            ways(chat, cart, (nth.of(&deliveries(chat)), None), offers)
        }
        Chosen::Nth(nth) => ways(chat, cart, (None, nth.of(&payments(chat))), offers),
        Chosen::WhichDelivery => which(chat, Step::AskDelivery, "please-tap", offers),
        Chosen::WhichPayment => which(chat, Step::AskPayment, "please-tap", offers),
        Chosen::OtherPayment => which(chat, Step::AskPayment, "pay-other", offers),
    }
}

type Ways = (Option<DeliveryMethod>, Option<PaymentMethod>);

fn ways(
    chat: &Chat,
    cart: &cart::Model,
    (delivery, payment): Ways,
    offers: &Offers,
) -> Result<Decision, StepError> {
    // It is fetched already: how it is paid is still to be said.
    if chat.step == Step::AskPayment
        && payment.is_none()
        && delivery.is_some()
        && delivery == cart.delivery_method
    {
        return which(chat, Step::AskPayment, "please-tap", offers);
    }
    if delivery.is_some_and(|method| !deliveries(chat).contains(&method)) {
        return which(chat, Step::AskDelivery, "please-tap", offers);
    }
    let payment = match (payment.filter(|method| payments(chat).contains(method)), chat.step) {
        (None, Step::AskDelivery | Step::AskAddress) => None,
        // The shop is not paid so.
        (None, _) if payment.is_some() => {
            return which(chat, Step::AskPayment, "pay-other", offers);
        }
        (payment, _) => payment,
    };
    match (delivery, payment) {
        (Some(delivery), None) => {
            checkout::of_cart(chat, cart, CartAction::Delivery(delivery), offers)
        }
        (Some(delivery), Some(payment)) => {
            let cart = checkout::delivered(cart.clone(), delivery);
            checkout::of_cart(chat, &cart, CartAction::Payment(payment), offers)
        }
        // What was heard is said: the question is the same.
        (None, Some(payment)) if chat.step == Step::AskDelivery => {
            let cart = checkout::paid(cart.clone(), payment);
            let heard = t(&chat.voice, payment_key(payment, None));
            checkout::go_on(chat, cart, Some(heard), checkout::Look::Brief, offers)
        }
        // The address is still to be given.
        (None, Some(payment)) if chat.step == Step::AskAddress => {
            let cart = checkout::paid(cart.clone(), payment);
            checkout::of_cart(chat, &cart, CartAction::AskAddress, offers)
        }
        (None, Some(payment)) => {
            checkout::of_cart(chat, cart, CartAction::Payment(payment), offers)
        }
        // An address has no buttons.
        (None, None) if chat.step == Step::AskAddress => {
            not_understood(chat, "not-understood", offers)
        }
        (None, None) => which(chat, chat.step, "please-tap", offers),
    }
}

/// Asks for one of what there is.
fn which(chat: &Chat, step: Step, key: &str, offers: &Offers) -> Result<Decision, StepError> {
    let mut decision = checkout::ask(chat, step, Some(t(&chat.voice, key)), offers)?;
    decision.step = checkout::behind_pin(chat.step == Step::AskDoor, decision.step);
    Ok(decision.missed())
}

/// A yes to the summary: the button that orders is named, for it alone does.
pub(super) fn agreed(chat: &Chat, offers: &Offers) -> Result<Decision, StepError> {
    let button = [("button", t(&chat.voice, "confirm-button").into())];
    let lead = t_with(&chat.voice, "confirm-tap", button);
    let summary = checkout::ask_again(chat, lead, offers)?;
    if summary.step == Step::Confirm {
        return Ok(summary.missed());
    }
    // Something else is open again.
    Ok(checkout::ask_again(chat, t(&chat.voice, "please-tap"), offers)?.missed())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        conversation::{action::Action, basket::reference, intent::Intent, sample, step::decide},
        text::Nth,
    };

    const PICKUP: Option<DeliveryMethod> = Some(DeliveryMethod::Pickup);
    const BROUGHT: Option<DeliveryMethod> = Some(DeliveryMethod::Delivery);
    const CASH: Option<PaymentMethod> = Some(PaymentMethod::CashOnDelivery);
    const TRANSFER: Option<PaymentMethod> = Some(PaymentMethod::BankTransfer);

    /// A chat that is asked how the goods are got.
    fn asked() -> (Chat, Offers) {
        let mut chat = sample::chat();
        let mut offers = Offers::default();
        sample::put(&mut offers, chat.shop.id, 5, 1_000, Some(9));
        let bought = decide(&chat, Intent::Do(Action::Buy(5)), &offers).unwrap();
        keep(&mut chat, &bought);
        assert_eq!(chat.step, Step::AskDelivery);
        (chat, offers)
    }

    fn keep(chat: &mut Chat, decision: &Decision) {
        chat.step = decision.step;
        chat.cart = decision.cart.clone().or(chat.cart.take());
    }

    fn said(chat: &mut Chat, chosen: Chosen, offers: &Offers) -> Decision {
        let decision = decide(chat, Intent::Chosen(chosen), offers).unwrap();
        keep(chat, &decision);
        decision
    }

    fn ways(delivery: Option<DeliveryMethod>, payment: Option<PaymentMethod>) -> Chosen {
        Chosen::Ways { delivery, payment }
    }

    /// How the goods of the open cart are got and paid.
    fn kept(chat: &Chat) -> (Option<DeliveryMethod>, Option<PaymentMethod>) {
        let cart = chat.cart.as_ref().unwrap();
        (cart.delivery_method, cart.payment_method)
    }

    #[test]
    fn a_way_in_words_ends_as_a_tap_on_its_button() {
        let (mut typed, offers) = asked();
        let mut tapped = typed.clone();
        let steps = [
            (ways(PICKUP, None), CartAction::Delivery(DeliveryMethod::Pickup)),
            (ways(None, TRANSFER), CartAction::Payment(PaymentMethod::BankTransfer)),
            (ways(None, CASH), CartAction::Payment(PaymentMethod::CashOnDelivery)),
            (ways(BROUGHT, None), CartAction::Delivery(DeliveryMethod::Delivery)),
        ];
        for (chosen, action) in steps {
            let words = said(&mut typed, chosen, &offers);
            let of = reference(tapped.cart.as_ref().unwrap());
            let tap = decide(&tapped, Intent::Do(Action::OfCart(of, action)), &offers).unwrap();
            keep(&mut tapped, &tap);
            assert_eq!((typed.step, &typed.cart), (tapped.step, &tapped.cart), "{action:?}");
            assert_eq!(words.replies[0].body(), tap.replies[0].body(), "{action:?}");
            assert!(!words.missed && words.placement.is_none());
        }
    }

    #[test]
    fn both_ways_at_once_lead_to_the_summary_or_to_the_address() {
        let (mut chat, offers) = asked();
        let before = chat.cart.as_ref().unwrap().version;
        said(&mut chat, ways(PICKUP, CASH), &offers);
        assert_eq!((chat.step, kept(&chat)), (Step::Confirm, (PICKUP, CASH)));
        assert!(chat.cart.as_ref().unwrap().version >= before + 2);
        let (mut chat, offers) = asked();
        said(&mut chat, ways(BROUGHT, CASH), &offers);
        assert_eq!((chat.step, kept(&chat)), (Step::AskAddress, (BROUGHT, CASH)));
        // It is paid otherwise, and asked for all the same.
        said(&mut chat, ways(None, TRANSFER), &offers);
        assert_eq!((chat.step, kept(&chat)), (Step::AskAddress, (BROUGHT, TRANSFER)));
        said(&mut chat, ways(PICKUP, None), &offers);
        assert_eq!((chat.step, kept(&chat)), (Step::Confirm, (PICKUP, TRANSFER)));
    }

    #[test]
    fn who_fetches_it_pays_in_the_shop() {
        let (mut chat, offers) = asked();
        said(&mut chat, Chosen::Nth(Nth::At(1)), &offers);
        assert_eq!((chat.step, kept(&chat)), (Step::AskPayment, (PICKUP, None)));
        said(&mut chat, ways(PICKUP, None), &offers);
        assert_eq!((chat.step, kept(&chat)), (Step::AskPayment, (PICKUP, None)), "not said");
        said(&mut chat, Chosen::AtShop, &offers);
        assert_eq!((chat.step, kept(&chat)), (Step::Confirm, (PICKUP, CASH)));
    }

    #[test]
    fn what_cannot_be_chosen_asks_again() {
        let (mut chat, offers) = asked();
        let please = t(&chat.voice, "please-tap");
        let other = t(&chat.voice, "pay-other");
        let leads = |decision: &Decision, lead: &str| {
            decision.missed && decision.replies[0].body().starts_with(lead)
        };
        for chosen in [Chosen::WhichDelivery, Chosen::Nth(Nth::At(2))] {
            let decision = decide(&chat, Intent::Chosen(chosen), &offers).unwrap();
            assert!(leads(&decision, &please), "{chosen:?}");
            assert_eq!((decision.step, &decision.cart), (Step::AskDelivery, &None));
        }
        said(&mut chat, ways(PICKUP, CASH), &offers);
        for (chosen, lead) in [(Chosen::OtherPayment, &other), (Chosen::WhichPayment, &please)] {
            let decision = decide(&chat, Intent::Chosen(chosen), &offers).unwrap();
            assert!(leads(&decision, lead), "{chosen:?}");
            assert_eq!(decision.step, Step::AskPayment);
        }
        // The shop has no such way.
        let terms = &mut Arc::make_mut(&mut chat.shop).checkout;
        (terms.bank_transfer, terms.delivery) = (false, false);
        let decision = decide(&chat, Intent::Chosen(ways(None, TRANSFER)), &offers).unwrap();
        assert!(leads(&decision, &other));
        let decision = decide(&chat, Intent::Chosen(ways(BROUGHT, None)), &offers).unwrap();
        assert!(leads(&decision, &please));
    }

    #[test]
    fn a_yes_to_the_summary_names_the_button_and_orders_nothing() {
        let (mut chat, offers) = asked();
        said(&mut chat, ways(PICKUP, CASH), &offers);
        for yes in [Intent::Yes, Intent::Checkout] {
            let decision = decide(&chat, yes, &offers).unwrap();
            let body = decision.replies[0].body();
            let button = t(&chat.voice, "confirm-button");
            assert!(body.lines().next().is_some_and(|lead| lead.contains(&button)), "{body}");
            assert!(body.ends_with(&t(&chat.voice, "summary-ask")), "{body}");
            assert_eq!(decision.step, Step::Confirm);
            assert!(decision.placement.is_none() && decision.missed);
        }
    }

    #[test]
    fn without_a_cart_nothing_is_chosen() {
        let (mut chat, offers) = asked();
        chat.cart = None;
        let decision = decide(&chat, Intent::Chosen(ways(PICKUP, CASH)), &offers).unwrap();
        assert_eq!((decision.step, decision.cart), (Step::Start, None));
    }
}
