//! The figures of a run as one JSON document.

use crate::graph::Graph;
use crate::options::Mode;
use crate::procstat;
use crate::run::Watched;
use crate::world::{Count, World};
use serde_json::{Map, Value, json};

/// What voids the figures: a reply that was missing, wrong or too many.
const FATAL: &[&str] = &[
    "replies_missing",
    "replies_unexpected",
    "replies_mismatched",
    "nothing_to_press",
    "replies_to_unknown_numbers",
];

pub fn of(world: &World, graph: &Graph, watched: &Watched, left_over: usize) -> Value {
    let (o, f, seconds) = (&world.options, &world.figures, watched.seconds);
    let faults = faults(world);
    let exact =
        FATAL.iter().all(|k| faults[*k] == 0) && f.acked.all.get() + f.turned_away.count() > 0;
    let rate = |count: &Count| (count.get() as f64 / seconds * 10.0).round() / 10.0;
    let cpu = watched.end.cpu_s - watched.begin.cpu_s;
    let messages = f.acked.measured.get();
    let per = |cpu: f64, n: u64| match n {
        0 => Value::Null,
        n => json!((cpu * 1e6 / n as f64).round()),
    };
    let cores = |cpu: f64| (cpu / seconds * 1000.0).round() / 1000.0;
    let mib = |kib: u64| (kib as f64 / 102.4).round() / 10.0;
    let steps: Vec<Value> = world
        .script
        .steps
        .iter()
        .zip(&f.by_step)
        .map(
            |(s, (ack, end))| json!({"step": s.name, "ack_ms": ack.json(), "reply_ms": end.json()}),
        )
        .collect();
    let asked = if o.mode == Mode::Open { json!(o.rate) } else { Value::Null };
    json!({
        "label": o.label, "script": world.script.name,
        "mode": format!("{:?}", o.mode).to_lowercase(),
        "customers": o.customers, "rate_asked": asked, "conns": o.conns,
        "seconds": (seconds * 100.0).round() / 100.0,
        "webhooks_per_s": rate(&f.acked.measured), "replies_per_s": rate(&f.replies.measured),
        "conversations_per_s": rate(&f.conversations.measured),
        "status_webhooks_per_s": rate(&f.statuses.measured),
        "ack_ms": f.acks.json(), "reply_ms": f.ends.json(), "status_ack_ms": f.status_acks.json(),
        "accepted_ms": f.accepted.json(), "turned_away_ms": f.turned_away.json(),
        "steps": steps, "exact": exact, "faults": faults,
        "samples": *world.samples.lock().expect("no holder panics"),
        "tickets_left_over": left_over, "duplicates_sent": f.dups.get(),
        "totals": {"webhooks": f.acked.all.get(), "replies": f.replies.all.get(),
            "conversations": f.conversations.all.get()},
        "server": {
            "mem_idle_mib": mib(watched.idle.rss_kib), "mem_start_mib": mib(watched.begin.rss_kib),
            "mem_end_mib": mib(watched.end.rss_kib), "mem_peak_mib": mib(watched.peak_kib),
            "cores": cores(cpu),
            "cpu_us_per_webhook": per(cpu, messages + f.statuses.measured.get()),
            "cpu_us_per_message": per(cpu, messages),
            "cpu_us_per_conversation": per(cpu, f.conversations.measured.get())},
        "database": {"cores": cores(watched.db), "cpu_us_per_message": per(watched.db, messages)},
        "generator_cores": cores(watched.own), "graph": graph.counters.json(),
        "load_before": watched.load_before, "load_after": procstat::load_average(),
    })
}

fn faults(world: &World) -> Map<String, Value> {
    let f = &world.faults;
    [
        ("webhooks_refused", &f.refused),
        ("webhooks_broken", &f.broken),
        ("webhooks_retried", &f.retried),
        ("webhooks_given_up", &f.given_up),
        ("replies_missing", &f.missing),
        ("replies_unexpected", &f.unexpected),
        ("replies_mismatched", &f.mismatched),
        ("nothing_to_press", &f.no_offer),
        ("replies_to_unknown_numbers", &f.unknown_number),
    ]
    .into_iter()
    .map(|(name, count)| (name.to_string(), json!(count.get())))
    .collect()
}
