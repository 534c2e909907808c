//! Latency histograms in microseconds and how they are shown.

use hdrhistogram::Histogram;
use serde_json::{Value, json};
use std::sync::Mutex;
use std::time::Duration;

pub struct Latency(Mutex<Histogram<u64>>);

impl Default for Latency {
    fn default() -> Self {
        Self(Mutex::new(
            Histogram::new_with_bounds(1, 120_000_000, 3).expect("the bounds are good"),
        ))
    }
}

impl Latency {
    pub fn record(&self, d: Duration) {
        let us = (d.as_micros() as u64).clamp(1, 120_000_000);
        let _ = self.0.lock().expect("no holder panics").record(us);
    }

    pub fn count(&self) -> u64 {
        self.0.lock().expect("no holder panics").len()
    }

    pub fn json(&self) -> Value {
        let h = self.0.lock().expect("no holder panics");
        if h.is_empty() {
            return Value::Null;
        }
        let ms = |us: u64| (us as f64 / 10.0).round() / 100.0;
        json!({
            "n": h.len(), "mean": ms(h.mean() as u64),
            "p50": ms(h.value_at_quantile(0.5)), "p90": ms(h.value_at_quantile(0.9)),
            "p99": ms(h.value_at_quantile(0.99)), "p999": ms(h.value_at_quantile(0.999)), "max": ms(h.max()),
        })
    }
}
