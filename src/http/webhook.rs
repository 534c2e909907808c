//! WhatsApp's webhooks: check, store, answer. 200 means committed; nothing else happens in the request.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use poem::{
    Request, Response, Route, get, handler,
    http::{StatusCode, header},
    web::{Data, Path, Query},
};
use serde::Deserialize;
use tracing::{debug, error};

use crate::{
    inbox::{Door, InboxError, Intake, Keeper, Known},
    platform::{Platform, metrics},
};

/// Bytes of a POST at the most (reference §1.2: payloads reach 3 MB).
const LONGEST_BODY: usize = 3 * 1_024 * 1_024;
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
}

/// `GET` and `POST /webhooks/whatsapp/{app}`, to be nested at the root.
pub fn routes(platform: Arc<Platform>, intake: Intake, door: Arc<dyn Door>) -> Route {
    let gate = Gate { platform, intake, door };
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
    let body = read(body, length).await?;
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
    drop(body);
    gate.intake.accept(split.items).await.map_err(|error| unavailable(&error))
}

async fn app_of(gate: &Gate, app: &str, known: Known) -> Result<Arc<dyn Keeper>, Response> {
    let found: Result<_, InboxError> = gate.door.app(app, known).await;
    found
        .map_err(|error| {
            error!(%error, "the app of a webhook cannot be read");
            unavailable(&error)
        })?
        .ok_or_else(|| closing(StatusCode::NOT_FOUND))
}

/// The body, as long as it is within the limit and comes in time.
async fn read(body: poem::Body, length: Option<usize>) -> Result<Vec<u8>, Response> {
    use tokio::io::AsyncReadExt;
    let mut bytes = Vec::with_capacity(length.unwrap_or(0));
    let limit = u64::try_from(LONGEST_BODY + 1).unwrap_or(u64::MAX);
    let mut reader = body.into_async_read().take(limit);
    match tokio::time::timeout(LONGEST_READ, reader.read_to_end(&mut bytes)).await {
        Ok(Ok(_)) if bytes.len() > LONGEST_BODY => Err(closing(StatusCode::PAYLOAD_TOO_LARGE)),
        Ok(Ok(_)) => Ok(bytes),
        Ok(Err(_)) => Err(closing(StatusCode::BAD_REQUEST)),
        Err(_) => Err(closing(StatusCode::REQUEST_TIMEOUT)),
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
    Response::builder()
        .status(StatusCode::SERVICE_UNAVAILABLE)
        .header(header::RETRY_AFTER, RETRY_AFTER)
        .finish()
}
