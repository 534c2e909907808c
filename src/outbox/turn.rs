//! The sender's turn: lease, commit, send, record, until nothing is due.

use std::{
    panic::AssertUnwindSafe,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use entity::Timestamp;
use futures_util::{
    FutureExt,
    stream::{FuturesUnordered, StreamExt},
};

use super::{
    OutboxError, Outcome, Sender,
    lease::{self, Leased},
    record::{self, Tried},
    sweep,
};
use crate::platform::{Platform, metrics, sql::Statements, trace};

/// Sends that are under way at once.
const AT_ONCE: usize = 128;
/// With so many under way, answers are let gather for a breath: what is written down and leased costs the same statements
/// for one message and for sixty.
const MANY: usize = 2;
const BREATH: Duration = Duration::from_millis(5);
/// While sends are under way, what time decides is looked at so often.
const LOOK_MS: u64 = 500;
const LOOK: Duration = Duration::from_millis(LOOK_MS);

/// Settles what time decides, then sends what is due, until nothing is due or the service stops. Gives the number of
/// rows that moved.
///
/// # Errors
/// When the database refuses. What was under way is finished first; what could not be written down runs out and is
/// taken for unanswered.
pub async fn turn(platform: &Platform, sender: &dyn Sender) -> Result<usize, OutboxError> {
    let wake = &platform.wake;
    let called = wake.outbox_called.swap(false, Ordering::AcqRel);
    let now = platform.now().ms();
    let looked = wake.outbox_looked.load(Ordering::Relaxed);
    let lately = now.abs_diff(looked) < LOOK_MS;
    let (mut due, mut moved) = (called, 0);
    if !called || !lately {
        // At a start, nobody knows what the clock did before.
        if looked == 0 || now < looked {
            let txn = platform.db.begin_shared().await?;
            moved = usize::try_from(sweep::from_ahead(&txn, platform.now()).await?).unwrap_or(0);
            txn.commit().await?;
        }
        let (found, by_time) = look(platform).await?;
        wake.outbox_looked.store(now, Ordering::Relaxed);
        (due, moved) = (due || found, moved + by_time);
    }
    if due || moved > 0 {
        moved += send_due(platform, sender).await?;
    }
    Ok(moved)
}

/// Whether something is due, and the number of rows that time moved.
async fn look(platform: &Platform) -> Result<(bool, usize), OutboxError> {
    let look = sweep::look(platform, platform.now()).await?;
    let mut moved = 0;
    if look.overdue {
        let txn = platform.db.begin_shared().await?;
        moved = usize::try_from(sweep::sweep(&txn, platform.now()).await?).unwrap_or(0);
        txn.commit().await?;
    }
    Ok((look.due, moved))
}

async fn send_due(platform: &Platform, sender: &dyn Sender) -> Result<usize, OutboxError> {
    let stop = &platform.wake.stop;
    let mut under_way = FuturesUnordered::new();
    let mut tried: Vec<Tried> = vec![];
    let mut moved = 0;
    let mut failed = None;
    let mut looked = Instant::now();
    loop {
        if looked.elapsed() >= LOOK {
            looked = Instant::now();
            match look(platform).await {
                Ok((_, by_time)) => moved += by_time,
                Err(error) => failed = Some(error),
            }
        }
        let closed = failed.is_some() || stop.is_cancelled();
        let room = if closed { 0 } else { AT_ONCE - under_way.len() };
        match step(platform, std::mem::take(&mut tried), room).await {
            Ok((leased, settled)) => {
                moved += leased.len() + settled;
                under_way.extend(leased.into_iter().map(|row| send(platform, sender, row)));
            }
            Err(error) => failed = Some(error),
        }
        if under_way.is_empty() {
            break;
        }
        // An answer that does not come holds up nobody else: what becomes due meanwhile leaves as well.
        let more = async {
            tokio::select! {
                () = platform.wake.outbox.notified() => {}
                () = stop.cancelled() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        };
        tokio::select! {
            Some(first) = under_way.next() => {
                tried.push(first);
                if under_way.len() >= MANY && !closed {
                    tokio::select! {
                        () = platform.wake.outbox.notified() => {}
                        () = tokio::time::sleep(BREATH) => {}
                    }
                }
            }
            () = more, if !closed && under_way.len() < AT_ONCE => {}
        }
        while let Some(Some(next)) = under_way.next().now_or_never() {
            tried.push(next);
        }
    }
    failed.map_or(Ok(moved), Err)
}

/// Records what came back and leases what may leave, in one transaction.
async fn step(
    platform: &Platform,
    tried: Vec<Tried>,
    room: usize,
) -> Result<(Vec<Leased>, usize), OutboxError> {
    let now = platform.now();
    match record_and_lease(platform, now, &tried, room).await {
        Err(_) if !tried.is_empty() => {
            record::record_singly(platform, now, tried).await?;
            record_and_lease(platform, now, &[], room).await
        }
        done => done,
    }
}

async fn record_and_lease(
    platform: &Platform,
    now: Timestamp,
    tried: &[Tried],
    room: usize,
) -> Result<(Vec<Leased>, usize), OutboxError> {
    if tried.is_empty() && room == 0 {
        return Ok((vec![], 0));
    }
    let txn = platform.db.begin_shared().await?;
    let mut writes = Statements::of(&*txn);
    record::record(&txn, &mut writes, now, tried).await?;
    let turn = platform.wake.outbox_turns.fetch_add(1, Ordering::Relaxed);
    let leased = lease::lease(&txn, writes, now, room, turn).await?;
    let point = if tried.is_empty() { "send.leased" } else { "send.written" };
    platform.points.reach(point).await;
    txn.commit().await?;
    if !tried.is_empty() {
        platform.points.reach("send.committed").await;
    }
    Ok(leased)
}

async fn send(platform: &Platform, sender: &dyn Sender, row: Leased) -> Tried {
    platform.points.reach("send.begins").await;
    // A process that was held up for longer than its lease: somebody else may have the row, the window may be closed.
    if platform.now() >= row.until {
        let text = "the sender was held up and did not send it".to_owned();
        return (row, Outcome::Retry { code: None, text, after_ms: None });
    }
    let (began, at) = (Instant::now(), platform.now());
    let sent = sender.send(&row.channel, &row.to, &row.message, row.id);
    let outcome = AssertUnwindSafe(sent).catch_unwind().await.unwrap_or_else(|_panic| {
        let text = "sending it failed inside our own code".to_owned();
        Outcome::Unknown { text, after_ms: None }
    });
    let took = began.elapsed();
    metrics::send(took);
    if platform.traces.is_on() {
        let (outcome, code) = came(&outcome);
        platform.traces.sent(&trace::Sent {
            message: row.id,
            answers: row.answers,
            channel: row.channel.id,
            attempt: row.tried.attempt,
            outcome,
            code,
            at,
            took,
        });
    }
    platform.points.reach("send.answered").await;
    (row, outcome)
}

/// How a trace names an outcome, and the provider's code.
fn came(outcome: &Outcome) -> (&'static str, Option<i64>) {
    match outcome {
        Outcome::Accepted { .. } => ("accepted", None),
        Outcome::Retry { code, .. } => ("retry", *code),
        Outcome::RetryOnce { code, .. } => ("retry", Some(*code)),
        Outcome::Throttled { code, .. } => ("throttled", Some(*code)),
        Outcome::PairThrottled { code, .. } => ("pair_throttled", Some(*code)),
        Outcome::WindowClosed { code, .. } => ("window_closed", Some(*code)),
        Outcome::Unknown { .. } => ("unknown", None),
        Outcome::Refused { code, .. } => ("refused", *code),
        Outcome::ChannelStopped { code, .. } => ("channel_stopped", *code),
    }
}
