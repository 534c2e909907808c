//! The cart in chat: adding, quantities, WhatsApp's own cart, old bubbles. Pure.

use entity::{
    CartId,
    cart::{self, Lines, SetAside, SetAsideLine, Status, Why},
};

use super::{
    action::{Action, CartAction, CartRef},
    checkout,
    menu::gone,
    orders,
    show::{self, BODY, Choice},
    step::{Chat, Decision, Step, StepError, to_menu},
};
use crate::{
    cart::{CartError, Checked, Offer, Offers, check, from_native, line_total, put, totals},
    catalog::offer::{is_offered, title},
    message::{NativeCart, Outbound},
    money::Currency,
    text::{self, t, t_with},
};

/// Lines on one page of the list to change.
const PAGE: usize = 7;

/// The open cart, with a word before it.
pub(super) fn show(
    chat: &Chat,
    lead: Option<String>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let Some(cart) = &chat.cart else { return empty(chat, lead) };
    let (cart, moved) = refreshed(chat, cart, offers)?;
    let lead = joined(lead, moved);
    let reply = view(chat, &cart, lead, offers)?;
    Ok(keep(chat, Decision::say(reply), cart))
}

/// The cart as WhatsApp sent it, in place of the one before, and on to the checkout.
pub(super) fn native(
    chat: &Chat,
    native: &NativeCart,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let Checked { lines, set_aside, .. } =
        from_native(chat.shop.id, &native.items, offers, chat.now);
    let before = chat.cart.as_ref().is_some_and(|cart| !cart.lines.0.is_empty());
    let mut cart = open(chat);
    cart.lines = Lines(lines);
    cart.set_aside = SetAside(set_aside);
    native.note.trim().clone_into(&mut cart.note);
    if chat.cart.is_some() {
        cart.version += 1;
    }
    if cart.lines.0.is_empty() {
        let lead = Some(t(chat.lang, "cart-nothing-left"));
        let reply = view(chat, &cart, lead, offers)?;
        return Ok(Decision::say(reply).with_cart(cart));
    }
    let lead = before.then(|| t(chat.lang, "cart-replaced"));
    checkout::go_on(chat, cart, lead, offers)
}

/// One piece more of a variant.
pub(super) fn add(chat: &Chat, code: i64, offers: &Offers) -> Result<Decision, StepError> {
    let Some((cart, lead)) = with_one_more(chat, code, offers)? else { return gone(chat) };
    let reply = view(chat, &cart, Some(lead), offers)?;
    Ok(Decision::say(reply).with_cart(cart).wait(Step::AskQuantity { code }))
}

/// One piece more, and on to the checkout.
pub(super) fn buy(chat: &Chat, code: i64, offers: &Offers) -> Result<Decision, StepError> {
    let Some((cart, lead)) = with_one_more(chat, code, offers)? else { return gone(chat) };
    checkout::go_on(chat, cart, Some(lead), offers)
}

fn with_one_more(
    chat: &Chat,
    code: i64,
    offers: &Offers,
) -> Result<Option<(cart::Model, String)>, StepError> {
    let offer = offers.by_code(chat.shop.id, code).filter(|o| is_offered(&o.product, &o.variant));
    let Some(offer) = offer else { return Ok(None) };
    let mut cart = fresh(chat, offers)?;
    let before = quantity_of(&cart, offer);
    let most = put(&mut cart.lines.0, offer, before + 1, chat.now);
    cart.version += 1;
    let name = title(&offer.product, &offer.variant);
    let lead = match most {
        Some(count) => {
            t_with(chat.lang, "cart-most", [("count", count.into()), ("title", name.into())])
        }
        None => {
            t_with(chat.lang, "cart-added", [("quantity", 1i64.into()), ("title", name.into())])
        }
    };
    Ok(Some((cart, lead)))
}

/// A number typed after a product was added or chosen.
pub(super) fn typed(
    chat: &Chat,
    code: i64,
    quantity: Option<u32>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    match quantity {
        Some(quantity) => set(chat, code, quantity, offers),
        None => {
            let cart = show::choice(chat.lang, Action::Cart, "cart-button");
            let reply = show::buttons(&t(chat.lang, "quantity-wrong"), vec![cart])?;
            Ok(Decision::say(reply).wait(chat.step))
        }
    }
}

