//! All rows into a new SQLite file.

use std::path::Path;

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseTransaction, TransactionTrait};

use super::{Tables, compare, copy};
use crate::upkeep::{
    Result, Told, UpkeepError, files,
    place::{self, Way, statement},
};

/// Makes the SQLite file `path` with the tables of the first `steps` migrations, copies everything that `from` sees
/// into it, and compares it row by row. Gives the number of rows. The disk has the file when this returns.
///
/// # Errors
/// When a database fails or the copy differs; what is at `path` then is worth nothing.
pub async fn into_file(
    from: &DatabaseTransaction,
    path: &Path,
    steps: usize,
    told: Told<'_>,
) -> Result<u64> {
    let db = place::file(path, Way::New).await?;
    Migrator::up(&db, Some(u32::try_from(steps).unwrap_or(u32::MAX))).await?;
    let txn = db.begin().await?;
    let tables = Tables::of(from, &txn).await?;
    copy(from, &txn, &tables, told).await?;
    let alike = compare(from, &txn, &tables).await?;
    txn.commit().await?;
    let faults = integrity(&db).await?;
    db.close().await?;
    if let Some(fault) = faults.into_iter().next() {
        return Err(UpkeepError::Different(fault));
    }
    files::sync(path)?;
    Ok(alike)
}

/// What SQLite finds wrong with a file: its pages, its indexes, and rows that refer to nothing.
///
/// # Errors
/// When it cannot even be looked at.
pub async fn integrity<C: ConnectionTrait>(db: &C) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for row in db.query_all_raw(statement(db, "PRAGMA integrity_check(20)")).await? {
        let said: String = row.try_get_by_index(0)?;
        if said != "ok" {
            faults.push(said);
        }
    }
    let sql = "SELECT \"table\" AS child, parent, COUNT(*) AS n FROM pragma_foreign_key_check GROUP BY 1, 2";
    for row in db.query_all_raw(statement(db, sql)).await? {
        let (child, parent): (String, String) =
            (row.try_get("", "child")?, row.try_get("", "parent")?);
        let count: i64 = row.try_get("", "n")?;
        faults.push(format!("{count} rows of `{child}` refer to nothing in `{parent}`"));
    }
    Ok(faults)
}
