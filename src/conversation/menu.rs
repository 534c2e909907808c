//! Greeting, menu, collections, products, variants. Pure.

use super::{
    action::Action,
    closed,
    pages::Page,
    show::{self, Choice},
    step::{Chat, Decision, Step, StepError, to_menu},
    talk,
    view::CollectionLine,
};
use crate::{
    cart::{Offer, Offers},
    catalog::offer::{available, is_offered, picture, sale_price, title, unit_price},
    message::MAX_ROWS,
    text::{t, t_with},
};

/// Products on one page of a list; the other rows lead on.
pub const PAGE: u32 = 7;
/// Collections that are read for one page: one more than a list can hold.
pub const COLLECTIONS: usize = MAX_ROWS + 1;
/// UTF-16 units of a description.
const DESCRIPTION: usize = 600;
/// From here down the customer is told how many are left.
const FEW: i64 = 5;

pub(super) fn greet(chat: &Chat) -> Result<Decision, StepError> {
    menu(chat, 0, Some(hail(chat, "greeting-known", "greeting")))
}

/// The greeting without the question.
pub(super) fn welcome(chat: &Chat) -> String {
    hail(chat, "find-welcome-known", "find-welcome")
}

fn hail(chat: &Chat, known: &str, unknown: &str) -> String {
    if chat.customer.last_payment.is_some() && !chat.customer.name.is_empty() {
        let first_name = chat.customer.name.split_whitespace().next().unwrap_or_default();
        t_with(&chat.voice, known, [("name", first_name.into())])
    } else {
        t_with(&chat.voice, unknown, [("shop", (&chat.shop.name).into())])
    }
}

/// Everything there is, as one list: the collections from `from` on.
pub(super) fn menu(chat: &Chat, from: u32, lead: Option<String>) -> Result<Decision, StepError> {
    let voice = &chat.voice;
    if !chat.view.has_goods {
        let human = show::choice(voice, Action::Human, "human-button");
        return Ok(Decision::say(show::buttons(&t(voice, "menu-empty"), vec![human])?));
    }
    let body = lead.unwrap_or_else(|| t(voice, "menu"));
    // A cart that was left alone is told of once, with the row that brings it back.
    let row = (from == 0).then(|| closed::row(chat)).flatten();
    let body =
        row.and_then(|_| closed::word(chat)).map_or(body.clone(), |w| format!("{w}\n\n{body}"));
    let (first, all, rest) = if from == 0 {
        let all = show::choice(voice, Action::Collection(0, 0), "menu-all-row");
        (first_row(chat), Some(all), rest_of_menu(chat))
    } else {
        (None, None, vec![show::choice(voice, Action::Menu(0), "menu-button")])
    };
    let room = MAX_ROWS - usize::from(first.is_some()) - rest.len();
    let goods = page_of_collections(chat, from, room, all);
    let title = |key| Some(t(voice, key));
    let mut sections = vec![(title("menu-goods"), goods), (title("menu-rest"), rest)];
    sections.splice(0..0, first.map(|(key, row)| (title(key), vec![row])));
    let mut decision = Decision::say(show::list(voice, &body, sections)?);
    if from == 0 {
        decision.expired = closed::lapse(chat);
    }
    Ok(decision)
}

/// As many collections as fit into `room` rows beside `all`, and a row that leads on when there are more.
fn page_of_collections(chat: &Chat, from: u32, room: usize, all: Option<Choice>) -> Vec<Choice> {
    let lines = chat.view.collections.iter().collect();
    let page = Page::fitting(lines, from, room - usize::from(all.is_some()));
    let row = |c: &&CollectionLine| Choice::new(Action::Collection(c.code, 0), &c.title);
    let more = page.more(&chat.voice, Action::Menu);
    page.items.iter().map(row).chain(all).chain(more).collect()
}

/// The shortest way on, under the title of this key: to the open cart, else to the goods of the latest order.
fn first_row(chat: &Chat) -> Option<(&'static str, Choice)> {
    let again = || {
        chat.customer.last_payment?;
        let hint = t(&chat.voice, "menu-again-hint");
        Some(show::choice(&chat.voice, Action::Again(None), "again-button").hint(hint))
    };
    let cart = cart_row(chat).map(|row| ("menu-cart-title", row));
    cart.or_else(|| Some(("menu-again-title", again()?)))
}

