//! Calls to the Graph API. The token goes to the host of the channel's `graph_url` and nowhere else: no redirect is
//! followed, and http is for loopback only. No token, number or body is logged.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use entity::{OutboxId, channel};
use futures_util::{FutureExt, future::BoxFuture};
use reqwest::{
    Client, Method, RequestBuilder, Response, StatusCode, Url,
    header::{DATE, HeaderMap, RETRY_AFTER},
    redirect::Policy,
};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use tracing::debug;

use super::{
    codes::{meaning, refused},
    payload,
    read::{number, text},
};
use crate::{
    message::Outbound,
    outbox::{Outcome, Recipient, Sender},
    platform::Platform,
};

const CONNECT: Duration = Duration::from_secs(5);
const TOTAL: Duration = Duration::from_secs(20);
/// A batch of the catalog is megabytes, and nobody waits for it.
const TOTAL_BATCH: Duration = Duration::from_secs(60);
const IDLE: Duration = Duration::from_secs(30);
/// Bytes of an answer that are read.
const LONGEST_ANSWER: usize = 16 * 1_024 * 1_024;
/// Characters of a provider's text that are kept.
pub(super) const LONGEST_TEXT: usize = 500;

/// What the Graph API calls a wrong parameter, also where it is the object of the path that is wrong,
const PARAMETER: i64 = 100;
/// and the object that does not exist or is not ours: a subcode then, and a code of its own.
const GONE: i64 = 33;

/// The longest that an answer may have us wait, milliseconds. The outbox tries a message for a day after its first try: an hour
/// less leaves room for the next one.
const LONGEST_WAIT_MS: i64 = 23 * 3_600 * 1_000;
/// The same for an answer that no Graph API wrote, milliseconds: whoever stands in between does not know for how long the
/// provider is away, and the whole channel waits.
const LONGEST_WAIT_UNREADABLE_MS: i64 = 3_600 * 1_000;

/// Why a call has no good answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The channel's settings forbid it: nothing was sent.
    #[error("{0}")]
    Forbidden(String),
    /// The connection was never made: nothing was sent.
    #[error("no connection: {0}")]
    NotSent(String),
    /// It was sent, and no whole answer came.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// An answer that is no Graph answer.
    #[error("an unreadable answer with status {http}")]
    Unreadable { http: u16, after_ms: Option<i64> },
    /// A refusal with its reason.
    #[error("{text} (code {code})")]
    Refused {
        code: i64,
        http: u16,
        text: String,
        /// The provider says that it passes.
        transient: bool,
        /// The provider asks to wait so long, from `Retry-After` and the usage headers.
        after_ms: Option<i64>,
    },
}

/// The Graph API of all channels.
pub struct Graph {
    platform: Arc<Platform>,
    /// For https; built when first needed, because it reads the system's certificates.
    secure: OnceLock<Client>,
    /// For loopback, which goes through no proxy.
    local: OnceLock<Client>,
}

impl Graph {
    #[must_use]
    pub fn new(platform: Arc<Platform>) -> Self {
        Self { platform, secure: OnceLock::new(), local: OnceLock::new() }
    }

