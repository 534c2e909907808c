//! What may take the place of something that cannot be had: offered in the very message that tells of it. Pure.

use entity::{VariantId, cart::Line};

use super::{
    action::{Action, CartAction},
    incoming,
    intent::Intent,
    menu,
    show::Choice,
    step::{Chat, Decision, Step},
    view::Missing,
};
use crate::{
    cart::{Gone, MAX_QUANTITY, Offer, Offers, for_all, substitutes},
    catalog::offer::{available, is_offered, title, unit_price},
    message::{Header, LimitError, List, MAX_ROWS, NativeItem, Outbound, Row, Section, Text},
    text::{t, t_with},
};

/// Things that are gone and are looked after in one message.
const MISSING: usize = 3;
/// Rows that are offered for all of them.
const OFFERED: usize = 4;

/// What of this turn cannot be had, before anything is decided: read by `load`, which looks for what is near it.
pub(super) fn missing(chat: &Chat, intent: &Intent, offers: &Offers) -> Vec<Missing> {
    let mut missing = asked_for(chat, intent, offers);
    let carts = [&chat.cart, &chat.view.closed].into_iter().flatten();
    let answers = matches!(intent, Intent::Do(Action::OfCart(_, CartAction::Both(_))));
    let waiting = || chat.cart.iter().flat_map(|cart| &cart.pending);
    let lines = carts.flat_map(|cart| &cart.lines.0).chain(waiting().flat_map(|p| &p.lines));
    let of_lines = lines.filter_map(|line| of_line(line, offers)).map(|m| (m.sku.clone(), m));
    let left = waiting().flat_map(|p| &p.set_aside).filter(|_| answers);
    let of_left = left.map(|line| match offers.by_sku(chat.shop.id, &line.sku) {
        Some(offer) => (line.sku.clone(), near(offer)),
        None => (line.sku.clone(), unknown(&line.sku)),
    });
    let ordered = chat.view.order.iter().flat_map(|(_, lines)| lines);
    let of_order = ordered.filter_map(|line| {
        Some((line.sku.clone(), of_offer(offers.get(line.variant_id)?, &line.sku)?))
    });
    for (sku, one) in of_lines.chain(of_order).chain(of_left) {
        if missing.iter().all(|m| m.sku != sku) {
            missing.push(one);
        }
    }
    missing.truncate(MISSING);
    missing
}

/// What the customer asked for by this input.
fn asked_for(chat: &Chat, intent: &Intent, offers: &Offers) -> Vec<Missing> {
    let shop = chat.shop.id;
    let told = |mut missing: Missing| {
        missing.told = true;
        missing
    };
    let one: Option<Missing> = match intent {
        Intent::Native(cart) => {
            let is_foreign = incoming::is_foreign(chat, cart);
            return of_items(chat, &cart.items, is_foreign, offers);
        }
        Intent::Link(_) => {
            let missing = of_items(chat, &chat.view.linked.items(), false, offers);
            let card = chat.view.linked.is_product();
            return missing.into_iter().map(|m| if card { told(m) } else { m }).collect();
        }
        Intent::Do(
            Action::Variant(code)
            | Action::Add(code)
            | Action::Buy(code)
            | Action::OfCart(_, CartAction::Line(code) | CartAction::Quantity(code, 1..)),
        )
        | Intent::Quantity { code, .. }
        | Intent::Wanted { code } => {
            offers.by_code(shop, *code).and_then(|offer| of_offer(offer, &offer.variant.sku))
        }
        Intent::Do(Action::Product(..)) => {
            let variants = chat.view.product.map(|id| offers.of_product(id)).unwrap_or_default();
            let all: Option<Vec<Missing>> =
                variants.iter().map(|offer| of_offer(offer, &offer.variant.sku)).collect();
            all.and_then(|all| all.into_iter().next())
        }
        Intent::About(sku) => match offers.by_sku(shop, sku) {
            Some(offer) => of_offer(offer, sku),
            None => Some(unknown(sku)),
        },
        _ => None,
    };
    one.map(told).into_iter().collect()
}

/// What of a cart from elsewhere cannot be had as it is.
fn of_items(chat: &Chat, items: &[NativeItem], is_foreign: bool, offers: &Offers) -> Vec<Missing> {
    let of_item = |item: &NativeItem| {
        let sku = &item.sku;
        let Some(offer) = offers.by_sku(chat.shop.id, sku) else { return Some(unknown(sku)) };
        let fits = item.quantity.is_some_and(|n| (1..=i64::from(MAX_QUANTITY)).contains(&n));
        // The thing itself can be had, only not so.
        let itself = (is_foreign || !fits).then(|| near(offer));
        of_offer(offer, sku).or(itself)
    };
    items.iter().filter_map(of_item).collect()
}

fn of_line(line: &Line, offers: &Offers) -> Option<Missing> {
    of_offer(offers.get(line.variant_id)?, &line.sku)
}

