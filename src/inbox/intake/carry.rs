//! From the spool into the inbox, in the order in which it came.

use std::{
    collections::{BTreeSet, VecDeque},
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use entity::inbox;
use sea_orm::{DbErr, RuntimeErr};
use tokio::sync::{Mutex as Turn, Notify};
use tracing::{error, warn};

use super::{GROUP_ITEMS, Held, Lasting, Row, in_time, spool::Spool, store};
use crate::{
    inbox::{InboxError, Source, pressure},
    platform::{Platform, db::is_fault_of_row, metrics},
};

/// Bundles that are in the inbox and lie in the spool still, at the most: dropping them is a commit.
const DONE: usize = 64;
/// Groups of what people wrote begin so far apart while little comes: a commit writes the last page of every index,
/// whether it is for one message or for ten.
const APART: Duration = Duration::from_millis(20);
/// With so many items waiting it begins at once.
const MANY: usize = 24;
/// Between two looks into the file.
const LOOK: Duration = Duration::from_millis(250);

/// The spool and what is known of it.
#[derive(Debug)]
pub(super) struct Way {
    spool: Arc<Spool>,
    /// Bundles of what people wrote.
    chats: Line,
    /// Bundles of what goes round the lanes, and of what nothing follows from.
    reports: Line,
    known: Mutex<Known>,
    /// The file could not be written or looked into the last time.
    broken: AtomicBool,
    /// Held while something is put down and while it is looked what lies there.
    hand: Turn<()>,
}

/// Bundles that wait for the inbox, in their order.
#[derive(Debug, Default)]
struct Line {
    waiting: Mutex<Waiting>,
    /// One carries at a time.
    turn: Turn<()>,
    /// Since when what is being carried does not get into the inbox.
    carrying: Lasting,
    /// The database refused the last of it.
    refused: AtomicBool,
    /// Rung when many wait.
    many: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    loads: VecDeque<Load>,
    /// Their items.
    count: usize,
    /// Numbers of those that are being carried.
    taken: Vec<i64>,
    /// When the last group began.
    began: Option<Instant>,
}

/// A group that is being carried. Dropped before it is in the inbox, it waits again.
struct Group<'a> {
    line: &'a Line,
    loads: Vec<Load>,
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        let mut waiting = self.line.waiting();
        waiting.taken.clear();
        for load in self.loads.drain(..).rev() {
            waiting.count += load.rows.len();
            waiting.loads.push_front(load);
        }
    }
}

#[derive(Debug, Default)]
struct Known {
    /// In the inbox, and in the spool still.
    done: BTreeSet<i64>,
    /// What cannot be stored at all: it stays where it is.
    stays: BTreeSet<i64>,
    looked: Option<Instant>,
}

/// A bundle with its part of the room.
#[derive(Debug)]
struct Load {
    number: i64,
    rows: Vec<Row>,
    _held: Arc<Vec<Held>>,
}

impl Line {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Each takes its place by its number: what is found in the file may be older than what has just come.
    fn push(&self, number: i64, rows: Vec<Row>, held: Arc<Vec<Held>>) {
        let mut waiting = self.waiting();
        waiting.count += rows.len();
        let place = waiting.loads.partition_point(|load| load.number < number);
        waiting.loads.insert(place, Load { number, rows, _held: held });
        if waiting.count >= MANY {
            self.many.notify_one();
        }
    }

    /// Comes back when a group may begin: at once after a rest.
    async fn gathered(&self) {
        let began = self.waiting().began;
        let Some(until) = began.map(|at| at + APART) else { return };
        while self.waiting().count < MANY {
            if tokio::time::timeout_at(until.into(), self.many.notified()).await.is_err() {
                break;
            }
        }
    }

    /// A group of what waits.
    fn next(&self) -> Group<'_> {
        let mut waiting = self.waiting();
        let (mut loads, mut count) = (vec![], 0);
        while count < GROUP_ITEMS
            && let Some(load) = waiting.loads.pop_front()
        {
            count += load.rows.len();
            waiting.taken.push(load.number);
            loads.push(load);
        }
        waiting.count -= count;
        if count > 0 {
            waiting.began = Some(Instant::now());
        }
        Group { line: self, loads }
    }

    /// Those that wait or are being carried.
    fn numbers(&self) -> Vec<i64> {
        let waiting = self.waiting();
        waiting.loads.iter().map(|load| load.number).chain(waiting.taken.iter().copied()).collect()
    }

    fn admits(&self) -> bool {
        !self.refused.load(Ordering::Relaxed) && pressure::admits(self.carrying.lasts())
    }
}

