//! What a shop says in its own words.

use crate::{ShopId, Timestamp};
use sea_orm::entity::prelude::*;

/// One text of a shop in place of the built-in one.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shop_texts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub shop_id: ShopId,
    /// Language tag.
    #[sea_orm(primary_key, auto_increment = false)]
    pub language: String,
    /// The key of the built-in text.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// In Fluent's syntax, without the key.
    pub text: String,
    /// The shop's `texts_version` when it was written.
    pub version: i32,
    pub updated_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
