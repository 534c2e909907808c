//! Customers of a town who buy again and again, one answer after the other; and the count of what came of it.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use entity::{Timestamp, inbox, order, outbox};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use sepet::platform::{
    clock::{Clock, SystemClock},
    db::Db,
};
use serde_json::{Value, json};
use simulator::{Delivery, Simulator};

use super::{
    Bubble, Person, invariants,
    patience::Patience,
    town::{Town, call},
};

/// What one answer may take on a machine that has nothing else to do: kills included, and the pauses after which WhatsApp
/// brings a refused webhook again, which grow to a minute.
const CALM: Duration = Duration::from_secs(600);
/// Between two looks at the phone.
const LOOK: Duration = Duration::from_millis(40);
const CONFIRM: &str = "✅ Siparişi onayla";
/// What leads from a cart to an order.
const WAYS: [&str; 3] = ["🏬 Mağazadan alırım", "💵 Mağazada ödeme", CONFIRM];

/// People who buy until they are told to stop, or so often.
pub(crate) struct Crowd {
    enough: Arc<AtomicBool>,
    bought: Arc<AtomicUsize>,
    people: Vec<tokio::task::JoinHandle<String>>,
}

impl Crowd {
    /// Sends so many people in; each buys `times` times, or until [`Crowd::home`].
    pub(crate) fn enter(town: &Town, count: usize, times: usize) -> Self {
        let (enough, bought) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let people = (0..count).map(|n| {
            let (sim, enough, bought) = (town.simulator.clone(), enough.clone(), bought.clone());
            tokio::spawn(async move {
                let mut buyer = Buyer::new(sim, &format!("Alıcı {n}")).await;
                for _ in 0..times {
                    if enough.load(Ordering::SeqCst) {
                        break;
                    }
                    buyer.buy().await;
                    bought.fetch_add(1, Ordering::SeqCst);
                }
                buyer.id
            })
        });
        let people = people.collect();
        Self { enough, bought, people }
    }

    /// Waits until so many orders are announced. Kills and other trouble take the time that they take, as long as now and
    /// then somebody gets through.
    pub(crate) async fn until(&self, goal: usize) {
        let (mut patience, mut before) = (Patience::new(LOOK, CALM), self.bought());
        while self.bought() < goal {
            assert!(patience.look().await, "nobody gets through: {before} of {goal}");
            if self.bought() > before {
                before = self.bought();
                patience.moved();
            }
        }
    }

    /// Orders that were announced to their buyers.
    pub(crate) fn bought(&self) -> usize {
        self.bought.load(Ordering::SeqCst)
    }

    /// Everybody finishes the purchase they are at. Gives who they are and how many purchases there were.
    pub(crate) async fn home(self) -> (Vec<String>, usize) {
        self.enough.store(true, Ordering::SeqCst);
        self.all_done().await
    }

    /// Waits until everybody has bought as often as they wanted.
    pub(crate) async fn all_done(self) -> (Vec<String>, usize) {
        let mut ids = Vec::new();
        for person in self.people {
            ids.push(person.await.unwrap());
        }
        (ids, self.bought.load(Ordering::SeqCst))
    }
}

/// One of them.
pub(crate) struct Buyer {
    sim: Arc<Simulator>,
    pub(crate) id: String,
    /// Rows of the outbox that came already: what comes again is passed over.
    seen: HashSet<String>,
    last: i64,
}

impl Buyer {
    pub(crate) async fn new(sim: Arc<Simulator>, name: &str) -> Self {
        let person = call(&sim, "POST", "/sim/customers", json!({"name": name})).await;
        let id = person["id"].as_str().unwrap().to_owned();
        Self { sim, id, seen: HashSet::new(), last: 0 }
    }

    /// From a cart to the announcement of the order.
    pub(crate) async fn buy(&mut self) {
        self.buy_tapping(1).await;
    }

