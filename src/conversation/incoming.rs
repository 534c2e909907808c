//! Carts that come from elsewhere: WhatsApp's own, a link's, an earlier order's. When the open cart holds something else,
//! the customer says what becomes of the two. Pure.

use entity::cart::{self, Lines, Pending, SetAside, SetAsideLine};

use super::{
    action::{Action, Both, CartAction},
    basket::{fresh, keep, moved, prices_moved, reference, refreshed},
    cart_text::{With, aside_of, joined, texts_of, total_of, view},
    change, checkout, show,
    step::{Chat, Decision, Step, StepError},
};
use crate::{
    cart::{
        CartError, Checked, Offers, check, from_foreign, from_native, merge, note,
        other_currencies, same_goods, total_seen,
    },
    catalog::offer::title,
    message::{NativeCart, Outbound},
    money::Currency,
    text::{self, t, t_with},
};

/// UTF-16 units of each cart in the question, and of what stands before it.
const CART: usize = 260;
const LEAD: usize = 220;
const ASIDE: usize = 160;
/// UTF-16 units of a title among several.
const NAME: usize = 60;
/// Lines that fall short and are told one by one.
const TOLD: usize = 3;

/// A cart from elsewhere, held against the catalog.
pub(super) struct Coming {
    pub lines: Vec<cart::Line>,
    pub set_aside: Vec<SetAsideLine>,
    /// What came with it; may be empty.
    pub note: String,
    /// What the customer must be told of it.
    pub told: Option<String>,
}

impl Coming {
    /// Lines that were in a cart or an order once.
    pub(super) fn checked(
        chat: &Chat,
        lines: &[cart::Line],
        note: &str,
        offers: &Offers,
    ) -> Result<Self, StepError> {
        // What is gone is named below the cart: it is no change of this one.
        let checked = Checked { stock_moved: false, ..check(lines, &[], offers, chat.now) };
        let told = moved(chat, lines, &checked)?;
        let (lines, set_aside) = (checked.lines, checked.set_aside);
        Ok(Self { lines, set_aside, note: note.to_owned(), told })
    }
}

/// The cart as WhatsApp sent it.
pub(super) fn native(
    chat: &Chat,
    native: &NativeCart,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let currency: Currency = chat.shop.currency.parse().map_err(CartError::from)?;
    let is_foreign = is_foreign(chat, native);
    let checked = if is_foreign {
        from_foreign(&native.items)
    } else {
        from_native(chat.shop.id, &native.items, offers, chat.now)
    };
    let (note, cut) = note(&native.note);
    let mut told = is_foreign.then(|| t(&chat.voice, "cart-foreign"));
    let others = other_currencies(&native.items, currency);
    if !others.is_empty() && !checked.lines.is_empty() {
        let codes = [("other", others.join(", ").into()), ("ours", currency.code().into())];
        told = joined(told, Some(t_with(&chat.voice, "cart-other-currency", codes)));
    }
    if let Some(seen) = total_seen(&native.items, &checked.lines, currency) {
        let (before, after) = (text::money(&chat.voice, seen), total_of(chat, &checked.lines)?);
        let differs = before != after;
        told = joined(told, differs.then(|| prices_moved(chat, &before, &after)));
    }
    if cut {
        told = joined(told, Some(change::too_long(chat)));
    }
    let coming = Coming { lines: checked.lines, set_aside: checked.set_aside, note, told };
    take(chat, coming, offers)
}

/// Whether the cart names a catalog that is not the channel's. Its SKUs may be other things there.
pub(super) fn is_foreign(chat: &Chat, native: &NativeCart) -> bool {
    let ours = chat.channel.catalog_id.as_deref().unwrap_or_default();
    let theirs = native.catalog_id.trim();
    !ours.is_empty() && !theirs.is_empty() && ours != theirs
}

