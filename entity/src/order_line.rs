//! Lines of placed orders; frozen.

use crate::{OrderId, OrderLineId, VariantId};
use sea_orm::entity::prelude::*;

/// One line of an order.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_lines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderLineId,
    pub order_id: OrderId,
    /// From 1, as the customer saw them.
    pub position: i32,
    pub variant_id: VariantId,
    pub sku: String,
    /// Product and option values, in the customer's language.
    pub title: String,
    pub quantity: i32,
    pub unit_price_minor: i64,
    /// quantity × unit price.
    pub line_total_minor: i64,
}

impl ActiveModelBehavior for ActiveModel {}