    /// The same, with so many taps on the one confirmation.
    pub(crate) async fn buy_tapping(&mut self, taps: usize) {
        self.send(Person::cart_message(&[("turk-100", 1)])).await;
        loop {
            let bubble = self.answer().await;
            if bubble.body().contains("siparişiniz alındı") {
                return;
            }
            let Some(way) = WAYS.iter().find(|way| bubble.choice(way).is_some()) else {
                panic!("no way on from\n{}", bubble.script());
            };
            let times = if *way == CONFIRM { taps } else { 1 };
            for _ in 0..times {
                self.send(Person::tap_message(&bubble, way)).await;
            }
        }
    }

    pub(crate) async fn send(&self, message: Value) {
        call(&self.sim, "POST", &format!("/sim/customers/{}/messages", self.id), message).await;
    }

    /// The next message; one that came before and comes again is passed over.
    async fn answer(&mut self) -> Bubble {
        let mut patience = Patience::new(LOOK, CALM);
        loop {
            let more = patience.look().await;
            for bubble in bubbles(&self.sim, &self.id, self.last).await {
                self.last = bubble.seq;
                if self.seen.insert(row(&bubble)) {
                    return bubble;
                }
            }
            assert!(more, "`{}` was left without an answer", self.id);
        }
    }
}

/// The row of the outbox that a message came from.
fn row(bubble: &Bubble) -> String {
    bubble.message["biz_opaque_callback_data"].as_str().unwrap_or("unmarked").to_owned()
}

/// What the shop sent to a person, behind a place in the chat.
pub(crate) async fn bubbles(sim: &Simulator, id: &str, after: i64) -> Vec<Bubble> {
    let path = format!("/sim/customers/{id}/chat?after={after}");
    let chat = call(sim, "GET", &path, Value::Null).await;
    let bubbles = chat["bubbles"].as_array().cloned().unwrap_or_default();
    bubbles.iter().filter(|b| b["from"] == "business").map(Bubble::read).collect()
}

/// What came of a test in a town, when everything held.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    /// Messages and statuses that were acknowledged with 200.
    pub(crate) acknowledged: usize,
    pub(crate) orders: usize,
    /// Messages to customers.
    pub(crate) messages: usize,
    /// Those of them that came more than once, each of them marked.
    pub(crate) doubled: usize,
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { acknowledged, orders, messages, doubled } = self;
        write!(f, "{acknowledged} acknowledged, 0 lost; {orders} orders; {messages} messages, ")?;
        write!(f, "{doubled} twice and marked, 0 unmarked; I1–I10 hold")
    }
}

impl Town {
    /// Waits until nothing is under way any more: WhatsApp has told everything, all of it is handled, and every answer is
    /// sent. It looks along the way that things go, so what moves on meanwhile is met further on or is done. Only what is
    /// sent begins the way anew, with its statuses: it is quiet when two looks in a row find nothing.
    pub(crate) async fn quiet(&self, db: &Db) {
        let mut patience = Patience::new(Duration::from_millis(50), CALM);
        let (mut left, mut still) = ([0; 4], 0);
        while still < 2 {
            let more = patience.look().await;
            // A database that is away for a moment is asked again.
            let Ok(now) = self.under_way(db).await else {
                assert!(more, "the database cannot be asked");
                still = 0;
                continue;
            };
            still = if now == [0; 4] { still + 1 } else { 0 };
            if now != left {
                left = now;
                patience.moved();
            }
            assert!(more, "work is left lying: {left:?}");
        }
    }

    /// Webhooks that were told just now or cannot be, items of the spool, inputs and messages that are not done. Webhooks
    /// that only leave when somebody asks are not on their way.
    async fn under_way(&self, db: &Db) -> Result<[u64; 4], DbErr> {
        let webhooks = match self.delivery {
            Delivery::Background => {
                let told = self.sim("POST", "/sim/flush", Value::Null).await;
                told["delivered"].as_u64().unwrap() + told["pending"].as_u64().unwrap()
            }
            Delivery::OnFlush => 0,
        };
        let spooled = match db.file() {
            Some(file) => sepet::inbox::left(file)?.len() as u64,
            None => 0,
        };
        let due = inbox::Entity::find().filter(inbox::Column::State.eq(inbox::State::Due));
        let due = due.count(db.reader()).await?;
        let open = [outbox::State::Due, outbox::State::Leased, outbox::State::Unknown];
        let open = outbox::Entity::find().filter(outbox::Column::State.is_in(open));
        let open = open.count(db.reader()).await?;
        Ok([webhooks, spooled, due, open])
    }

