//! What becomes of a cart: WhatsApp's own cart read in, a quantity set, the catalog moved on.

use std::collections::HashMap;

use entity::{
    ProductId, ShopId, Timestamp, VariantId,
    cart::{Line, SetAsideLine, Why},
    product, variant,
};

use crate::{
    catalog::offer::{available, is_offered, title, unit_price},
    message::NativeItem,
    money::{Currency, Money},
};

/// Pieces of one variant in a cart: WhatsApp's own cart holds no more (reference §1.7).
pub const MAX_QUANTITY: u32 = 99;

/// A variant with its product, as it is now.
#[derive(Clone, Debug)]
pub struct Offer {
    pub product: product::Model,
    pub variant: variant::Model,
}

/// The variants that a group of inputs may need. Stock goes down as lanes of the group take it.
#[derive(Clone, Debug, Default)]
pub struct Offers {
    by_id: HashMap<VariantId, Offer>,
    by_sku: HashMap<ShopId, HashMap<String, VariantId>>,
    by_code: HashMap<(ShopId, i64), VariantId>,
}

impl Offers {
    pub fn insert(&mut self, offer: Offer) {
        let v = &offer.variant;
        self.by_sku.entry(v.shop_id).or_default().insert(v.sku.clone(), v.id);
        self.by_code.insert((v.shop_id, v.code), v.id);
        self.by_id.insert(v.id, offer);
    }

    #[must_use]
    pub fn get(&self, id: VariantId) -> Option<&Offer> {
        self.by_id.get(&id)
    }

    /// The variant of `shop` with that SKU.
    #[must_use]
    pub fn by_sku(&self, shop: ShopId, sku: &str) -> Option<&Offer> {
        self.get(*self.by_sku.get(&shop)?.get(sku)?)
    }

    /// The variant of `shop` with that short code.
    #[must_use]
    pub fn by_code(&self, shop: ShopId, code: i64) -> Option<&Offer> {
        self.get(*self.by_code.get(&(shop, code))?)
    }

    /// Variants of one product, in the owner's order.
    #[must_use]
    pub fn of_product(&self, id: ProductId) -> Vec<&Offer> {
        let mut offers: Vec<_> = self.by_id.values().filter(|o| o.product.id == id).collect();
        offers.sort_by_key(|o| (o.variant.position, o.variant.id));
        offers
    }

    /// Notes that an order takes pieces, so that the next lane of the group sees what remains.
    pub fn take(&mut self, lines: &[Line]) {
        for line in lines {
            if let Some(offer) = self.by_id.get_mut(&line.variant_id)
                && offer.variant.tracked
            {
                offer.variant.reserved += i64::from(line.quantity);
            }
        }
    }
}

/// A cart held against the catalog of now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    pub lines: Vec<Line>,
    pub set_aside: Vec<SetAsideLine>,
    /// A price is another than the customer saw.
    pub prices_moved: bool,
    /// Something is not there any more, or not in that quantity.
    pub stock_moved: bool,
}

/// Holds `lines` against the catalog: prices of now, no more than there is. What was set aside before stays so.
#[must_use]
pub fn check(
    lines: &[Line],
    set_aside: &[SetAsideLine],
    offers: &Offers,
    now: Timestamp,
) -> Checked {
    let mut checked = Checked { set_aside: set_aside.to_vec(), ..Checked::default() };
    for line in lines {
        let offer = offers.get(line.variant_id);
        let asked = Asked { quantity: i64::from(line.quantity), whole: true };
        let kept = fit(offer, &line.sku, asked, now, &mut checked.set_aside);
        checked.stock_moved |= kept.as_ref().is_none_or(|kept| kept.quantity < line.quantity);
        if let Some(kept) = kept {
            checked.prices_moved |= kept.unit_price_minor != line.unit_price_minor;
            checked.lines.push(kept);
        }
    }
    checked
}

/// WhatsApp's own cart, priced from our catalog: lines of one SKU become one, what cannot be bought is set aside.
#[must_use]
pub fn from_native(shop: ShopId, items: &[NativeItem], offers: &Offers, now: Timestamp) -> Checked {
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
    let mut checked = Checked::default();
    for (sku, asked) in merged {
        let offer = offers.by_sku(shop, sku);
        checked.lines.extend(fit(offer, sku, asked, now, &mut checked.set_aside));
    }
    checked
}

