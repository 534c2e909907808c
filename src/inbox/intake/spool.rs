//! The spool: on SQLite, a small file beside the database in which webhooks lie until they are in the inbox.
//!
//! The database has one writer, and whoever waits for it waits for all that others write. What comes in has a file of
//! its own, so it is safe, and answered, after one short commit, whatever the rest is doing. The inbox takes it from
//! there ([`super::carry`]). What a process left behind lies there until another one looks.

use std::{
    collections::BTreeSet,
    fs::OpenOptions,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use entity::{AppId, ChannelId, InboxId, Timestamp, inbox};
use rusqlite::{Connection, params_from_iter, types::Value};
use sea_orm::{ActiveEnum, DbErr, RuntimeErr};
use serde::{Deserialize, Serialize};
use tracing::warn;

use super::{Row, store};
use crate::{
    inbox::NewItem,
    platform::db::{self, Write},
};

/// A bundle is what shared one commit. Its number is never given twice: another process may still mean the old one.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS bundles (number INTEGER PRIMARY KEY AUTOINCREMENT, \
                     items TEXT NOT NULL, payloads BLOB NOT NULL)";
const INSERT_ONE: &str = "INSERT INTO bundles (items, payloads) VALUES (?1, ?2)";
const INSERT_TWO: &str = "INSERT INTO bundles (items, payloads) VALUES (?1, ?2), (?3, ?4)";
/// Lists of numbers are one parameter, in JSON.
const FORGET: &str = "DELETE FROM bundles WHERE number IN (SELECT value FROM json_each(?1))";
const LEFT: &str = "SELECT number, items, payloads FROM bundles \
                    WHERE number NOT IN (SELECT value FROM json_each(?1)) ORDER BY number";
/// How long somebody else who has the file locked is waited for.
const LOCKED: Duration = Duration::from_secs(10);

/// What lies beside an SQLite file. Every call waits for the disk, on the thread of whoever calls: one commit is shorter than
/// the way to another thread and back.
#[derive(Debug)]
pub(super) struct Spool {
    database: PathBuf,
    file: PathBuf,
    open: Mutex<File>,
}

#[derive(Debug)]
enum File {
    NotYet,
    Open(Connection),
    Closed,
}

/// The number of a bundle and what is in it, when it can be read.
pub(super) type Bundle = (i64, Result<Vec<Row>, DbErr>);

impl Spool {
    /// That of a database; nothing is opened or made yet.
    pub fn of(database: &Path) -> Self {
        // By whatever name the database is opened, it has one spool.
        let database = std::fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
        let file = db::beside(&database, "-spool");
        Self { database, file, open: Mutex::new(File::NotYet) }
    }

    /// Keeps bundles in one commit; comes back when the disk has them, with the number of each that is not empty.
    pub fn append(&self, bundles: [&[Row]; 2]) -> Result<[Option<i64>; 2], DbErr> {
        let mut kept: Vec<Value> = vec![];
        for rows in bundles.into_iter().filter(|rows| !rows.is_empty()) {
            let (items, payloads) = write(rows)?;
            kept.extend([items.into(), payloads.into()]);
        }
        let insert = match kept.len() {
            0 => return Ok([None; 2]),
            2 => INSERT_ONE,
            _ => INSERT_TWO,
        };
        let last = self.with(|db| {
            db.prepare_cached(insert)?.execute(params_from_iter(kept))?;
            Ok(db.last_insert_rowid())
        })?;
        // They are numbered in their order.
        Ok(match bundles.map(<[Row]>::is_empty) {
            [_, true] => [Some(last), None],
            [true, false] => [None, Some(last)],
            [false, false] => [Some(last - 1), Some(last)],
        })
    }

    /// Drops bundles that are in the inbox.
    pub fn forget(&self, numbers: &BTreeSet<i64>) -> Result<(), DbErr> {
        let numbers = json(numbers)?;
        self.with(|db| db.prepare_cached(FORGET)?.execute([numbers]).map(|_| ()))
    }

    /// The bundles that lie here but for some, by age; none when nothing ever came.
    pub fn left(&self, but: &[i64]) -> Result<Vec<Bundle>, DbErr> {
        if matches!(*self.lock(), File::NotYet) && !self.file.exists() {
            return Ok(vec![]);
        }
        let but = json(but)?;
        self.with(|db| {
            let mut left = db.prepare_cached(LEFT)?;
            let found = left.query_map([but], |row| {
                let (items, payloads): (String, Vec<u8>) = (row.get(1)?, row.get(2)?);
                Ok((row.get(0)?, read(&items, &payloads)))
            })?;
            found.collect()
        })
    }

