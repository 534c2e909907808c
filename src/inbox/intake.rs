//! Group commit: requests that wait at the same time share one transaction.
//!
//! One task per process owns the inserts, so the rate of acknowledgements is not the disk's sync rate. What waits is
//! bounded in number and in bytes; when it is full, the provider is asked to come again.

use std::{collections::BTreeMap, sync::Arc};

use entity::{ChannelId, InboxId, Timestamp, inbox};
use sea_orm::{ActiveEnum, ConnectionTrait, DbErr, QueryResult, Value};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tracing::{error, warn};

use super::NewItem;
use crate::platform::{
    Platform,
    db::Write,
    sql::{MAX_ROWS, Sql},
};

/// POSTs that may wait for their commit.
const WAITING: usize = 1_024;
/// KiB of payload that may wait.
const WAITING_KIB: usize = 64 * 1_024;
/// Items after which a group is full.
const GROUP_ITEMS: usize = 512;

/// Why a POST was not stored. Nothing of it is in the database then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IntakeError {
    #[error("too much is waiting to be stored")]
    Full,
    #[error("the database did not take it")]
    Database,
    #[error("the intake has stopped")]
    Stopped,
}

/// The door to the inbox. Clones share one task, which ends when the last of them is gone.
#[derive(Clone, Debug)]
pub struct Intake {
    queue: mpsc::Sender<Job>,
    room: Arc<Semaphore>,
}

#[derive(Debug)]
struct Job {
    items: Vec<NewItem>,
    done: oneshot::Sender<Result<(), IntakeError>>,
    _room: OwnedSemaphorePermit,
}

impl Intake {
    /// Starts the task.
    #[must_use]
    pub fn start(platform: Arc<Platform>) -> Self {
        let (queue, jobs) = mpsc::channel(WAITING);
        tokio::spawn(Group { platform, jobs, last_arrival: 0 }.run());
        Self { queue, room: Arc::new(Semaphore::new(WAITING_KIB)) }
    }

    /// Stores all items of one POST, those that are there already left out; comes back after the commit. A caller that
    /// goes away meanwhile changes nothing.
    ///
    /// # Errors
    /// [`IntakeError`]; nothing of the POST is stored then.
    pub async fn accept(&self, items: Vec<NewItem>) -> Result<(), IntakeError> {
        if items.is_empty() {
            return Ok(());
        }
        let bytes: usize = items.iter().map(|item| item.payload.len() + 512).sum();
        let kib = u32::try_from((bytes / 1_024 + 1).min(WAITING_KIB)).unwrap_or(u32::MAX);
        let room =
            Arc::clone(&self.room).try_acquire_many_owned(kib).map_err(|_| IntakeError::Full)?;
        let (done, stored) = oneshot::channel();
        self.queue.try_send(Job { items, done, _room: room }).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => IntakeError::Full,
            mpsc::error::TrySendError::Closed(_) => IntakeError::Stopped,
        })?;
        stored.await.unwrap_or(Err(IntakeError::Stopped))
    }
}

struct Group {
    platform: Arc<Platform>,
    jobs: mpsc::Receiver<Job>,
    last_arrival: i64,
}

impl Group {
    async fn run(mut self) {
        while let Some(first) = self.jobs.recv().await {
            let mut count = first.items.len();
            let mut group = vec![first];
            while count < GROUP_ITEMS {
                let Ok(job) = self.jobs.try_recv() else { break };
                count += job.items.len();
                group.push(job);
            }
            self.commit(group).await;
        }
    }

    async fn commit(&mut self, mut group: Vec<Job>) {
        let now = self.platform.now();
        let rows: Vec<_> = group.iter_mut().map(|job| self.rows(&mut job.items, now)).collect();
        match self.store(now, rows.iter().flatten()).await {
            Ok(()) => {
                for job in group {
                    // A caller that went away has nothing to hear.
                    let _gone = job.done.send(Ok(()));
                }
            }
            Err(failed) if group.len() > 1 && !is_down(&failed) => {
                warn!(error = %failed, "a group of webhooks was not stored: each is tried alone");
                for (job, rows) in group.into_iter().zip(&rows) {
                    let answer = self.store(now, rows.iter()).await.map_err(|e| refused(&e));
                    let _gone = job.done.send(answer);
                }
            }
            Err(failed) => {
                for job in group {
                    let _gone = job.done.send(Err(refused(&failed)));
                }
            }
        }
    }

    fn rows(&mut self, items: &mut Vec<NewItem>, now: Timestamp) -> Vec<Row> {
        std::mem::take(items)
            .into_iter()
            .map(|item| {
                self.last_arrival = (self.last_arrival + 1).max(now.ms().saturating_mul(1_000));
                Row { item, arrival: self.last_arrival }
            })
            .collect()
    }