/// The way to a cart that holds something.
fn cart_row(chat: &Chat) -> Option<Choice> {
    let voice = &chat.voice;
    let Some(cart) = chat.cart.as_ref().filter(|cart| !cart.lines.0.is_empty()) else {
        return closed::row(chat);
    };
    let hint = cart_hint(chat, cart);
    Some(show::choice(voice, Action::Cart, "menu-cart-row").hint(hint))
}

/// How much a cart holds, in one line.
pub(super) fn cart_hint(chat: &Chat, cart: &entity::cart::Model) -> String {
    let voice = &chat.voice;
    let pieces: i64 = cart.lines.0.iter().map(|l| i64::from(l.quantity)).sum();
    let sum = |sum: i64, l: &entity::cart::Line| {
        sum.saturating_add(i64::from(l.quantity).saturating_mul(l.unit_price_minor))
    };
    let minor = cart.lines.0.iter().fold(0, sum);
    let total = show::price(voice, minor, &chat.shop.currency);
    t_with(voice, "menu-cart-hint", [("pieces", pieces.into()), ("total", total.into())])
}

fn rest_of_menu(chat: &Chat) -> Vec<Choice> {
    let voice = &chat.voice;
    let row = |action, key: &str, hint: &str| show::choice(voice, action, key).hint(t(voice, hint));
    let mut rows = Vec::new();
    if chat.view.has_catalog {
        rows.push(row(Action::Catalog, "menu-catalog-row", "menu-catalog-hint"));
    }
    if chat.customer.last_payment.is_some() {
        rows.push(row(Action::Orders(0), "menu-orders-row", "menu-orders-hint"));
    }
    if chat.customer.notices_stopped_at.is_some() {
        rows.push(show::choice(voice, Action::Notices(true), "menu-notices-row"));
    }
    rows.push(row(Action::Human, "menu-human-row", "menu-human-hint"));
    rows.extend(talk::language_row(chat));
    rows
}

/// A page of products.
pub(super) fn collection(chat: &Chat, offers: &Offers) -> Result<Decision, StepError> {
    let voice = &chat.voice;
    let Some(page) = &chat.view.products else {
        return gone(chat);
    };
    let title = page.title.clone().unwrap_or_else(|| t(voice, "menu-all-row"));
    let title_arg = [("title", title.into())];
    if page.products.items.is_empty() {
        let body = t_with(voice, "collection-empty", title_arg);
        return Ok(Decision::say(to_menu(chat, &body)?));
    }
    let ids = page.products.items.iter();
    let products = ids.filter_map(|&id| product_row(chat, offers, id)).collect();
    let more = page.products.more(voice, |next| Action::Collection(page.code, next));
    let mut rest = Vec::from_iter(more);
    if page.has_cards {
        let hint = t(voice, "collection-view-hint");
        rest.push(show::choice(voice, Action::Cards(page.code), "collection-view-row").hint(hint));
    }
    rest.push(show::choice(voice, Action::Menu(0), "menu-button"));
    let body = t_with(voice, "collection", title_arg);
    let sections = vec![
        (Some(t(voice, "menu-goods-products")), products),
        (Some(t(voice, "menu-rest")), rest),
    ];
    Ok(Decision::say(show::list(voice, &body, sections)?))
}

/// One variant of a product as a row.
pub(super) fn variant_row(chat: &Chat, offers: &Offers, code: i64) -> Option<Choice> {
    let offer = for_sale(chat, code, offers)?;
    let sold_out = available(&offer.variant) == Some(0);
    let hint = price_hint(chat, offer, sold_out);
    Some(Choice::new(Action::Variant(code), title(&offer.product, &offer.variant)).hint(hint))
}

/// A product as a row.
pub(super) fn product_row(chat: &Chat, offers: &Offers, id: entity::ProductId) -> Option<Choice> {
    let variants = offered(offers, id);
    let first = *variants.first()?;
    let cheapest = variants.iter().min_by_key(|o| now_price(chat, o))?;
    let same = variants.iter().all(|o| now_price(chat, o) == now_price(chat, cheapest));
    let sold_out = variants.iter().all(|o| available(&o.variant) == Some(0));
    let hint = if same || sold_out {
        price_hint(chat, cheapest, sold_out)
    } else {
        let price = show::price(&chat.voice, now_price(chat, cheapest), &chat.shop.currency);
        t_with(&chat.voice, "from-price", [("price", price.into())])
    };
    let action = match variants[..] {
        [only] => Action::Variant(only.variant.code),
        _ => Action::Product(first.product.code, 0),
    };
    Some(Choice::new(action, &first.product.title).hint(hint))
}

