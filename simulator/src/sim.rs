//! The one thing everything shares: configuration, the world behind a lock, and the wires to those who listen.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

use crate::StartError;
use crate::config::{Account, Config};
use crate::graph::schema::Schema;
use crate::ids::Ids;
use crate::journal::{Exchange, Journal};
use crate::webhook::deliver::Tries;
use crate::world::fault::Faults;
use crate::world::media::Media;
use crate::world::pace::Gate;
use crate::world::{Fact, Part, Update, World};

/// Events a slow listener may be behind before it loses some.
const EVENTS_KEPT: usize = 1_024;

/// A running simulator.
pub(crate) struct Sim {
    pub(crate) config: Config,
    /// Where it is served, without a slash at the end.
    pub(crate) base_url: String,
    pub(crate) schema: Schema,
    pub(crate) http: reqwest::Client,
    pub(crate) stop: CancellationToken,
    /// Rung when there may be a webhook to deliver.
    pub(crate) wake: Notify,
    /// Rung when a webhook was answered.
    pub(crate) landed: Notify,
    /// Held by the one flush that runs.
    pub(crate) flushing: tokio::sync::Mutex<()>,
    events: broadcast::Sender<Arc<str>>,
    state: Mutex<State>,
}

/// What is behind the lock. Never held across an await.
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) gate: Gate,
    pub(crate) media: Media,
    pub(crate) faults: Faults,
    pub(crate) ids: Ids,
    pub(crate) journal: Journal,
    /// Updates being posted right now.
    pub(crate) in_flight: HashSet<u64>,
    pub(crate) tries: HashMap<u64, Tries>,
    /// How often each batch was asked about.
    pub(crate) polls: HashMap<String, u32>,
    events: broadcast::Sender<Arc<str>>,
}

impl Sim {
    pub(crate) fn build(config: Config, base_url: String) -> Result<Self, StartError> {
        if config.accounts.is_empty() {
            return Err(StartError::NoAccount);
        }
        let mut ids = Ids::new(config.seed);
        let mut world = World::default();
        let mut journal = Journal::default();
        if let Some(path) = &config.journal {
            let (opened, replayed) = Journal::open(path, |fact| world.apply(fact))?;
            journal = opened;
            ids.skip_to(replayed.drawn);
            // Time does not go back over a restart, or chats would hold messages from the future.
            let behind = replayed.until_ms - config.clock.now_ms();
            if behind > 0 {
                config.clock.advance_ms(behind);
            }
        }
        let (events, _) = broadcast::channel(EVENTS_KEPT);
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(10))
            .user_agent("facebookexternalua")
            .build()
            .map_err(StartError::Http)?;
        Ok(Self {
            schema: Schema::read()?,
            config,
            base_url,
            http,
            stop: CancellationToken::new(),
            wake: Notify::new(),
            landed: Notify::new(),
            flushing: tokio::sync::Mutex::new(()),
            events: events.clone(),
            state: Mutex::new(State {
                world,
                gate: Gate::default(),
                media: Media::default(),
                faults: Faults::default(),
                ids,
                journal,
                in_flight: HashSet::new(),
                tries: HashMap::new(),
                polls: HashMap::new(),
                events,
            }),
        })
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> i64 {
        self.config.clock.now_ms()
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Arc<str>> {
        self.events.subscribe()
    }

    /// The portfolio whose BSUIDs the customers were given.
    pub(crate) fn home(&self) -> &str {
        &self.config.accounts[0].portfolio_id
    }

    pub(crate) fn account(&self, phone_number_id: &str) -> Option<&Account> {
        self.config.accounts.iter().find(|a| a.phone_number_id == phone_number_id)
    }

    /// Keeps an exchange and tells whoever watches.
    pub(crate) fn keep_exchange(&self, exchange: Exchange) {
        let mut state = self.lock();
        let drawn = state.ids.drawn();
        let kept = state.journal.exchange(drawn, exchange);
        state.tell(&json!({"kind": "journal", "entry": kept}));
    }
}

impl State {
    /// Makes `fact` true, writes it down and tells whoever watches.
    pub(crate) fn record(&mut self, now_ms: i64, fact: Fact) {
        self.journal.fact(self.ids.drawn(), now_ms, &fact);
        if self.events.receiver_count() > 0
            && let Some(event) = event_of(&fact)
        {
            self.tell(&event);
        }
        self.world.apply(fact);
    }

    /// Sends an event to whoever watches.
    pub(crate) fn tell(&self, event: &Value) {
        if self.events.receiver_count() > 0 {
            let _ = self.events.send(event.to_string().into());
        }
    }

    /// The next bubble or update number.
    pub(crate) fn next_seq(&self) -> u64 {
        self.world.last_seq + 1
    }

    /// Queues something to tell the business.
    pub(crate) fn queue(
        &mut self,
        now_ms: i64,
        phone_number_id: &str,
        customer: Option<&str>,
        field: &str,
        contact: Option<Value>,
        part: Part,
    ) {
        let update = Update {
            seq: self.next_seq(),
            at_ms: now_ms,
            phone_number_id: phone_number_id.to_owned(),
            customer: customer.map(str::to_owned),
            field: field.to_owned(),
            contact,
            part,
        };
        self.record(now_ms, Fact::Due(update));
    }
}

/// What those who watch are told of a fact.
fn event_of(fact: &Fact) -> Option<Value> {
    match fact {
        Fact::Customer(customer) => Some(json!({"kind": "customer", "customer": customer})),
        Fact::Bubble { customer, bubble } => {
            Some(json!({"kind": "bubble", "customer": customer, "bubble": bubble}))
        }
        Fact::Status { customer, message_id, status } => Some(json!({
            "kind": "status", "customer": customer, "message_id": message_id, "status": status
        })),
        Fact::Items { .. } | Fact::ItemsGone { .. } => Some(json!({"kind": "catalog"})),
        Fact::Clock { now_ms } => Some(json!({"kind": "clock", "now_ms": now_ms})),
        Fact::Inbound { .. }
        | Fact::Batch(_)
        | Fact::Commerce { .. }
        | Fact::Template(_)
        | Fact::Automation { .. }
        | Fact::Flow(_)
        | Fact::FlowGone { .. }
        | Fact::Link(_)
        | Fact::LinkGone { .. }
        | Fact::Subscription { .. }
        | Fact::Due(_)
        | Fact::Done { .. } => None,
    }
}
