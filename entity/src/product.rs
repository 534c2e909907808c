//! Products.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{ProductId, ShopId, StringList, Timestamp};

/// A product with at least one variant.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "products")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProductId,
    pub shop_id: ShopId,
    /// The shop's own name of it; unique in the shop; WhatsApp's `item_group_id`.
    pub handle: String,
    /// Short code in the ids of bubbles; unique in the shop.
    pub code: i64,
    pub title: String,
    pub description: String,
    pub brand: String,
    /// Other words that people may look for it by; may be empty.
    pub keywords: String,
    pub condition: Condition,
    /// The page of the product, when the shop has one.
    pub link: Option<String>,
    pub status: Status,
    /// Names of the options, in order: `["color", "size"]`. Empty: exactly one variant.
    pub options: StringList,
    /// Pictures in order: absolute URLs, or `/media/…` for those that we serve.
    pub images: StringList,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Whether it is for sale.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Draft,
    Active,
    Archived,
}

/// WhatsApp wants to know.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    New,
    Refurbished,
    Used,
}

impl ActiveModelBehavior for ActiveModel {}
