//! The database itself: there, of this version, sound.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use super::Finding;
use crate::{
    platform::db::Db,
    upkeep::{
        UpkeepError, books,
        place::{self, Place, statement},
    },
};

const CHECK: &str = "database";
/// Faults of one kind that are told one by one.
const SHOWN: usize = 5;

/// Opens the database and looks at it; gives it when the rest can be looked at. Nothing is made or migrated.
pub async fn of_database(place: &Place) -> (Vec<Finding>, Option<Db>) {
    if let Place::File(file) = place
        && !file.is_file()
    {
        let what = format!("there is no file {}", file.display());
        let remedy = "set SEPET_DATABASE_URL to the database of the shop; `sepet serve` makes a new one where there is none";
        return (vec![Finding::error(CHECK, what, remedy)], None);
    }
    let db = match Db::connect(&place.url()).await {
        Ok(db) => db,
        Err(error) => {
            let what = format!("{place} cannot be opened: {error}");
            let remedy = "start the database server and check SEPET_DATABASE_URL: host, name, user and password";
            return (vec![Finding::error(CHECK, what, remedy)], None);
        }
    };
    match examine(&db).await {
        Ok((findings, true)) => (findings, Some(db)),
        Ok((findings, false)) => (findings, None),
        Err(error) => {
            let what = format!("{place} does not answer as it should: {error}");
            let remedy = "look into the log of the database server; for an SQLite file, bring back the last backup with `sepet restore`";
            (vec![Finding::error(CHECK, what, remedy)], None)
        }
    }
}

/// What is found, and whether its tables are those of this version.
async fn examine(db: &Db) -> Result<(Vec<Finding>, bool), DbErr> {
    let reader = db.reader();
    match place::current(reader).await {
        Ok(()) => {}
        Err(UpkeepError::Newer(step)) => {
            let what = format!("its tables were made by a newer version (`{step}`)");
            let remedy = "install that version of sepet again, or a newer one";
            return Ok((vec![Finding::error(CHECK, what, remedy)], false));
        }
        Err(UpkeepError::Behind) => {
            let remedy = "run `sepet migrate`; `sepet serve` does it too when it starts";
            let what = "its tables are older than this version";
            return Ok((vec![Finding::error(CHECK, what, remedy)], false));
        }
        // No table of the migrations at all.
        Err(UpkeepError::Db(_)) if !has_steps(db).await? => {
            let remedy =
                "run `sepet migrate`, or set SEPET_DATABASE_URL to the database of the shop";
            return Ok((
                vec![Finding::error(CHECK, "it holds no shop: no table is there", remedy)],
                false,
            ));
        }
        Err(UpkeepError::Db(error)) => return Err(error),
        Err(other) => return Err(DbErr::Custom(other.to_string())),
    }
    let mut found = vec![Finding::ok(CHECK, "it answers, and its tables are of this version")];
    found.extend(keeps(db).await?);
    let faults = structure(db).await?;
    if faults.is_empty() {
        found.push(Finding::ok(CHECK, "its pages, indexes and references are sound"));
    }
    let remedy = match db.backend() {
        DbBackend::Postgres => "run `REINDEX DATABASE`, and look into the log of the server",
        _ => {
            "stop `sepet serve`, put the file aside for a look, with all that lies beside it under its name (`sepet.db*`), and bring back the last backup with `sepet restore`"
        }
    };
    found.extend(shortened(faults, remedy));
    let breaches = books::breaches(reader).await?;
    if breaches.is_empty() {
        found.push(Finding::ok(CHECK, "stock, orders and histories add up"));
    }
    let breaches =
        breaches.into_iter().map(|b| format!("the books are wrong ({}): {}", b.invariant, b.what));
    let remedy = "make a backup, correct the order or the stock by the API, and report it: this must never happen";
    found.extend(shortened(breaches.collect(), remedy));
    Ok((found, true))
}

/// What a PostgreSQL server does not do before it says that something is committed. An SQLite file is always opened so that
/// it waits for the disk.
async fn keeps(db: &Db) -> Result<Vec<Finding>, DbErr> {
    if db.backend() == DbBackend::Sqlite {
        return Ok(vec![]);
    }
    let sql = "SELECT name || ' = ' || setting FROM pg_settings \
               WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off' \
               ORDER BY name";
    let off = said(db, sql).await?;
    if off.is_empty() {
        return Ok(vec![Finding::ok(CHECK, "what the server says is committed is on its disk")]);
    }
    let what = format!(
        "a power cut can lose what was acknowledged: the server does not wait for its disk ({})",
        off.join(", ")
    );
    let remedy =
        "set them to `on` in postgresql.conf, or by `ALTER SYSTEM SET`, and reload the server";
    Ok(vec![Finding::warning(CHECK, what, remedy)])
}

async fn has_steps(db: &Db) -> Result<bool, DbErr> {
    match place::table_names(db.reader()).await {
        Ok(names) => Ok(names.iter().any(|name| name == crate::upkeep::copy::STEPS)),
        Err(UpkeepError::Db(error)) => Err(error),
        Err(other) => Err(DbErr::Custom(other.to_string())),
    }
}

/// What the database answers, a word or a sentence a row.
async fn said(db: &Db, sql: &str) -> Result<Vec<String>, DbErr> {
    let rows = db.reader().query_all_raw(statement(db.reader(), sql)).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// What the database finds wrong with itself, as far as it can be asked while others work with it.
async fn structure(db: &Db) -> Result<Vec<String>, DbErr> {
    let asked: &[&str] = match db.backend() {
        DbBackend::Postgres => {
            &["SELECT 'the index ' || c.relname || ' is invalid' AS said FROM pg_index i \
             JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid"]
        }
        _ => &[
            "PRAGMA quick_check(20)",
            "SELECT DISTINCT 'rows of `' || \"table\" || '` refer to nothing in `' || parent || '`' AS said \
             FROM pragma_foreign_key_check",
        ],
    };
    let mut faults = Vec::new();
    for sql in asked {
        faults.extend(said(db, sql).await?.into_iter().filter(|said| said != "ok"));
    }
    Ok(faults)
}

/// The first few, and how many more there are.
fn shortened(faults: Vec<String>, remedy: &str) -> Vec<Finding> {
    let more = faults.len().saturating_sub(SHOWN);
    let first = faults.into_iter().take(SHOWN).map(|fault| Finding::error(CHECK, fault, remedy));
    let mut found: Vec<_> = first.collect();
    if more > 0 {
        found.push(Finding::error(CHECK, format!("{more} more of this kind"), remedy));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_faults_are_told_shortly() {
        assert_eq!(shortened(vec![], "r").len(), 0);
        assert_eq!(shortened(vec!["x".into(); 5], "r").len(), 5);
        let many = shortened(vec!["x".into(); 12], "r");
        assert_eq!((many.len(), many[5].meaning.as_str()), (6, "7 more of this kind"));
    }
}
