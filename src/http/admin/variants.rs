//! `/variants`: what has a SKU, a price and stock.

use entity::{ProductId, VariantId, variant};
use poem_openapi::{
    Enum, Object, OpenApi,
    param::{Path, Query},
    payload::Json,
    types::{Example, MaybeUndefined},
};

use super::Tag;
use crate::{
    catalog::{
        self, NewVariant as Draft, Sale as DraftSale, Stock, VariantChange as Change,
        list::{self, VariantFilter},
        offer,
    },
    http::{
        auth::{CatalogRead, CatalogWrite, Key},
        once::{Edge, Once},
        page::{Cursor, Limit, Page, Wanted},
        problem::Problem,
        reply::{Answer, IfMatch, Reply},
        types::{At, Id, Money},
    },
};

/// Operations under `/variants`.
#[derive(Clone)]
pub struct VariantsApi(pub(super) Edge);

/// What has a SKU, a price and stock.
#[derive(Clone, Debug, Object)]
pub struct Variant {
    pub id: Id<VariantId>,
    pub product_id: Id<ProductId>,
    /// WhatsApp's retailer id; unique in the shop.
    pub sku: String,
    /// Values of the product's options, in the same order.
    pub option_values: Vec<String>,
    pub price: Money,
    /// A lower price for some time; `null`: none is set.
    pub sale: Option<SaleView>,
    /// What one piece costs now: the sale price while it holds, else the price.
    pub unit_price: Money,
    pub stock: StockView,
    pub status: GoodsStatus,
    /// Link of a picture of its own; `null`: the product's first.
    pub image: Option<String>,
    /// Place among the variants of its product.
    pub position: i32,
    pub created_at: At,
    pub updated_at: At,
}

/// A lower price for some time.
#[derive(Clone, Debug, Object)]
#[oai(rename = "Sale")]
pub struct SaleView {
    pub price: Money,
    /// `null`: from ever.
    pub starts_at: Option<At>,
    /// Exclusive; `null`: for ever.
    pub ends_at: Option<At>,
}

/// How much there is.
#[derive(Clone, Debug, Object)]
#[oai(rename = "Stock")]
pub struct StockView {
    /// Whether pieces are counted; what is not counted never sells out.
    pub counted: bool,
    /// Pieces, with those that orders hold; `null` when not counted.
    pub on_hand: Option<i64>,
    /// Pieces that orders hold.
    pub reserved: i64,
    /// Pieces that can be bought; `null` when not counted.
    pub available: Option<i64>,
}

/// Whether it is for sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum GoodsStatus {
    /// Not yet.
    Draft,
    Active,
    /// Not any more.
    Archived,
}

impl From<GoodsStatus> for variant::Status {
    fn from(status: GoodsStatus) -> Self {
        match status {
            GoodsStatus::Draft => Self::Draft,
            GoodsStatus::Active => Self::Active,
            GoodsStatus::Archived => Self::Archived,
        }
    }
}

impl From<variant::Status> for GoodsStatus {
    fn from(status: variant::Status) -> Self {
        match status {
            variant::Status::Draft => Self::Draft,
            variant::Status::Active => Self::Active,
            variant::Status::Archived => Self::Archived,
        }
    }
}

/// A variant to be made.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct NewVariant {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub sku: String,
    /// One for each option of the product, in the same order.
    #[oai(default, validator(max_items = 5))]
    pub option_values: Vec<String>,
    pub price: Money,
    pub sale: Option<NewSale>,
    /// Pieces; left out: they are not counted.
    #[oai(validator(minimum(value = "0"), maximum(value = "1000000000")))]
    pub on_hand: Option<i64>,
    /// Left out: `active`.
    pub status: Option<GoodsStatus>,
    /// `https` link, or the `path` of an uploaded image.
    #[oai(validator(max_length = 2000))]
    pub image: Option<String>,
}

/// A lower price for some time.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct NewSale {
    pub price: Money,
    /// Left out: from ever.
    pub starts_at: Option<At>,
    /// Exclusive; left out: for ever.
    pub ends_at: Option<At>,
}

/// What is to change about a variant; what is left out stays.
#[derive(Clone, Debug, Default, Object)]
#[oai(deny_unknown_fields, example)]
pub struct VariantChange {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub sku: Option<String>,
    #[oai(validator(max_items = 5))]
    pub option_values: Option<Vec<String>>,
    pub price: Option<Money>,
    /// `null` ends the sale.
    pub sale: MaybeUndefined<NewSale>,
    pub status: Option<GoodsStatus>,
    /// `https` link, or the `path` of an uploaded image; `null`: the product's first.
    #[oai(validator(max_length = 2000))]
    pub image: MaybeUndefined<String>,
    #[oai(validator(minimum(value = "0"), maximum(value = "10000")))]
    pub position: Option<i32>,
}

/// Money of an example.
fn example_money(text: &str) -> Money {
    match text.parse() {
        Ok(money) => Money(money),
        Err(_) => unreachable!("the examples of money can be read"),
    }
}

impl Example for NewVariant {
    fn example() -> Self {
        Self {
            sku: "filtre-250".to_owned(),
            option_values: vec!["250 g".to_owned()],
            price: example_money("180.00 TRY"),
            sale: None,
            on_hand: Some(20),
            status: None,
            image: None,
        }
    }
}

