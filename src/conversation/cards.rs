//! Goods as WhatsApp's own product messages: only what it approved. What it refuses all the same is replaced by a way to
//! the list. Pure.

use super::{
    action::Action,
    menu,
    show::{self, Choice},
    step::{Chat, Decision, StepError},
    view::{Card, Cards},
};
use crate::{
    message::{
        Button, Buttons, LimitError, MAX_PRODUCTS, MAX_SECTIONS, Outbound, ProductSection, Text,
    },
    text::{t, t_with},
};

/// Cards of one product message.
const PAGE: usize = MAX_PRODUCTS;
/// Ranges on one page of the list that leads to them.
const RANGES: usize = 8;

/// The goods of a collection as product messages; more than one message holds are chosen by their places.
pub(super) fn all(chat: &Chat) -> Result<Decision, StepError> {
    match chat.view.cards.as_ref() {
        Some(cards) if cards.cards.len() > PAGE => ranges(chat, cards, 0),
        Some(cards) => these(chat, cards, 0),
        None => menu::gone(chat),
    }
}

/// Those from this place on.
pub(super) fn from(chat: &Chat, from: u32) -> Result<Decision, StepError> {
    match chat.view.cards.as_ref() {
        Some(cards) => these(chat, cards, from as usize),
        None => menu::gone(chat),
    }
}

/// The places of all, from this page on.
pub(super) fn more(chat: &Chat, page: u32) -> Result<Decision, StepError> {
    match chat.view.cards.as_ref() {
        Some(cards) if !cards.cards.is_empty() => ranges(chat, cards, page),
        _ => menu::gone(chat),
    }
}

fn these(chat: &Chat, cards: &Cards, from: usize) -> Result<Decision, StepError> {
    // Some may have gone since the places were shown.
    let from = Some(from).filter(|&from| from < cards.cards.len()).unwrap_or(0);
    let shown: Vec<&Card> = cards.cards.iter().skip(from).take(PAGE).collect();
    let voice = &chat.voice;
    let list = Action::Collection(cards.code, 0);
    let Some(first) = shown.first() else { return menu::gone(chat) };
    let body = Text::cut(t(voice, "collection-view"));
    let message = if let [only] = shown[..] {
        Outbound::Product { sku: only.sku.clone(), body: Some(body), footer: None }
    } else {
        let title = title(chat, cards);
        let last = from + shown.len();
        let header = match cards.cards.len() {
            ..=PAGE => title.clone(),
            _ => format!("{} {}–{last}", show::short::<40>(&title), from + 1),
        };
        let sections = sections(&shown, &title, &t(voice, "menu-rest"));
        Outbound::products(Text::cut(header), body, sections)?
    };
    let list = match shown.len() {
        1 => Action::Variant(first.code),
        _ => list,
    };
    Ok(Decision::say(or_list(chat, message, list)?))
}

/// One section a collection, each product once; `rest` takes what comes in too many of them.
fn sections(shown: &[&Card], title: &str, rest: &str) -> Vec<ProductSection> {
    let mut sections: Vec<ProductSection> = Vec::new();
    for card in shown {
        let mut name = Text::cut(card.place.as_deref().unwrap_or(title));
        let known = sections.iter().any(|section| section.title == name);
        if !known && sections.len() >= MAX_SECTIONS - 1 {
            name = Text::cut(rest);
        }
        match sections.iter_mut().find(|section| section.title == name) {
            Some(section) => section.skus.push(card.sku.clone()),
            None => sections.push(ProductSection { title: name, skus: vec![card.sku.clone()] }),
        }
    }
    sections
}

