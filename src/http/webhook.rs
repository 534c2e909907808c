//! WhatsApp's webhooks: check, store, answer. 200 means committed; nothing else happens in the request.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::StreamExt;
use poem::{
    Request, Response, Route, get, handler,
    http::{StatusCode, header},
    web::{Data, Path, Query},
};
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::{debug, error};

use crate::{
    inbox::{Door, InboxError, Intake, Keeper, Known},
    platform::{Platform, metrics},
};

/// Bytes of a POST at the most (reference §1.2: payloads reach 3 MB).
const LONGEST_BODY: usize = 3 * 1_024 * 1_024;
/// KiB of bodies that may be under way at once.
const BODIES_KIB: usize = 64 * 1_024;
/// Bytes of a body that are free: the limit of connections bounds what all of them make.
const FREE: usize = 64 * 1_024;
/// A body that takes longer is not waited for.
const LONGEST_READ: Duration = Duration::from_secs(20);
/// Seconds after which the provider may come again.
const RETRY_AFTER: &str = "2";

/// What the routes need.
#[derive(Clone)]
struct Gate {
    platform: Arc<Platform>,
    intake: Intake,
    door: Arc<dyn Door>,
    /// KiB of bodies that may be under way.
    bodies: Arc<Semaphore>,
}

/// `GET` and `POST /webhooks/whatsapp/{app}`, to be nested at the root.
pub fn routes(platform: Arc<Platform>, intake: Intake, door: Arc<dyn Door>) -> Route {
    let bodies = Arc::new(Semaphore::new(BODIES_KIB));
    let gate = Gate { platform, intake, door, bodies };
    Route::new()
        .at("/webhooks/whatsapp/:app", poem::EndpointExt::data(get(handshake).post(receive), gate))
}

#[derive(Deserialize)]
struct Handshake {
    #[serde(rename = "hub.mode", default)]
    mode: String,
    #[serde(rename = "hub.verify_token", default)]
    verify_token: String,
    #[serde(rename = "hub.challenge", default)]
    challenge: String,
}

/// The handshake: our token answers the challenge, as it is.
#[handler]
async fn handshake(
    gate: Data<&Gate>,
    Path(app): Path<String>,
    Query(asked): Query<Handshake>,
) -> Response {
    if !is_app_id(&app) {
        return answer(StatusCode::NOT_FOUND);
    }
    let keeper = match gate.door.app(&app, Known::Doubted).await {
        Ok(Some(keeper)) => keeper,
        Ok(None) => return answer(StatusCode::NOT_FOUND),
        Err(error) => return unavailable(&error),
    };
    if asked.mode != "subscribe" || !keeper.knows(&asked.verify_token) {
        return answer(StatusCode::FORBIDDEN);
    }
    Response::builder().content_type("text/plain; charset=utf-8").body(asked.challenge)
}

/// A POST: signature over the bytes as they came, one durable insert, 200.
#[handler]
async fn receive(
    gate: Data<&Gate>,
    Path(app): Path<String>,
    request: &Request,
    body: poem::Body,
) -> Response {
    let began = Instant::now();
    let answered = match accept(&gate, &app, request, body).await {
        Ok(()) => answer(StatusCode::OK),
        Err(response) => response,
    };
    metrics::webhook(answered.status().as_u16(), began.elapsed());
    answered
}

