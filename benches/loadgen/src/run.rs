//! Many people, each holding the script's conversation once: signed webhooks go in, replies come out at the fake Graph
//! API, and every reply is counted.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use crate::{
    clock::now_ms,
    graph::{self, Graph, Listener, Message},
    http::{Connection, Target},
    person::{Heard, Person},
    process,
    report::{Faults, Latency, round},
    script::{Say, Script, choose},
    webhook::{Meta, Who, tap},
};

/// Longer nobody waits for a reply.
const PATIENCE: Duration = Duration::from_secs(10);
/// At the end, replies too many are still listened for.
const AFTER: Duration = Duration::from_millis(500);

#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Webhook address of the server.
    #[arg(long, default_value = "http://127.0.0.1:8080/webhooks/whatsapp/1234567890")]
    webhook: String,
    /// App secret.
    #[arg(long, default_value = "app-secret")]
    secret: String,
    #[arg(long, default_value = "100000000000001")]
    phone_number_id: String,
    #[arg(long, default_value = "200000000000002")]
    waba_id: String,
    #[arg(long, default_value = "400000000000004")]
    catalog_id: String,
    /// What each person says (JSON).
    #[arg(long)]
    script: PathBuf,
    /// Conversations, each of a person of its own.
    #[arg(long, default_value_t = 1000)]
    conversations: usize,
    /// Messages a second, at random moments, whatever the server does; latency counts from the moment at which a
    /// message was due. 0: each as soon as the reply to the one before has come.
    #[arg(long, default_value_t = 50.0)]
    rate: f64,
    /// Conversations under way at once.
    #[arg(long, default_value_t = 200)]
    at_once: usize,
    /// Statuses that are sent back for each reply, with commas between them; empty for none.
    #[arg(long, default_value = "sent,delivered,read")]
    statuses: String,
    /// Seconds before figures count.
    #[arg(long, default_value_t = 3.0)]
    warmup: f64,
    /// The phone number of the first person.
    #[arg(long, default_value_t = 905_000_000_000)]
    first_number: u64,
    /// The server's process.
    #[arg(long)]
    pid: Vec<u32>,
    #[command(flatten)]
    graph: graph::Options,
}

/// A status that is to be reported.
struct Report {
    id: String,
    who: Who,
    opaque: Option<String>,
}

struct World {
    options: Options,
    script: Script,
    meta: Meta,
    people: Vec<Person>,
    next: AtomicUsize,
    counts_from: Instant,
    connections: Mutex<Vec<Connection>>,
    serial: AtomicU64,
    tag: u64,
    acks: Latency,
    replies: Latency,
    status_acks: Latency,
    messages: AtomicU64,
    conversations: AtomicU64,
    statuses_open: AtomicU64,
    statuses: UnboundedSender<Report>,
    faults: Faults,
}

