//! What WhatsApp should hold of a shop, read page by page.

use std::collections::BTreeMap;

use entity::{
    ProductId, ShopId, product,
    variant::{self, Status},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    SyncError,
    item::{Frame, Item},
    plan::Wanted,
};
use crate::catalog::list::with_variants;

/// Products of one page.
const PAGE: u64 = 500;

/// A page of the shop's products that are for sale, and where the next one begins.
pub(super) struct Page {
    pub(super) wanted: BTreeMap<String, Wanted>,
    pub(super) next: Option<ProductId>,
}

/// The page after `after`.
pub(super) async fn page(
    db: &impl ConnectionTrait,
    frame: &Frame<'_>,
    shop: ShopId,
    after: Option<ProductId>,
) -> Result<Page, SyncError> {
    let mut query = product::Entity::find()
        .filter(product::COLUMN.shop_id.eq(shop))
        .filter(product::Column::Status.eq(Status::Active))
        .order_by_asc(product::Column::Id)
        .limit(PAGE);
    if let Some(after) = after {
        query = query.filter(product::Column::Id.gt(after));
    }
    let products = query.all(db).await?;
    let full = u64::try_from(products.len()).is_ok_and(|n| n == PAGE);
    let next = products.last().filter(|_| full).map(|product| product.id);
    Ok(Page { wanted: of_products(db, frame, products).await?, next })
}

/// What WhatsApp should hold of these SKUs.
pub(super) async fn of_skus(
    db: &impl ConnectionTrait,
    frame: &Frame<'_>,
    shop: ShopId,
    skus: &[String],
) -> Result<BTreeMap<String, Wanted>, SyncError> {
    let mut wanted = BTreeMap::new();
    for chunk in skus.chunks(500) {
        let of_chunk = variant::Entity::find()
            .select_only()
            .column(variant::Column::ProductId)
            .filter(variant::COLUMN.shop_id.eq(shop))
            .filter(variant::Column::Sku.is_in(chunk.iter().map(String::as_str)));
        let ids: Vec<ProductId> = of_chunk.distinct().into_tuple().all(db).await?;
        let products = product::Entity::find()
            .filter(product::Column::Id.is_in(ids))
            .filter(product::Column::Status.eq(Status::Active))
            .all(db)
            .await?;
        wanted.extend(of_products(db, frame, products).await?);
    }
    wanted.retain(|sku, _| skus.contains(sku));
    Ok(wanted)
}

async fn of_products(
    db: &impl ConnectionTrait,
    frame: &Frame<'_>,
    products: Vec<product::Model>,
) -> Result<BTreeMap<String, Wanted>, SyncError> {
    let mut wanted = BTreeMap::new();
    for (product, mut variants) in with_variants(db, products).await? {
        variants.retain(|variant| variant.status == Status::Active);
        for variant in &variants {
            let item = match Item::of(frame, &product, variant, variants.len()) {
                Ok(item) => Wanted::Item(item),
                Err(reason) => Wanted::Blocked(reason),
            };
            wanted.insert(variant.sku.clone(), item);
        }
    }
    Ok(wanted)
}
