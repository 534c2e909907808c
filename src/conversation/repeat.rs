//! The same is never said three times in a row. Pure.
//!
//! Who asks for the same again and again gets it: the third answer in a row that would read the same begins with another
//! word, which offers a person. Who is not understood is offered a person the third time, in other words and with what
//! leads on; the fourth time a person is called and the bot falls silent. Both may happen in any step: what the chat
//! waits for stays.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::Value;

use super::{
    step::{Chat, Decision, Step, StepError},
    talk,
};
use crate::{message::Outbound, text::t};

/// So often in a row a message may be sent as it is.
const SAME: i32 = 2;
/// This many inputs in a row that led nowhere get the answer that they get; the next is offered a person, and the one
/// after it gets one.
const MISSES: i32 = 2;
/// Who comes back after so long, milliseconds, is not held to what was not understood before.
const FORGOTTEN_MS: i64 = 6 * 60 * 60 * 1_000;

/// What a conversation remembers of the latest answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    pub print: i64,
    /// How often in a row.
    pub times: i32,
    /// Inputs in a row that led nowhere.
    pub misses: i32,
}

/// The decision with an answer that may be said now, and what is to be remembered of it.
pub(super) fn watched(chat: &Chat, mut decision: Decision) -> Result<Decision, StepError> {
    let [reply] = &decision.replies[..] else { return Ok(decision) };
    let before = &chat.conversation;
    let misses = if decision.missed { missed_before(chat) + 1 } else { 0 };
    let mut reply = match misses {
        ..=MISSES => reply.clone(),
        _ if misses == MISSES + 1 => {
            // A yes is to this question now.
            if matches!(decision.step, Step::AskCancel { .. }) {
                decision.step = Step::Start;
            }
            talk::stuck(chat)?
        }
        _ => {
            let called = talk::called(chat)?;
            decision.owner = called.owner;
            decision.about_order = called.about_order;
            called.replies.into_iter().next().unwrap_or_else(|| reply.clone())
        }
    };
    if before.said == Some(print(&reply)) && before.said_times >= SAME {
        reply = reply.led_by(&t(&chat.voice, "repeated"));
    }
    let print = print(&reply);
    let times = if before.said == Some(print) { before.said_times.saturating_add(1) } else { 1 };
    decision.said = Some(Said { print, times, misses });
    decision.replies = vec![reply];
    Ok(decision)
}

/// Whether the last answer asked whether a person shall help.
pub(super) fn is_offered_a_person(chat: &Chat) -> bool {
    missed_before(chat) == MISSES + 1
}

/// Whether `message` is what was said last.
pub(super) fn is_last(chat: &Chat, message: &Outbound) -> bool {
    chat.conversation.said == Some(print(message))
}

/// Inputs in a row that led nowhere, as far as they are remembered.
fn missed_before(chat: &Chat) -> i32 {
    let last = chat.conversation.last_inbound_at;
    let long_ago = last.is_some_and(|last| chat.now.ms() - last.ms() > FORGOTTEN_MS);
    if long_ago { 0 } else { chat.conversation.misses }
}

/// What a customer reads and taps of a message, as a number. Ids and tokens are not read.
pub(super) fn print(message: &Outbound) -> i64 {
    let mut read = serde_json::to_value(message).unwrap_or_default();
    without_ids(&mut read);
    let hash = digest(&SHA256, read.to_string().as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hash.as_ref()[..8]);
    i64::from_be_bytes(first)
}

