//! People and words: a person, help, thanks, language, notices, leaving a step. Pure.

use entity::{conversation::Owner, order};

use super::{
    action::Action,
    basket, checkout, menu, order_acts, orders,
    show::{self, Choice, Shown},
    step::{Chat, Decision, Step, StepError},
};
use crate::{
    cart::Offers,
    message::Outbound,
    text::{Lang, t, t_with},
};

/// A person takes over; the bot is silent until the customer calls the shop again or the person lets go. What the chat
/// waited for, it waits for afterwards.
pub(super) fn human(chat: &Chat) -> Result<Decision, StepError> {
    to_person(chat, &t(&chat.voice, "human"))
}

/// A person takes over, because nothing that was said led anywhere. When it was about an order, it stays so.
pub(super) fn called(chat: &Chat) -> Result<Decision, StepError> {
    let mut decision = to_person(chat, &t(&chat.voice, "stuck-called"))?;
    decision.about_order = chat.view.order.as_ref().map(|(order, _)| order.id);
    Ok(decision)
}

/// The customer reads `body` and who answers from now on.
pub(super) fn to_person(chat: &Chat, body: &str) -> Result<Decision, StepError> {
    let back = show::choice(&chat.voice, Action::Shop, "human-back-button");
    let mut decision = Decision::say(show::buttons(body, vec![back])?).wait(chat.step);
    decision.owner = Some(Owner::Person);
    Ok(decision)
}

/// Nothing that was said led anywhere: offers a person, and ways on.
pub(super) fn stuck(chat: &Chat) -> Shown {
    let voice = &chat.voice;
    let mut choices = vec![show::choice(voice, Action::Human, "human-button")];
    if basket::has_lines(chat) {
        choices.push(show::choice(voice, Action::Cart, "cart-button"));
    }
    choices.push(show::choice(voice, Action::Menu(0), "menu-button"));
    show::buttons(&t(voice, "stuck"), choices)
}

/// Back from the person to the shop.
pub(super) fn shop(chat: &Chat, offers: &Offers) -> Result<Decision, StepError> {
    resumed(chat, ("human-back", "human-back-on"), offers)
}

/// The bot answers again and shows where the chat was: the open question of the checkout, else the menu; and what
/// happened to orders meanwhile. The word before it has no question of its own where one is open.
pub(super) fn resumed(
    chat: &Chat,
    (to_menu, on): (&str, &str),
    offers: &Offers,
) -> Result<Decision, StepError> {
    let asked = chat.step == Step::AskBoth || (chat.step.in_checkout() && basket::has_lines(chat));
    let mut lead = t(&chat.voice, if asked { on } else { to_menu });
    if let Some(news) = orders::untold(chat) {
        lead = format!("{lead}\n\n{news}");
    }
    let mut decision = if chat.step.in_checkout() && basket::has_lines(chat) {
        checkout::ask_again(chat, lead, offers)?
    } else if chat.step == Step::AskBoth {
        basket::show(chat, Some(lead), offers)?
    } else {
        menu::menu(chat, 0, Some(lead))?
    };
    decision.owner = Some(Owner::Bot);
    Ok(decision)
}

pub(super) fn help(chat: &Chat) -> Result<Decision, StepError> {
    let voice = &chat.voice;
    let choices = vec![
        show::choice(voice, Action::Menu(0), "menu-button"),
        show::choice(voice, Action::Cart, "cart-button"),
        show::choice(voice, Action::Human, "human-button"),
    ];
    Ok(Decision::say(show::buttons(&t(voice, "help"), choices)?).wait(chat.step))
}

/// Politeness needs no menu.
pub(super) fn thanks(chat: &Chat) -> Decision {
    Decision::say(Outbound::text(t(&chat.voice, "thanks"))).wait(chat.step)
}

/// The way to the shop's other language, or to the list of them; none when it speaks one.
pub(super) fn language_row(chat: &Chat) -> Option<Choice> {
    let voice = &chat.voice;
    let others = other_languages(chat);
    match others[..] {
        [] => None,
        [other] => {
            let title = t_with(voice, "language-row", [("language", other.name().into())]);
            Some(Choice::new(Action::Language(other), title))
        }
        _ => {
            // Who cannot read the row finds a language below it.
            let names: Vec<_> = others.iter().map(|lang| lang.name()).collect();
            let row = show::choice(voice, Action::Languages, "languages-row");
            Some(row.hint(names.join(" · ")))
        }
    }
}

