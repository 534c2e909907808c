//! The cart in chat: adding, quantities, old bubbles. Pure.

use entity::{
    CartId,
    cart::{self, Details, Lines, SetAside, Status},
};

use super::{
    action::{Action, CartAction, CartRef},
    cart_text::{With, joined, total_of, view},
    change, checkout, closed, incoming, menu, orders, show,
    step::{Chat, Decision, Step, StepError},
};
use crate::{
    cart::{Checked, Offer, Offers, check, put},
    catalog::offer::{is_offered, title},
    text::{t, t_with},
};

/// Whether the open cart holds anything.
pub(super) fn has_lines(chat: &Chat) -> bool {
    chat.cart.as_ref().is_some_and(|cart| !cart.lines.0.is_empty())
}

/// Whether there is no cart at all, neither an open one nor one that was left alone.
pub(super) fn is_none(chat: &Chat) -> bool {
    let is_bare = |cart: &cart::Model| cart.lines.0.is_empty() && cart.pending.is_none();
    chat.cart.as_ref().is_none_or(is_bare) && chat.view.lapsed.is_none()
}

/// The open cart, with a word before it.
pub(super) fn show(
    chat: &Chat,
    lead: Option<String>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let (cart, moved) = fresh(chat, offers)?;
    let mut decision = shown(chat, cart, joined(lead, moved), offers)?;
    if decision.cart.as_ref().or(chat.cart.as_ref()).is_none_or(|cart| cart.lines.0.is_empty()) {
        decision.expired = closed::lapse(chat);
    }
    Ok(decision)
}

/// A cart as it is now. Beside one that waits it is asked what becomes of the two; when nothing is left of it, that one
/// takes its place.
pub(super) fn shown(
    chat: &Chat,
    mut cart: cart::Model,
    mut lead: Option<String>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    if cart.pending.is_some() {
        if !cart.lines.0.is_empty() {
            return incoming::ask(chat, cart, lead, offers);
        }
        lead = incoming::succeed(chat, &mut cart, lead, offers)?;
    }
    let reply = view(chat, &cart, lead, With::Aside, offers)?;
    Ok(keep(chat, Decision::say(reply), cart))
}

/// One piece more of a variant.
pub(super) fn add(chat: &Chat, code: i64, offers: &Offers) -> Result<Decision, StepError> {
    let Some(offer) = for_sale(chat, code, offers) else { return menu::gone(chat) };
    let (mut cart, moved) = fresh(chat, offers)?;
    let before = quantity_of(&cart, offer);
    let name = title(&offer.product, &offer.variant);
    let told = put_into(chat, &mut cart, offer, before + 1)
        .unwrap_or_else(|| t_with(&chat.voice, "cart-added", [("title", name.into())]));
    shown_for_number(chat, cart, joined(Some(told), moved), code, offers)
}

/// The variant that was shown is wanted. Said of what is in the cart already, it is no second piece.
pub(super) fn wanted(chat: &Chat, code: i64, offers: &Offers) -> Result<Decision, StepError> {
    if !is_in_cart(chat, code, offers) {
        return add(chat, code, offers);
    }
    let (cart, moved) = fresh(chat, offers)?;
    shown_for_number(chat, cart, moved, code, offers)
}

/// At least one piece, and on to the checkout.
pub(super) fn buy(chat: &Chat, code: i64, offers: &Offers) -> Result<Decision, StepError> {
    let Some(offer) = for_sale(chat, code, offers) else { return menu::gone(chat) };
    let (mut cart, moved) = fresh(chat, offers)?;
    // A second tap on the same button buys no second piece.
    let wanted = quantity_of(&cart, offer).max(1);
    let told = put_into(chat, &mut cart, offer, wanted);
    let lead = joined(told, moved);
    if cart.lines.0.is_empty() {
        let reply = view(chat, &cart, lead, With::Aside, offers)?;
        return Ok(keep(chat, Decision::say(reply), cart));
    }
    checkout::go_on(chat, cart, lead, checkout::Look::Whole, offers)
}

/// A number typed while one was waited for.
pub(super) fn typed(
    chat: &Chat,
    code: i64,
    quantity: Option<u32>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    match quantity {
        Some(quantity) => set(chat, code, quantity, offers),
        None => {
            let cart = show::choice(&chat.voice, Action::Cart, "cart-button");
            let reply = show::buttons(&t(&chat.voice, "quantity-wrong"), vec![cart])?;
            Ok(Decision::say(reply).wait(chat.step).missed())
        }
    }
}

/// Asks again how many it shall be: of the line, or on the product when it is in no line.
pub(super) fn ask_quantity(chat: &Chat, code: i64, offers: &Offers) -> Result<Decision, StepError> {
    if is_in_cart(chat, code, offers) {
        return change::line(chat, code, offers);
    }
    menu::variant(chat, code, offers)
}

