//! Wakes the workers of other processes over PostgreSQL's LISTEN and NOTIFY. Polling stands behind it: a call that is
//! lost costs half a second and nothing else.
//!
//! A process that only answers requests rings for each of its own wake-ups, after the commit that caused it; a process
//! with workers listens. One that does both wakes itself and rings nobody: others find its work when it is too much.

use std::{sync::Arc, time::Duration};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, sqlx, sqlx::postgres::PgListener};
use tokio::sync::Notify;
use tracing::warn;

use super::{Platform, worker::Wake};

/// The name under which processes of Sepet call each other.
const CHANNEL: &str = "sepet_wake";
/// Before it is tried again after the database refused.
const AGAIN: Duration = Duration::from_secs(1);

/// The calls that go from process to process.
const CALLS: [&str; 4] = ["lanes", "statuses", "outbox", "sync"];

fn called<'a>(wake: &'a Wake, call: &str) -> Option<&'a Notify> {
    Some(match call {
        "lanes" => &wake.lanes,
        "statuses" => &wake.statuses,
        "outbox" => &wake.outbox,
        "sync" => &wake.sync,
        _ => return None,
    })
}

/// Rings for what wakes this process, which has no workers, until the service stops. On SQLite there is nobody to call.
pub async fn ring(platform: Arc<Platform>) {
    if platform.db.backend() == DbBackend::Sqlite {
        return;
    }
    let each = CALLS.map(|call| ring_for(&platform, call));
    futures_util::future::join_all(each).await;
}

async fn ring_for(platform: &Platform, call: &'static str) {
    let Some(notify) = called(&platform.wake, call) else { return };
    loop {
        tokio::select! {
            () = platform.wake.stop.cancelled() => return,
            () = notify.notified() => {}
        }
        if let Err(error) = notify_others(platform, call).await {
            warn!(%error, "the workers are not called; they look by themselves");
        }
    }
}

async fn notify_others(platform: &Platform, call: &str) -> Result<(), DbErr> {
    let values = [CHANNEL.into(), call.into()];
    let sql =
        Statement::from_sql_and_values(DbBackend::Postgres, "SELECT pg_notify($1, $2)", values);
    platform.db.reader().query_one_raw(sql).await.map(drop)
}

/// Wakes the workers of this process when another one rings, until the service stops.
pub async fn listen(platform: Arc<Platform>) {
    if platform.db.backend() == DbBackend::Sqlite {
        return;
    }
    let stop = &platform.wake.stop;
    while !stop.is_cancelled() {
        let heard = tokio::select! {
            () = stop.cancelled() => return,
            heard = hear(&platform) => heard,
        };
        if let Err(error) = heard {
            warn!(%error, "calls of other processes are not heard; the workers look by themselves");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(AGAIN) => {}
        }
    }
}

/// Hears until the connection cannot be had any more.
async fn hear(platform: &Platform) -> Result<(), sqlx::Error> {
    let pool = platform.db.reader().get_postgres_connection_pool();
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    // What was called while nobody listened.
    for call in CALLS {
        if let Some(notify) = called(&platform.wake, call) {
            notify.notify_one();
        }
    }
    loop {
        // A lost connection comes back by itself; what was called meanwhile is found by looking.
        let heard = listener.recv().await?;
        if let Some(notify) = called(&platform.wake, heard.payload()) {
            notify.notify_one();
        }
    }
}
