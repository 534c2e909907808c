//! The way of a message as one trace, from the webhook over the chat and the sends to the report of its delivery, told
//! to an OpenTelemetry collector (OTLP over HTTP).
//!
//! A trace crosses the database and processes without a column of its own: its id is that of the stored input, which
//! the answer names anyhow. A message that answers nothing has a trace of its own. So nothing is carried along, and what
//! is off costs one look at an empty place. Spans hold ids of ours, kinds, states and codes: nothing of people, and
//! nothing that they wrote.
//!
//! Telling holds nobody up. What waits for the collector is bounded; what finds no room, or a collector that does not
//! take it, is lost and counted (`sepet_trace_spans_total`).

mod collector;

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use entity::{ChannelId, InboxId, OutboxId, Timestamp, inbox, outbox::Delivery};
use opentelemetry::{
    InstrumentationScope, KeyValue,
    trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState},
};
use opentelemetry_sdk::trace::SpanData;
use tokio::{sync::mpsc, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tracing::warn;
use uuid::Uuid;

pub use self::collector::{TraceError, is_endpoint};
use super::metrics;

/// Spans that wait at the most.
const WAITING: usize = 8_192;

/// The trace of an input.
#[must_use]
pub fn of_input(item: InboxId) -> uuid::fmt::Simple {
    item.0.simple()
}

/// The trace of a message: that of the input that it answers.
#[must_use]
pub fn of_message(message: OutboxId, answers: Option<InboxId>) -> uuid::fmt::Simple {
    answers.map_or(message.0, |item| item.0).simple()
}

/// An input that was stored.
#[derive(Clone, Copy, Debug)]
pub struct Stored {
    pub kind: inbox::Kind,
    pub channel: Option<ChannelId>,
    pub state: inbox::State,
}

/// One try to send a message.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    pub message: OutboxId,
    pub answers: Option<InboxId>,
    pub channel: ChannelId,
    /// Which try it was, from 1.
    pub attempt: i32,
    pub outcome: &'static str,
    /// The provider's.
    pub code: Option<i64>,
    pub at: Timestamp,
    pub took: Duration,
}

/// A report that found its message.
#[derive(Clone, Copy, Debug)]
pub struct Reported {
    pub status: InboxId,
    pub message: OutboxId,
    pub answers: Option<InboxId>,
    pub delivery: Option<Delivery>,
    /// The provider's.
    pub code: Option<i64>,
    /// When it came.
    pub at: Timestamp,
}

/// Whoever traces are told to, if anybody.
#[derive(Debug, Default)]
pub struct Traces(Option<Teller>);

#[derive(Debug)]
struct Teller {
    queue: mpsc::Sender<SpanData>,
    scope: InstrumentationScope,
    stop: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// What makes a span of its own.
struct Span {
    trace: Uuid,
    id: u64,
    parent: Option<u64>,
    name: &'static str,
    kind: SpanKind,
    failed: bool,
}

impl Traces {
    /// Tells traces to the collector at `endpoint`: the base of its OTLP over HTTP, such as `http://127.0.0.1:4318`.
    /// Whether somebody listens there is not tried. Without one, traces are off.
    ///
    /// # Errors
    /// [`TraceError`] when it is no such address.
    pub fn start(endpoint: Option<&str>) -> Result<Self, TraceError> {
        let Some(endpoint) = endpoint else { return Ok(Self(None)) };
        let exporter = collector::exporter(endpoint)?;
        let (queue, told) = mpsc::channel(WAITING);
        let stop = CancellationToken::new();
        let task = tokio::spawn(collector::run(exporter, told, stop.clone()));
        Ok(Self(Some(Teller::new(queue, stop, Some(task)))))
    }

    /// Whether anybody is told.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// A webhook's item is committed, `took` after its POST came: the root of its trace.
    pub fn stored(&self, item: InboxId, stored: &Stored, now: Timestamp, took: Duration) {
        let Some(teller) = &self.0 else { return };
        let span = Span {
            trace: item.0,
            id: root(item),
            parent: None,
            name: "webhook",
            kind: SpanKind::Server,
            failed: stored.state == inbox::State::Dead,
        };
        let mut more = vec![
            KeyValue::new("sepet.input.kind", kind(stored.kind)),
            KeyValue::new("sepet.input.state", state(stored.state)),
        ];
        more.extend(stored.channel.map(|id| KeyValue::new("sepet.channel.id", id.to_string())));
        let began = instant(now).checked_sub(took).unwrap_or(SystemTime::UNIX_EPOCH);
        teller.tell(span, began, took, more);
    }

    /// An input was handled and is in this state now; `due`: it is tried again.
    pub fn handled(&self, item: InboxId, now: inbox::State, at: Timestamp, took: Duration) {
        let Some(teller) = &self.0 else { return };
        let again = now == inbox::State::Due;
        let span = Span {
            trace: item.0,
            // The last time is what its answers name.
            id: if again { low(Uuid::new_v4()) } else { handling(item) },
            parent: Some(root(item)),
            name: "handle",
            kind: SpanKind::Consumer,
            failed: again || now == inbox::State::Dead,
        };
        let more = vec![KeyValue::new("sepet.input.state", state(now))];
        teller.tell(span, instant(at), took, more);
    }

