//! `sepet move --to URL`: from an SQLite file to PostgreSQL, or back. Nobody else touches the source meanwhile.
//!
//! The source is only read. A target is whole and compared row by row when this returns without an error; otherwise it
//! is as empty as before.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, TransactionTrait};

use super::{
    Result, Told, UpkeepError, copy, files,
    place::{self, Place, Way, statement},
    restore::vacant,
};
use crate::inbox;

/// What was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Rows of all tables; each was compared.
    pub rows: u64,
    /// Where the file lies that was moved from: under its old name nobody can go on with it by mistake.
    pub old_file: Option<PathBuf>,
}

/// Moves everything from one database into another, empty one of the other kind.
///
/// # Errors
/// When the source is in use or behind this version, the target is not empty, a database fails or a row differs.
pub async fn relocate(from: &Place, to: &Place, told: Told<'_>) -> Result<Moved> {
    match (from, to) {
        (Place::File(file), Place::Server(url)) => {
            let rows = to_server(file, url, &to.to_string(), told).await?;
            let old_file = put_aside(file)?;
            Ok(Moved { rows, old_file: Some(old_file) })
        }
        (Place::Server(url), Place::File(file)) => {
            let rows = to_file(url, &from.to_string(), file, told).await?;
            Ok(Moved { rows, old_file: None })
        }
        _ => Err(UpkeepError::SameKind(from.to_string(), to.to_string())),
    }
}

async fn to_server(file: &Path, url: &str, shown: &str, told: Told<'_>) -> Result<u64> {
    // Nobody has the file open, and nobody can open it before this ends.
    let db = place::file(file, Way::Alone).await?;
    place::current(&db).await?;
    let left = inbox::left(file)?;
    if !left.unreadable.is_empty() {
        return Err(UpkeepError::Unreadable(file.to_owned()));
    }
    let txn = db.begin().await?;
    left.put(&txn).await?;
    let rows = copy::into_server(&txn, url, shown, told).await?;
    // The file is only read.
    txn.rollback().await?;
    inbox::remove_spool(file).map_err(UpkeepError::io("removed", file))?;
    db.close().await?;
    Ok(rows)
}

async fn to_file(url: &str, shown: &str, file: &Path, told: Told<'_>) -> Result<u64> {
    vacant(file).await?;
    let db = place::server(url).await?;
    unused(&db, shown).await?;
    // Each statement sees what was committed before it; with the locks that never changes.
    let txn = db.begin().await?;
    lock(&txn, shown).await?;
    let steps = place::steps(&txn).await?;
    let draft = files::draft(file)?;
    let copy = draft.path().join("sepet.db");
    let rows = copy::into_file(&txn, &copy, steps, told).await?;
    files::private(&copy)?;
    vacant(file).await?;
    files::rename(&copy, file)?;
    txn.commit().await?;
    db.close().await?;
    Ok(rows)
}

/// How often it is looked whether the connections of a service that was just stopped are gone, every 200 ms.
const LOOKS: u32 = 10;
const PAUSE: Duration = Duration::from_millis(200);

/// Refuses a database that a `sepet` works with.
async fn unused(db: &DatabaseConnection, shown: &str) -> Result<()> {
    let mut others = 0;
    for look in 0..LOOKS {
        if look > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        others = services(db).await?;
        if others == 0 {
            return Ok(());
        }
    }
    Err(UpkeepError::InUse(shown.to_owned(), others))
}

/// Connections of services to this database.
async fn services<C: ConnectionTrait>(db: &C) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS n FROM pg_stat_activity \
               WHERE datname = current_database() AND application_name = 'sepet'";
    let row = db.query_one_raw(statement(db, sql)).await?;
    Ok(row.map(|row| row.try_get("", "n")).transpose()?.unwrap_or(0))
}

/// Keeps everybody from writing until the transaction ends. What it reads is read after that.
async fn lock(txn: &DatabaseTransaction, shown: &str) -> Result<()> {
    for table in place::table_names(txn).await? {
        txn.execute_unprepared(&format!("LOCK TABLE \"{table}\" IN SHARE MODE")).await?;
    }
    match services(txn).await? {
        0 => Ok(()),
        others => Err(UpkeepError::InUse(shown.to_owned(), others)),
    }
}

/// Gives the old file a name that says what happened to it.
fn put_aside(file: &Path) -> Result<PathBuf> {
    let named = |n: u32| {
        let mut name = file.as_os_str().to_owned();
        name.push(if n == 1 { ".moved".to_owned() } else { format!(".moved-{n}") });
        PathBuf::from(name)
    };
    let aside = (1..).map(named).find(|path| !path.exists()).unwrap_or_else(|| named(1));
    files::rename(file, &aside)?;
    Ok(aside)
}