/// What it costs, in one line.
pub(super) fn price_hint(chat: &Chat, offer: &Offer, sold_out: bool) -> String {
    let voice = &chat.voice;
    let show = |minor| show::price(voice, minor, &chat.shop.currency);
    let price = show(now_price(chat, offer));
    if sold_out {
        return t_with(voice, "row-sold-out", [("price", price.into())]);
    }
    match sale_price(&offer.variant, chat.now) {
        Some(_) => {
            let before = show(offer.variant.price_minor);
            t_with(voice, "row-sale", [("price", price.into()), ("before", before.into())])
        }
        None => t_with(voice, "row-price", [("price", price.into())]),
    }
}

/// The variants of a product to choose from, or its only one.
pub(super) fn product(chat: &Chat, page: u32, offers: &Offers) -> Result<Decision, StepError> {
    match chat.view.product {
        Some(id) => product_with(chat, id, page, None, offers),
        None => gone(chat),
    }
}

/// The same of any product, with a word before it.
pub(super) fn product_with(
    chat: &Chat,
    id: entity::ProductId,
    page: u32,
    lead: Option<String>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let variants = offered(offers, id);
    let Some(first) = variants.first() else { return gone(chat) };
    if let [only] = variants[..] {
        return card(chat, only, lead);
    }
    let voice = &chat.voice;
    let code = first.product.code;
    let page = Page::of(variants.iter().copied(), page, PAGE);
    let rows = page
        .items
        .iter()
        .map(|offer| {
            let sold_out = available(&offer.variant) == Some(0);
            Choice::new(
                Action::Variant(offer.variant.code),
                offer.variant.option_values.0.join(", "),
            )
            .hint(price_hint(chat, offer, sold_out))
        })
        .collect();
    let mut rest = Vec::from_iter(page.more(voice, |next| Action::Product(code, next)));
    rest.push(show::choice(voice, Action::Menu(0), "menu-button"));
    let body = t_with(
        voice,
        "variants",
        [
            ("title", (&first.product.title).into()),
            ("description", show::short::<DESCRIPTION>(&first.product.description).into()),
        ],
    );
    // Without a description.
    let body = after(lead, body.replace("\n\n\n", "\n\n"));
    let sections =
        vec![(Some(first.product.title.clone()), rows), (Some(t(voice, "menu-rest")), rest)];
    Ok(Decision::say(show::list(voice, &body, sections)?))
}

/// One variant with picture, price, stock and buttons.
pub(super) fn variant(chat: &Chat, code: i64, offers: &Offers) -> Result<Decision, StepError> {
    variant_with(chat, code, None, offers)
}

/// The same with a word before it.
pub(super) fn variant_with(
    chat: &Chat,
    code: i64,
    lead: Option<String>,
    offers: &Offers,
) -> Result<Decision, StepError> {
    match for_sale(chat, code, offers) {
        Some(offer) => card(chat, offer, lead),
        None => gone(chat),
    }
}

fn for_sale<'a>(chat: &Chat, code: i64, offers: &'a Offers) -> Option<&'a Offer> {
    offers.by_code(chat.shop.id, code).filter(|o| is_offered(&o.product, &o.variant))
}

/// A text with a word before it.
fn after(lead: Option<String>, text: String) -> String {
    match lead {
        Some(lead) => format!("{lead}\n\n{text}"),
        None => text,
    }
}

/// The product page that a message came from.
pub(super) fn about(chat: &Chat, sku: &str, offers: &Offers) -> Result<Decision, StepError> {
    match offers.by_sku(chat.shop.id, sku).filter(|o| is_offered(&o.product, &o.variant)) {
        Some(offer) => card(chat, offer, None),
        None => gone(chat),
    }
}

