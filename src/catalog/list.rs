//! Reading: pages in the order of ids, the newest first, so that they are stable while things are added; one thing
//! with its parts.

use entity::{
    CollectionId, ImportId, ProductId, ShopId, VariantId, collection, collection_product, import,
    import_row, product, shop, variant,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
};

use super::{CatalogError, Result};

/// Which products are wanted.
#[derive(Clone, Debug, Default)]
pub struct ProductFilter {
    pub status: Option<product::Status>,
    pub collection: Option<CollectionId>,
    pub handle: Option<String>,
}

/// Up to `limit` products before `before`, the newest first, each with its variants.
///
/// # Errors
/// The database's.
pub async fn products(
    db: &impl ConnectionTrait,
    shop: ShopId,
    filter: &ProductFilter,
    before: Option<ProductId>,
    limit: u64,
) -> Result<Vec<(product::Model, Vec<variant::Model>)>> {
    let mut query = filtered(shop, filter).order_by_desc(product::Column::Id).limit(limit);
    if let Some(before) = before {
        query = query.filter(product::Column::Id.lt(before));
    }
    with_variants(db, query.all(db).await?).await
}

/// Up to `limit` of these products, in the order of `ids`, each with its variants.
///
/// # Errors
/// The database's.
pub async fn these_products(
    db: &impl ConnectionTrait,
    shop: ShopId,
    filter: &ProductFilter,
    ids: &[ProductId],
    limit: usize,
) -> Result<Vec<(product::Model, Vec<variant::Model>)>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(500) {
        let query = filtered(shop, filter).filter(product::Column::Id.is_in(chunk.iter().copied()));
        let mut rows = query.all(db).await?;
        rows.sort_by_key(|row| chunk.iter().position(|id| *id == row.id));
        found.extend(rows);
        if found.len() >= limit {
            break;
        }
    }
    found.truncate(limit);
    with_variants(db, found).await
}

fn filtered(shop: ShopId, filter: &ProductFilter) -> Select<product::Entity> {
    let mut query = product::Entity::find().filter(product::COLUMN.shop_id.eq(shop));
    if let Some(status) = filter.status {
        query = query.filter(product::Column::Status.eq(status));
    }
    if let Some(handle) = &filter.handle {
        query = query.filter(product::Column::Handle.eq(handle.as_str()));
    }
    if let Some(collection) = filter.collection {
        let inside = collection_product::Entity::find()
            .select_only()
            .column(collection_product::Column::ProductId)
            .filter(collection_product::COLUMN.collection_id.eq(collection));
        query = query.filter(product::Column::Id.in_subquery(inside.into_query()));
    }
    query
}

/// One product with its variants, archived ones too.
///
/// # Errors
/// [`CatalogError::NoProduct`].
pub async fn product(
    db: &impl ConnectionTrait,
    shop: ShopId,
    id: ProductId,
) -> Result<(product::Model, Vec<variant::Model>)> {
    let found = product::Entity::find_by_id(id)
        .filter(product::COLUMN.shop_id.eq(shop))
        .one(db)
        .await?
        .ok_or(CatalogError::NoProduct(id))?;
    with_variants(db, vec![found]).await?.pop().ok_or(CatalogError::NoProduct(id))
}

/// Which variants are wanted.
#[derive(Clone, Debug, Default)]
pub struct VariantFilter {
    pub product: Option<ProductId>,
    pub sku: Option<String>,
    pub status: Option<variant::Status>,
}

/// Up to `limit` variants before `before`, the newest first.
///
/// # Errors
/// The database's.
pub async fn variants(
    db: &impl ConnectionTrait,
    shop: ShopId,
    filter: &VariantFilter,
    before: Option<VariantId>,
    limit: u64,
) -> Result<Vec<variant::Model>> {
    let mut query = variant::Entity::find().order_by_desc(variant::Column::Id).limit(limit);
    query = match filter.product {
        // By the product alone: of two indexes that would do, databases may take that of the whole shop.
        Some(id) => {
            let own = product::Entity::find_by_id(id)
                .select_only()
                .column(product::Column::Id)
                .filter(product::COLUMN.shop_id.eq(shop));
            query.filter(variant::Column::ProductId.in_subquery(own.into_query()))
        }
        None => query.filter(variant::COLUMN.shop_id.eq(shop)),
    };
    if let Some(sku) = &filter.sku {
        query = query.filter(variant::Column::Sku.eq(sku.as_str()));
    }
    if let Some(status) = filter.status {
        query = query.filter(variant::Column::Status.eq(status));
    }
    if let Some(before) = before {
        query = query.filter(variant::Column::Id.lt(before));
    }
    Ok(query.all(db).await?)
}