fn without_ids(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(without_ids),
        Value::Object(map) => {
            map.remove("id");
            map.remove("token");
            map.values_mut().for_each(without_ids);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use entity::conversation::Owner;

    use super::*;
    use crate::{
        cart::Offers,
        conversation::{
            action::Action,
            intent::Intent,
            sample,
            step::{Step, decide},
        },
    };

    /// Hears the same input again and again; what was answered each time.
    fn again(chat: &mut Chat, intent: &Intent, times: usize) -> Vec<String> {
        let mut heard = Vec::new();
        for _ in 0..times {
            let decision = decide(chat, intent.clone(), &Offers::default()).unwrap();
            heard.extend(decision.replies.iter().map(|reply| reply.body().to_owned()));
            remember(chat, &decision);
        }
        heard
    }

    fn remember(chat: &mut Chat, decision: &Decision) {
        chat.step = decision.step;
        let conversation = &mut chat.conversation;
        conversation.owner = decision.owner.unwrap_or(conversation.owner);
        if let Some(said) = decision.said {
            (conversation.said, conversation.said_times, conversation.misses) =
                (Some(said.print), said.times, said.misses);
        }
    }

    #[test]
    fn who_is_not_understood_gets_a_person_in_the_end() {
        for intent in [Intent::NotUnderstood, Intent::NoMedia] {
            let mut chat = sample::chat();
            let heard = again(&mut chat, &intent, 6);
            assert_eq!(heard.len(), 4, "the fifth and sixth are the person's: {heard:?}");
            assert_eq!(heard[0], heard[1]);
            assert!(heard[2] != heard[1] && heard[3] != heard[2]);
            assert_eq!(chat.conversation.owner, Owner::Person);
        }
    }

    #[test]
    fn gibberish_and_pictures_in_turn_are_no_way_round() {
        let mut chat = sample::chat();
        for intent in [Intent::NotUnderstood, Intent::NoMedia, Intent::NotUnderstood] {
            assert_eq!(chat.conversation.owner, Owner::Bot);
            again(&mut chat, &intent, 1);
        }
        again(&mut chat, &Intent::NoMedia, 1);
        assert_eq!(chat.conversation.owner, Owner::Person);
    }

    #[test]
    fn what_is_understood_in_between_begins_anew() {
        let mut chat = sample::chat();
        for _ in 0..5 {
            again(&mut chat, &Intent::NotUnderstood, 2);
            again(&mut chat, &Intent::Do(Action::Help), 1);
        }
        assert_eq!(chat.conversation.owner, Owner::Bot);
        again(&mut chat, &Intent::NotUnderstood, 2);
        chat.conversation.last_inbound_at = Some(chat.now);
        chat.now = chat.now.plus_ms(FORGOTTEN_MS + 1);
        let heard = again(&mut chat, &Intent::NotUnderstood, 1);
        assert_eq!(chat.conversation.misses, 1, "{heard:?}");
    }

    #[test]
    fn what_is_asked_for_is_given_but_never_thrice_the_same() {
        let asked = [
            Intent::Greet,
            Intent::Back,
            Intent::Thanks,
            Intent::Checkout,
            Intent::Do(Action::Menu(0)),
            Intent::Do(Action::Cart),
            Intent::Do(Action::Help),
            Intent::Do(Action::Orders(0)),
            Intent::Do(Action::Variant(404)),
            Intent::Do(Action::Order("1".into())),
            Intent::Do(Action::Notices(false)),
        ];
        for intent in asked {
            let mut chat = sample::chat();
            let heard = again(&mut chat, &intent, 12);
            assert_eq!(heard.len(), 12, "{intent:?} is always answered");
            assert!(
                heard.windows(3).all(|w| w[0] != w[1] || w[1] != w[2]),
                "{intent:?}: {heard:?}"
            );
            let plain = &heard[0];
            assert!(heard.iter().all(|text| text.ends_with(plain.as_str())), "{heard:?}");
        }
    }

    #[test]
    fn what_the_chat_waits_for_stays() {
        let mut chat = sample::chat();
        chat.step = Step::AskQuantity { code: 7 };
        again(&mut chat, &Intent::Quantity { code: 7, quantity: None }, 4);
        assert_eq!(chat.step, Step::AskQuantity { code: 7 });
        assert_eq!(chat.conversation.owner, Owner::Person);
    }

    #[test]
    fn ids_are_not_read() {
        let choice = |action| vec![crate::conversation::show::Choice::new(action, "Menü")];
        let one = crate::conversation::show::buttons("x", choice(Action::Menu(0))).unwrap();
        let two = crate::conversation::show::buttons("x", choice(Action::Menu(1))).unwrap();
        assert_eq!(print(&one), print(&two));
        let other = crate::conversation::show::buttons("y", choice(Action::Menu(0))).unwrap();
        assert_ne!(print(&one), print(&other));
    }
}