    /// Calls `{graph_url}/{version}/{path}` with the channel's token and gives the JSON of a good answer.
    ///
    /// # Errors
    /// [`CallError`] tells what is certain: refused, not sent, or unknown.
    pub(super) async fn call(
        &self,
        channel: &channel::Model,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Value, CallError> {
        let request = self.request(channel, method, path, query)?;
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let request = request.timeout(total(path));
        let answer = request.send().await.map_err(|e| lost(&e))?;
        let (http, headers) = (answer.status(), answer.headers().clone());
        let bytes = read(answer).await?;
        if http.is_success() {
            // "Accepted, details unknown" is better than a repetition.
            return Ok(serde_json::from_slice(&bytes).unwrap_or_default());
        }
        Err(refusal(http, &headers, &bytes))
    }

    fn request(
        &self,
        channel: &channel::Model,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<RequestBuilder, CallError> {
        let url = address(channel, path)?;
        let client = self.client(url.scheme() == "http")?;
        let token = self
            .platform
            .sealer
            .open(&channel.access_token)
            .map_err(|e| CallError::Forbidden(format!("the access token: {e}")))?;
        let request = client.request(method, url).bearer_auth(token.expose_secret());
        Ok(if query.is_empty() { request } else { request.query(query) })
    }

    fn client(&self, local: bool) -> Result<&Client, CallError> {
        let kept = if local { &self.local } else { &self.secure };
        if let Some(client) = kept.get() {
            return Ok(client);
        }
        let builder = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECT)
            // Shorter than the other side's: a connection that it closes under a request is an unanswered send.
            .pool_idle_timeout(IDLE)
            .user_agent(concat!("sepet/", env!("CARGO_PKG_VERSION")));
        let builder =
            if local { builder.no_proxy().tls_certs_only([]) } else { builder.https_only(true) };
        let built = builder.build().map_err(|e| CallError::NotSent(plain(&e)))?;
        Ok(kept.get_or_init(|| built))
    }
}

/// How long a call may take.
fn total(path: &[&str]) -> Duration {
    if path.last() == Some(&"items_batch") { TOTAL_BATCH } else { TOTAL }
}

/// The address of a call; https, or http to this machine.
fn address(channel: &channel::Model, path: &[&str]) -> Result<Url, CallError> {
    let forbidden = |why: &str| CallError::Forbidden(format!("graph_url {why}"));
    let mut url = Url::parse(&channel.graph_url).map_err(|_| forbidden("is no URL"))?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let loopback =
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        _ => return Err(forbidden("must be https")),
    }
    url.path_segments_mut()
        .map_err(|()| forbidden("is no URL to call"))?
        .pop_if_empty()
        .push(&channel.graph_version)
        .extend(path);
    Ok(url)
}

async fn read(mut answer: Response) -> Result<Vec<u8>, CallError> {
    let mut bytes = vec![];
    while let Some(chunk) = answer.chunk().await.map_err(|e| lost(&e))? {
        if bytes.len() + chunk.len() > LONGEST_ANSWER {
            return Err(CallError::NoAnswer("the answer is too long".into()));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// An error of the connection: only one that was never made is certain not to have carried anything.
fn lost(error: &reqwest::Error) -> CallError {
    let text = plain(error);
    if error.is_builder() {
        CallError::Forbidden(text)
    } else if error.is_connect() {
        CallError::NotSent(text)
    } else {
        CallError::NoAnswer(text)
    }
}

/// What went wrong, without the address: it names the number.
fn plain(error: &reqwest::Error) -> String {
    let what = if error.is_timeout() {
        "it took too long"
    } else if error.is_connect() {
        "the host cannot be reached"
    } else if error.is_builder() {
        "the request cannot be made"
    } else {
        "the connection was cut"
    };
    what.to_owned()
}

#[derive(Deserialize)]
struct ErrorBody<'a> {
    #[serde(borrow)]
    error: ErrorObject<'a>,
}

#[derive(Deserialize)]
struct ErrorObject<'a> {
    #[serde(borrow)]
    code: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    error_data: Option<&'a RawValue>,
    #[serde(borrow)]
    is_transient: Option<&'a RawValue>,
    #[serde(borrow)]
    error_subcode: Option<&'a RawValue>,
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Details<'a> {
    #[serde(borrow)]
    details: Option<&'a RawValue>,
}

fn refusal(http: StatusCode, headers: &HeaderMap, body: &[u8]) -> CallError {
    let asked = wait(headers);
    let after_ms = asked.map(|ms| ms.min(LONGEST_WAIT_MS));
    let http = http.as_u16();
    let unreadable = CallError::Unreadable {
        http,
        after_ms: asked.map(|ms| ms.min(LONGEST_WAIT_UNREADABLE_MS)),
    };
    let Ok(ErrorBody { error }) = serde_json::from_slice::<ErrorBody<'_>>(body) else {
        return unreadable;
    };
    let Some(code) = number(error.code) else {
        return unreadable;
    };
    // So the Graph API tells of an object that is gone or that the token does not reach.
    let gone = number(error.error_subcode) == Some(GONE)
        || text(error.kind).as_deref() == Some("GraphMethodException");
    let code = if code == PARAMETER && gone { GONE } else { code };
    let details = error.error_data.and_then(|raw| {
        let data = serde_json::from_str::<Details<'_>>(raw.get()).ok();
        data.and_then(|data| text(data.details)).or_else(|| text(Some(raw)))
    });
    let said = details.or_else(|| text(error.message));
    let said = said.or_else(|| meaning(code).map(str::to_owned)).unwrap_or_default();
    CallError::Refused {
        code,
        http,
        text: said.chars().take(LONGEST_TEXT).collect(),
        transient: error.is_transient.is_some_and(|raw| raw.get() == "true"),
        after_ms,
    }
}

