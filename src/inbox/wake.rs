//! Lanes come to be due without waiting for whoever handles them.
//!
//! A worker ends with a look at what is left in its lanes. What is committed between that look and its own commit would
//! be forgotten: so a lane that was passed over is rung again and again until it is free. That is kept in memory; for
//! what a crash took with it, [`sweep`] looks every few seconds for items that are due over a lane at rest. What waits for an
//! hour that the clock has gone back from is made due when that is seen ([`set_back`]).

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use entity::{InboxId, Timestamp};
use sea_orm::{ConnectionTrait, DbErr, TryGetable, Value};
use tokio::{sync::mpsc, time::Instant};
use tracing::{error, warn};

use super::InboxError;
use crate::platform::{
    Platform,
    db::Write,
    sql::{MAX_ROWS, Sql, Statements},
};

/// Between two tries to ring lanes that are being handled.
const AGAIN: Duration = Duration::from_millis(20);
/// The same after the database refused.
const LATER: Duration = Duration::from_secs(1);
/// Between two looks for what was left behind.
const SWEEP: Duration = Duration::from_secs(5);
/// Lanes of one sweep.
const MOST: i64 = 256;
/// No input is put off for so long, even by a process whose clock is ahead, milliseconds: what is due later was written down
/// before the clock was set back.
const APART_MS: i64 = 120_000;

/// Marks those of these lanes as due that nobody holds, and gives them. Waits for nobody.
pub(super) async fn wake(
    txn: &Write,
    now: Timestamp,
    lanes: &[&str],
) -> Result<Vec<String>, DbErr> {
    let backend = txn.get_database_backend();
    let mut woken = Vec::with_capacity(lanes.len());
    for chunk in lanes.chunks(MAX_ROWS) {
        let sql = Sql::new(
            "UPDATE lanes SET due_at = CASE WHEN due_at < $1 THEN due_at ELSE $1 END \
             WHERE key IN (SELECT key FROM lanes WHERE key IN ",
            [now.into()],
        )
        .list(chunk)
        .skip_locked(backend, "lanes")
        .then(") RETURNING key");
        for row in txn.query_all_raw(sql.build(backend)).await? {
            woken.push(row.try_get("", "key")?);
        }
    }
    Ok(woken)
}

/// Rings lanes at rest over which something is due. Gives their number.
///
/// # Errors
/// When the database refuses.
pub async fn sweep(platform: &Platform) -> Result<usize, InboxError> {
    let sql = Sql::new(
        "SELECT DISTINCT i.lane AS key FROM inbox i JOIN lanes ON lanes.key = i.lane \
         WHERE i.state = 'due' AND i.lane IS NOT NULL AND lanes.due_at IS NULL LIMIT $1",
        [MOST.into()],
    );
    let keys: Vec<String> = found(platform, sql).await?;
    if keys.is_empty() {
        return Ok(0);
    }
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    Ok(ring(platform, &keys).await?.len())
}

/// Makes due what a clock that was set back since left in the future. A status is put off for longer than an input, so one
/// that was tried keeps its time. Gives the number of lanes and of what goes round them.
///
/// # Errors
/// When the database refuses.
pub async fn set_back(platform: &Platform) -> Result<usize, InboxError> {
    let now = platform.now();
    let late = [Value::from(now.plus_ms(APART_MS)), MOST.into()];
    let lanes = "SELECT key FROM lanes WHERE due_at IS NOT NULL AND due_at > $1 LIMIT $2";
    let round = "SELECT id AS key FROM inbox WHERE state = 'due' AND lane IS NULL AND due_at > $1 \
                 AND attempts = 0 LIMIT $2";
    let lanes: Vec<String> = found(platform, Sql::new(lanes, late.clone())).await?;
    let round: Vec<InboxId> = found(platform, Sql::new(round, late)).await?;
    if lanes.is_empty() && round.is_empty() {
        return Ok(0);
    }
    let txn = platform.db.begin_write().await?;
    let mut writes = Statements::of(&txn);
    let due = "UPDATE inbox SET due_at = $1 WHERE state = 'due' AND due_at > $1 AND ";
    for chunk in lanes.chunks(MAX_ROWS) {
        writes.add(Sql::new(due, [now.into()]).then("lane IN ").list(chunk));
    }
    for chunk in round.chunks(MAX_ROWS) {
        writes.add(Sql::new(due, [now.into()]).then("id IN ").list(chunk));
    }
    writes.run(&txn).await?;
    let keys: Vec<&str> = lanes.iter().map(String::as_str).collect();
    let woken = wake(&txn, now, &keys).await?;
    txn.commit().await?;
    warn!(lanes = woken.len(), others = round.len(), "the clock was set back: what waited is due");
    platform.wake.lanes.notify_one();
    platform.wake.statuses.notify_one();
    Ok(woken.len() + round.len())
}

/// The column `key` of what is found beside the writes.
async fn found<T: TryGetable>(platform: &Platform, sql: Sql) -> Result<Vec<T>, DbErr> {
    let rows = platform.db.reader().query_all_raw(sql.build(platform.db.backend())).await?;
    rows.iter().map(|row| row.try_get("", "key")).collect()
}

/// Rings lanes in a transaction of their own.
async fn ring(platform: &Platform, lanes: &[&str]) -> Result<Vec<String>, DbErr> {
    let txn = platform.db.begin_write().await?;
    let woken = wake(&txn, platform.now(), lanes).await?;
    txn.commit().await?;
    if !woken.is_empty() {
        platform.wake.lanes.notify_one();
    }
    Ok(woken)
}

/// Starts the task that rings what was passed over and sweeps. It ends with the intake or with the service.
pub(super) fn start(platform: Arc<Platform>) -> mpsc::UnboundedSender<Vec<String>> {
    let (late, lanes) = mpsc::unbounded_channel();
    tokio::spawn(run(platform, lanes));
    late
}

async fn run(platform: Arc<Platform>, mut lanes: mpsc::UnboundedReceiver<Vec<String>>) {
    let mut waiting: BTreeSet<String> = BTreeSet::new();
    let mut pause = AGAIN;
    let mut swept = Instant::now();
    let mut seen: Option<Timestamp> = None;
    loop {
        let next = if waiting.is_empty() { swept + SWEEP } else { Instant::now() + pause };
        tokio::select! {
            () = platform.wake.stop.cancelled() => return,
            more = lanes.recv() => match more {
                Some(more) => waiting.extend(more),
                None => return,
            },
            () = tokio::time::sleep_until(next.min(swept + SWEEP)) => {}
        }
        if !waiting.is_empty() {
            let keys: Vec<&str> = waiting.iter().map(String::as_str).collect();
            match ring(&platform, &keys).await {
                Ok(woken) => {
                    pause = AGAIN;
                    for key in woken {
                        waiting.remove(&key);
                    }
                }
                Err(error) => {
                    pause = LATER;
                    warn!(%error, "lanes with something due are rung later");
                }
            }
        }
        if swept.elapsed() >= SWEEP {
            swept = Instant::now();
            if let Err(error) = sweep(&platform).await {
                error!(%error, "the look for lanes that were left behind failed");
            }
            let now = platform.now();
            if seen.is_some_and(|seen| seen <= now) {
                seen = Some(now);
                continue;
            }
            match set_back(&platform).await {
                Ok(0) => seen = Some(now),
                // There may be more than one look finds.
                Ok(_) => {}
                Err(error) => error!(%error, "what a clock left in the future was not found"),
            }
        }
    }
}
