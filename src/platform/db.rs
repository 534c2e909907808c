//! One database in two forms: an SQLite file with one writer, or PostgreSQL with a pool.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr, RuntimeErr, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    sqlx::{
        self, Connection as _,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};

use tracing::warn;

pub use super::shared::Part;
use super::shared::Shared;

/// What PostgreSQL does for us when a process or a network dies without a word: nobody holds a lock for longer than this,
/// and nobody waits for one for longer.
const GIVES_UP: [(&str, &str); 5] = [
    ("idle_in_transaction_session_timeout", "30s"),
    ("lock_timeout", "10s"),
    ("tcp_user_timeout", "30s"),
    ("tcp_keepalives_idle", "15"),
    ("tcp_keepalives_interval", "5"),
];

/// Connections to PostgreSQL unless something else is set.
pub const CONNECTIONS: u32 = 16;

/// How often steps are tried that others hold up, and the pause in between.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_secs(1);

/// An open write transaction. Who begins it commits it.
pub type Write = DatabaseTransaction;

/// Is told the text of every statement.
pub type Watch = Arc<dyn Fn(&str) + Send + Sync>;

/// Connections to the one database.
#[derive(Clone, Debug)]
pub struct Db {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    /// On SQLite.
    shared: Option<Shared>,
    /// Where an SQLite file lies.
    file: Option<PathBuf>,
}

impl Db {
    /// [`Self::open`] with a few connections.
    ///
    /// # Errors
    /// When the database cannot be reached or opened.
    pub async fn connect(url: &str) -> Result<Self, DbErr> {
        Self::open(url, CONNECTIONS).await
    }

    /// Opens `sqlite://FILE` or `postgres://…`, the latter with up to so many connections. An SQLite file is created when
    /// missing; it runs WAL with `synchronous=FULL`, so what was committed survives a power cut.
    ///
    /// # Errors
    /// When the database cannot be reached or opened.
    pub async fn open(url: &str, connections: u32) -> Result<Self, DbErr> {
        Self::watched(url, connections, None).await
    }

