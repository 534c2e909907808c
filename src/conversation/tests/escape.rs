//! The few words that lead everywhere, in every step, with and without a cart: each gets a sensible answer that leads on,
//! no cart is lost, and the step is left or kept as the table says.

use super::*;
use crate::{
    conversation::{action::OrderAction, intent::Intent, probe::steps},
    text::{Word, every_word, lets_it_be},
};

/// What becomes of the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// The chat waits for nothing special.
    Left,
    Kept,
    /// One question back, or out of them.
    Earlier,
}

/// What becomes of the step behind a word; `None`: it leads nowhere in particular.
fn then(word: Word) -> Option<Then> {
    match word {
        Word::Menu | Word::Cart | Word::Orders | Word::Cancel => Some(Then::Left),
        Word::Human | Word::Stop | Word::Help => Some(Then::Kept),
        Word::Back => Some(Then::Earlier),
        _ => None,
    }
}

/// A chat at `step`, with something in the cart or nothing, and an order that was placed before.
fn chat_at(step: Step, filled: bool) -> (Chat, Offers) {
    let mut chat = sample::chat();
    let mut offers = Offers::default();
    sample::put(&mut offers, chat.shop.id, 5, 1_000, Some(9));
    if filled {
        let added = decide(&chat, Intent::Do(Action::Add(5)), &offers).unwrap();
        chat.cart = added.cart;
        assert!(chat.cart.is_some());
    }
    let order = sample::order(&chat, 2);
    chat.view.orders.items = vec![order.0.clone()];
    chat.view.order = Some(order);
    chat.step = step;
    (chat, offers)
}

fn said(chat: &Chat, offers: &Offers, text: &str) -> (Intent, Decision) {
    let inbound = Inbound {
        wamid: "wamid".into(),
        from: Person::default(),
        sent_at: chat.now,
        reply_to: None,
        about_sku: None,
        referral: None,
        forwarded: false,
        content: Content::Text(text.into()),
    };
    let asked = intent(
        &inbound,
        At { step: chat.step, lang: chat.voice.lang(), first: false, idle_ms: 0, quoted: None },
    );
    let decision = decide(chat, asked.clone(), offers).unwrap();
    (asked, decision)
}

#[test]
fn every_word_leads_on_from_every_step() {
    let mut heard = 0;
    for lang in Lang::ALL {
        for (word, text) in every_word(lang) {
            let Some(then) = then(word) else { continue };
            for step in steps() {
                leads_on(lang, word, text, step, then, false);
                leads_on(lang, word, text, step, then, true);
                heard += 1;
            }
        }
    }
    // Eight words, each with one text at least, in every language and step.
    assert!(heard >= 8 * Lang::ALL.len() * steps().len());
}

fn leads_on(lang: Lang, word: Word, text: &str, step: Step, then: Then, filled: bool) {
    let at = format!("`{text}` ({lang}) at {step:?}, cart: {filled}");
    let (mut chat, offers) = chat_at(step, filled);
    chat.voice = lang.into();
    let (asked, decision) = said(&chat, &offers, text);
    assert!(!decision.missed, "{at}: {asked:?}");
    let [reply] = &decision.replies[..] else { panic!("{at}: no answer") };
    assert!(!choices(reply).is_empty(), "{at}: a dead end: {reply:?}");
    let after = decision.cart.as_ref().or(chat.cart.as_ref());
    let lines = |cart: &cart::Model| (cart.lines.clone(), cart.status);
    assert_eq!(after.map(lines), chat.cart.as_ref().map(lines), "{at}");
    assert!(decision.order.is_none() && decision.placement.is_none(), "{at}");
    match then {
        // Where it is asked how the goods are got, the shop is where they are fetched.
        _ if matches!(asked, Intent::Chosen(_)) => {
            assert!(word == Word::Menu && step == Step::AskDelivery, "{at}: {asked:?}");
            let next = if filled { Step::AskPayment } else { Step::Start };
            assert_eq!(decision.step, next, "{at}");
        }
        // To the question whether an order is to be cancelled it is an answer.
        Then::Left if word == Word::Cancel && matches!(step, Step::AskCancel { .. }) => {
            assert!(decision.step == step || lets_it_be(text), "{at}");
        }
        // The summary that this was asked from is there.
        Then::Left if step == Step::AskReceiver && lets_it_be(text) => {
            assert!(earlier(step, decision.step), "{at}: {:?}", decision.step);
        }
        Then::Left => assert_eq!(decision.step, Step::Start, "{at}"),
        Then::Kept => assert_eq!(decision.step, step, "{at}"),
        Then::Earlier => assert!(earlier(step, decision.step), "{at}: {:?}", decision.step),
    }
    assert_eq!(decision.owner == Some(Owner::Person), word == Word::Human, "{at}");
    assert_eq!(decision.notices == Some(false), word == Word::Stop, "{at}");
}

/// Whether `after` is no later question than `before`.
fn earlier(before: Step, after: Step) -> bool {
    let rank = |step| match step {
        Step::Start
        | Step::AskQuantity { .. }
        | Step::AskBoth
        | Step::AskCartNote
        | Step::AskOrderAddress { .. }
        | Step::AskCancel { .. } => 0,
        Step::AskDelivery => 1,
        Step::AskAddress => 2,
        Step::AskContact | Step::AskDoor => 3,
        Step::AskPayment => 4,
        Step::Confirm => 5,
        // These are asked from the summary.
        Step::AskReceiver | Step::AskNote => 6,
    };
    after == Step::Start || rank(after) < rank(before)
}

#[test]
fn out_of_the_question_about_an_order_there_is_the_order() {
    let step = Step::AskOrderAddress { order: 48_291_735 };
    for text in ["geri", "iptal", "back", "cancel", "hayır", "aynı kalsın", "aynı adres"] {
        let (chat, offers) = chat_at(step, true);
        let (_, decision) = said(&chat, &offers, text);
        assert!(decision.replies[0].body().contains("4829-1735"), "{text}");
        assert_eq!(decision.step, Step::Start);
    }
}

#[test]
fn cancel_with_nothing_open_asks_what_is_meant() {
    let (chat, offers) = chat_at(Step::Start, false);
    let (_, decision) = said(&chat, &offers, "iptal");
    let ids = choices(&decision.replies[0]);
    assert_eq!(ids[0], "order:4829-1735:cancel");
    assert!(ids.contains(&"notices:off".to_owned()) && ids.contains(&"menu:0".to_owned()));
}

#[test]
fn a_typed_yes_to_cancel_is_told_to_be_tapped() {
    let (mut chat, offers) = chat_at(Step::Start, false);
    let ask = Intent::Do(Action::OfOrder("4829-1735".into(), OrderAction::Cancel));
    let asked = decide(&chat, ask, &offers).unwrap();
    chat.step = asked.step;
    let (_, again) = said(&chat, &offers, "evet");
    let (first, second) = (asked.replies[0].body(), again.replies[0].body());
    assert!(second.ends_with(first) && second.len() > first.len(), "{second}");
    assert_eq!(again.step, chat.step);
}