/// A tap on a bubble that showed a cart. An old bubble explains itself and shows how things are now.
pub(super) fn of_cart(
    chat: &Chat,
    of: CartRef,
    action: CartAction,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let Some(cart) = chat.cart.as_ref().filter(|cart| cart.number == of.number) else {
        return match &chat.view.earlier_order {
            Some((order, lines)) => {
                let number = [("number", (&order.number).into())];
                let lead = t_with(chat.lang, "already-placed", number);
                Ok(Decision::say(orders::view(chat, order, lines, Some(lead))?))
            }
            None => show(chat, Some(t(chat.lang, "cart-stale")), offers),
        };
    };
    if cart.version != of.version {
        return show(chat, Some(t(chat.lang, "cart-stale")), offers);
    }
    match action {
        CartAction::Checkout => checkout::begin(chat, offers),
        CartAction::Lines(page) => choose_line(chat, page, offers),
        CartAction::Line(code) => line(chat, code, offers),
        CartAction::Quantity(code, quantity) => set(chat, code, quantity, offers),
        CartAction::Clear => {
            let mut cart = cart.clone();
            cart.status = Status::Dropped;
            cart.version += 1;
            let reply = to_menu(chat, &t(chat.lang, "cart-cleared"))?;
            Ok(Decision::say(reply).with_cart(cart))
        }
        other => checkout::of_cart(chat, cart, other, offers),
    }
}

/// Sets a quantity; 0 takes the line out.
fn set(chat: &Chat, code: i64, quantity: u32, offers: &Offers) -> Result<Decision, StepError> {
    let Some(offer) = offers.by_code(chat.shop.id, code) else { return gone(chat) };
    let mut cart = fresh(chat, offers)?;
    let most = put(&mut cart.lines.0, offer, quantity, chat.now);
    cart.version += 1;
    let name = title(&offer.product, &offer.variant);
    let lead = match (most, quantity) {
        (Some(count), _) => {
            Some(t_with(chat.lang, "cart-most", [("count", count.into()), ("title", name.into())]))
        }
        (None, 0) => Some(t_with(chat.lang, "cart-removed", [("title", name.into())])),
        (None, _) => None,
    };
    let reply = view(chat, &cart, lead, offers)?;
    let step = if quantity == 0 { Step::Start } else { Step::AskQuantity { code } };
    Ok(Decision::say(reply).with_cart(cart).wait(step))
}

fn choose_line(chat: &Chat, page: u32, offers: &Offers) -> Result<Decision, StepError> {
    let cart = fresh(chat, offers)?;
    if cart.lines.0.is_empty() {
        return show(chat, None, offers);
    }
    let (lang, of) = (chat.lang, reference(&cart));
    let from = page as usize * PAGE;
    let rows = cart.lines.0.iter().skip(from).take(PAGE).filter_map(|line| {
        let offer = offers.get(line.variant_id)?;
        let price = show::price(lang, line.unit_price_minor, &chat.shop.currency);
        let hint = t_with(
            lang,
            "change-line-hint",
            [("quantity", line.quantity.into()), ("price", price.into())],
        );
        let action = Action::OfCart(of, CartAction::Line(offer.variant.code));
        Some(Choice::new(action, title(&offer.product, &offer.variant)).hint(hint))
    });
    let rows = rows.collect();
    let mut rest = Vec::new();
    if cart.lines.0.len() > from + PAGE {
        let next = Action::OfCart(of, CartAction::Lines(page + 1));
        rest.push(show::choice(lang, next, "more"));
    }
    rest.push(show::choice(lang, Action::OfCart(of, CartAction::Clear), "clear-row"));
    rest.push(show::choice(lang, Action::Cart, "back-row"));
    let sections =
        vec![(Some(t(lang, "cart-lines-title")), rows), (Some(t(lang, "menu-rest")), rest)];
    let reply = show::list(lang, &t(lang, "change-cart"), sections)?;
    Ok(keep(chat, Decision::say(reply), cart))
}

