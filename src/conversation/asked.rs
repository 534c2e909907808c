//! Questions that no button answers: `kargo ne kadar?`, `when does it come?`. What the shop can say by itself is said, a
//! person is offered for the rest, and what was open is asked again. Pure.

use entity::cart::DeliveryMethod;

use super::{
    basket, cart_text, checkout, menu, pickup, questions,
    step::{Chat, Decision, StepError},
};
use crate::{
    cart::Offers,
    text::{Question, Topic, question, t, t_with},
};

/// The question that a text is where nobody asked for anything, when the shop can say something about it.
pub(super) fn about_the_shop(text: &str) -> Option<Question> {
    question(text).filter(|asked| match asked.topic {
        Topic::Cost => asked.delivery,
        Topic::Time | Topic::Hours | Topic::Payment | Topic::Place => true,
        Topic::Other => false,
    })
}

/// What only people can see to.
pub(super) fn for_people(chat: &Chat) -> Result<Decision, StepError> {
    let lead = t(&chat.voice, "answer-none");
    Ok(menu::menu(chat, 0, Some(lead))?.wait(chat.step).missed())
}

/// Says what can be said, behind `welcome`, and goes on with what was open.
pub(super) fn answer(
    chat: &Chat,
    question: Question,
    welcome: Option<String>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let said = said(chat, question)?;
    let missed = said.is_none();
    let said = said.unwrap_or_else(|| t(&chat.voice, "answer-none"));
    let lead = cart_text::headed(welcome, said);
    let decision = if chat.step.in_checkout() && basket::has_lines(chat) {
        checkout::ask_again(chat, lead, offers)?
    } else {
        menu::menu(chat, 0, Some(lead))?.wait(chat.step)
    };
    Ok(if missed { decision.missed() } else { decision })
}

/// What the shop can say by itself, and that a person says more.
pub(super) fn said(chat: &Chat, question: Question) -> Result<Option<String>, StepError> {
    let more = |known| format!("{known}\n{}", t(&chat.voice, "answer-more"));
    Ok(known(chat, question)?.map(more))
}

/// The text that says when it comes: what is chosen, what was ordered, or what there is.
fn when(chat: &Chat) -> &'static str {
    let open = basket::has_lines(chat);
    let chosen = chat.cart.as_ref().filter(|_| open).and_then(|cart| cart.delivery_method);
    let only = questions::deliveries(chat) == [DeliveryMethod::Pickup];
    match chosen {
        _ if !open && chat.customer.last_payment.is_some() => "answer-time-ordered",
        Some(DeliveryMethod::Pickup) => "answer-time-pickup",
        None if only => "answer-time-pickup",
        _ => "answer-time",
    }
}

fn known(chat: &Chat, question: Question) -> Result<Option<String>, StepError> {
    let voice = &chat.voice;
    Ok(match question.topic {
        Topic::Cost => Some(match chat.cart.as_ref().filter(|_| basket::has_lines(chat)) {
            Some(cart) => {
                let total = cart_text::total(chat, cart)?;
                t_with(voice, "answer-cost", [("total", total.into())])
            }
            None => t(voice, "answer-cost-plain"),
        }),
        Topic::Time => Some(t(voice, when(chat))),
        Topic::Hours => pickup::beside_question(chat),
        Topic::Payment => {
            let method = chat.cart.as_ref().and_then(|cart| cart.delivery_method);
            let ways = questions::payments(chat).into_iter();
            let ways: Vec<_> =
                ways.map(|way| t(voice, questions::payment_key(way, method))).collect();
            let ways = ways.join(" · ");
            (!ways.is_empty()).then(|| t_with(voice, "answer-payment", [("ways", ways.into())]))
        }
        Topic::Place => {
            let is_told = !chat.shop.checkout.pickup_address.trim().is_empty();
            (is_told && chat.shop.checkout.pickup).then(|| pickup::place(chat))
        }
        Topic::Other => None,
    })
}
