//! The spool: on SQLite, a small file beside the database in which webhooks lie until they are in the inbox.
//!
//! The database has one writer, and whoever waits for it waits for all that others write. What comes in has a file of
//! its own, so it is safe, and answered, after one short commit, whatever the rest is doing. The inbox takes it from
//! there ([`super::carry`]). What a process left behind lies there until another one looks.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::Instant,
};

use entity::{AppId, ChannelId, InboxId, Timestamp, inbox};
use sea_orm::{ActiveEnum, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, FromQueryResult};
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;
use tracing::warn;

use super::{Row, store};
use crate::{
    inbox::NewItem,
    platform::{
        db::{self, Write},
        sql::{MAX_ROWS, Sql},
    },
};

/// A bundle is what shared one commit. Its number is never given twice: another process may still mean the old one.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS bundles (number INTEGER PRIMARY KEY AUTOINCREMENT, \
                     items TEXT NOT NULL, payloads BLOB NOT NULL)";

/// What lies beside an SQLite file.
#[derive(Debug)]
pub(super) struct Spool {
    database: PathBuf,
    file: PathBuf,
    open: OnceCell<DatabaseConnection>,
}

/// The number of a bundle and what is in it, when it can be read.
pub(super) type Bundle = (i64, Result<Vec<Row>, DbErr>);

impl Spool {
    /// That of a database; nothing is opened or made yet.
    pub fn of(database: &Path) -> Self {
        // By whatever name the database is opened, it has one spool.
        let database = std::fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
        let mut name = database.as_os_str().to_owned();
        name.push("-spool");
        Self { database, file: PathBuf::from(name), open: OnceCell::new() }
    }

    /// Keeps bundles in one commit; comes back when the disk has them, with the number of each that is not empty.
    pub async fn append(&self, bundles: [&[Row]; 2]) -> Result<[Option<i64>; 2], DbErr> {
        let mut kept = vec![];
        for rows in bundles.into_iter().filter(|rows| !rows.is_empty()) {
            let (items, payloads) = write(rows)?;
            kept.push([items.into(), payloads.into()]);
        }
        let sql = Sql::new("INSERT INTO bundles (items, payloads) ", []).rows(kept);
        let done = self.open().await?.execute_raw(sql.build(DbBackend::Sqlite)).await?;
        // They are numbered in their order.
        let mut last = i64::try_from(done.last_insert_id()).ok();
        let mut numbers = [None; 2];
        for (number, rows) in numbers.iter_mut().zip(bundles).rev() {
            if !rows.is_empty() {
                *number = last;
                last = last.map(|last| last - 1);
            }
        }
        Ok(numbers)
    }

    /// Drops bundles that are in the inbox.
    pub async fn forget(&self, numbers: &BTreeSet<i64>) -> Result<(), DbErr> {
        let numbers: Vec<i64> = numbers.iter().copied().collect();
        for chunk in numbers.chunks(MAX_ROWS) {
            Sql::new("DELETE FROM bundles WHERE number IN ", [])
                .list(chunk)
                .run(self.open().await?)
                .await?;
        }
        Ok(())
    }

    /// The bundles that lie here but for some, by age; none when nothing ever came.
    pub async fn left(&self, but: &[i64]) -> Result<Vec<Bundle>, DbErr> {
        #[derive(FromQueryResult)]
        struct Found {
            number: i64,
            items: String,
            payloads: Vec<u8>,
        }
        if self.open.get().is_none() && !self.file.exists() {
            return Ok(vec![]);
        }
        let sql = Sql::new("SELECT number, items, payloads FROM bundles WHERE number NOT IN ", []);
        // Not in nothing is unknown.
        let sql = if but.is_empty() { sql.list(&[0_i64]) } else { sql.list(but) };
        let sql = sql.then(" ORDER BY number").build(DbBackend::Sqlite);
        let found = Found::find_by_statement(sql).all(self.open().await?).await?;
        let bundle = |Found { number, items, payloads }| (number, read(&items, &payloads));
        Ok(found.into_iter().map(bundle).collect())
    }

    /// Closes the file: nothing is put down any more.
    pub async fn close(&self) -> Result<(), DbErr> {
        match self.open.get() {
            Some(open) => open.close_by_ref().await,
            None => Ok(()),
        }
    }

    async fn open(&self) -> Result<&DatabaseConnection, DbErr> {
        let open = || async {
            let is_new = !self.file.exists();
            let db = db::beside(&self.file).await?;
            db.execute_unprepared(TABLE).await?;
            // Nobody sees more of it than of the database.
            if is_new
                && let Ok(of_database) = std::fs::metadata(&self.database)
                && let Err(error) = std::fs::set_permissions(&self.file, of_database.permissions())
            {
                warn!(%error, "the spool keeps the rights that it has");
            }
            Ok(db)
        };
        self.open.get_or_try_init(open).await
    }
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
pub async fn left(database: &Path) -> Result<Left, DbErr> {
    let spool = Spool::of(database);
    let mut left = Left { rows: vec![], unreadable: vec![] };
    for (number, bundle) in spool.left(&[]).await? {
        match bundle {
            Ok(rows) => left.rows.extend(rows),
            Err(error) => {
                warn!(%error, "bundle {number} of the spool cannot be read");
                left.unreadable.push(number);
            }
        }
    }
    spool.close().await?;
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
    let spool = Spool::of(database).file;
    for end in ["", "-wal", "-shm"] {
        let mut name = spool.as_os_str().to_owned();
        name.push(end);
        match std::fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
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
    let items = serde_json::to_string(&items).map_err(|e| DbErr::Json(e.to_string()))?;
    Ok((items, payloads))
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