    /// Closes the file: nothing is put down any more.
    pub fn close(&self) -> Result<(), DbErr> {
        match std::mem::replace(&mut *self.lock(), File::Closed) {
            File::Open(db) => db.close().map_err(|(_, error)| told(&error)),
            File::NotYet | File::Closed => Ok(()),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, File> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the file, which is opened, or made, when nobody did before.
    fn with<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, DbErr> {
        let mut open = self.lock();
        if matches!(*open, File::NotYet) {
            *open = File::Open(self.open().map_err(|error| told(&error))?);
        }
        match &*open {
            File::Open(db) => work(db).map_err(|error| told(&error)),
            File::NotYet | File::Closed => {
                Err(DbErr::Conn(RuntimeErr::Internal("the spool is closed".to_owned())))
            }
        }
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        if let Err(error) = self.make() {
            warn!(%error, "the spool has other rights than the database");
        }
        let db = Connection::open(&self.file)?;
        db.busy_timeout(LOCKED)?;
        db.pragma_update(None, "journal_mode", "wal")?;
        db.pragma_update(None, "synchronous", "full")?;
        db.pragma_update(None, "cache_size", -2048)?;
        db.pragma_update(None, "wal_autocheckpoint", 4000)?;
        db.execute_batch(TABLE)?;
        Ok(db)
    }

    /// Makes the empty file, unless it is there: nobody sees more of it than of the database. SQLite gives a log the rights
    /// that its file has when the log is made, so the file has them before it is opened.
    fn make(&self) -> std::io::Result<()> {
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.file);
        match made {
            Ok(file) => file.set_permissions(std::fs::metadata(&self.database)?.permissions()),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn told(error: &rusqlite::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::Internal(format!("the spool: {error}")))
}

fn json(value: &(impl Serialize + ?Sized)) -> Result<String, DbErr> {
    serde_json::to_string(value).map_err(|e| DbErr::Json(e.to_string()))
}

/// Webhooks that were acknowledged and are not in the inbox of an SQLite file yet, or not known to be.
#[derive(Debug)]
pub struct Left {
    rows: Vec<Row>,
    /// Numbers of bundles that cannot be read.
    pub unreadable: Vec<i64>,
}

/// What the spool beside a database holds.
///
/// # Errors
/// When it cannot be opened.
pub fn left(database: &Path) -> Result<Left, DbErr> {
    let spool = Spool::of(database);
    let mut left = Left { rows: vec![], unreadable: vec![] };
    for (number, bundle) in spool.left(&[])? {
        match bundle {
            Ok(rows) => left.rows.extend(rows),
            Err(error) => {
                warn!(%error, "bundle {number} of the spool cannot be read");
                left.unreadable.push(number);
            }
        }
    }
    spool.close()?;
    Ok(left)
}

impl Left {
    /// How many items that can be read.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether nothing is there, readable or not.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.unreadable.is_empty()
    }

    /// When the oldest of what can be read came.
    #[must_use]
    pub fn oldest(&self) -> Option<Timestamp> {
        self.rows.iter().map(|row| row.at).min()
    }

    /// Puts into the inbox what is not there yet, but for what no database takes.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put(&self, txn: &Write) -> Result<(), DbErr> {
        let rows: Vec<&Row> = self.rows.iter().collect();
        let Some(last) = rows.last() else { return Ok(()) };
        match store::put(txn, last.at, &rows).await {
            Err(error) if db::is_fault_of_row(&error) => {}
            put => return put.map(|_| ()),
        }
        for row in &self.rows {
            match store::put(txn, last.at, &[row]).await {
                Err(error) if db::is_fault_of_row(&error) => {
                    warn!(inbox.id = %row.id, %error, "an item of the spool is not taken along");
                }
                put => _ = put?,
            }
        }
        Ok(())
    }
}

/// Takes the spool of a database away.
///
/// # Errors
/// When it is there and cannot be removed.
pub fn remove_spool(database: &Path) -> std::io::Result<()> {
    db::remove_file(&Spool::of(database).file)
}

/// One item as it is kept; its payload is in a column of its own, for it is not always text.
#[derive(Serialize, Deserialize)]
struct Kept {
    id: InboxId,
    app: AppId,
    channel: Option<ChannelId>,
    kind: String,
    key: String,
    lane: Option<String>,
    sent_at: Timestamp,
    state: String,
    reason: Option<String>,
    at: Timestamp,
    arrival: i64,
    /// Length of its payload.
    bytes: usize,
}

fn write(rows: &[Row]) -> Result<(String, Vec<u8>), DbErr> {
    let length = rows.iter().map(|row| row.item.payload.len()).sum();
    let mut payloads = Vec::with_capacity(length);
    let mut items = Vec::with_capacity(rows.len());
    for Row { item, id, arrival, at, .. } in rows {
        payloads.extend_from_slice(&item.payload);
        items.push(Kept {
            id: *id,
            app: item.app_id,
            channel: item.channel_id,
            kind: item.kind.to_value(),
            key: item.dedupe_key.clone(),
            lane: item.lane.clone(),
            sent_at: item.sent_at,
            state: item.state.to_value(),
            reason: item.reason.clone(),
            at: *at,
            arrival: *arrival,
            bytes: item.payload.len(),
        });
    }
    Ok((json(&items)?, payloads))
}

fn read(items: &str, payloads: &[u8]) -> Result<Vec<Row>, DbErr> {
    let items: Vec<Kept> = serde_json::from_str(items).map_err(|e| DbErr::Json(e.to_string()))?;
    let mut rest = payloads;
    let row = |kept: Kept| {
        let short = || DbErr::Json("a bundle of the spool is shorter than it says".to_owned());
        let (payload, after) = rest.split_at_checked(kept.bytes).ok_or_else(short)?;
        rest = after;
        let item = NewItem {
            app_id: kept.app,
            channel_id: kept.channel,
            kind: inbox::Kind::try_from_value(&kept.kind)?,
            dedupe_key: kept.key,
            lane: kept.lane,
            payload: payload.to_vec(),
            sent_at: kept.sent_at,
            state: inbox::State::try_from_value(&kept.state)?,
            reason: kept.reason,
        };
        Ok(Row { item, id: kept.id, at: kept.at, arrival: kept.arrival, since: Instant::now() })
    };
    items.into_iter().map(row).collect()
}
