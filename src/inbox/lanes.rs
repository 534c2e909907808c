//! Lanes: which sender is due, and the first item of each.

use entity::{ChannelId, ConversationId, InboxId, Timestamp, inbox};
use sea_orm::{ActiveEnum, ConnectionTrait, DbBackend, DbErr, FromQueryResult, Value};

use super::{DueItem, InboxError};
use crate::platform::{
    Platform,
    db::Write,
    sql::{MAX_ROWS, Sql, Statements},
};

/// An item that was handled: the conversation that it belongs to, its final state, and the reason when it is kept or
/// dead.
pub type Finished = (InboxId, Option<ConversationId>, inbox::State, Option<String>);

/// The first due item of a lane, by the provider's time and then by arrival.
const HEAD: &str = "SELECT e.id FROM inbox e WHERE e.lane = lanes.key AND e.state = 'due' \
                    AND e.lane IS NOT NULL ORDER BY e.sent_at, e.arrival LIMIT 1";

/// Whether a lane is due: a look without a write.
///
/// # Errors
/// When the database refuses.
pub async fn any_due(platform: &Platform, now: Timestamp) -> Result<bool, InboxError> {
    let sql = Sql::new(
        "SELECT 1 FROM lanes WHERE due_at IS NOT NULL AND due_at <= $1 LIMIT 1",
        [now.into()],
    );
    let due = platform.db.reader().query_one_raw(sql.build(platform.db.backend())).await?;
    Ok(due.is_some())
}

/// Locks up to `limit` due lanes that nobody else holds and gives the first item of each. The lock is the transaction's:
/// the lanes are free again when it ends.
///
/// # Errors
/// When the database refuses.
pub async fn take(
    txn: &Write,
    backend: DbBackend,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<DueItem>, InboxError> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let (keys, mut items) = match backend {
        DbBackend::Sqlite => heads(txn, now, most).await?,
        _ => locked_heads(txn, now, most).await?,
    };
    let mut idle = keys;
    idle.retain(|key| !items.iter().any(|head| head.key == *key && head.due_at <= now));
    let mut writes = Statements::of(txn);
    settle(&mut writes, &idle);
    writes.run(txn).await?;
    items.retain(|head| head.due_at <= now);
    Ok(items.into_iter().map(DueItem::from).collect())
}

/// The due lanes and the first item of each. On SQLite the open write is the lock.
async fn heads(txn: &Write, now: Timestamp, most: i64) -> Result<Heads, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        key: String,
        id: Option<InboxId>,
        channel_id: Option<ChannelId>,
        payload: Option<Vec<u8>>,
        due_at: Option<Timestamp>,
    }
    let sql = Sql::new(
        format!(
            "SELECT lanes.key, i.id, i.channel_id, i.payload, i.due_at \
             FROM lanes LEFT JOIN inbox i ON i.id = ({HEAD}) \
             WHERE lanes.due_at IS NOT NULL AND lanes.due_at <= $1 ORDER BY lanes.due_at LIMIT $2"
        ),
        [now.into(), most.into()],
    );
    let rows = Row::find_by_statement(sql.build(DbBackend::Sqlite)).all(txn).await?;
    let keys = rows.iter().map(|row| row.key.clone()).collect();
    let items = rows.into_iter().filter_map(|row| {
        let Row { key, id, channel_id, payload, due_at } = row;
        Some(Head { key, id: id?, channel_id: channel_id?, payload: payload?, due_at: due_at? })
    });
    Ok((keys, items.collect()))
}

