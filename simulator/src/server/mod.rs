//! The HTTP side: one address for the Graph API, the control side and the pages.

pub(crate) mod cut;
mod pages;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use poem::http::HeaderMap;
use poem::web::Multipart;
use poem::web::sse::{Event, SSE};
use poem::{Body, FromRequest, IntoResponse, Request, Response};
use serde_json::{Map, Value, json};
use tokio::sync::broadcast::error::RecvError;

use crate::sim::Sim;
use crate::{control, graph};
use cut::Lines;

/// The largest body in bytes: a document of 100 MB and its form.
const LARGEST: usize = 101 * 1_024 * 1_024;

/// A request, read whole.
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Decoded, in order.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Call {
    /// A query parameter.
    pub(crate) fn query(&self, key: &str) -> Option<&str> {
        self.query.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Path and query as they go into the journal; never with a token.
    pub(crate) fn path_and_query(&self) -> String {
        let secret = |key: &str| matches!(key, "access_token" | "verify_token");
        let query = self.query.iter().filter(|(key, _)| !secret(key));
        let query: Vec<String> =
            query.map(|(key, value)| format!("{key}={}", graph::catalog::escape(value))).collect();
        if query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, query.join("&"))
        }
    }

    /// The body as an object: JSON, or a form whose values are read as JSON where they are JSON. Empty: no keys.
    pub(crate) fn form_or_json(&self) -> Result<Map<String, Value>, String> {
        if self.body.is_empty() {
            return Ok(Map::new());
        }
        let form = self
            .header("content-type")
            .is_some_and(|t| t.starts_with("application/x-www-form-urlencoded"));
        if !form {
            return serde_json::from_slice(&self.body)
                .map_err(|e| format!("the body is not a JSON object: {e}"));
        }
        let text = std::str::from_utf8(&self.body).map_err(|e| e.to_string())?;
        let plain = |text: String| match serde_json::from_str(&text) {
            Ok(value @ (Value::Array(_) | Value::Object(_) | Value::Bool(_))) => value,
            _ => Value::String(text),
        };
        Ok(pairs(text).into_iter().map(|(key, value)| (key, plain(value))).collect())
    }

    /// The parts of a `multipart/form-data` body.
    pub(crate) async fn multipart(&self) -> Result<Vec<FormPart>, String> {
        let broken =
            |e: &dyn std::fmt::Display| format!("the body is not multipart/form-data: {e}");
        let request = Request::builder()
            .header("content-type", self.header("content-type").unwrap_or_default())
            .body(Body::from_vec(self.body.clone()));
        let (request, mut body) = request.split();
        let form = Multipart::from_request(&request, &mut body).await;
        let mut form = form.map_err(|e| broken(&e))?;
        let mut parts = Vec::new();
        while let Some(field) = form.next_field().await.map_err(|e| broken(&e))? {
            parts.push(FormPart {
                name: field.name().unwrap_or_default().to_owned(),
                has_file_name: field.file_name().is_some_and(|name| !name.is_empty()),
                content_type: field.content_type().map(str::to_owned),
                bytes: field.bytes().await.map_err(|e| broken(&e))?,
            });
        }
        Ok(parts)
    }
}

/// One part of a form.
pub(crate) struct FormPart {
    pub(crate) name: String,
    pub(crate) has_file_name: bool,
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

/// Decodes `a=1&b=2`.
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    let Ok(mut url) = reqwest::Url::parse("http://localhost/") else { return vec![] };
    url.set_query(Some(text));
    url.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned())).collect()
}

/// What is answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) content: Content,
    /// Break the connection instead of answering.
    pub(crate) cut: bool,
    /// What was wrong with the request, for the journal.
    pub(crate) violations: Vec<String>,
}

/// The body of an answer.
pub(crate) enum Content {
    Json(Value),
    Bytes { mime: String, bytes: Vec<u8> },
}

impl Answer {
    pub(crate) fn json(status: u16, value: Value) -> Self {
        Self {
            status,
            headers: vec![],
            content: Content::Json(value),
            cut: false,
            violations: vec![],
        }
    }

    pub(crate) fn bytes(mime: &str, bytes: Vec<u8>) -> Self {
        let content = Content::Bytes { mime: mime.to_owned(), bytes };
        Self { status: 200, headers: vec![], content, cut: false, violations: vec![] }
    }

