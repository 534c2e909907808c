//! Carts.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{AddressId, CartId, ConversationId, CustomerId, ShopId, TermsId, Timestamp, VariantId};

/// A cart of one conversation. Its lines live in one column: a cart is read and written whole.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "carts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CartId,
    pub shop_id: ShopId,
    pub customer_id: CustomerId,
    pub conversation_id: ConversationId,
    /// Its short name in the ids of bubbles: [`CartId::short`], unique in the shop, so that an old bubble never means
    /// another cart.
    pub number: i64,
    pub status: Status,
    pub lines: Lines,
    /// Asked for, but not sellable now: named to the customer and kept apart.
    pub set_aside: SetAside,
    /// What the customer wrote with the cart; may be empty.
    pub note: String,
    pub delivery_method: Option<DeliveryMethod>,
    pub address_id: Option<AddressId>,
    pub payment_method: Option<PaymentMethod>,
    /// Another cart that came while this one held something: what becomes of the two is asked.
    pub pending: Option<Pending>,
    pub details: Details,
    /// One more with every change that the customer must see before confirming.
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Lines that can be bought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Lines(pub Vec<Line>);

/// One line of a cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub variant_id: VariantId,
    pub sku: String,
    pub quantity: u32,
    /// Minor units: the price that the customer saw last.
    pub unit_price_minor: i64,
}

/// A cart that waits for the customer's word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Pending {
    /// What can be bought of it, at the prices that the customer saw with the question.
    pub lines: Vec<Line>,
    #[serde(default)]
    pub set_aside: Vec<SetAsideLine>,
    /// What came with it; may be empty.
    #[serde(default)]
    pub note: String,
}

/// What was asked for and cannot be bought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct SetAside(pub Vec<SetAsideLine>);

/// One line that is kept apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAsideLine {
    pub sku: String,
    /// The title when we know the SKU.
    pub title: Option<String>,
    /// As it was asked for.
    pub quantity: i64,
    pub why: Why,
}

/// Why a line is kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// No such SKU in this shop.
    Unknown,
    /// Fewer available than asked for; the rest may be in the lines.
    SoldOut,
    /// Not for sale any more.
    Withdrawn,
    /// Not a quantity that can be bought.
    BadQuantity,
    /// From a catalog that is not the shop's.
    Foreign,
}

/// What the checkout keeps beside the columns. Grows by fields with defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(default)]
pub struct Details {
    /// Who receives it, when it is not the customer.
    pub receiver: Option<Receiver>,
    /// The terms that the summary showed.
    pub terms: Option<TermsId>,
    /// The form that was sent last and is not filled in yet.
    pub form: Option<Form>,
}

/// Who receives an order: at least one of both is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Receiver {
    pub name: Option<String>,
    /// `+` and digits.
    pub phone: Option<String>,
}

/// A form that may be answered once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    pub token: String,
    pub until: Timestamp,
}

/// `status` is [`Status::Open`], written out: only so both planners see that the index of open carts serves.
pub const IS_OPEN: &str = "carts.status = 'open'";

/// How far the cart is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Status {
    Open,
    /// Became an order.
    Placed,
    /// Emptied by the customer; can be brought back.
    Dropped,
    /// Left alone for longer than the shop keeps carts; can be brought back.
    Expired,
}

/// How the goods reach the customer.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum DeliveryMethod {
    Delivery,
    Pickup,
}

/// How the order is paid.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum PaymentMethod {
    CashOnDelivery,
    BankTransfer,
}

impl ActiveModelBehavior for ActiveModel {}
