//! Statuses: what became of the messages that we sent. They go round the lanes, because their rank makes them
//! idempotent. One that comes before our own send is recorded is looked at again for a day.

use entity::{InboxId, Timestamp, inbox};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::{Finished, InboxError, Source, StatusReport, lanes};
use crate::{
    outbox,
    platform::{
        Platform,
        db::Write,
        sql::{MAX_ROWS, Sql},
    },
};

/// Statuses of one group.
const GROUP: i64 = 256;
/// How long a status may look for its message, milliseconds.
const PATIENCE_MS: i64 = 24 * 3_600 * 1_000;

/// Attaches one group of due statuses to the messages that they report about. Gives the number that were looked at.
///
/// # Errors
/// When the database refuses; nothing has changed then.
pub async fn turn(platform: &Platform, source: &dyn Source) -> Result<usize, InboxError> {
    let now = platform.now();
    if !is_due(platform, now).await? {
        return Ok(0);
    }
    let txn = platform.db.begin_write().await?;
    let due = due(&txn, now).await?;
    let mut ended: Vec<Finished> = vec![];
    let mut waiting: Vec<(&Due, StatusReport)> = vec![];
    for item in &due {
        let read =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| source.status(&item.payload)));
        match read {
            Ok(Ok(report)) if report.delivery.is_some() => waiting.push((item, report)),
            Ok(Ok(_)) => {
                let reason = "a status of a kind that nothing handles yet";
                ended.push((item.id, None, inbox::State::Kept, Some(reason.to_owned())));
            }
            Ok(Err(unreadable)) => {
                ended.push((item.id, None, inbox::State::Dead, Some(unreadable.0)));
            }
            Err(_panic) => {
                let reason = "reading it failed inside our own code";
                ended.push((item.id, None, inbox::State::Dead, Some(reason.to_owned())));
            }
        }
    }
    let reports: Vec<&StatusReport> = waiting.iter().map(|(_, report)| report).collect();
    let attached = outbox::attach(&txn, now, &reports).await?;
    let mut later = vec![];
    for ((item, _), found) in waiting.iter().zip(&attached.found) {
        if *found {
            ended.push((item.id, None, inbox::State::Done, None));
        } else if item.received_at.plus_ms(PATIENCE_MS) <= now {
            let reason = "no message of ours has its id, for 24 hours";
            ended.push((item.id, None, inbox::State::Kept, Some(reason.to_owned())));
        } else {
            later.push((now.plus_ms(pause_ms(item.attempts)), item.id));
        }
    }
    lanes::finish(&txn, now, &ended, &[]).await?;
    postpone(&txn, later).await?;
    txn.commit().await?;
    if attached.freed {
        platform.wake.outbox.notify_one();
    }
    Ok(due.len())
}

/// Milliseconds until a status looks for its message again: 1 s, doubled each time, at most an hour.
fn pause_ms(attempts: i32) -> i64 {
    let doubled = 1_i64 << attempts.clamp(0, 12);
    (doubled * 1_000).min(3_600_000)
}

async fn is_due(platform: &Platform, now: Timestamp) -> Result<bool, InboxError> {
    let db = platform.db.reader();
    let sql = Sql::new(
        "SELECT 1 FROM inbox WHERE state = 'due' AND lane IS NULL AND due_at <= $1 LIMIT 1",
        [now.into()],
    );
    Ok(db.query_one_raw(sql.build(platform.db.backend())).await?.is_some())
}

async fn due(txn: &Write, now: Timestamp) -> Result<Vec<Due>, InboxError> {
    let backend = txn.get_database_backend();
    let sql = Sql::new(
        "SELECT id, payload, attempts, received_at FROM inbox \
         WHERE state = 'due' AND lane IS NULL AND due_at <= $1 ORDER BY due_at LIMIT $2",
        [now.into(), GROUP.into()],
    )
    .skip_locked(backend, "inbox");
    Ok(Due::find_by_statement(sql.build(backend)).all(txn).await?)
}

async fn postpone(txn: &Write, mut later: Vec<(Timestamp, InboxId)>) -> Result<(), InboxError> {
    later.sort();
    for group in later.chunk_by(|a, b| a.0 == b.0) {
        let ids: Vec<InboxId> = group.iter().map(|(_, id)| *id).collect();
        for chunk in ids.chunks(MAX_ROWS) {
            lanes::postpone(txn, group[0].0, chunk, &[]).await?;
        }
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Due {
    id: InboxId,
    payload: Vec<u8>,
    attempts: i32,
    received_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_looks_again_more_and_more_rarely() {
        assert_eq!([0, 1, 5, 40].map(pause_ms), [1_000, 2_000, 32_000, 3_600_000]);
    }
}
