//! Read marks, best effort: never before or instead of a reply, and nothing is tried twice.

use entity::{ChannelId, ConversationId, Timestamp, channel};
use futures_util::stream::{self, StreamExt};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Value};

use super::{OutboxError, Sender, breaker};
use crate::platform::{Platform, db::Write, sql::Sql};

/// Marks of one turn; 64 rows are one statement.
const GROUP: i64 = 64;
/// Calls that are under way at once.
const AT_ONCE: usize = 8;

/// Marks the newest unread message of each chat as read. Where our answer still waits for its time, it shows that it is
/// being written. Gives the number of chats.
///
/// # Errors
/// When the database refuses. A call that fails is not repeated.
pub async fn marks_turn(platform: &Platform, sender: &dyn Sender) -> Result<usize, OutboxError> {
    let now = platform.now();
    let db = platform.db.reader();
    // In the order of the index over those that are unread: no planner reads all chats to find that there are none.
    let any =
        "SELECT 1 FROM conversations WHERE unread_wamid IS NOT NULL ORDER BY channel_id LIMIT 1";
    let any = Sql::new(any, []);
    if db.query_one_raw(any.build(platform.db.backend())).await?.is_none() {
        return Ok(0);
    }
    let txn = platform.db.begin_shared().await?;
    let unread = take(&txn, now).await?;
    txn.commit().await?;
    let ids = unread.iter().map(|chat| chat.channel_id);
    let channels = channel::Entity::find()
        .filter(channel::Column::Id.is_in(ids.collect::<std::collections::BTreeSet<_>>()))
        .filter(channel::Column::ReadMarks.eq(true))
        .filter(channel::Column::StoppedReason.is_null())
        .all(db)
        .await?;
    let channels: Vec<_> = channels
        .into_iter()
        .filter(|c| c.paused_until.is_none_or(|at| at <= now))
        .filter(|c| !breaker::is_resting(c))
        .collect();
    stream::iter(&unread)
        .filter_map(|chat| {
            let channel = channels.iter().find(|channel| channel.id == chat.channel_id);
            std::future::ready(channel.map(|channel| (channel, chat)))
        })
        .for_each_concurrent(AT_ONCE, |(channel, chat)| {
            sender.mark_read(channel, &chat.unread_wamid, chat.waits == 1)
        })
        .await;
    Ok(unread.len())
}

#[derive(FromQueryResult)]
struct Unread {
    id: ConversationId,
    channel_id: ChannelId,
    unread_wamid: String,
    waits: i32,
}

async fn take(txn: &Write, now: Timestamp) -> Result<Vec<Unread>, OutboxError> {
    let backend = txn.get_database_backend();
    let sql = Sql::new(
        "SELECT c.id, c.channel_id, c.unread_wamid, CASE WHEN EXISTS (SELECT 1 FROM outbox o \
         WHERE o.conversation_id = c.id AND o.state IN ('due', 'leased', 'unknown', 'held') \
         AND o.state = 'due' AND o.due_at > $1) THEN 1 ELSE 0 END AS waits FROM conversations c \
         WHERE c.unread_wamid IS NOT NULL ORDER BY c.channel_id LIMIT $2",
        [now.into(), GROUP.into()],
    )
    .skip_locked(backend, "c");
    let unread = Unread::find_by_statement(sql.build(backend)).all(txn).await?;
    let ids: Vec<Value> = unread.iter().map(|chat| chat.id.into()).collect();
    if !ids.is_empty() {
        Sql::new("UPDATE conversations SET unread_wamid = NULL WHERE id IN ", [])
            .list(&ids)
            .run(txn)
            .await?;
    }
    Ok(unread)
}
