//! Statuses: what became of the messages that we sent. They go round the lanes, because their rank makes them
//! idempotent. One that comes before our own send is recorded is looked at again for a day. News of an account go the
//! same way: they belong to no person.

use std::panic::{AssertUnwindSafe, catch_unwind};

use entity::{AppId, ChannelId, InboxId, Timestamp, inbox};
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::{ConnectionTrait, FromQueryResult};
use tracing::{error, warn};

use super::{AccountChange, Finished, InboxError, Source, StatusReport, account, lanes};
use crate::{
    outbox::{self, OutboxError},
    platform::{
        Platform,
        db::{Write, is_down},
        sql::{MAX_ROWS, Sql, Statements},
        trace::Reported,
    },
};

/// Statuses of one group.
const GROUP: usize = 256;
/// How long a status may look for its message, milliseconds.
const PATIENCE_MS: i64 = 24 * 3_600 * 1_000;
/// Tries of one status that the database refuses, before it is given up.
const TRIES: i32 = 5;

/// Attaches one group of due statuses to the messages that they report about. Gives the number that were looked at. A
/// group that the database refuses is done one by one: a status that fails alone is put off, and after a few tries it
/// is a dead letter with its reason.
///
/// # Errors
/// When the database cannot be used; the statuses stay due.
pub async fn turn(platform: &Platform, source: &dyn Source) -> Result<usize, InboxError> {
    let now = platform.now();
    if !is_due(platform, now).await? {
        return Ok(0);
    }
    let error = match group(platform, source, now).await {
        Err(error) if !out_of_reach(&error) => error,
        done => return done,
    };
    warn!(%error, "a group of statuses failed and is done one by one");
    let mut handled = 0;
    while handled < GROUP && one(platform, source, now).await? {
        handled += 1;
    }
    Ok(handled)
}

/// A group in one transaction.
async fn group(
    platform: &Platform,
    source: &dyn Source,
    now: Timestamp,
) -> Result<usize, InboxError> {
    let txn = platform.db.begin_shared().await?;
    let due = due(&txn, now, GROUP).await?;
    let Handled { freed, reports } = match handle(&txn, now, source, &due).await {
        Ok(handled) => handled,
        Err(error) => {
            // Now and not when the connection is used again: until then the statuses are locked.
            txn.rollback().await?;
            return Err(error);
        }
    };
    platform.points.reach("statuses.written").await;
    txn.commit().await?;
    platform.points.reach("statuses.committed").await;
    tell(platform, &reports);
    if freed {
        platform.wake.outbox.notify_one();
    }
    Ok(due.len())
}

/// One status in a transaction of its own; `false` when none is due.
async fn one(platform: &Platform, source: &dyn Source, now: Timestamp) -> Result<bool, InboxError> {
    let txn = platform.db.begin_write().await?;
    let due = due(&txn, now, 1).await?;
    let Some(item) = due.first() else {
        txn.commit().await?;
        return Ok(false);
    };
    match handle(&txn, now, source, &due).await {
        Ok(Handled { freed, reports }) => {
            txn.commit().await?;
            tell(platform, &reports);
            if freed {
                platform.wake.outbox.notify_one();
            }
        }
        Err(error) if out_of_reach(&error) => return Err(error),
        Err(error) => {
            txn.rollback().await?;
            give_up(platform, now, item, &error).await?;
        }
    }
    Ok(true)
}

/// What a group of statuses came to.
#[derive(Default)]
struct Handled {
    /// A message of ours was settled: the next one of its conversation may leave.
    freed: bool,
    /// Those that found their message.
    reports: Vec<Reported>,
}

fn tell(platform: &Platform, reports: &[Reported]) {
    for report in reports {
        platform.traces.reported(report, platform.now());
    }
}