    async fn store(&self, now: Timestamp, rows: impl Iterator<Item = &Row>) -> Result<(), DbErr> {
        let mut rows: Vec<&Row> = rows.collect();
        // One order in all processes: two that store the same items wait for each other, never in a circle.
        rows.sort_by(|a, b| a.item.dedupe_key.cmp(&b.item.dedupe_key));
        let txn = self.platform.db.begin_write().await?;
        let mut lanes = BTreeMap::new();
        let mut statuses = false;
        for chunk in rows.chunks(MAX_ROWS) {
            for stored in insert(&txn, now, chunk).await? {
                let kind: String = stored.try_get("", "kind")?;
                statuses |= kind == inbox::Kind::Status.to_value();
                let lane: Option<String> = stored.try_get("", "lane")?;
                if let Some(lane) = lane {
                    let channel: ChannelId = stored.try_get("", "channel_id")?;
                    lanes.insert(lane, channel);
                }
            }
        }
        open_lanes(&txn, now, &lanes).await?;
        txn.commit().await?;
        if !lanes.is_empty() {
            self.platform.wake.lanes.notify_one();
        }
        if statuses {
            self.platform.wake.statuses.notify_one();
        }
        Ok(())
    }
}

struct Row {
    item: NewItem,
    arrival: i64,
}

/// Inserts what is not there yet; gives `lane`, `channel_id` and `kind` of what was new and is due.
async fn insert(txn: &Write, now: Timestamp, rows: &[&Row]) -> Result<Vec<QueryResult>, DbErr> {
    let Some(last) = rows.last() else { return Ok(vec![]) };
    let padding = rows.len().next_power_of_two() - rows.len();
    let values = rows.iter().map(|row| values(now, row, &row.item.payload));
    // The repeated row conflicts with itself, so what it holds does not matter.
    let filled =
        values.chain(std::iter::repeat_with(|| self::values(now, last, &[])).take(padding));
    let sql = Sql::new(
        "INSERT INTO inbox (id, app_id, channel_id, kind, dedupe_key, lane, payload, sent_at, \
         arrival, state, due_at, attempts, reason, received_at, done_at) ",
        [],
    )
    .rows(filled)
    .then(" ON CONFLICT (dedupe_key) DO NOTHING RETURNING lane, channel_id, kind");
    txn.query_all_raw(sql.build(txn.get_database_backend())).await
}

fn values(now: Timestamp, row: &Row, payload: &[u8]) -> [Value; 15] {
    let item = &row.item;
    let due = item.state == inbox::State::Due;
    [
        InboxId::new(now).into(),
        item.app_id.into(),
        item.channel_id.map(|id| id.0).into(),
        item.kind.to_value().into(),
        item.dedupe_key.as_str().into(),
        // A lane is only of use to what is due.
        item.lane.clone().filter(|_| due).into(),
        payload.to_vec().into(),
        item.sent_at.into(),
        row.arrival.into(),
        item.state.to_value().into(),
        now.into(),
        0_i32.into(),
        item.reason.clone().into(),
        now.into(),
        (!due).then_some(now.ms()).into(),
    ]
}

/// Marks lanes as due, in the order of their keys.
async fn open_lanes(
    txn: &Write,
    now: Timestamp,
    lanes: &BTreeMap<String, ChannelId>,
) -> Result<(), DbErr> {
    let rows: Vec<_> = lanes.iter().collect();
    for chunk in rows.chunks(MAX_ROWS) {
        let values = chunk
            .iter()
            .map(|(key, channel)| [Value::from(key.as_str()), (**channel).into(), now.into()]);
        // Repeated rows would touch one lane twice, which PostgreSQL refuses: hence the DISTINCT.
        Sql::new("INSERT INTO lanes (key, channel_id, due_at) SELECT DISTINCT * FROM (", [])
            .rows(values)
            .then(
                ") AS due WHERE true ORDER BY 1 ON CONFLICT (key) DO UPDATE \
                 SET due_at = CASE WHEN lanes.due_at < excluded.due_at THEN lanes.due_at \
                 ELSE excluded.due_at END",
            )
            .run(txn)
            .await?;
    }
    Ok(())
}

fn is_down(error: &DbErr) -> bool {
    matches!(error, DbErr::Conn(_) | DbErr::ConnectionAcquire(_))
}

fn refused(error: &DbErr) -> IntakeError {
    error!(%error, "a webhook was not stored; the provider will bring it again");
    IntakeError::Database
}
