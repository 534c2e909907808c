//! What a run knows: the customers, what each waits for, and what was counted.

use crate::options::RunOptions;
use crate::pool::Pool;
use crate::script::Script;
use crate::stats::Latency;
use crate::webhook::Post;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::sync::Mutex;
use std::sync::atomic::{
    AtomicBool, AtomicU64,
    Ordering::{self, Relaxed},
};
use std::time::Instant;
use tokio::sync::Notify;

/// A reply whose statuses are to be reported: its id, the customer, and what the server wants to see again.
pub type Report = (String, u64, Option<String>);

/// One customer.
#[derive(Default)]
pub struct Slot {
    pub state: Mutex<SlotState>,
    pub replied: Notify,
}

#[derive(Default)]
pub struct SlotState {
    pub waiting: Option<Waiting>,
    /// The interactive object of the last reply that had one, and its id.
    pub offers: String,
    pub last_reply_id: String,
    pub busy: bool,
}

pub struct Waiting {
    pub step: usize,
    pub since: Instant,
    pub got: usize,
}

/// A number that only grows.
#[derive(Default)]
pub struct Count(AtomicU64);

impl Count {
    pub fn up(&self) -> u64 {
        self.0.fetch_add(1, Relaxed)
    }

    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// In the whole run, and in the part of it that counts.
#[derive(Default)]
pub struct Counted {
    pub all: Count,
    pub measured: Count,
}

#[derive(Default)]
pub struct Faults {
    pub refused: Count,
    pub broken: Count,
    pub retried: Count,
    pub given_up: Count,
    pub missing: Count,
    pub unexpected: Count,
    pub mismatched: Count,
    pub no_offer: Count,
    pub unknown_number: Count,
}

#[derive(Default)]
pub struct Figures {
    /// From the moment at which a message was due to its acknowledgement.
    pub acks: Latency,
    /// From the moment at which a message was due to its last reply.
    pub ends: Latency,
    pub status_acks: Latency,
    /// From writing a POST to its answer: 200, and 503.
    pub accepted: Latency,
    pub turned_away: Latency,
    /// Acknowledgement and reply, step by step.
    pub by_step: Vec<(Latency, Latency)>,
    pub acked: Counted,
    pub statuses: Counted,
    pub replies: Counted,
    pub conversations: Counted,
    pub dups: Count,
}

pub struct World {
    pub options: RunOptions,
    pub script: Script,
    pub post: Post,
    pub pool: Pool,
    pub slots: Vec<Slot>,
    pub statuses: Vec<String>,
    pub status_queue: async_channel::Sender<Report>,
    pub measuring_from: Mutex<Option<Instant>>,
    pub stop: AtomicBool,
    pub serial: Count,
    pub begun: Count,
    next_customer: Count,
    pub figures: Figures,
    pub faults: Faults,
    pub samples: Mutex<Vec<String>>,
    /// Makes the ids of this run unlike those of any other.
    pub run_tag: u64,
    acked_log: Option<Mutex<BufWriter<File>>>,
}

impl World {
    pub fn new(
        options: RunOptions,
        script: Script,
        post: Post,
        status_queue: async_channel::Sender<Report>,
    ) -> Result<Self, String> {
        let acked_log = match &options.acked_log {
            Some(path) => {
                let file = File::create(path).map_err(|e| format!("{path}: {e}"))?;
                Some(Mutex::new(BufWriter::new(file)))
            }
            None => None,
        };
        let statuses = match options.statuses.as_str() {
            "none" | "" => Vec::new(),
            list => list.split(',').map(str::to_string).collect(),
        };
        let population = options.population.max(options.customers as u64 * 2);
        let by_step = script.steps.iter().map(|_| Default::default()).collect();
        Ok(Self {
            slots: (0..population).map(|_| Slot::default()).collect(),
            pool: Pool::new(&post.target, options.conns),
            figures: Figures { by_step, ..Figures::default() },
            run_tag: crate::clock::now_ns() / 1_000_000,
            measuring_from: Mutex::new(None),
            stop: AtomicBool::new(false),
            serial: Count::default(),
            begun: Count::default(),
            next_customer: Count::default(),
            faults: Faults::default(),
            samples: Mutex::default(),
            options,
            script,
            post,
            statuses,
            status_queue,
            acked_log,
        })
    }

    pub fn measured(&self, since: Instant) -> bool {
        let from = *self.measuring_from.lock().expect("no holder panics");
        from.is_some_and(|from| since >= from) && !self.stopped()
    }

    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub fn sample(&self, text: String) {
        let mut samples = self.samples.lock().expect("no holder panics");
        if samples.len() < 10 {
            samples.push(text);
        }
    }

    /// Writes down that the server has promised to keep a message.
    pub fn note_acked(&self, wamid: &str) -> std::io::Result<()> {
        match &self.acked_log {
            Some(log) => writeln!(log.lock().expect("no holder panics"), "{wamid}"),
            None => Ok(()),
        }
    }

    pub fn flush(&self) -> std::io::Result<()> {
        match &self.acked_log {
            Some(log) => log.lock().expect("no holder panics").flush(),
            None => Ok(()),
        }
    }

    /// The next one who is not talking.
    pub fn take_customer(&self) -> u64 {
        loop {
            let n = self.next_customer.up() % self.slots.len() as u64;
            let mut state = self.slots[n as usize].state.lock().expect("no holder panics");
            if !state.busy {
                state.busy = true;
                return n;
            }
        }
    }
}
