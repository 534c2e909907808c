//! Figures: latencies, counts, and what went wrong.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use serde_json::{Value, json};

/// Durations of one kind, all of them kept: a run has some ten thousand.
#[derive(Default)]
pub struct Latency(Mutex<Vec<u64>>);

impl Latency {
    pub fn note(&self, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.0.lock().expect("no holder panics").push(us);
    }

    /// Count and quantiles, milliseconds; null when there is none.
    pub fn json(&self) -> Value {
        let mut all = self.0.lock().expect("no holder panics").clone();
        if all.is_empty() {
            return Value::Null;
        }
        all.sort_unstable();
        let at =
            |share: f64| round(all[((all.len() - 1) as f64 * share).round() as usize] as f64 / 1e3);
        json!({"count": all.len(), "p50": at(0.5), "p90": at(0.9), "p99": at(0.99), "max": at(1.0)})
    }
}

/// Two digits behind the point.
pub fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// What must not happen, and the first few times that it did.
#[derive(Default)]
pub struct Faults {
    count: AtomicU64,
    samples: Mutex<Vec<String>>,
}

impl Faults {
    pub fn note(&self, what: String) {
        self.count.fetch_add(1, Relaxed);
        let mut samples = self.samples.lock().expect("no holder panics");
        if samples.len() < 10 {
            samples.push(what);
        }
    }

    pub fn count(&self) -> u64 {
        self.count.load(Relaxed)
    }

    pub fn json(&self) -> Value {
        json!({"count": self.count(), "samples": *self.samples.lock().expect("no holder panics")})
    }
}
