//! What time alone decides: sends without an answer, leases that ran out, messages that are too late.

use entity::Timestamp;
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::{OutboxError, lease::LEASE_MS, outcome::PATIENCE_MS, record::EXPIRED};
use crate::platform::{Platform, db::Write, metrics, sql::Sql};

const GIVEN_UP: &str = "given up after 24 hours: neither an answer nor a status";
const AGAIN: &str = "no status came: it is sent again and may come twice";
/// What has an id of WhatsApp's and is not sent was reported as failed, whatever became of the send after it.
const FAILED_BEFORE: &str =
    "delivery = CASE WHEN wamid IS NOT NULL AND delivery = 0 THEN 2 ELSE delivery END";
const RUN_OUT: &str =
    "the sender stopped before the outcome was known: a status or the time decides";

/// A lease or a rest lasts for less than this, and clocks do not differ by as much, milliseconds: what ends later was
/// written down before the clock was set back.
const APART_MS: i64 = 120_000;

/// What of the channels `h` may send at `$1`, where `$2` is [`set_back`].
pub(super) const MAY_SEND: &str = "h.stopped_reason IS NULL \
     AND (h.paused_until IS NULL OR h.paused_until <= $1) \
     AND (h.resting_until IS NULL OR h.resting_until <= $1 OR h.resting_until > $2)";

/// Later than this ends nothing that was begun by now.
pub(super) fn set_back(now: Timestamp) -> Timestamp {
    now.plus_ms(APART_MS)
}

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
        format!(
            "SELECT CASE WHEN EXISTS (SELECT 1 FROM channels h WHERE {MAY_SEND} \
             AND EXISTS (SELECT 1 FROM outbox o \
             WHERE o.channel_id = h.id AND o.state = 'due' AND o.due_at <= $1)) \
             THEN 1 ELSE 0 END AS due, \
             CASE WHEN EXISTS (SELECT 1 FROM outbox WHERE state IN ('leased', 'unknown') \
             AND leased_until <= $1) OR EXISTS (SELECT 1 FROM outbox WHERE expires_at IS NOT NULL \
             AND state IN ('due', 'held') AND expires_at <= $1) THEN 1 ELSE 0 END AS overdue"
        ),
        [now.into(), set_back(now).into()],
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
    const OVERDUE: &str = "state IN ('leased', 'unknown') AND leased_until <= $1";
    let backend = txn.get_database_backend();
    let update = |set: &str, which: &str, values: Vec<Value>| {
        // Rows that somebody else writes to at this moment wait for the next look.
        Sql::new(
            format!("UPDATE outbox SET {set} WHERE id IN (SELECT id FROM outbox WHERE {which}"),
            values,
        )
        .skip_locked(backend, "outbox")
        .then(")")
    };
    let expired = update(
        "state = 'expired', reason = $2",
        "expires_at IS NOT NULL AND state IN ('due', 'held') AND expires_at <= $1",
        vec![now.into(), EXPIRED.into()],
    );
    let given_up = update(
        &format!("state = 'failed', leased_until = NULL, reason = $3, {FAILED_BEFORE}"),
        &format!("{OVERDUE} AND state = 'unknown' AND tried_at <= $2"),
        vec![now.into(), now.plus_ms(-PATIENCE_MS).into(), GIVEN_UP.into()],
    );
    let again = update(
        &format!(
            "state = 'due', leased_until = NULL, due_at = $1, repeated = true, reason = $2, {FAILED_BEFORE}"
        ),
        &format!("{OVERDUE} AND state = 'unknown'"),
        vec![now.into(), AGAIN.into()],
    );
    // Whoever had it stopped before it wrote the outcome down.
    let wait = "$1 + 1000 * CAST((SELECT h.unknown_seconds FROM channels h \
                WHERE h.id = outbox.channel_id) AS bigint)";
    let run_out = update(
        &format!("state = 'unknown', reason = $2, leased_until = {wait}, due_at = {wait}"),
        &format!("{OVERDUE} AND state = 'leased'"),
        vec![now.into(), RUN_OUT.into()],
    );
    let mut moved = expired.run(txn).await?;
    metrics::expired(moved);
    moved += given_up.run(txn).await?;
    let repeated = again.run(txn).await?;
    metrics::repeated(repeated);
    moved += repeated + run_out.run(txn).await?;
    Ok(moved)
}

/// What was due when it was written, nothing has put off, and a clock that was set back since left in the future, is due;
/// leases end as if they began now. Gives the number of rows.
pub(super) async fn from_ahead(txn: &Write, now: Timestamp) -> Result<u64, OutboxError> {
    let untried = "UPDATE outbox SET due_at = $1 WHERE state = 'due' AND due_at > $2 \
                   AND attempts = 0 AND reason IS NULL";
    let due = Sql::new(untried, [now.into(), set_back(now).into()]).run(txn).await?;
    let leased = "UPDATE outbox SET leased_until = $1 WHERE state IN ('leased', 'unknown') \
                  AND state = 'leased' AND leased_until > $2";
    let end = now.plus_ms(LEASE_MS);
    Ok(due + Sql::new(leased, [end.into(), set_back(now).into()]).run(txn).await?)
}