/// Takes a cart in, and on to the checkout. When the open one holds other goods it waits beside it.
pub(super) fn take(chat: &Chat, coming: Coming, offers: &Offers) -> Result<Decision, StepError> {
    let (mut cart, moved) = fresh(chat, offers)?;
    if coming.lines.is_empty() {
        let told = joined(coming.told, moved);
        return nothing_left(chat, cart, coming.set_aside, &coming.note, told, offers);
    }
    let holds = !cart.lines.0.is_empty();
    if holds && !same_goods(&cart.lines.0, &coming.lines) {
        let Coming { lines, set_aside, note, told } = coming;
        let told = joined(told, moved);
        cart.pending = Some(Pending { lines, set_aside, note });
        cart.version += 1;
        return ask(chat, cart, told, offers);
    }
    // The same goods without a note leave the note that there is.
    let note = if holds && coming.note.is_empty() { cart.note.clone() } else { coming.note };
    let told = if holds { coming.told.or(moved) } else { joined(coming.told, moved) };
    fill(chat, cart, coming.lines, coming.set_aside, note, told, offers)
}

/// What was in the cart before stays there.
fn nothing_left(
    chat: &Chat,
    mut cart: cart::Model,
    set_aside: Vec<SetAsideLine>,
    note: &str,
    told: Option<String>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    cart.set_aside = SetAside(set_aside);
    if cart.note.is_empty() && !note.is_empty() {
        note.clone_into(&mut cart.note);
        cart.version += 1;
    }
    let lead = joined(Some(t(&chat.voice, "cart-nothing-left")), told);
    let reply = view(chat, &cart, lead, With::Aside, offers)?;
    Ok(keep(chat, Decision::say(reply), cart))
}

fn fill(
    chat: &Chat,
    mut cart: cart::Model,
    lines: Vec<cart::Line>,
    set_aside: Vec<SetAsideLine>,
    note: String,
    told: Option<String>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    cart.lines = Lines(lines);
    cart.set_aside = SetAside(set_aside);
    cart.note = note;
    cart.pending = None;
    if chat.cart.is_some() {
        cart.version += 1;
    }
    checkout::go_on(chat, cart, told, checkout::Look::Whole, offers)
}

/// Both carts, and what shall become of them.
pub(super) fn ask(
    chat: &Chat,
    mut cart: cart::Model,
    lead: Option<String>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let Some(pending) = cart.pending.take() else {
        return Ok(keep(chat, Decision::say(view(chat, &cart, lead, With::Aside, offers)?), cart));
    };
    let checked = check(&pending.lines, &pending.set_aside, offers, chat.now);
    let told = moved(chat, &pending.lines, &checked)?;
    let lead = joined(lead, told);
    let now =
        Pending { lines: checked.lines, set_aside: checked.set_aside, note: pending.note.clone() };
    if now != pending {
        cart.version += 1;
    }
    let reply = question(chat, &cart, &now, lead, offers)?;
    cart.pending = Some(now);
    Ok(keep(chat, Decision::say(reply).wait(Step::AskBoth), cart))
}

/// Nothing is left of the open cart: the one that waits takes its place. Gives the words before it.
pub(super) fn succeed(
    chat: &Chat,
    cart: &mut cart::Model,
    lead: Option<String>,
    offers: &Offers,
) -> Result<Option<String>, StepError> {
    let Some(pending) = cart.pending.take() else { return Ok(lead) };
    let checked = check(&pending.lines, &pending.set_aside, offers, chat.now);
    let told = moved(chat, &pending.lines, &checked)?;
    cart.lines = Lines(checked.lines);
    // What is gone of the one before is named too.
    cart.set_aside.0.extend(checked.set_aside);
    cart.note = pending.note;
    cart.version += 1;
    Ok(joined(lead, told))
}

