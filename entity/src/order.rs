//! Orders.

pub use super::cart::{DeliveryMethod, PaymentMethod};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{CartId, ConversationId, CustomerId, OrderId, ShopId, TermsId, Timestamp};

/// A placed order. Its prices are frozen: the catalog may move on without it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "orders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderId,
    pub shop_id: ShopId,
    pub customer_id: CustomerId,
    pub conversation_id: ConversationId,
    /// Unique with `cart_version`: the same confirmation places one order.
    pub cart_id: CartId,
    pub cart_version: i32,
    /// What people say on the phone: digits, unique in the shop, not guessable.
    pub number: String,
    /// Only `order::lifecycle` decides the next one.
    pub status: Status,
    /// Only `order::lifecycle` decides the next one.
    pub payment_status: PaymentStatus,
    pub payment_method: PaymentMethod,
    pub delivery_method: DeliveryMethod,
    /// As it was at placing, or as the customer changed it since; absent for pickup.
    pub delivery_address: Option<String>,
    /// Who receives it, as it was at placing; absent in orders of the first version.
    pub receiver_name: Option<String>,
    /// Whom to call about it, `+` and digits; absent when no number is known.
    pub receiver_phone: Option<String>,
    /// ISO 4217; all amounts are minor units of it.
    pub currency: String,
    /// Sum of the lines.
    pub lines_minor: i64,
    /// Added to the lines; 0 when prices include tax.
    pub tax_minor: i64,
    pub delivery_minor: i64,
    pub discount_minor: i64,
    /// lines + tax + delivery − discount.
    pub total_minor: i64,
    /// Captured − refunded.
    pub paid_minor: i64,
    /// What the customer wrote; may be empty.
    pub note: String,
    /// Language tag that the customer bought in.
    pub language: String,
    /// Goods stay reserved for an unpaid transfer until then.
    pub pay_until: Option<Timestamp>,
    /// The terms that the customer accepted by confirming; absent when the shop had none.
    pub terms_id: Option<TermsId>,
    /// When, by the provider's time.
    pub terms_accepted_at: Option<Timestamp>,
    /// The provider's id of the message that accepted them.
    pub terms_wamid: Option<String>,
    /// One more with every change: a stale writer touches no row.
    pub version: i32,
    pub placed_at: Timestamp,
    pub updated_at: Timestamp,
}

/// How far the order is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waits for the transfer.
    AwaitingPayment,
    /// The shop has to accept it.
    Placed,
    Accepted,
    /// Waits at the shop for pickup.
    Ready,
    /// On its way.
    Shipped,
    /// The customer has it. Final.
    Delivered,
    /// Final.
    Cancelled,
}

/// How far the payment is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    Unpaid,
    Paid,
    /// Nothing is owed any more.
    Void,
    /// Money came, the order is off: a person pays it back.
    ToRefund,
}

impl ActiveModelBehavior for ActiveModel {}