    /// [`Self::open`], and `watch` is told the text of every statement that ran: what a database does with it can be asked
    /// for then.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn watched(url: &str, connections: u32, watch: Option<Watch>) -> Result<Self, DbErr> {
        let connect = async |options| {
            let mut db = Database::connect(options).await?;
            if let Some(watch) = watch.clone() {
                db.set_metric_callback(move |ran| watch(&ran.statement.sql));
            }
            Ok::<_, DbErr>(db)
        };
        if url.starts_with("sqlite:") {
            let writer = connect(sqlite(url, 1, Use::Write)).await?;
            let reader = connect(sqlite(url, 4, Use::Read)).await?;
            let shared = Some(Shared::start(writer.clone()));
            return Ok(Self { writer, reader, shared, file: sqlite_file(url) });
        }
        // What cannot be read is told whole by who reads it, and a password may be in it.
        if !is_server(url) {
            return Err(DbErr::Conn(RuntimeErr::Internal(NO_DATABASE.to_owned())));
        }
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(connections.max(2))
            .acquire_timeout(Duration::from_secs(10))
            .sqlx_logging(false)
            .test_before_acquire(false)
            .map_sqlx_postgres_opts(|p| {
                p.application_name("sepet").statement_cache_capacity(256).options(GIVES_UP)
            });
        let pool = connect(options).await?;
        Ok(Self { writer: pool.clone(), reader: pool, shared: None, file: None })
    }

    /// Which of the two it is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    /// The file of an SQLite database.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// For reading outside of a transaction. On SQLite it refuses writes and reads on beside an open write.
    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Begins a write. On SQLite the lock comes first (`BEGIN IMMEDIATE`), not half-way.
    ///
    /// # Errors
    /// When no connection is free in time, or the database refuses.
    pub async fn begin_write(&self) -> Result<Write, DbErr> {
        self.writer.begin_with_options(write_options()).await
    }

    /// Begins a short write that may share its commit with others of the moment: for what happens with every message.
    ///
    /// # Errors
    /// As [`Self::begin_write`].
    pub async fn begin_shared(&self) -> Result<Part, DbErr> {
        match &self.shared {
            Some(shared) => shared.begin().await,
            None => Ok(Part::alone(self.begin_write().await?)),
        }
    }

    /// Brings the tables up to date: all pending steps in one transaction, one process at a time. Gives the number of
    /// steps that were pending. On PostgreSQL others may work meanwhile, and take locks in another order than the steps: a
    /// fault that passes is met with another try, five in all.
    ///
    /// # Errors
    /// When a step fails; nothing has changed then.
    pub async fn migrate(&self) -> Result<usize, DbErr> {
        // Most starts find nothing to do, and wait for nobody then.
        if Migrator::get_pending_migrations_read_only(&self.reader).await?.is_empty() {
            return Ok(0);
        }
        if self.backend() == DbBackend::Sqlite {
            // An index of a large table is sorted in a file and not in memory.
            self.writer.execute_unprepared("PRAGMA temp_store = file").await?;
        }
        let pending = match self.backend() {
            DbBackend::Postgres => persistently(PAUSE, async || self.step_up().await).await?,
            _ => self.step_up().await?,
        };
        if self.backend() == DbBackend::Sqlite {
            self.writer.execute_unprepared("PRAGMA temp_store = memory").await?;
        }
        Ok(pending)
    }

    /// One try at all pending steps. Gives their number.
    async fn step_up(&self) -> Result<usize, DbErr> {
        let txn = self.begin_write().await?;
        match up(&txn).await {
            Ok(pending) => {
                txn.commit().await?;
                Ok(pending)
            }
            Err(error) => {
                // Now and not when the connection is used again: until then the tables are locked.
                if let Err(error) = txn.rollback().await {
                    warn!(%error, "a failed migration ends with its connection");
                }
                Err(error)
            }
        }
    }

    /// Whether the database answers and all steps of this version are applied. While processes of a newer one start beside
    /// this one there may be more.
    ///
    /// # Errors
    /// When it does not answer, or has no table of steps.
    pub async fn is_current(&self) -> Result<bool, DbErr> {
        let applied = steps(&self.reader).await?;
        Ok(Migrator::migrations().iter().all(|step| applied.iter().any(|a| a == step.name())))
    }

    /// Closes all connections; what is open is finished first.
    ///
    /// # Errors
    /// When a connection cannot be closed cleanly.
    pub async fn close(self) -> Result<(), DbErr> {
        self.reader.close().await?;
        self.writer.close().await
    }
}

/// All pending steps in an open write, when no other process is at it any more. Gives their number.
async fn up(txn: &Write) -> Result<usize, DbErr> {
    if txn.get_database_backend() == DbBackend::Postgres {
        // Another process may be in the middle of a long step.
        txn.execute_unprepared("SET LOCAL lock_timeout = 0").await?;
        txn.execute_unprepared("SELECT pg_advisory_xact_lock(7263001)").await?;
    }
    let pending = Migrator::get_pending_migrations(txn).await?.len();
    Migrator::up(txn, None).await?;
    Ok(pending)
}

/// Does it again after a pause when it fails of what passes, [`TRIES`] times in all.
async fn persistently<T>(
    pause: Duration,
    work: impl AsyncFn() -> Result<T, DbErr>,
) -> Result<T, DbErr> {
    for _ in 1..TRIES {
        match work().await {
            Err(error) if is_passing(&error) => {
                warn!(%error, "the tables were not brought up to date: it is tried again");
                tokio::time::sleep(pause).await;
            }
            done => return done,
        }
    }
    work().await
}

