//! `/collections`: what the menu of the chat offers.

use entity::{CollectionId, ProductId, collection};
use poem_openapi::{
    Object, OpenApi,
    param::{Path, Query},
    payload::Json,
    types::Example,
};
use sea_orm::ConnectionTrait;

use super::Tag;
use crate::{
    catalog::{self, CollectionChange as Change, NewCollection as Draft, list},
    http::{
        auth::{CatalogRead, CatalogWrite, Key},
        once::{Edge, Once},
        page::{Cursor, Limit, Page, Wanted},
        problem::Problem,
        reply::{Answer, IfMatch, Made, Removed, Reply},
        types::{At, Id},
    },
};

/// Operations under `/collections`.
#[derive(Clone)]
pub struct CollectionsApi(pub(super) Edge);

/// A named list of products.
#[derive(Clone, Debug, Object)]
pub struct Collection {
    pub id: Id<CollectionId>,
    /// Unique in the shop.
    pub handle: String,
    /// As customers read it.
    pub title: String,
    /// Place in the menu.
    pub position: i32,
    pub created_at: At,
    pub updated_at: At,
}

/// A collection with what is in it.
#[derive(Clone, Debug, Object)]
pub struct WholeCollection {
    pub collection: Collection,
    /// In the order in which customers see them.
    pub product_ids: Vec<Id<ProductId>>,
}

/// A collection to be made.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct NewCollection {
    /// Left out: made of the title.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub handle: Option<String>,
    /// As customers read it.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: String,
    /// Place in the menu; left out: the last.
    #[oai(validator(minimum(value = "0"), maximum(value = "10000")))]
    pub position: Option<i32>,
}

impl Example for NewCollection {
    fn example() -> Self {
        Self { handle: None, title: "Çekirdek kahve".to_owned(), position: None }
    }
}

/// What is to change about a collection; what is left out stays.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct CollectionChange {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub handle: Option<String>,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: Option<String>,
    #[oai(validator(minimum(value = "0"), maximum(value = "10000")))]
    pub position: Option<i32>,
}

impl Example for CollectionChange {
    fn example() -> Self {
        Self { handle: None, title: Some("Kahve".to_owned()), position: Some(0) }
    }
}

/// All products of a collection.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct CollectionProducts {
    /// Each once, in the order in which customers see them.
    #[oai(validator(max_items = 1000))]
    pub product_ids: Vec<Id<ProductId>>,
}

impl Example for CollectionProducts {
    fn example() -> Self {
        let id = "prod_019abc5e7d1078f2b6a1c3d4e5f60718".parse().ok();
        Self { product_ids: id.into_iter().collect() }
    }
}

impl Collection {
    fn of(row: collection::Model) -> Self {
        Self {
            id: Id(row.id),
            handle: row.handle,
            title: row.title,
            position: row.position,
            created_at: At(row.created_at),
            updated_at: At(row.updated_at),
        }
    }
}

async fn whole<const STATUS: u16>(
    db: &impl ConnectionTrait,
    shop: entity::ShopId,
    id: CollectionId,
) -> Result<Reply<WholeCollection, STATUS>, Problem> {
    let (row, products) = list::collection(db, shop, id).await?;
    let version = row.version;
    let whole = WholeCollection {
        collection: Collection::of(row),
        product_ids: products.into_iter().map(Id).collect(),
    };
    // A feed that is taken in adds products without a new version.
    Ok(Reply::versioned(&whole, version).live())
}

#[OpenApi(prefix_path = "/collections", tag = "Tag::Collections")]
impl CollectionsApi {
    /// List collections
    ///
    /// Newest first; `position` tells their place in the menu.
    #[oai(path = "/", method = "get", operation_id = "list_collections")]
    async fn list(
        &self,
        key: Key<CatalogRead>,
        limit: Query<Limit>,
        cursor: Query<Option<Cursor>>,
    ) -> Answer<Page<Collection>> {
        let wanted = Wanted::read("collections", limit.0, cursor.0)?;
        let (db, shop) = (self.0.reader(), key.shop());
        let rows = list::collections(db, shop, wanted.after()?, wanted.rows()).await?;
        Ok(Reply::new(&wanted.page(rows, |row| row.id.to_string(), Collection::of)))
    }

    /// Make a collection
    #[oai(path = "/", method = "post", operation_id = "create_collection")]
    async fn create(
        &self,
        key: Key<CatalogWrite>,
        #[oai(name = "Idempotency-Key")] once: Once,
        body: Json<NewCollection>,
    ) -> Made<WholeCollection> {
        let body = body.0;
        let draft = Draft { handle: body.handle, title: body.title, position: body.position };
        self.0
            .write(&key, once, async |txn, now| {
                let made = catalog::create_collection(txn, now, key.shop(), draft).await?;
                whole(txn, key.shop(), made.id).await
            })
            .await
    }

    /// Read a collection
    ///
    /// With the ids of its products in order.
    #[oai(path = "/:id", method = "get", operation_id = "get_collection")]
    async fn get(
        &self,
        key: Key<CatalogRead>,
        id: Path<Id<CollectionId>>,
    ) -> Answer<WholeCollection> {
        whole(self.0.reader(), key.shop(), id.0.0).await
    }

    /// Change a collection
    #[oai(path = "/:id", method = "patch", operation_id = "update_collection")]
    async fn update(
        &self,
        key: Key<CatalogWrite>,
        id: Path<Id<CollectionId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
        #[oai(name = "If-Match")] if_match: IfMatch,
        body: Json<CollectionChange>,
    ) -> Answer<WholeCollection> {
        let body = body.0;
        let change = Change { handle: body.handle, title: body.title, position: body.position };
        self.0
            .write(&key, once, async |txn, now| {
                let (shop, id) = (key.shop(), id.0.0);
                catalog::update_collection(txn, now, shop, id, change, if_match.0).await?;
                whole(txn, shop, id).await
            })
            .await
    }

    /// Set the products of a collection
    ///
    /// It has exactly these then, in this order.
    #[oai(path = "/:id/products", method = "put", operation_id = "set_collection_products")]
    async fn set_products(
        &self,
        key: Key<CatalogWrite>,
        id: Path<Id<CollectionId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
        #[oai(name = "If-Match")] if_match: IfMatch,
        body: Json<CollectionProducts>,
    ) -> Answer<WholeCollection> {
        let products: Vec<ProductId> = body.0.product_ids.into_iter().map(|id| id.0).collect();
        self.0
            .write(&key, once, async |txn, now| {
                let (shop, id) = (key.shop(), id.0.0);
                catalog::set_collection_products(txn, now, shop, id, &products, if_match.0).await?;
                whole(txn, shop, id).await
            })
            .await
    }

    /// Delete a collection
    ///
    /// Its products stay.
    #[oai(path = "/:id", method = "delete", operation_id = "delete_collection")]
    async fn delete(
        &self,
        key: Key<CatalogWrite>,
        id: Path<Id<CollectionId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
        #[oai(name = "If-Match")] if_match: IfMatch,
    ) -> Removed {
        self.0
            .write(&key, once, async |txn, _| {
                catalog::delete_collection(txn, key.shop(), id.0.0, if_match.0).await?;
                Ok(Reply::nothing())
            })
            .await
    }
}
