//! People and words: a person, help, thanks, language, notices, leaving a step. Pure.

use entity::conversation::Owner;

use super::{
    action::Action,
    basket, menu,
    show::{self, Choice},
    step::{Chat, Decision, Step, StepError},
};
use crate::{
    message::Outbound,
    text::{Lang, t, t_with},
};

/// A person takes over; the bot is silent until the customer calls the shop again or the person lets go.
pub(super) fn human(chat: &Chat) -> Result<Decision, StepError> {
    let back = show::choice(&chat.voice, Action::Shop, "human-back-button");
    let reply = show::buttons(&t(&chat.voice, "human"), vec![back])?;
    let mut decision = Decision::say(reply);
    decision.owner = Some(Owner::Person);
    Ok(decision)
}

/// Back from the person to the shop.
pub(super) fn shop(chat: &Chat) -> Result<Decision, StepError> {
    let mut decision = menu::menu(chat, 0, Some(t(&chat.voice, "human-back")))?;
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
pub(super) fn language(chat: &Chat, lang: Lang) -> Result<Decision, StepError> {
    if !Lang::spoken(&chat.shop.languages.0).contains(&lang) {
        return menu::menu(chat, 0, None);
    }
    let chat = Chat { voice: chat.voice.speaking(lang), ..chat.clone() };
    let mut decision = menu::menu(&chat, 0, Some(t(&chat.voice, "language-changed")))?;
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

/// Leaves what is open. With nothing open the word may mean an order or the notices: ask.
pub(super) fn cancel(chat: &Chat) -> Result<Decision, StepError> {
    let voice = &chat.voice;
    let choice = |action, key| show::choice(voice, action, key);
    let menu = choice(Action::Menu(0), "menu-button");
    if basket::has_lines(chat) {
        let cart = choice(Action::Cart, "cart-button");
        return Ok(Decision::say(show::buttons(&t(voice, "left-step"), vec![cart, menu])?));
    }
    if chat.step != Step::Start {
        return menu::menu(chat, 0, Some(t(voice, "left-step-empty")));
    }
    let mut choices = Vec::new();
    if chat.customer.last_payment.is_some() {
        choices.push(choice(Action::Orders(0), "orders-button"));
    }
    choices.push(choice(Action::Notices(false), "stop-notices-button"));
    choices.push(menu);
    Ok(Decision::say(show::buttons(&t(voice, "ask-cancel"), choices)?))
}
