//! Products, variants, stock, collections, pictures. Our tables are the truth; `sync` keeps WhatsApp's copy.
//!
//! The verbs take the open write and the shop: nothing of another shop is ever seen or touched. What may be said of a
//! product is in [`rules`], what it costs now in [`offer`]; both are pure. A file is taken in by [`import`], and words
//! lead to goods by [`search`].

pub mod image;
pub mod import;
pub mod list;
pub mod offer;
pub mod rules;
pub mod search;
pub mod sync;

mod collection;
mod product;
mod stock;
mod variant;

use entity::{CollectionId, ProductId, ShopId, Timestamp, VariantId, shop};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, SqlErr, sea_query::Expr};

use crate::{
    money::{Currency, MoneyError},
    platform::db::Write,
};

pub use collection::{
    CollectionChange, NewCollection, create_collection, delete_collection, set_collection_products,
    update_collection,
};
pub use image::upload_image;
pub use product::{
    NewProduct, ProductChange, add_variant, archive_product, create_product, update_product,
};
pub use rules::{Invalid, Sale};
pub use stock::{Stock, Which, adjust_stock, lock_stock, set_stock};
pub use variant::{NewVariant, VariantChange, update_variant};

/// Why the catalog refuses.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    #[error("there is no shop `{0}`")]
    NoShop(ShopId),
    #[error("there is no product `{0}`")]
    NoProduct(ProductId),
    #[error("there is no variant `{0}`")]
    NoVariant(VariantId),
    #[error("there is no variant with the SKU `{0}`")]
    NoSku(String),
    #[error("there is no collection `{0}`")]
    NoCollection(CollectionId),
    /// Someone else changed it since it was read.
    #[error("`{0}` has changed since it was read")]
    Stale(String),
    #[error("the SKU `{0}` is taken")]
    SkuTaken(String),
    #[error("the handle `{0}` is taken")]
    HandleTaken(String),
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// An adjustment that would leave less than nothing.
    #[error("`{sku}` has {on_hand} pieces: {by:+} cannot be done")]
    TooFew { sku: String, on_hand: i64, by: i64 },
    /// Less than orders hold: ship or cancel them first.
    #[error("orders hold {reserved} pieces of `{sku}`: {wanted} on hand would be too few")]
    Held { sku: String, reserved: i64, wanted: i64 },
    #[error("the stock of `{0}` is not counted: set it first")]
    Uncounted(String),
    #[error(transparent)]
    Picture(#[from] image::BadPicture),
    #[error(transparent)]
    Money(#[from] MoneyError),
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// What the verbs of the catalog answer.
pub type Result<T, E = CatalogError> = std::result::Result<T, E>;

/// Takes `n` short codes of the shop for what is new; the first comes back with the shop. What is new has words, so the
/// version of the words moves as well. The shop's row stays locked until the end of
/// the transaction, so whoever creates things in one shop does it one after the other.
pub(crate) async fn take_codes(txn: &Write, shop: ShopId, n: usize) -> Result<(i64, shop::Model)> {
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    let row = shop::Entity::update_many()
        .col_expr(shop::Column::NextCode, Expr::col(shop::Column::NextCode).add(n))
        .col_expr(shop::Column::WordsVersion, Expr::col(shop::Column::WordsVersion).add(1))
        .filter(shop::COLUMN.id.eq(shop))
        .exec_with_returning(txn)
        .await?
        .pop()
        .ok_or(CatalogError::NoShop(shop))?;
    Ok((row.next_code - n, row))
}

/// The currency that the shop sells in.
pub(crate) async fn currency(txn: &Write, shop: ShopId) -> Result<Currency> {
    let row = shop::Entity::find_by_id(shop).one(txn).await?.ok_or(CatalogError::NoShop(shop))?;
    Ok(row.currency.parse()?)
}

/// `taken` when the database refused a name that is used already.
fn unless_taken(error: DbErr, taken: CatalogError) -> CatalogError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => taken,
        _ => error.into(),
    }
}

/// Refuses a writer that read another version.
fn check_version(id: &impl ToString, version: i32, if_version: Option<i32>) -> Result<()> {
    if if_version.is_some_and(|wanted| wanted != version) {
        return Err(CatalogError::Stale(id.to_string()));
    }
    Ok(())
}

/// When a change is made: never before the last one.
fn later(now: Timestamp, last: Timestamp) -> Timestamp {
    Ord::max(now, last)
}
