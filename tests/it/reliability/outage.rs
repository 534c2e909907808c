//! WhatsApp in trouble, in virtual time: dead for hours while people write, then slow, then cutting half of its
//! connections. What was decided meanwhile leaves in order, and a long queue needs no more memory than a short one.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use entity::{
    ConversationId, CustomerId, OutboxId, Timestamp, channel, conversation, customer,
    outbox::{self, State},
};
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use sepet::{
    message::Outbound,
    outbox::{Outcome, Recipient, Sender},
    platform::{
        clock::{Clock as _, SystemClock},
        db::Db,
    },
};
use serde_json::{Value, json};
use simulator::{Clock as _, ManualClock};

use super::{of, proven};
use crate::harness::{
    Backend, Base, Options, Shop,
    patience::Patience,
    process::{Running, ready},
    town::{Habits, Town, signature, webhook},
};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mood {
    /// Takes everything.
    Well,
    /// Nobody can connect.
    Dead,
    /// Each send takes a fifth of a second.
    Slow,
    /// Every other connection is cut: half of those after the message was taken.
    Cutting,
}

/// A WhatsApp that writes down what came, in its order.
struct Host {
    clock: Arc<ManualClock>,
    mood: Mutex<Mood>,
    came: Mutex<Vec<OutboxId>>,
    count: Mutex<u64>,
}

impl Host {
    fn new(shop: &Shop) -> Self {
        Self {
            clock: shop.shared_clock(),
            mood: Mutex::new(Mood::Well),
            came: Mutex::default(),
            count: Mutex::new(0),
        }
    }

    fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn answer(&self, id: OutboxId) -> Outcome {
        let accepted = || Outcome::Accepted { wamid: Some(format!("wamid.{}", id.0.simple())) };
        let mut count = self.count.lock().unwrap();
        *count += 1;
        let take = || self.came.lock().unwrap().push(id);
        let cut = || Outcome::Unknown { text: "the connection was cut".into(), after_ms: None };
        match *self.mood.lock().unwrap() {
            Mood::Well => {
                take();
                accepted()
            }
            Mood::Dead => {
                let text = "the host cannot be reached".into();
                Outcome::Retry { code: None, text, after_ms: None }
            }
            Mood::Slow => {
                self.clock.advance_ms(200);
                take();
                accepted()
            }
            Mood::Cutting => match *count % 4 {
                0 => cut(),
                1 => {
                    take();
                    cut()
                }
                _ => {
                    take();
                    accepted()
                }
            },
        }
    }
}

impl Sender for Host {
    fn send<'a>(
        &'a self,
        _channel: &'a channel::Model,
        _to: &'a Recipient,
        _message: &'a Outbound,
        id: OutboxId,
    ) -> BoxFuture<'a, Outcome> {
        async move { self.answer(id) }.boxed()
    }

    fn mark_read<'a>(
        &'a self,
        _channel: &'a channel::Model,
        _wamid: &'a str,
        _typing: bool,
    ) -> BoxFuture<'a, ()> {
        std::future::ready(()).boxed()
    }
}

fn quiet() -> Options {
    Options { synced: false, ..Options::default() }
}

/// Two hours, or the seconds of `TEST_OUTAGE_SECONDS` on a machine that has not the time.
fn hours_dead() -> u64 {
    let given = std::env::var("TEST_OUTAGE_SECONDS").ok().and_then(|text| text.parse().ok());
    given.unwrap_or(7_200)
}

/// So many people write one word each, in one webhook.
async fn write(shop: &Shop, second: u64, people: u64, each: u64) {
    let messages = (0..each).map(|n| {
        let who = (second * each + n) % people;
        let phone = format!("90555{who:07}");
        let person =
            json!({"name": format!("Kişi {who}"), "phone": phone, "bsuid": format!("TR.{who}")});
        let message = json!({"from": phone, "from_user_id": format!("TR.{who}"),
            "id": format!("wamid.in.{second}.{n}"), "type": "text", "text": {"body": "sepet"},
            "timestamp": (shop.now().ms() / 1_000).to_string()});
        let body = webhook(&person, &message);
        serde_json::from_slice::<Value>(&body).unwrap()["entry"][0].take()
    });
    let entries: Vec<Value> = messages.collect();
    let body =
        json!({"object": "whatsapp_business_account", "entry": entries}).to_string().into_bytes();
    let url = format!("{}/webhooks/whatsapp/1234567890", shop.url);
    let mut patience = Patience::new(Duration::from_millis(50), Duration::from_secs(30));
    loop {
        let more = patience.look().await;
        let call = shop.http().post(&url).header("x-hub-signature-256", signature(&body));
        match call.body(body.clone()).send().await.unwrap().status().as_u16() {
            200 => return,
            // It could not be stored in time on a machine that is busy with other things: WhatsApp brings it again.
            503 if more => {}
            status => panic!("{status}"),
        }
    }
}

