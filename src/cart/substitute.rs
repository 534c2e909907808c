//! What may take the place of something that cannot be had. Pure.

use std::collections::HashSet;

use entity::{ProductId, Timestamp, VariantId};

use super::Offer;
use crate::catalog::offer::{available, is_offered, unit_price};

/// Something that cannot be had, as far as it is known, with what is near it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    /// The product, when it is one of the shop's.
    pub product: Option<ProductId>,
    /// Minor units that it costs, when it is known.
    pub price_minor: Option<i64>,
    /// Variants that may take its place, in no order.
    pub near: Vec<VariantId>,
}

/// The best of what is near `gone`: other variants of the same product first, then the nearest in price, one of each
/// product. Only what is for sale and in stock.
#[must_use]
pub fn substitutes<'a>(gone: &Gone, near: &[&'a Offer], now: Timestamp) -> Vec<&'a Offer> {
    let mut found: Vec<&Offer> = near
        .iter()
        .copied()
        .filter(|o| is_offered(&o.product, &o.variant) && available(&o.variant) != Some(0))
        .collect();
    found.sort_by_key(|o| {
        let other_product = gone.product != Some(o.product.id);
        let apart = gone.price_minor.map_or(0, |price| price.abs_diff(unit_price(&o.variant, now)));
        (other_product, apart, o.variant.code, o.variant.id)
    });
    let mut seen = HashSet::new();
    found.retain(|o| gone.product == Some(o.product.id) || seen.insert(o.product.id));
    found
}

/// At most `count` for several things that are gone, each getting its best before any gets its second; nothing twice.
#[must_use]
pub fn for_all<'a>(ranked: &[Vec<&'a Offer>], count: usize) -> Vec<&'a Offer> {
    let mut chosen: Vec<&Offer> = Vec::new();
    let longest = ranked.iter().map(Vec::len).max().unwrap_or(0);
    for place in 0..longest {
        for list in ranked {
            let Some(offer) = list.get(place) else { continue };
            if chosen.len() < count && chosen.iter().all(|c| c.variant.id != offer.variant.id) {
                chosen.push(offer);
            }
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use entity::{ShopId, variant};

    use super::{
        super::sample::{NOW, offer},
        *,
    };

    struct Shelf {
        shop: ShopId,
        all: Vec<Offer>,
    }

    impl Shelf {
        fn put(&mut self, sku: &str, price_minor: i64, stock: Option<i64>) -> &mut Offer {
            let mut new = offer(self.shop, sku, price_minor, stock);
            new.variant.code = i64::try_from(self.all.len()).unwrap();
            self.all.push(new);
            self.all.last_mut().unwrap()
        }

        fn of(&self, gone: &Gone) -> Vec<&str> {
            let near: Vec<_> = self.all.iter().collect();
            substitutes(gone, &near, NOW).iter().map(|o| &*o.variant.sku).collect()
        }
    }

    fn shelf() -> (Shelf, Gone) {
        let mut shelf = Shelf { shop: ShopId::new(NOW), all: Vec::new() };
        let product = shelf.put("mug-red", 2_500, Some(0)).product.clone();
        shelf.put("cup", 2_400, None);
        shelf.put("mug-blue", 9_900, Some(1)).product = product.clone();
        shelf.put("jug", 2_550, Some(3));
        shelf.put("mug-gold", 2_600, None).product = product.clone();
        let gone = Gone { product: Some(product.id), price_minor: Some(2_500), ..Gone::default() };
        (shelf, gone)
    }

    #[test]
    fn the_same_product_comes_first_then_the_nearest_in_price() {
        let (shelf, gone) = shelf();
        assert_eq!(shelf.of(&gone), ["mug-gold", "mug-blue", "jug", "cup"]);
    }

    #[test]
    fn what_is_sold_out_or_withdrawn_replaces_nothing() {
        let (mut shelf, gone) = shelf();
        shelf.put("off", 2_500, None).variant.status = variant::Status::Archived;
        shelf.put("none", 2_500, Some(0));
        assert_eq!(shelf.of(&gone), ["mug-gold", "mug-blue", "jug", "cup"]);
    }

    #[test]
    fn of_another_product_one_variant_is_enough() {
        let (mut shelf, gone) = shelf();
        let cup = shelf.all[1].product.clone();
        shelf.put("cup-large", 2_490, None).product = cup;
        assert_eq!(shelf.of(&gone), ["mug-gold", "mug-blue", "cup-large", "jug"]);
    }

    #[test]
    fn of_something_unknown_only_what_is_near_counts() {
        let (shelf, _) = shelf();
        assert_eq!(shelf.of(&Gone::default()), ["cup", "mug-blue", "jug"]);
    }

    #[test]
    fn each_that_is_gone_gets_its_best_first() {
        let (shelf, _) = shelf();
        let [a, b, c] = [&shelf.all[1], &shelf.all[2], &shelf.all[3]];
        let skus = |ranked: &[Vec<&Offer>], count| -> Vec<String> {
            for_all(ranked, count).iter().map(|o| o.variant.sku.clone()).collect()
        };
        assert_eq!(skus(&[vec![a, b], vec![c, a]], 4), ["cup", "jug", "mug-blue"]);
        assert_eq!(skus(&[vec![a, b], vec![c, a]], 2), ["cup", "jug"]);
        assert_eq!(skus(&[], 4), Vec::<String>::new());
    }
}
