//! Where a database is, and the ways to open it that the service itself has no use for.

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, Statement,
    sqlx::sqlite::{SqliteJournalMode, SqliteLockingMode, SqliteSynchronous},
};

use super::{Result, UpkeepError};
use crate::platform::db;

/// How long an SQLite file may be locked by somebody else before it counts as in use.
const PATIENCE: Duration = Duration::from_secs(2);

/// One database. Shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// An SQLite file.
    File(PathBuf),
    /// The URL of a PostgreSQL database.
    Server(String),
}

impl Place {
    /// Reads `sqlite://FILE`, `sqlite:FILE` or `postgres://…`.
    ///
    /// # Errors
    /// When it names neither.
    pub fn parse(url: &str) -> Result<Self> {
        if let Some(file) = db::sqlite_file(url) {
            return Ok(Self::File(file));
        }
        let parsed = reqwest::Url::parse(url);
        if parsed.is_ok_and(|url| ["postgres", "postgresql"].contains(&url.scheme())) {
            return Ok(Self::Server(url.to_owned()));
        }
        Err(UpkeepError::NoPlace(shown(url)))
    }

    /// As `SEPET_DATABASE_URL` takes it. Not to be printed: it may hold a password.
    #[must_use]
    pub fn url(&self) -> String {
        match self {
            Self::File(file) => file_url(file),
            Self::Server(url) => url.clone(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.url()))
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The URL of an SQLite file.
pub(super) fn file_url(file: &Path) -> String {
    let file = file.display().to_string().replace('%', "%25").replace('?', "%3F");
    format!("sqlite://{file}")
}

/// A URL without its password.
fn shown(url: &str) -> String {
    match reqwest::Url::parse(url) {
        Ok(mut parsed) => {
            // A password may stand there as well.
            parsed.set_query(None);
            let hidden = parsed.password().is_none() || parsed.set_password(Some("***")).is_ok();
            if hidden { parsed.to_string() } else { parsed.scheme().to_owned() }
        }
        // Whatever it is, a password may be in it.
        Err(_) => url.split(['@', '?']).next().unwrap_or_default().chars().take(12).collect(),
    }
}

/// Opens a PostgreSQL database with a single connection, told apart from those of the service.
pub(super) async fn server(url: &str) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(5))
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(|p| p.application_name("sepet upkeep"));
    let connected = Database::connect(options).await;
    connected.map_err(|error| UpkeepError::Unreachable(shown(url), error))
}

/// How an SQLite file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Beside whoever works with it.
    Shared,
    /// Alone: nobody else has it open, and nobody can open it as long as this lasts. Its write-ahead log is taken into
    /// the file first. SQLite gives this lock only when no other connection of any process holds the file.
    Alone,
    /// A file that nobody writes: no lock, no file beside it.
    Frozen,
    /// A new file that is worth nothing until it is whole: nothing is awaited of the disk before then.
    New,
}

/// Opens an SQLite file with a single connection.
pub(super) async fn file(file: &Path, way: Way) -> Result<DatabaseConnection> {
    if way != Way::New && !file.is_file() {
        return Err(UpkeepError::NoDatabase(file.to_owned()));
    }
    let mut options = ConnectOptions::new(file_url(file));
    options.max_connections(1).min_connections(1).sqlx_logging(false).map_sqlx_sqlite_opts(
        move |s| {
            let s = s.busy_timeout(PATIENCE).pragma("cache_size", "-16384");
            match way {
                Way::Shared => s.create_if_missing(false).foreign_keys(false),
                Way::Alone => s
                    .create_if_missing(false)
                    .locking_mode(SqliteLockingMode::Exclusive)
                    .journal_mode(SqliteJournalMode::Delete),
                Way::Frozen => s.read_only(true).immutable(true),
                Way::New => s
                    .create_if_missing(true)
                    .foreign_keys(false)
                    .journal_mode(SqliteJournalMode::Delete)
                    .synchronous(SqliteSynchronous::Off),
            }
        },
    );
    let db = Database::connect(options).await.map_err(|error| held(error, file))?;
    if way == Way::Alone {
        // In this mode a lock that was taken is kept until the connection ends.
        db.execute_unprepared("BEGIN EXCLUSIVE; COMMIT")
            .await
            .map_err(|error| held(error, file))?;
    }
    Ok(db)
}

