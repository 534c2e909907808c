//! The receipt of an order: everything that was bought, at which price, in one message; what has no room is counted, and
//! a row leads on to it. Pure.

use entity::{order, order_line};

use super::{
    action::{Action, OrderAction},
    orders,
    show::{self, LIST_BODY},
    step::{Chat, Decision, StepError, to_menu},
};
use crate::text::{self, t, t_with};

/// UTF-16 units that the text about lines that are not shown may take.
const MORE: usize = 60;

/// The receipt with its lines from `from` on.
pub(super) fn shown(chat: &Chat, from: u32) -> Result<Decision, StepError> {
    let Some((order, lines)) = &chat.view.order else {
        return Ok(Decision::say(to_menu(chat, &t(&chat.voice, "order-unknown"))?));
    };
    let voice = &chat.voice;
    let from = usize::try_from(from).unwrap_or(0);
    let from = if from < lines.len() { from } else { 0 };
    let (body, next) = lines_text(chat, order, lines, from);
    let of = |action, key| show::choice(voice, Action::OfOrder(order.number.clone(), action), key);
    let mut rows = Vec::new();
    if let Some(next) = next {
        rows.push(of(OrderAction::Receipt(next), "more"));
    }
    rows.push(show::choice(voice, Action::Order(order.number.clone()), "order-button"));
    rows.push(of(OrderAction::Talk, "order-talk-row"));
    rows.push(show::choice(voice, Action::Menu(0), "menu-button"));
    Ok(Decision::say(show::list(voice, &body, vec![(None, rows)])?).wait(chat.step))
}

/// The text with as many lines from `from` on as it has room for, and the first line that it has not.
fn lines_text(
    chat: &Chat,
    order: &order::Model,
    lines: &[order_line::Model],
    from: usize,
) -> (String, Option<u32>) {
    let voice = &chat.voice;
    let number = || ("number", (&order.number).into());
    let head = if from == 0 {
        let date = date(chat, order);
        t_with(
            voice,
            "receipt",
            [("shop", (&chat.shop.name).into()), number(), ("date", date.into())],
        )
    } else {
        let first = i64::try_from(from + 1).unwrap_or(i64::MAX);
        t_with(voice, "receipt-part", [number(), ("from", first.into())])
    };
    // The sums stand where the customer looks first, the lines go on behind it.
    let tail = if from == 0 { sums(chat, order) } else { String::new() };
    let texts: Vec<_> = lines[from..].iter().map(|line| line_text(chat, order, line)).collect();
    let units = |text: &str| text.encode_utf16().count();
    let mut left = LIST_BODY.saturating_sub(units(&head) + units(&tail) + MORE + 4);
    let mut fits = 0;
    for line in &texts {
        let wide = units(line) + 1;
        if wide > left {
            break;
        }
        left -= wide;
        fits += 1;
    }
    // A line that is longer than a message is cut: each page shows one at least.
    let fits = fits.max(1);
    let rest = texts.len().saturating_sub(fits);
    let mut parts = vec![head, String::new(), texts[..fits.min(texts.len())].join("\n")];
    if rest > 0 {
        let count = i64::try_from(rest).unwrap_or(i64::MAX);
        parts.push(t_with(voice, "cart-more-lines", [("count", count.into())]));
    }
    if !tail.is_empty() {
        parts.push(tail);
    }
    let next = (rest > 0).then(|| u32::try_from(from + fits).unwrap_or(u32::MAX));
    (parts.join("\n"), next)
}

fn line_text(chat: &Chat, order: &order::Model, line: &order_line::Model) -> String {
    let price = |minor| show::price(&chat.voice, minor, &order.currency);
    if line.quantity == 1 {
        let args = [
            ("quantity", 1i64.into()),
            ("title", (&line.title).into()),
            ("total", price(line.line_total_minor).into()),
        ];
        return t_with(&chat.voice, "cart-line", args);
    }
    t_with(
        &chat.voice,
        "receipt-line",
        [
            ("quantity", i64::from(line.quantity).into()),
            ("title", (&line.title).into()),
            ("price", price(line.unit_price_minor).into()),
            ("total", price(line.line_total_minor).into()),
        ],
    )
}

/// What was added and taken off, the total, the terms.
fn sums(chat: &Chat, order: &order::Model) -> String {
    let voice = &chat.voice;
    let price = |minor| show::price(voice, minor, &order.currency);
    let extras = [
        (order.delivery_minor, "receipt-delivery"),
        (order.tax_minor, "receipt-tax"),
        (order.discount_minor, "receipt-discount"),
    ];
    let mut parts = Vec::new();
    for (minor, key) in extras.into_iter().filter(|(minor, _)| *minor != 0) {
        parts.push(t_with(voice, key, [("amount", price(minor).into())]));
    }
    parts.push(t_with(voice, "cart-total", [("total", price(order.total_minor).into())]));
    parts.push(orders::terms(chat, order));
    parts.join("\n")
}

/// When it was placed, on the shop's clock.
fn date(chat: &Chat, order: &order::Model) -> String {
    let (at, zone) = (order.placed_at, &chat.shop.time_zone);
    format!("{}, {}", text::date(&chat.voice, at, zone), text::time(&chat.voice, at, zone))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use std::collections::BTreeSet;

    use super::*;
    use crate::{conversation::sample, message::Outbound};

    #[test]
    fn every_line_is_reached_and_no_page_is_too_long() {
        for count in [1, 3, 50, 120] {
            let mut chat = sample::chat();
            let title = "El yapımı, ince belli çay bardağı, altı kişilik takım ☕️ ".repeat(2);
            let (order, mut lines) = sample::order(&chat, count);
            for (n, line) in lines.iter_mut().enumerate() {
                line.title = format!("[{n}] {title}");
            }
            chat.view.order = Some((order, lines));
            let (mut from, mut seen, mut pages) = (0, BTreeSet::new(), 0);
            loop {
                let decision = shown(&chat, from).unwrap();
                let Outbound::List(list) = &decision.replies[0] else { panic!("no list") };
                let body = decision.replies[0].body();
                assert!(!body.ends_with('…') || body.encode_utf16().count() < LIST_BODY);
                seen.extend((0..count).filter(|n| body.contains(&format!("[{n}] "))));
                pages += 1;
                let ids = list.parts().4.iter().flat_map(|s| &s.rows);
                let mut next = ids.filter_map(|row| match row.id.as_str().parse() {
                    Ok(Action::OfOrder(_, OrderAction::Receipt(next))) => Some(next),
                    _ => None,
                });
                match next.next() {
                    Some(next) => from = next,
                    None => break,
                }
            }
            assert_eq!(seen.len(), count, "{pages} pages");
            assert!(pages <= 1 + count / 15, "{pages} pages of {count} lines");
        }
    }

    #[test]
    fn the_date_is_that_of_the_shop() {
        let mut chat = sample::chat();
        let (order, _) = sample::order(&chat, 1);
        assert_eq!(date(&chat, &order), "23 Kasım 2026, 10:00");
        Arc::make_mut(&mut chat.shop).time_zone = "America/New_York".into();
        assert_eq!(date(&chat, &order), "23 Kasım 2026, 02:00");
    }
}