/// Runs, prints, and tells whether every reply was as it should be.
pub async fn run(options: Options) -> Result<bool, String> {
    let ids = [&options.phone_number_id, &options.waba_id, &options.catalog_id];
    let meta = Meta::new(Target::parse(&options.webhook)?, &options.secret, ids.map(|id| &**id))?;
    let (statuses, reports) = mpsc::unbounded_channel();
    let world = Arc::new(World {
        script: Script::read(&options.script)?,
        meta,
        people: (0..options.conversations).map(|_| Person::default()).collect(),
        next: AtomicUsize::new(0),
        counts_from: Instant::now() + Duration::from_secs_f64(options.warmup),
        connections: Mutex::default(),
        serial: AtomicU64::new(1),
        tag: now_ms(),
        acks: Latency::default(),
        replies: Latency::default(),
        status_acks: Latency::default(),
        messages: AtomicU64::new(0),
        conversations: AtomicU64::new(0),
        statuses_open: AtomicU64::new(0),
        statuses,
        faults: Faults::default(),
        options,
    });
    let o = &world.options;
    let graph = Graph::new(o.graph.clone(), world.clone());
    let serving = tokio::spawn(graph.clone().serve());
    let reporting = tokio::spawn(world.clone().report_statuses(reports));
    let before = process::usage(&o.pid);
    let own_before = process::own_cpu_s();
    let started = Instant::now();
    let tickets = (o.rate > 0.0).then(|| Arc::new(tokio::sync::Mutex::new(tickets(o.rate))));
    let talking: Vec<_> = (0..o.at_once.min(o.conversations))
        .map(|_| tokio::spawn(world.clone().talk(tickets.clone())))
        .collect();
    for one in talking {
        one.await.map_err(|e| e.to_string())?;
    }
    let seconds = started.elapsed().as_secs_f64();
    tokio::time::sleep(AFTER).await;
    let wait = Instant::now();
    while world.statuses_open.load(Relaxed) > 0 && wait.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let after = process::usage(&o.pid);
    if serving.is_finished() {
        world.faults.note(format!("the fake Graph API cannot listen on {}", o.graph.graph_listen));
    }
    reporting.abort();
    let messages = world.messages.load(Relaxed);
    let figures = json!({
        "script": world.script.name, "seconds": round(seconds),
        "conversations": world.conversations.load(Relaxed), "messages": messages,
        "messages_a_second": round(messages as f64 / seconds),
        "ack_ms": world.acks.json(), "reply_ms": world.replies.json(),
        "status_ack_ms": world.status_acks.json(),
        "faults": world.faults.json(), "graph": graph.counters.json(),
        "server": server(before, after, messages),
        "own_cores": round((process::own_cpu_s() - own_before) / seconds),
    });
    println!("{figures:#}");
    Ok(world.faults.count() == 0 && messages > 0)
}

fn server(before: process::Usage, after: process::Usage, messages: u64) -> Value {
    let mib = |kib: u64| round(kib as f64 / 1024.0);
    json!({
        "memory_before_mib": mib(before.memory_kib), "memory_after_mib": mib(after.memory_kib),
        "cpu_us_a_message": ((after.cpu_s - before.cpu_s) * 1e6 / messages.max(1) as f64).round(),
    })
}

/// Moments at which messages are due, told when they come. From a thread of its own, so that they are exact.
fn tickets(rate: f64) -> UnboundedReceiver<Instant> {
    let (send, tickets) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let mut due = Instant::now();
        let mut seed = 0x1234_5678_9ABC_DEF1_u64;
        loop {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let share = ((seed >> 11) as f64 + 1.0) / ((1_u64 << 53) as f64 + 1.0);
            due += Duration::from_secs_f64(-share.ln() / rate);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            if send.send(due).is_err() {
                return;
            }
        }
    });
    tickets
}

type Tickets = Option<Arc<tokio::sync::Mutex<UnboundedReceiver<Instant>>>>;

impl World {
    fn counts(&self, since: Instant) -> bool {
        since >= self.counts_from
    }

    fn who(&self, person: usize) -> Who {
        Who { number: self.options.first_number + person as u64 }
    }

    /// One conversation after the other, until there are no more people.
    async fn talk(self: Arc<Self>, tickets: Tickets) {
        loop {
            let person = self.next.fetch_add(1, Relaxed);
            if person >= self.people.len() {
                return;
            }
            match self.converse(person, &tickets).await {
                Ok(()) => _ = self.conversations.fetch_add(1, Relaxed),
                Err(what) => self.faults.note(what),
            }
        }
    }

    async fn converse(&self, number: usize, tickets: &Tickets) -> Result<(), String> {
        let person = &self.people[number];
        for step in &self.script.steps {
            let due = match tickets {
                Some(tickets) => tickets.lock().await.recv().await.unwrap_or_else(Instant::now),
                None => Instant::now(),
            };
            let fault = |what: &str| format!("{}: {what}", step.name);
            let request = self.message(number, &step.say).map_err(|what| fault(&what))?;
            person.wait_for(step.replies, due);
            self.deliver(&request).await.map_err(|what| fault(&what))?;
            self.messages.fetch_add(1, Relaxed);
            if self.counts(due) {
                self.acks.note(due.elapsed());
            }
            if !person.is_answered(PATIENCE).await {
                return Err(fault("no reply"));
            }
        }
        Ok(())
    }