/// One variant.
///
/// # Errors
/// [`CatalogError::NoVariant`].
pub async fn variant(
    db: &impl ConnectionTrait,
    shop: ShopId,
    id: VariantId,
) -> Result<variant::Model> {
    variant::Entity::find_by_id(id)
        .filter(variant::COLUMN.shop_id.eq(shop))
        .one(db)
        .await?
        .ok_or(CatalogError::NoVariant(id))
}

/// Up to `limit` collections before `before`, the newest first.
///
/// # Errors
/// The database's.
pub async fn collections(
    db: &impl ConnectionTrait,
    shop: ShopId,
    before: Option<CollectionId>,
    limit: u64,
) -> Result<Vec<collection::Model>> {
    let mut query = collection::Entity::find()
        .filter(collection::COLUMN.shop_id.eq(shop))
        .order_by_desc(collection::Column::Id)
        .limit(limit);
    if let Some(before) = before {
        query = query.filter(collection::Column::Id.lt(before));
    }
    Ok(query.all(db).await?)
}

/// One collection with the ids of its products, in order.
///
/// # Errors
/// [`CatalogError::NoCollection`].
pub async fn collection(
    db: &impl ConnectionTrait,
    shop: ShopId,
    id: CollectionId,
) -> Result<(collection::Model, Vec<ProductId>)> {
    let found = collection::Entity::find_by_id(id)
        .filter(collection::COLUMN.shop_id.eq(shop))
        .one(db)
        .await?
        .ok_or(CatalogError::NoCollection(id))?;
    let products = collection_product::Entity::find()
        .select_only()
        .column(collection_product::Column::ProductId)
        .filter(collection_product::COLUMN.collection_id.eq(id))
        .order_by_asc(collection_product::Column::Position)
        .order_by_asc(collection_product::Column::ProductId)
        .into_tuple()
        .all(db)
        .await?;
    Ok((found, products))
}

/// Up to `limit` imports before `before`, the newest first.
///
/// # Errors
/// The database's.
pub async fn imports(
    db: &impl ConnectionTrait,
    shop: ShopId,
    before: Option<ImportId>,
    limit: u64,
) -> Result<Vec<import::Model>> {
    let mut query = import::Entity::find()
        .filter(import::COLUMN.shop_id.eq(shop))
        .order_by_desc(import::Column::Id)
        .limit(limit);
    if let Some(before) = before {
        query = query.filter(import::Column::Id.lt(before));
    }
    Ok(query.all(db).await?)
}

/// One import; `None` when the shop has no such one.
///
/// # Errors
/// The database's.
pub async fn import(
    db: &impl ConnectionTrait,
    shop: ShopId,
    id: ImportId,
) -> Result<Option<import::Model>> {
    Ok(import::Entity::find_by_id(id).filter(import::COLUMN.shop_id.eq(shop)).one(db).await?)
}

/// Up to `limit` rows of an import after line `after`, only those with `outcome` when it is given.
///
/// # Errors
/// The database's.
pub async fn import_rows(
    db: &impl ConnectionTrait,
    id: ImportId,
    outcome: Option<import_row::Outcome>,
    after: Option<i32>,
    limit: u64,
) -> Result<Vec<import_row::Model>> {
    let mut query = import_row::Entity::find()
        .filter(import_row::COLUMN.import_id.eq(id))
        .order_by_asc(import_row::Column::Line)
        .limit(limit);
    if let Some(outcome) = outcome {
        query = query.filter(import_row::Column::Outcome.eq(outcome));
    }
    if let Some(after) = after {
        query = query.filter(import_row::Column::Line.gt(after));
    }
    Ok(query.all(db).await?)
}

/// The currency that the shop sells in, ISO 4217.
///
/// # Errors
/// [`CatalogError::NoShop`].
pub async fn currency(db: &impl ConnectionTrait, shop: ShopId) -> Result<String> {
    let currency: Option<String> = shop::Entity::find_by_id(shop)
        .select_only()
        .column(shop::Column::Currency)
        .into_tuple()
        .one(db)
        .await?;
    currency.ok_or(CatalogError::NoShop(shop))
}

/// Puts to each product its variants, in order.
pub(super) async fn with_variants(
    db: &impl ConnectionTrait,
    products: Vec<product::Model>,
) -> Result<Vec<(product::Model, Vec<variant::Model>)>> {
    let mut variants = Vec::new();
    for chunk in products.chunks(500) {
        variants.extend(
            variant::Entity::find()
                .filter(variant::Column::ProductId.is_in(chunk.iter().map(|p| p.id)))
                .order_by_asc(variant::Column::Position)
                .order_by_asc(variant::Column::Id)
                .all(db)
                .await?,
        );
    }
    let mut by_product = std::collections::HashMap::<ProductId, Vec<variant::Model>>::new();
    for variant in variants {
        by_product.entry(variant.product_id).or_default().push(variant);
    }
    Ok(products
        .into_iter()
        .map(|product| {
            let variants = by_product.remove(&product.id).unwrap_or_default();
            (product, variants)
        })
        .collect())
}