/// What `lines` cost at the prices that the phone showed; `None` when it showed no single exact price of our currency
/// for each of them.
#[must_use]
pub fn total_seen(items: &[NativeItem], lines: &[Line], currency: Currency) -> Option<Money> {
    let mut total = Money::zero(currency);
    for line in lines {
        let mut seen = items.iter().filter(|item| item.sku == line.sku).map(|item| {
            let ours = item.currency == currency.code();
            item.item_price.filter(|_| ours).and_then(|p| Money::exact(p, currency).ok())
        });
        let price = seen.next()??;
        if !seen.all(|other| other == Some(price)) {
            return None;
        }
        total = total.checked_add(price.times(line.quantity).ok()?).ok()?;
    }
    Some(total)
}

/// How many pieces were asked for.
#[derive(Clone, Copy)]
struct Asked {
    quantity: i64,
    /// Whether every line of the SKU named a whole number above 0.
    whole: bool,
}

/// Sets the quantity of one variant; 0 takes the line out. Answers the most that can be had when it is less.
#[must_use]
pub fn put(lines: &mut Vec<Line>, offer: &Offer, quantity: u32, now: Timestamp) -> Option<u32> {
    let most = most(offer);
    let quantity_kept = quantity.min(most);
    let place = lines.iter().position(|l| l.variant_id == offer.variant.id);
    match (place, quantity_kept) {
        (Some(at), 0) => {
            lines.remove(at);
        }
        (None, 0) => {}
        (Some(at), _) => {
            lines[at].quantity = quantity_kept;
            lines[at].unit_price_minor = unit_price(&offer.variant, now);
        }
        (None, _) => lines.push(Line {
            variant_id: offer.variant.id,
            sku: offer.variant.sku.clone(),
            quantity: quantity_kept,
            unit_price_minor: unit_price(&offer.variant, now),
        }),
    }
    (quantity > most).then_some(most)
}

/// Pieces that one cart can have.
fn most(offer: &Offer) -> u32 {
    if !is_offered(&offer.product, &offer.variant) {
        return 0;
    }
    available(&offer.variant)
        .map_or(MAX_QUANTITY, |n| u32::try_from(n).map_or(MAX_QUANTITY, |n| n.min(MAX_QUANTITY)))
}

/// The line that can be sold, if any; the rest is set aside with its reason.
fn fit(
    offer: Option<&Offer>,
    sku: &str,
    asked: Asked,
    now: Timestamp,
    set_aside: &mut Vec<SetAsideLine>,
) -> Option<Line> {
    let mut aside = |offer: Option<&Offer>, quantity: i64, why| {
        let title = offer.map(|o| title(&o.product, &o.variant));
        // What falls short a second time is one line, not two; the latest reason counts.
        match set_aside.iter_mut().find(|line| line.sku == sku) {
            Some(line) => {
                line.quantity = line.quantity.saturating_add(quantity);
                line.why = why;
            }
            None => set_aside.push(SetAsideLine { sku: sku.to_owned(), title, quantity, why }),
        }
    };
    let Some(offer) = offer else {
        aside(None, asked.quantity, Why::Unknown);
        return None;
    };
    let wanted = u32::try_from(asked.quantity)
        .ok()
        .filter(|n| asked.whole && (1..=MAX_QUANTITY).contains(n));
    let Some(wanted) = wanted else {
        aside(Some(offer), asked.quantity, Why::BadQuantity);
        return None;
    };
    if !is_offered(&offer.product, &offer.variant) {
        aside(Some(offer), asked.quantity, Why::Withdrawn);
        return None;
    }
    let quantity = wanted.min(most(offer));
    if quantity < wanted {
        aside(Some(offer), i64::from(wanted - quantity), Why::SoldOut);
    }
    (quantity > 0).then(|| Line {
        variant_id: offer.variant.id,
        sku: offer.variant.sku.clone(),
        quantity,
        unit_price_minor: unit_price(&offer.variant, now),
    })
}

