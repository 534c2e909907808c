//! What time alone decides: sends without an answer, leases that ran out, messages that are too late.

use entity::Timestamp;
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::{OutboxError, outcome::PATIENCE_MS, record::EXPIRED};
use crate::platform::{Platform, db::Write, sql::Sql};

/// What there is to do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) due: bool,
    pub(super) overdue: bool,
}

/// Looks without a write.
pub(super) async fn look(platform: &Platform, now: Timestamp) -> Result<Look, OutboxError> {
    #[derive(FromQueryResult)]
    struct Row {
        due: i32,
        overdue: i32,
    }
    let sql = Sql::new(
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM channels h WHERE h.stopped_reason IS NULL \
         AND (h.paused_until IS NULL OR h.paused_until <= $1) AND EXISTS (SELECT 1 FROM outbox o \
         WHERE o.channel_id = h.id AND o.state = 'due' AND o.due_at <= $1)) \
         THEN 1 ELSE 0 END AS due, \
         CASE WHEN EXISTS (SELECT 1 FROM outbox WHERE state IN ('leased', 'unknown') \
         AND leased_until <= $1) OR EXISTS (SELECT 1 FROM outbox WHERE expires_at IS NOT NULL \
         AND state IN ('due', 'held') AND expires_at <= $1) THEN 1 ELSE 0 END AS overdue",
        [now.into()],
    );
    let row =
        Row::find_by_statement(sql.build(platform.db.backend())).one(platform.db.reader()).await?;
    Ok(row.map_or(Look { due: false, overdue: false }, |row| Look {
        due: row.due == 1,
        overdue: row.overdue == 1,
    }))
}

/// Settles all of it; gives the number of rows that moved.
pub(super) async fn sweep(txn: &Write, now: Timestamp) -> Result<u64, OutboxError> {
    let expired = Sql::new(
        "UPDATE outbox SET state = 'expired', reason = $2 WHERE expires_at IS NOT NULL \
         AND state IN ('due', 'held') AND expires_at <= $1",
        [now.into(), EXPIRED.into()],
    );
    let given_up = Sql::new(
        "UPDATE outbox SET state = 'failed', leased_until = NULL, reason = $3 \
         WHERE state IN ('leased', 'unknown') AND state = 'unknown' AND leased_until <= $1 \
         AND tried_at <= $2",
        [
            now.into(),
            now.plus_ms(-PATIENCE_MS).into(),
            "given up after 24 hours: neither an answer nor a status".into(),
        ],
    );
    let again = Sql::new(
        "UPDATE outbox SET state = 'due', leased_until = NULL, due_at = $1, repeated = true, \
         reason = $2 WHERE state IN ('leased', 'unknown') AND state = 'unknown' \
         AND leased_until <= $1",
        [now.into(), "no status came: it is sent again and may come twice".into()],
    );
    // Whoever had it stopped before it wrote the outcome down.
    let run_out = Sql::new(
        "UPDATE outbox SET state = 'unknown', reason = $2, leased_until = $1 + 1000 * CAST(\
         (SELECT h.unknown_seconds FROM channels h WHERE h.id = outbox.channel_id) AS bigint) \
         WHERE state IN ('leased', 'unknown') AND state = 'leased' AND leased_until <= $1",
        [
            now.into(),
            "the sender stopped before the outcome was known: a status or the time decides".into(),
        ],
    );
    let mut moved = expired.run(txn).await?;
    moved += given_up.run(txn).await?;
    moved += again.run(txn).await?;
    moved += run_out.run(txn).await?;
    let due_follows = "UPDATE outbox SET due_at = leased_until WHERE state IN ('leased', 'unknown') \
         AND state = 'unknown' AND due_at < leased_until";
    txn.execute_unprepared(due_follows).await?;
    Ok(moved)
}
