//! What is there already of all that a file names, loaded in sets.

use std::collections::{HashMap, HashSet};

use entity::{CollectionId, ProductId, ShopId, collection, collection_product, product, variant};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::row::Row;
use crate::{
    catalog::{Result, collection::last_position, image},
    platform::db::Write,
};

/// Names of one IN (…): far below SQLite's 32,766 parameters.
const CHUNK: usize = 500;

/// What is there of all that the file names.
pub(super) struct Known {
    pub(super) products: HashMap<ProductId, product::Model>,
    pub(super) by_handle: HashMap<String, ProductId>,
    /// By SKU: all variants of those products.
    pub(super) variants: HashMap<String, variant::Model>,
    pub(super) members: HashMap<ProductId, Vec<String>>,
    /// By title; of two with one title the first in the menu.
    pub(super) collections: HashMap<String, collection::Model>,
    pub(super) collection_handles: HashSet<String>,
    pub(super) inside: HashSet<(CollectionId, ProductId)>,
    pub(super) last_inside: HashMap<CollectionId, i32>,
    pub(super) last_collection: Option<i32>,
    /// Uploaded pictures that rows name and nobody uploaded.
    pub(super) missing_pictures: HashSet<String>,
}

impl Known {
    /// Locks products, then variants in the order of their SKUs, where the database locks rows.
    pub(super) async fn load(txn: &Write, shop: ShopId, rows: &[(usize, &Row)]) -> Result<Self> {
        let skus: Vec<&str> = rows.iter().map(|(_, row)| row.sku.as_str()).collect();
        let mut handles: Vec<&str> =
            rows.iter().map(|(_, row)| row.group.as_ref().unwrap_or(&row.sku).as_str()).collect();
        handles.sort_unstable();
        handles.dedup();
        let mut ids: Vec<ProductId> = Vec::new();
        for chunk in skus.chunks(CHUNK) {
            let found = variant::Entity::find()
                .select_only()
                .column(variant::Column::ProductId)
                .filter(variant::COLUMN.shop_id.eq(shop))
                .filter(variant::Column::Sku.is_in(chunk.iter().copied()));
            ids.extend(found.into_tuple::<ProductId>().all(txn).await?);
        }
        for chunk in handles.chunks(CHUNK) {
            let found = product::Entity::find()
                .select_only()
                .column(product::Column::Id)
                .filter(product::COLUMN.shop_id.eq(shop))
                .filter(product::Column::Handle.is_in(chunk.iter().copied()));
            ids.extend(found.into_tuple::<ProductId>().all(txn).await?);
        }
        ids.sort_unstable();
        ids.dedup();

        let mut known = Self::empty();
        for chunk in ids.chunks(CHUNK) {
            let found = product::Entity::find()
                .filter(product::Column::Id.is_in(chunk.iter().copied()))
                .order_by_asc(product::Column::Id)
                .lock_exclusive();
            for product in found.all(txn).await? {
                known.by_handle.insert(product.handle.clone(), product.id);
                known.products.insert(product.id, product);
            }
        }
        for chunk in ids.chunks(CHUNK) {
            let found = variant::Entity::find()
                .filter(variant::Column::ProductId.is_in(chunk.iter().copied()))
                .order_by_asc(variant::Column::Id)
                .lock_exclusive();
            for variant in found.all(txn).await? {
                known.members.entry(variant.product_id).or_default().push(variant.sku.clone());
                known.variants.insert(variant.sku.clone(), variant);
            }
        }
        known.load_collections(txn, shop, &ids, rows).await?;
        let pictures = rows.iter().filter_map(|(_, row)| row.image.as_deref());
        known.missing_pictures = image::unknown(txn, shop, pictures).await?.into_iter().collect();
        Ok(known)
    }

    fn empty() -> Self {
        Self {
            products: HashMap::new(),
            by_handle: HashMap::new(),
            variants: HashMap::new(),
            members: HashMap::new(),
            collections: HashMap::new(),
            collection_handles: HashSet::new(),
            inside: HashSet::new(),
            last_inside: HashMap::new(),
            last_collection: None,
            missing_pictures: HashSet::new(),
        }
    }

    async fn load_collections(
        &mut self,
        txn: &Write,
        shop: ShopId,
        products: &[ProductId],
        rows: &[(usize, &Row)],
    ) -> Result<()> {
        if rows.iter().all(|(_, row)| row.collection.is_none()) {
            return Ok(());
        }
        self.last_collection = last_position(txn, shop).await?;
        let all = collection::Entity::find()
            .filter(collection::COLUMN.shop_id.eq(shop))
            .order_by_asc(collection::Column::Position)
            .order_by_asc(collection::Column::Id);
        for collection in all.all(txn).await? {
            self.collection_handles.insert(collection.handle.clone());
            self.collections.entry(collection.title.clone()).or_insert(collection);
        }
        let last = collection_product::Entity::find()
            .select_only()
            .column(collection_product::Column::CollectionId)
            .column_as(collection_product::Column::Position.max(), "last")
            .filter(collection_product::COLUMN.shop_id.eq(shop))
            .group_by(collection_product::Column::CollectionId);
        self.last_inside =
            last.into_tuple::<(CollectionId, i32)>().all(txn).await?.into_iter().collect();
        for chunk in products.chunks(CHUNK) {
            let found = collection_product::Entity::find()
                .select_only()
                .column(collection_product::Column::CollectionId)
                .column(collection_product::Column::ProductId)
                .filter(collection_product::Column::ProductId.is_in(chunk.iter().copied()));
            self.inside.extend(found.into_tuple::<(CollectionId, ProductId)>().all(txn).await?);
        }
        Ok(())
    }
}
