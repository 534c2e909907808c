//! Shops, apps and channels: applied from `shop.toml`; and the keys of the admin API.
//!
//! [`ShopFile::parse`] reads and checks without touching anything and reports every fault at once; [`apply`] stores.
//! Applying the same file twice changes nothing.

mod apply;
pub mod check;
mod checkout;
pub mod edit;
mod file;
pub mod hours;
pub mod keys;
mod orders;
mod section;
pub mod terms;

pub use apply::{Applied, Change, apply};
pub use checkout::{CartPart, CheckoutPart};
pub use file::{AppPart, ChannelPart, Pace, ShopFile, ShopPart};
pub use orders::OrdersPart;

use crate::platform::secret::SecretError;

/// Why a shop or a key could not be stored.
#[derive(Debug, thiserror::Error)]
pub enum ShopError {
    /// Every fault of a `shop.toml`, each naming its key.
    #[error("shop.toml cannot be applied:{}", list(.0))]
    Faults(Vec<String>),
    #[error("the number `{phone_number_id}` belongs to the shop `{handle}`")]
    ForeignChannel { phone_number_id: String, handle: String },
    #[error("the currency of `{handle}` stays {currency}: its prices are kept in it")]
    CurrencyInUse { handle: String, currency: String },
    #[error("no shop has the handle `{0}`")]
    NoShop(String),
    #[error("no channel `{0}` in this shop")]
    NoChannel(entity::ChannelId),
    /// Every value that cannot be, with its JSON Pointer.
    #[error("{} values cannot be accepted", .0.len())]
    Invalid(Vec<(String, String)>),
    /// It has this version now, and another was expected.
    #[error("it was changed meanwhile and has version {0} now")]
    Stale(i32),
    #[error("no terms `{0}` in this shop")]
    NoTerms(entity::TermsId),
    #[error("no key `{0}` in this shop")]
    NoKey(entity::ApiKeyId),
    #[error("`{0}` is no scope")]
    NoScope(String),
    #[error("a key needs a name of 1 to 100 characters and at least one scope")]
    BadKey,
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Db(#[from] sea_orm::DbErr),
}

fn list(faults: &[String]) -> String {
    faults.iter().map(|fault| format!("\n  - {fault}")).collect()
}

/// The shop with this handle.
///
/// # Errors
/// [`ShopError::NoShop`], or the database's.
pub async fn by_handle(
    db: &impl sea_orm::ConnectionTrait,
    handle: &str,
) -> Result<entity::shop::Model, ShopError> {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    entity::shop::Entity::find()
        .filter(entity::shop::Column::Handle.eq(handle))
        .one(db)
        .await?
        .ok_or_else(|| ShopError::NoShop(handle.to_owned()))
}
