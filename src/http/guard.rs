//! What every request of the admin API passes before its operation: key, pace, size; and what every answer gets.

use std::{io::ErrorKind::TimedOut, num::NonZeroU32, sync::Arc, time::Duration};

use entity::ApiKeyId;
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};
use poem::{
    Endpoint, IntoResponse, Request, Response,
    http::{HeaderValue, Method, StatusCode, header},
};

use super::{
    auth::{self, Identified, Uses},
    docs::Operations,
    once::RequestHash,
    problem::{self, Code, Problem},
    reply::NO_STORE,
};
use crate::platform::{Platform, secret};

type Limiter =
    RateLimiter<ApiKeyId, DashMapStateStore<ApiKeyId>, DefaultClock, StateInformationMiddleware>;

/// How much one key may ask, and how large a body may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests a second of one key, sustained.
    pub per_second: NonZeroU32,
    /// Requests of one key at once.
    pub burst: NonZeroU32,
    /// Bytes of a body.
    pub body: usize,
    /// Bytes of a body at the paths that take files.
    pub file: usize,
}

/// A body that takes longer is not waited for.
const LONGEST_READ: Duration = Duration::from_secs(50);

/// Paths that take files.
const FILES: &[&str] = &["/api/v1/imports", "/api/v1/images"];

impl Default for Limits {
    fn default() -> Self {
        const fn number(n: u32) -> NonZeroU32 {
            match NonZeroU32::new(n) {
                Some(n) => n,
                None => NonZeroU32::MIN,
            }
        }
        Self { per_second: number(50), burst: number(100), body: 1 << 20, file: 16 << 20 }
    }
}

/// Guards the admin API.
pub(super) struct Guard {
    platform: Arc<Platform>,
    limits: Limits,
    limiter: Limiter,
    uses: Uses,
    operations: Operations,
}

/// What is left of a key's pace.
struct Pace {
    limit: u32,
    remaining: u32,
    /// Seconds until all of it is there again.
    reset: u32,
}

impl Guard {
    pub(super) fn new(platform: Arc<Platform>, limits: Limits, operations: Operations) -> Self {
        let quota = Quota::per_second(limits.per_second).allow_burst(limits.burst);
        let limiter = RateLimiter::dashmap(quota).with_middleware();
        Self { platform, limits, limiter, uses: Uses::default(), operations }
    }

    /// Lets `request` through to `inner`, or answers it.
    pub(super) async fn answer<E: Endpoint>(&self, inner: Arc<E>, mut request: Request) -> Response
    where
        E::Output: IntoResponse,
    {
        let mut pace = None;
        let unchanged = request.header(header::IF_NONE_MATCH).map(str::to_owned);
        let method = request.method().clone();
        let mut response = match self.admit(&mut request, &mut pace).await {
            Err(problem) => problem.into_response(),
            Ok(()) => match inner.call(request).await {
                Ok(answer) => answer.into_response(),
                Err(error) => problem::catch(error).await,
            },
        };
        if method == Method::GET
            && response.status() == StatusCode::OK
            && unchanged.is_some()
            && response.header(header::ETAG) == unchanged.as_deref()
            && response.header(header::CACHE_CONTROL) != Some(NO_STORE)
        {
            response.set_status(StatusCode::NOT_MODIFIED);
            response.take_body();
            response.headers_mut().remove(header::CONTENT_TYPE);
        }
        let headers = response.headers_mut();
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("private, no-cache"));
        if let Some(pace) = pace {
            headers.insert("RateLimit-Limit", pace.limit.into());
            headers.insert("RateLimit-Remaining", pace.remaining.into());
            headers.insert("RateLimit-Reset", pace.reset.into());
        }
        response
    }

    async fn admit(&self, request: &mut Request, pace: &mut Option<Pace>) -> Result<(), Problem> {
        let path = request.uri().path().to_owned();
        let Some(methods) = self.operations.at(&path) else {
            return Err(Problem::new(Code::NoRoute, "no operation has this path"));
        };
        let Some(queries) = methods.get(request.method().as_str()) else {
            let allowed: Vec<_> = methods.keys().map(String::as_str).collect();
            let allowed = allowed.join(", ");
            let detail = format!("the path takes {allowed}");
            return Err(Problem::new(Code::MethodNotAllowed, detail).allow(allowed));
        };
        let key = auth::identify(&self.platform, request).await?;
        let (left, refused) = self.take(key.id);
        *pace = Some(left);
        if let Some(problem) = refused {
            return Err(problem);
        }
        self.uses.note(&self.platform, &key);
        request.set_data(Identified(key));
        let unknown = names(request.uri().query()).find(|name| !queries.contains(*name));
        if let Some(name) = unknown {
            let known = if queries.is_empty() {
                "this operation takes none".to_owned()
            } else {
                format!("known here: {}", queries.iter().cloned().collect::<Vec<_>>().join(", "))
            };
            let detail = format!("the query parameter `{name}` is unknown; {known}");
            return Err(Problem::new(Code::InvalidParameter, detail));
        }
        let query = request.uri().query().unwrap_or_default();
        if [path.as_str(), query].iter().any(|part| part.contains("%00")) {
            let detail = "the path or the query holds U+0000 (`%00`), which no text here may";
            return Err(Problem::new(Code::InvalidParameter, detail));
        }
        if FILES.contains(&path.as_str()) {
            read_body(request, self.limits.file, Kind::File).await
        } else {
            read_body(request, self.limits.body, Kind::Json).await
        }
    }

    /// Takes one request from the key's pace: what is left, and the problem when nothing was.
    fn take(&self, key: ApiKeyId) -> (Pace, Option<Problem>) {
        let limit = self.limits.burst.get();
        match self.limiter.check_key(&key) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let used = limit.saturating_sub(remaining);
                let reset = used.div_ceil(self.limits.per_second.get());
                (Pace { limit, remaining, reset }, None)
            }
            Err(wait) => {
                let wait = wait.wait_time_from(DefaultClock::default().now());
                let reset = limit.div_ceil(self.limits.per_second.get());
                let detail = format!("a key may ask {} times a second", self.limits.per_second);
                let problem =
                    Problem::new(Code::RateLimited, detail).retry_after(wait.as_secs() + 1);
                (Pace { limit, remaining: 0, reset }, Some(problem))
            }
        }
    }
}

