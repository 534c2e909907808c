//! `/products`: what is sold.

use entity::{CollectionId, ProductId, VariantId, product, variant};
use poem_openapi::{
    Enum, Object, OpenApi,
    param::{Path, Query},
    payload::Json,
    types::{Example, MaybeUndefined},
};
use sea_orm::ConnectionTrait;

use super::{
    Tag,
    variants::{GoodsStatus, NewVariant, Variant, own_link, told, view as variant_view},
};
use crate::{
    catalog::{
        self, CatalogError, NewProduct as Draft, ProductChange as Change,
        list::{self, ProductFilter},
        search,
    },
    http::{
        auth::{CatalogRead, CatalogWrite, Key},
        once::{Edge, Once},
        page::{Cursor, Limit, Page, Wanted},
        problem::Problem,
        reply::{Answer, IfMatch, Made, Reply},
        types::{At, Id},
    },
};

/// Operations under `/products`.
#[derive(Clone)]
pub struct ProductsApi(pub(super) Edge);

/// A product with its variants.
#[derive(Clone, Debug, Object)]
pub struct Product {
    pub id: Id<ProductId>,
    /// The shop's own name of it; unique in the shop; WhatsApp's `item_group_id`.
    pub handle: String,
    pub title: String,
    /// May be empty.
    pub description: String,
    /// Empty: the shop's name is told to WhatsApp.
    pub brand: String,
    /// Other words that people may look for it by; may be empty.
    pub keywords: String,
    pub condition: Condition,
    /// The page of the product, when the shop has one.
    pub link: Option<String>,
    pub status: GoodsStatus,
    /// Names of the options, in order; empty: there is exactly one variant.
    pub options: Vec<String>,
    /// Links of the pictures, the first is shown.
    pub images: Vec<String>,
    /// All of them, archived ones too, in order.
    pub variants: Vec<Variant>,
    pub created_at: At,
    pub updated_at: At,
}

/// In which condition it is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Condition {
    New,
    Refurbished,
    Used,
}

impl From<Condition> for product::Condition {
    fn from(condition: Condition) -> Self {
        match condition {
            Condition::New => Self::New,
            Condition::Refurbished => Self::Refurbished,
            Condition::Used => Self::Used,
        }
    }
}

impl From<product::Condition> for Condition {
    fn from(condition: product::Condition) -> Self {
        match condition {
            product::Condition::New => Self::New,
            product::Condition::Refurbished => Self::Refurbished,
            product::Condition::Used => Self::Used,
        }
    }
}

/// A product to be made.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct NewProduct {
    /// Left out: made of the title.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub handle: Option<String>,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: String,
    #[oai(default, validator(max_length = 9999))]
    pub description: String,
    #[oai(default, validator(max_length = 100))]
    pub brand: String,
    /// Other words that people may look for it by: `coffee, turkish coffee`.
    #[oai(default, validator(max_length = 500))]
    pub keywords: String,
    /// Left out: `new`.
    pub condition: Option<Condition>,
    /// The page of the product.
    #[oai(validator(max_length = 2000))]
    pub link: Option<String>,
    /// Left out: `active`.
    pub status: Option<GoodsStatus>,
    /// Names of the options, in order. WhatsApp knows `color`, `size`, `pattern` and `material` by name.
    #[oai(default, validator(max_items = 5))]
    pub options: Vec<String>,
    /// `https` links, or the `path` of uploaded images. WhatsApp takes no product without one.
    #[oai(default, validator(max_items = 20))]
    pub images: Vec<String>,
    #[oai(validator(min_items = 1, max_items = 200))]
    pub variants: Vec<NewVariant>,
}

impl Example for NewProduct {
    fn example() -> Self {
        Self {
            handle: Some("filtre".to_owned()),
            title: "Filtre Kahve".to_owned(),
            description: "Orta kavrum, çikolata ve fındık tadında.".to_owned(),
            brand: String::new(),
            keywords: "filter coffee".to_owned(),
            condition: None,
            link: None,
            status: None,
            options: vec!["size".to_owned()],
            images: vec!["https://shop.example/filtre.jpg".to_owned()],
            variants: vec![NewVariant::example()],
        }
    }
}