fn other_languages(chat: &Chat) -> Vec<Lang> {
    let mut others = Lang::spoken(&chat.shop.languages.0);
    others.retain(|&lang| lang != chat.voice.lang());
    others
}

/// The shop's languages, each by its own name.
pub(super) fn languages(chat: &Chat) -> Result<Decision, StepError> {
    let voice = &chat.voice;
    let others = other_languages(chat);
    if others.is_empty() {
        return menu::menu(chat, 0, None);
    }
    let row = |lang: Lang| Choice::new(Action::Language(lang), lang.name());
    let mut rows: Vec<_> = others.into_iter().map(row).collect();
    rows.push(show::choice(voice, Action::Menu(0), "menu-button"));
    let list = show::list(voice, &t(voice, "languages"), vec![(None, rows)])?;
    Ok(Decision::say(list).wait(chat.step))
}

/// The chat goes on in another language, when the shop speaks it.
pub(super) fn language(chat: &Chat, lang: Lang, offers: &Offers) -> Result<Decision, StepError> {
    if !Lang::spoken(&chat.shop.languages.0).contains(&lang) {
        return menu::menu(chat, 0, None);
    }
    let chat = Chat { voice: chat.voice.speaking(lang), ..chat.clone() };
    let mut decision = if chat.step.in_checkout() && basket::has_lines(&chat) {
        checkout::ask_again(&chat, t(&chat.voice, "language-changed-on"), offers)?
    } else {
        menu::menu(&chat, 0, Some(t(&chat.voice, "language-changed")))?
    };
    decision.language = Some(lang);
    Ok(decision)
}

/// Notices that need consent, on or off. What concerns the customer's own orders is still told.
pub(super) fn notices(chat: &Chat, on: bool) -> Result<Decision, StepError> {
    if on && chat.customer.notices_stopped_at.is_none() {
        // "Start" is also what people say to begin.
        return menu::greet(chat);
    }
    let key = if on { "started" } else { "stopped" };
    let menu = show::choice(&chat.voice, Action::Menu(0), "menu-button");
    let mut decision = Decision::say(show::buttons(&t(&chat.voice, key), vec![menu])?);
    decision.notices = Some(on);
    Ok(decision.wait(chat.step))
}

/// Leaves what is open, which is all that there is to leave.
pub(super) fn left(chat: &Chat) -> Result<Decision, StepError> {
    let voice = &chat.voice;
    if basket::has_lines(chat) {
        let cart = show::choice(voice, Action::Cart, "cart-button");
        let menu = show::choice(voice, Action::Menu(0), "menu-button");
        return Ok(Decision::say(show::buttons(&t(voice, "left-step"), vec![cart, menu])?));
    }
    menu::menu(chat, 0, Some(t(voice, "left-step-empty")))
}

/// Whichever order can still be cancelled; without one it is what is open that is left.
pub(super) fn cancel_order(chat: &Chat) -> Result<Decision, StepError> {
    let orders = order_acts::cancellable(chat);
    if orders.is_empty() { cancel(chat) } else { which(chat, &orders) }
}

/// Which of these orders is it about, if it is about one at all?
fn which(chat: &Chat, orders: &[&order::Model]) -> Result<Decision, StepError> {
    let stop = show::choice(&chat.voice, Action::Notices(false), "stop-notices-button");
    let menu = show::choice(&chat.voice, Action::Menu(0), "menu-button");
    Ok(Decision::say(order_acts::ask_which(chat, orders, stop, menu)?))
}

/// Leaves what is open. With nothing open the word may mean an order or the notices: ask.
pub(super) fn cancel(chat: &Chat) -> Result<Decision, StepError> {
    let voice = &chat.voice;
    let choice = |action, key| show::choice(voice, action, key);
    let orders = order_acts::cancellable(chat);
    let open = chat.step != Step::Start;
    if open || (basket::has_lines(chat) && orders.is_empty()) {
        return left(chat);
    }
    if !orders.is_empty() {
        return which(chat, &orders);
    }
    let mut choices = Vec::new();
    if chat.customer.last_payment.is_some() {
        choices.push(choice(Action::Orders(0), "orders-button"));
    }
    choices.push(choice(Action::Notices(false), "stop-notices-button"));
    choices.push(choice(Action::Menu(0), "menu-button"));
    Ok(Decision::say(show::buttons(&t(voice, "ask-cancel"), choices)?))
}