/// Puts a status off that the database refuses; after [`TRIES`] it is a dead letter.
async fn give_up(
    platform: &Platform,
    now: Timestamp,
    item: &Due,
    why: &InboxError,
) -> Result<(), InboxError> {
    let txn = platform.db.begin_write().await?;
    if item.attempts + 1 < TRIES {
        let until = now.plus_ms(pause_ms(item.attempts));
        lanes::postpone(&txn, until, &[item.id], &[]).await?;
    } else {
        error!(inbox.id = %item.id, error = %why, "status `{}` is a dead letter", item.id);
        let dead = (item.id, None, inbox::State::Dead, Some(why.to_string()));
        let mut writes = Statements::of(&txn);
        lanes::finish(&mut writes, now, &[dead], &[]);
        writes.run(&txn).await?;
    }
    txn.commit().await?;
    Ok(())
}

/// Trouble with the connection says nothing about a status.
fn out_of_reach(error: &InboxError) -> bool {
    match error {
        InboxError::Db(error) | InboxError::Outbox(OutboxError::Db(error)) => is_down(error),
        InboxError::Outbox(OutboxError::NoConversation(_))
        | InboxError::Secret(_)
        | InboxError::Panicked => false,
    }
}

/// Attaches statuses that came a moment ago, and gives how those end that found their message; the others look for it in
/// their turn. `None` when the database refused it: nothing is changed then but the write, which must be taken back.
///
/// # Errors
/// When the database cannot be used.
pub(super) async fn attach_new(
    platform: &Platform,
    txn: &Write,
    source: &dyn Source,
    new: &[Due],
) -> Result<Option<Attached>, InboxError> {
    let attach = async {
        let mut writes = Statements::of(txn);
        let judged = unharmed(txn, platform.now(), source, new, &mut writes).await?;
        writes.run(txn).await?;
        Ok(judged)
    };
    match attach.await {
        Ok(Judged { ended, freed, reports, .. }) => Ok(Some(Attached { ended, freed, reports })),
        Err(error) if out_of_reach(&error) => Err(error),
        Err(error) => {
            warn!(%error, "statuses are attached in their turn");
            Ok(None)
        }
    }
}

/// What became of new statuses; to be told when it is committed.
pub(super) struct Attached {
    pub ended: Vec<Finished>,
    freed: bool,
    reports: Vec<Reported>,
}

impl Attached {
    /// It is committed.
    pub fn tell(&self, platform: &Platform) {
        tell(platform, &self.reports);
        if self.freed {
            platform.wake.outbox.notify_one();
        }
    }
}

/// A panic on the way is a failure like another: it costs its item and not the worker.
fn unharmed<'a>(
    txn: &'a Write,
    now: Timestamp,
    source: &'a dyn Source,
    due: &'a [Due],
    writes: &'a mut Statements,
) -> BoxFuture<'a, Result<Judged, InboxError>> {
    let judging = Box::pin(judge(txn, now, source, due, writes));
    let judged = AssertUnwindSafe(judging).catch_unwind();
    Box::pin(judged.map(|done| done.unwrap_or(Err(InboxError::Panicked))))
}

/// What a group of statuses comes to.
struct Judged {
    /// Those that are at their end.
    ended: Vec<Finished>,
    /// Those that look again, and when.
    later: Vec<(Timestamp, InboxId)>,
    /// A message of ours was settled: the next one of its conversation may leave.
    freed: bool,
    /// Those that found their message.
    reports: Vec<Reported>,
}

