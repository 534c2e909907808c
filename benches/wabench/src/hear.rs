//! The other side: each reply that the server sends is held against the script.

use crate::graph::{Listener, Outbound};
use crate::script::Expect;
use crate::world::World;
use serde_json::Value;
use std::time::Instant;

impl Listener for World {
    fn message(&self, out: &Outbound<'_>, id: &str, at: Instant) {
        let name = if out.to.is_empty() { &out.recipient } else { &out.to };
        let number = name.trim_start_matches('+').trim_start_matches("TR.");
        let number = number.parse::<u64>().unwrap_or(0);
        let customer = number.wrapping_sub(self.options.first_number);
        let Some(slot) = self.slots.get(customer as usize) else {
            self.faults.unknown_number.up();
            return;
        };
        self.figures.replies.all.up();
        if !self.statuses.is_empty() {
            let opaque = out.opaque.as_deref().map(str::to_string);
            // The queue has no end, and is closed only when the run is over.
            let _over = self.status_queue.try_send((id.to_string(), customer, opaque));
        }
        let mut state = slot.state.lock().expect("no holder panics");
        let Some(waiting) = state.waiting.as_mut() else {
            self.faults.unexpected.up();
            self.sample(format!("a reply too many to {number}: {}", out.kind));
            return;
        };
        let wanted = &self.script.steps[waiting.step].expect;
        let interactive = out.interactive.map(serde_json::value::RawValue::get).unwrap_or("");
        if let Some(why) = differs(&wanted[waiting.got], out, interactive) {
            self.faults.mismatched.up();
            self.sample(format!("step {}: {why}", self.script.steps[waiting.step].name));
        }
        waiting.got += 1;
        let (step, since, done) = (waiting.step, waiting.since, waiting.got == wanted.len());
        if !interactive.is_empty() {
            state.offers = interactive.to_string();
            state.last_reply_id = id.to_string();
        }
        if self.measured(since) {
            self.figures.replies.measured.up();
        }
        if done {
            state.waiting = None;
            drop(state);
            if self.measured(since) {
                self.figures.ends.record(at - since);
                self.figures.by_step[step].1.record(at - since);
            }
            slot.replied.notify_one();
        }
    }
}

/// What is wrong with a reply.
fn differs(wanted: &Expect, out: &Outbound<'_>, interactive: &str) -> Option<String> {
    if let Some(kind) = &wanted.kind
        && kind != out.kind.as_ref()
    {
        return Some(format!("a reply of type {} where {kind} was due", out.kind));
    }
    if let Some(shape) = &wanted.interactive {
        let found = serde_json::from_str::<Value>(interactive).ok();
        let found = found.as_ref().and_then(|v| v["type"].as_str()).unwrap_or("none");
        if found != shape {
            return Some(format!("an interactive reply of type {found} where {shape} was due"));
        }
    }
    if let Some(text) = &wanted.contains {
        let body = out.text.map(serde_json::value::RawValue::get).unwrap_or("");
        if !interactive.contains(text.as_str()) && !body.contains(text.as_str()) {
            return Some(format!("a reply without {text:?}: {body}{interactive}"));
        }
    }
    None
}
