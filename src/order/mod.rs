//! Room 4: placing, lifecycle, what the customer is told.
//!
//! An order is a cart frozen at placing. `lifecycle` holds every way in which it can move; this module carries a move
//! out: status, stock, history and the message to the customer, in the transaction that the caller opened. While a
//! person has the chat the customer is told nothing: it is said when they hand the chat back. Who took it by the app on the
//! phone has let go after half a day without a word.

pub mod cut_off;
pub mod lifecycle;
pub mod list;
pub mod number;
pub mod place;
mod stock;
mod told;

use entity::{
    OrderEventId, OrderId, ShopId, Timestamp,
    cart::Receiver,
    conversation::{self, Owner},
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
use lifecycle::Event;
pub use lifecycle::Refused;

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
    let Change { event, actor, why, if_version } = change;
    let (before, chat) = locked_behind_chat(txn, shop, id).await?;
    if if_version.is_some_and(|version| version != before.version) {
        return Err(OrderError::Stale(id));
    }
    let after = moved(&before, event, now)?;
    let (old_status, old_at) = (before.status, before.updated_at);
    let done = Move { before, after, event: event.name(), actor, why: why.replace('\0', "") };
    carry_out(txn, now, &done).await?;
    let Move { after, why, .. } = done;
    let is_alone = |chat: &conversation::Model| chat.is_left_alone(now);
    if chat.as_ref().is_some_and(|chat| chat.owner == Owner::Person && !is_alone(chat)) {
        return Ok(after);
    }
    // News of a payment do not tell how the order moved before.
    let tells_all = |chat: &conversation::Model| {
        after.status != old_status || chat.untold_since.is_none_or(|since| old_at < since)
    };
    if let Some(chat) = chat.filter(|chat| is_alone(chat) && tells_all(chat)) {
        told_alone(txn, now, &chat, id).await?;
    }
    // In the language that the customer bought in.
    let voice = voice_of(txn, shop, after.language.parse().unwrap_or(Lang::En)).await?;
    if let Some(message) = told::message(&voice, &after, event, &why) {
        let purpose = entity::outbox::Purpose::OrderUpdate;
        outbox::push(txn, now, after.conversation_id, purpose, &message, None).await?;
    }
    Ok(after)
}

/// A change of an order that was decided: nothing of it is stored yet.
#[derive(Clone, Debug)]
pub struct Move {
    /// As it was when it was decided.
    pub before: order::Model,
    pub after: order::Model,
    /// What the history calls it: an event of `lifecycle`, or [`ADDRESS_CHANGED`].
    pub event: &'static str,
    /// `customer`, `system`, or the id of an API key.
    pub actor: String,
    /// For the history; may be empty.
    pub why: String,
}

/// What the history calls a change of the address.
pub const ADDRESS_CHANGED: &str = "address_changed";

/// The order after `event`. Pure.
///
/// # Errors
/// [`Refused`] when the tables have no such move.
pub fn moved(before: &order::Model, event: Event, now: Timestamp) -> Result<order::Model, Refused> {
    let (status, payment_status) =
        lifecycle::next(before.status, before.payment_status, before.delivery_method, event)?;
    let paid_minor = match (before.payment_status, payment_status) {
        (PaymentStatus::Unpaid, PaymentStatus::Paid)
        | (PaymentStatus::Void, PaymentStatus::ToRefund) => before.total_minor,
        _ => before.paid_minor,
    };
    Ok(order::Model {
        status,
        payment_status,
        paid_minor,
        version: before.version + 1,
        updated_at: now,
        ..before.clone()
    })
}

/// The order that goes to another address and to who receives there. Whether it still may, `cut_off` says. Pure.
#[must_use]
pub fn readdressed(
    before: &order::Model,
    address: String,
    receiver: Receiver,
    now: Timestamp,
) -> Move {
    let old = before.delivery_address.clone().unwrap_or_default();
    let why = format!("{old} → {address}");
    let after = order::Model {
        delivery_address: Some(address),
        receiver_name: receiver.name,
        receiver_phone: receiver.phone,
        version: before.version + 1,
        updated_at: now,
        ..before.clone()
    };
    let (before, actor) = (before.clone(), "customer".to_owned());
    Move { before, after, event: ADDRESS_CHANGED, actor, why }
}

/// Writes what was decided: the order, its stock, its history. The customer is told by whoever decided it.
///
/// # Errors
/// [`OrderError::Stale`] when the order is another than it was decided about; the transaction is to be dropped then.
pub async fn carry_out(txn: &Write, now: Timestamp, done: &Move) -> Result<(), OrderError> {
    let Move { before, after, event, actor, why } = done;
    store(txn, before, after).await?;
    if after.status != before.status {
        stock::follow(txn, now, before, after.status).await?;
    }
    record(txn, now, after, event, actor, why).await?;
    Ok(())
}

/// Adds a note to the history. The customer does not see it. The order counts as changed, and keeps its version: a note
/// gets in nobody's way.
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
    order::Entity::update_many()
        .col_expr(order::Column::UpdatedAt, Expr::value(now))
        .filter(order::COLUMN.id.eq(id))
        .exec(txn)
        .await?;
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

/// An order and its chat. The chat is locked first and the goods last, as the chat's own turns
/// lock them: two that wait for each other never wait in a circle.
async fn locked_behind_chat(
    txn: &Write,
    shop: ShopId,
    id: OrderId,
) -> Result<(order::Model, Option<conversation::Model>), OrderError> {
    let found = order::Entity::find_by_id(id)
        .filter(order::COLUMN.shop_id.eq(shop))
        .one(txn)
        .await?
        .ok_or(OrderError::NotFound(id))?;
    let chat =
        conversation::Entity::find_by_id(found.conversation_id).lock_exclusive().one(txn).await?;
    Ok((locked(txn, shop, id).await?, chat))
}

/// The news of an order go into a chat that nobody answers any more: they are not told once more when it is handed back,
/// unless there is more to tell.
async fn told_alone(
    txn: &Write,
    now: Timestamp,
    chat: &conversation::Model,
    id: OrderId,
) -> Result<(), OrderError> {
    let Some(since) = chat.untold_since else { return Ok(()) };
    let another = order::Entity::find()
        .filter(order::COLUMN.customer_id.eq(chat.customer_id))
        .filter(order::COLUMN.conversation_id.eq(chat.id))
        .filter(order::Column::Id.ne(id))
        .filter(order::Column::UpdatedAt.gte(since))
        .one(txn)
        .await?;
    if another.is_none() {
        conversation::Entity::update_many()
            .col_expr(conversation::Column::UntoldSince, Expr::value(now.plus_ms(1)))
            .filter(conversation::COLUMN.id.eq(chat.id))
            .exec(txn)
            .await?;
    }
    Ok(())
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
        .col_expr(order::Column::DeliveryAddress, Expr::value(after.delivery_address.clone()))
        .col_expr(order::Column::ReceiverName, Expr::value(after.receiver_name.clone()))
        .col_expr(order::Column::ReceiverPhone, Expr::value(after.receiver_phone.clone()))
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