fn is_in_cart(chat: &Chat, code: i64, offers: &Offers) -> bool {
    let in_cart = |o: &Offer| chat.cart.as_ref().is_some_and(|cart| quantity_of(cart, o) > 0);
    offers.by_code(chat.shop.id, code).is_some_and(in_cart)
}

/// A tap on a bubble that showed a cart. What only asks or chooses is done however old the bubble is, and shows how
/// things are now; what would change or order something else than it showed explains itself.
pub(super) fn of_cart(
    chat: &Chat,
    of: CartRef,
    action: CartAction,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let stale = Some(t(&chat.voice, "cart-stale"));
    let Some(cart) = chat.cart.as_ref().filter(|cart| cart.number == of.number) else {
        return match (&chat.view.earlier_order, closed::latest(chat)) {
            (Some((order, lines)), _) => {
                let number = [("number", (&order.number).into())];
                let lead = t_with(&chat.voice, "already-placed", number);
                Ok(Decision::say(orders::view(chat, order, lines, Some(lead))?))
            }
            (None, Some(cart)) if action == CartAction::Restore => {
                closed::restore(chat, cart, offers)
            }
            // What was left alone for too long explains itself.
            (None, _) => show(chat, stale.filter(|_| chat.view.lapsed.is_none()), offers),
        };
    };
    let is_stale = cart.version != of.version;
    if cart.pending.is_some() && !action.is_about_goods() {
        // Nothing is ordered before it is said what becomes of the other cart.
        return match action {
            CartAction::Both(both) if !is_stale => incoming::answer(chat, cart, both, offers),
            _ => show(chat, stale.filter(|_| is_stale), offers),
        };
    }
    match action {
        CartAction::Checkout => checkout::begin(chat, None, offers),
        CartAction::Confirm if is_stale => checkout::begin(chat, stale, offers),
        CartAction::Lines(page) => change::lines(chat, page, offers),
        CartAction::Line(code) => change::line(chat, code, offers),
        CartAction::Terms => checkout::terms(chat, cart, !is_stale, offers),
        CartAction::Quantity(code, quantity) if is_stale => {
            // A double tap finds it done already.
            let offer = offers.by_code(chat.shop.id, code);
            let is_so = offer.is_some_and(|o| quantity_of(cart, o) == quantity);
            show(chat, stale.filter(|_| !is_so), offers)
        }
        CartAction::Quantity(code, quantity) => set(chat, code, quantity, offers),
        CartAction::Clear if is_stale => show(chat, stale, offers),
        CartAction::Clear => {
            let mut cart = cart.clone();
            cart.status = Status::Dropped;
            cart.version += 1;
            let choices = vec![
                closed::back(chat, &cart),
                show::choice(&chat.voice, Action::Menu(0), "menu-button"),
            ];
            let reply = show::buttons(&t(&chat.voice, "cart-cleared"), choices)?;
            Ok(Decision::say(reply).with_cart(cart))
        }
        // It is answered already.
        CartAction::Both(_) => show(chat, stale, offers),
        // It is back already.
        CartAction::Restore => show(chat, None, offers),
        CartAction::Note => change::ask_note(chat, offers),
        CartAction::NoteOff => change::note(chat, "", offers),
        other => checkout::of_cart(chat, cart, other, offers),
    }
}

/// Sets a quantity; 0 takes the line out.
fn set(chat: &Chat, code: i64, quantity: u32, offers: &Offers) -> Result<Decision, StepError> {
    let Some(offer) = offers.by_code(chat.shop.id, code) else { return menu::gone(chat) };
    if quantity > 0 && !is_offered(&offer.product, &offer.variant) {
        return menu::gone(chat);
    }
    let (mut cart, moved) = fresh(chat, offers)?;
    let before = quantity_of(&cart, offer);
    if before == 0 && quantity == 0 {
        return show(chat, None, offers);
    }
    let name = title(&offer.product, &offer.variant);
    let told = put_into(chat, &mut cart, offer, quantity).or_else(|| match quantity {
        0 => Some(t_with(&chat.voice, "cart-removed", [("title", name.into())])),
        // A cart of one line says it already.
        _ if cart.lines.0.len() == 1 => None,
        _ => {
            let line = [("quantity", quantity.into()), ("title", name.into())];
            Some(t_with(&chat.voice, "cart-set", line))
        }
    });
    let lead = joined(told, moved);
    if quantity == 0 {
        let reply = view(chat, &cart, lead, With::Aside, offers)?;
        return Ok(keep(chat, Decision::say(reply), cart));
    }
    shown_for_number(chat, cart, lead, code, offers)
}

/// The cart after a change of one variant, whose quantity may now be typed.
fn shown_for_number(
    chat: &Chat,
    cart: cart::Model,
    lead: Option<String>,
    code: i64,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let in_cart = offers.by_code(chat.shop.id, code).is_some_and(|o| quantity_of(&cart, o) > 0);
    let (with, step) = if in_cart {
        (With::Number, Step::AskQuantity { code })
    } else {
        (With::Aside, Step::Start)
    };
    let reply = view(chat, &cart, lead, with, offers)?;
    Ok(keep(chat, Decision::say(reply), cart).wait(step))
}

