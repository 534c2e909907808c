//! Terms of sale in chat: that confirming accepts them, and their text one tap away. Pure.

use entity::{cart, shop::CurrentTerms};

use super::{
    action::CartAction,
    cart_text::total,
    checkout,
    show::{self, BODY, Choice},
    step::{Chat, Decision, Step, StepError},
    summary::of,
};
use crate::{
    cart::Offers,
    message::Outbound,
    shop::terms,
    text::{t, t_with},
};

/// UTF-16 units of one piece of a long text with what stands below it: a text, and the body above a list, hold 4,096.
const PIECE: usize = 3_900;

/// The terms that hold in the language of the chat.
pub(super) fn current(chat: &Chat) -> Option<&CurrentTerms> {
    terms::current(&chat.shop, chat.voice.lang().tag())
}

/// What the summary says of them.
pub(super) fn line(chat: &Chat) -> Option<String> {
    let terms = current(chat)?;
    Some(match &terms.url {
        Some(url) => t_with(&chat.voice, "terms-accept-link", [("url", url.into())]),
        None => t(&chat.voice, "terms-accept"),
    })
}

/// The button that shows their text.
pub(super) fn choice(chat: &Chat, cart: &cart::Model) -> Option<Choice> {
    current(chat)
        .filter(|terms| terms.has_text)
        .map(|_| show::choice(&chat.voice, of(cart, CartAction::Terms), "terms-button"))
}

/// Their text. What was confirmed before it was read can be confirmed below it, when it is still what the summary
/// showed.
pub(super) fn read(
    chat: &Chat,
    cart: cart::Model,
    as_shown: bool,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let voice = &chat.voice;
    let Some(terms) = chat.view.terms.as_ref().filter(|terms| !terms.body.is_empty()) else {
        return checkout::resume(chat, offers);
    };
    let as_shown = as_shown && cart.details.terms == Some(terms.id);
    let mut choices = Vec::new();
    if as_shown {
        choices.push(show::choice(voice, of(&cart, CartAction::Confirm), "confirm-button"));
    }
    choices.push(show::choice(voice, of(&cart, CartAction::Checkout), "back-to-order-button"));
    let mut tail = t_with(voice, "cart-total", [("total", total(chat, &cart)?.into())]);
    if let Some(url) = &terms.url {
        tail = format!("{}\n\n{tail}", t_with(voice, "terms-whole", [("url", url.into())]));
    }
    let head = t(voice, "terms-head");
    let mut pieces =
        pieces(&format!("{head}\n\n{}", terms.body), PIECE.saturating_sub(units(&tail)));
    if terms.url.is_some() {
        // The rest stands behind the link.
        pieces.truncate(1);
    }
    let last = pieces.pop().unwrap_or(head);
    let last = format!("{last}\n\n{tail}");
    let mut replies: Vec<Outbound> = pieces.into_iter().map(Outbound::text).collect();
    replies.push(if units(&last) <= BODY {
        show::buttons(&last, choices)?
    } else {
        show::list(voice, &last, vec![(None, choices)])?
    });
    let step = if as_shown { Step::Confirm } else { chat.step };
    let decision = Decision { replies, ..Decision::default() };
    Ok(super::basket::keep(chat, decision.wait(step), cart))
}

/// A text in pieces of at most `room` units, cut between paragraphs, lines, or words.
fn pieces(text: &str, room: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text.trim();
    while units(rest) > room {
        let mut fits = 0;
        let mut wide = 0;
        for (at, c) in rest.char_indices() {
            wide += c.len_utf16();
            if wide > room {
                break;
            }
            fits = at + c.len_utf8();
        }
        let window = &rest[..fits];
        let least = fits / 2;
        let at = ["\n\n", "\n", " "]
            .iter()
            .find_map(|gap| window.rfind(gap).filter(|at| *at > least))
            .unwrap_or(fits);
        pieces.push(rest[..at].trim_end().to_owned());
        rest = rest[at..].trim_start();
    }
    if !rest.is_empty() {
        pieces.push(rest.to_owned());
    }
    pieces
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Keeps which terms the summary is about to show.
pub(super) fn note(chat: &Chat, cart: &mut cart::Model) {
    cart.details.terms = current(chat).map(|terms| terms.id);
}

/// What to say when the terms are others than those that the tapped summary showed.
pub(super) fn moved(chat: &Chat, now: &cart::Model) -> Option<String> {
    let shown = chat.cart.as_ref().and_then(|cart| cart.details.terms);
    (shown.is_some() && now.details.terms.is_some() && shown != now.details.terms)
        .then(|| t(&chat.voice, "terms-moved"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn long_texts_are_cut_between_paragraphs() {
        let text = format!("{}\n\n{}\n{}", "a".repeat(60), "b ".repeat(25), "c".repeat(70));
        let cut = pieces(&text, 80);
        assert_eq!(cut[0], "a".repeat(60));
        assert_eq!(cut[1], "b ".repeat(25).trim_end());
        assert_eq!(cut[2], "c".repeat(70));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_all_fits(text in "[a-zğ😀 \n]{0,4000}") {
            let cut = pieces(&text, 500);
            prop_assert!(cut.iter().all(|piece| units(piece) <= 500 && !piece.is_empty()));
            let letters = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&cut.concat()), letters(&text));
        }
    }
}