/// What is to change about a product; what is left out stays.
#[derive(Clone, Debug, Default, Object)]
#[oai(deny_unknown_fields, example)]
pub struct ProductChange {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub handle: Option<String>,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: Option<String>,
    #[oai(validator(max_length = 9999))]
    pub description: Option<String>,
    #[oai(validator(max_length = 100))]
    pub brand: Option<String>,
    #[oai(validator(max_length = 500))]
    pub keywords: Option<String>,
    pub condition: Option<Condition>,
    /// `null`: it has none any more.
    #[oai(validator(max_length = 2000))]
    pub link: MaybeUndefined<String>,
    pub status: Option<GoodsStatus>,
    /// All of them. When their number changes, `variants` must give each variant its values.
    #[oai(validator(max_items = 5))]
    pub options: Option<Vec<String>>,
    /// Values that variants get with other options.
    #[oai(default, validator(max_items = 200))]
    pub variants: Vec<NewValues>,
    /// All of them, in order.
    #[oai(validator(max_items = 20))]
    pub images: Option<Vec<String>>,
}

/// Other option values of a variant.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct NewValues {
    pub id: Id<VariantId>,
    /// One for each option, in the same order.
    #[oai(validator(max_items = 5))]
    pub option_values: Vec<String>,
}

impl Example for ProductChange {
    fn example() -> Self {
        Self { title: Some("Filtre Kahve, taze".to_owned()), ..Self::default() }
    }
}

fn view(
    edge: &Edge,
    currency: &str,
    (row, variants): (product::Model, Vec<variant::Model>),
) -> Result<Product, Problem> {
    let absolute = |image: &String| edge.platform().absolute(image);
    let variants = variants.into_iter().map(|row| variant_view(edge, currency, row));
    Ok(Product {
        id: Id(row.id),
        handle: row.handle,
        title: row.title,
        description: row.description,
        brand: row.brand,
        keywords: row.keywords,
        condition: row.condition.into(),
        link: row.link,
        status: row.status.into(),
        options: row.options.0,
        images: row.images.0.iter().map(absolute).collect(),
        variants: variants.collect::<Result<_, _>>()?,
        created_at: At(row.created_at),
        updated_at: At(row.updated_at),
    })
}

impl ProductsApi {
    /// The whole product with its ETag.
    async fn whole<const STATUS: u16>(
        &self,
        db: &impl ConnectionTrait,
        shop: entity::ShopId,
        id: ProductId,
    ) -> Result<Reply<Product, STATUS>, Problem> {
        let found = list::product(db, shop, id).await?;
        let (version, currency) = (found.0.version, list::currency(db, shop).await?);
        Ok(Reply::versioned(&view(&self.0, &currency, found)?, version).live())
    }
}