/// What lies beside a file under its name and `end`: SQLite's logs and their index, our spool.
#[must_use]
pub fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Takes an SQLite file away, with its logs and their index. What is not there is no fault.
///
/// # Errors
/// When one of them is there and cannot be removed.
pub fn remove_file(file: &Path) -> std::io::Result<()> {
    for end in ["", "-wal", "-shm", "-journal"] {
        match std::fs::remove_file(beside(file, end)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

const NO_DATABASE: &str = "it is no sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME (in a password # is written %23, / is \
                           %2F, ? is %3F, @ is %40)";

fn is_server(url: &str) -> bool {
    let read = reqwest::Url::parse(url);
    read.is_ok_and(|url| matches!(url.scheme(), "postgres" | "postgresql"))
}

/// The file that `sqlite://FILE` or `sqlite:FILE` names; `%3F` in it is a question mark.
#[must_use]
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    if !url.starts_with("sqlite:") {
        return None;
    }
    let file = SqliteConnectOptions::from_str(url).ok()?.get_filename().to_owned();
    // What is in memory only is named like that.
    let is_file = !file.as_os_str().is_empty() && !file.to_string_lossy().starts_with("file:");
    is_file.then_some(file)
}

/// The names of the steps that a database has, in their order.
///
/// # Errors
/// When it does not answer, or has no table of steps.
pub async fn steps(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT CAST(version AS TEXT) AS version FROM seaql_migrations ORDER BY 1";
    let sql = Statement::from_string(db.get_database_backend(), sql);
    db.query_all_raw(sql).await?.iter().map(|row| row.try_get("", "version")).collect()
}

/// Whether the same transaction may succeed when it is done again: no connection, no room on the disk, locked too long,
/// a deadlock, a serialization failure.
#[must_use]
pub fn is_passing(error: &DbErr) -> bool {
    if is_down(error) {
        return true;
    }
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e)) => {
            let code = e.as_database_error().and_then(sqlx::error::DatabaseError::code);
            // PostgreSQL's SQLSTATE, or SQLite's result code: 13 is a full disk.
            let passing = ["40P01", "40001", "55P03", "57014", "5", "6", "13", "517"];
            code.is_some_and(|code| passing.contains(&&*code))
        }
        _ => false,
    }
}

/// Whether SQLite refuses the row and not the write: a reference to nothing, a rule of the table, too much, another type.
#[must_use]
pub fn is_fault_of_row(error: &DbErr) -> bool {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e)) => {
            let code = e.as_database_error().and_then(sqlx::error::DatabaseError::code);
            // https://www.sqlite.org/rescode.html: the low byte of an extended code is the primary one.
            let primary = code.and_then(|code| code.parse::<u32>().ok()).map(|code| code & 0xff);
            primary.is_some_and(|code| [18, 19, 20].contains(&code))
        }
        _ => false,
    }
}

/// Whether the database could not be reached at all: no fault of what was to be written.
#[must_use]
pub fn is_down(error: &DbErr) -> bool {
    match error {
        DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e)) => {
            use sqlx::Error;
            match &**e {
                Error::Io(_)
                | Error::Tls(_)
                | Error::Protocol(_)
                | Error::PoolTimedOut
                | Error::PoolClosed
                | Error::WorkerCrashed
                | Error::BeginFailed => true,
                // The server stops, starts or has no more connections.
                Error::Database(e) => e.code().is_some_and(|code| {
                    code.len() == 5 && (code.starts_with("57P") || code.starts_with("53"))
                }),
                _ => false,
            }
        }
        _ => false,
    }
}

pub(super) fn write_options() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    }
}

/// What connections to an SQLite file are for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Read,
    Write,
}