/// Milliseconds that the provider asks to wait: `Retry-After` in seconds or as a date, or the longest
/// `estimated_time_to_regain_access` of a usage header, in minutes. However long that is.
fn wait(headers: &HeaderMap) -> Option<i64> {
    let read = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let date = |name| chrono::DateTime::parse_from_rfc2822(read(name)?).ok();
    let retry_after = read(RETRY_AFTER)
        .and_then(|value| value.parse::<i64>().ok())
        .map(|seconds| seconds.saturating_mul(1_000))
        // By the clock of whoever wrote the date.
        .or_else(|| Some((date(RETRY_AFTER)? - date(DATE)?).num_milliseconds()));
    let usage = ["x-business-use-case-usage", "x-app-usage"]
        .iter()
        .filter_map(|name| serde_json::from_slice::<Value>(headers.get(*name)?.as_bytes()).ok())
        .filter_map(|usage| minutes(&usage))
        .map(|minutes| minutes.saturating_mul(60_000))
        .max();
    retry_after.max(usage).filter(|ms| *ms > 0)
}

/// The longest wait anywhere in a usage header: its shape differs from header to header.
fn minutes(usage: &Value) -> Option<i64> {
    match usage {
        Value::Object(map) => {
            let own = map.get("estimated_time_to_regain_access").and_then(Value::as_i64);
            own.max(map.values().filter_map(minutes).max())
        }
        Value::Array(list) => list.iter().filter_map(minutes).max(),
        _ => None,
    }
}

impl Sender for Graph {
    fn send<'a>(
        &'a self,
        channel: &'a channel::Model,
        to: &'a Recipient,
        message: &'a Outbound,
        id: OutboxId,
    ) -> BoxFuture<'a, Outcome> {
        async move {
            let catalog = channel.catalog_id.as_deref();
            let absolute = |link: &str| self.platform.absolute(link);
            let body = match payload::body(to, message, id, catalog, absolute) {
                Ok(body) => body,
                Err(e) => return Outcome::Refused { code: None, text: e.to_string() },
            };
            let path = [channel.phone_number_id.as_str(), "messages"];
            outcome(self.call(channel, Method::POST, &path, &[], Some(&body)).await)
        }
        .boxed()
    }

    fn mark_read<'a>(
        &'a self,
        channel: &'a channel::Model,
        wamid: &'a str,
        typing: bool,
    ) -> BoxFuture<'a, ()> {
        async move {
            let body = payload::read_mark(wamid, typing);
            let path = [channel.phone_number_id.as_str(), "messages"];
            if let Err(error) = self.call(channel, Method::POST, &path, &[], Some(&body)).await {
                debug!(channel.id = %channel.id, %error, "a message was not marked as read");
            }
        }
        .boxed()
    }
}

/// What an answer means for the message.
fn outcome(answer: Result<Value, CallError>) -> Outcome {
    let error = match answer {
        Ok(body) => return Outcome::Accepted { wamid: wamid(&body) },
        Err(error) => error,
    };
    match error {
        CallError::Forbidden(text) => Outcome::ChannelStopped { code: None, text },
        CallError::NotSent(text) => Outcome::Retry { code: None, text, after_ms: None },
        CallError::NoAnswer(text) => Outcome::Unknown { text, after_ms: None },
        CallError::Unreadable { http, after_ms } => unreadable(http, after_ms),
        CallError::Refused { code, http, text, transient, after_ms } => {
            refused(code, http, text, transient, after_ms)
        }
    }
}

/// An answer that no Graph API wrote: something on the way did.
fn unreadable(http: u16, after_ms: Option<i64>) -> Outcome {
    let text = format!("an unreadable answer with status {http}");
    match http {
        300..=399 => Outcome::ChannelStopped { code: None, text: "graph_url redirects".into() },
        429 => Outcome::Throttled { code: 429, text, after_ms },
        500.. | 408 => Outcome::Unknown { text, after_ms },
        _ => Outcome::Retry { code: None, text, after_ms },
    }
}

fn wamid(body: &Value) -> Option<String> {
    let id = body.get("messages")?.get(0)?.get("id")?.as_str()?;
    (!id.is_empty()).then(|| super::read::clean(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_of_the_catalog_may_take_longer_than_a_message() {
        assert_eq!(total(&["400", "items_batch"]), Duration::from_secs(60));
        assert_eq!(total(&["100", "messages"]), Duration::from_secs(20));
    }
}
