//! Links that open a chat with a product or a cart.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{ChannelId, LinkId, ShopId, Timestamp};

/// A link. Its token is the code and a seal that only the shop can make.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LinkId,
    pub shop_id: ShopId,
    /// The number whose chat it opens.
    pub channel_id: ChannelId,
    /// Its short name in the token; unique over all shops.
    #[sea_orm(unique)]
    pub code: String,
    pub opens: Opens,
    /// What stands before the token in the message.
    pub words: String,
    pub expires_at: Option<Timestamp>,
    /// How often a customer sent its message.
    pub uses: i64,
    pub last_used_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// What a link opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(rename_all = "snake_case")]
pub enum Opens {
    /// The card of one variant.
    Product { sku: String },
    /// A cart with these.
    Cart { lines: Vec<Wish> },
}

/// Pieces of one SKU.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    pub sku: String,
    pub quantity: u32,
}

impl ActiveModelBehavior for ActiveModel {}