impl Way {
    pub fn of(database: &Path) -> Self {
        Self {
            spool: Arc::new(Spool::of(database)),
            chats: Line::default(),
            reports: Line::default(),
            known: Mutex::default(),
            broken: AtomicBool::new(false),
            hand: Turn::default(),
        }
    }

    /// Whether more may be put down: not when the database takes nothing.
    pub fn admits(&self) -> bool {
        self.chats.admits() && self.reports.admits()
    }

    /// Whether the file itself is well.
    pub fn is_sound(&self) -> bool {
        !self.broken.load(Ordering::Relaxed)
    }

    /// Keeps rows, and their part of the room until they are in the inbox. Comes back when the disk has them.
    pub async fn put_down(&self, rows: Vec<Row>, held: Vec<Held>) -> Result<(), DbErr> {
        let (chats, reports): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_of_chat);
        let held = Arc::new(held);
        let _hand = self.hand.lock().await;
        let appended = self.spool.append([&chats, &reports]);
        self.broken.store(appended.is_err(), Ordering::Relaxed);
        let numbers = appended?;
        let lines = [(&self.chats, chats), (&self.reports, reports)];
        for ((line, rows), number) in lines.into_iter().zip(numbers) {
            if let Some(number) = number {
                line.push(number, rows, held.clone());
            }
        }
        self.tell();
        Ok(())
    }

    /// Lets what people write gather for a moment while little of it comes.
    pub async fn gathered(&self) {
        self.chats.gathered().await;
    }

    /// Stores a group of what people wrote; now and then it is looked what others left behind. Gives the number of items.
    pub async fn carry_chats(&self, platform: &Platform) -> Result<usize, InboxError> {
        if let Err(error) = self.look().await {
            self.broken.store(true, Ordering::Relaxed);
            // What was left behind is older than what comes: nothing is carried before it was seen once. After that it is
            // carried whether the file can be looked into or not.
            let mut known = self.known();
            if known.looked.is_none() {
                return Err(error.into());
            }
            known.looked = Some(Instant::now());
            warn!(%error, "the spool cannot be looked into");
        }
        self.carry(&self.chats, async |loads| self.store(platform, loads).await).await
    }

    /// Stores a group of the rest, as it is.
    pub async fn carry_rest(&self, platform: &Platform) -> Result<usize, InboxError> {
        self.carry(&self.reports, async |loads| self.store(platform, loads).await).await
    }

    /// Stores a group of the rest together with what it changes.
    pub async fn carry_reports(
        &self,
        platform: &Platform,
        source: &dyn Source,
    ) -> Result<usize, InboxError> {
        let store = async |loads: &[Load]| {
            let rows = loads.iter().flat_map(|load| &load.rows);
            match in_time(store::store_reports(platform, source, rows)).await {
                Ok(()) => {
                    self.known().done.extend(loads.iter().map(|load| load.number));
                    Ok(())
                }
                Err(InboxError::Db(error)) if is_fault_of_row(&error) => {
                    self.store(platform, loads).await
                }
                Err(error) => Err(error),
            }
        };
        self.carry(&self.reports, store).await
    }

    /// Stores all that is known, and looks for nothing more.
    pub async fn empty(&self, platform: &Platform) -> Result<(), InboxError> {
        let store = async |loads: &[Load]| self.store(platform, loads).await;
        for line in [&self.chats, &self.reports] {
            while self.carry(line, store).await? > 0 {}
        }
        Ok(())
    }

    /// Drops what is in the inbox and closes the file.
    pub async fn close(&self) -> Result<(), DbErr> {
        let forgotten = self.forget().await;
        self.aside(Spool::close).await?;
        forgotten
    }

    /// Does something with the file where nobody is held up by it.
    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Spool) -> Result<T, DbErr> + Send + 'static,
    ) -> Result<T, DbErr> {
        let spool = self.spool.clone();
        let done = tokio::task::spawn_blocking(move || work(&spool)).await;
        done.unwrap_or_else(|e| Err(DbErr::Conn(RuntimeErr::Internal(e.to_string()))))
    }

    /// Tells how much waits.
    fn tell(&self) {
        metrics::spooled(self.chats.waiting().count + self.reports.waiting().count);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn carry(
        &self,
        line: &Line,
        store: impl AsyncFnOnce(&[Load]) -> Result<(), InboxError>,
    ) -> Result<usize, InboxError> {
        let _turn = line.turn.lock().await;
        let mut group = line.next();
        if group.loads.is_empty() {
            return Ok(0);
        }
        line.carrying.begin();
        let oldest = group.loads.iter().flat_map(|load| &load.rows).map(|row| row.since).min();
        let stored = store(&group.loads).await;
        line.refused.store(stored.is_err(), Ordering::Relaxed);
        stored?;
        line.carrying.end();
        metrics::carried(oldest.map_or(Duration::ZERO, |since| since.elapsed()));
        let count = std::mem::take(&mut group.loads).iter().map(|load| load.rows.len()).sum();
        drop(group);
        self.tell();
        if self.known().done.len() >= DONE
            && let Err(error) = self.forget().await
        {
            warn!(%error, "the spool cannot be tidied up: it is tried again");
        }
        Ok(count)
    }

    /// What lies in the file and is not known, for another process, or the one before, left it, is put into the lines.
    async fn look(&self) -> Result<(), DbErr> {
        let lately = self.known().looked.is_some_and(|at| at.elapsed() < LOOK);
        if lately || !self.admits() {
            return Ok(());
        }
        self.forget().await?;
        let _hand = self.hand.lock().await;
        let mut but: Vec<i64> = vec![];
        for line in [&self.chats, &self.reports] {
            but.extend(line.numbers());
        }
        but.extend(self.known().done.iter());
        but.extend(self.known().stays.iter());
        let left = self.aside(move |spool| spool.left(&but)).await?;
        self.known().looked = Some(Instant::now());
        self.broken.store(false, Ordering::Relaxed);
        for (number, rows) in left {
            match rows {
                Ok(rows) => {
                    let line =
                        if rows.iter().any(is_of_chat) { &self.chats } else { &self.reports };
                    line.push(number, rows, Arc::default());
                }
                Err(error) => {
                    error!(%error, "bundle {number} of the spool cannot be read and stays there");
                    self.known().stays.insert(number);
                }
            }
        }
        Ok(())
    }

    async fn forget(&self) -> Result<(), DbErr> {
        let done = self.known().done.clone();
        if !done.is_empty() {
            let done = self.aside(move |spool| spool.forget(&done).map(|()| done)).await?;
            self.known().done.retain(|number| !done.contains(number));
        }
        Ok(())
    }

    /// All of it in one transaction; when something in it is at fault, each row in one of its own.
    async fn store(&self, platform: &Platform, loads: &[Load]) -> Result<(), InboxError> {
        let all = loads.iter().flat_map(|load| &load.rows);
        match into_inbox(platform, all).await {
            Ok(()) => {
                self.known().done.extend(loads.iter().map(|load| load.number));
                return Ok(());
            }
            Err(error) if !is_fault_of_row(&error) => {
                platform.wake.pulse.wrote(false);
                return Err(error.into());
            }
            Err(error) => warn!(%error, "a group of webhooks was not stored: each is tried alone"),
        }
        for load in loads {
            let mut is_stored = true;
            for row in &load.rows {
                is_stored &= alone(platform, row).await?;
            }
            let mut known = self.known();
            let numbers = if is_stored { &mut known.done } else { &mut known.stays };
            numbers.insert(load.number);
        }
        Ok(())
    }
}

/// Whether a person waits for what follows.
fn is_of_chat(row: &Row) -> bool {
    row.item.lane.is_some()
}

/// Stores one row; as a dead letter when the database does not take it as it is. `false` when not even that.
async fn alone(platform: &Platform, row: &Row) -> Result<bool, DbErr> {
    let error = match into_inbox(platform, std::iter::once(row)).await {
        Err(error) if is_fault_of_row(&error) => error,
        other => return other.map(|()| true),
    };
    let mut dead = row.clone();
    dead.item.state = inbox::State::Dead;
    dead.item.channel_id = None;
    dead.item.reason = Some(format!("the database did not take it: {error}"));
    match into_inbox(platform, std::iter::once(&dead)).await {
        Err(error) if is_fault_of_row(&error) => {
            error!(inbox.id = %row.id, %error, "an item of the spool cannot be stored and stays there");
            Ok(false)
        }
        other => other.map(|()| true),
    }
}

/// On SQLite no lane is held by others.
async fn into_inbox(platform: &Platform, rows: impl Iterator<Item = &Row>) -> Result<(), DbErr> {
    in_time(store::store(platform, rows)).await.map(|_busy| ())
}
