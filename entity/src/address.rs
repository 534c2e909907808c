//! Addresses that customers gave.

use crate::{AddressId, CustomerId, ShopId, Timestamp};
use sea_orm::entity::prelude::*;

/// An address as the customer wrote it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "addresses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AddressId,
    pub shop_id: ShopId,
    pub customer_id: CustomerId,
    /// Counted from 1 for the customer; ids of bubbles carry it.
    pub number: i64,
    pub text: String,
    /// Of a location pin, as text so that nothing is rounded: `41.0082,28.9784`.
    pub coordinates: Option<String>,
    /// Who receives there, when it is not the customer.
    pub receiver_name: Option<String>,
    /// `+` and digits.
    pub receiver_phone: Option<String>,
    pub last_used_at: Timestamp,
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