/// A variant that is sold out or not for sale.
fn of_offer(offer: &Offer, sku: &str) -> Option<Missing> {
    let gone = !is_offered(&offer.product, &offer.variant) || available(&offer.variant) == Some(0);
    gone.then(|| Missing { sku: sku.to_owned(), ..near(offer) })
}

fn near(offer: &Offer) -> Missing {
    let gone = Gone {
        product: Some(offer.product.id),
        price_minor: Some(offer.variant.price_minor),
        near: vec![offer.variant.id],
    };
    Missing { sku: offer.variant.sku.clone(), told: false, gone }
}

fn unknown(sku: &str) -> Missing {
    Missing { sku: sku.to_owned(), told: false, gone: Gone::default() }
}

/// Puts what may take the place of what is gone into the answer that tells of it.
///
/// # Errors
/// When the message would break a limit.
pub(super) fn offer(
    chat: &Chat,
    decision: &mut Decision,
    offers: &Offers,
) -> Result<(), LimitError> {
    // What becomes of two carts is asked by itself; what is missing of them is looked after when it is answered.
    if chat.view.missing.is_empty() || decision.step == Step::AskBoth {
        return Ok(());
    }
    let ranked: Vec<Vec<&Offer>> = chat
        .view
        .missing
        .iter()
        .filter(|missing| missing.told || is_news(chat, decision, &missing.sku))
        .map(|missing| ranked(chat, decision, &missing.gone, offers))
        .collect();
    let chosen = for_all(&ranked, OFFERED);
    let Some(reply) = decision.replies.last_mut().filter(|_| !chosen.is_empty()) else {
        return Ok(());
    };
    let row = |offer: &&Offer| {
        let hint = menu::price_hint(chat, offer, false);
        Choice::new(Action::Variant(offer.variant.code), title(&offer.product, &offer.variant))
            .hint(hint)
            .row()
    };
    if let Some(with) = beside(chat, reply, chosen.iter().map(row).collect())? {
        *reply = with;
    }
    Ok(())
}

/// Whether the answer tells for the first time that nothing of `sku` is in the cart.
fn is_news(chat: &Chat, decision: &Decision, sku: &str) -> bool {
    let Some(cart) = &decision.cart else { return false };
    let waiting = cart.pending.iter();
    let lines = cart.lines.0.iter().chain(waiting.clone().flat_map(|p| &p.lines));
    if lines.into_iter().any(|line| line.sku == sku) {
        return false;
    }
    let before = chat.cart.as_ref();
    let known = |why| {
        let old = before.iter().flat_map(|cart| &cart.set_aside.0);
        old.into_iter().any(|line| line.sku == sku && line.why == why)
    };
    let aside = cart.set_aside.0.iter().chain(waiting.flat_map(|p| &p.set_aside));
    aside.into_iter().any(|line| line.sku == sku && !known(line.why))
}

/// What is near something that is gone and not in the cart yet, the best first.
fn ranked<'a>(chat: &Chat, decision: &Decision, gone: &Gone, offers: &'a Offers) -> Vec<&'a Offer> {
    let cart = decision.cart.as_ref().or(chat.cart.as_ref());
    let has = |id: VariantId| {
        cart.is_some_and(|cart| cart.lines.0.iter().any(|line| line.variant_id == id))
    };
    let near: Vec<&Offer> =
        gone.near.iter().filter(|id| !has(**id)).filter_map(|id| offers.get(*id)).collect();
    let price = gone.near.first().and_then(|id| offers.get(*id));
    let price_minor = price.map_or(gone.price_minor, |o| Some(unit_price(&o.variant, chat.now)));
    let gone = Gone { product: gone.product, price_minor, near: Vec::new() };
    substitutes(&gone, &near, chat.now)
}

