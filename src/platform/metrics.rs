//! Figures of this process for Prometheus. Names begin with `sepet_`; no label holds anything personal.
//!
//! What happens is counted where it happens; what waits is read from the database when somebody asks (`http/metrics`).

use std::{sync::OnceLock, time::Duration};

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Upper bounds of the latency histograms, seconds.
const BUCKETS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Starts counting; a second call gives the same. `None` when the figures cannot be kept; then nothing is counted.
pub fn start() -> Option<&'static PrometheusHandle> {
    static STARTED: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let started = STARTED.get_or_init(|| {
        let seconds = Matcher::Suffix("_seconds".to_owned());
        let builder = PrometheusBuilder::new().set_buckets_for_metric(seconds, BUCKETS);
        let installed = builder.and_then(PrometheusBuilder::install_recorder);
        match installed {
            Ok(handle) => {
                describe();
                Some(handle)
            }
            Err(error) => {
                tracing::error!(%error, "no figures are kept for Prometheus");
                None
            }
        }
    });
    started.as_ref()
}

/// Puts each histogram's newest values into its buckets, for ever: without it they are kept one by one until somebody reads.
pub async fn kept_small(figures: &PrometheusHandle) {
    loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        figures.run_upkeep();
    }
}

fn describe() {
    describe_gauge!(
        "sepet_database_answers",
        "1 when what waits could be read just now; with 0 the figures of what waits are old"
    );
    describe_counter!(
        "sepet_outbox_repeated_total",
        "Messages that were sent again because no answer and no report came"
    );
    describe_counter!("sepet_webhooks_total", "POSTs of the provider, by the answer that they got");
    describe_counter!("sepet_inbox_items_total", "Items of webhooks that were new, by kind");
    describe_counter!("sepet_inbox_duplicates_total", "Items of webhooks that had come before");
    describe_counter!("sepet_inputs_total", "Inputs of customers that were handled, by outcome");
    describe_counter!("sepet_sends_total", "Tries to send a message, by outcome and code");
    describe_counter!("sepet_outbox_expired_total", "Messages that were too late to be of use");
    describe_counter!(
        "sepet_channel_rests_total",
        "Rests of channels whose provider gave no answers: begun, ended, and probes in between"
    );
    describe_counter!("sepet_purged_rows_total", "Rows deleted by the rules of retention");
    describe_counter!(
        "sepet_trace_spans_total",
        "Spans for the collector of traces: sent, failed when it did not take them, dropped when too many waited"
    );
    describe_gauge!("sepet_channels_resting", "Channels whose provider gives no answers");
    describe_histogram!(
        "sepet_webhook_seconds",
        Unit::Seconds,
        "From the head of a POST to its answer"
    );
    describe_histogram!("sepet_turn_seconds", Unit::Seconds, "One turn of a worker that did work");
    describe_histogram!("sepet_send_seconds", Unit::Seconds, "One request to the provider");
    describe_gauge!("sepet_inbox_due", "Items that wait, by stage");
    describe_gauge!(
        "sepet_inbox_lag_seconds",
        Unit::Seconds,
        "Age of the oldest item that waits, by stage"
    );
    describe_gauge!(
        "sepet_spool_items",
        "Items in the spool of an SQLite file that wait for the inbox"
    );
    describe_histogram!(
        "sepet_spool_seconds",
        Unit::Seconds,
        "From the POST of the oldest item of a group to its commit in the inbox"
    );
    describe_gauge!("sepet_lanes_due", "Lanes with something due");
    describe_gauge!("sepet_outbox", "Messages that are not ended, by state");
    describe_gauge!(
        "sepet_outbox_refused",
        "Messages that are not ended, by the provider's code of their last try"
    );
    describe_gauge!(
        "sepet_pace_seconds",
        Unit::Seconds,
        "How far the number that is furthest is ahead of its pace; from 1 on it waits"
    );
    describe_gauge!(
        "sepet_sync_lag_seconds",
        Unit::Seconds,
        "How long the oldest batch of the catalog could have left"
    );
    describe_gauge!(
        "sepet_outbox_lag_seconds",
        Unit::Seconds,
        "How long the oldest due message could have left"
    );
    describe_gauge!("sepet_channels_stopped", "Channels that wait for a person");
    describe_gauge!("sepet_channels_paused", "Channels that wait because the provider said so");
}

/// A POST of the provider was answered with `status`.
pub fn webhook(status: u16, took: Duration) {
    counter!("sepet_webhooks_total", "status" => status.to_string()).increment(1);
    histogram!("sepet_webhook_seconds").record(took);
}

/// So many items wait in the spool.
pub fn spooled(count: usize) {
    gauge!("sepet_spool_items").set(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
}

/// A group from the spool was committed, whose oldest item had come so long before.
pub fn carried(after: Duration) {
    histogram!("sepet_spool_seconds").record(after);
}

/// Items of POSTs: new ones of a kind.
pub fn stored(kind: String, count: u64) {
    counter!("sepet_inbox_items_total", "kind" => kind).increment(count);
}

/// Items that had come before.
pub fn duplicates(count: u64) {
    counter!("sepet_inbox_duplicates_total").increment(count);
}

/// Inputs that ended so: `done`, `kept`, `dead`.
pub fn inputs(outcome: String, count: u64) {
    counter!("sepet_inputs_total", "outcome" => outcome).increment(count);
}

/// A turn of `worker` that did work.
pub fn turn(worker: &'static str, took: Duration) {
    histogram!("sepet_turn_seconds", "worker" => worker).record(took);
}

/// A try to send ended in the state `outcome`, with the provider's code when there was one.
pub fn sent(outcome: String, code: Option<i64>) {
    let code = code.map(|code| code.to_string()).unwrap_or_default();
    counter!("sepet_sends_total", "outcome" => outcome, "code" => code).increment(1);
}

/// Messages that were dropped because it was too late for them.
pub fn expired(count: u64) {
    if count > 0 {
        counter!("sepet_outbox_expired_total").increment(count);
    }
}

/// Messages that are sent again though they may have come.
pub fn repeated(count: u64) {
    if count > 0 {
        counter!("sepet_outbox_repeated_total").increment(count);
    }
}

/// A channel's rest has `begun` or `ended`, or a message `probed` whether the provider is back.
pub fn rest(event: &'static str) {
    counter!("sepet_channel_rests_total", "event" => event).increment(1);
}

/// Rows that the rules of retention deleted.
pub fn purged(table: &'static str, count: u64) {
    if count > 0 {
        counter!("sepet_purged_rows_total", "table" => table).increment(count);
    }
}

/// Spans that were `sent` to the collector of traces, were not taken (`failed`) or were not kept for it (`dropped`).
pub fn spans(outcome: &'static str, count: usize) {
    counter!("sepet_trace_spans_total", "outcome" => outcome).increment(count as u64);
}

/// A request to the provider took so long.
pub fn send(took: Duration) {
    histogram!("sepet_send_seconds").record(took);
}
