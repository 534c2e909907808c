//! What could not be handled, for people to look at and to correct.
//!
//! An item that names no channel of ours belongs to no shop: it is seen by the operator alone, on the command line.

use entity::{
    ChannelId, InboxId, ShopId, Timestamp, channel,
    inbox::{self, Kind, State},
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, LockType},
};

use super::Whose;
use crate::platform::db::Write;

/// One of them, without what came.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Letter {
    pub id: InboxId,
    pub channel_id: Option<ChannelId>,
    pub kind: Kind,
    pub state: State,
    pub attempts: i32,
    pub reason: Option<String>,
    pub received_at: Timestamp,
}

/// Which of them; what is left out does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub state: Option<State>,
    pub kind: Option<Kind>,
    pub channel: Option<ChannelId>,
    /// Received then or later.
    pub since: Option<Timestamp>,
    /// Received before.
    pub until: Option<Timestamp>,
}

/// Kept and dead items, the newest first, after the one with id `after`.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &impl ConnectionTrait,
    whose: Whose,
    filter: &Filter,
    after: Option<InboxId>,
    limit: u64,
) -> Result<Vec<Letter>, DbErr> {
    let mut find = which(whose, filter);
    if let Some(after) = after {
        find = find.filter(inbox::Column::Id.lt(after));
    }
    bare(find).order_by_desc(inbox::Column::Id).limit(limit).into_model().all(db).await
}

/// The oldest of them, by id.
///
/// # Errors
/// The database's.
pub async fn oldest(
    db: &impl ConnectionTrait,
    whose: Whose,
    filter: &Filter,
    after: Option<InboxId>,
    limit: u64,
) -> Result<Vec<Letter>, DbErr> {
    let mut find = which(whose, filter);
    if let Some(after) = after {
        find = find.filter(inbox::Column::Id.gt(after));
    }
    bare(find).order_by_asc(inbox::Column::Id).limit(limit).into_model().all(db).await
}

/// One kept or dead item, with the bytes that came.
///
/// # Errors
/// The database's.
pub async fn get(
    db: &impl ConnectionTrait,
    whose: Whose,
    id: InboxId,
) -> Result<Option<(Letter, Vec<u8>)>, DbErr> {
    let find = which(whose, &Filter::default()).filter(inbox::Column::Id.eq(id));
    Ok(find.one(db).await?.map(taken_apart))
}

/// Puts what a person corrected in the place of what came; `check` may refuse when it has seen what stands there.
/// Nothing is handled by that alone. `None` when there is no such letter.
///
/// # Errors
/// The database's, and what `check` answers.
pub async fn correct<E: From<DbErr>>(
    txn: &Write,
    whose: Whose,
    id: InboxId,
    payload: Vec<u8>,
    check: impl FnOnce(&[u8]) -> Result<(), E>,
) -> Result<Option<(Letter, Vec<u8>)>, E> {
    let find = which(whose, &Filter::default()).filter(inbox::Column::Id.eq(id));
    let Some(row) = find.lock(LockType::NoKeyUpdate).one(txn).await? else { return Ok(None) };
    check(&row.payload)?;
    let mut row = row.into_active_model();
    row.payload = Set(payload);
    Ok(Some(taken_apart(row.update(txn).await?)))
}

/// Whether an item is one of theirs.
pub(super) async fn is_of(
    db: &impl ConnectionTrait,
    whose: Whose,
    item: &inbox::Model,
) -> Result<bool, DbErr> {
    let Whose::Shop(shop) = whose else { return Ok(true) };
    let Some(channel) = item.channel_id else { return Ok(false) };
    let channel = channel::Entity::find_by_id(channel).one(db).await?;
    Ok(channel.is_some_and(|channel| channel.shop_id == shop))
}

fn taken_apart(row: inbox::Model) -> (Letter, Vec<u8>) {
    let letter = Letter {
        id: row.id,
        channel_id: row.channel_id,
        kind: row.kind,
        state: row.state,
        attempts: row.attempts,
        reason: row.reason,
        received_at: row.received_at,
    };
    (letter, row.payload)
}

fn bare(find: Select<inbox::Entity>) -> Select<inbox::Entity> {
    use inbox::Column as C;
    find.select_only().columns([
        C::Id,
        C::ChannelId,
        C::Kind,
        C::State,
        C::Attempts,
        C::Reason,
        C::ReceivedAt,
    ])
}

fn which(whose: Whose, filter: &Filter) -> Select<inbox::Entity> {
    use inbox::Column as C;
    // Written out and not bound: only so both planners see that the partial index serves.
    let mut find = inbox::Entity::find().filter(Expr::cust("inbox.state IN ('dead', 'kept')"));
    if let Whose::Shop(shop) = whose {
        find = find.filter(C::ChannelId.in_subquery(channels_of(shop)));
    }
    if let Some(state) = filter.state {
        find = find.filter(C::State.eq(state));
    }
    if let Some(kind) = filter.kind {
        find = find.filter(C::Kind.eq(kind));
    }
    if let Some(channel) = filter.channel {
        find = find.filter(C::ChannelId.eq(channel));
    }
    if let Some(since) = filter.since {
        find = find.filter(C::ReceivedAt.gte(since));
    }
    if let Some(until) = filter.until {
        find = find.filter(C::ReceivedAt.lt(until));
    }
    find
}

fn channels_of(shop: ShopId) -> sea_orm::sea_query::SelectStatement {
    channel::Entity::find()
        .select_only()
        .column(channel::Column::Id)
        .filter(channel::Column::ShopId.eq(shop))
        .into_query()
}