    fn message(&self, number: usize, say: &Say) -> Result<Vec<u8>, String> {
        let serial = self.serial.fetch_add(1, Relaxed);
        let id = format!("wamid.IN{:012x}{serial:012x}", self.tag);
        let mut answers = None;
        let content = match say {
            Say::Text(text) => ("text", json!({"body": text})),
            Say::Tap(part) => {
                let (bubble, bubble_id) = self.people[number].bubble();
                let choice = choose(&bubble, part, number)
                    .ok_or_else(|| format!("nothing to tap with `{part}` in {bubble:.300}"))?;
                answers = Some(bubble_id);
                ("interactive", tap(&choice))
            }
            Say::Cart(items) => {
                let skus = self.options.graph.skus;
                let items: Vec<Value> = (0..*items)
                    .map(|n| {
                        let sku = format!("SKU-{}", (number * 7 + n * 31) % skus);
                        json!({"product_retailer_id": sku, "quantity": 1, "item_price": 9.99,
                            "currency": "TRY"})
                    })
                    .collect();
                let catalog = &self.meta.catalog_id;
                ("order", json!({"catalog_id": catalog, "text": "", "product_items": items}))
            }
        };
        Ok(self.meta.message(self.who(number), &id, content, answers))
    }

    /// Brings a webhook to the server, on a connection that is free.
    async fn deliver(&self, request: &[u8]) -> Result<(), String> {
        let kept = self.connections.lock().expect("no holder panics").pop();
        let mut connection = match kept {
            Some(connection) => connection,
            None => {
                let address = &self.meta.target.address;
                Connection::open(address).await.map_err(|e| format!("{address}: {e}"))?
            }
        };
        let status = connection.ask(request).await.map_err(|e| format!("webhook: {e}"))?;
        if status != 200 {
            return Err(format!("the webhook was answered with {status}"));
        }
        self.connections.lock().expect("no holder panics").push(connection);
        Ok(())
    }

    /// Reports what became of each of the server's messages, as Meta does.
    async fn report_statuses(self: Arc<Self>, mut reports: UnboundedReceiver<Report>) {
        while let Some(report) = reports.recv().await {
            let world = self.clone();
            tokio::spawn(async move {
                for status in world.options.statuses.split(',') {
                    let Report { id, who, opaque } = &report;
                    let request = world.meta.status(*who, id, status, opaque.as_deref());
                    let since = Instant::now();
                    match world.deliver(&request).await {
                        Ok(()) if world.counts(since) => world.status_acks.note(since.elapsed()),
                        Ok(()) => {}
                        Err(what) => world.faults.note(format!("status: {what}")),
                    }
                }
                world.statuses_open.fetch_sub(1, Relaxed);
            });
        }
    }
}

impl Listener for World {
    fn message(&self, message: &Message<'_>, id: &str, at: Instant) {
        let number = message.to.trim_start_matches('+').parse::<u64>().ok();
        let number = number.and_then(|n| n.checked_sub(self.options.first_number));
        let number = number.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
        let Some(person) = self.people.get(number) else {
            return self.faults.note("a message to somebody who does not exist".to_owned());
        };
        if !self.options.statuses.is_empty() {
            self.statuses_open.fetch_add(1, Relaxed);
            let opaque = message.opaque.as_deref().map(str::to_owned);
            let report = Report { id: id.to_owned(), who: self.who(number), opaque };
            let _ended = self.statuses.send(report);
        }
        match person.hear(id, message.interactive.map(serde_json::value::RawValue::get)) {
            Heard::Answered(since) if self.counts(since) => self.replies.note(at - since),
            Heard::Answered(_) | Heard::More => {}
            Heard::TooMany => self.faults.note("a reply too many".to_owned()),
        }
    }
}