/// One second: what came is handled, what is due is sent.
async fn second(shop: &Shop, host: &Host) -> usize {
    let platform = shop.app().platform().clone();
    let webhooks = sepet::whatsapp::Webhooks::new(platform.clone());
    let mut moved = 0;
    shop.carry().await;
    loop {
        let done = sepet::conversation::turn(&platform, &webhooks).await.unwrap();
        moved += done;
        if done == 0 {
            break;
        }
    }
    moved += sepet::outbox::turn(&platform, host).await.unwrap();
    shop.advance(1);
    moved
}

/// Rows that may still leave.
async fn open(shop: &Shop) -> u64 {
    let open = [State::Due, State::Leased, State::Unknown];
    let open = outbox::Entity::find().filter(outbox::Column::State.is_in(open));
    open.count(shop.db().reader()).await.unwrap()
}

/// What came, beside what was decided: everything that is sent came, once or more often and marked; of each person the
/// messages came in order; what did not come says why.
struct Count {
    sent: usize,
    marked: usize,
    expired: usize,
}

async fn count(shop: &Shop, host: &Host) -> Count {
    let rows = outbox::Entity::find().all(shop.db().reader()).await.unwrap();
    let came = host.came.lock().unwrap().clone();
    let mut times: HashMap<OutboxId, usize> = HashMap::new();
    let mut order: HashMap<ConversationId, i64> = HashMap::new();
    let places: HashMap<OutboxId, (ConversationId, i64)> =
        rows.iter().map(|row| (row.id, (row.conversation_id, row.sequence))).collect();
    for id in &came {
        *times.entry(*id).or_default() += 1;
        let (chat, sequence) = places[id];
        let last = order.entry(chat).or_default();
        assert!(*last <= sequence, "a message was overtaken");
        *last = sequence;
    }
    let mut count = Count { sent: 0, marked: 0, expired: 0 };
    for row in &rows {
        let times = times.get(&row.id).copied().unwrap_or_default();
        match row.state {
            State::Sent => {
                assert!(times == 1 || (times > 1 && row.repeated), "came {times} times: {row:?}");
                count.sent += 1;
                count.marked += usize::from(times > 1);
            }
            State::Expired => {
                assert!(row.reason.is_some(), "{row:?}");
                count.expired += 1;
            }
            _ => panic!("it is not sent and did not expire: {row:?}"),
        }
    }
    count
}

on_both! {
    async fn a_provider_that_is_dead_then_slow_then_cutting_costs_no_message(shop: &Shop; quiet()) {
        // Seconds of each mood, messages a second, people; in the long form ten seconds are one step.
        let (dead, slow, cutting, each, people) =
            of((40, 8, 10, 6, 30), (hours_dead(), 300, 300, 50, 3_000));
        let step = of(1, 10);
        let host = Host::new(shop);
        let mut at = 0;
        for (mood, seconds) in [(Mood::Dead, dead), (Mood::Slow, slow), (Mood::Cutting, cutting)] {
            host.is(mood);
            for _ in 0..seconds / step {
                write(shop, at, people, each * step).await;
                second(shop, &host).await;
                shop.advance(i64::try_from(step - 1).unwrap());
                at += 1;
            }
        }
        host.is(Mood::Well);
        let mut waited = 0;
        while open(shop).await > 0 {
            second(shop, &host).await;
            // Behind a pause nothing moves: the clock goes on faster.
            waited += 1;
            assert!(waited < 40_000, "it does not drain");
        }
        let found = count(shop, &host).await;
        assert_eq!(found.sent + found.expired, usize::try_from(at * each * step).unwrap(), "one answer each");
        let figure = format!(
            "dead {dead} s, slow {slow} s, cutting {cutting} s at {each} messages/s: {} sent in order, {} of them twice and \
             marked, {} expired with their reason; empty after {waited} s more",
            found.sent, found.marked, found.expired
        );
        proven(&format!("outage-{}", shop.on.name()), &figure);
        // The simulated WhatsApp knows nothing of these people, whose messages are marked as read in the end.
        shop.forgive("violations");
    }
}

