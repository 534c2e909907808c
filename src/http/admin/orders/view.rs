//! Orders as the API shows them.

use entity::{
    CartId, ConversationId, CustomerId, OrderEventId, OrderId, TermsId, VariantId, cart, order,
    order_event, order_line,
};
use poem_openapi::{Enum, Object, types::Example};

use crate::{
    http::{
        problem::Problem,
        types::{At, Id, Money},
    },
    order::{
        lifecycle::{self, Event},
        list::Whole,
    },
};

/// A placed order. Its prices are frozen.
#[derive(Clone, Debug, Object)]
pub struct Order {
    pub id: Id<OrderId>,
    /// As it is said on the phone.
    pub number: String,
    pub status: OrderStatus,
    pub payment_status: PaymentStatus,
    pub payment_method: PaymentMethod,
    pub delivery_method: DeliveryMethod,
    /// As the customer gave it, or changed it later; `null` for pickup.
    pub delivery_address: Option<String>,
    /// Who receives it, as it was at placing; `null` when no name is known.
    pub receiver_name: Option<String>,
    /// Whom to call about it, `+` and digits; `null` when no number is known.
    pub receiver_phone: Option<String>,
    pub customer_id: Id<CustomerId>,
    pub conversation_id: Id<ConversationId>,
    pub cart_id: Id<CartId>,
    /// lines + tax + delivery − discount.
    pub total: Money,
    pub amounts: Amounts,
    /// What the customer wrote; may be empty.
    pub note: String,
    /// Language tag that the customer bought in.
    pub language: String,
    /// Goods stay reserved for an unpaid transfer until then.
    pub pay_until: Option<At>,
    /// The terms of sale that the customer accepted; `null`: the shop had none.
    pub consent: Option<Consent>,
    pub placed_at: At,
    pub updated_at: At,
}

/// That the customer accepted the terms of sale, and how.
#[derive(Clone, Debug, Object)]
pub struct Consent {
    /// The version that was accepted; its text is at `/shop/terms/{id}`.
    pub terms_id: Id<TermsId>,
    /// When the customer confirmed, by WhatsApp's time.
    pub at: At,
    /// WhatsApp's id of the message that confirmed; `null` when it is not known.
    pub message_id: Option<String>,
}

/// What the total is made of, and what was paid.
#[derive(Clone, Debug, Object)]
pub struct Amounts {
    /// Sum of the lines.
    pub lines: Money,
    /// Added to the lines; nothing when prices include it.
    pub tax: Money,
    pub delivery: Money,
    pub discount: Money,
    /// Received less paid back.
    pub paid: Money,
}

/// An order with all that belongs to it.
#[derive(Clone, Debug, Object)]
pub struct WholeOrder {
    pub order: Order,
    /// As the customer's profile says; may be empty.
    pub customer_name: String,
    /// `+` and digits; `null` when WhatsApp does not tell.
    pub customer_phone: Option<String>,
    pub lines: Vec<OrderLine>,
    /// The oldest first.
    pub history: Vec<OrderEvent>,
    /// What can be recorded now.
    pub events_allowed: Vec<OrderEventName>,
}

/// One line of an order.
#[derive(Clone, Debug, Object)]
pub struct OrderLine {
    /// From 1.
    pub position: i32,
    pub variant_id: Id<VariantId>,
    pub sku: String,
    /// In the customer's language.
    pub title: String,
    pub quantity: i32,
    pub unit_price: Money,
    /// quantity × unit price.
    pub line_total: Money,
}

