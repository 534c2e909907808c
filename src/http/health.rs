//! Whether the service lives, and whether it can work. The provider's state is not part of it.
//!
//! Ready means that a webhook which comes now would be stored and handled: the database takes a write (tried with a real
//! one, every few seconds at the most), the tables are those of this version, the workers get on, the disk has room.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use poem::{
    Response, Route,
    endpoint::{make, make_sync},
    http::{StatusCode, header},
};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;
use tracing::warn;

use super::State;
use crate::platform::Platform;

/// The database is not asked to write more often,
const FRESH: Duration = Duration::from_secs(5);
/// but sooner again when it did not.
const SOON: Duration = Duration::from_millis(500);
/// A write that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(2);
/// Below so many free bytes the disk counts as full.
const ROOM: u64 = 64 << 20;

/// What is asked.
struct Readiness {
    platform: Arc<Platform>,
    workers: Option<Arc<AtomicBool>>,
    /// What the last write came to, and when.
    written: Mutex<Option<(Instant, bool)>>,
}

/// `/health/live` and `/health/ready`, to be nested under `/health`.
pub(super) fn routes(state: &State) -> Route {
    let readiness = Arc::new(Readiness {
        platform: state.platform.clone(),
        workers: state.workers.clone(),
        written: Mutex::default(),
    });
    let ready = make(move |_| {
        let readiness = readiness.clone();
        async move { Ok::<_, poem::Error>(readiness.answer().await) }
    });
    Route::new()
        .at("/live", poem::get(make_sync(|_| answer(StatusCode::OK, &json!({ "status": "ok" })))))
        .at("/ready", poem::get(ready))
}

impl Readiness {
    async fn answer(&self) -> Response {
        let (database, migrations) = match self.platform.db.is_current().await {
            Ok(current) => (true, current),
            Err(error) => {
                warn!(%error, "not ready: the database does not answer");
                (false, false)
            }
        };
        let writable = database && self.is_writable().await;
        let disk = free_bytes(&self.platform).is_none_or(|free| free >= ROOM);
        // A process without workers has none to wait for.
        let running = self.workers.as_ref().is_none_or(|running| running.load(Ordering::Relaxed));
        let trouble = self.platform.wake.pulse.in_trouble();
        let workers = running && trouble.is_empty();
        let ok = database && migrations && writable && disk && workers;
        let (status, word) = if ok {
            (StatusCode::OK, "ok")
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, "not ready")
        };
        let body = json!({
            "status": word, "database": database, "migrations": migrations, "writable": writable,
            "disk": disk, "workers": workers, "trouble": trouble,
        });
        answer(status, &body)
    }

    /// Whether the database took a write a moment ago, or takes one now.
    async fn is_writable(&self) -> bool {
        let last = *self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, well)) = last
            && at.elapsed() < if well { FRESH } else { SOON }
        {
            return well;
        }
        let platform = self.platform.clone();
        // In a task of its own: a write that is given up in the middle would leave its connection behind.
        let write = tokio::spawn(async move { write(&platform).await });
        let well = match tokio::time::timeout(PATIENCE, write).await {
            Ok(Ok(Ok(()))) => true,
            Ok(Ok(Err(error))) => {
                warn!(%error, "not ready: the database takes no write");
                false
            }
            Ok(Err(_)) | Err(_) => {
                warn!("not ready: the database takes no write in time");
                false
            }
        };
        *self.written.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), well));
        well
    }
}

/// A write that changes nothing and is committed as any other.
async fn write(platform: &Platform) -> Result<(), DbErr> {
    let txn = platform.db.begin_write().await?;
    let touch = "UPDATE seaql_migrations SET applied_at = applied_at WHERE version = \
                 (SELECT MIN(version) FROM seaql_migrations)";
    txn.execute_unprepared(touch).await?;
    txn.commit().await
}

/// Free bytes where an SQLite file lies; `None` for PostgreSQL, whose disk is elsewhere, and where nobody tells.
fn free_bytes(platform: &Platform) -> Option<u64> {
    let file = platform.config.database_url.strip_prefix("sqlite:")?;
    let file = PathBuf::from(file.trim_start_matches("//").split('?').next().unwrap_or_default());
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.map_or_else(|| PathBuf::from("."), PathBuf::from);
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn answer(status: StatusCode, body: &serde_json::Value) -> Response {
    Response::builder()
        .status(status)
        .content_type("application/json")
        .header(header::CACHE_CONTROL, "no-store")
        .body(body.to_string())
}
