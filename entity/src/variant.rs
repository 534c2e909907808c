//! Variants: what has a price and stock.

pub use super::product::Status;
use crate::{ProductId, ShopId, StringList, Timestamp, VariantId};
use sea_orm::entity::prelude::*;

/// A variant: one SKU.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "variants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VariantId,
    pub shop_id: ShopId,
    pub product_id: ProductId,
    /// WhatsApp's retailer id; unique in the shop; at most 100 characters.
    pub sku: String,
    /// Short code in the ids of bubbles; unique in the shop.
    pub code: i64,
    /// Values of the product's options, in the same order.
    pub option_values: StringList,
    /// Minor units of the shop's currency.
    pub price_minor: i64,
    /// Minor units; below `price_minor`.
    pub sale_price_minor: Option<i64>,
    /// The sale price holds from here; absent: from ever.
    pub sale_starts_at: Option<Timestamp>,
    /// The sale price holds until here, exclusive; absent: for ever.
    pub sale_ends_at: Option<Timestamp>,
    /// Whether stock is counted. Uncounted variants never sell out.
    pub tracked: bool,
    pub on_hand: i64,
    /// Taken by orders that have not been shipped. Available = `on_hand` − `reserved`.
    pub reserved: i64,
    pub status: Status,
    /// A picture of its own; otherwise the product's first.
    pub image: Option<String>,
    pub position: i32,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
