//! Group commit: requests that wait at the same time share one transaction.
//!
//! One task per process owns the inserts, so the rate of acknowledgements is not the disk's sync rate. What waits is
//! bounded in number, in bytes and in time; when it is full, or the database does not keep up, the provider is asked to
//! come again at once ([`pressure`]).
//!
//! A commit waits for no worker. A lane that is being handled at this moment is passed over; whoever handles it may or
//! may not see the new item when it ends, so `wake` rings such lanes right after the answer, and finds those that a
//! crash in between left behind.

use std::{
    collections::{BTreeMap, HashSet},
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use entity::{ChannelId, InboxId, Timestamp, inbox};
use futures_util::FutureExt;
use sea_orm::{ActiveEnum, ConnectionTrait, DbBackend, DbErr, QueryResult, RuntimeErr, Value};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tracing::{error, warn};

use super::{NewItem, pressure, wake};
use crate::platform::{
    Platform,
    db::{Write, is_down, is_passing},
    metrics,
    sql::{MAX_ROWS, Sql, Statements},
    trace,
};

/// Items after which a group is full.
const GROUP_ITEMS: usize = 512;

/// Why a POST was not stored. Nothing of it is in the database then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IntakeError {
    #[error("too much is waiting to be stored")]
    Full,
    #[error("the database does not keep up")]
    Slow,
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
    commit: Arc<Commit>,
}

/// Since when the present group is being stored.
#[derive(Debug, Default)]
struct Commit(Mutex<Option<Instant>>);

impl Commit {
    fn set(&self, since: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }

    fn lasts(&self) -> Option<Duration> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).map(|since| since.elapsed())
    }
}

#[derive(Debug)]
struct Job {
    items: Vec<NewItem>,
    done: oneshot::Sender<Result<(), IntakeError>>,
    since: Instant,
    _room: OwnedSemaphorePermit,
}

impl Intake {
    /// Starts the task.
    #[must_use]
    pub fn start(platform: Arc<Platform>) -> Self {
        let (queue, jobs) = mpsc::channel(pressure::WAITING);
        let late = wake::start(platform.clone());
        let commit = Arc::<Commit>::default();
        let group = Group { platform, jobs, late, commit: commit.clone(), last_arrival: 0 };
        tokio::spawn(group.run());
        Self { queue, room: Arc::new(Semaphore::new(pressure::WAITING_KIB)), commit }
    }

    /// Stores all items of one POST, those that are there already left out; comes back after the commit. A caller that
    /// goes away before its turn is not stored.
    ///
    /// # Errors
    /// [`IntakeError`]; nothing of the POST is stored then.
    pub async fn accept(&self, items: Vec<NewItem>) -> Result<(), IntakeError> {
        if items.is_empty() {
            return Ok(());
        }
        if !pressure::admits(self.commit.lasts()) {
            return Err(IntakeError::Slow);
        }
        let kib = pressure::kib(items.iter().map(|item| item.payload.len()));
        let room =
            Arc::clone(&self.room).try_acquire_many_owned(kib).map_err(|_| IntakeError::Full)?;
        let (done, stored) = oneshot::channel();
        let job = Job { items, done, since: Instant::now(), _room: room };
        self.queue.try_send(job).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => IntakeError::Full,
            mpsc::error::TrySendError::Closed(_) => IntakeError::Stopped,
        })?;
        // It may still be committed after that; then it is known when it comes again.
        match tokio::time::timeout(pressure::PATIENCE, stored).await {
            Ok(answer) => answer.unwrap_or(Err(IntakeError::Stopped)),
            Err(_too_late) => Err(IntakeError::Slow),
        }
    }
}