    /// No answer, but a broken connection.
    pub(crate) fn cut() -> Self {
        Self { cut: true, ..Self::json(503, Value::Null) }
    }

    pub(crate) fn set_json(&mut self, value: Value) {
        self.content = Content::Json(value);
    }

    fn into_response(self) -> Response {
        let (mime, bytes) = match self.content {
            Content::Json(value) => {
                ("application/json; charset=utf-8".to_owned(), value.to_string().into_bytes())
            }
            Content::Bytes { mime, bytes } => (mime, bytes),
        };
        let status = poem::http::StatusCode::from_u16(self.status).unwrap_or_default();
        let mut response = Response::builder().status(status).content_type(mime);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        response.body(Body::from_vec(bytes))
    }
}

/// Answers every request there is.
pub(crate) async fn serve(
    sim: Arc<Sim>,
    lines: Lines,
    request: Request,
) -> Result<Response, Infallible> {
    let caller = request.remote_addr().0.as_socket_addr().copied();
    let path = request.uri().path().to_owned();
    if path == "/" {
        let to_phone = Response::builder().status(poem::http::StatusCode::SEE_OTHER);
        return Ok(to_phone.header("location", "/phone").finish());
    }
    if path == "/favicon.ico" {
        return Ok(poem::http::StatusCode::NOT_FOUND.into());
    }
    if let Some(page) = pages::at(&path) {
        return Ok(page.into_response());
    }
    let control = path.starts_with("/sim/") || path.starts_with("/phone/");
    let here = caller.is_some_and(|caller| caller.ip().is_loopback()) && !is_foreign(&request);
    if control && !here {
        let refusal =
            json!({"error": "the control side answers this machine and its own pages only"});
        return Ok(Answer::json(403, refusal).into_response());
    }
    if path == "/sim/events" {
        return Ok(events(sim));
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = body.into_bytes_limit(LARGEST).await else {
        return Ok(Answer::json(413, json!({"error": "the body is too large"})).into_response());
    };
    let call = Call {
        method: parts.method.to_string(),
        query: pairs(parts.uri.query().unwrap_or_default()),
        path,
        headers: parts.headers,
        body: body.to_vec(),
    };
    let answer =
        if control { control::handle(&sim, &call).await } else { graph::handle(&sim, &call).await };
    if answer.cut
        && let Some(caller) = caller
    {
        lines.cut(caller);
    }
    Ok(answer.into_response())
}

/// Whether a page of somebody else's site makes this request from the browser of a person here. A name of theirs may lead here
/// too (DNS rebinding): only this machine's own names do.
fn is_foreign(request: &Request) -> bool {
    let host = request.header("host").unwrap_or_default();
    let origin = request.header("origin");
    !is_own(host) || origin.is_some_and(|origin| origin.strip_prefix("http://") != Some(host))
}

fn is_own(host: &str) -> bool {
    let name = reqwest::Url::parse(&format!("http://{host}/"));
    name.is_ok_and(|url| {
        let name = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        name == "localhost" || name.parse::<std::net::IpAddr>().is_ok()
    })
}

/// Everything that happens from now on, one JSON object per event.
fn events(sim: Arc<Sim>) -> Response {
    let listener = sim.listen();
    let events = stream::unfold((sim, listener), |(sim, mut listener)| async move {
        let text = tokio::select! {
            next = listener.recv() => match next {
                Ok(text) => text,
                // Too slow: whoever listens should read everything again.
                Err(RecvError::Lagged(_)) => r#"{"kind":"lagged"}"#.into(),
                Err(RecvError::Closed) => return None,
            },
            () = sim.stop.cancelled() => return None,
        };
        Some((Event::message(&*text), (sim, listener)))
    });
    SSE::new(events).keep_alive(Duration::from_secs(15)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_somebody_else_is_not_ours_wherever_it_leads() {
        for host in ["127.0.0.1:9090", "localhost:9090", "[::1]:9090"] {
            assert!(is_own(host), "{host}");
        }
        for host in ["evil.example:9090", "127.0.0.1.evil.example", ""] {
            assert!(!is_own(host), "{host}");
        }
    }
}