    /// Waits for quiet and checks: nothing acknowledged is lost, everybody's purchases are orders, each message came
    /// once, or more often and marked, and the invariants hold.
    pub(crate) async fn tally(&self, people: &[String], bought: usize) -> Tally {
        let db = self.db().await;
        self.quiet(&db).await;
        let entries = self.journal();
        let stored = stored(&db).await;
        let (acknowledged, lost) = lost(&entries, &stored);
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        let orders = order::Entity::find().count(db.reader()).await.unwrap();
        assert_eq!(orders, bought as u64, "purchases that are orders");
        let (messages, doubled) = self.each_message_came_once(&db, people).await;
        let broken = invariants::broken(&db, SystemClock.now(), &entries).await;
        assert!(broken.is_empty(), "{}", invariants::told(&broken));
        db.close().await.unwrap();
        Tally { acknowledged, orders: bought, messages, doubled }
    }

    /// Each row of the outbox was sent and reached its phone: once, or more often and marked. Gives how many there are
    /// and how many came more often.
    pub(crate) async fn each_message_came_once(
        &self,
        db: &Db,
        people: &[String],
    ) -> (usize, usize) {
        let mut came: HashMap<String, usize> = HashMap::new();
        for id in people {
            for bubble in bubbles(&self.simulator, id, 0).await {
                *came.entry(row(&bubble)).or_default() += 1;
            }
        }
        let rows = outbox::Entity::find().all(db.reader()).await.unwrap();
        assert_eq!(rows.len(), came.len(), "what was decided is what came");
        let mut doubled = 0;
        for row in &rows {
            let times = came.get(&row.id.to_string()).copied().unwrap_or_default();
            assert_eq!(row.state, outbox::State::Sent, "{row:?}");
            assert!(times == 1 || (row.repeated && times > 1), "came {times} times: {row:?}");
            doubled += usize::from(times > 1);
        }
        (rows.len(), doubled)
    }
}

/// Keys of everything that is stored.
pub(crate) async fn stored(db: &Db) -> HashSet<String> {
    let keys = inbox::Entity::find().select_only().column(inbox::Column::DedupeKey);
    keys.into_tuple().all(db.reader()).await.unwrap().into_iter().collect()
}

/// How many messages and statuses were answered with 200, and those of them that are not there.
pub(crate) fn lost(entries: &[Value], stored: &HashSet<String>) -> (usize, Vec<String>) {
    let heads: HashSet<&str> = stored
        .iter()
        .filter_map(|key| key.rmatch_indices(':').nth(1).map(|(at, _)| &key[..at]))
        .collect();
    let mut lost = Vec::new();
    let mut count = 0;
    for entry in entries {
        if entry["kind"] != "webhook" || entry["method"] != "POST" || entry["status"] != 200 {
            continue;
        }
        let lists = entry["request"]["entry"].as_array().into_iter().flatten();
        for change in lists.flat_map(|e| e["changes"].as_array().into_iter().flatten()) {
            let value = &change["value"];
            let number = value["metadata"]["phone_number_id"].as_str().unwrap_or_default();
            for message in value["messages"].as_array().into_iter().flatten() {
                let key = sepet::inbox::message_key(number, message["id"].as_str().unwrap());
                count += 1;
                if !stored.contains(&key) {
                    lost.push(key);
                }
            }
            for status in value["statuses"].as_array().into_iter().flatten() {
                let text = |key: &str| status[key].as_str().unwrap_or_default();
                // Behind it stand a participant and the time.
                let key = format!("s:{number}:{}:{}", text("id"), text("status"));
                count += 1;
                if !heads.contains(key.as_str()) {
                    lost.push(key);
                }
            }
        }
    }
    (count, lost)
}

/// For tests that look at a database which ended in the middle: nothing is due yet.
pub(crate) const BEFORE_EVERYTHING: Timestamp = Timestamp::from_ms(0);
