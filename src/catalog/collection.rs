//! Collections: what the menu of the chat offers.

use std::collections::HashSet;

use entity::{CollectionId, ProductId, ShopId, Timestamp, collection, collection_product, product};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QuerySelect,
};

use super::{
    CatalogError, Invalid, Result, check_version, later, rules, search::index, take_codes,
    unless_taken,
};
use crate::platform::db::Write;

/// A collection to be made.
#[derive(Clone, Debug)]
pub struct NewCollection {
    /// Absent: made of the title.
    pub handle: Option<String>,
    pub title: String,
    /// Place in the menu; absent: the last.
    pub position: Option<i32>,
}

/// What is to change; `None` leaves as it is.
#[derive(Clone, Debug, Default)]
pub struct CollectionChange {
    pub handle: Option<String>,
    pub title: Option<String>,
    pub position: Option<i32>,
}

/// Makes a collection without products.
///
/// # Errors
/// [`CatalogError::Invalid`], [`CatalogError::HandleTaken`].
pub async fn create_collection(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    new: NewCollection,
) -> Result<collection::Model> {
    let (code, _) = take_codes(txn, shop, 1).await?;
    let title = rules::line("title", &new.title, 1, rules::TITLE)?;
    let handle = match &new.handle {
        Some(handle) => {
            let handle = rules::line("handle", handle, 1, rules::NAME)?;
            if handle_is_taken(txn, shop, &handle).await? {
                return Err(CatalogError::HandleTaken(handle));
            }
            handle
        }
        None => {
            let slug = rules::slug(&title);
            if slug.is_empty() {
                format!("c{code}")
            } else if handle_is_taken(txn, shop, &slug).await? {
                format!("{slug}-{code}")
            } else {
                slug
            }
        }
    };
    let position = match new.position {
        Some(position) => position,
        None => last_position(txn, shop).await?.map_or(0, |last| last.saturating_add(1)),
    };
    let row = collection::Model {
        id: CollectionId::new(now),
        shop_id: shop,
        handle,
        code,
        title,
        position,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    collection::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(txn)
        .await
        .map_err(|e| unless_taken(e, CatalogError::HandleTaken(row.handle.clone())))?;
    index::add(txn, &[index::of_collection(&row)]).await?;
    Ok(row)
}

/// Changes a collection.
///
/// # Errors
/// [`CatalogError::NoCollection`], [`CatalogError::Stale`], [`CatalogError::Invalid`], [`CatalogError::HandleTaken`].
pub async fn update_collection(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    id: CollectionId,
    change: CollectionChange,
    if_version: Option<i32>,
) -> Result<collection::Model> {
    let old = find(txn, shop, id).await?;
    check_version(&id, old.version, if_version)?;
    let mut new = old.clone();
    if let Some(handle) = &change.handle {
        new.handle = rules::line("handle", handle, 1, rules::NAME)?;
        if new.handle != old.handle && handle_is_taken(txn, shop, &new.handle).await? {
            return Err(CatalogError::HandleTaken(new.handle));
        }
    }
    if let Some(title) = &change.title {
        new.title = rules::line("title", title, 1, rules::TITLE)?;
    }
    new.position = change.position.unwrap_or(old.position);
    new.version += 1;
    new.updated_at = later(now, old.updated_at);
    let hit = collection::Entity::update_many()
        .set(collection::ActiveModel {
            handle: Set(new.handle.clone()),
            title: Set(new.title.clone()),
            position: Set(new.position),
            version: Set(new.version),
            updated_at: Set(new.updated_at),
            ..Default::default()
        })
        .filter(collection::COLUMN.id.eq(id))
        .filter(collection::COLUMN.version.eq(old.version))
        .exec(txn)
        .await
        .map_err(|e| unless_taken(e, CatalogError::HandleTaken(new.handle.clone())))?;
    if hit.rows_affected == 0 {
        return Err(CatalogError::Stale(id.to_string()));
    }
    let words = index::of_collection(&new);
    if words != index::of_collection(&old) {
        index::replace(txn, shop, &[words]).await?;
    }
    Ok(new)
}

/// Gives the collection exactly these products, in this order.
///
/// # Errors
/// [`CatalogError::NoCollection`], [`CatalogError::Stale`], [`CatalogError::Invalid`] when a product is unknown or
/// stands twice in the list.
pub async fn set_collection_products(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    id: CollectionId,
    products: &[ProductId],
    if_version: Option<i32>,
) -> Result<collection::Model> {
    if products.len() > rules::COLLECTION {
        let why = format!("holds more than {} products", rules::COLLECTION);
        return Err(Invalid::new("products", why).into());
    }
    let mut once = HashSet::new();
    if let Some(twice) = products.iter().find(|&product| !once.insert(product)) {
        return Err(Invalid::new("products", format!("names `{twice}` twice")).into());
    }
    // First, because it holds the row against another writer.
    let row =
        update_collection(txn, now, shop, id, CollectionChange::default(), if_version).await?;
    let mut known = HashSet::new();
    for chunk in products.chunks(500) {
        known.extend(
            product::Entity::find()
                .select_only()
                .column(product::Column::Id)
                .filter(product::COLUMN.shop_id.eq(shop))
                .filter(product::Column::Id.is_in(chunk.iter().copied()))
                .into_tuple::<ProductId>()
                .all(txn)
                .await?,
        );
    }
    if let Some(unknown) = products.iter().find(|product| !known.contains(product)) {
        return Err(
            Invalid::new("products", format!("names `{unknown}`, which is not there")).into()
        );
    }
    collection_product::Entity::delete_many()
        .filter(collection_product::COLUMN.collection_id.eq(id))
        .exec(txn)
        .await?;
    let rows: Vec<_> = products
        .iter()
        .zip(0..)
        .map(|(&product_id, position)| collection_product::ActiveModel {
            collection_id: Set(id),
            product_id: Set(product_id),
            shop_id: Set(shop),
            position: Set(position),
        })
        .collect();
    for chunk in rows.chunks(500) {
        collection_product::Entity::insert_many(chunk.to_vec()).exec_without_returning(txn).await?;
    }
    Ok(row)
}

/// Deletes a collection; its products stay.
///
/// # Errors
/// [`CatalogError::NoCollection`], [`CatalogError::Stale`].
pub async fn delete_collection(
    txn: &Write,
    shop: ShopId,
    id: CollectionId,
    if_version: Option<i32>,
) -> Result<()> {
    let old = find(txn, shop, id).await?;
    check_version(&id, old.version, if_version)?;
    collection_product::Entity::delete_many()
        .filter(collection_product::COLUMN.collection_id.eq(id))
        .exec(txn)
        .await?;
    collection::Entity::delete_by_id(id).exec(txn).await?;
    index::remove(txn, shop, id).await?;
    Ok(())
}

async fn find(txn: &Write, shop: ShopId, id: CollectionId) -> Result<collection::Model> {
    collection::Entity::find_by_id(id)
        .filter(collection::COLUMN.shop_id.eq(shop))
        .lock_exclusive()
        .one(txn)
        .await?
        .ok_or(CatalogError::NoCollection(id))
}

async fn handle_is_taken(txn: &Write, shop: ShopId, handle: &str) -> Result<bool> {
    let found = collection::Entity::find()
        .filter(collection::COLUMN.shop_id.eq(shop))
        .filter(collection::Column::Handle.eq(handle))
        .count(txn)
        .await?;
    Ok(found > 0)
}

/// The highest place in the menu.
pub(super) async fn last_position(txn: &Write, shop: ShopId) -> Result<Option<i32>> {
    let last: Option<Option<i32>> = collection::Entity::find()
        .select_only()
        .column_as(collection::Column::Position.max(), "last")
        .filter(collection::COLUMN.shop_id.eq(shop))
        .into_tuple()
        .one(txn)
        .await?;
    Ok(last.flatten())
}