#[OpenApi(prefix_path = "/products", tag = "Tag::Products")]
impl ProductsApi {
    /// List products
    ///
    /// Newest first, each with its variants. With `q`, what these words lead to, the best first: as customers search in the
    /// chat, but drafts and archived products too. Each page of such a search is of its moment: goods that change meanwhile
    /// may move from one to another.
    #[oai(path = "/", method = "get", operation_id = "list_products")]
    #[expect(clippy::too_many_arguments, reason = "one for each filter of the query")]
    async fn list(
        &self,
        key: Key<CatalogRead>,
        status: Query<Option<GoodsStatus>>,
        collection_id: Query<Option<Id<CollectionId>>>,
        #[oai(validator(max_length = 100))] handle: Query<Option<String>>,
        /// Words of titles, keywords, options, SKUs, brands and collections; small mistakes are forgiven.
        #[oai(validator(max_length = 200))]
        q: Query<Option<String>>,
        limit: Query<Limit>,
        cursor: Query<Option<Cursor>>,
    ) -> Answer<Page<Product>> {
        let wanted = Wanted::read("products", limit.0, cursor.0)?;
        let filter = ProductFilter {
            status: status.0.map(Into::into),
            collection: collection_id.0.map(|id| id.0),
            handle: handle.0,
        };
        let (db, shop) = (self.0.reader(), key.shop());
        let currency = list::currency(db, shop).await?;
        let rows = match &q.0 {
            None => list::products(db, shop, &filter, wanted.after()?, wanted.rows()).await?,
            Some(q) => {
                let found = search::find_all(self.0.platform(), shop, q).await;
                let found = found.map_err(CatalogError::from)?.found;
                let ids: Vec<ProductId> = found.into_iter().map(|found| found.product).collect();
                let ids = &ids[wanted.start(&ids)?..];
                list::these_products(db, shop, &filter, ids, wanted.limit() + 1).await?
            }
        };
        let views = rows
            .into_iter()
            .map(|row| view(&self.0, &currency, row))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Reply::new(&wanted.page(views, |p| p.id.to_string(), |p| p)))
    }

    /// Make a product
    ///
    /// With its variants: one, or as many as differ in the options.
    #[oai(path = "/", method = "post", operation_id = "create_product")]
    async fn create(
        &self,
        key: Key<CatalogWrite>,
        #[oai(name = "Idempotency-Key")] once: Once,
        body: Json<NewProduct>,
    ) -> Made<Product> {
        let body = body.0;
        let draft = Draft {
            handle: body.handle,
            title: body.title,
            description: body.description,
            brand: body.brand,
            keywords: body.keywords,
            condition: body.condition.unwrap_or(Condition::New).into(),
            link: body.link,
            status: body.status.unwrap_or(GoodsStatus::Active).into(),
            options: body.options,
            images: body.images.into_iter().map(|image| own_link(&self.0, image)).collect(),
            variants: body.variants.into_iter().map(|variant| variant.draft(&self.0)).collect(),
        };
        self.0
            .write(&key, once, async |txn, now| {
                let shop = key.shop();
                let (made, _) = catalog::create_product(txn, now, shop, draft).await?;
                self.whole(txn, shop, made.id).await
            })
            .await
    }

    /// Read a product
    ///
    /// With all its variants. Its ETag is the version of the product; each variant has one of its own.
    #[oai(path = "/:id", method = "get", operation_id = "get_product")]
    async fn get(&self, key: Key<CatalogRead>, id: Path<Id<ProductId>>) -> Answer<Product> {
        self.whole(self.0.reader(), key.shop(), id.0.0).await
    }

    /// Change a product
    #[oai(path = "/:id", method = "patch", operation_id = "update_product")]
    async fn update(
        &self,
        key: Key<CatalogWrite>,
        id: Path<Id<ProductId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
        #[oai(name = "If-Match")] if_match: IfMatch,
        body: Json<ProductChange>,
    ) -> Answer<Product> {
        let body = body.0;
        let images = body.images;
        let change = Change {
            handle: body.handle,
            title: body.title,
            description: body.description,
            brand: body.brand,
            keywords: body.keywords,
            condition: body.condition.map(Into::into),
            link: told(body.link),
            status: body.status.map(Into::into),
            options: body.options,
            option_values: body.variants.into_iter().map(|v| (v.id.0, v.option_values)).collect(),
            images: images
                .map(|images| images.into_iter().map(|image| own_link(&self.0, image)).collect()),
        };
        self.0
            .write(&key, once, async |txn, now| {
                let shop = key.shop();
                catalog::update_product(txn, now, shop, id.0.0, change, if_match.0).await?;
                self.whole(txn, shop, id.0.0).await
            })
            .await
    }

    /// Take a product out of sale
    ///
    /// It stays readable, and orders keep naming it. `PATCH` with `status` brings it back.
    #[oai(path = "/:id/archive", method = "post", operation_id = "archive_product")]
    async fn archive(
        &self,
        key: Key<CatalogWrite>,
        id: Path<Id<ProductId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
        #[oai(name = "If-Match")] if_match: IfMatch,
    ) -> Answer<Product> {
        self.0
            .write(&key, once, async |txn, now| {
                let shop = key.shop();
                catalog::archive_product(txn, now, shop, id.0.0, if_match.0).await?;
                self.whole(txn, shop, id.0.0).await
            })
            .await
    }

    /// Add a variant to a product
    #[oai(path = "/:id/variants", method = "post", operation_id = "add_variant")]
    async fn add_variant(
        &self,
        key: Key<CatalogWrite>,
        id: Path<Id<ProductId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
        body: Json<NewVariant>,
    ) -> Made<Variant> {
        let draft = body.0.draft(&self.0);
        self.0
            .write(&key, once, async |txn, now| {
                let shop = key.shop();
                let row = catalog::add_variant(txn, now, shop, id.0.0, draft).await?;
                let (version, currency) = (row.version, list::currency(txn, shop).await?);
                Ok(Reply::versioned(&variant_view(&self.0, &currency, row)?, version).live())
            })
            .await
    }
}
