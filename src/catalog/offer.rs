//! What a variant costs now, how much of it there is, and what it is called. Pure.

use entity::{Timestamp, product, variant};

/// Minor units that one piece costs at `now`: the sale price within its dates, else the price.
#[must_use]
pub fn unit_price(variant: &variant::Model, now: Timestamp) -> i64 {
    sale_price(variant, now).unwrap_or(variant.price_minor)
}

/// The sale price at `now`, when it holds.
#[must_use]
pub fn sale_price(variant: &variant::Model, now: Timestamp) -> Option<i64> {
    let started = variant.sale_starts_at.is_none_or(|at| at <= now);
    let over = variant.sale_ends_at.is_some_and(|at| at <= now);
    variant.sale_price_minor.filter(|_| started && !over)
}

/// Pieces that can be bought; `None` when stock is not counted.
#[must_use]
pub fn available(variant: &variant::Model) -> Option<i64> {
    variant.tracked.then(|| (variant.on_hand - variant.reserved).max(0))
}

/// Whether the variant is for sale at all, whatever its stock.
#[must_use]
pub fn is_offered(product: &product::Model, variant: &variant::Model) -> bool {
    product.status == product::Status::Active && variant.status == variant::Status::Active
}

/// Product title and option values: `Filtre Kahve (250 g, Çekirdek)`.
#[must_use]
pub fn title(product: &product::Model, variant: &variant::Model) -> String {
    if variant.option_values.0.is_empty() {
        return product.title.clone();
    }
    format!("{} ({})", product.title, variant.option_values.0.join(", "))
}

/// The variant's own picture, or the product's first.
#[must_use]
pub fn picture<'a>(product: &'a product::Model, variant: &'a variant::Model) -> Option<&'a str> {
    variant.image.as_deref().or_else(|| product.images.0.first().map(String::as_str))
}