/// Something that happened to an order.
#[derive(Clone, Debug, Object)]
pub struct OrderEvent {
    pub id: Id<OrderEventId>,
    /// From 1 without a gap.
    pub sequence: i32,
    /// `placed`, an event, `cancelled_by_customer`, `payment_expired`, `address_changed`, or `note`.
    pub event: String,
    /// `customer`, `system`, or the id of an API key.
    pub actor: String,
    /// After it.
    pub status: OrderStatus,
    /// After it.
    pub payment_status: PaymentStatus,
    /// Why, the old and the new address, or the text of a note; may be empty.
    pub note: String,
    pub at: At,
}

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum OrderStatus {
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

impl From<OrderStatus> for order::Status {
    fn from(status: OrderStatus) -> Self {
        match status {
            OrderStatus::AwaitingPayment => Self::AwaitingPayment,
            OrderStatus::Placed => Self::Placed,
            OrderStatus::Accepted => Self::Accepted,
            OrderStatus::Ready => Self::Ready,
            OrderStatus::Shipped => Self::Shipped,
            OrderStatus::Delivered => Self::Delivered,
            OrderStatus::Cancelled => Self::Cancelled,
        }
    }
}

impl From<order::Status> for OrderStatus {
    fn from(status: order::Status) -> Self {
        match status {
            order::Status::AwaitingPayment => Self::AwaitingPayment,
            order::Status::Placed => Self::Placed,
            order::Status::Accepted => Self::Accepted,
            order::Status::Ready => Self::Ready,
            order::Status::Shipped => Self::Shipped,
            order::Status::Delivered => Self::Delivered,
            order::Status::Cancelled => Self::Cancelled,
        }
    }
}

/// How far a payment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum PaymentStatus {
    Unpaid,
    Paid,
    /// Nothing is owed any more.
    Void,
    /// Money came, the order is off: it is to be paid back.
    ToRefund,
}

impl From<PaymentStatus> for order::PaymentStatus {
    fn from(status: PaymentStatus) -> Self {
        match status {
            PaymentStatus::Unpaid => Self::Unpaid,
            PaymentStatus::Paid => Self::Paid,
            PaymentStatus::Void => Self::Void,
            PaymentStatus::ToRefund => Self::ToRefund,
        }
    }
}

impl From<order::PaymentStatus> for PaymentStatus {
    fn from(status: order::PaymentStatus) -> Self {
        match status {
            order::PaymentStatus::Unpaid => Self::Unpaid,
            order::PaymentStatus::Paid => Self::Paid,
            order::PaymentStatus::Void => Self::Void,
            order::PaymentStatus::ToRefund => Self::ToRefund,
        }
    }
}

/// How an order is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum PaymentMethod {
    CashOnDelivery,
    BankTransfer,
}

/// How the goods reach the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum DeliveryMethod {
    Delivery,
    Pickup,
}

/// What can be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum OrderEventName {
    /// The transfer came in, or cash was taken.
    PaymentReceived,
    AcceptedByShop,
    /// Of an order for pickup: it waits at the shop.
    ReadyForPickup,
    /// Of an order for delivery: it is on its way.
    HandedToCarrier,
    /// Of an order for delivery: the customer has it.
    Arrived,
    /// Of an order for pickup: the customer has it.
    PickedUp,
    CancelledByShop,
}

impl OrderEventName {
    const ALL: [Self; 7] = [
        Self::PaymentReceived,
        Self::AcceptedByShop,
        Self::ReadyForPickup,
        Self::HandedToCarrier,
        Self::Arrived,
        Self::PickedUp,
        Self::CancelledByShop,
    ];
}

impl From<OrderEventName> for Event {
    fn from(name: OrderEventName) -> Self {
        match name {
            OrderEventName::PaymentReceived => Self::PaymentReceived,
            OrderEventName::AcceptedByShop => Self::AcceptedByShop,
            OrderEventName::ReadyForPickup => Self::ReadyForPickup,
            OrderEventName::HandedToCarrier => Self::HandedToCarrier,
            OrderEventName::Arrived => Self::Arrived,
            OrderEventName::PickedUp => Self::PickedUp,
            OrderEventName::CancelledByShop => Self::CancelledByShop,
        }
    }
}

