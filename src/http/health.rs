//! Whether the service lives, and whether it can work. The provider's state is not part of it.
//!
//! Ready means that a webhook which comes now would be stored and handled: the database takes a write, the tables are those
//! of this version, the workers get on, the disk has room. A webhook or a chat that was committed a moment ago is such a
//! write, and one that was refused is none; where neither was, one is tried. The answer never stands in the line of those
//! who write: it comes within [`PATIENCE`].

use std::{
    path::Path,
    sync::{
        Arc,
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
use tokio::sync::Mutex;
use tracing::warn;

use super::State;
use crate::{inbox::Intake, platform::Platform};

/// So long after a write nothing at all is asked of the database,
const LATELY: Duration = Duration::from_secs(1);
/// and no other write,
const FRESH: Duration = Duration::from_secs(5);
/// but sooner again when it took none.
const SOON: Duration = Duration::from_secs(2);
/// An answer of the database that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(1);
/// A write that takes longer is lost.
const LOST: Duration = Duration::from_secs(15);
/// Below so many free bytes the disk counts as full.
const ROOM: u64 = 64 << 20;

/// What is asked.
struct Readiness {
    platform: Arc<Platform>,
    intake: Intake,
    workers: Option<Arc<AtomicBool>>,
    /// Whether the tables were seen to be of this version: they stay so.
    current: Arc<AtomicBool>,
    /// What the last write that was tried came to, and when. Who holds it tries one.
    tried: Arc<Mutex<Option<(Instant, bool)>>>,
}

/// `/health/live` and `/health/ready`, to be nested under `/health`.
pub(super) fn routes(state: &State) -> Route {
    let readiness = Arc::new(Readiness {
        platform: state.platform.clone(),
        intake: state.intake.clone(),
        workers: state.workers.clone(),
        current: Arc::default(),
        tried: Arc::default(),
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
        let wrote = self.platform.wake.pulse.last_write();
        let lately = wrote.is_some_and(|(at, well)| well && at.elapsed() < LATELY);
        let (database, migrations, writable) = if lately && self.current.load(Ordering::Relaxed) {
            (true, true, true)
        } else {
            let (current, writable) = tokio::join!(self.is_current(), self.is_writable());
            (current.is_some(), current == Some(true), current.is_some() && writable)
        };
        let writable = writable && self.intake.is_ready();
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

    /// Whether the tables are those of this version; `None` when the database does not answer in time.
    async fn is_current(&self) -> Option<bool> {
        let db = self.platform.db.clone();
        // In a task of its own: what is given up in the middle would leave its connection behind.
        let look = tokio::spawn(async move { db.is_current().await });
        match tokio::time::timeout(PATIENCE, look).await {
            Ok(Ok(Ok(current))) => {
                self.current.fetch_or(current, Ordering::Relaxed);
                Some(current)
            }
            Ok(Ok(Err(error))) => {
                warn!(%error, "not ready: the database does not answer");
                None
            }
            Ok(Err(_)) | Err(_) => {
                warn!("not ready: the database does not answer in time");
                None
            }
        }
    }

    /// Whether the database took a write a moment ago, or takes one now.
    async fn is_writable(&self) -> bool {
        match tokio::time::timeout(PATIENCE, self.took_write()).await {
            Ok(well) => well,
            Err(_) => {
                warn!("not ready: the database takes no write in time");
                false
            }
        }
    }

    /// What the last write came to, or a new one when that is long ago. One is tried at a time.
    async fn took_write(&self) -> bool {
        let last = self.platform.wake.pulse.last_write();
        if let Some(well) = fresh(last) {
            return well;
        }
        let mut tried = self.tried.clone().lock_owned().await;
        // What was tried before something was refused says nothing any more.
        let known = tried.filter(|(at, _)| last.is_none_or(|(then, _)| then <= *at));
        if let Some(well) = fresh(known) {
            return well;
        }
        let platform = self.platform.clone();
        // In a task of its own: it keeps its place in the line, and what it comes to counts for who asks next.
        let write = tokio::spawn(async move {
            // One that never ends, over a connection that is dead, is given up: the next has another.
            let written = match tokio::time::timeout(LOST, write(&platform)).await {
                Ok(Ok(())) => true,
                Ok(Err(error)) => {
                    warn!(%error, "not ready: the database takes no write");
                    false
                }
                Err(_) => {
                    warn!("not ready: a write of the database did not end");
                    false
                }
            };
            *tried = Some((Instant::now(), written));
            written
        });
        write.await.unwrap_or(false)
    }
}

/// What a write came to, as long as that says something.
fn fresh(last: Option<(Instant, bool)>) -> Option<bool> {
    let (at, well) = last?;
    (at.elapsed() < if well { FRESH } else { SOON }).then_some(well)
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
    let file = platform.db.file()?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
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
