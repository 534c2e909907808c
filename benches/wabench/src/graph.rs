//! A fake Graph API: takes messages, read marks, media, and catalogue batches, answers as Meta would, and tells a
//! listener of every message with the moment it had arrived whole.

use crate::http::{Conn, Request, json_response};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::io;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

#[derive(Clone, Debug, clap::Args)]
pub struct GraphOptions {
    /// Address on which the fake Graph API listens
    #[arg(long, default_value = "127.0.0.1:9090")]
    pub graph_listen: String,
    /// Milliseconds before each answer to a message, as a real network and Meta would take
    #[arg(long, default_value_t = 0)]
    pub graph_delay_ms: u64,
    /// Share of messages refused with a 500 that is worth a retry
    #[arg(long, default_value_t = 0.0)]
    pub graph_fail: f64,
    /// Messages a second above which 429 / 130429 is answered (0: no limit; Meta's default tier is 80)
    #[arg(long, default_value_t = 0)]
    pub graph_mps: u64,
    /// Items of the catalog, `SKU-0` and on, all of them approved (0: it is not known what is in it)
    #[arg(long, default_value_t = 0)]
    pub skus: u64,
    /// File that gets every accepted message, one JSON document a line
    #[arg(long)]
    pub graph_log: Option<String>,
}

#[derive(Default)]
pub struct Counters {
    pub messages: AtomicU64,
    pub read_marks: AtomicU64,
    pub refused: AtomicU64,
    pub throttled: AtomicU64,
    pub media: AtomicU64,
    pub batch_requests: AtomicU64,
    pub batch_bytes: AtomicU64,
    pub batch_creates: AtomicU64,
    pub batch_updates: AtomicU64,
    pub batch_deletes: AtomicU64,
    pub batch_too_large: AtomicU64,
    pub batch_largest: AtomicU64,
    pub status_polls: AtomicU64,
    pub other: AtomicU64,
}

impl Counters {
    pub fn json(&self) -> serde_json::Value {
        let g = |a: &AtomicU64| a.load(Relaxed);
        serde_json::json!({
            "messages": g(&self.messages), "read_marks": g(&self.read_marks), "refused": g(&self.refused),
            "throttled": g(&self.throttled), "media": g(&self.media),
            "batch_requests": g(&self.batch_requests), "batch_bytes": g(&self.batch_bytes),
            "batch_creates": g(&self.batch_creates), "batch_updates": g(&self.batch_updates),
            "batch_deletes": g(&self.batch_deletes), "batch_too_large": g(&self.batch_too_large),
            "batch_largest": g(&self.batch_largest), "status_polls": g(&self.status_polls), "other": g(&self.other),
        })
    }
}

/// A message a server sent to a customer.
#[derive(Deserialize)]
pub struct Outbound<'a> {
    #[serde(borrow, default)]
    pub to: Cow<'a, str>,
    /// A business-scoped id, where the customer is not addressed by phone number
    #[serde(borrow, default)]
    pub recipient: Cow<'a, str>,
    #[serde(borrow, default, rename = "type")]
    pub kind: Cow<'a, str>,
    #[serde(borrow, default)]
    pub status: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub interactive: Option<&'a serde_json::value::RawValue>,
    /// What the server wants to see again in each status
    #[serde(borrow, default, rename = "biz_opaque_callback_data")]
    pub opaque: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub text: Option<&'a serde_json::value::RawValue>,
}

/// Called for each accepted message with its body, the id given to it and its arrival.
pub trait Listener: Send + Sync + 'static {
    fn message(&self, out: &Outbound<'_>, id: &str, at: Instant);
}

/// Takes everything and keeps nothing.
pub struct Deaf;
impl Listener for Deaf {
    fn message(&self, _: &Outbound<'_>, _: &str, _: Instant) {}
}

#[derive(Deserialize)]
struct Batch<'a> {
    #[serde(borrow, default)]
    requests: Vec<BatchItem<'a>>,
}

#[derive(Deserialize)]
struct BatchItem<'a> {
    #[serde(borrow, default)]
    method: Cow<'a, str>,
    #[serde(default, rename = "data")]
    _data: IgnoredAny,
}

