//! `sepet backup DEST`: a whole copy of the database at one moment, while the shop goes on.
//!
//! A backup is a folder: `sepet.db`, an SQLite file whatever the shop runs on, with the uploaded pictures in it;
//! `manifest.json`, what is in it; `SHA256SUMS`, the hashes of both as `sha256sum -c` reads them. It is made beside its
//! place and put there in one step when the disk has all of it: a half-written one never looks like a whole one. The key
//! file that seals tokens is not in it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use entity::Timestamp;
use sea_orm::{
    AccessMode, ConnectionTrait, IsolationLevel, Statement, TransactionOptions, TransactionTrait,
};
use serde::{Deserialize, Serialize};

use super::{
    Result, Told, UpkeepError, copy, files,
    place::{self, Place, Way, statement},
    size,
};
use crate::inbox;

/// The form of backups that this version writes and reads.
pub const FORMAT: u32 = 1;
/// The names of a backup's files.
pub const DATABASE: &str = "sepet.db";
pub const MANIFEST: &str = "manifest.json";
pub const SUMS: &str = "SHA256SUMS";

/// What is in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// The version that wrote it.
    pub sepet: String,
    pub made_at: String,
    /// `sqlite` or `postgres`: what the shop ran on.
    pub of: String,
    /// The last step of the migration that its tables have.
    pub migration: String,
    /// Rows of each table.
    pub tables: BTreeMap<String, u64>,
    /// Its database.
    pub files: Vec<Listed>,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
}

impl Manifest {
    /// Rows of all tables.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.tables.values().sum()
    }

    /// Bytes of all files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

/// Backs the database at `from` up into the new folder `dest`. A service may work with it meanwhile: it is never
/// stopped and never waits.
///
/// # Errors
/// When `dest` is there already, something cannot be read or written, or the copy is not sound. Nothing stays then.
pub async fn backup(from: &Place, dest: &Path, now: Timestamp, told: Told<'_>) -> Result<Manifest> {
    let is_taken = match std::fs::read_dir(dest) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => dest.exists(),
    };
    if is_taken {
        return Err(UpkeepError::Taken(dest.to_owned()));
    }
    let draft = files::draft(dest)?;
    let copy = draft.path().join(DATABASE);
    let of = match from {
        Place::File(file) => {
            of_file(file, &copy).await?;
            "sqlite"
        }
        Place::Server(url) => {
            of_server(url, &copy, told).await?;
            "postgres"
        }
    };
    files::private(&copy)?;
    files::sync(&copy)?;
    let (migration, tables) = content(&copy).await?;
    let (sha256, bytes) = files::sha256(&copy)?;
    let manifest = Manifest {
        format: FORMAT,
        sepet: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now.to_string(),
        of: of.to_owned(),
        migration,
        tables,
        files: vec![Listed { name: DATABASE.to_owned(), bytes, sha256 }],
    };
    seal(draft.path(), &manifest)?;
    files::sync(draft.path())?;
    files::rename(draft.path(), dest)?;
    // It is in its place: there is no draft to remove.
    let _ = draft.keep();
    Ok(manifest)
}

/// SQLite copies its own snapshot; writers go on beside it. What was acknowledged and was in the spool before that is put
/// into the copy.
async fn of_file(file: &Path, copy: &Path) -> Result<()> {
    let db = place::file(file, Way::Shared).await?;
    place::steps(&db).await?;
    let needed = 2 * std::fs::metadata(file).map_err(UpkeepError::io("looked at", file))?.len();
    let free = files::free(&files::parent(copy))?;
    if free < needed {
        return Err(UpkeepError::NoRoom { needed: size(needed), free: size(free) });
    }
    let left = inbox::left(file)?;
    let path = copy.display().to_string();
    let into =
        Statement::from_sql_and_values(db.get_database_backend(), "VACUUM INTO $1", [path.into()]);
    db.execute_raw(into).await?;
    db.close().await?;
    let db = place::file(copy, Way::Alone).await?;
    let txn = db.begin().await?;
    left.put(&txn).await?;
    txn.commit().await?;
    let faults = copy::integrity(&db).await?;
    db.close().await?;
    match faults.into_iter().next() {
        Some(fault) => Err(UpkeepError::Different(fault)),
        None => Ok(()),
    }
}

/// PostgreSQL shows one transaction one moment: all tables are read in it, and compared in it.
async fn of_server(url: &str, copy: &Path, told: Told<'_>) -> Result<()> {
    let db = place::server(url).await?;
    let txn = db.begin_with_options(snapshot()).await?;
    let steps = place::steps(&txn).await?;
    copy::into_file(&txn, copy, steps, told).await?;
    txn.commit().await?;
    db.close().await?;
    Ok(())
}

fn snapshot() -> TransactionOptions {
    TransactionOptions {
        isolation_level: Some(IsolationLevel::RepeatableRead),
        access_mode: Some(AccessMode::ReadOnly),
        ..Default::default()
    }
}

/// The last step and the rows of each table.
pub(super) async fn content(file: &Path) -> Result<(String, BTreeMap<String, u64>)> {
    let db = place::file(file, Way::Frozen).await?;
    let migration = place::step_name(place::steps(&db).await?);
    let mut tables = BTreeMap::new();
    for name in place::table_names(&db).await? {
        let sql = format!("SELECT COUNT(*) AS n FROM \"{name}\"");
        let row = db.query_one_raw(statement(&db, sql)).await?;
        let count: i64 = row.map(|row| row.try_get("", "n")).transpose()?.unwrap_or(0);
        tables.insert(name, count.unsigned_abs());
    }
    db.close().await?;
    Ok((migration, tables))
}

/// Writes what is in the backup, and the hashes of everything last.
fn seal(folder: &Path, manifest: &Manifest) -> Result<()> {
    let path = folder.join(MANIFEST);
    let text = serde_json::to_string_pretty(manifest).map_err(|error| UpkeepError::Io {
        what: "the manifest cannot be written".to_owned(),
        source: error.into(),
    })?;
    files::write(&path, &format!("{text}\n"))?;
    let mut sums = String::new();
    for Listed { name, sha256, .. } in &manifest.files {
        sums.push_str(&format!("{sha256}  {name}\n"));
    }
    let (sha256, _) = files::sha256(&path)?;
    sums.push_str(&format!("{sha256}  {MANIFEST}\n"));
    files::write(&folder.join(SUMS), &sums)
}

/// Where the database of a backup lies.
#[must_use]
pub fn database(backup: &Path) -> PathBuf {
    backup.join(DATABASE)
}