fn sqlite(url: &str, connections: u32, purpose: Use) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        .sqlx_logging(false)
        .test_before_acquire(false)
        // After a fault at which SQLite took everything back by itself the connection is believed to be in a transaction: what
        // it writes from then on would be told as committed and would not be.
        .map_sqlx_sqlite_pool_opts(|pool| {
            pool.before_acquire(|connection, _| {
                Box::pin(async { Ok(!connection.is_in_transaction()) })
            })
        })
        .map_sqlx_sqlite_opts(move |s| {
            let s = s
                .busy_timeout(Duration::from_secs(10))
                // Nobody waits in the middle of a page or of a group: each wait wakes a thread.
                .row_buffer_size(1_024)
                .foreign_keys(true)
                .pragma("cache_size", if purpose == Use::Write { "-16384" } else { "-4096" })
                .statement_cache_capacity(256);
            if purpose == Use::Read {
                s.read_only(true)
            } else {
                s.create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    // A checkpoint writes every page again and syncs twice: one for 16 MiB, not for four.
                    .pragma("wal_autocheckpoint", "4000")
                    // What a statement may have to take back is kept in memory and not in a file of 4 KiB writes.
                    .pragma("temp_store", "memory")
            }
        });
    options
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn a_url_that_cannot_be_read_is_not_shown() {
        for url in
            ["postgres://sepet:ab/cd@127.0.0.1/sepet", "postgers://u:hunter2@h/db", "hunter2"]
        {
            let error = Db::connect(url).await.unwrap_err().to_string();
            assert!(error.contains("postgres://USER") && !error.contains("hunter2"), "{error}");
            assert!(!error.contains("ab/cd"), "{error}");
        }
    }

    /// What comes of a work that fails so often, and how often it was tried.
    async fn tried(failures: u32, error: fn() -> DbErr) -> (Result<(), DbErr>, u32) {
        let tries = Cell::new(0);
        let work = async || {
            tries.set(tries.get() + 1);
            if tries.get() > failures { Ok(()) } else { Err(error()) }
        };
        let done = persistently(Duration::ZERO, work).await;
        (done, tries.get())
    }

    #[tokio::test]
    async fn what_passes_is_tried_again_and_not_for_ever() {
        let passes = || DbErr::Conn(RuntimeErr::Internal("the server starts".to_owned()));
        assert_eq!(tried(0, passes).await, (Ok(()), 1));
        assert_eq!(tried(4, passes).await, (Ok(()), 5));
        assert_eq!(tried(5, passes).await, (Err(passes()), 5));
        let stays = || DbErr::Custom("a step is wrong".to_owned());
        assert_eq!(tried(9, stays).await, (Err(stays()), 1));
    }

    #[test]
    fn a_file_goes_with_all_that_belongs_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("s.db");
        for end in ["", "-wal", "-shm", "-journal", "-spool"] {
            std::fs::write(beside(&file, end), "").unwrap();
        }
        remove_file(&file).unwrap();
        remove_file(&file).unwrap();
        let left: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
        assert_eq!(left, ["s.db-spool"]);
    }

    #[tokio::test]
    async fn sqlite_is_built_as_the_cargo_configuration_says() {
        let db = Db::connect("sqlite::memory:").await.unwrap();
        let asked = Statement::from_string(DbBackend::Sqlite, "PRAGMA compile_options");
        let rows = db.reader().query_all_raw(asked).await.unwrap();
        let built: Vec<String> =
            rows.iter().map(|row| row.try_get("", "compile_options").unwrap()).collect();
        let has = |option: &str| built.iter().any(|b| b.split('=').next() == Some(option));
        // Plans hang on the first two, speed on the rest: `LIBSQLITE3_FLAGS` of the environment goes before ours.
        for (option, wanted) in [
            ("ENABLE_QPSG", true),
            ("ENABLE_STAT4", false),
            ("ENABLE_MEMORY_MANAGEMENT", false),
            ("ENABLE_API_ARMOR", false),
            ("OMIT_SHARED_CACHE", true),
        ] {
            assert_eq!(
                has(option),
                wanted,
                "{option}; .cargo/config.toml was not heard: {built:?}"
            );
        }
    }
}
