//! Room 4: placing, lifecycle, what the customer is told.
//!
//! An order is a cart frozen at placing. `lifecycle` holds every way in which it can move; this module carries a move
//! out: status, stock, history and the message to the customer, in the transaction that the caller opened.

pub mod lifecycle;
pub mod list;
pub mod number;
pub mod place;
mod stock;
mod told;

use entity::{
    OrderEventId, OrderId, ShopId, Timestamp,
    order::{self, PaymentStatus},
    order_event,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};

use crate::{
    outbox::{self, OutboxError},
    platform::{Platform, db::Write},
    text::{Lang, voice_of},
};
use lifecycle::{Event, Refused};

/// Why an order could not be changed. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    #[error("there is no order `{0}`")]
    NotFound(OrderId),
    #[error("order `{0}` was changed by someone else meanwhile")]
    Stale(OrderId),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("a note has 1 to 1000 characters")]
    BadNote,
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// A move of an order, and who makes it why.
#[derive(Clone, Debug)]
pub struct Change {
    pub event: Event,
    /// `customer`, `system`, or the id of an API key.
    pub actor: String,
    /// For the history, and told to the customer when the shop cancels; may be empty.
    pub why: String,
    /// The version that the actor saw; absent: whatever it is.
    pub if_version: Option<i32>,
}

/// Moves an order, its stock and its payment; writes its history and tells the customer, all in `txn`.
///
/// # Errors
/// [`OrderError::NotFound`] for another shop's order too, [`OrderError::Stale`], [`OrderError::Refused`].
pub async fn advance(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    id: OrderId,
    change: Change,
) -> Result<order::Model, OrderError> {
    let change = Change { why: change.why.replace('\0', ""), ..change };
    let before = locked(txn, shop, id).await?;
    if change.if_version.is_some_and(|version| version != before.version) {
        return Err(OrderError::Stale(id));
    }
    let (status, payment_status) = lifecycle::next(
        before.status,
        before.payment_status,
        before.delivery_method,
        change.event,
    )?;
    let paid_minor = match (before.payment_status, payment_status) {
        (PaymentStatus::Unpaid, PaymentStatus::Paid)
        | (PaymentStatus::Void, PaymentStatus::ToRefund) => before.total_minor,
        _ => before.paid_minor,
    };
    let after = order::Model {
        status,
        payment_status,
        paid_minor,
        version: before.version + 1,
        updated_at: now,
        ..before.clone()
    };
    store(txn, &before, &after).await?;
    // The conversation before the goods, as the chat locks them.
    // In the language that the customer bought in.
    let voice = voice_of(txn, shop, after.language.parse().unwrap_or(Lang::En)).await?;
    if let Some(message) = told::message(&voice, &after, change.event, &change.why) {
        let purpose = entity::outbox::Purpose::OrderUpdate;
        outbox::push(txn, now, after.conversation_id, purpose, &message, None).await?;
    }
    stock::follow(txn, now, &before, status).await?;
    record(txn, now, &after, change.event.name(), &change.actor, &change.why).await?;
    Ok(after)
}

/// Adds a note to the history. The customer does not see it.
///
/// # Errors
/// [`OrderError::NotFound`], [`OrderError::BadNote`].
pub async fn note(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    id: OrderId,
    actor: &str,
    text: &str,
) -> Result<order_event::Model, OrderError> {
    let text = text.replace('\0', "");
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 1_000 {
        return Err(OrderError::BadNote);
    }
    let order = locked(txn, shop, id).await?;
    record(txn, now, &order, "note", actor, text).await
}

/// Cancels one unpaid order whose time ran out. Answers how many were cancelled: 0 or 1.
///
/// # Errors
/// When the database fails; nothing has changed then.
pub async fn turn(platform: &Platform) -> Result<usize, OrderError> {
    let now = platform.now();
    let late = order::Entity::find()
        // Written out and not bound: only so the planner sees that the partial index serves.
        .filter(Expr::cust("status = 'awaiting_payment'"))
        .filter(order::Column::PayUntil.lte(now))
        .order_by_asc(order::Column::PayUntil)
        .one(platform.db.reader())
        .await?;
    let Some(late) = late else { return Ok(0) };
    let change = Change {
        event: Event::PaymentExpired,
        actor: "system".to_owned(),
        why: String::new(),
        if_version: Some(late.version),
    };
    let txn = platform.db.begin_write().await?;
    match advance(&txn, now, late.shop_id, late.id, change).await {
        Ok(_) => txn.commit().await?,
        // Paid or cancelled meanwhile: there is nothing left to do here.
        Err(OrderError::Stale(_)) => txn.rollback().await?,
        Err(other) => return Err(other),
    }
    platform.wake.outbox.notify_one();
    Ok(1)
}

async fn locked(txn: &Write, shop: ShopId, id: OrderId) -> Result<order::Model, OrderError> {
    order::Entity::find_by_id(id)
        .filter(order::COLUMN.shop_id.eq(shop))
        .lock_exclusive()
        .one(txn)
        .await?
        .ok_or(OrderError::NotFound(id))
}

async fn store(txn: &Write, before: &order::Model, after: &order::Model) -> Result<(), OrderError> {
    let hit = order::Entity::update_many()
        .col_expr(order::Column::Status, Expr::value(after.status))
        .col_expr(order::Column::PaymentStatus, Expr::value(after.payment_status))
        .col_expr(order::Column::PaidMinor, Expr::value(after.paid_minor))
        .col_expr(order::Column::Version, Expr::value(after.version))
        .col_expr(order::Column::UpdatedAt, Expr::value(after.updated_at))
        .filter(order::COLUMN.id.eq(after.id))
        .filter(order::COLUMN.version.eq(before.version))
        .exec(txn)
        .await?;
    if hit.rows_affected == 1 { Ok(()) } else { Err(OrderError::Stale(after.id)) }
}

async fn record(
    txn: &Write,
    now: Timestamp,
    order: &order::Model,
    event: &str,
    actor: &str,
    note: &str,
) -> Result<order_event::Model, OrderError> {
    let last: Option<i32> = order_event::Entity::find()
        .select_only()
        .column_as(order_event::Column::Sequence.max(), "last")
        .filter(order_event::COLUMN.order_id.eq(order.id))
        .into_tuple::<Option<i32>>()
        .one(txn)
        .await?
        .flatten();
    let event = order_event::Model {
        id: OrderEventId::new(now),
        order_id: order.id,
        sequence: last.unwrap_or(0) + 1,
        event: event.to_owned(),
        actor: actor.to_owned(),
        status: order.status,
        payment_status: order.payment_status,
        note: note.to_owned(),
        at: now,
    };
    order_event::Entity::insert(event.clone().into_active_model().reset_all())
        .exec_without_returning(txn)
        .await?;
    Ok(event)
}
