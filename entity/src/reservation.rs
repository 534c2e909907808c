//! Stock that orders hold.

use crate::{OrderId, ShopId, Timestamp, VariantId};
use sea_orm::entity::prelude::*;

/// What one order holds of one variant.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reservations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_id: OrderId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub variant_id: VariantId,
    pub shop_id: ShopId,
    pub quantity: i64,
    pub state: State,
    pub updated_at: Timestamp,
}

/// Whether it counts. A variant's `reserved` is the sum of its live ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum State {
    Live,
    /// The goods left: on hand and reserved went down together.
    Shipped,
    /// Given back.
    Released,
}

impl ActiveModelBehavior for ActiveModel {}