fn ranges(chat: &Chat, cards: &Cards, page: u32) -> Result<Decision, StepError> {
    let voice = &chat.voice;
    let all: Vec<&[Card]> = cards.cards.chunks(PAGE).collect();
    let first = Some(page as usize * RANGES).filter(|&first| first < all.len()).unwrap_or(0);
    let place = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let rows = all.iter().enumerate().skip(first).take(RANGES).map(|(at, range)| {
        let from = at * PAGE;
        let places = [("from", place(from + 1).into()), ("to", place(from + range.len()).into())];
        let ends = [range.first(), range.last()].into_iter().flatten();
        let hint: Vec<String> = ends.map(|card| show::short::<33>(&card.title)).collect();
        let action = Action::CardsFrom(cards.code, u32::try_from(from).unwrap_or(0));
        Choice::new(action, t_with(voice, "cards-range-row", places)).hint(hint.join(" … "))
    });
    let rows: Vec<Choice> = rows.collect();
    let mut rest = Vec::new();
    if all.len() > first + rows.len() {
        let next = u32::try_from(first / RANGES + 1).unwrap_or(0);
        rest.push(show::choice(voice, Action::CardRanges(cards.code, next), "more"));
    }
    rest.push(show::choice(voice, Action::Menu(0), "menu-button"));
    let body = t_with(
        voice,
        "cards-ranges",
        [("title", title(chat, cards).into()), ("count", place(cards.cards.len()).into())],
    );
    let sections =
        vec![(Some(t(voice, "menu-goods-products")), rows), (Some(t(voice, "menu-rest")), rest)];
    Ok(Decision::say(show::list(voice, &body, sections)?))
}

fn title(chat: &Chat, cards: &Cards) -> String {
    cards.title.clone().unwrap_or_else(|| t(&chat.voice, "menu-all-row"))
}

/// The whole catalog as WhatsApp shows it.
pub(super) fn catalog(chat: &Chat) -> Result<Decision, StepError> {
    let Some(cards) = chat.view.cards.as_ref().filter(|cards| !cards.cards.is_empty()) else {
        return menu::menu(chat, 0, None);
    };
    let body = Text::cut(t(&chat.voice, "catalog"));
    let thumbnail_sku = cards.cards.first().map(|card| card.sku.clone());
    let message = Outbound::Catalog { body, thumbnail_sku };
    Ok(Decision::say(or_list(chat, message, Action::Collection(0, 0))?))
}

/// The message, and what is sent when WhatsApp refuses it after all.
fn or_list(chat: &Chat, message: Outbound, list: Action) -> Result<Outbound, LimitError> {
    let voice = &chat.voice;
    let choices = [
        (list, "cards-list-button"),
        (Action::Menu(0), "menu-button"),
        (Action::Human, "human-button"),
    ];
    let button = |(action, key): (Action, &str)| Button {
        id: Text::cut(action.to_string()),
        title: Text::cut(t(voice, key)),
    };
    let buttons = choices.into_iter().map(button).collect();
    let instead = Buttons::new(Text::cut(t(voice, "cards-refused")), buttons)?;
    Ok(Outbound::OrElse { first: Box::new(message), instead })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::conversation::sample;

    fn card(n: usize, places: usize) -> Card {
        Card {
            sku: format!("sku-{n}"),
            code: i64::try_from(n).unwrap(),
            title: format!("Ürün {n}"),
            place: (places > 0).then(|| format!("Koleksiyon {}", n % places)),
        }
    }

    fn skus(message: &Outbound) -> Vec<String> {
        let Outbound::OrElse { first, instead } = message else { panic!("{message:?}") };
        assert_eq!(instead.parts().3.len(), 3, "a way on");
        match &**first {
            Outbound::Product { sku, .. } => vec![sku.clone()],
            Outbound::Products { sections, .. } => {
                sections.iter().flat_map(|section| section.skus.clone()).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    proptest! {
        /// However many there are and in however many collections: each is reached by taps, and no message breaks a limit.
        #[test]
        fn every_card_is_reached(count in 1..700usize, places in 0..14usize) {
            let mut chat = sample::chat();
            let cards: Vec<Card> = (0..count).map(|n| card(n, places)).collect();
            let wanted: BTreeSet<String> = cards.iter().map(|card| card.sku.clone()).collect();
            chat.view.cards = Some(Cards { code: 7, title: None, cards });
            let mut seen = BTreeSet::new();
            let mut shown = vec![all(&chat).unwrap()];
            for _ in 0..200 {
                let Some(decision) = shown.pop() else { break };
                let Outbound::List(list) = &decision.replies[0] else {
                    seen.extend(skus(&decision.replies[0]));
                    continue;
                };
                for row in list.parts().4.iter().flat_map(|section| &section.rows) {
                    match row.id.as_str().parse::<Action>().unwrap() {
                        Action::CardsFrom(7, place) => shown.push(from(&chat, place).unwrap()),
                        Action::CardRanges(7, page) => shown.push(more(&chat, page).unwrap()),
                        other => prop_assert_eq!(other, Action::Menu(0)),
                    }
                }
            }
            prop_assert_eq!(seen, wanted);
        }
    }
}