/// People with so many waiting messages each.
pub(super) async fn backlog(db: &Db, now: Timestamp, people: usize, each: usize) {
    let channel = channel::Entity::find().one(db.reader()).await.unwrap().unwrap();
    let text = serde_json::to_value(Outbound::text("Merhaba")).unwrap();
    for chunk in (0..people).collect::<Vec<_>>().chunks(100) {
        let txn = db.begin_write().await.unwrap();
        let (mut customers, mut chats, mut rows) = (vec![], vec![], vec![]);
        for n in chunk {
            let who = CustomerId::new(now);
            customers.push(customer::ActiveModel {
                id: Set(who),
                shop_id: Set(channel.shop_id),
                name: Set(format!("Kişi {n}")),
                phone: Set(Some(format!("+90555{n:07}"))),
                version: Set(1),
                created_at: Set(now),
                updated_at: Set(now),
                ..Default::default()
            });
            let chat = ConversationId::new(now);
            chats.push(chat_row(now, &channel, chat, who, i64::try_from(each).unwrap()));
            for sequence in 1..=each {
                let draft = sepet::outbox::Draft {
                    shop_id: channel.shop_id,
                    channel_id: channel.id,
                    conversation_id: chat,
                    sequence: i64::try_from(sequence).unwrap(),
                    purpose: outbox::Purpose::OrderUpdate,
                    message: Outbound::text("Merhaba"),
                    answers: None,
                    expires_at: None,
                };
                let mut row = sepet::outbox::row(now, draft, true);
                row.message = Set(text.clone());
                rows.push(row);
            }
        }
        customer::Entity::insert_many(customers).exec(&txn).await.unwrap();
        conversation::Entity::insert_many(chats).exec(&txn).await.unwrap();
        for rows in rows.chunks(500) {
            outbox::Entity::insert_many(rows.to_vec()).exec(&txn).await.unwrap();
        }
        txn.commit().await.unwrap();
    }
}

fn chat_row(
    now: Timestamp,
    channel: &channel::Model,
    id: ConversationId,
    who: CustomerId,
    sequence: i64,
) -> conversation::ActiveModel {
    conversation::ActiveModel {
        id: Set(id),
        shop_id: Set(channel.shop_id),
        channel_id: Set(channel.id),
        customer_id: Set(who),
        owner: Set(conversation::Owner::Bot),
        step: Set(Value::Null),
        out_sequence: Set(sequence),
        window_ends_at: Set(Some(now.plus_seconds(24 * 3_600))),
        last_inbound_at: Set(Some(now)),
        echoed_at: Set(None),
        unread_wamid: Set(None),
        pair_tat_ms: Set(0),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
}

/// Resident memory of this process, MiB.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1_024
}

on_both! {
    async fn a_long_queue_drains_in_order_at_the_rate_with_flat_memory(shop: &Shop; quiet()) {
        let (people, each) = of((250, 20), (5_000, 20));
        backlog(&shop.db(), shop.now(), people, each).await;
        let host = Host::new(shop);
        let total = people * each;
        // Warm first: caches are filled once, whatever waits.
        for _ in 0..5 {
            second(shop, &host).await;
        }
        let before = memory();
        let (mut seconds, mut last) = (5, host.came.lock().unwrap().len());
        assert!(last <= 80 * 6, "the rate of the number");
        let mut most = before;
        while last < total {
            second(shop, &host).await;
            let came = host.came.lock().unwrap().len();
            assert!(came - last <= 80, "{} in one second", came - last);
            last = came;
            seconds += 1;
            most = most.max(memory());
            assert!(seconds < total / 20, "it does not drain");
        }
        let found = count(shop, &host).await;
        assert_eq!((found.sent, found.marked, found.expired), (total, 0, 0));
        // What this test writes down is 16 bytes a message.
        assert!(most - before.min(most) <= 24, "{before} MiB became {most} MiB");
        let figure = format!(
            "{total} messages to {people} people in {seconds} s of 80/s at the most, in order; memory of the process \
             {before} MiB at the beginning, {most} MiB at the most"
        );
        proven(&format!("backlog-{}", shop.on.name()), &figure);
    }
}

on_both! {
    async fn a_start_with_much_waiting_takes_seconds(on: Backend) {
        let (people, each) = of((500, 10), (5_000, 20));
        let town = Town::open(Base::create(on).await, Habits::default()).await;
        let db = town.db().await;
        backlog(&db, SystemClock.now(), people, each).await;
        let began = std::time::Instant::now();
        let mut service = Running::start(town.command(&[], &town.address));
        ready(&town.url).await;
        let ready_after = began.elapsed();
        let moved = outbox::Entity::find().filter(outbox::Column::Attempts.gt(0));
        let mut look = tokio::time::interval(Duration::from_millis(20));
        while moved.clone().count(db.reader()).await.unwrap() == 0 {
            look.tick().await;
        }
        let sent_after = began.elapsed();
        assert!(sent_after < Duration::from_secs(30), "{sent_after:?}");
        db.close().await.unwrap();
        assert!(service.stop().success());
        let figure = format!(
            "{} messages waiting: ready after {} ms, the first leaves after {} ms (an unoptimised build)",
            people * each, ready_after.as_millis(), sent_after.as_millis()
        );
        proven(&format!("restart-{}", on.name()), &figure);
        town.close().await;
    }
}
