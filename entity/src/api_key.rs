//! Keys of the admin API.

use crate::{ApiKeyId, ShopId, StringList, Timestamp};
use sea_orm::entity::prelude::*;

/// A key; only its hash is kept.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiKeyId,
    pub shop_id: ShopId,
    pub name: String,
    /// The first characters, for people to tell keys apart.
    pub hint: String,
    /// SHA-256 of the whole key, hexadecimal; unique.
    #[sea_orm(unique)]
    pub hash: String,
    pub scopes: StringList,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