fn line(chat: &Chat, code: i64, offers: &Offers) -> Result<Decision, StepError> {
    let cart = fresh(chat, offers)?;
    let offer = offers.by_code(chat.shop.id, code);
    let found = offer
        .and_then(|o| cart.lines.0.iter().find(|l| l.variant_id == o.variant.id).map(|l| (o, l)));
    let Some((offer, line)) = found else { return show(chat, None, offers) };
    let lang = chat.lang;
    let currency: Currency = chat.shop.currency.parse().map_err(CartError::from)?;
    let price = |minor| show::price(lang, minor, &chat.shop.currency);
    let body = t_with(
        lang,
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
        show::choice(lang, Action::OfCart(of, CartAction::Quantity(code, quantity)), key)
    };
    let mut choices = vec![to(line.quantity + 1, "plus-button")];
    if line.quantity > 1 {
        choices.push(to(line.quantity - 1, "minus-button"));
    }
    choices.push(to(0, "remove-button"));
    let reply = show::buttons(&body, choices)?;
    Ok(keep(chat, Decision::say(reply), cart).wait(Step::AskQuantity { code }))
}

/// The cart as a message with buttons.
fn view(
    chat: &Chat,
    cart: &cart::Model,
    lead: Option<String>,
    offers: &Offers,
) -> Result<Outbound, StepError> {
    let lang = chat.lang;
    if cart.lines.0.is_empty() {
        let body = [lead.unwrap_or_else(|| t(lang, "cart-empty")), aside(chat, cart)];
        let body: Vec<_> = body.into_iter().filter(|part| !part.is_empty()).collect();
        return Ok(to_menu(chat, &body.join("\n\n"))?);
    }
    let head = headed(lead, t(lang, "cart"));
    let tail = total_and_rest(chat, cart)?;
    let body = show::fitted(lang, &head, &line_texts(chat, cart, offers), &tail, BODY);
    let of = |action| Action::OfCart(reference(cart), action);
    let choices = vec![
        show::choice(lang, of(CartAction::Checkout), "checkout-button"),
        show::choice(lang, of(CartAction::Lines(0)), "change-button"),
        show::choice(lang, Action::Menu(0), "continue-button"),
    ];
    Ok(show::buttons(&body, choices)?)
}

/// Lines of a cart as text, one each.
pub(super) fn line_texts(chat: &Chat, cart: &cart::Model, offers: &Offers) -> Vec<String> {
    let line = |line: &cart::Line| {
        let name = offers
            .get(line.variant_id)
            .map_or_else(|| line.sku.clone(), |o| title(&o.product, &o.variant));
        let total = i64::from(line.quantity) * line.unit_price_minor;
        t_with(
            chat.lang,
            "cart-line",
            [
                ("quantity", line.quantity.into()),
                ("title", name.into()),
                ("total", show::price(chat.lang, total, &chat.shop.currency).into()),
            ],
        )
    };
    cart.lines.0.iter().map(line).collect()
}

/// The total, the note, and what is not in the cart.
pub(super) fn total_and_rest(chat: &Chat, cart: &cart::Model) -> Result<String, StepError> {
    let lang = chat.lang;
    let currency = chat.shop.currency.parse().map_err(CartError::from)?;
    let total = text::money(lang, totals(&cart.lines.0, currency)?.total);
    let mut parts = vec![t_with(lang, "cart-total", [("total", total.into())])];
    if !cart.note.is_empty() {
        let note: String = cart.note.chars().take(200).collect();
        parts.push(t_with(lang, "cart-note", [("note", note.into())]));
    }
    let aside = aside(chat, cart);
    if !aside.is_empty() {
        parts.push(format!("\n{aside}"));
    }
    Ok(parts.join("\n"))
}

