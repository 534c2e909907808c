//! Collections: what the menu of the chat offers.

use crate::{CollectionId, ShopId, Timestamp};
use sea_orm::entity::prelude::*;

/// A named, ordered list of products.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "collections")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CollectionId,
    pub shop_id: ShopId,
    /// Unique in the shop.
    pub handle: String,
    /// Short code in the ids of bubbles; unique in the shop.
    pub code: i64,
    pub title: String,
    pub position: i32,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