struct Group {
    platform: Arc<Platform>,
    jobs: mpsc::Receiver<Job>,
    /// Lanes that were being handled when something came for them.
    late: mpsc::UnboundedSender<Vec<String>>,
    commit: Arc<Commit>,
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
            group.retain(|job| !job.done.is_closed() && !pressure::is_late(job.since.elapsed()));
            if group.is_empty() {
                continue;
            }
            self.commit.set(Some(Instant::now()));
            let stored = AssertUnwindSafe(self.store_group(group)).catch_unwind().await;
            self.commit.set(None);
            if stored.is_err() {
                error!("storing a group of webhooks failed inside our own code; they come again");
            }
        }
    }

    async fn store_group(&mut self, mut group: Vec<Job>) {
        let now = self.platform.now();
        let rows: Vec<_> = group.iter_mut().map(|job| self.rows(job, now)).collect();
        let stored = self.in_time(now, rows.iter().flatten()).await;
        // What is wrong with one webhook says nothing of the database.
        if stored.as_ref().is_err_and(is_passing) {
            self.platform.wake.pulse.wrote(false);
        }
        match stored {
            Ok(()) => {
                for job in group {
                    // A caller that went away has nothing to hear.
                    let _gone = job.done.send(Ok(()));
                }
            }
            Err(failed) if group.len() > 1 && !is_down(&failed) => {
                warn!(error = %failed, "a group of webhooks was not stored: each is tried alone");
                for (job, rows) in group.into_iter().zip(&rows) {
                    let answer = self.in_time(now, rows.iter()).await.map_err(|e| refused(&e));
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

    fn rows(&mut self, job: &mut Job, now: Timestamp) -> Vec<Row> {
        std::mem::take(&mut job.items)
            .into_iter()
            .map(|item| {
                self.last_arrival = (self.last_arrival + 1).max(now.ms().saturating_mul(1_000));
                let (id, arrival) = (InboxId::new(now), self.last_arrival);
                Row { item, id, arrival, since: job.since }
            })
            .collect()
    }

    /// Stores them, or gives up: over a connection that is dead, nobody would ever say that it is.
    async fn in_time(&self, now: Timestamp, rows: impl Iterator<Item = &Row>) -> Result<(), DbErr> {
        let stored = tokio::time::timeout(pressure::LOST, self.store(now, rows)).await;
        stored.unwrap_or_else(|_| {
            Err(DbErr::Conn(RuntimeErr::Internal("the database did not answer".to_owned())))
        })
    }

    async fn store(&self, now: Timestamp, rows: impl Iterator<Item = &Row>) -> Result<(), DbErr> {
        let mut rows: Vec<&Row> = rows.collect();
        // One order in all processes: two that store the same items wait for each other, never in a circle.
        rows.sort_by(|a, b| a.item.dedupe_key.cmp(&b.item.dedupe_key));
        let came = rows.len() as u64;
        let txn = self.platform.db.begin_shared().await?;
        let known = known(&txn, &rows).await?;
        rows.retain(|row| !known.contains(&row.item.dedupe_key));
        let (mut lanes, mut new) = (BTreeMap::new(), BTreeMap::<String, u64>::new());
        let (mut statuses, mut fresh) = (false, 0);
        let mut traced = HashSet::new();
        for chunk in rows.chunks(MAX_ROWS) {
            for stored in insert(&txn, now, chunk).await? {
                let kind: String = stored.try_get("", "kind")?;
                statuses |= [inbox::Kind::Status, inbox::Kind::Account]
                    .iter()
                    .any(|k| kind == k.to_value());
                if self.platform.traces.is_on() {
                    traced.insert(stored.try_get::<InboxId>("", "id")?);
                }
                *new.entry(kind).or_default() += 1;
                fresh += 1;
                let lane: Option<String> = stored.try_get("", "lane")?;
                if let Some(lane) = lane {
                    let channel: ChannelId = stored.try_get("", "channel_id")?;
                    lanes.insert(lane, channel);
                }
            }
        }
        let busy = match self.platform.db.backend() {
            DbBackend::Sqlite => vec![],
            _ => open_lanes(&txn, now, &lanes).await?,
        };
        self.platform.points.reach("intake.written").await;
        let released = txn.release().await?;
        // Called before the commit: where writes share one, the answer is in it as well.
        if !lanes.is_empty() {
            self.platform.wake.call_lanes();
        }
        released.committed().await?;
        self.platform.points.reach("intake.committed").await;
        if fresh > 0 {
            self.platform.wake.pulse.wrote(true);
        }
        for (kind, count) in new {
            metrics::stored(kind, count);
        }
        metrics::duplicates(came - fresh);
        self.tell(rows.iter().filter(|row| traced.contains(&row.id)));
        if !busy.is_empty() && self.late.send(busy).is_err() {
            warn!("lanes that were busy are looked at later");
        }
        if statuses {
            self.platform.wake.statuses.notify_one();
        }
        Ok(())
    }

    /// Begins the traces of what was new. A status belongs to that of its message, which it still has to find.
    fn tell<'a>(&self, rows: impl Iterator<Item = &'a &'a Row>) {
        for row in rows.filter(|row| row.item.kind != inbox::Kind::Status) {
            let Row { item, id, since, .. } = row;
            let stored =
                trace::Stored { kind: item.kind, channel: item.channel_id, state: item.state };
            self.platform.traces.stored(*id, &stored, self.platform.now(), since.elapsed());
        }
    }
}

struct Row {
    item: NewItem,
    id: InboxId,
    arrival: i64,
    /// When its POST came.
    since: Instant,
}

/// Inserts what is not there yet; gives `id`, `lane`, `channel_id` and `kind` of what was new and is due. On SQLite, where
/// nobody can hold a lane meanwhile, their lanes are due with the same call.
async fn insert(txn: &Write, now: Timestamp, rows: &[&Row]) -> Result<Vec<QueryResult>, DbErr> {
    let Some(last) = rows.last() else { return Ok(vec![]) };
    let padding = rows.len().next_power_of_two() - rows.len();
    let values = rows.iter().map(|row| values(now, row, row.id, &row.item.payload));
    // The repeated row conflicts with itself, so what it holds does not matter: but its id is that of no other row.
    let filled = values.chain(
        std::iter::repeat_with(|| self::values(now, last, InboxId::new(now), &[])).take(padding),
    );
    let backend = txn.get_database_backend();
    let mut writes = Statements::of(txn);
    writes.add(
        Sql::new(
            "INSERT INTO inbox (id, app_id, channel_id, kind, dedupe_key, lane, payload, sent_at, \
             arrival, state, due_at, attempts, reason, received_at, done_at) ",
            [],
        )
        .rows(filled)
        .then(" ON CONFLICT (dedupe_key) DO NOTHING RETURNING id, lane, channel_id, kind"),
    );
    if backend == DbBackend::Sqlite && rows.iter().any(|row| row.item.lane.is_some()) {
        let ids: Vec<InboxId> = rows.iter().map(|row| row.id).collect();
        writes.add(
            Sql::new(
                "INSERT INTO lanes (key, channel_id, due_at) \
                 SELECT i.lane, MIN(i.channel_id), $1 FROM inbox i WHERE i.id IN ",
                [now.into()],
            )
            .list(&ids)
            .then(
                " AND i.lane IS NOT NULL GROUP BY i.lane ON CONFLICT (key) DO UPDATE SET due_at = \
                 MIN(COALESCE(due_at, excluded.due_at), excluded.due_at)",
            ),
        );
    }
    writes.rows(txn).await
}

fn values(now: Timestamp, row: &Row, id: InboxId, payload: &[u8]) -> [Value; 15] {
    let item = &row.item;
    let due = item.state == inbox::State::Due;
    [
        id.into(),
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

/// Keys that are stored already. PostgreSQL would let an insert of one wait for the worker that is just ending it.
async fn known(txn: &Write, rows: &[&Row]) -> Result<HashSet<String>, DbErr> {
    let mut known = HashSet::new();
    let backend = txn.get_database_backend();
    if backend == DbBackend::Sqlite {
        return Ok(known);
    }
    for chunk in rows.chunks(MAX_ROWS) {
        let keys: Vec<&str> = chunk.iter().map(|row| row.item.dedupe_key.as_str()).collect();
        let sql = Sql::new("SELECT dedupe_key FROM inbox WHERE dedupe_key IN ", []).list(&keys);
        for row in txn.query_all_raw(sql.build(backend)).await? {
            known.insert(row.try_get("", "dedupe_key")?);
        }
    }
    Ok(known)
}

/// Marks lanes as due and makes those that are missing, on PostgreSQL. Gives the ones that are being handled at this
/// moment: nothing here waits for them.
async fn open_lanes(
    txn: &Write,
    now: Timestamp,
    lanes: &BTreeMap<String, ChannelId>,
) -> Result<Vec<String>, DbErr> {
    let backend = txn.get_database_backend();
    let keys: Vec<&str> = lanes.keys().map(String::as_str).collect();
    let woken = wake::wake(txn, now, &keys).await?;
    let mut others: BTreeMap<&str, ChannelId> =
        lanes.iter().map(|(key, channel)| (key.as_str(), *channel)).collect();
    for key in &woken {
        others.remove(key.as_str());
    }
    // An insert would wait for whoever changes the row that it meets: so only of what is not there.
    let rest: Vec<&str> = others.keys().copied().collect();
    let mut busy = vec![];
    for chunk in rest.chunks(MAX_ROWS) {
        let sql = Sql::new("SELECT key FROM lanes WHERE key IN ", []).list(chunk);
        for row in txn.query_all_raw(sql.build(backend)).await? {
            let key: String = row.try_get("", "key")?;
            others.remove(key.as_str());
            busy.push(key);
        }
    }
    let missing: Vec<_> = others.into_iter().collect();
    for chunk in missing.chunks(MAX_ROWS) {
        let values =
            chunk.iter().map(|(key, channel)| [Value::from(*key), (*channel).into(), now.into()]);
        let sql = Sql::new("INSERT INTO lanes (key, channel_id, due_at) ", [])
            .rows(values)
            .then(" ON CONFLICT (key) DO NOTHING RETURNING key");
        let mut made = HashSet::new();
        for row in txn.query_all_raw(sql.build(backend)).await? {
            made.insert(row.try_get::<String>("", "key")?);
        }
        // Another process has made it a moment ago, for items of its own.
        let met = chunk.iter().filter(|(key, _)| !made.contains(*key));
        busy.extend(met.map(|(key, _)| (*key).to_owned()));
    }
    Ok(busy)
}

fn refused(error: &DbErr) -> IntakeError {
    error!(%error, "a webhook was not stored; the provider will bring it again");
    IntakeError::Database
}