async fn accept(
    gate: &Gate,
    app: &str,
    request: &Request,
    body: poem::Body,
) -> Result<(), Response> {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > LONGEST_BODY) {
        return Err(closing(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let mut keeper = app_of(gate, app, Known::Lately).await?;
    let signature = request
        .headers()
        .get("x-hub-signature-256")
        .and_then(|value| keeper.signature(value.as_bytes()))
        .ok_or_else(|| closing(StatusCode::UNAUTHORIZED))?;
    let Body { bytes: body, room } = read(gate, body, length).await?;
    if !keeper.signed(&signature, &body) {
        // Perhaps another process has applied a new secret a moment ago.
        keeper = app_of(gate, app, Known::Doubted).await?;
        if !keeper.signed(&signature, &body) {
            debug!("a webhook with a wrong signature was refused");
            return Err(answer(StatusCode::UNAUTHORIZED));
        }
    }
    let now = gate.platform.now();
    let mut split = keeper.split(&body, now);
    if split.strange_number {
        split = app_of(gate, app, Known::Now).await?.split(&body, now);
    }
    drop((body, room));
    gate.intake.accept(split.items).await.map_err(|error| unavailable(&error))
}

/// Ids of Meta's apps are digits: nothing else is looked for.
fn is_app_id(app: &str) -> bool {
    !app.is_empty() && app.bytes().all(|byte| byte.is_ascii_digit())
}

async fn app_of(gate: &Gate, app: &str, known: Known) -> Result<Arc<dyn Keeper>, Response> {
    if !is_app_id(app) {
        return Err(closing(StatusCode::NOT_FOUND));
    }
    let found: Result<_, InboxError> = gate.door.app(app, known).await;
    found
        .map_err(|error| {
            error!(%error, "the app of a webhook cannot be read");
            unavailable(&error)
        })?
        .ok_or_else(|| closing(StatusCode::NOT_FOUND))
}

/// A body, and its part of the room.
struct Body {
    bytes: Vec<u8>,
    room: Option<OwnedSemaphorePermit>,
}

impl Body {
    /// Takes room for what has come, and no more: who announces much and sends little holds little.
    fn grow(&mut self, gate: &Gate) -> Result<(), StatusCode> {
        let held = self.room.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let wanted = self.bytes.len().saturating_sub(FREE).div_ceil(FREE) * (FREE / 1_024);
        let more = u32::try_from(wanted.saturating_sub(held)).unwrap_or(u32::MAX);
        if more == 0 {
            return Ok(());
        }
        let Ok(more) = gate.bodies.clone().try_acquire_many_owned(more) else {
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        };
        match &mut self.room {
            Some(room) => room.merge(more),
            None => self.room = Some(more),
        }
        Ok(())
    }
}

/// The body, as long as it is within the limit and comes in time.
async fn read(gate: &Gate, body: poem::Body, length: Option<usize>) -> Result<Body, Response> {
    let mut stream = std::pin::pin!(body.into_bytes_stream());
    let bytes = Vec::with_capacity(length.unwrap_or(0).min(FREE));
    let mut body = Body { bytes, room: None };
    let whole = async {
        while let Some(piece) = stream.next().await {
            let piece = piece.map_err(|_broken_off| StatusCode::BAD_REQUEST)?;
            if body.bytes.len() + piece.len() > LONGEST_BODY {
                return Err(StatusCode::PAYLOAD_TOO_LARGE);
            }
            body.bytes.extend_from_slice(&piece);
            body.grow(gate)?;
        }
        Ok(())
    };
    let read = tokio::time::timeout(LONGEST_READ, whole).await;
    match read.unwrap_or(Err(StatusCode::REQUEST_TIMEOUT)) {
        Ok(()) => Ok(body),
        Err(full @ StatusCode::SERVICE_UNAVAILABLE) => Err(come_again(closing(full))),
        Err(status) => Err(closing(status)),
    }
}

fn answer(status: StatusCode) -> Response {
    Response::builder().status(status).finish()
}

/// What is still on its way is not read: the connection ends.
fn closing(status: StatusCode) -> Response {
    Response::builder().status(status).header(header::CONNECTION, "close").finish()
}

fn unavailable(error: &impl std::fmt::Display) -> Response {
    debug!(%error, "a webhook is asked to come again");
    come_again(answer(StatusCode::SERVICE_UNAVAILABLE))
}

fn come_again(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, header::HeaderValue::from_static(RETRY_AFTER));
    response
}