/// A message with further rows. Buttons become rows of the same list; what has neither stays as it is.
fn beside(
    chat: &Chat,
    reply: &Outbound,
    mut rows: Vec<Row>,
) -> Result<Option<Outbound>, LimitError> {
    let voice = &chat.voice;
    let title = |key| Some(Text::cut(t(voice, key)));
    let (header, body, footer, mut sections) = match reply {
        Outbound::Buttons(buttons) => {
            let (header, body, footer, buttons) = buttons.parts();
            let header = match header {
                Some(Header::Text(text)) => Some(text.clone()),
                Some(Header::Image(_)) | None => None,
            };
            let own = |b: &crate::message::Button| Row {
                id: Text::cut(b.id.as_str()),
                title: Text::cut(b.title.as_str()),
                description: None,
            };
            let own = Section { title: None, rows: buttons.iter().map(own).collect() };
            (header, body.as_str(), footer.cloned(), vec![own])
        }
        Outbound::List(list) => {
            let (header, body, footer, _, sections) = list.parts();
            (header.cloned(), body.as_str(), footer.cloned(), sections.to_vec())
        }
        Outbound::Text { body } => (None, body.as_str(), None, Vec::new()),
        _ => return Ok(None),
    };
    let there: Vec<Text<200>> =
        sections.iter().flat_map(|s| &s.rows).map(|row| row.id.clone()).collect();
    rows.retain(|row| !there.contains(&row.id));
    rows.truncate(MAX_ROWS.saturating_sub(there.len()));
    if rows.is_empty() {
        return Ok(None);
    }
    for section in sections.iter_mut().filter(|section| section.title.is_none()) {
        section.title = title("instead-rest-title");
    }
    sections.push(Section { title: title("instead-title"), rows });
    let open = t(voice, "menu-open");
    let hint = t_with(voice, "instead", [("open", (&open).into())]);
    let body = format!("{body}\n\n{hint}");
    let mut list = List::new(Text::cut(body), Text::cut(open), sections)?;
    if let Some(header) = header {
        list = list.header(header);
    }
    if let Some(footer) = footer {
        list = list.footer(footer);
    }
    Ok(Some(Outbound::List(list)))
}

#[cfg(test)]
mod tests {
    use entity::cart::{SetAsideLine, Why};

    use super::*;
    use crate::{
        conversation::{sample, show},
        message::NativeCart,
    };

    fn native(skus: &[(&str, i64)]) -> Intent {
        let item = |&(sku, quantity): &(&str, i64)| NativeItem {
            sku: sku.into(),
            quantity: Some(quantity),
            item_price: None,
            currency: "TRY".into(),
        };
        let items = skus.iter().map(item).collect();
        Intent::Native(NativeCart { items, ..NativeCart::default() })
    }

    fn shelf() -> (Chat, Offers) {
        let (chat, mut offers) = (sample::chat(), Offers::default());
        for (code, stock) in
            [(1, Some(0)), (2, Some(3)), (3, None), (4, None), (5, None), (6, None)]
        {
            sample::put(&mut offers, chat.shop.id, code, 1_000 * code, stock);
        }
        (chat, offers)
    }

    fn skus(missing: &[Missing]) -> Vec<&str> {
        missing.iter().map(|m| m.sku.as_str()).collect()
    }

    #[test]
    fn what_is_gone_is_known_before_anything_is_decided() {
        let (chat, offers) = shelf();
        let asked = native(&[("sku-1", 1), ("sku-2", 9), ("strange", 1), ("sku-3", 0)]);
        assert_eq!(skus(&missing(&chat, &asked, &offers)), ["sku-1", "strange", "sku-3"]);
        let card = missing(&chat, &Intent::Do(Action::Variant(1)), &offers);
        assert_eq!((skus(&card), card[0].told), (vec!["sku-1"], true));
        assert!(missing(&chat, &Intent::Do(Action::Variant(2)), &offers).is_empty());
        assert!(missing(&chat, &Intent::Greet, &offers).is_empty());
    }

    #[test]
    fn buttons_become_rows_beside_what_may_take_the_place() {
        let (mut chat, offers) = shelf();
        let mut gone = missing(&chat, &Intent::Do(Action::Variant(1)), &offers);
        gone[0]
            .gone
            .near
            .extend((2..=6).map(|c| offers.by_code(chat.shop.id, c).unwrap().variant.id));
        chat.view.missing = gone;
        let menu = show::choice(&chat.voice, Action::Menu(0), "menu-button");
        let mut decision = Decision::say(show::buttons("Tükendi", vec![menu]).unwrap());
        offer(&chat, &mut decision, &offers).unwrap();
        let Outbound::List(list) = &decision.replies[0] else { panic!("{decision:?}") };
        let ids: Vec<_> =
            list.parts().4.iter().flat_map(|s| &s.rows).map(|row| row.id.to_string()).collect();
        assert_eq!(ids, ["menu:0", "var:2", "var:3", "var:4", "var:5"]);
        assert!(list.parts().1.as_str().starts_with("Tükendi"));
    }

    #[test]
    fn it_is_offered_once_when_it_is_told() {
        let mut chat = sample::chat();
        let aside = |why| SetAsideLine { sku: "sku-1".into(), title: None, quantity: 1, why };
        let mut cart = sample::cart(&chat);
        cart.set_aside.0 = vec![aside(Why::SoldOut)];
        let told = Decision::say(Outbound::text("x")).with_cart(cart.clone());
        assert!(is_news(&chat, &told, "sku-1") && !is_news(&chat, &told, "sku-2"));
        chat.cart = Some(cart.clone());
        assert!(!is_news(&chat, &told, "sku-1"));
        cart.set_aside.0 = vec![aside(Why::Withdrawn)];
        assert!(is_news(&chat, &Decision::default().with_cart(cart), "sku-1"));
    }
}