fn question(
    chat: &Chat,
    cart: &cart::Model,
    new: &Pending,
    lead: Option<String>,
    offers: &Offers,
) -> Result<Outbound, StepError> {
    let voice = &chat.voice;
    let part = |key: &str, lines: &[cart::Line]| -> Result<String, StepError> {
        let total = t_with(voice, "cart-total", [("total", total_of(chat, lines)?.into())]);
        Ok(show::fitted(voice, &t(voice, key), &texts_of(chat, lines, offers), &total, CART))
    };
    let parts = [
        show::short::<LEAD>(&lead.unwrap_or_default()),
        part("both-old", &cart.lines.0)?,
        part("both-new", &new.lines)?,
        aside_of(chat, &new.lines, &new.set_aside, ASIDE),
        t(voice, "both-ask"),
    ];
    let body: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let choice = |both, key: &str| {
        show::choice(voice, Action::OfCart(reference(cart), CartAction::Both(both)), key)
    };
    let choices = vec![
        choice(Both::Replace, "both-replace-button"),
        choice(Both::Add, "both-add-button"),
        choice(Both::Keep, "both-keep-button"),
    ];
    Ok(show::buttons(&body.join("\n\n"), choices)?)
}

/// What the customer said of the two carts.
pub(super) fn answer(
    chat: &Chat,
    cart: &cart::Model,
    both: Both,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let (mut cart, told) = refreshed(chat, cart, offers)?;
    let pending = cart.pending.take().unwrap_or_default();
    cart.version += 1;
    if both == Both::Keep {
        let lead = joined(Some(t(&chat.voice, "both-kept")), told);
        let reply = view(chat, &cart, lead, With::Aside, offers)?;
        return Ok(keep(chat, Decision::say(reply), cart));
    }
    let checked = check(&pending.lines, &pending.set_aside, offers, chat.now);
    let new = moved(chat, &pending.lines, &checked)?;
    if checked.lines.is_empty() {
        let told = joined(new, told);
        return nothing_left(chat, cart, checked.set_aside, &pending.note, told, offers);
    }
    if both == Both::Replace {
        let lead = joined(Some(t(&chat.voice, "cart-replaced")), new);
        return fill(chat, cart, checked.lines, checked.set_aside, pending.note, lead, offers);
    }
    let mut lines = std::mem::take(&mut cart.lines.0);
    let short = merge(&mut lines, &checked.lines, offers, chat.now);
    let mut set_aside = std::mem::take(&mut cart.set_aside.0);
    set_aside.retain(|old| checked.set_aside.iter().all(|new| new.sku != old.sku));
    set_aside.extend(checked.set_aside);
    let note = both_notes(&cart.note, &pending.note);
    let lead = [Some(t(&chat.voice, "both-added")), told, new, fell_short(chat, &short, offers)];
    let lead = lead.into_iter().fold(None, joined);
    fill(chat, cart, lines, set_aside, note, lead, offers)
}

/// The notes of both carts, each once.
fn both_notes(old: &str, new: &str) -> String {
    let both = match (old.is_empty(), new.is_empty() || old.contains(new)) {
        (true, _) => new.to_owned(),
        (false, true) => old.to_owned(),
        (false, false) => format!("{old}\n{new}"),
    };
    note(&both).0
}

/// What both carts ask for together and cannot be had.
fn fell_short(chat: &Chat, short: &[(entity::VariantId, u32)], offers: &Offers) -> Option<String> {
    let text = |&(id, most): &(entity::VariantId, u32)| {
        let offer = offers.get(id)?;
        let name = show::short::<NAME>(&title(&offer.product, &offer.variant));
        let most = [("count", most.into()), ("title", name.into())];
        Some(t_with(&chat.voice, "cart-most", most))
    };
    let mut lines: Vec<String> = short.iter().take(TOLD).filter_map(text).collect();
    if let Some(rest) = short.len().checked_sub(TOLD).filter(|rest| *rest > 0) {
        let count = i64::try_from(rest).unwrap_or(i64::MAX);
        lines.push(t_with(&chat.voice, "cart-more-lines", [("count", count.into())]));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}
