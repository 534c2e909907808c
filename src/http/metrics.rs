//! `GET /metrics` for Prometheus, on a listener of its own: it is not for the world.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ::metrics::gauge;
use entity::{Timestamp, outbox::IS_OPEN};
use poem::{Endpoint, EndpointExt, Response, Route, endpoint::make, http::StatusCode};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Value};
use tracing::warn;

use crate::platform::{Platform, metrics as figures, sql::Sql};

/// What the text is, as Prometheus wants it named.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The figures of this process, and what waits in the database.
pub fn endpoint(platform: Arc<Platform>) -> impl Endpoint<Output = Response> {
    let page = make(move |_| {
        let platform = platform.clone();
        async move { Ok::<_, poem::Error>(answer(&platform).await) }
    });
    Route::new().at("/metrics", poem::get(page)).catch_all_error(super::problem::catch)
}

async fn answer(platform: &Platform) -> Response {
    let Some(handle) = figures::start() else {
        return Response::builder().status(StatusCode::SERVICE_UNAVAILABLE).finish();
    };
    let looked = look(platform).await;
    gauge!("sepet_database_answers").set(if looked.is_ok() { 1.0 } else { 0.0 });
    if let Err(error) = looked {
        // What was counted is told all the same.
        warn!(%error, "what waits in the database cannot be read");
    }
    Response::builder().content_type(TEXT).body(handle.render())
}

#[derive(FromQueryResult)]
struct Waiting {
    name: String,
    count: i64,
    /// Milliseconds since the epoch of the oldest.
    oldest: Option<i64>,
}

#[derive(FromQueryResult)]
struct Open {
    name: String,
    code: Option<i64>,
    count: i64,
    oldest: Option<i64>,
}

/// Reads what waits: over partial indexes, so it costs what waits and not what is stored.
async fn look(platform: &Platform) -> Result<(), DbErr> {
    let now = platform.now();
    let backend = platform.db.backend();
    let db = platform.db.reader();
    let inbox = Sql::new(
        "SELECT 'lanes' AS name, COUNT(*) AS count, MIN(received_at) AS oldest FROM inbox \
         WHERE state = 'due' AND lane IS NOT NULL \
         UNION ALL SELECT 'statuses', COUNT(*), MIN(received_at) FROM inbox \
         WHERE state = 'due' AND lane IS NULL AND due_at <= $1",
        [now.into()],
    );
    for row in Waiting::find_by_statement(inbox.build(backend)).all(db).await? {
        let stage = row.name.clone();
        gauge!("sepet_inbox_due", "stage" => stage).set(exact(row.count));
        gauge!("sepet_inbox_lag_seconds", "stage" => row.name).set(age(now, row.oldest));
    }
    let outbox = Sql::new(
        "SELECT state AS name, error_code AS code, COUNT(*) AS count, \
         MIN(CASE WHEN state = 'due' THEN due_at END) AS oldest FROM outbox WHERE ",
        [],
    );
    let outbox = outbox.then(IS_OPEN).then(" GROUP BY state, error_code");
    let rows = Open::find_by_statement(outbox.build(backend)).all(db).await?;
    tell_open(&rows);
    let oldest = rows.iter().filter_map(|row| row.oldest).min();
    gauge!("sepet_outbox_lag_seconds").set(age(now, oldest));
    let counts = [
        (
            "sepet_lanes_due",
            "SELECT COUNT(*) AS n FROM lanes WHERE due_at IS NOT NULL AND due_at <= $1",
        ),
        (
            "sepet_channels_stopped",
            "SELECT COUNT(*) AS n FROM channels WHERE stopped_reason IS NOT NULL AND $1 > 0",
        ),
        (
            "sepet_channels_resting",
            "SELECT COUNT(*) AS n FROM channels WHERE resting_until IS NOT NULL AND $1 > 0",
        ),
        ("sepet_channels_paused", "SELECT COUNT(*) AS n FROM channels WHERE paused_until > $1"),
    ];
    for (name, sql) in counts {
        let count = number(platform, sql, vec![now.into()]).await?;
        gauge!(name).set(exact(count.unwrap_or(0)));
    }
    let ahead = "SELECT MAX(pace_tat_us) AS n FROM channels WHERE pace_per_second > 0";
    let full_at = number(platform, ahead, vec![]).await?;
    let ahead_ms = full_at.map_or(0, |us| us / 1_000 - now.ms()).max(0);
    gauge!("sepet_pace_seconds").set(Duration::from_millis(ahead_ms.unsigned_abs()).as_secs_f64());
    let batches =
        "SELECT MIN(due_at) AS n FROM catalog_batches WHERE state IN ('sending', 'polling')";
    gauge!("sepet_sync_lag_seconds").set(age(now, number(platform, batches, vec![]).await?));
    Ok(())
}

/// The one number `n` that a statement gives, if it gives one.
async fn number(platform: &Platform, sql: &str, values: Vec<Value>) -> Result<Option<i64>, DbErr> {
    let sql = Sql::new(sql, values).build(platform.db.backend());
    let row = platform.db.reader().query_one_raw(sql).await?;
    Ok(row.map(|row| row.try_get("", "n")).transpose()?.flatten())
}

/// Messages that are not ended, by state, and by the code of their last try. A code that is gone is told as 0.
fn tell_open(rows: &[Open]) {
    static TOLD: Mutex<BTreeSet<i64>> = Mutex::new(BTreeSet::new());
    for state in ["due", "leased", "unknown", "held"] {
        let count = rows.iter().filter(|row| row.name == state).map(|row| row.count).sum();
        gauge!("sepet_outbox", "state" => state).set(exact(count));
    }
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    told.extend(rows.iter().filter_map(|row| row.code));
    for code in &*told {
        let count = rows.iter().filter(|row| row.code == Some(*code)).map(|row| row.count).sum();
        gauge!("sepet_outbox_refused", "code" => code.to_string()).set(exact(count));
    }
}

/// A count as Prometheus has it; exact below 2^53.
#[expect(clippy::cast_precision_loss, reason = "counts of rows stay far below 2^53")]
fn exact(count: i64) -> f64 {
    count as f64
}

/// Seconds since `oldest`; 0 when nothing waits, or when it waits for a time to come.
fn age(now: Timestamp, oldest: Option<i64>) -> f64 {
    oldest.map_or(0.0, |at| {
        Duration::from_millis((now.ms() - at).max(0).unsigned_abs()).as_secs_f64()
    })
}