    /// A message was sent, or that was tried.
    pub fn sent(&self, sent: &Sent) {
        let Some(teller) = &self.0 else { return };
        let span = Span {
            trace: sent.answers.map_or(sent.message.0, |item| item.0),
            id: low(Uuid::new_v4()),
            parent: sent.answers.map(handling),
            name: "send",
            kind: SpanKind::Client,
            failed: sent.outcome != "accepted",
        };
        let mut more = vec![
            KeyValue::new("sepet.message.id", sent.message.to_string()),
            KeyValue::new("sepet.channel.id", sent.channel.to_string()),
            KeyValue::new("sepet.send.attempt", i64::from(sent.attempt)),
            KeyValue::new("sepet.send.outcome", sent.outcome),
        ];
        more.extend(sent.code.map(|code| KeyValue::new("sepet.send.code", code)));
        teller.tell(span, instant(sent.at), sent.took, more);
    }

    /// A report came and was written down with its message.
    pub fn reported(&self, report: &Reported, now: Timestamp) {
        let Some(teller) = &self.0 else { return };
        let span = Span {
            trace: report.answers.map_or(report.message.0, |item| item.0),
            id: root(report.status),
            parent: report.answers.map(handling),
            name: "status",
            kind: SpanKind::Consumer,
            failed: report.delivery == Some(Delivery::Failed),
        };
        let mut more = vec![
            KeyValue::new("sepet.message.id", report.message.to_string()),
            KeyValue::new("sepet.delivery", report.delivery.map_or("unknown", delivery)),
        ];
        more.extend(report.code.map(|code| KeyValue::new("sepet.delivery.code", code)));
        let took = u64::try_from(now.ms() - report.at.ms()).unwrap_or(0);
        teller.tell(span, instant(report.at), Duration::from_millis(took), more);
    }

    /// Tells what waits, for so long at the most; what is told afterwards is lost.
    pub async fn close(&self, within: Duration) {
        let Some(teller) = &self.0 else { return };
        teller.stop.cancel();
        let task = teller.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut task) = task
            && tokio::time::timeout(within, &mut task).await.is_err()
        {
            warn!("the last traces were not told in time");
            task.abort();
        }
    }
}

impl Teller {
    fn new(
        queue: mpsc::Sender<SpanData>,
        stop: CancellationToken,
        task: Option<JoinHandle<()>>,
    ) -> Self {
        let scope = InstrumentationScope::builder("sepet").build();
        Self { queue, scope, stop, task: Mutex::new(task) }
    }

    fn tell(&self, span: Span, began: SystemTime, took: Duration, attributes: Vec<KeyValue>) {
        let (trace, id) = (TraceId::from(span.trace.as_u128()), SpanId::from(span.id));
        let state = TraceState::default();
        let data = SpanData {
            span_context: SpanContext::new(trace, id, TraceFlags::SAMPLED, false, state),
            parent_span_id: span.parent.map_or(SpanId::INVALID, SpanId::from),
            // Another process may have told it.
            parent_span_is_remote: span.parent.is_some(),
            span_kind: span.kind,
            name: span.name.into(),
            start_time: began,
            end_time: began + took,
            attributes,
            dropped_attributes_count: 0,
            events: Default::default(),
            links: Default::default(),
            status: if span.failed { Status::error("") } else { Status::Unset },
            instrumentation_scope: self.scope.clone(),
        };
        if self.queue.try_send(data).is_err() {
            metrics::spans("dropped", 1);
        }
    }
}

fn root(item: InboxId) -> u64 {
    low(item.0)
}

fn handling(item: InboxId) -> u64 {
    low(item.0).rotate_left(16)
}

/// The random half of an id; never 0.
fn low(id: Uuid) -> u64 {
    id.as_u64_pair().1
}

fn instant(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(at.ms()).unwrap_or(0))
}

fn kind(kind: inbox::Kind) -> &'static str {
    match kind {
        inbox::Kind::Message => "message",
        inbox::Kind::Status => "status",
        inbox::Kind::Other => "other",
        inbox::Kind::Account => "account",
        inbox::Kind::Unreadable => "unreadable",
    }
}

fn state(state: inbox::State) -> &'static str {
    match state {
        inbox::State::Due => "due",
        inbox::State::Done => "done",
        inbox::State::Kept => "kept",
        inbox::State::Dead => "dead",
    }
}

fn delivery(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::None => "none",
        Delivery::Sent => "sent",
        Delivery::Failed => "failed",
        Delivery::Delivered => "delivered",
        Delivery::Read => "read",
        Delivery::Played => "played",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_ms(1_790_000_000_000);

    #[test]
    fn what_is_off_tells_nothing() {
        let traces = Traces::start(None).unwrap();
        assert!(!traces.is_on());
        traces.handled(InboxId::new(AT), inbox::State::Done, AT, Duration::ZERO);
    }

    #[test]
    fn what_finds_no_room_is_dropped_and_nobody_waits() {
        let (queue, mut told) = mpsc::channel(1);
        let traces = Traces(Some(Teller::new(queue, CancellationToken::new(), None)));
        let (first, second) = (InboxId::new(AT), InboxId::new(AT));
        for item in [first, second] {
            traces.handled(item, inbox::State::Done, AT, Duration::from_millis(3));
        }
        let span = told.try_recv().unwrap();
        assert_eq!(span.span_context.trace_id().to_string(), of_input(first).to_string());
        assert_eq!(
            span.end_time.duration_since(span.start_time).unwrap(),
            Duration::from_millis(3)
        );
        assert!(told.try_recv().is_err(), "the second one was dropped");
        told.close();
        traces.handled(second, inbox::State::Done, AT, Duration::ZERO);
    }

    #[test]
    fn the_spans_of_one_input_have_ids_of_their_own() {
        let item = InboxId::new(AT);
        let ids = [root(item), handling(item)];
        assert!(ids.iter().all(|id| *id != 0));
        assert_ne!(ids[0], ids[1]);
    }
}
