//! Group commit: requests that wait at the same time share one transaction.
//!
//! One task per process owns the inserts, so the rate of acknowledgements is not the disk's sync rate. What waits is
//! bounded in number, in bytes and in time; when it is full, or the database does not keep up, the provider is asked to
//! come again at once ([`pressure`]).
//!
//! A commit waits for no worker. On SQLite it is that of a file of its own ([`spool`]), from which the inbox takes it
//! ([`carry`]). On PostgreSQL a lane that is being handled at this moment is passed over; whoever handles it may or may not
//! see the new item when it ends, so `wake` rings such lanes right after the answer, and finds those that a crash in
//! between left behind.

mod carry;
mod spool;
mod store;

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use entity::{InboxId, Timestamp};
use futures_util::FutureExt;
use sea_orm::{DbErr, RuntimeErr};
use tokio::{
    runtime::Builder,
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot},
};
use tracing::{error, warn};

use self::carry::Way;
use super::{InboxError, NewItem, Source, pressure, wake};
use crate::platform::{
    Platform,
    db::{is_down, is_passing},
};

pub use spool::{Left, left, remove_spool};

/// Items after which a group is full.
const GROUP_ITEMS: usize = 512;
/// How long what nobody waits for may gather.
const GATHER: Duration = Duration::from_millis(10);

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
    places: Arc<Semaphore>,
    commit: Arc<Lasting>,
    /// On SQLite.
    way: Option<Arc<Way>>,
}

/// Since when something lasts.
#[derive(Debug, Default)]
struct Lasting(Mutex<Option<Instant>>);

impl Lasting {
    /// Goes on when it has begun.
    fn begin(&self) {
        self.since().get_or_insert_with(Instant::now);
    }

    fn end(&self) {
        *self.since() = None;
    }

    fn lasts(&self) -> Option<Duration> {
        self.since().map(|since| since.elapsed())
    }