/// What was asked for and is not in the cart; empty when there is nothing of the kind.
fn aside(chat: &Chat, cart: &cart::Model) -> String {
    if cart.set_aside.0.is_empty() {
        return String::new();
    }
    let line = |line: &SetAsideLine| {
        let short = cart.lines.0.iter().any(|l| l.sku == line.sku);
        let key = match line.why {
            Why::Unknown => "aside-unknown",
            Why::SoldOut if short => "aside-short",
            Why::SoldOut => "aside-sold_out",
            Why::Withdrawn => "aside-withdrawn",
            Why::BadQuantity => "aside-bad_quantity",
        };
        let sku: String = line.sku.chars().take(60).collect();
        let name = line.title.clone().unwrap_or_else(|| sku.clone());
        t_with(
            chat.lang,
            key,
            [
                ("sku", sku.into()),
                ("title", name.into()),
                ("quantity", line.quantity.to_string().into()),
            ],
        )
    };
    let lines: Vec<_> = cart.set_aside.0.iter().map(line).collect();
    show::fitted(chat.lang, &t(chat.lang, "cart-aside"), &lines, "", 400)
}

/// The open cart held against the catalog; a new one when none is open. Its version moves when it changed.
pub(super) fn fresh(chat: &Chat, offers: &Offers) -> Result<cart::Model, StepError> {
    match &chat.cart {
        Some(cart) => Ok(refreshed(chat, cart, offers)?.0),
        None => Ok(open(chat)),
    }
}

/// A cart held against the catalog of now, and what the customer must be told of it.
pub(super) fn refreshed(
    chat: &Chat,
    cart: &cart::Model,
    offers: &Offers,
) -> Result<(cart::Model, Option<String>), StepError> {
    let checked = check(&cart.lines.0, &cart.set_aside.0, offers, chat.now);
    if !checked.prices_moved && !checked.stock_moved {
        return Ok((cart.clone(), None));
    }
    let mut now = cart.clone();
    now.lines = Lines(checked.lines);
    now.set_aside = SetAside(checked.set_aside);
    now.version += 1;
    let mut told = Vec::new();
    if checked.stock_moved {
        told.push(t(chat.lang, "cart-stock-moved"));
    }
    if checked.prices_moved {
        let currency = chat.shop.currency.parse().map_err(CartError::from)?;
        let price = |cart: &cart::Model| -> Result<String, StepError> {
            Ok(text::money(chat.lang, totals(&cart.lines.0, currency)?.total))
        };
        told.push(t_with(
            chat.lang,
            "cart-prices-moved",
            [("before", price(cart)?.into()), ("after", price(&now)?.into())],
        ));
    }
    Ok((now, Some(told.join("\n"))))
}

/// The open cart as it is stored, or a new one.
fn open(chat: &Chat) -> cart::Model {
    chat.cart.clone().unwrap_or_else(|| cart::Model {
        id: CartId::new(chat.now),
        shop_id: chat.shop.id,
        customer_id: chat.customer.id,
        conversation_id: chat.conversation.id,
        number: chat.conversation.cart_number + 1,
        status: Status::Open,
        lines: Lines::default(),
        set_aside: SetAside::default(),
        note: String::new(),
        delivery_method: None,
        address_id: None,
        payment_method: None,
        version: 1,
        created_at: chat.now,
        updated_at: chat.now,
    })
}

/// Stores the cart when it is another than before.
pub(super) fn keep(chat: &Chat, decision: Decision, cart: cart::Model) -> Decision {
    if chat.cart.as_ref() == Some(&cart) { decision } else { decision.with_cart(cart) }
}

pub(super) fn reference(cart: &cart::Model) -> CartRef {
    CartRef { number: cart.number, version: cart.version }
}

fn quantity_of(cart: &cart::Model, offer: &Offer) -> u32 {
    let line = cart.lines.0.iter().find(|l| l.variant_id == offer.variant.id);
    line.map_or(0, |l| l.quantity)
}

fn empty(chat: &Chat, lead: Option<String>) -> Result<Decision, StepError> {
    let body = joined(lead, Some(t(chat.lang, "cart-empty"))).unwrap_or_default();
    Ok(Decision::say(to_menu(chat, &body)?))
}

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
