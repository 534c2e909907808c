//! What becomes of a cart: a quantity set, two carts made one, the catalog moved on.

use std::collections::{BTreeMap, HashMap};

use entity::{
    ProductId, ShopId, Timestamp, VariantId,
    cart::{Line, SetAsideLine, Why},
    product, variant,
};

use crate::catalog::offer::{available, is_offered, title, unit_price};

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

/// How many pieces were asked for.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub quantity: i64,
    /// Whether every line of the SKU named a whole number above 0.
    pub whole: bool,
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

/// Puts `more` to `lines`: pieces of one variant are summed. Answers the variants of which fewer are there than both ask
/// for, with the most that can be had.
#[must_use]
pub fn merge(
    lines: &mut Vec<Line>,
    more: &[Line],
    offers: &Offers,
    now: Timestamp,
) -> Vec<(VariantId, u32)> {
    let mut short = Vec::new();
    for line in more {
        let Some(offer) = offers.get(line.variant_id) else { continue };
        let before = lines.iter().find(|l| l.variant_id == line.variant_id);
        let both = before.map_or(0, |l| l.quantity).saturating_add(line.quantity);
        if let Some(most) = put(lines, offer, both, now) {
            short.push((line.variant_id, most));
        }
    }
    short
}

/// Whether both hold the same pieces of the same variants, in whatever order and at whatever price.
#[must_use]
pub fn same_goods(one: &[Line], other: &[Line]) -> bool {
    let pieces = |lines: &[Line]| -> BTreeMap<VariantId, u32> {
        lines.iter().map(|line| (line.variant_id, line.quantity)).collect()
    };
    one.len() == other.len() && pieces(one) == pieces(other)
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
pub(super) fn fit(
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
    use super::{
        super::{
            from_native,
            sample::{NOW, aside, item, shelf},
        },
        *,
    };

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
    fn putting_stops_at_what_there_is() {
        let shop = ShopId::new(NOW);
        let offers = shelf(shop);
        let mut lines = vec![];
        assert_eq!(put(&mut lines, offers.by_sku(shop, "tea").unwrap(), 9, NOW), Some(5));
        assert_eq!(put(&mut lines, offers.by_sku(shop, "mug").unwrap(), 120, NOW), Some(99));
        assert_eq!(put(&mut lines, offers.by_sku(shop, "tea").unwrap(), 0, NOW), None);
        assert_eq!(lines.len(), 1);
    }

    #[test]
    fn two_carts_become_one_within_what_there_is() {
        let shop = ShopId::new(NOW);
        let offers = shelf(shop);
        let mut lines = from_native(shop, &[item("tea", Some(3))], &offers, NOW).lines;
        let more = [item("mug", Some(60)), item("tea", Some(4))];
        let more = from_native(shop, &more, &offers, NOW).lines;
        let tea = offers.by_sku(shop, "tea").unwrap().variant.id;
        assert_eq!(merge(&mut lines, &more, &offers, NOW), [(tea, 5)]);
        let pieces: Vec<_> = lines.iter().map(|l| (&*l.sku, l.quantity)).collect();
        assert_eq!(pieces, [("tea", 5), ("mug", 60)]);
        let mug = offers.by_sku(shop, "mug").unwrap().variant.id;
        assert_eq!(merge(&mut lines, &more, &offers, NOW), [(mug, 99), (tea, 5)]);
    }

    #[test]
    fn the_same_goods_are_the_same_in_any_order_and_at_any_price() {
        let shop = ShopId::new(NOW);
        let offers = shelf(shop);
        let cart = |items: &[(&str, i64)]| {
            let items: Vec<_> = items.iter().map(|&(sku, n)| item(sku, Some(n))).collect();
            from_native(shop, &items, &offers, NOW).lines
        };
        let one = cart(&[("tea", 1), ("mug", 2)]);
        let mut other = cart(&[("mug", 2), ("tea", 1)]);
        other[0].unit_price_minor += 1;
        assert!(same_goods(&one, &other));
        assert!(!same_goods(&one, &cart(&[("tea", 2), ("mug", 2)])));
        assert!(!same_goods(&one, &cart(&[("tea", 1)])));
    }
}