impl Example for VariantChange {
    fn example() -> Self {
        Self {
            price: Some(example_money("199.00 TRY")),
            sale: MaybeUndefined::Null,
            ..Self::default()
        }
    }
}

/// A link of ours as products keep it: the public URL in front of it goes.
pub(super) fn own_link(edge: &Edge, link: String) -> String {
    let public = edge.platform().config.public_url.trim_end_matches('/');
    match link.strip_prefix(public) {
        Some(path) if path.starts_with("/media/") => path.to_owned(),
        _ => link,
    }
}

impl From<NewSale> for DraftSale {
    fn from(sale: NewSale) -> Self {
        Self {
            price: sale.price.0,
            starts_at: sale.starts_at.map(|at| at.0),
            ends_at: sale.ends_at.map(|at| at.0),
        }
    }
}

impl NewVariant {
    pub(super) fn draft(self, edge: &Edge) -> Draft {
        Draft {
            sku: self.sku,
            option_values: self.option_values,
            price: self.price.0,
            sale: self.sale.map(Into::into),
            stock: self.on_hand.map_or(Stock::Uncounted, Stock::Counted),
            status: self.status.unwrap_or(GoodsStatus::Active).into(),
            image: self.image.map(|image| own_link(edge, image)),
        }
    }
}

impl StockView {
    pub(super) fn of(row: &variant::Model) -> Self {
        Self {
            counted: row.tracked,
            on_hand: row.tracked.then_some(row.on_hand),
            reserved: row.reserved,
            available: offer::available(row),
        }
    }
}

/// A variant as it is now.
pub(super) fn view(edge: &Edge, currency: &str, row: variant::Model) -> Result<Variant, Problem> {
    let money = |minor| Money::from_minor(minor, currency);
    let sale = match row.sale_price_minor {
        Some(minor) => Some(SaleView {
            price: money(minor)?,
            starts_at: row.sale_starts_at.map(At),
            ends_at: row.sale_ends_at.map(At),
        }),
        None => None,
    };
    Ok(Variant {
        id: Id(row.id),
        product_id: Id(row.product_id),
        price: money(row.price_minor)?,
        unit_price: money(offer::unit_price(&row, edge.now()))?,
        stock: StockView::of(&row),
        sku: row.sku,
        option_values: row.option_values.0,
        sale,
        status: row.status.into(),
        image: row.image.map(|image| edge.platform().absolute(&image)),
        position: row.position,
        created_at: At(row.created_at),
        updated_at: At(row.updated_at),
    })
}

#[OpenApi(prefix_path = "/variants", tag = "Tag::Variants")]
impl VariantsApi {
    /// List variants
    ///
    /// Newest first.
    #[oai(path = "/", method = "get", operation_id = "list_variants")]
    async fn list(
        &self,
        key: Key<CatalogRead>,
        product_id: Query<Option<Id<ProductId>>>,
        #[oai(validator(max_length = 100))] sku: Query<Option<String>>,
        status: Query<Option<GoodsStatus>>,
        limit: Query<Limit>,
        cursor: Query<Option<Cursor>>,
    ) -> Answer<Page<Variant>> {
        let wanted = Wanted::read("variants", limit.0, cursor.0)?;
        let filter = VariantFilter {
            product: product_id.0.map(|id| id.0),
            sku: sku.0,
            status: status.0.map(Into::into),
        };
        let (db, shop) = (self.0.reader(), key.shop());
        let currency = catalog::list::currency(db, shop).await?;
        let rows = list::variants(db, shop, &filter, wanted.after()?, wanted.rows()).await?;
        let views = rows
            .into_iter()
            .map(|row| view(&self.0, &currency, row))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Reply::new(&wanted.page(views, |v| v.id.to_string(), |v| v)))
    }

    /// Read a variant
    #[oai(path = "/:id", method = "get", operation_id = "get_variant")]
    async fn get(&self, key: Key<CatalogRead>, id: Path<Id<VariantId>>) -> Answer<Variant> {
        let (db, shop) = (self.0.reader(), key.shop());
        let row = list::variant(db, shop, id.0.0).await?;
        let (version, currency) = (row.version, list::currency(db, shop).await?);
        Ok(Reply::versioned(&view(&self.0, &currency, row)?, version).live())
    }

    /// Change a variant
    ///
    /// Its stock is changed under `/stock`.
    #[oai(path = "/:id", method = "patch", operation_id = "update_variant")]
    async fn update(
        &self,
        key: Key<CatalogWrite>,
        id: Path<Id<VariantId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
        #[oai(name = "If-Match")] if_match: IfMatch,
        body: Json<VariantChange>,
    ) -> Answer<Variant> {
        let body = body.0;
        let change = Change {
            sku: body.sku,
            option_values: body.option_values,
            price: body.price.map(|price| price.0),
            sale: told(body.sale).map(|sale| sale.map(Into::into)),
            status: body.status.map(Into::into),
            image: told(body.image).map(|image| image.map(|image| own_link(&self.0, image))),
            position: body.position,
        };
        self.0
            .write(&key, once, async |txn, now| {
                let shop = key.shop();
                let row =
                    catalog::update_variant(txn, now, shop, id.0.0, change, if_match.0).await?;
                let (version, currency) = (row.version, list::currency(txn, shop).await?);
                Ok(Reply::versioned(&view(&self.0, &currency, row)?, version).live())
            })
            .await
    }
}

/// Left out, `null`, or a value.
pub(super) fn told<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}
