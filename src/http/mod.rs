//! The edge: webhook, admin API, media, health. It translates: allow, call one verb, shape the answer.
//!
//! [`endpoint`] is the whole service. A request of the admin API passes `guard` (key, pace, size), then its operation
//! in `admin`; a write goes through [`once`]; whatever goes wrong becomes a [`problem`].

pub mod admin;
pub mod auth;
mod connections;
mod docs;
mod document;
mod guard;
mod health;
mod links;
mod media;
pub mod metrics;
pub mod once;
pub mod page;
pub mod problem;
pub mod raw;
pub mod reply;
pub mod types;
pub mod webhook;

use std::sync::{Arc, atomic::AtomicBool};

use poem::{
    Endpoint, EndpointExt, IntoResponse, Request, Response, Route,
    http::{HeaderName, StatusCode, header},
    middleware::{CatchPanic, Compression, RequestId},
};

pub use connections::Connections;
pub use docs::openapi_document;
pub use guard::Limits;

use crate::{
    inbox::{Door, Intake, Source},
    platform::Platform,
};

/// What the edge needs.
#[derive(Clone)]
pub struct State {
    pub platform: Arc<Platform>,
    /// Where webhooks are stored.
    pub intake: Intake,
    /// Who may bring webhooks.
    pub door: Arc<dyn Door>,
    /// Reads stored messages, for people who look at a chat.
    pub source: Arc<dyn Source>,
    /// Whether the workers of this process run; `None` when it has none.
    pub workers: Option<Arc<AtomicBool>>,
    pub limits: Limits,
}

/// The whole service: webhook, admin API and its reference, media, health.
pub fn endpoint(state: State) -> impl Endpoint<Output = Response> {
    let edge = once::Edge::new(state.platform.clone(), state.source.clone(), state.door.clone());
    let operations = docs::Operations::read();
    let guard = Arc::new(guard::Guard::new(state.platform.clone(), state.limits, operations));
    let api = Route::new().nest(docs::PREFIX, docs::service(admin::apis(&edge)));
    let api = api.with(CatchPanic::new().with_handler(problem::from_panic)).around(
        move |inner, request| {
            let guard = guard.clone();
            async move { Ok(guard.answer(inner, request).await) }
        },
    );
    let others = Route::new()
        .at("/", poem::get(poem::endpoint::make_sync(|_| see_docs())))
        .nest_no_strip(docs::PREFIX, api)
        .nest("/api", docs::routes())
        .nest("/health", health::routes(&state))
        .nest("/links", links::routes(state.platform.clone()))
        .nest("/media", media::routes(state.platform.clone()));
    let webhooks = webhook::routes(state.platform.clone(), state.intake.clone(), state.door);
    Route::new()
        // What is signed is the bytes as they come: nothing may unpack them before.
        .nest_no_strip("/webhooks", answering(webhooks))
        .nest_no_strip("/", answering(others).with(Compression::new()))
        .with(RequestId::new())
        .around(traced)
}

/// What a process without requests serves: its health.
pub fn health_only(state: State) -> impl Endpoint<Output = Response> {
    answering(Route::new().nest("/health", health::routes(&state))).around(traced)
}

/// Whatever goes wrong inside has an answer.
fn answering(routes: Route) -> impl Endpoint<Output = Response> {
    routes
        .with(CatchPanic::new().with_handler(problem::from_panic))
        .around(only_known_methods)
        .catch_all_error(problem::catch)
}

fn see_docs() -> Response {
    Response::builder().status(StatusCode::FOUND).header(header::LOCATION, "/api/docs").finish()
}

/// Tells the methods of a path outside of the admin API when another is used on it.
async fn only_known_methods<E: Endpoint>(
    inner: Arc<E>,
    request: Request,
) -> poem::Result<Response> {
    let is_webhook = request.uri().path().starts_with("/webhooks/");
    match inner.call(request).await {
        Ok(response) => Ok(response.into_response()),
        Err(error) if error.status() == StatusCode::METHOD_NOT_ALLOWED => {
            let allowed = if is_webhook { "GET, POST" } else { "GET" };
            let detail = format!("the path takes {allowed}");
            let problem = problem::Problem::new(problem::Code::MethodNotAllowed, detail);
            Err(problem.allow(allowed).into())
        }
        Err(error) => Err(error),
    }
}

/// One line a request: no personal data, so the path's parameters and the query stay out.
async fn traced<E: Endpoint>(inner: Arc<E>, request: Request) -> poem::Result<Response> {
    let started = std::time::Instant::now();
    let method = request.method().clone();
    let room = room(request.uri().path()).to_owned();
    let response = inner.call(request).await?.into_response();
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    let id = response.header(HeaderName::from_static("x-request-id")).unwrap_or_default();
    tracing::debug!(request.id = id, %method, path = room, status, ms, "{method} {room} answered {status}");
    Ok(response)
}

/// The first parts of a path, up to what could be an id.
fn room(path: &str) -> &str {
    let parts = if path.starts_with("/api/v1/") { 4 } else { 3 };
    path.match_indices('/').nth(parts).map_or(path, |(at, _)| &path[..at])
}

#[cfg(test)]
mod tests;
