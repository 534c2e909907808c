//! What WhatsApp accepted and reports as failed afterwards: it means what the same answer would have meant at once.

use std::collections::{BTreeMap, BTreeSet};

use entity::{
    ChannelId, ConversationId, Timestamp,
    outbox::{self, Delivery, Purpose, State},
};
use sea_orm::{ActiveEnum, ConnectionTrait, DbBackend, EntityTrait};
use tracing::info;

use super::{
    OutboxError, Outcome, StatusReport,
    attach::Row,
    instead::{self, instead},
    outcome::{self, ChannelMove, Next, Try},
    record,
};
use crate::{
    message::Outbound,
    platform::{
        db::Write,
        metrics,
        sql::{MAX_ROWS, Sql},
        trace,
    },
};

/// As one that was tried once.
const ONCE: Try = Try { attempt: 1, first_at: Timestamp::from_ms(0), unknown_seconds: 1 };

/// What failures of our messages mean for everybody on their channels: each is stopped or paused once, in the order of the
/// ids. It counts from their moments: looked at again they change nothing, and of before somebody saw to the channel they
/// say nothing of after.
pub(super) async fn move_channels(
    txn: &Write,
    now: Timestamp,
    reports: &[(ChannelId, &StatusReport)],
) -> Result<(), OutboxError> {
    let mut moves: BTreeMap<ChannelId, (ChannelMove, Timestamp)> = BTreeMap::new();
    for (channel, report) in reports {
        let Some(refusal) = &report.refusal else { continue };
        let tried = Try { first_at: report.at, ..ONCE };
        let Some(moved) = outcome::next(report.at, tried, refusal).channel else { continue };
        if matches!(moved, ChannelMove::PauseUntil(end) if end <= now) {
            continue;
        }
        let is_stop = matches!(moved, ChannelMove::Stop(_));
        match moves.get(channel) {
            // What stops outweighs what pauses, and the latest of them is the one to ask about.
            Some((ChannelMove::Stop(_), at)) if !is_stop || *at >= report.at => {}
            Some((ChannelMove::PauseUntil(_), _)) if !is_stop => {}
            _ => {
                moves.insert(*channel, (moved, report.at));
            }
        }
    }
    for (channel, (moved, at)) in moves {
        record::move_channel(txn, channel, record::Judge::Report(at), &moved).await?;
    }
    Ok(())
}

/// Locks chats in the order of their ids: whoever writes into one is waited for.
pub(super) async fn lock_chats(
    txn: &Write,
    chats: BTreeSet<ConversationId>,
) -> Result<(), OutboxError> {
    let backend = txn.get_database_backend();
    if backend == DbBackend::Sqlite {
        return Ok(());
    }
    let chats: Vec<ConversationId> = chats.into_iter().collect();
    for chunk in chats.chunks(MAX_ROWS) {
        let sql = Sql::new("SELECT id FROM conversations WHERE id IN ", []).list(chunk);
        sql.then(" ORDER BY id").locked(backend).run(txn).await?;
    }
    Ok(())
}

/// What becomes of a message that was accepted, and reported as failed at `at`. `None`: it stays as it is.
pub(super) async fn next(
    txn: &Write,
    now: Timestamp,
    row: &Row,
    at: Timestamp,
    refusal: &Outcome,
) -> Result<Option<Next>, OutboxError> {
    if row.delivery != Delivery::Failed {
        return Ok(None);
    }
    let tried = Try { attempt: row.attempts.max(1), first_at: row.tried_at.unwrap_or(now), ..ONCE };
    let again = outcome::after_all(now, tried, refusal);
    if again.is_none() && !instead::may_be(refusal) {
        return Ok(None);
    }
    let Some(stored) = outbox::Entity::find_by_id(row.id).one(txn).await? else { return Ok(None) };
    let message = serde_json::from_value::<Outbound>(stored.message.clone()).ok();
    let instead = message.and_then(|message| instead(&message, refusal));
    let next = match &instead {
        Some(other) => Some(outcome::replaced(now, outcome::next(now, tried, refusal), other.why)),
        None => again,
    };
    let Some(mut next) = next else { return Ok(None) };
    // An answer that comes behind what was said since confuses; news and people's words do not.
    if stored.purpose == Purpose::Reply && overtaken(txn, &stored).await? {
        return Ok(None);
    }
    if next.state == State::Held && has_written_since(txn, row, at).await? {
        (next.state, next.due_at) = (State::Due, now);
    }
    if let Some(other) = &instead {
        record::rewrite(txn, row.id, &other.message, None).await?;
        if other.about_products {
            record::review_soon(txn, now, row.channel_id).await?;
        }
    }
    metrics::sent(next.state.to_value(), next.error_code);
    let (id, trace_id) = (row.id, trace::of_message(row.id, row.answers));
    info!(outbox.id = %id, %trace_id, "message `{id}` was accepted and not delivered: it waits to go out again");
    Ok(Some(next))
}

/// Whether something that was sent later has reached the phone.
async fn overtaken(txn: &Write, row: &outbox::Model) -> Result<bool, OutboxError> {
    let sql = Sql::new(
        "SELECT 1 FROM outbox WHERE conversation_id = $1 AND created_at >= $2 AND sequence > $3 \
         AND delivery > 2 LIMIT 1",
        [row.conversation_id.into(), row.created_at.into(), row.sequence.into()],
    );
    Ok(txn.query_one_raw(sql.build(txn.get_database_backend())).await?.is_some())
}

/// Whether the customer wrote after it failed, or in the same second: then the window is open again.
async fn has_written_since(txn: &Write, row: &Row, at: Timestamp) -> Result<bool, OutboxError> {
    let sql = Sql::new(
        "SELECT 1 FROM conversations WHERE id = $1 AND last_inbound_at >= $2",
        [row.conversation_id.into(), at.into()],
    );
    Ok(txn.query_one_raw(sql.build(txn.get_database_backend())).await?.is_some())
}