/// A lock that somebody else has is told as such.
fn held(error: DbErr, file: &Path) -> UpkeepError {
    let text = error.to_string();
    if text.contains("database is locked") || text.contains("code: 5)") {
        UpkeepError::Held(file.to_owned())
    } else {
        UpkeepError::Db(error)
    }
}

/// A statement without parameters.
pub(super) fn statement(db: &impl ConnectionTrait, sql: impl Into<String>) -> Statement {
    Statement::from_string(db.get_database_backend(), sql.into())
}

/// How many steps of the migration a database has.
///
/// # Errors
/// [`UpkeepError::Newer`] when it has some that this version does not know.
pub(super) async fn steps<C: ConnectionTrait>(db: &C) -> Result<usize> {
    let known: Vec<String> =
        Migrator::migrations().iter().map(|step| step.name().to_owned()).collect();
    let applied = db::steps(db).await?;
    match applied.iter().find(|step| !known.contains(step)) {
        Some(newer) => Err(UpkeepError::Newer(newer.clone())),
        None => Ok(applied.len()),
    }
}

/// The name of the last of the first `steps` steps.
pub(super) fn step_name(steps: usize) -> String {
    let all = Migrator::migrations();
    steps
        .checked_sub(1)
        .and_then(|at| all.get(at))
        .map_or_else(String::new, |s| s.name().to_owned())
}

/// Refuses a database that is behind this version.
pub(super) async fn current<C: ConnectionTrait>(db: &C) -> Result<()> {
    if steps(db).await? < Migrator::migrations().len() { Err(UpkeepError::Behind) } else { Ok(()) }
}

/// The tables of a database, without what the database keeps for itself.
pub(super) async fn table_names<C: ConnectionTrait>(db: &C) -> Result<Vec<String>> {
    let sql = match db.get_database_backend() {
        sea_orm::DbBackend::Postgres => {
            "SELECT table_name::text AS name FROM information_schema.tables \
             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1"
        }
        _ => {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
             ORDER BY 1"
        }
    };
    let rows = db.query_all_raw(statement(db, sql)).await?;
    Ok(rows.iter().map(|row| row.try_get("", "name")).collect::<std::result::Result<_, _>>()?)
}

/// Refuses a database in which something is. Tables of ours without any row are nothing.
pub(super) async fn empty<C: ConnectionTrait>(db: &C, place: &str) -> Result<()> {
    let not = |what: String| Err(UpkeepError::NotEmpty { place: place.to_owned(), what });
    let names = table_names(db).await?;
    let ours = names.iter().any(|name| name == super::copy::STEPS);
    if !ours && !names.is_empty() {
        return not(format!("it holds the table `{}`, which is not of sepet", names[0]));
    }
    for name in names.iter().filter(|name| *name != super::copy::STEPS) {
        let sql = format!("SELECT 1 AS one FROM \"{name}\" LIMIT 1");
        if db.query_one_raw(statement(db, sql)).await?.is_some() {
            return not(format!("there are rows in `{name}`"));
        }
    }
    if ours {
        steps(db).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_are_read() {
        let file = |path: &str| Place::File(path.into());
        assert_eq!(Place::parse("sqlite:///var/lib/s.db").unwrap(), file("/var/lib/s.db"));
        assert_eq!(Place::parse("sqlite://data/s.db?mode=rw").unwrap(), file("data/s.db"));
        assert_eq!(Place::parse("sqlite:s.db").unwrap(), file("s.db"));
        assert!(matches!(Place::parse("postgresql://h/n").unwrap(), Place::Server(_)));
        for wrong in ["", "sqlite://", "sqlite::memory:", "mysql://h/n", "/var/lib/s.db"] {
            assert!(Place::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_file_may_have_any_name() {
        let file = Path::new("/my shop/100%?.db");
        assert_eq!(
            Place::parse("sqlite:///my%20shop/100%25%3F.db").unwrap(),
            Place::File(file.into())
        );
        assert_eq!(Place::parse(&file_url(file)).unwrap(), Place::File(file.into()));
    }

    #[test]
    fn passwords_are_not_shown() {
        let place = Place::parse("postgres://sepet:hunter2@db.example/shop").unwrap();
        assert_eq!(format!("{place} {place:?}").matches("hunter2").count(), 0);
        assert_eq!(place.to_string(), "postgres://sepet:***@db.example/shop");
        let wrong = Place::parse("postgres//sepet:hunter2@db").unwrap_err().to_string();
        assert!(!wrong.contains("hunter2"), "{wrong}");
    }
}
