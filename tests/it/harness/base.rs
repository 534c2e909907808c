//! A database of its own for each test, copied from one that was migrated once.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};
use sepet::platform::{db::Db, secret::sha256_hex};
use tokio::sync::OnceCell;

use super::patience::Patience;

/// Which of the two databases a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

impl Backend {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// The PostgreSQL server for tests. Without `TEST_DATABASE_URL` the test is skipped and says so; `./test` sets
/// `TEST_DATABASE_REQUIRED`, and then a missing server fails.
pub(crate) fn postgres_url() -> Option<String> {
    let url = std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.trim().is_empty());
    if url.is_none() {
        assert!(
            std::env::var_os("TEST_DATABASE_REQUIRED").is_none(),
            "TEST_DATABASE_URL is not set: nothing was tested on PostgreSQL"
        );
        eprintln!("skipped on PostgreSQL: TEST_DATABASE_URL is not set");
    }
    url
}

/// One database, for one test.
pub(crate) struct Base {
    pub(crate) url: String,
    gone: Gone,
}

enum Gone {
    File(PathBuf),
    Database { admin: String, name: String },
}

impl Base {
    pub(crate) async fn create(on: Backend) -> Self {
        match on {
            Backend::Sqlite => Self::sqlite().await,
            Backend::Postgres => Self::postgres().await,
        }
    }

    async fn sqlite() -> Self {
        static TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
        let template = TEMPLATE.get_or_init(sqlite_template).await;
        let file = folder().join(format!("{}.db", unique()));
        std::fs::copy(template, &file).unwrap();
        Self { url: format!("sqlite://{}", file.display()), gone: Gone::File(file) }
    }

    async fn postgres() -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        let server = postgres_url().expect("asked for PostgreSQL without a server");
        let template = TEMPLATE.get_or_init(|| postgres_template(&server)).await;
        let name = format!("sepet_test_{}", unique());
        let admin = connect(&server).await;
        let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
        admin.execute_unprepared(&create).await.unwrap();
        admin.close().await.unwrap();
        Self { url: named(&server, &name), gone: Gone::Database { admin: server, name } }
    }

    /// One without any table.
    pub(crate) async fn empty(on: Backend) -> Self {
        if on == Backend::Sqlite {
            let file = folder().join(format!("{}.db", unique()));
            return Self { url: format!("sqlite://{}", file.display()), gone: Gone::File(file) };
        }
        let server = postgres_url().expect("asked for PostgreSQL without a server");
        let name = format!("sepet_test_{}", unique());
        let admin = connect(&server).await;
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        admin.close().await.unwrap();
        Self { url: named(&server, &name), gone: Gone::Database { admin: server, name } }
    }

    /// One on another server, migrated there.
    pub(crate) async fn fresh(server: &str) -> Self {
        let name = format!("sepet_test_{}", unique());
        let admin = connect(server).await;
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        admin.close().await.unwrap();
        let base = Self {
            url: named(server, &name),
            gone: Gone::Database { admin: server.to_owned(), name },
        };
        let db = Db::connect(&base.url).await.unwrap();
        db.migrate().await.unwrap();
        db.close().await.unwrap();
        base
    }

    /// A copy of one that an earlier version left in `folder`: `sqlite.db`, or what `postgres.sql` writes.
    pub(crate) async fn stored(on: Backend, folder: &Path) -> Self {
        let base = Self::empty(on).await;
        match &base.gone {
            Gone::File(file) => {
                std::fs::copy(folder.join("sqlite.db"), file).unwrap();
            }
            Gone::Database { .. } => {
                let text = std::fs::read_to_string(folder.join("postgres.sql")).unwrap();
                let db = connect(&base.url).await;
                db.execute_unprepared(&text).await.unwrap();
                db.close().await.unwrap();
            }
        }
        base
    }

    /// Removes the database. One whose test failed stays, to be looked at.
    pub(crate) async fn remove(self) {
        match self.gone {
            Gone::File(file) => {
                for end in ["", "-wal", "-shm"] {
                    let _ = std::fs::remove_file(format!("{}{end}", file.display()));
                }
                let _ = sepet::inbox::remove_spool(&file);
            }
            Gone::Database { admin, name } => {
                let admin = connect(&admin).await;
                let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                admin.execute_unprepared(&drop).await.unwrap();
                admin.close().await.unwrap();
            }
        }
    }
}

async fn sqlite_template() -> PathBuf {
    let template = folder().join(format!("base_{}.db", migrations()));
    if !template.exists() {
        let draft = folder().join(format!("draft_{}.db", unique()));
        let db = Db::connect(&format!("sqlite://{}", draft.display())).await.unwrap();
        db.migrate().await.unwrap();
        db.close().await.unwrap();
        assert!(!wal_left(&draft), "closing left a write-ahead log behind");
        std::fs::rename(draft, &template).unwrap();
    }
    template
}

fn wal_left(file: &Path) -> bool {
    std::fs::metadata(format!("{}-wal", file.display())).is_ok_and(|m| m.len() > 0)
}

async fn postgres_template(server: &str) -> String {
    let name = format!("sepet_base_{}", migrations());
    let admin = connect(server).await;
    // One process makes it, the others wait here.
    admin.execute_unprepared("SELECT pg_advisory_lock(7263002)").await.unwrap();
    let found = format!("SELECT 1 AS one FROM pg_database WHERE datname = '{name}'");
    let found = sea_orm::Statement::from_string(admin.get_database_backend(), found);
    if admin.query_one_raw(found).await.unwrap().is_none() {
        let draft = format!("sepet_draft_{}", unique());
        admin.execute_unprepared(&format!("CREATE DATABASE {draft}")).await.unwrap();
        let db = Db::connect(&named(server, &draft)).await.unwrap();
        db.migrate().await.unwrap();
        db.close().await.unwrap();
        let rename = format!("ALTER DATABASE {draft} RENAME TO {name}");
        admin.execute_unprepared(&rename).await.unwrap();
    }
    admin.close().await.unwrap();
    name
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    patiently(async || Database::connect(options.clone()).await).await
}

/// Connects; a database that did not serve in time, on a machine that is busy with other things, is asked again.
pub(crate) async fn patiently<T>(connect: impl AsyncFn() -> Result<T, DbErr>) -> T {
    let mut patience = Patience::new(Duration::from_millis(50), Duration::from_secs(5));
    loop {
        let more = patience.look().await;
        match connect().await {
            Ok(connected) => return connected,
            Err(DbErr::Conn(_) | DbErr::ConnectionAcquire(_)) if more => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// The same server, another database.
fn named(server: &str, name: &str) -> String {
    let mut url = reqwest::Url::parse(server).expect("TEST_DATABASE_URL is a URL");
    url.set_path(name);
    url.to_string()
}

/// Where the files lie: `TEST_DATABASE_DIR`, else below the target folder.
fn folder() -> PathBuf {
    let folder = std::env::var_os("TEST_DATABASE_DIR")
        .map_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("shops"), PathBuf::from);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A name for the present state of the migrations: a template made by others is never used.
fn migrations() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migration/src");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    let mut all = String::new();
    for file in files {
        let _ = writeln!(all, "{}", std::fs::read_to_string(file).unwrap());
    }
    sha256_hex(all.as_bytes())[..16].to_owned()
}

pub(crate) fn unique() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let random = sepet::platform::secret::random_bytes::<6>().unwrap();
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{}_{next}", sha256_hex(&random)[..10].to_owned())
}