pub struct Graph {
    options: GraphOptions,
    pub counters: Counters,
    listener: Arc<dyn Listener>,
    serial: AtomicU64,
    /// Makes the ids of this run unlike those of any other: a server keeps them
    run_tag: u64,
    bucket: Mutex<(Instant, f64)>,
    log: Option<Mutex<io::BufWriter<std::fs::File>>>,
}

impl Graph {
    pub fn new(options: GraphOptions, listener: Arc<dyn Listener>) -> io::Result<Arc<Self>> {
        let log = match &options.graph_log {
            Some(path) => Some(Mutex::new(io::BufWriter::new(std::fs::File::create(path)?))),
            None => None,
        };
        Ok(Arc::new(Self {
            bucket: Mutex::new((Instant::now(), options.graph_mps as f64)),
            options,
            counters: Counters::default(),
            listener,
            serial: AtomicU64::new(1),
            run_tag: crate::clock::now_ns(),
            log,
        }))
    }

    pub async fn serve(self: Arc<Self>) -> io::Result<()> {
        let listener = TcpListener::bind(&self.options.graph_listen).await?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let graph = self.clone();
            tokio::spawn(async move {
                let mut conn = Conn::from_stream(stream);
                while let Ok(Some(request)) = conn.next_request().await {
                    let at = Instant::now();
                    let (answer, slow) = graph.answer(&request, at);
                    if slow && graph.options.graph_delay_ms > 0 {
                        tokio::time::sleep(Duration::from_millis(graph.options.graph_delay_ms))
                            .await;
                    }
                    if conn.write(&answer).await.is_err() {
                        return;
                    }
                }
            });
        }
    }

    fn over_rate(&self, now: Instant) -> bool {
        if self.options.graph_mps == 0 {
            return false;
        }
        let mps = self.options.graph_mps as f64;
        let mut bucket = self.bucket.lock().expect("no holder panics");
        let gained = now.duration_since(bucket.0).as_secs_f64() * mps;
        bucket.0 = now;
        bucket.1 = (bucket.1 + gained).min(mps);
        if bucket.1 < 1.0 {
            return true;
        }
        bucket.1 -= 1.0;
        false
    }

    fn answer(&self, request: &Request, at: Instant) -> (Vec<u8>, bool) {
        let path = request.path.split('?').next().unwrap_or("");
        let leaf = path.rsplit('/').next().unwrap_or("");
        let c = &self.counters;
        match (request.method.as_str(), leaf) {
            ("POST", "messages") => (self.take_message(&request.body, at), true),
            ("POST", "media") => {
                let n = c.media.fetch_add(1, Relaxed);
                (json_response(200, &format!("{{\"id\":\"media{n}\"}}")), true)
            }
            ("POST", "items_batch" | "batch") => (self.take_batch(&request.body), true),
            ("GET", "check_batch_request_status") => {
                c.status_polls.fetch_add(1, Relaxed);
                (
                    json_response(
                        200,
                        r#"{"data":[{"handle":"h","status":"finished","errors_total_count":0,"errors":[],"warnings":[]}]}"#,
                    ),
                    false,
                )
            }
            ("GET", "products") if self.options.skus > 0 => (self.products(&request.path), false),
            ("GET", "stats") => (json_response(200, &c.json().to_string()), false),
            _ => {
                c.other.fetch_add(1, Relaxed);
                (json_response(200, r#"{"success":true,"data":[]}"#), false)
            }
        }
    }

    fn take_message(&self, body: &[u8], at: Instant) -> Vec<u8> {
        let out: Outbound<'_> = match serde_json::from_slice(body) {
            Ok(out) => out,
            Err(e) => {
                return json_response(
                    400,
                    &format!(
                        r#"{{"error":{{"message":"(#100) {e}","type":"OAuthException","code":100}}}}"#
                    ),
                );
            }
        };
        if out.status.is_some() {
            self.counters.read_marks.fetch_add(1, Relaxed);
            return json_response(200, r#"{"success":true}"#);
        }
        if self.over_rate(at) {
            self.counters.throttled.fetch_add(1, Relaxed);
            return json_response(
                400,
                r#"{"error":{"message":"(#130429) Rate limit hit","type":"OAuthException","code":130429}}"#,
            );
        }
        let n = self.serial.fetch_add(1, Relaxed);
        if self.options.graph_fail > 0.0 && chance(n, self.options.graph_fail) {
            self.counters.refused.fetch_add(1, Relaxed);
            return json_response(
                500,
                r#"{"error":{"message":"Service temporarily unavailable","type":"OAuthException","code":2,"is_transient":true}}"#,
            );
        }
        self.counters.messages.fetch_add(1, Relaxed);
        let id = format!("wamid.OUT{:016x}{n:012x}", self.run_tag);
        if let Some(log) = &self.log {
            let mut log = log.lock().expect("no holder panics");
            // A log that cannot be written fails at the end, when it is flushed.
            let _kept = log.write_all(body).and_then(|()| log.write_all(b"\n"));
        }
        self.listener.message(&out, &id, at);
        let (to, key) =
            if out.to.is_empty() { (&out.recipient, "user_id") } else { (&out.to, "wa_id") };
        json_response(
            200,
            &format!(
                r#"{{"messaging_product":"whatsapp","contacts":[{{"input":"{to}","{key}":"{to}"}}],"messages":[{{"id":"{id}"}}]}}"#
            ),
        )
    }

    /// One page of the catalog; the cursor is the place of the next item.
    fn products(&self, path: &str) -> Vec<u8> {
        let value = |name: &str| {
            let part = path.split(['?', '&']).find_map(|part| part.strip_prefix(name))?;
            part.parse::<u64>().ok()
        };
        let from = value("after=").unwrap_or(0);
        let to = (from + value("limit=").unwrap_or(100)).min(self.options.skus);
        let items: Vec<_> = (from..to)
            .map(|n| {
                serde_json::json!({"id": n.to_string(), "retailer_id": format!("SKU-{n}"),
                    "review_status": "approved",
                    "capability_to_review_status": [{"key": "WHATSAPP", "value": "APPROVED"}]})
            })
            .collect();
        let cursors = serde_json::json!({"after": to.to_string()});
        let mut page = serde_json::json!({"data": items, "paging": {"cursors": cursors}});
        if to < self.options.skus {
            page["paging"]["next"] = serde_json::json!("there is more");
        }
        json_response(200, &page.to_string())
    }

    fn take_batch(&self, body: &[u8]) -> Vec<u8> {
        let c = &self.counters;
        c.batch_bytes.fetch_add(body.len() as u64, Relaxed);
        let batch: Batch<'_> = match serde_json::from_slice(body) {
            Ok(batch) => batch,
            Err(e) => {
                return json_response(
                    400,
                    &format!(r#"{{"error":{{"message":"{e}","code":100}}}}"#),
                );
            }
        };
        let n = batch.requests.len() as u64;
        c.batch_largest.fetch_max(n, Relaxed);
        if n > 5000 {
            c.batch_too_large.fetch_add(1, Relaxed);
            return json_response(
                400,
                r#"{"error":{"message":"too many items in one request","code":100}}"#,
            );
        }
        for item in &batch.requests {
            match item.method.as_ref() {
                "CREATE" => &c.batch_creates,
                "DELETE" => &c.batch_deletes,
                _ => &c.batch_updates,
            }
            .fetch_add(1, Relaxed);
        }
        let k = c.batch_requests.fetch_add(1, Relaxed);
        json_response(200, &format!(r#"{{"handles":["handle{k}"]}}"#))
    }

    pub fn flush(&self) -> io::Result<()> {
        match &self.log {
            Some(log) => log.lock().expect("no holder panics").flush(),
            None => Ok(()),
        }
    }
}

fn chance(n: u64, share: f64) -> bool {
    let mut x = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x ^= x >> 32;
    x = x.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    ((x >> 11) as f64 / (1u64 << 53) as f64) < share
}