/// Names of query parameters, as they stand.
fn names(query: Option<&str>) -> impl Iterator<Item = &str> {
    query
        .unwrap_or_default()
        .split('&')
        .map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name))
        .filter(|name| !name.is_empty())
}

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Json,
    File,
}

/// Reads the body up to `limit` bytes, and its hash when the request is to be carried out once.
async fn read_body(request: &mut Request, limit: usize, kind: Kind) -> Result<(), Problem> {
    let announced = request.header(header::CONTENT_LENGTH).and_then(|n| n.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(problem::too_large(Some(limit)));
    }
    let body = request.take_body();
    let read = tokio::time::timeout(LONGEST_READ, body.into_bytes_limit(limit)).await;
    let bytes = match read.unwrap_or_else(|_| Err(std::io::Error::from(TimedOut).into())) {
        Ok(bytes) => bytes,
        Err(poem::error::ReadBodyError::PayloadTooLarge) => {
            return Err(problem::too_large(Some(limit)));
        }
        Err(_) => return Err(Problem::new(Code::BadRequest, "the body broke off")),
    };
    if kind == Kind::Json && escapes_nul(&bytes) {
        let detail = "a text of the body holds U+0000 (`\\u0000`), which no text here may";
        return Err(Problem::new(Code::InvalidValue, detail));
    }
    if request.headers().contains_key("Idempotency-Key") {
        let mut whole = format!("{} {}\n", request.method(), request.uri()).into_bytes();
        whole.extend_from_slice(&bytes);
        request.set_data(RequestHash(secret::sha256_hex(&whole)));
    }
    request.set_body(bytes);
    Ok(())
}

/// Whether a text in this JSON holds U+0000, which PostgreSQL's text refuses: JSON can write it as an escape alone. A
/// backslash that is itself escaped begins none, as in JSON that stands within a text.
fn escapes_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|&byte| byte == b'\\') {
        let escape = &rest[at + 1..];
        if escape.starts_with(b"u0000") {
            return true;
        }
        rest = escape.get(1..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_of_nul_is_told_from_a_backslash_before_it() {
        for json in [r#"{"a":"\u0000"}"#, r#"["x\\\u0000"]"#, r#"["\n\u0000"]"#, r"\u0000"] {
            assert!(escapes_nul(json.as_bytes()), "{json}");
        }
        let inner = r#"{"payload":"{\"text\":\"a\\u0000\"}"}"#;
        for json in ["", r#"{"a":"u0000"}"#, r#"["\u0001","\u00e7"]"#, inner, r"\", r"\u000"] {
            assert!(!escapes_nul(json.as_bytes()), "{json}");
        }
    }
}
