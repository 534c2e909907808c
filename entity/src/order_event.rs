//! History of orders: append-only.

use crate::{OrderEventId, OrderId, Timestamp};
use sea_orm::entity::prelude::*;

/// Something that happened to an order: who, what, when, why.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderEventId,
    pub order_id: OrderId,
    /// From 1 without a gap; unique with the order.
    pub sequence: i32,
    /// `placed`, an event of `order::lifecycle`, `address_changed`, or `note`.
    pub event: String,
    /// `customer`, `system`, or `key_…` of the API.
    pub actor: String,
    pub status: super::order::Status,
    pub payment_status: super::order::PaymentStatus,
    /// Why, or the text of a note; may be empty.
    pub note: String,
    pub at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
