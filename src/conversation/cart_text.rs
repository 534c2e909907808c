//! How a cart reads: its lines, its total, what could not come into it. Pure.

use entity::cart::{self, SetAsideLine, Why};

use super::{
    action::{Action, CartAction},
    basket::reference,
    closed,
    show::{self, BODY},
    step::{Chat, StepError},
};
use crate::{
    cart::{CartError, Offers, totals},
    catalog::offer::title,
    message::Outbound,
    text::{self, t, t_with},
};

/// UTF-16 units of what people wrote, so that a message holds several of them.
const NOTE: usize = 200;
const ASIDE: usize = 400;
const SKU: usize = 60;

/// What a cart is shown with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum With {
    /// What could not come into it: once, and when the customer asks for the cart.
    Aside,
    /// A word that a number may be typed.
    Number,
}

/// The cart as a message with buttons.
pub(super) fn view(
    chat: &Chat,
    cart: &cart::Model,
    lead: Option<String>,
    with: With,
    offers: &Offers,
) -> Result<Outbound, StepError> {
    let voice = &chat.voice;
    if cart.lines.0.is_empty() {
        let aside = Some(aside(chat, cart)).filter(|text| !text.is_empty());
        let parts = [lead, aside, Some(t(voice, "cart-empty"))];
        let body: Vec<_> = parts.into_iter().flatten().collect();
        let mut choices = Vec::from_iter(closed::button(chat));
        choices.push(show::choice(voice, Action::Menu(0), "menu-button"));
        return Ok(show::buttons(&body.join("\n\n"), choices)?);
    }
    let body = whole(chat, cart, lead, with == With::Aside, None, offers)?;
    let of = |action| Action::OfCart(reference(cart), action);
    let choices = vec![
        show::choice(voice, of(CartAction::Checkout), "checkout-button"),
        show::choice(voice, of(CartAction::Lines(0)), "change-button"),
        show::choice(voice, Action::Menu(0), "continue-button"),
    ];
    let footer = (with == With::Number).then(|| t(voice, "number-footer"));
    Ok(show::buttons_with(None, &body, footer, choices)?)
}

/// A word before it, lines, total, note, what is not in it, a question: as one text.
pub(super) fn whole(
    chat: &Chat,
    cart: &cart::Model,
    lead: Option<String>,
    with_aside: bool,
    question: Option<String>,
    offers: &Offers,
) -> Result<String, StepError> {
    let head = headed(lead, t(&chat.voice, "cart"));
    let aside = if with_aside { aside(chat, cart) } else { String::new() };
    let mut tail = total_and_note(chat, cart)?;
    for part in [aside, question.unwrap_or_default()] {
        if !part.is_empty() {
            tail = format!("{tail}\n\n{part}");
        }
    }
    Ok(show::fitted(&chat.voice, &head, &line_texts(chat, cart, offers), &tail, BODY))
}

/// Lines of a cart as text, one each.
pub(super) fn line_texts(chat: &Chat, cart: &cart::Model, offers: &Offers) -> Vec<String> {
    texts_of(chat, &cart.lines.0, offers)
}

/// Lines as text, one each.
pub(super) fn texts_of(chat: &Chat, lines: &[cart::Line], offers: &Offers) -> Vec<String> {
    let line = |line: &cart::Line| {
        let name = offers
            .get(line.variant_id)
            .map_or_else(|| line.sku.clone(), |o| title(&o.product, &o.variant));
        let total = i64::from(line.quantity).saturating_mul(line.unit_price_minor);
        t_with(
            &chat.voice,
            "cart-line",
            [
                ("quantity", line.quantity.into()),
                ("title", name.into()),
                ("total", show::price(&chat.voice, total, &chat.shop.currency).into()),
            ],
        )
    };
    lines.iter().map(line).collect()
}

/// The total, and what the customer wrote with the cart.
pub(super) fn total_and_note(chat: &Chat, cart: &cart::Model) -> Result<String, StepError> {
    let voice = &chat.voice;
    let total = t_with(voice, "cart-total", [("total", total(chat, cart)?.into())]);
    let note = show::short::<NOTE>(&cart.note);
    if note.is_empty() {
        return Ok(total);
    }
    Ok(format!("{total}\n{}", t_with(voice, "cart-note", [("note", note.into())])))
}

/// The total as the language writes it.
pub(super) fn total(chat: &Chat, cart: &cart::Model) -> Result<String, StepError> {
    total_of(chat, &cart.lines.0)
}

/// What lines come to, as the language writes it.
pub(super) fn total_of(chat: &Chat, lines: &[cart::Line]) -> Result<String, StepError> {
    let currency = chat.shop.currency.parse().map_err(CartError::from)?;
    Ok(text::money(&chat.voice, totals(lines, currency)?.total))
}

/// What was asked for and is not in the cart; empty when there is nothing of the kind.
pub(super) fn aside(chat: &Chat, cart: &cart::Model) -> String {
    aside_of(chat, &cart.lines.0, &cart.set_aside.0, ASIDE)
}

/// The same of other lines, in at most `max` UTF-16 units.
pub(super) fn aside_of(
    chat: &Chat,
    lines: &[cart::Line],
    set_aside: &[SetAsideLine],
    max: usize,
) -> String {
    if set_aside.is_empty() {
        return String::new();
    }
    let line = |line: &SetAsideLine| {
        let short = lines.iter().any(|l| l.sku == line.sku);
        let key = match line.why {
            Why::Unknown => "aside-unknown",
            Why::SoldOut if short => "aside-short",
            Why::SoldOut => "aside-sold_out",
            Why::Withdrawn => "aside-withdrawn",
            Why::BadQuantity => "aside-bad_quantity",
            Why::Foreign => "aside-foreign",
        };
        let sku = if line.sku.trim().is_empty() { "?" } else { &line.sku };
        let name = line.title.as_deref().unwrap_or(sku);
        t_with(
            &chat.voice,
            key,
            [
                ("sku", show::short::<SKU>(sku).into()),
                ("title", name.into()),
                ("quantity", line.quantity.to_string().into()),
            ],
        )
    };
    let texts: Vec<_> = set_aside.iter().map(line).collect();
    show::fitted(&chat.voice, &t(&chat.voice, "cart-aside"), &texts, "", max)
}

/// One line above another.
pub(super) fn joined(a: Option<String>, b: Option<String>) -> Option<String> {
    match (a, b) {
        (Some(a), Some(b)) => Some(format!("{a}\n{b}")),
        (a, b) => a.or(b),
    }
}

/// A title with a word before it.
pub(super) fn headed(lead: Option<String>, title: String) -> String {
    lead.map_or_else(|| title.clone(), |lead| format!("{lead}\n\n{title}"))
}
