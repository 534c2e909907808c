//! A fake Graph API: takes messages, read marks and catalog batches, answers as Meta would, and tells a listener of every
//! message with the moment at which it had come whole. Limits are not checked here: the simulator does that.

use std::{
    borrow::Cow,
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use serde::Deserialize;
use serde_json::{json, value::RawValue};
use tokio::net::TcpListener;

use crate::http::{self, Connection, Request};

#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Where the fake Graph API listens.
    #[arg(long, default_value = "127.0.0.1:9090")]
    pub graph_listen: String,
    /// Milliseconds before each answer to a message, as the way to Meta takes.
    #[arg(long, default_value_t = 0)]
    pub graph_delay_ms: u64,
    /// Items of the catalog, `SKU-0` and on: all of them approved.
    #[arg(long, default_value_t = 1000)]
    pub skus: usize,
}

#[derive(Default)]
pub struct Counters {
    messages: AtomicU64,
    read_marks: AtomicU64,
    batches: AtomicU64,
    other: AtomicU64,
}

impl Counters {
    pub fn json(&self) -> serde_json::Value {
        let of = |counter: &AtomicU64| counter.load(Relaxed);
        json!({
            "messages": of(&self.messages), "read_marks": of(&self.read_marks),
            "batches": of(&self.batches), "other": of(&self.other),
        })
    }
}

/// A message that the server sent to a person.
#[derive(Deserialize)]
pub struct Message<'a> {
    #[serde(borrow, default)]
    pub to: Cow<'a, str>,
    /// Of a read mark.
    #[serde(borrow, default)]
    status: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub interactive: Option<&'a RawValue>,
    /// What the server wants to see again in each status.
    #[serde(borrow, default, rename = "biz_opaque_callback_data")]
    pub opaque: Option<Cow<'a, str>>,
}

/// Hears of each accepted message.
pub trait Listener: Send + Sync + 'static {
    fn message(&self, message: &Message<'_>, id: &str, at: Instant);
}

/// Hears nothing.
pub struct Deaf;

impl Listener for Deaf {
    fn message(&self, _: &Message<'_>, _: &str, _: Instant) {}
}

pub struct Graph {
    options: Options,
    pub counters: Counters,
    listener: Arc<dyn Listener>,
    serial: AtomicU64,
    /// Makes the ids of this run unlike those of any other.
    tag: u64,
}

impl Graph {
    pub fn new(options: Options, listener: Arc<dyn Listener>) -> Arc<Self> {
        let tag = crate::clock::now_ms();
        let counters = Counters::default();
        Arc::new(Self { options, counters, listener, serial: AtomicU64::new(1), tag })
    }

    pub async fn serve(self: Arc<Self>) -> io::Result<()> {
        let listener = TcpListener::bind(&self.options.graph_listen).await?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let graph = self.clone();
            tokio::spawn(async move {
                let mut connection = Connection::of(stream);
                while let Ok(Some(request)) = connection.request().await {
                    let answer = graph.answer(&request, Instant::now());
                    let delay = graph.options.graph_delay_ms;
                    if delay > 0 && request.path.ends_with("/messages") {
                        tokio::time::sleep(Duration::from_millis(delay)).await;
                    }
                    if connection.write(&answer).await.is_err() {
                        return;
                    }
                }
            });
        }
    }

    fn answer(&self, request: &Request, at: Instant) -> Vec<u8> {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        match (request.method.as_str(), path.rsplit('/').next().unwrap_or_default()) {
            ("POST", "messages") => self.take(&request.body, at),
            ("POST", "items_batch") => {
                let n = self.counters.batches.fetch_add(1, Relaxed);
                http::json(200, &format!(r#"{{"handles":["batch-{n}"]}}"#))
            }
            ("GET", "check_batch_request_status") => {
                http::json(200, r#"{"data":[{"status":"finished","errors":[]}]}"#)
            }
            ("GET", "products") => self.products(query),
            _ => {
                self.counters.other.fetch_add(1, Relaxed);
                http::json(200, r#"{"success":true,"data":[]}"#)
            }
        }
    }

    fn take(&self, body: &[u8], at: Instant) -> Vec<u8> {
        let message: Message<'_> = match serde_json::from_slice(body) {
            Ok(message) => message,
            Err(error) => {
                let text = format!("(#100) {error}");
                let error =
                    json!({"error": {"message": text, "type": "OAuthException", "code": 100}});
                return http::json(400, &error.to_string());
            }
        };
        if message.status.is_some() {
            self.counters.read_marks.fetch_add(1, Relaxed);
            return http::json(200, r#"{"success":true}"#);
        }
        self.counters.messages.fetch_add(1, Relaxed);
        let n = self.serial.fetch_add(1, Relaxed);
        let id = format!("wamid.OUT{:012x}{n:012x}", self.tag);
        self.listener.message(&message, &id, at);
        let to = &message.to;
        let answer = format!(
            r#"{{"messaging_product":"whatsapp","contacts":[{{"input":"{to}","wa_id":"{to}"}}],"messages":[{{"id":"{id}"}}]}}"#
        );
        http::json(200, &answer)
    }

    /// One page of the catalog; the cursor is the place of the next item.
    fn products(&self, query: &str) -> Vec<u8> {
        let value = |name: &str| {
            let part = query.split('&').find_map(|part| part.strip_prefix(name))?;
            part.parse::<usize>().ok()
        };
        let from = value("after=").unwrap_or(0);
        let to = (from + value("limit=").unwrap_or(100)).min(self.options.skus);
        let items: Vec<_> = (from..to)
            .map(|n| {
                json!({"id": n.to_string(), "retailer_id": format!("SKU-{n}"),
                    "review_status": "approved",
                    "capability_to_review_status": [{"key": "WHATSAPP", "value": "APPROVED"}]})
            })
            .collect();
        let mut page = json!({"data": items, "paging": {"cursors": {"after": to.to_string()}}});
        if to < self.options.skus {
            page["paging"]["next"] = json!("there is more");
        }
        http::json(200, &page.to_string())
    }
}