#[cfg(test)]
mod tests {
    use entity::StringList;
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_790_000_000_000);

    fn offer(shop: ShopId, sku: &str, price_minor: i64, on_hand: Option<i64>) -> Offer {
        let product = product::Model {
            id: ProductId::new(NOW),
            shop_id: shop,
            handle: sku.to_owned(),
            code: 1,
            title: sku.to_uppercase(),
            description: String::new(),
            brand: String::new(),
            keywords: String::new(),
            condition: product::Condition::New,
            link: None,
            status: product::Status::Active,
            options: StringList::default(),
            images: StringList::default(),
            version: 1,
            created_at: NOW,
            updated_at: NOW,
        };
        let variant = variant::Model {
            id: VariantId::new(NOW),
            shop_id: shop,
            product_id: product.id,
            sku: sku.to_owned(),
            code: 2,
            option_values: StringList::default(),
            price_minor,
            sale_price_minor: None,
            sale_starts_at: None,
            sale_ends_at: None,
            tracked: on_hand.is_some(),
            on_hand: on_hand.unwrap_or(0),
            reserved: 0,
            status: variant::Status::Active,
            image: None,
            position: 1,
            version: 1,
            created_at: NOW,
            updated_at: NOW,
        };
        Offer { product, variant }
    }

    fn item(sku: &str, quantity: Option<i64>) -> NativeItem {
        NativeItem { sku: sku.into(), quantity, item_price: None, currency: "TRY".into() }
    }

    fn shelf(shop: ShopId) -> Offers {
        let mut offers = Offers::default();
        offers.insert(offer(shop, "tea", 1_000, Some(5)));
        offers.insert(offer(shop, "mug", 2_500, None));
        offers
    }

    fn aside(sku: &str, quantity: i64, why: Why) -> SetAsideLine {
        let title = (why != Why::Unknown).then(|| sku.to_uppercase());
        SetAsideLine { sku: sku.into(), title, quantity, why }
    }

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
    fn a_moved_price_and_sold_stock_are_noticed() {
        let shop = ShopId::new(NOW);
        let mut offers = shelf(shop);
        let bought = from_native(shop, &[item("tea", Some(4))], &offers, NOW).lines;
        assert_eq!(
            check(&bought, &[], &offers, NOW),
            Checked { lines: bought.clone(), ..Checked::default() }
        );
        offers.take(&[Line { quantity: 3, ..bought[0].clone() }]);
        let mut dearer = offers.by_sku(shop, "tea").unwrap().clone();
        dearer.variant.price_minor = 1_100;
        offers.insert(dearer);
        let checked = check(&bought, &[], &offers, NOW);
        assert!(checked.prices_moved && checked.stock_moved);
        assert_eq!((checked.lines[0].quantity, checked.lines[0].unit_price_minor), (2, 1_100));
        assert_eq!(checked.set_aside, [aside("tea", 2, Why::SoldOut)]);
    }

    #[test]
    fn what_falls_short_twice_is_named_once() {
        let shop = ShopId::new(NOW);
        let mut offers = shelf(shop);
        let bought = from_native(shop, &[item("tea", Some(5))], &offers, NOW).lines;
        offers.take(&[Line { quantity: 1, ..bought[0].clone() }]);
        let once = check(&bought, &[], &offers, NOW);
        offers.take(&[Line { quantity: 2, ..bought[0].clone() }]);
        let twice = check(&once.lines, &once.set_aside, &offers, NOW);
        assert!(once.stock_moved && twice.stock_moved);
        assert_eq!(twice.lines[0].quantity, 2);
        assert_eq!(twice.set_aside, [aside("tea", 3, Why::SoldOut)]);
        let mut off = offers.by_sku(shop, "tea").unwrap().clone();
        off.variant.status = variant::Status::Archived;
        offers.insert(off);
        let gone = check(&twice.lines, &twice.set_aside, &offers, NOW);
        assert_eq!((gone.lines.len(), gone.stock_moved), (0, true));
        assert_eq!(gone.set_aside, [aside("tea", 5, Why::Withdrawn)]);
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
        assert_eq!(total(&[priced("tea", "9.50", "TRY"), priced("tea", "9", "TRY")]), None);
        assert_eq!(total(&[priced("gone", "9.50", "TRY")]), Some(0));
    }

    #[test]
    fn putting_stops_at_what_there_is() {
        let shop = ShopId::new(NOW);
        let offers = shelf(shop);
        let mut lines = vec![];
        assert_eq!(put(&mut lines, offers.by_sku(shop, "tea").unwrap(), 9, NOW), Some(5));
        assert_eq!(put(&mut lines, offers.by_sku(shop, "mug").unwrap(), 120, NOW), Some(99));
        assert_eq!(put(&mut lines, offers.by_sku(shop, "tea").unwrap(), 0, NOW), None);
        assert_eq!(lines.len(), 1);
    }

    proptest! {
        /// Whatever is asked for: no line is over its stock, and every SKU is named somewhere.
        #[test]
        fn nothing_is_oversold_and_nothing_vanishes(
            asked in prop::collection::vec((0..3usize, any::<Option<i64>>()), 0..12),
        ) {
            let shop = ShopId::new(NOW);
            let skus = ["tea", "mug", "gone"];
            let items: Vec<_> = asked.iter().map(|&(s, q)| item(skus[s], q)).collect();
            let checked = from_native(shop, &items, &shelf(shop), NOW);
            for line in &checked.lines {
                prop_assert!((1..=MAX_QUANTITY).contains(&line.quantity));
                prop_assert!(line.sku != "tea" || line.quantity <= 5);
            }
            for item in &items {
                let named = checked.lines.iter().any(|l| l.sku == item.sku)
                    || checked.set_aside.iter().any(|l| l.sku == item.sku);
                prop_assert!(named);
            }
        }
    }
}
