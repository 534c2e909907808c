//! WhatsApp's own cart read in. Its prices are what the phone had cached: they are told of and never used.

use std::collections::{BTreeSet, HashMap};

use entity::{
    ShopId, Timestamp,
    cart::{Line, SetAsideLine, Why},
};

use super::edit::{Asked, Checked, Offers, fit};
use crate::{
    message::{NativeItem, Text},
    money::{Currency, Money},
};

/// UTF-16 units of a note that are kept.
pub const NOTE: usize = 500;

/// WhatsApp's own cart, priced from our catalog: lines of one SKU become one, what cannot be bought is set aside.
#[must_use]
pub fn from_native(shop: ShopId, items: &[NativeItem], offers: &Offers, now: Timestamp) -> Checked {
    let mut checked = Checked::default();
    for (sku, asked) in merged(items) {
        let offer = offers.by_sku(shop, sku);
        checked.lines.extend(fit(offer, sku, asked, now, &mut checked.set_aside));
    }
    checked
}

/// A cart from a catalog that is not the shop's. Its SKUs may be the names of other things there: nothing of it is
/// bought, everything is named.
#[must_use]
pub fn from_foreign(items: &[NativeItem]) -> Checked {
    let line = |(sku, asked): (&str, Asked)| SetAsideLine {
        sku: sku.to_owned(),
        title: None,
        quantity: asked.quantity,
        why: Why::Foreign,
    };
    Checked { set_aside: merged(items).into_iter().map(line).collect(), ..Checked::default() }
}

/// Each SKU once, in the order of the cart, with all pieces that were asked for.
fn merged(items: &[NativeItem]) -> Vec<(&str, Asked)> {
    let mut merged: Vec<(&str, Asked)> = Vec::new();
    let mut places = HashMap::new();
    for item in items {
        let place = *places.entry(item.sku.as_str()).or_insert_with(|| {
            merged.push((&item.sku, Asked { quantity: 0, whole: true }));
            merged.len() - 1
        });
        let asked = &mut merged[place].1;
        asked.quantity = asked.quantity.saturating_add(item.quantity.unwrap_or(0));
        asked.whole &= item.quantity.is_some_and(|quantity| quantity > 0);
    }
    merged
}

/// Currencies of the cart that are not ours, each once; a missing one says nothing.
#[must_use]
pub fn other_currencies(items: &[NativeItem], ours: Currency) -> Vec<&str> {
    let others: BTreeSet<&str> = items
        .iter()
        .map(|item| item.currency.trim())
        .filter(|code| !code.is_empty() && !code.eq_ignore_ascii_case(ours.code()))
        .collect();
    others.into_iter().collect()
}

/// A note as it is kept, and whether something of it was left out.
#[must_use]
pub fn note(text: &str) -> (String, bool) {
    let text = text.trim();
    if text.is_empty() {
        return (String::new(), false);
    }
    let kept = Text::<NOTE>::cut(text).to_string();
    let cut = kept != text;
    (kept, cut)
}