/// Sets the quantity of a variant, with a word when it cannot be that many. What was set aside of it is settled then.
fn put_into(chat: &Chat, cart: &mut cart::Model, offer: &Offer, quantity: u32) -> Option<String> {
    let before = cart.lines.clone();
    let most = put(&mut cart.lines.0, offer, quantity, chat.now);
    if cart.lines != before {
        cart.version += 1;
    }
    cart.set_aside.0.retain(|line| line.sku != offer.variant.sku);
    let name = title(&offer.product, &offer.variant);
    most.map(|count| match count {
        0 => t_with(&chat.voice, "cart-sold-out", [("title", name.into())]),
        _ => t_with(&chat.voice, "cart-most", [("count", count.into()), ("title", name.into())]),
    })
}

fn for_sale<'a>(chat: &Chat, code: i64, offers: &'a Offers) -> Option<&'a Offer> {
    offers.by_code(chat.shop.id, code).filter(|o| is_offered(&o.product, &o.variant))
}

/// The open cart held against the catalog of now, and what the customer must be told of it; a new one when none is
/// open. Its version moves when it changed.
pub(super) fn fresh(
    chat: &Chat,
    offers: &Offers,
) -> Result<(cart::Model, Option<String>), StepError> {
    match &chat.cart {
        Some(cart) => refreshed(chat, cart, offers),
        None => Ok((open(chat), closed::word(chat))),
    }
}

/// A cart held against the catalog of now, and what the customer must be told of it.
pub(super) fn refreshed(
    chat: &Chat,
    cart: &cart::Model,
    offers: &Offers,
) -> Result<(cart::Model, Option<String>), StepError> {
    let checked = check(&cart.lines.0, &cart.set_aside.0, offers, chat.now);
    let told = moved(chat, &cart.lines.0, &checked)?;
    let mut now = cart.clone();
    if told.is_some() {
        now.lines = Lines(checked.lines);
        now.set_aside = SetAside(checked.set_aside);
        now.version += 1;
    }
    Ok((now, told))
}

/// What is told of goods that are other than they were shown.
pub(super) fn moved(
    chat: &Chat,
    before: &[cart::Line],
    checked: &Checked,
) -> Result<Option<String>, StepError> {
    let stock = checked.stock_moved.then(|| t(&chat.voice, "cart-stock-moved"));
    if !checked.prices_moved {
        return Ok(stock);
    }
    // What is gone is told by itself: the totals are those of what is still there.
    let then = |line: &cart::Line| {
        let old = before.iter().find(|old| old.variant_id == line.variant_id);
        let unit_price_minor = old.map_or(line.unit_price_minor, |old| old.unit_price_minor);
        cart::Line { unit_price_minor, ..line.clone() }
    };
    let before: Vec<cart::Line> = checked.lines.iter().map(then).collect();
    let (before, after) = (total_of(chat, &before)?, total_of(chat, &checked.lines)?);
    Ok(joined(stock, Some(prices_moved(chat, &before, &after))))
}

pub(super) fn prices_moved(chat: &Chat, before: &str, after: &str) -> String {
    let totals = [("before", before.into()), ("after", after.into())];
    t_with(&chat.voice, "cart-prices-moved", totals)
}

/// The open cart as it is stored, or a new one.
fn open(chat: &Chat) -> cart::Model {
    let id = CartId::new(chat.now);
    chat.cart.clone().unwrap_or_else(|| cart::Model {
        id,
        shop_id: chat.shop.id,
        customer_id: chat.customer.id,
        conversation_id: chat.conversation.id,
        number: id.short(),
        status: Status::Open,
        lines: Lines::default(),
        set_aside: SetAside::default(),
        note: String::new(),
        delivery_method: None,
        address_id: None,
        payment_method: None,
        pending: None,
        details: Details::default(),
        version: 1,
        created_at: chat.now,
        updated_at: chat.now,
    })
}

/// Stores the cart when it is another than before; a new one that holds nothing is none.
pub(super) fn keep(chat: &Chat, decision: Decision, cart: cart::Model) -> Decision {
    let same = match &chat.cart {
        Some(before) => *before == cart,
        None => cart.lines.0.is_empty() && cart.set_aside.0.is_empty(),
    };
    if same { decision } else { decision.with_cart(cart) }
}

pub(super) fn reference(cart: &cart::Model) -> CartRef {
    CartRef { number: cart.number, version: cart.version }
}

pub(super) fn quantity_of(cart: &cart::Model, offer: &Offer) -> u32 {
    let line = cart.lines.0.iter().find(|l| l.variant_id == offer.variant.id);
    line.map_or(0, |l| l.quantity)
}
