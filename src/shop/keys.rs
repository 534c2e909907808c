//! Keys of the admin API: made, found, revoked. Only the hash of a key is kept; the key itself is shown once.

use std::{fmt, str::FromStr};

use entity::{ApiKeyId, ShopId, StringList, Timestamp, api_key};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr,
};
use secrecy::{ExposeSecret, SecretString};

use super::ShopError;
use crate::platform::{db::Write, secret};

/// `last_used_at` is at most this much behind.
const USED_EVERY_MS: i64 = 60_000;

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    ShopRead,
    ShopWrite,
    CatalogRead,
    CatalogWrite,
    OrdersRead,
    OrdersWrite,
    CustomersRead,
    CustomersWrite,
    ConversationsRead,
    ConversationsWrite,
    KeysRead,
    KeysWrite,
}

impl Scope {
    /// Every scope, in the order of the reference.
    pub const ALL: &[Self] = &[
        Self::ShopRead,
        Self::ShopWrite,
        Self::CatalogRead,
        Self::CatalogWrite,
        Self::OrdersRead,
        Self::OrdersWrite,
        Self::CustomersRead,
        Self::CustomersWrite,
        Self::ConversationsRead,
        Self::ConversationsWrite,
        Self::KeysRead,
        Self::KeysWrite,
    ];

    /// Its name: `orders:read`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ShopRead => "shop:read",
            Self::ShopWrite => "shop:write",
            Self::CatalogRead => "catalog:read",
            Self::CatalogWrite => "catalog:write",
            Self::OrdersRead => "orders:read",
            Self::OrdersWrite => "orders:write",
            Self::CustomersRead => "customers:read",
            Self::CustomersWrite => "customers:write",
            Self::ConversationsRead => "conversations:read",
            Self::ConversationsWrite => "conversations:write",
            Self::KeysRead => "keys:read",
            Self::KeysWrite => "keys:write",
        }
    }

    /// Reads names as the command line takes them; `all` stands for every scope.
    ///
    /// # Errors
    /// [`ShopError::NoScope`] with the first that is none.
    pub fn parse_all<S: AsRef<str>>(names: &[S]) -> Result<Vec<Self>, ShopError> {
        let mut scopes = Vec::new();
        for name in names {
            match name.as_ref() {
                "all" => scopes.extend_from_slice(Self::ALL),
                name => scopes.push(name.parse()?),
            }
        }
        scopes.sort_unstable();
        scopes.dedup();
        Ok(scopes)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scope {
    type Err = ShopError;

    fn from_str(name: &str) -> Result<Self, ShopError> {
        Self::ALL
            .iter()
            .copied()
            .find(|scope| scope.name() == name)
            .ok_or_else(|| ShopError::NoScope(name.to_owned()))
    }
}

/// Makes a key for a shop. The secret is shown to its owner now and never again.
///
/// # Errors
/// [`ShopError::BadKey`] for a name that is blank or over 100 characters, or without a scope; the database's.
pub async fn create(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    name: &str,
    scopes: &[Scope],
    expires_at: Option<Timestamp>,
) -> Result<(api_key::Model, SecretString), ShopError> {
    if super::check::line(name, 100).is_err() || scopes.is_empty() {
        return Err(ShopError::BadKey);
    }
    let clear = secret::new_api_key()?;
    let mut scopes = scopes.to_vec();
    scopes.sort_unstable();
    scopes.dedup();
    let row = api_key::Model {
        id: ApiKeyId::new(now),
        shop_id: shop,
        name: name.trim().to_owned(),
        hint: clear.expose_secret().chars().take(10).collect(),
        hash: hash(clear.expose_secret()),
        scopes: scopes.into_iter().map(Scope::name).collect::<StringList>(),
        expires_at,
        revoked_at: None,
        last_used_at: None,
        created_at: now,
    };
    api_key::Entity::insert(row.clone().into_active_model()).exec_without_returning(txn).await?;
    Ok((row, clear))
}

/// Ends a key at once. Revoking it again changes nothing.
///
/// # Errors
/// [`ShopError::NoKey`] when the shop has no such key, or the database's.
pub async fn revoke(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    id: ApiKeyId,
) -> Result<api_key::Model, ShopError> {
    let row = get(txn, shop, id).await?;
    if row.revoked_at.is_some() {
        return Ok(row);
    }
    api_key::Entity::update_many()
        .col_expr(api_key::Column::RevokedAt, Expr::value(now.ms()))
        .filter(api_key::Column::Id.eq(id))
        .exec(txn)
        .await?;
    Ok(api_key::Model { revoked_at: Some(now), ..row })
}

/// One key of a shop.
///
/// # Errors
/// [`ShopError::NoKey`], or the database's.
pub async fn get(
    db: &impl ConnectionTrait,
    shop: ShopId,
    id: ApiKeyId,
) -> Result<api_key::Model, ShopError> {
    api_key::Entity::find_by_id(id)
        .filter(api_key::Column::ShopId.eq(shop))
        .one(db)
        .await?
        .ok_or(ShopError::NoKey(id))
}

/// What a presented key is.
#[derive(Debug)]
pub enum Found {
    /// It may be used.
    Live(api_key::Model),
    Revoked,
    Expired,
    /// There is no such key.
    Unknown,
}

/// Looks a presented key up by its hash.
///
/// # Errors
/// The database's.
pub async fn find(
    db: &impl ConnectionTrait,
    now: Timestamp,
    presented: &str,
) -> Result<Found, ShopError> {
    if !presented.starts_with("sepet_") {
        return Ok(Found::Unknown);
    }
    let row =
        api_key::Entity::find().filter(api_key::Column::Hash.eq(hash(presented))).one(db).await?;
    Ok(match row {
        None => Found::Unknown,
        Some(row) if row.revoked_at.is_some() => Found::Revoked,
        Some(row) if row.expires_at.is_some_and(|at| at <= now) => Found::Expired,
        Some(row) => Found::Live(row),
    })
}

/// Whether the time of the last use is to be written anew.
#[must_use]
pub fn is_use_stale(key: &api_key::Model, now: Timestamp) -> bool {
    key.last_used_at.is_none_or(|at| now.ms() - at.ms() >= USED_EVERY_MS)
}

/// Notes that a key was used.
///
/// # Errors
/// The database's.
pub async fn note_use(txn: &Write, now: Timestamp, id: ApiKeyId) -> Result<(), ShopError> {
    api_key::Entity::update_many()
        .col_expr(api_key::Column::LastUsedAt, Expr::value(now.ms()))
        .filter(api_key::Column::Id.eq(id))
        .exec(txn)
        .await?;
    Ok(())
}

fn hash(clear: &str) -> String {
    secret::sha256_hex(clear.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_by_name() {
        for scope in Scope::ALL {
            assert_eq!(scope.name().parse::<Scope>().unwrap(), *scope);
        }
        assert_eq!(Scope::parse_all(&["all", "orders:read"]).unwrap(), Scope::ALL);
        assert!(
            matches!(Scope::parse_all(&["orders"]), Err(ShopError::NoScope(s)) if s == "orders")
        );
    }
}
