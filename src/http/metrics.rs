//! `GET /metrics` for Prometheus, on a listener of its own: it is not for the world.

use std::{sync::Arc, time::Duration};

use ::metrics::gauge;
use entity::Timestamp;
use poem::{Endpoint, EndpointExt, Response, Route, endpoint::make, http::StatusCode};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
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
    if let Err(error) = look(platform).await {
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
        "SELECT state AS name, COUNT(*) AS count, MIN(CASE WHEN state = 'due' THEN due_at END) AS oldest \
         FROM outbox WHERE state IN ('due', 'leased', 'unknown', 'held') GROUP BY state",
        [],
    );
    let rows = Waiting::find_by_statement(outbox.build(backend)).all(db).await?;
    for state in ["due", "leased", "unknown", "held"] {
        let row = rows.iter().find(|row| row.name == state);
        gauge!("sepet_outbox", "state" => state).set(row.map_or(0.0, |row| exact(row.count)));
    }
    let oldest = rows.iter().find_map(|row| row.oldest);
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
        let row = db.query_one_raw(Sql::new(sql, [now.into()]).build(backend)).await?;
        let count: i64 = row.map(|row| row.try_get("", "n")).transpose()?.unwrap_or(0);
        gauge!(name).set(exact(count));
    }
    Ok(())
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