/// The same on PostgreSQL, in two statements: what is in a lane is looked at when it is locked. Each lane is looked up by
/// the index: a planner that does not know yet how much there is would read all of it.
async fn locked_heads(txn: &Write, now: Timestamp, most: i64) -> Result<Heads, DbErr> {
    let backend = DbBackend::Postgres;
    let due = Sql::new(
        "SELECT key FROM lanes WHERE due_at IS NOT NULL AND due_at <= $1 \
         ORDER BY due_at LIMIT $2",
        [now.into(), most.into()],
    )
    .skip_locked(backend, "lanes");
    let keys: Vec<String> = txn
        .query_all_raw(due.build(backend))
        .await?
        .iter()
        .map(|row| row.try_get("", "key"))
        .collect::<Result<_, _>>()?;
    let mut items = Vec::with_capacity(keys.len());
    for chunk in keys.chunks(MAX_ROWS) {
        let heads = Sql::new(
            "SELECT lanes.key, i.id, i.channel_id, i.payload, i.due_at FROM lanes \
             CROSS JOIN LATERAL (SELECT e.id, e.channel_id, e.payload, e.due_at FROM inbox e \
             WHERE e.lane = lanes.key AND e.state = 'due' AND e.lane IS NOT NULL \
             ORDER BY e.sent_at, e.arrival LIMIT 1) i WHERE lanes.key IN ",
            [],
        )
        .list(chunk);
        items.extend(Head::find_by_statement(heads.build(backend)).all(txn).await?);
    }
    Ok((keys, items))
}

/// Waits for lanes and holds them until the transaction ends: nobody handles what is in them meanwhile.
///
/// # Errors
/// When the database refuses.
pub async fn hold(txn: &Write, lanes: &[String]) -> Result<(), DbErr> {
    let backend = txn.get_database_backend();
    for chunk in lanes.chunks(MAX_ROWS) {
        let sql = Sql::new("SELECT key FROM lanes WHERE key IN ", []).list(chunk);
        let sql = sql.then(" ORDER BY key").locked(backend);
        txn.query_all_raw(sql.build(backend)).await?;
    }
    Ok(())
}

/// Ends items and sets each lane to when its next item is due, or to rest.
pub fn finish(writes: &mut Statements, now: Timestamp, done: &[Finished], lanes: &[String]) {
    for chunk in done.chunks(MAX_ROWS) {
        let rows = chunk.iter().map(|(id, conversation, state, reason)| {
            [
                Value::from(*id),
                conversation.map(|id| id.0).into(),
                state.to_value().into(),
                reason.clone().into(),
            ]
        });
        writes.add(
            Sql::new(
                "UPDATE inbox SET done_at = $1, conversation_id = \
                      COALESCE(v.column2, inbox.conversation_id), state = v.column3, \
                      reason = v.column4, attempts = attempts + 1 FROM (",
                [now.into()],
            )
            .rows(rows)
            .then(") AS v WHERE inbox.id = v.column1 AND inbox.state = 'due'"),
        );
    }
    settle(writes, lanes);
}

/// Puts items off until `until`; their lanes wait with them, so nothing overtakes.
///
/// # Errors
/// When the database refuses.
pub async fn postpone(
    txn: &Write,
    until: Timestamp,
    ids: &[InboxId],
    lanes: &[String],
) -> Result<(), InboxError> {
    let mut writes = Statements::of(txn);
    for chunk in ids.chunks(MAX_ROWS) {
        writes.add(
            Sql::new(
                "UPDATE inbox SET due_at = $1, attempts = attempts + 1 \
                 WHERE state = 'due' AND id IN ",
                [until.into()],
            )
            .list(chunk),
        );
    }
    settle(&mut writes, lanes);
    Ok(writes.run(txn).await?)
}

/// Sets lanes to when their first item is due.
fn settle(writes: &mut Statements, lanes: &[String]) {
    for chunk in lanes.chunks(MAX_ROWS) {
        writes.add(
            Sql::new(
                format!(
                    "UPDATE lanes SET due_at = (SELECT h.due_at FROM inbox h WHERE h.id = ({HEAD})) \
                     WHERE key IN "
                ),
                [],
            )
            .list(chunk),
        );
    }
}

/// Due lanes, and the first item of each that has one.
type Heads = (Vec<String>, Vec<Head>);

#[derive(FromQueryResult)]
struct Head {
    key: String,
    id: InboxId,
    channel_id: ChannelId,
    payload: Vec<u8>,
    due_at: Timestamp,
}

impl From<Head> for DueItem {
    fn from(head: Head) -> Self {
        Self { id: head.id, lane: head.key, channel_id: head.channel_id, payload: head.payload }
    }
}
