//! Looks for what may take the place of something that cannot be had: a few statements for each thing that is gone, and
//! none when nothing is.

use std::collections::{BTreeSet, HashMap};

use entity::{ProductId, ShopId, VariantId, collection_product, product, variant};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
    sea_query::{Expr, Func, LikeExpr},
};

use super::{instead, load::Turn};
use crate::{
    cart::{Offer, Offers},
    platform::db::Write,
};

/// Variants that are read for one thing.
const READ: u64 = 8;
/// Letters of a SKU that tell something about it.
const STEM: usize = 3;

/// Notes what of each turn is gone and what is near it; the offers are put to the others.
pub(super) async fn load(
    txn: &Write,
    turns: &mut [Turn],
    offers: &mut Offers,
) -> Result<(), DbErr> {
    let mut found: HashMap<VariantId, variant::Model> = HashMap::new();
    for turn in turns {
        let mut missing = instead::missing(&turn.chat, &turn.intent, offers);
        for one in &mut missing {
            let shop = turn.chat.shop.id;
            let rows = match one.gone.product {
                Some(product) => {
                    let price = one.gone.price_minor.unwrap_or(0);
                    let mut rows = of_product(txn, product).await?;
                    rows.extend(of_collections(txn, shop, product, price).await?);
                    rows
                }
                None => alike(txn, shop, &one.sku).await?,
            };
            one.gone.near.extend(rows.iter().map(|v| v.id));
            found.extend(rows.into_iter().map(|v| (v.id, v)));
        }
        turn.chat.view.missing = missing;
    }
    found.retain(|id, _| offers.get(*id).is_none());
    let ids: BTreeSet<ProductId> = found.values().map(|v| v.product_id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let products = product::Entity::find().filter(product::COLUMN.id.is_in(ids)).all(txn).await?;
    let products: HashMap<ProductId, product::Model> =
        products.into_iter().map(|p| (p.id, p)).collect();
    for variant in found.into_values() {
        if let Some(product) = products.get(&variant.product_id) {
            offers.insert(Offer { product: product.clone(), variant });
        }
    }
    Ok(())
}

/// Variants that can be bought now.
fn in_stock(shop: ShopId) -> sea_orm::Select<variant::Entity> {
    let free = Expr::col(variant::Column::OnHand).sub(Expr::col(variant::Column::Reserved));
    let active = product::Entity::find()
        .select_only()
        .column(product::Column::Id)
        .filter(product::COLUMN.shop_id.eq(shop))
        .filter(product::COLUMN.status.eq(product::Status::Active))
        .into_query();
    variant::Entity::find()
        .filter(variant::COLUMN.shop_id.eq(shop))
        .filter(variant::COLUMN.status.eq(variant::Status::Active))
        .filter(Condition::any().add(variant::COLUMN.tracked.eq(false)).add(free.gt(0)))
        .filter(variant::Column::ProductId.in_subquery(active))
}

/// The other variants of a product.
async fn of_product(txn: &Write, product: ProductId) -> Result<Vec<variant::Model>, DbErr> {
    variant::Entity::find()
        .filter(variant::COLUMN.product_id.eq(product))
        .filter(variant::COLUMN.status.eq(variant::Status::Active))
        .order_by_asc(variant::Column::Position)
        .limit(READ)
        .all(txn)
        .await
}

/// Of the collections that hold the product: what is nearest in price.
async fn of_collections(
    txn: &Write,
    shop: ShopId,
    product: ProductId,
    price_minor: i64,
) -> Result<Vec<variant::Model>, DbErr> {
    let its = collection_product::Entity::find()
        .select_only()
        .column(collection_product::Column::CollectionId)
        .filter(collection_product::COLUMN.product_id.eq(product))
        .into_query();
    let beside = collection_product::Entity::find()
        .select_only()
        .column(collection_product::Column::ProductId)
        .filter(collection_product::Column::CollectionId.in_subquery(its))
        .into_query();
    let apart = Func::abs(Expr::col(variant::Column::PriceMinor).sub(price_minor));
    in_stock(shop)
        .filter(variant::COLUMN.product_id.ne(product))
        .filter(variant::Column::ProductId.in_subquery(beside))
        .order_by_asc(Expr::expr(apart))
        .order_by_asc(variant::Column::Code)
        .limit(READ)
        .all(txn)
        .await
}

/// Of a SKU that nobody knows: those that begin as it does, up to its last mark.
async fn alike(txn: &Write, shop: ShopId, sku: &str) -> Result<Vec<variant::Model>, DbErr> {
    let Some(stem) = stem(sku) else { return Ok(Vec::new()) };
    let begins = format!("{}%", stem.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let mut rows = in_stock(shop)
        .filter(Expr::col(variant::Column::Sku).like(LikeExpr::new(begins).escape('\\')))
        .order_by_asc(variant::Column::Code)
        .limit(READ)
        .all(txn)
        .await?;
    // SQLite's LIKE takes `a` for `A`.
    rows.retain(|variant| variant.sku.starts_with(stem));
    Ok(rows)
}

/// `filtre-` of `filtre-1000`.
fn stem(sku: &str) -> Option<&str> {
    let at = sku.trim_end().rfind(['-', '_', '.', '/', ' '])?;
    let stem = &sku[..=at];
    (stem.chars().count() > STEM && sku.len() <= 100).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stem_of_a_sku_is_what_stands_before_its_last_mark() {
        assert_eq!(stem("filtre-1000"), Some("filtre-"));
        assert_eq!(stem("A.100.B"), Some("A.100."));
        for none in ["kupa", "a-1", "", "-", "abc"] {
            assert_eq!(stem(none), None, "{none}");
        }
    }
}