/// What `lines` cost at the prices that the phone showed; `None` when it showed no exact price of our currency for each
/// piece of them.
#[must_use]
pub fn total_seen(items: &[NativeItem], lines: &[Line], currency: Currency) -> Option<Money> {
    let mut total = Money::zero(currency);
    for line in lines {
        let own = || items.iter().filter(|item| item.sku == line.sku);
        let seen = |item: &NativeItem| {
            let ours = item.currency.eq_ignore_ascii_case(currency.code());
            item.item_price.filter(|_| ours).and_then(|p| Money::exact(p, currency).ok())
        };
        let price = seen(own().next()?)?;
        let costs = if own().all(|item| seen(item) == Some(price)) {
            price.times(line.quantity).ok()?
        } else {
            // One thing at two prices: then it is the pieces that were shown, or nothing is known.
            let mut costs = Money::zero(currency);
            let mut pieces = 0_u32;
            for item in own() {
                let quantity = u32::try_from(item.quantity?).ok()?;
                costs = costs.checked_add(seen(item)?.times(quantity).ok()?).ok()?;
                pieces = u32::checked_add(pieces, quantity)?;
            }
            if pieces != line.quantity {
                return None;
            }
            costs
        };
        total = total.checked_add(costs).ok()?;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::{
        super::{
            MAX_QUANTITY,
            sample::{NOW, aside, item, shelf},
            totals,
        },
        *,
    };

    #[test]
    fn lines_of_one_sku_become_one_at_our_price() {
        let shop = ShopId::new(NOW);
        let items = [item("tea", Some(1)), item("mug", Some(1)), item("tea", Some(2))];
        let checked = from_native(shop, &items, &shelf(shop), NOW);
        let lines: Vec<_> =
            checked.lines.iter().map(|l| (&*l.sku, l.quantity, l.unit_price_minor)).collect();
        assert_eq!(lines, [("tea", 3, 1_000), ("mug", 1, 2_500)]);
        assert!(checked.set_aside.is_empty());
    }

    #[test]
    fn what_cannot_be_bought_is_named_and_nothing_else_is_lost() {
        let shop = ShopId::new(NOW);
        let items = [
            item("tea", Some(7)),
            item("gone", Some(2)),
            item("mug", Some(0)),
            item("tea", Some(1)),
        ];
        let checked = from_native(shop, &items, &shelf(shop), NOW);
        assert_eq!(checked.lines.len(), 1);
        assert_eq!(checked.lines[0].quantity, 5);
        assert_eq!(
            checked.set_aside,
            [
                aside("tea", 3, Why::SoldOut),
                aside("gone", 2, Why::Unknown),
                aside("mug", 0, Why::BadQuantity),
            ]
        );
    }

    #[test]
    fn absurd_quantities_are_not_sold() {
        let shop = ShopId::new(NOW);
        for quantity in [Some(-1), Some(0), Some(100), Some(i64::MAX), None] {
            let checked = from_native(shop, &[item("mug", quantity)], &shelf(shop), NOW);
            assert_eq!(checked.lines, [], "{quantity:?}");
            assert_eq!(checked.set_aside[0].why, Why::BadQuantity);
        }
        let twice = [item("mug", Some(i64::MAX)), item("mug", Some(i64::MAX))];
        assert_eq!(from_native(shop, &twice, &shelf(shop), NOW).lines, []);
    }

    #[test]
    fn another_shops_goods_are_unknown() {
        let (mine, other) = (ShopId::new(NOW), ShopId::new(NOW));
        let checked = from_native(mine, &[item("tea", Some(1))], &shelf(other), NOW);
        assert_eq!(checked.set_aside, [aside("tea", 1, Why::Unknown)]);
    }

    #[test]
    fn the_phones_total_is_known_only_when_every_price_is() {
        let shop = ShopId::new(NOW);
        let lira: Currency = "TRY".parse().unwrap();
        let priced = |sku, price: &str, currency: &str| NativeItem {
            item_price: price.parse().ok(),
            currency: currency.into(),
            ..item(sku, Some(2))
        };
        let total = |items: &[NativeItem]| {
            let lines = from_native(shop, items, &shelf(shop), NOW).lines;
            total_seen(items, &lines, lira).map(Money::minor)
        };
        assert_eq!(total(&[priced("tea", "9.50", "TRY"), priced("mug", "25", "TRY")]), Some(6_900));
        assert_eq!(total(&[priced("tea", "9.50", "EUR")]), None);
        assert_eq!(total(&[priced("tea", "9.505", "TRY")]), None);
        assert_eq!(total(&[priced("tea", "?", "TRY")]), None);
        assert_eq!(total(&[priced("tea", "9.50", "try")]), Some(1_900));
        // Each piece at the price that stood beside it, when all of them are bought: there are five teas.
        let two = [priced("tea", "9.50", "TRY"), priced("tea", "9", "TRY")];
        assert_eq!(total(&two), Some(3_700));
        assert_eq!(total(&[two[0].clone(), two[1].clone(), two[1].clone()]), None);
        assert_eq!(total(&[priced("gone", "9.50", "TRY")]), Some(0));
    }

    #[test]
    fn a_foreign_catalog_sells_nothing_here_and_is_named() {
        let items = [item("tea", Some(1)), item("mug", None), item("tea", Some(2))];
        let checked = from_foreign(&items);
        assert_eq!(checked.lines, []);
        let named: Vec<_> =
            checked.set_aside.iter().map(|l| (&*l.sku, l.quantity, l.why)).collect();
        assert_eq!(named, [("tea", 3, Why::Foreign), ("mug", 0, Why::Foreign)]);
    }

    #[test]
    fn other_currencies_are_told_once() {
        let lira = "TRY".parse().unwrap();
        let of = |code: &str| NativeItem { currency: code.into(), ..item("tea", Some(1)) };
        let items = [of("USD"), of("TRY"), of(""), of("try"), of("EUR"), of("USD")];
        assert_eq!(other_currencies(&items, lira), ["EUR", "USD"]);
        assert_eq!(other_currencies(&items[1..4], lira), Vec::<&str>::new());
    }

    #[test]
    fn a_long_note_is_kept_as_far_as_it_goes() {
        assert_eq!(note("  kapıda bekleyin \n"), ("kapıda bekleyin".to_owned(), false));
        assert_eq!(note(" \n "), (String::new(), false));
        let (kept, cut) = note(&"ğ".repeat(NOTE + 1));
        assert!(cut && kept.encode_utf16().count() == NOTE && kept.ends_with('…'));
    }

    /// One line of a cart that nobody can foresee.
    fn any_item() -> impl Strategy<Value = NativeItem> {
        let quantity = prop_oneof![
            4 => (1..=12i64).prop_map(Some),
            2 => (-2..=120i64).prop_map(Some),
            1 => any::<Option<i64>>(),
        ];
        let price = prop_oneof![
            Just(None),
            (0..100_000i64, 0..4u32).prop_map(|(n, scale)| Some(Decimal::new(n, scale))),
            any::<i64>().prop_map(|n| Some(Decimal::new(n, 2))),
        ];
        let sku = prop::sample::select(vec!["tea", "mug", "gone", "off", "none", "", "çay 🍵"]);
        let currency = prop::sample::select(vec!["TRY", "USD", "", "try", "???"]);
        (sku, quantity, price, currency).prop_map(|(sku, quantity, item_price, currency)| {
            NativeItem { sku: sku.into(), quantity, item_price, currency: currency.into() }
        })
    }

    proptest! {
        /// Whatever comes: every SKU is named, every piece that could be bought is in the cart or told of, nothing is
        /// oversold, and the total is the sum of our own prices.
        #[test]
        fn nothing_of_a_cart_is_lost(items in prop::collection::vec(any_item(), 0..150)) {
            let shop = ShopId::new(NOW);
            let offers = shelf(shop);
            let lira: Currency = "TRY".parse().unwrap();
            let checked = from_native(shop, &items, &offers, NOW);
            for item in &items {
                let line = checked.lines.iter().find(|l| l.sku == item.sku);
                let aside = checked.set_aside.iter().find(|l| l.sku == item.sku);
                prop_assert!(line.is_some() || aside.is_some(), "{} is lost", item.sku);
                let asked = items.iter().filter(|i| i.sku == item.sku).map(|i| i.quantity);
                let sum = asked.clone().fold(0i64, |sum, n| sum.saturating_add(n.unwrap_or(0)));
                let whole = asked.clone().all(|n| n.is_some_and(|n| n > 0));
                let kept = line.map_or(0, |l| i64::from(l.quantity));
                let left = aside.map_or(0, |l| l.quantity);
                if whole && sum <= i64::from(MAX_QUANTITY) {
                    prop_assert_eq!(kept + left, sum, "pieces of {}", item.sku);
                } else {
                    prop_assert_eq!((kept, left), (0, sum));
                }
            }
            let mut by_hand = 0i128;
            for line in &checked.lines {
                let offer = offers.get(line.variant_id).unwrap();
                prop_assert!((1..=MAX_QUANTITY).contains(&line.quantity));
                prop_assert!(line.sku != "tea" || line.quantity <= 5);
                prop_assert_eq!(line.unit_price_minor, offer.variant.price_minor);
                by_hand += i128::from(line.quantity) * i128::from(offer.variant.price_minor);
            }
            let sums = totals(&checked.lines, lira).unwrap();
            prop_assert_eq!(i128::from(sums.total.minor()), by_hand);
            // What the phone showed is told only when it is one exact price of our currency for each line.
            if let Some(seen) = total_seen(&items, &checked.lines, lira) {
                prop_assert_eq!(seen.currency(), lira);
                for item in items.iter().filter(|i| checked.lines.iter().any(|l| l.sku == i.sku)) {
                    let ours = item.currency.eq_ignore_ascii_case("TRY");
                    prop_assert!(ours && item.item_price.is_some());
                }
            }
            // Read once more it is the same.
            prop_assert_eq!(&from_native(shop, &items, &offers, NOW), &checked);
        }

        /// Putting carts together stays within stock and forgets no line.
        #[test]
        fn carts_put_together_stay_within_what_there_is(
            one in prop::collection::vec(any_item(), 0..20),
            other in prop::collection::vec(any_item(), 0..20),
        ) {
            let shop = ShopId::new(NOW);
            let offers = shelf(shop);
            let read = |items: &[NativeItem]| from_native(shop, items, &offers, NOW).lines;
            let (mut both, more) = (read(&one), read(&other));
            let before = both.clone();
            let short = super::super::merge(&mut both, &more, &offers, NOW);
            for line in before.iter().chain(&more) {
                let kept = both.iter().find(|l| l.variant_id == line.variant_id).unwrap();
                prop_assert!(kept.quantity >= line.quantity && kept.quantity <= MAX_QUANTITY);
                prop_assert!(kept.sku != "tea" || kept.quantity <= 5);
                let asked: u32 = before.iter().chain(&more)
                    .filter(|l| l.variant_id == line.variant_id).map(|l| l.quantity).sum();
                let told = short.iter().any(|(id, _)| *id == line.variant_id);
                prop_assert_eq!(told, kept.quantity < asked);
            }
        }
    }
}
