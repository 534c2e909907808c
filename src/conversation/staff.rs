//! What people of the shop do in a chat: see which need them, take over, write, hand back.

use std::collections::{HashMap, HashSet};

use entity::{
    ChannelId, ConversationId, CustomerId, OutboxId, ShopId, Timestamp,
    conversation::{self, Owner},
    customer, order,
    outbox::Purpose,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, ExprTrait},
};

use super::{apply::change_hands, step::StepError};
use crate::{
    message::{LimitError, Outbound, Text},
    outbox::{OutboxError, drop_held, push, window_open},
    platform::db::Write,
};

/// Why something could not be done in a chat. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    #[error("there is no conversation `{0}`")]
    NotFound(ConversationId),
    #[error("the bot answers in conversation `{0}`")]
    NotTakenOver(ConversationId),
    /// With the end of the window, when the customer ever wrote.
    #[error("the customer service window is closed")]
    WindowClosed(Option<Timestamp>),
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// It could not be shown where the chat was.
    #[error(transparent)]
    Step(#[from] StepError),
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// Which chats are looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub owner: Option<Owner>,
    /// Owned by a person, and nobody wrote since the customer did.
    pub needs_person: Option<bool>,
    pub channel: Option<ChannelId>,
    pub customer: Option<CustomerId>,
}

/// A chat as people see it in a list.
#[derive(Clone, Debug)]
pub struct Seen {
    pub conversation: conversation::Model,
    pub customer: customer::Model,
    /// Owned by a person, and nobody wrote since the customer did.
    pub needs_person: bool,
    /// The order that the person is asked about.
    pub about: Option<order::Model>,
}

/// No staff message since the customer's last one, neither from here nor from the app on the phone.
const UNANSWERED: &str = "(conversations.echoed_at IS NULL OR conversations.echoed_at < conversations.last_inbound_at) \
                          AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.conversation_id = conversations.id \
                          AND o.purpose = 'staff' AND o.created_at >= conversations.last_inbound_at)";

/// Owned by a person and not answered since the customer wrote.
fn needs_person() -> Expr {
    conversation::Column::Owner
        .eq(Owner::Person)
        .and(conversation::Column::LastInboundAt.is_not_null())
        .and(Expr::cust(UNANSWERED))
}

/// Chats of a shop, the newest first, after the one with id `after`.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &impl ConnectionTrait,
    shop: ShopId,
    filter: Filter,
    after: Option<ConversationId>,
    limit: u64,
) -> Result<Vec<Seen>, StaffError> {
    let mut find = conversation::Entity::find().filter(conversation::Column::ShopId.eq(shop));
    if filter.owner == Some(Owner::Person) || filter.needs_person == Some(true) {
        // In these words it is what the index of them is for.
        find = find.filter(Expr::cust("conversations.owner = 'person'"));
    }
    if let Some(owner) = filter.owner {
        find = find.filter(conversation::Column::Owner.eq(owner));
    }
    if let Some(channel) = filter.channel {
        find = find.filter(conversation::Column::ChannelId.eq(channel));
    }
    if let Some(customer) = filter.customer {
        find = find.filter(conversation::Column::CustomerId.eq(customer));
    }
    if let Some(needed) = filter.needs_person {
        find = find.filter(if needed { needs_person() } else { needs_person().not() });
    }
    if let Some(after) = after {
        find = find.filter(conversation::Column::Id.lt(after));
    }
    let rows = find.order_by_desc(conversation::Column::Id).limit(limit).all(db).await?;
    seen(db, rows).await
}

/// One chat of a shop.
///
/// # Errors
/// [`StaffError::NotFound`], or the database's.
pub async fn get(
    db: &impl ConnectionTrait,
    shop: ShopId,
    id: ConversationId,
) -> Result<Seen, StaffError> {
    let row = conversation::Entity::find_by_id(id)
        .filter(conversation::Column::ShopId.eq(shop))
        .one(db)
        .await?
        .ok_or(StaffError::NotFound(id))?;
    seen(db, vec![row]).await?.pop().ok_or(StaffError::NotFound(id))
}

