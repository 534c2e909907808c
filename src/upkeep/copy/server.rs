//! All rows into an empty PostgreSQL database: one transaction, so that it is whole or as empty as before.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseTransaction, TransactionTrait};

use super::{Tables, compare, copy};
use crate::upkeep::{Result, Told, place};

/// Migrates the empty database at `url`, copies everything that `from` sees into it, compares it row by row, and
/// commits. Gives the number of rows. Whatever goes wrong, also a cut connection or a killed process, leaves nothing.
///
/// # Errors
/// [`UpkeepError::NotEmpty`](crate::upkeep::UpkeepError::NotEmpty), a database that fails, a copy that differs.
pub async fn into_server(
    from: &DatabaseTransaction,
    url: &str,
    shown: &str,
    told: Told<'_>,
) -> Result<u64> {
    let db = place::server(url).await?;
    let txn = db.begin().await?;
    // As everybody who migrates: one at a time.
    txn.execute_unprepared("SELECT pg_advisory_xact_lock(7263001)").await?;
    place::empty(&txn, shown).await?;
    Migrator::up(&txn, None).await?;
    let tables = Tables::of(from, &txn).await?;
    copy(from, &txn, &tables, told).await?;
    let alike = compare(from, &txn, &tables).await?;
    txn.commit().await?;
    db.close().await?;
    Ok(alike)
}
