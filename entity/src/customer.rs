//! Customers: people in one shop.

use super::cart::{DeliveryMethod, PaymentMethod};
use crate::{CustomerId, ShopId, Timestamp};
use sea_orm::entity::prelude::*;

/// A person in one shop, known by one or more identities.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CustomerId,
    pub shop_id: ShopId,
    /// As the profile or the shop names them; may be empty.
    pub name: String,
    /// The latest phone, `+` and digits; absent for people known by BSUID only.
    pub phone: Option<String>,
    /// A number to call that the customer typed; `+` and digits. It names nobody: it is no identity.
    pub contact_phone: Option<String>,
    /// The latest BSUID.
    pub bsuid: Option<String>,
    /// Language tag of the chat; absent until it is known.
    pub language: Option<String>,
    /// Whether the customer chose it; otherwise it was guessed.
    pub language_chosen: bool,
    /// Since when no notice that needs consent may be sent.
    pub notices_stopped_at: Option<Timestamp>,
    /// As in the latest order: the next checkout starts from it.
    pub last_delivery: Option<DeliveryMethod>,
    /// As in the latest order.
    pub last_payment: Option<PaymentMethod>,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