/// What happened to an order.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct NewOrderEvent {
    pub event: OrderEventName,
    /// Why, for the history; when the shop cancels, the customer reads it too.
    #[oai(validator(max_length = 500))]
    pub why: Option<String>,
}

impl Example for NewOrderEvent {
    fn example() -> Self {
        Self { event: OrderEventName::AcceptedByShop, why: None }
    }
}

/// A note for the shop.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct NewNote {
    #[oai(validator(min_length = 1, max_length = 1000))]
    pub text: String,
}

impl Example for NewNote {
    fn example() -> Self {
        Self { text: "Kapıyı çalmayın, bebek uyuyor.".to_owned() }
    }
}

pub(super) fn order(row: &order::Model) -> Result<Order, Problem> {
    let money = |minor| Money::from_minor(minor, &row.currency);
    Ok(Order {
        id: Id(row.id),
        number: row.number.clone(),
        status: row.status.into(),
        payment_status: row.payment_status.into(),
        payment_method: match row.payment_method {
            cart::PaymentMethod::CashOnDelivery => PaymentMethod::CashOnDelivery,
            cart::PaymentMethod::BankTransfer => PaymentMethod::BankTransfer,
        },
        delivery_method: match row.delivery_method {
            cart::DeliveryMethod::Delivery => DeliveryMethod::Delivery,
            cart::DeliveryMethod::Pickup => DeliveryMethod::Pickup,
        },
        delivery_address: row.delivery_address.clone(),
        receiver_name: row.receiver_name.clone(),
        receiver_phone: row.receiver_phone.clone(),
        customer_id: Id(row.customer_id),
        conversation_id: Id(row.conversation_id),
        cart_id: Id(row.cart_id),
        total: money(row.total_minor)?,
        amounts: Amounts {
            lines: money(row.lines_minor)?,
            tax: money(row.tax_minor)?,
            delivery: money(row.delivery_minor)?,
            discount: money(row.discount_minor)?,
            paid: money(row.paid_minor)?,
        },
        note: row.note.clone(),
        language: row.language.clone(),
        pay_until: row.pay_until.map(At),
        consent: row.terms_id.map(|terms| Consent {
            terms_id: Id(terms),
            at: At(row.terms_accepted_at.unwrap_or(row.placed_at)),
            message_id: row.terms_wamid.clone(),
        }),
        placed_at: At(row.placed_at),
        updated_at: At(row.updated_at),
    })
}

pub(super) fn whole(whole: Whole) -> Result<WholeOrder, Problem> {
    let row = &whole.order;
    let events_allowed = OrderEventName::ALL
        .into_iter()
        .filter(|name| {
            let (status, payment) = (row.status, row.payment_status);
            lifecycle::next(status, payment, row.delivery_method, (*name).into()).is_ok()
        })
        .collect();
    let line = |line: order_line::Model| {
        Ok::<_, Problem>(OrderLine {
            position: line.position,
            variant_id: Id(line.variant_id),
            quantity: line.quantity,
            unit_price: Money::from_minor(line.unit_price_minor, &row.currency)?,
            line_total: Money::from_minor(line.line_total_minor, &row.currency)?,
            sku: line.sku,
            title: line.title,
        })
    };
    let (customer_name, customer_phone) =
        whole.customer.map_or_else(Default::default, |customer| (customer.name, customer.phone));
    Ok(WholeOrder {
        order: order(row)?,
        customer_name,
        customer_phone,
        lines: whole.lines.into_iter().map(line).collect::<Result<_, _>>()?,
        history: whole.events.into_iter().map(event).collect(),
        events_allowed,
    })
}

pub(super) fn event(row: order_event::Model) -> OrderEvent {
    OrderEvent {
        id: Id(row.id),
        sequence: row.sequence,
        event: row.event,
        actor: row.actor,
        status: row.status.into(),
        payment_status: row.payment_status.into(),
        note: row.note,
        at: At(row.at),
    }
}