async fn seen(
    db: &impl ConnectionTrait,
    rows: Vec<conversation::Model>,
) -> Result<Vec<Seen>, StaffError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let customers = customer::Entity::find()
        .filter(customer::Column::Id.is_in(rows.iter().map(|row| row.customer_id)))
        .all(db)
        .await?;
    let mut customers: HashMap<_, _> = customers.into_iter().map(|c| (c.id, c)).collect();
    let asked: Vec<_> = rows.iter().filter_map(|row| row.about_order).collect();
    let mut orders: HashMap<_, _> = HashMap::new();
    if !asked.is_empty() {
        let found = order::Entity::find().filter(order::Column::Id.is_in(asked)).all(db).await?;
        orders.extend(found.into_iter().map(|order| (order.id, order)));
    }
    let owned: Vec<_> = rows.iter().filter(|r| r.owner == Owner::Person).map(|r| r.id).collect();
    let mut waiting: HashSet<ConversationId> = HashSet::new();
    if !owned.is_empty() {
        let found = conversation::Entity::find()
            .select_only()
            .column(conversation::Column::Id)
            .filter(conversation::Column::Id.is_in(owned))
            .filter(needs_person());
        waiting.extend(found.into_tuple::<ConversationId>().all(db).await?);
    }
    Ok(rows
        .into_iter()
        .filter_map(|conversation| {
            let customer = customers
                .get(&conversation.customer_id)
                .cloned()
                .or_else(|| customers.remove(&conversation.customer_id))?;
            let needs_person = waiting.contains(&conversation.id);
            let about = conversation.about_order.and_then(|id| orders.get(&id).cloned());
            Some(Seen { conversation, customer, needs_person, about })
        })
        .collect())
}

/// The bot falls silent, and nothing automatic is sent: what was held for the customer to write is dropped, and what
/// happened to orders is told when the chat is handed back. Taking over again changes nothing.
///
/// # Errors
/// [`StaffError::NotFound`], or the database's.
pub async fn take_over(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    id: ConversationId,
) -> Result<conversation::Model, StaffError> {
    let before = locked(txn, shop, id).await?;
    if before.owner == Owner::Person && before.echoed_at.is_none() {
        return Ok(before);
    }
    let mut after = before.clone();
    change_hands(&mut after, Owner::Person, now);
    let held = drop_held(txn, id).await?;
    // What was dropped may be older than what was told.
    let untold = before.untold_since.into_iter().chain(held).min();
    let mut row = before.into_active_model();
    row.owner = Set(after.owner);
    // Who decides here decides for good: the time that a word from the phone holds is over.
    row.echoed_at = Set(None);
    row.untold_since = Set(untold.or(after.untold_since));
    row.said = Set(after.said);
    row.said_times = Set(after.said_times);
    row.misses = Set(after.misses);
    row.version = Set(after.version + 1);
    row.updated_at = Set(now);
    Ok(row.update(txn).await?)
}

/// Sends a text of a person. Whoever commits it wakes the outbox.
///
/// # Errors
/// [`StaffError::NotTakenOver`] while the bot owns the chat, [`StaffError::WindowClosed`], [`StaffError::Limit`] for an
/// empty text or one of more than 4096 units.
pub async fn send(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    id: ConversationId,
    text: &str,
) -> Result<OutboxId, StaffError> {
    let row = locked(txn, shop, id).await?;
    if row.owner != Owner::Person {
        return Err(StaffError::NotTakenOver(id));
    }
    if !window_open(row.window_ends_at, now) {
        return Err(StaffError::WindowClosed(row.window_ends_at));
    }
    let message = Outbound::Text { body: Text::new(text)? };
    Ok(push(txn, now, id, Purpose::Staff, &message, None).await?)
}

/// A chat, locked.
///
/// # Errors
/// [`StaffError::NotFound`], or the database's.
pub(super) async fn locked(
    txn: &Write,
    shop: ShopId,
    id: ConversationId,
) -> Result<conversation::Model, StaffError> {
    conversation::Entity::find_by_id(id)
        .filter(conversation::Column::ShopId.eq(shop))
        .lock_exclusive()
        .one(txn)
        .await?
        .ok_or(StaffError::NotFound(id))
}
