//! Whether the service lives, and whether it can work. The provider's state is not part of it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use poem::{
    Response, Route,
    endpoint::{make, make_sync},
    http::{StatusCode, header},
};
use serde_json::json;

use super::State;

/// `/health/live` and `/health/ready`, to be nested under `/health`.
pub(super) fn routes(state: &State) -> Route {
    let (platform, workers) = (state.platform.clone(), state.workers.clone());
    let ready = make(move |_| {
        let (platform, workers) = (platform.clone(), workers.clone());
        async move {
            let (database, migrations) = match platform.db.is_current().await {
                Ok(current) => (true, current),
                Err(error) => {
                    tracing::warn!(%error, "not ready: the database does not answer");
                    (false, false)
                }
            };
            let workers = is_working(workers.as_ref());
            Ok::<_, poem::Error>(report(database, migrations, workers))
        }
    });
    Route::new()
        .at("/live", poem::get(make_sync(|_| answer(StatusCode::OK, &json!({ "status": "ok" })))))
        .at("/ready", poem::get(ready))
}

/// A process without workers has none to wait for.
fn is_working(workers: Option<&Arc<AtomicBool>>) -> bool {
    workers.is_none_or(|running| running.load(Ordering::Relaxed))
}

fn report(database: bool, migrations: bool, workers: bool) -> Response {
    let ok = database && migrations && workers;
    let (status, word) =
        if ok { (StatusCode::OK, "ok") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready") };
    let body = json!({
        "status": word, "database": database, "migrations": migrations, "workers": workers
    });
    answer(status, &body)
}

fn answer(status: StatusCode, body: &serde_json::Value) -> Response {
    Response::builder()
        .status(status)
        .content_type("application/json")
        .header(header::CACHE_CONTROL, "no-store")
        .body(body.to_string())
}