/// Reads statuses and puts into `writes` what attaches them.
async fn judge(
    txn: &Write,
    now: Timestamp,
    source: &dyn Source,
    due: &[Due],
    writes: &mut Statements,
) -> Result<Judged, InboxError> {
    let mut ended: Vec<Finished> = vec![];
    let mut freed = false;
    let mut waiting: Vec<(&Due, ChannelId, StatusReport)> = vec![];
    for item in due {
        if item.kind == inbox::Kind::Account {
            let end = news(txn, now, source, item).await?;
            freed |= end.1;
            ended.push(end.0);
            continue;
        }
        let mut end = |state, reason: String| ended.push((item.id, None, state, Some(reason)));
        let read = catch_unwind(AssertUnwindSafe(|| source.status(&item.payload)));
        match (read, item.channel_id) {
            (Ok(Ok(report)), Some(channel)) if report.delivery.is_some() => {
                waiting.push((item, channel, report));
            }
            (Ok(Ok(report)), _) => end(
                inbox::State::Kept,
                if report.delivery.is_some() {
                    "it names no channel of ours".to_owned()
                } else {
                    "no report of a delivery: a payment, or a status of old".to_owned()
                },
            ),
            (Ok(Err(unreadable)), _) => end(inbox::State::Dead, unreadable.0),
            (Err(_panic), _) => {
                end(inbox::State::Dead, "reading it failed inside our own code".to_owned());
            }
        }
    }
    let reports: Vec<(ChannelId, &StatusReport)> =
        waiting.iter().map(|(_, channel, report)| (*channel, report)).collect();
    let attached = outbox::attach(txn, writes, now, &reports).await?;
    let (mut later, mut found) = (vec![], vec![]);
    for ((item, _, report), message) in waiting.iter().zip(&attached.found) {
        if let Some((message, answers)) = *message {
            found.push(Reported {
                status: item.id,
                message,
                answers,
                delivery: report.delivery,
                code: report.error_code,
                at: item.received_at,
            });
            ended.push((item.id, None, inbox::State::Done, None));
        } else if item.received_at.plus_ms(PATIENCE_MS) <= now {
            let reason = "no message of ours has its id, for 24 hours";
            ended.push((item.id, None, inbox::State::Kept, Some(reason.to_owned())));
        } else {
            later.push((now.plus_ms(pause_ms(item.attempts)), item.id));
        }
    }
    Ok(Judged { ended, later, freed: attached.freed || freed, reports: found })
}

/// Attaches due statuses and writes down what became of each.
async fn handle(
    txn: &Write,
    now: Timestamp,
    source: &dyn Source,
    due: &[Due],
) -> Result<Handled, InboxError> {
    let mut writes = Statements::of(txn);
    let judged = unharmed(txn, now, source, due, &mut writes).await?;
    lanes::finish(&mut writes, now, &judged.ended, &[]);
    writes.run(txn).await?;
    postpone(txn, judged.later).await?;
    Ok(Handled { freed: judged.freed, reports: judged.reports })
}

/// What is told of an account goes to its channels. Gives how the item ends, and whether something may be sent again.
async fn news(
    txn: &Write,
    now: Timestamp,
    source: &dyn Source,
    item: &Due,
) -> Result<(Finished, bool), InboxError> {
    let read = catch_unwind(AssertUnwindSafe(|| source.account(&item.payload)));
    let mut frees = false;
    let (state, reason) = match read {
        Ok(Ok(Some(news))) => {
            frees = news.change == AccountChange::Free;
            match account::apply(txn, now, item.app_id, &news).await? {
                0 => (inbox::State::Kept, Some("no channel of ours is of this account")),
                _ => (inbox::State::Done, None),
            }
        }
        Ok(Ok(None)) => (inbox::State::Kept, Some("news of the account, for people to read")),
        Ok(Err(unreadable)) => {
            return Ok(((item.id, None, inbox::State::Dead, Some(unreadable.0)), false));
        }
        Err(_panic) => (inbox::State::Dead, Some("reading it failed inside our own code")),
    };
    Ok(((item.id, None, state, reason.map(str::to_owned)), frees))
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

async fn due(txn: &Write, now: Timestamp, limit: usize) -> Result<Vec<Due>, InboxError> {
    let backend = txn.get_database_backend();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sql = Sql::new(
        "SELECT id, app_id, kind, channel_id, payload, attempts, received_at FROM inbox \
         WHERE state = 'due' AND lane IS NULL AND due_at <= $1 ORDER BY due_at LIMIT $2",
        [now.into(), limit.into()],
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

/// A status that is due.
#[derive(FromQueryResult)]
pub(super) struct Due {
    pub id: InboxId,
    pub app_id: AppId,
    pub kind: inbox::Kind,
    pub channel_id: Option<ChannelId>,
    pub payload: Vec<u8>,
    pub attempts: i32,
    pub received_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_looks_again_more_and_more_rarely() {
        assert_eq!([0, 1, 5, 40].map(pause_ms), [1_000, 2_000, 32_000, 3_600_000]);
    }
}