/// A number typed now says how many.
fn card(chat: &Chat, offer: &Offer, lead: Option<String>) -> Result<Decision, StepError> {
    let (voice, v) = (&chat.voice, &offer.variant);
    let show = |minor| show::price(voice, minor, &chat.shop.currency);
    let price = match sale_price(v, chat.now) {
        Some(sale) => t_with(
            voice,
            "product-sale",
            [("price", show(sale).into()), ("before", show(v.price_minor).into())],
        ),
        None => show(v.price_minor),
    };
    let left = available(v);
    let stock = match left {
        Some(0) => t(voice, "stock-none"),
        Some(count @ 1..=FEW) => t_with(voice, "stock-few", [("count", count.into())]),
        _ => t(voice, "stock-many"),
    };
    let title = title(&offer.product, v);
    let body = t_with(
        voice,
        "product",
        [
            ("title", title.into()),
            ("price", price.into()),
            ("stock", stock.into()),
            ("description", show::short::<DESCRIPTION>(&offer.product.description).into()),
        ],
    );
    let body = after(lead, body);
    let link = picture(&offer.product, v).map(|link| chat.absolute(link));
    let menu = show::choice(voice, Action::Menu(0), "menu-button");
    if left == Some(0) {
        let human = show::choice(voice, Action::Human, "human-button");
        let reply = show::buttons_with(link, &body, None, vec![menu, human])?;
        return Ok(Decision::say(reply));
    }
    let choices = vec![
        show::choice(voice, Action::Buy(v.code), "buy-button"),
        show::choice(voice, Action::Add(v.code), "add-button"),
        menu,
    ];
    let footer = (left != Some(1)).then(|| t(voice, "number-footer"));
    let reply = show::buttons_with(link, &body, footer, choices)?;
    Ok(Decision::say(reply).wait(Step::AskQuantity { code: v.code }))
}

/// What was tapped is no longer for sale.
pub(super) fn gone(chat: &Chat) -> Result<Decision, StepError> {
    Ok(Decision::say(to_menu(chat, &t(&chat.voice, "product-gone"))?))
}

fn offered(offers: &Offers, id: entity::ProductId) -> Vec<&Offer> {
    let mut variants = offers.of_product(id);
    variants.retain(|o| is_offered(&o.product, &o.variant));
    variants
}

fn now_price(chat: &Chat, offer: &Offer) -> i64 {
    unit_price(&offer.variant, chat.now)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use entity::cart::PaymentMethod;
    use proptest::prelude::*;

    use super::*;
    use crate::conversation::sample;
    use crate::message::Outbound;

    fn rows(message: &Outbound) -> Vec<String> {
        let Outbound::List(list) = message else { panic!("{message:?} is no list") };
        let rows = list.parts().4.iter().flat_map(|section| &section.rows);
        rows.map(|row| row.id.to_string()).collect()
    }

    proptest! {
        /// However many collections there are and whatever else the menu shows: each is reached by "more", also when a
        /// cart comes or goes on the way.
        #[test]
        fn every_collection_is_reached_over_the_pages(
            count in 0..60usize,
            known: bool,
            silent: bool,
            catalog: bool,
            carts: Vec<bool>,
        ) {
            let mut chat = sample::chat();
            chat.customer.last_payment = known.then_some(PaymentMethod::CashOnDelivery);
            chat.customer.notices_stopped_at = silent.then_some(chat.now);
            chat.view.has_catalog = catalog;
            let all = sample::collections(count);
            let mut carts = carts.into_iter().cycle();
            let (mut from, mut seen) = (0, BTreeSet::new());
            for page in 0.. {
                prop_assert!(page <= count, "the pages go round in a circle");
                chat.cart = carts.next().unwrap_or(false).then(|| sample::cart(&chat));
                let read = all.iter().skip(from as usize).take(COLLECTIONS);
                chat.view.collections = read.cloned().collect();
                let decision = menu(&chat, from, None).unwrap();
                let ids = rows(&decision.replies[0]);
                prop_assert!(ids.len() <= MAX_ROWS);
                let actions: Vec<Action> = ids.iter().map(|id| id.parse().unwrap()).collect();
                seen.extend(actions.iter().filter_map(|action| match action {
                    Action::Collection(code, 0) if *code > 0 => Some(*code),
                    _ => None,
                }));
                let next = actions.iter().find_map(|action| match action {
                    Action::Menu(next) if *next > from => Some(*next),
                    _ => None,
                });
                prop_assert!(from > 0 || actions.contains(&Action::Collection(0, 0)));
                match next {
                    Some(next) => from = next,
                    None => break,
                }
            }
            let every: BTreeSet<i64> = all.iter().map(|line| line.code).collect();
            prop_assert_eq!(seen, every);
        }
    }
}
