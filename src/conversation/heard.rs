//! What is heard of a chat beside what is said in it: changed messages, contacts, the shop's own phone. Pure.

use entity::{
    Timestamp,
    conversation::{self, Owner},
};

use super::{
    apply::change_hands,
    asked, basket, checkout, destination, details,
    intent::Intent,
    menu,
    step::{Chat, Decision, Step, StepError},
};
use crate::{
    cart::{MAX_QUANTITY, Offers},
    message::{Content, Inbound},
    outbox::window_open,
    text::{count, question, t, word},
};

/// A changed message. The answer to an open question, or the address that the order goes to, is taken as it reads now;
/// everything else is only kept: what was done upon it was done, and is seen in the chat.
pub(super) fn edited(chat: &Chat, text: &str, offers: &Offers) -> Result<Decision, StepError> {
    let was = chat.view.original.as_deref().map(str::trim).unwrap_or_default();
    let silent = Decision { step: chat.step, ..Decision::default() };
    if was.is_empty() || word(was, chat.voice.lang()).is_some() {
        return Ok(silent);
    }
    let to_it = chat.cart.as_ref().and_then(|cart| destination::chosen(chat, cart));
    let is_address = chat.step.in_checkout() && to_it.is_some_and(|address| address.text == was);
    let asked = question(text);
    match chat.step {
        Step::AskAddress if asked.is_some() => {
            asked.map_or(Ok(silent), |asked| asked::answer(chat, asked, None, offers))
        }
        _ if is_address && asked.is_some() => Ok(silent),
        _ if is_address => destination::given(chat, text.trim(), None, offers),
        Step::AskAddress => destination::given(chat, text.trim(), None, offers),
        Step::AskReceiver | Step::AskContact | Step::AskNote => {
            details::told(chat, text.trim(), offers)
        }
        Step::AskQuantity { code } if count(was).is_some() => match count(text) {
            Some(number) => {
                let quantity = u32::try_from(number).ok().filter(|n| *n <= MAX_QUANTITY);
                basket::typed(chat, code, quantity, offers)
            }
            None => Ok(silent),
        },
        _ => Ok(silent),
    }
}

/// The number that we asked for is there: on with what waited for it.
pub(super) fn own_number(chat: &Chat, offers: &Offers) -> Result<Decision, StepError> {
    let lead = t(&chat.voice, "number-noted");
    if chat.step.in_checkout() && basket::has_lines(chat) {
        return checkout::ask_again(chat, lead, offers);
    }
    Ok(menu::menu(chat, 0, Some(lead))?.wait(chat.step))
}

/// Somebody of the shop wrote from the app on the phone: the bot falls silent.
pub(super) fn echo(chat: &Chat) -> Decision {
    Decision { step: chat.step, owner: Some(Owner::Person), ..Decision::default() }
}

/// Gives a chat back that was taken by the app on the phone and then left alone: who writes now gets an answer.
/// What happened to orders meanwhile is told with it.
pub(super) fn let_go(chat: &mut conversation::Model, inbound: &Inbound, now: Timestamp) {
    if chat.is_left_alone(inbound.sent_at) && is_said(&inbound.content) {
        let untold_since = chat.untold_since;
        change_hands(chat, Owner::Bot, now);
        chat.untold_since = untold_since;
        chat.echoed_at = None;
    }
}

/// Whether the person surely said something, so that it opens the customer service window (reference §3.6).
pub(super) fn is_said(content: &Content) -> bool {
    !matches!(
        content,
        Content::System(_)
            | Content::Reaction { .. }
            | Content::Edit { .. }
            | Content::Revoke { .. }
            | Content::Echo(_)
            | Content::Unsupported(_)
            | Content::Other(_)
    )
}

/// What WhatsApp cannot show may be nothing that was said: outside of the window no answer waits for better times.
pub(super) fn if_it_can_be_said(
    asked: Intent,
    inbound: &Inbound,
    chat: &conversation::Model,
    now: Timestamp,
) -> Intent {
    let unsure = matches!(inbound.content, Content::Unsupported(_));
    if unsure && !window_open(chat.window_ends_at, now) {
        return Intent::Silent(Some(
            "WhatsApp cannot show it, and the window is closed".to_owned(),
        ));
    }
    asked
}