    fn since(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A POST's part of what may wait.
#[derive(Debug)]
struct Held {
    _room: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
}

#[derive(Debug)]
struct Job {
    items: Vec<NewItem>,
    done: oneshot::Sender<Result<(), IntakeError>>,
    since: Instant,
    held: Held,
}

impl Job {
    /// Whether a person waits for what follows.
    fn is_urgent(&self) -> bool {
        self.items.iter().any(|item| item.lane.is_some())
    }
}

/// An item with what it is known by from now on.
#[derive(Clone, Debug)]
struct Row {
    item: NewItem,
    id: InboxId,
    /// When it came.
    at: Timestamp,
    arrival: i64,
    /// When its POST came.
    since: Instant,
}

impl Intake {
    /// Starts the task.
    ///
    /// # Errors
    /// When the system has no thread for it.
    pub fn start(platform: Arc<Platform>) -> std::io::Result<Self> {
        let (queue, jobs) = mpsc::channel(pressure::WAITING);
        let late = wake::start(platform.clone());
        let commit = Arc::<Lasting>::default();
        let way = platform.db.file().map(|file| Arc::new(Way::of(file)));
        let group = Group {
            platform,
            jobs,
            late,
            commit: commit.clone(),
            way: way.clone(),
            last_arrival: 0,
        };
        if way.is_some() {
            // Its own thread: an acknowledgement waits for no chat that is being decided.
            let runtime = Builder::new_current_thread().enable_time().build()?;
            let run = move || runtime.block_on(group.run());
            std::thread::Builder::new().name("spool".to_owned()).spawn(run)?;
        } else {
            tokio::spawn(group.run());
        }
        Ok(Self {
            queue,
            room: Arc::new(Semaphore::new(pressure::WAITING_KIB)),
            places: Arc::new(Semaphore::new(pressure::WAITING)),
            commit,
            way,
        })
    }

    /// Whether the database keeps up.
    #[must_use]
    pub fn admits(&self) -> bool {
        pressure::admits(self.commit.lasts()) && self.way.as_ref().is_none_or(|way| way.admits())
    }

    /// Whether a webhook that comes now is stored and goes on from there.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.admits() && self.way.as_ref().is_none_or(|way| way.is_sound())
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
        if !self.admits() {
            return Err(IntakeError::Slow);
        }
        let kib = pressure::kib(items.iter().map(|item| item.payload.len()));
        let room = Arc::clone(&self.room).try_acquire_many_owned(kib);
        let place = Arc::clone(&self.places).try_acquire_owned();
        let (Ok(room), Ok(place)) = (room, place) else { return Err(IntakeError::Full) };
        let held = Held { _room: room, _place: place };
        let (done, stored) = oneshot::channel();
        let job = Job { items, done, since: Instant::now(), held };
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

    /// Lets what people write gather in the spool for a moment, at most 20 ms, while little of it comes.
    pub async fn gathered(&self) {
        if let Some(way) = &self.way {
            way.gathered().await;
        }
    }

    /// Brings one group of what people wrote from the spool into the inbox. Gives the number of items; on PostgreSQL there is
    /// no spool.
    ///
    /// # Errors
    /// When the database refuses: it stays in the spool.
    pub async fn carry_chats(&self, platform: &Platform) -> Result<usize, InboxError> {
        match &self.way {
            Some(way) => way.carry_chats(platform).await,
            None => Ok(0),
        }
    }

    /// The same for statuses and the like, which change what they report about at once.
    ///
    /// # Errors
    /// As [`Self::carry_chats`].
    pub async fn carry_reports(
        &self,
        platform: &Platform,
        source: &dyn Source,
    ) -> Result<usize, InboxError> {
        match &self.way {
            Some(way) => way.carry_reports(platform, source).await,
            None => Ok(0),
        }
    }

    /// Brings one group of everything into the inbox and does nothing with it. For tests: they run no workers.
    ///
    /// # Errors
    /// As [`Self::carry_chats`].
    pub async fn carry(&self, platform: &Platform) -> Result<usize, InboxError> {
        match &self.way {
            Some(way) => Ok(way.carry_chats(platform).await? + way.carry_rest(platform).await?),
            None => Ok(0),
        }
    }

    /// Brings everything that is known into the inbox.
    ///
    /// # Errors
    /// As [`Self::carry_chats`].
    pub async fn empty(&self, platform: &Platform) -> Result<(), InboxError> {
        match &self.way {
            Some(way) => way.empty(platform).await,
            None => Ok(()),
        }
    }

    /// Closes the spool: nothing is taken any more.
    ///
    /// # Errors
    /// When it cannot be closed cleanly.
    pub async fn close(&self) -> Result<(), DbErr> {
        match &self.way {
            Some(way) => way.close().await,
            None => Ok(()),
        }
    }
}

struct Group {
    platform: Arc<Platform>,
    jobs: mpsc::Receiver<Job>,
    /// Lanes that were being handled when something came for them.
    late: mpsc::UnboundedSender<Vec<String>>,
    commit: Arc<Lasting>,
    way: Option<Arc<Way>>,
    last_arrival: i64,
}

impl Group {
    async fn run(mut self) {
        while let Some(first) = self.jobs.recv().await {
            let until = tokio::time::Instant::now() + GATHER;
            let mut count = first.items.len();
            let mut group = vec![first];
            // Who writes waits for an answer; statuses come along with the next one who does.
            while count < GROUP_ITEMS && !group.iter().any(Job::is_urgent) {
                let Ok(Some(job)) = tokio::time::timeout_at(until, self.jobs.recv()).await else {
                    break;
                };
                count += job.items.len();
                group.push(job);
            }
            while count < GROUP_ITEMS {
                let Ok(job) = self.jobs.try_recv() else { break };
                count += job.items.len();
                group.push(job);
            }
            group.retain(|job| !job.done.is_closed() && !pressure::is_late(job.since.elapsed()));
            if group.is_empty() {
                continue;
            }
            self.commit.begin();
            let stored = match self.way.clone() {
                Some(way) => AssertUnwindSafe(self.put_down(&way, group)).catch_unwind().await,
                None => AssertUnwindSafe(self.store_group(group)).catch_unwind().await,
            };
            self.commit.end();
            if stored.is_err() {
                error!("storing a group of webhooks failed inside our own code; they come again");
            }
        }
    }

    /// Into the spool, from where it is carried.
    async fn put_down(&mut self, way: &Way, mut group: Vec<Job>) {
        let rows = group.iter_mut().flat_map(|job| self.rows(job)).collect();
        let (held, waiting): (Vec<_>, Vec<_>) =
            group.into_iter().map(|job| (job.held, job.done)).unzip();
        let stored = in_time(way.put_down(rows, held)).await;
        self.platform.points.reach("intake.spooled").await;
        let answer = stored.map_err(|error| {
            self.platform.wake.pulse.wrote(false);
            refused(&error)
        });
        for done in waiting {
            // A caller that went away has nothing to hear.
            let _gone = done.send(answer);
        }
        self.platform.wake.spool.notify_one();
        self.platform.wake.reports.notify_one();
    }

    async fn store_group(&mut self, mut group: Vec<Job>) {
        let rows: Vec<_> = group.iter_mut().map(|job| self.rows(job)).collect();
        let stored = self.store(rows.iter().flatten()).await;
        // What is wrong with one webhook says nothing of the database.
        if stored.as_ref().is_err_and(is_passing) {
            self.platform.wake.pulse.wrote(false);
        }
        match stored {
            Ok(()) => {
                for job in group {
                    let _gone = job.done.send(Ok(()));
                }
            }
            Err(failed) if group.len() > 1 && !is_down(&failed) => {
                warn!(error = %failed, "a group of webhooks was not stored: each is tried alone");
                for (job, rows) in group.into_iter().zip(&rows) {
                    let answer = self.store(rows.iter()).await.map_err(|e| refused(&e));
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

    fn rows(&mut self, job: &mut Job) -> Vec<Row> {
        let at = self.platform.now();
        std::mem::take(&mut job.items)
            .into_iter()
            .map(|item| {
                self.last_arrival = (self.last_arrival + 1).max(at.ms().saturating_mul(1_000));
                let (id, arrival) = (InboxId::new(at), self.last_arrival);
                Row { item, id, at, arrival, since: job.since }
            })
            .collect()
    }

    /// Into the inbox. Lanes that are being handled at this moment are rung later.
    async fn store(&self, rows: impl Iterator<Item = &Row>) -> Result<(), DbErr> {
        let busy = in_time(store::store(&self.platform, rows)).await?;
        if !busy.is_empty() && self.late.send(busy).is_err() {
            warn!("lanes that were busy are looked at later");
        }
        Ok(())
    }
}

/// Waits for a write, or gives up: over a connection that is dead, nobody would ever say that it is.
async fn in_time<T, E: From<DbErr>>(write: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    tokio::time::timeout(pressure::LOST, write).await.unwrap_or_else(|_| {
        let why = "the database did not answer".to_owned();
        Err(DbErr::Conn(RuntimeErr::Internal(why)).into())
    })
}

fn refused(error: &DbErr) -> IntakeError {
    error!(%error, "a webhook was not stored; the provider will bring it again");
    IntakeError::Database
}
