//! Variants: what has a price, a picture and stock.

use std::collections::HashSet;

use entity::{
    ProductId, ShopId, Timestamp, VariantId, product,
    variant::{self, Status},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::{
    CatalogError, Invalid, Result, Sale, Stock, check_version, currency, image, later,
    product::{find, member, members_of},
    rules,
    search::index,
    unless_taken,
};
use crate::{
    money::{Currency, Money},
    platform::db::Write,
};

/// A variant to be made.
#[derive(Clone, Debug)]
pub struct NewVariant {
    pub sku: String,
    /// One for each option of the product, in the same order.
    pub option_values: Vec<String>,
    pub price: Money,
    pub sale: Option<Sale>,
    pub stock: Stock,
    pub status: Status,
    /// A picture of its own.
    pub image: Option<String>,
}

/// What is to change; `None` leaves as it is.
#[derive(Clone, Debug, Default)]
pub struct VariantChange {
    pub sku: Option<String>,
    pub option_values: Option<Vec<String>>,
    pub price: Option<Money>,
    pub sale: Option<Option<Sale>>,
    pub status: Option<Status>,
    pub image: Option<Option<String>>,
    pub position: Option<i32>,
}

/// Changes a variant; its stock is changed by [`super::set_stock`] and [`super::adjust_stock`].
///
/// # Errors
/// [`CatalogError::NoVariant`], [`CatalogError::Stale`], [`CatalogError::Invalid`], [`CatalogError::SkuTaken`]: nothing
/// has changed then.
pub async fn update_variant(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    id: VariantId,
    change: VariantChange,
    if_version: Option<i32>,
) -> Result<variant::Model> {
    // The product's row is the lock of the family.
    let product = find(txn, shop, product_of(txn, shop, id).await?).await?;
    let mut members = members_of(txn, product.id).await?;
    let row = members.iter_mut().find(|v| v.id == id).ok_or(CatalogError::NoVariant(id))?;
    check_version(&id, row.version, if_version)?;
    let old_version = row.version;
    let old_words = index::of_variant(&product, row);
    if let Some(sku) = &change.sku {
        let sku = rules::line("sku", sku, 1, rules::NAME)?;
        if sku != row.sku {
            check_skus(txn, shop, [sku.as_str()]).await?;
            row.sku = sku;
        }
    }
    if let Some(values) = &change.option_values {
        row.option_values = rules::option_values(values)?;
    }
    if change.price.is_some() || change.sale.is_some() {
        reprice(row, &change, currency(txn, shop).await?)?;
    }
    if let Some(image) = &change.image {
        row.image = image.as_deref().map(|image| rules::image("image", image)).transpose()?;
        image::check(txn, shop, row.image.as_deref()).await?;
    }
    row.status = change.status.unwrap_or(row.status);
    row.position = change.position.unwrap_or(row.position);
    row.version += 1;
    row.updated_at = later(now, row.updated_at);
    let new = row.clone();
    rules::family(&product.options.0, members.iter().map(member))?;

    let hit = variant::Entity::update_many()
        .set(variant::ActiveModel {
            sku: Set(new.sku.clone()),
            option_values: Set(new.option_values.clone()),
            price_minor: Set(new.price_minor),
            sale_price_minor: Set(new.sale_price_minor),
            sale_starts_at: Set(new.sale_starts_at),
            sale_ends_at: Set(new.sale_ends_at),
            status: Set(new.status),
            image: Set(new.image.clone()),
            position: Set(new.position),
            version: Set(new.version),
            updated_at: Set(new.updated_at),
            ..Default::default()
        })
        .filter(variant::COLUMN.id.eq(id))
        .filter(variant::COLUMN.version.eq(old_version))
        .exec(txn)
        .await
        .map_err(|e| unless_taken(e, CatalogError::SkuTaken(new.sku.clone())))?;
    if hit.rows_affected == 0 {
        return Err(CatalogError::Stale(id.to_string()));
    }
    let words = index::of_variant(&product, &new);
    if words != old_words {
        index::replace(txn, shop, &[words]).await?;
    }
    Ok(new)
}

/// The row of a new variant; code and place are still to be given.
pub(super) fn new_row(
    now: Timestamp,
    product: &product::Model,
    new: &NewVariant,
    currency: Currency,
) -> Result<variant::Model, Invalid> {
    let price_minor = rules::price("price", new.price, currency)?;
    let sale_price_minor =
        new.sale.as_ref().map(|sale| rules::sale(sale, price_minor, currency)).transpose()?;
    let on_hand = match new.stock {
        Stock::Uncounted => 0,
        Stock::Counted(pieces) => rules::on_hand("on_hand", pieces)?,
    };
    Ok(variant::Model {
        id: VariantId::new(now),
        shop_id: product.shop_id,
        product_id: product.id,
        sku: rules::line("sku", &new.sku, 1, rules::NAME)?,
        code: 0,
        option_values: rules::option_values(&new.option_values)?,
        price_minor,
        sale_price_minor,
        sale_starts_at: new.sale.and_then(|sale| sale.starts_at),
        sale_ends_at: new.sale.and_then(|sale| sale.ends_at),
        tracked: matches!(new.stock, Stock::Counted(_)),
        on_hand,
        reserved: 0,
        status: new.status,
        image: new.image.as_deref().map(|image| rules::image("image", image)).transpose()?,
        position: 0,
        version: 1,
        created_at: now,
        updated_at: now,
    })
}

/// Refuses SKUs that stand twice in the list or exist in the shop.
pub(super) async fn check_skus<'a>(
    txn: &Write,
    shop: ShopId,
    skus: impl IntoIterator<Item = &'a str>,
) -> Result<()> {
    let mut once = HashSet::new();
    for sku in skus {
        if !once.insert(sku) {
            return Err(CatalogError::SkuTaken(sku.to_owned()));
        }
    }
    let found: Option<String> = variant::Entity::find()
        .select_only()
        .column(variant::Column::Sku)
        .filter(variant::COLUMN.shop_id.eq(shop))
        .filter(variant::Column::Sku.is_in(once))
        .limit(1)
        .into_tuple()
        .one(txn)
        .await?;
    found.map_or(Ok(()), |sku| Err(CatalogError::SkuTaken(sku)))
}

fn reprice(
    row: &mut variant::Model,
    change: &VariantChange,
    currency: Currency,
) -> Result<(), Invalid> {
    if let Some(price) = change.price {
        row.price_minor = rules::price("price", price, currency)?;
    }
    if let Some(sale) = &change.sale {
        row.sale_price_minor = sale
            .as_ref()
            .map(|sale| rules::price("sale_price", sale.price, currency))
            .transpose()?;
        row.sale_starts_at = sale.and_then(|sale| sale.starts_at);
        row.sale_ends_at = sale.and_then(|sale| sale.ends_at);
    }
    match row.sale_price_minor {
        Some(sale) => rules::sale_fits(sale, row.price_minor, row.sale_starts_at, row.sale_ends_at),
        None => Ok(()),
    }
}

async fn product_of(txn: &Write, shop: ShopId, id: VariantId) -> Result<ProductId> {
    variant::Entity::find_by_id(id)
        .select_only()
        .column(variant::Column::ProductId)
        .filter(variant::COLUMN.shop_id.eq(shop))
        .into_tuple()
        .one(txn)
        .await?
        .ok_or(CatalogError::NoVariant(id))
}
