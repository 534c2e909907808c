//! The answer in words to a question of the checkout that has buttons: how the goods are got, and how they are paid. Pure.

use entity::cart::{DeliveryMethod, PaymentMethod};

use super::{
    At, Intent,
    text::{QUANTITY_WAITS_MS, TEXT_WAITS_MS, has_number, within},
};
use crate::{
    conversation::{context::Context, step::Step},
    text::{By, Nth, Question, Way, Ways, Word, leaves, nth, question, ways, word},
};

/// Words beside a way that may say something else, where it was asked for.
const LEFT_OVER: usize = 2;

/// What is chosen in words. An order is placed by a tap alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// At least one of the two.
    Ways { delivery: Option<DeliveryMethod>, payment: Option<PaymentMethod> },
    /// Where it is paid: in the shop. Who has it brought fetches it there then.
    AtShop,
    /// One of those that the question shows.
    Nth(Nth),
    /// Several ways to get the goods, or one that it shall not be: it is asked which.
    WhichDelivery,
    /// The same of ways to pay.
    WhichPayment,
    /// A way to pay that no shop has.
    OtherPayment,
}

/// What a text means that names a way, where the checkout waits for one; none when it is something else.
pub(super) fn chosen(text: &str, at: At<'_>) -> Option<Intent> {
    // At the others a number, a place, or what costs something may belong to an address.
    let asks = match at.step {
        Step::AskDelivery | Step::AskPayment => true,
        Step::Confirm | Step::AskDoor | Step::AskAddress => false,
        _ => return None,
    };
    // A bubble of ours that was sent back has paragraphs.
    let is_other = at.idle_ms > TEXT_WAITS_MS
        || at.quoted.is_some_and(|quoted| *quoted != Context::default())
        || text.contains("\n\n")
        || question(text).is_some()
        || leaves(text)
        || within(text, at.step).is_some();
    if is_other {
        return None;
    }
    let word = word(text, at.lang);
    let place = nth(text).filter(|_| asks && word.is_none() && at.idle_ms <= QUANTITY_WAITS_MS);
    if let Some(nth) = place {
        return Some(Intent::Chosen(Chosen::Nth(nth)));
    }
    let ways = ways(text);
    let is_word = word.is_some_and(|word| !means_a_way(word, &ways, at.step));
    if is_word || ways.is_address || ways.tells || ways.said.is_empty() {
        return None;
    }
    if let Some(topic) = ways.asks.filter(|_| ways.said.len() == 1) {
        let asks = (asks || at.step == Step::Confirm) && ways.left_over <= LEFT_OVER;
        let delivery = ways.said.iter().any(|way| way.by == By::Bring);
        let asked = Question { topic, delivery, order: false, marked: false };
        return asks.then_some(Intent::Asked(asked));
    }
    let numbered = has_number(text);
    let most = match at.step {
        // A number may be that of a door.
        Step::AskDoor | Step::AskAddress if numbered => return None,
        Step::AskDelivery if numbered => 0,
        // `Your shop is far away.`
        _ if ways.said.iter().all(|way| way.by == By::Shop) => 0,
        Step::AskDelivery | Step::AskPayment => LEFT_OVER,
        _ => 0,
    };
    let choice = of_ways(&ways.said, at.step).filter(|_| ways.left_over <= most);
    choice.map(Intent::Chosen)
}

/// Where it is asked how the goods are got or paid, the shop is a place and no menu, and who comes in person calls nobody.
fn means_a_way(word: Word, ways: &Ways, step: Step) -> bool {
    let shop = ways.said.iter().all(|way| way.by == By::Shop);
    let asks = match step {
        Step::AskDelivery => shop || ways.words > 1,
        Step::AskPayment => ways.words > 1,
        _ => false,
    };
    asks && ways.asks.is_none() && matches!(word, Word::Menu | Word::Human) && ways.left_over == 0
}

/// What these ways choose at a step of the checkout.
fn of_ways(said: &[Way], step: Step) -> Option<Chosen> {
    let wants = |by: By| said.iter().any(|way| way.by == by && !way.denied);
    let denies = |all: &[By]| said.iter().any(|way| all.contains(&way.by) && way.denied);
    let (bring, fetch, shop) = (wants(By::Bring), wants(By::Fetch), wants(By::Shop));
    // A place is no payment, unless that is what was asked for.
    let door = wants(By::Door);
    let cash = wants(By::Cash) || wants(By::AtDoor) || (door && step == Step::AskPayment);
    let transfer = wants(By::Transfer);
    let payment = match (cash, transfer) {
        (true, false) => Some(PaymentMethod::CashOnDelivery),
        (false, true) => Some(PaymentMethod::BankTransfer),
        _ => None,
    };
    let choice = |bring: bool, fetch: bool| {
        let delivery = match (bring, fetch) {
            (true, false) => Some(DeliveryMethod::Delivery),
            (false, true) => Some(DeliveryMethod::Pickup),
            _ => None,
        };
        let some = delivery.is_some() || payment.is_some();
        some.then_some(Chosen::Ways { delivery, payment })
    };
    let which_delivery =
        || denies(&[By::Bring, By::Fetch, By::Shop]).then_some(Chosen::WhichDelivery);
    let which_payment =
        || denies(&[By::Cash, By::AtDoor, By::Transfer, By::Other]).then_some(Chosen::WhichPayment);
    match step {
        Step::AskDelivery if bring && (fetch || shop) => Some(Chosen::WhichDelivery),
        Step::AskDelivery => {
            let fetch = fetch || shop;
            // What is paid at the door is brought there.
            let bring = bring || ((wants(By::AtDoor) || door) && !fetch);
            choice(bring, fetch).or(Some(Chosen::WhichDelivery))
        }
        Step::AskAddress if bring || (shop && !fetch) || wants(By::Other) => None,
        Step::AskAddress => choice(false, fetch).or_else(which_delivery),
        // What is said of a door may be of one that is far away.
        Step::AskDoor if bring || (shop && !fetch) => None,
        _ if wants(By::Other) => Some(Chosen::OtherPayment),
        _ if cash && transfer => Some(Chosen::WhichPayment),
        Step::AskDoor => choice(false, fetch).or_else(which_payment),
        _ if bring && fetch => Some(Chosen::WhichDelivery),
        Step::AskPayment if shop && !fetch && payment.is_none() => Some(Chosen::AtShop),
        // `Send me the IBAN of the shop`: beside a payment no goods are sent, and none are fetched there.
        Step::AskPayment => choice(false, fetch).or_else(which_payment).or_else(which_delivery),
        _ => choice(false, fetch).or_else(which_payment).or_else(which_delivery),
    }
}

#[cfg(test)]
mod tests;
