//! What can be changed about a cart: a line, its quantity, the note. Pure.

use super::{
    action::{Action, CartAction},
    basket::{fresh, keep, reference, show},
    cart_text::{With, joined, view},
    pages::Page,
    show::{self as shown, Choice},
    step::{Chat, Decision, Step, StepError},
};
use crate::{
    cart::{CartError, NOTE, Offers, line_total, note as kept_note},
    catalog::offer::title,
    money::Currency,
    text::{t, t_with},
};

/// Lines on one page of the list to change.
const PAGE: u32 = 6;

/// The lines to choose from, and what else can be changed.
pub(super) fn lines(chat: &Chat, page: u32, offers: &Offers) -> Result<Decision, StepError> {
    let (cart, moved) = fresh(chat, offers)?;
    let lines = &cart.lines.0;
    if lines.is_empty() {
        return show(chat, None, offers);
    }
    let (voice, of) = (&chat.voice, reference(&cart));
    let page = Page::of(lines, page, PAGE);
    let rows = page.items.iter().filter_map(|line| {
        let offer = offers.get(line.variant_id)?;
        let price = shown::price(voice, line.unit_price_minor, &chat.shop.currency);
        let hint = t_with(
            voice,
            "change-line-hint",
            [("quantity", line.quantity.into()), ("price", price.into())],
        );
        let action = Action::OfCart(of, CartAction::Line(offer.variant.code));
        Some(Choice::new(action, title(&offer.product, &offer.variant)).hint(hint))
    });
    let rows = rows.collect();
    let more = page.more(voice, |next| Action::OfCart(of, CartAction::Lines(next)));
    let mut rest = Vec::from_iter(more);
    let note = if cart.note.is_empty() { "add-note-row" } else { "cart-note-row" };
    rest.push(shown::choice(voice, Action::OfCart(of, CartAction::Note), note));
    rest.push(shown::choice(voice, Action::OfCart(of, CartAction::Clear), "clear-row"));
    rest.push(shown::choice(voice, Action::Cart, "back-row"));
    let sections =
        vec![(Some(t(voice, "cart-lines-title")), rows), (Some(t(voice, "menu-rest")), rest)];
    let body = joined(moved, Some(t(voice, "change-cart"))).unwrap_or_default();
    let reply = shown::list(voice, &body, sections)?;
    Ok(keep(chat, Decision::say(reply), cart))
}

/// One line: more, fewer, none, or a number.
pub(super) fn line(chat: &Chat, code: i64, offers: &Offers) -> Result<Decision, StepError> {
    let (cart, moved) = fresh(chat, offers)?;
    let offer = offers.by_code(chat.shop.id, code);
    let found = offer
        .and_then(|o| cart.lines.0.iter().find(|l| l.variant_id == o.variant.id).map(|l| (o, l)));
    let Some((offer, line)) = found else { return show(chat, None, offers) };
    let voice = &chat.voice;
    let currency: Currency = chat.shop.currency.parse().map_err(CartError::from)?;
    let price = |minor| shown::price(voice, minor, &chat.shop.currency);
    let body = t_with(
        voice,
        "change-line",
        [
            ("title", title(&offer.product, &offer.variant).into()),
            ("quantity", line.quantity.into()),
            ("price", price(line.unit_price_minor).into()),
            ("total", price(line_total(line, currency)?.minor()).into()),
        ],
    );
    let of = reference(&cart);
    let to = |quantity, key: &str| {
        shown::choice(voice, Action::OfCart(of, CartAction::Quantity(code, quantity)), key)
    };
    let mut choices = vec![to(line.quantity + 1, "plus-button")];
    if line.quantity > 1 {
        choices.push(to(line.quantity - 1, "minus-button"));
    }
    choices.push(to(0, "remove-button"));
    let reply = shown::buttons(&joined(moved, Some(body)).unwrap_or_default(), choices)?;
    Ok(keep(chat, Decision::say(reply), cart).wait(Step::AskQuantity { code }))
}

/// Asks for the note; the one there is can be taken away.
pub(super) fn ask_note(chat: &Chat, offers: &Offers) -> Result<Decision, StepError> {
    let (cart, moved) = fresh(chat, offers)?;
    if cart.lines.0.is_empty() {
        return show(chat, None, offers);
    }
    let voice = &chat.voice;
    let mut choices = Vec::new();
    let body = if cart.note.is_empty() {
        t(voice, "ask-cart-note")
    } else {
        let off = Action::OfCart(reference(&cart), CartAction::NoteOff);
        choices.push(shown::choice(voice, off, "remove-note-button"));
        t_with(voice, "ask-other-note", [("note", (&cart.note).into())])
    };
    choices.push(shown::choice(voice, Action::Cart, "cart-button"));
    let reply = shown::buttons(&joined(moved, Some(body)).unwrap_or_default(), choices)?;
    Ok(keep(chat, Decision::say(reply), cart).wait(Step::AskCartNote))
}

/// The cart with another note; an empty one takes it away.
pub(super) fn note(chat: &Chat, text: &str, offers: &Offers) -> Result<Decision, StepError> {
    let (mut cart, moved) = fresh(chat, offers)?;
    if cart.lines.0.is_empty() {
        return show(chat, None, offers);
    }
    let voice = &chat.voice;
    let (note, cut) = kept_note(text);
    let mut told = match (note.is_empty(), cart.note.is_empty()) {
        (true, true) => None,
        (true, false) => Some(t(voice, "note-removed")),
        (false, _) => Some(t(voice, "note-kept")),
    };
    if cut {
        told = joined(told, Some(too_long(chat)));
    }
    if cart.note != note {
        cart.note = note;
        cart.version += 1;
    }
    let reply = view(chat, &cart, joined(told, moved), With::Aside, offers)?;
    Ok(keep(chat, Decision::say(reply), cart))
}

/// What is told when only the beginning of a note is kept.
pub(super) fn too_long(chat: &Chat) -> String {
    let count = i64::try_from(NOTE).unwrap_or(i64::MAX);
    t_with(&chat.voice, "note-cut", [("count", count.into())])
}
