//! From the spool into the inbox, in the order in which it came.

use std::{
    collections::{BTreeSet, VecDeque},
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use entity::inbox;
use sea_orm::DbErr;
use tokio::sync::Mutex as Turn;
use tracing::{error, warn};

use super::{GROUP_ITEMS, Held, Lasting, Row, in_time, spool::Spool, store};
use crate::{
    inbox::{InboxError, pressure},
    platform::{Platform, db::is_fault_of_row},
};

/// Bundles that are in the inbox and lie in the spool still, at the most: dropping them is a commit.
const DONE: usize = 64;
/// Between two looks into the file while nothing comes.
const LOOK: Duration = Duration::from_secs(1);

/// The spool and what is known of it.
#[derive(Debug)]
pub(super) struct Way {
    spool: Spool,
    state: Mutex<State>,
    /// Held while something is put down and while it is looked what lies there.
    hand: Turn<()>,
    /// One carries at a time.
    turn: Turn<()>,
    /// Since when what is being carried does not get into the inbox.
    carrying: Lasting,
    /// The database refused the last of it.
    refused: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Load>,
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
    _held: Vec<Held>,
}

impl Way {
    pub fn of(database: &Path) -> Self {
        Self {
            spool: Spool::of(database),
            state: Mutex::default(),
            hand: Turn::default(),
            turn: Turn::default(),
            carrying: Lasting::default(),
            refused: AtomicBool::new(false),
        }
    }

    /// Whether more may be put down: not when the database takes nothing.
    pub fn admits(&self) -> bool {
        !self.refused.load(Ordering::Relaxed) && pressure::admits(self.carrying.lasts())
    }

    /// Keeps rows, and their part of the room until they are in the inbox. Comes back when the disk has them.
    pub async fn put_down(&self, rows: Vec<Row>, held: Vec<Held>) -> Result<(), DbErr> {
        let _hand = self.hand.lock().await;
        let number = self.spool.append(&rows).await?;
        self.state().waiting.push_back(Load { number, rows, _held: held });
        Ok(())
    }

    /// Stores what waits, one group; when nothing does, now and then what others left behind. Gives the number of items.
    pub async fn carry(&self, platform: &Platform) -> Result<usize, InboxError> {
        let _turn = self.turn.lock().await;
        let mut loads = self.next();
        if loads.is_empty() {
            loads = self.look().await?;
        } else if self.state().done.len() >= DONE {
            self.forget().await?;
        }
        if loads.is_empty() {
            return Ok(0);
        }
        self.carrying.begin();
        let count = loads.iter().map(|load| load.rows.len()).sum();
        let stored = self.store(platform, &loads).await;
        self.refused.store(stored.is_err(), Ordering::Relaxed);
        if let Err(error) = stored {
            platform.wake.pulse.wrote(false);
            let mut state = self.state();
            loads.into_iter().rev().for_each(|load| state.waiting.push_front(load));
            return Err(error.into());
        }
        self.carrying.end();
        Ok(count)
    }

    /// Drops what is in the inbox and closes the file.
    pub async fn close(&self) -> Result<(), DbErr> {
        self.forget().await?;
        self.spool.close().await
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A group of what waits.
    fn next(&self) -> Vec<Load> {
        let mut state = self.state();
        let (mut loads, mut count) = (vec![], 0);
        while count < GROUP_ITEMS
            && let Some(load) = state.waiting.pop_front()
        {
            count += load.rows.len();
            // A look found it before it was told of.
            if !state.done.contains(&load.number) {
                loads.push(load);
            }
        }
        loads
    }

    /// What lies in the file and is not known: another process, or the one before, left it.
    async fn look(&self) -> Result<Vec<Load>, DbErr> {
        if self.state().looked.is_some_and(|at| at.elapsed() < LOOK) {
            return Ok(vec![]);
        }
        self.forget().await?;
        let _hand = self.hand.lock().await;
        let known: Vec<i64> = {
            let state = self.state();
            let waiting = state.waiting.iter().map(|load| load.number);
            state.stays.iter().copied().chain(waiting).collect()
        };
        let left = self.spool.left(&known).await?;
        let mut state = self.state();
        // Perhaps there is more.
        state.looked = left.is_empty().then(Instant::now);
        let mut loads = vec![];
        for (number, rows) in left {
            match rows {
                Ok(rows) => loads.push(Load { number, rows, _held: vec![] }),
                Err(error) => {
                    error!(%error, "bundle {number} of the spool cannot be read and stays there");
                    state.stays.insert(number);
                }
            }
        }
        Ok(loads)
    }

    async fn forget(&self) -> Result<(), DbErr> {
        let done = self.state().done.clone();
        if !done.is_empty() {
            self.spool.forget(&done).await?;
            self.state().done.retain(|number| !done.contains(number));
        }
        Ok(())
    }

    /// All of it in one transaction; when something in it is at fault, each row in one of its own.
    async fn store(&self, platform: &Platform, loads: &[Load]) -> Result<(), DbErr> {
        let all = loads.iter().flat_map(|load| &load.rows);
        match into_inbox(platform, all).await {
            Ok(()) => {
                self.state().done.extend(loads.iter().map(|load| load.number));
                return Ok(());
            }
            Err(error) if !is_fault_of_row(&error) => return Err(error),
            Err(error) => warn!(%error, "a group of webhooks was not stored: each is tried alone"),
        }
        for load in loads {
            let mut is_stored = true;
            for row in &load.rows {
                is_stored &= alone(platform, row).await?;
            }
            let mut state = self.state();
            let numbers = if is_stored { &mut state.done } else { &mut state.stays };
            numbers.insert(load.number);
        }
        Ok(())
    }
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
