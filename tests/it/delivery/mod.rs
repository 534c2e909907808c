//! The sender: order, pace, window, retries, unanswered sends. A sender with a script stands in for WhatsApp.

mod faults;
mod graph;
mod order;
mod outcomes;
mod pace;
mod reported;
mod rest;
mod stale;
mod statuses;
mod window;

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use entity::{
    ChannelId, ConversationId, CustomerId, OutboxId, Timestamp, channel, conversation, customer,
    outbox::{self, State},
};
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, QueryOrder};
use sepet::{
    message::Outbound,
    outbox::{Outcome, Recipient, Sender},
    platform::sql::Statements,
};

use simulator::Clock as _;
use tokio::sync::Notify;

use crate::harness::{Options, Shop};

/// A shop without a catalog.
fn quiet() -> Options {
    Options { synced: false, ..Options::default() }
}

/// A shop without pace.
fn fast() -> Options {
    Options { paced: false, ..quiet() }
}

/// One message as it was sent.
#[derive(Clone, Debug, PartialEq)]
struct Sent {
    id: OutboxId,
    to: Recipient,
    body: String,
}

/// Answers as it is told, otherwise accepts, and writes down what it was given.
#[derive(Default)]
struct Script {
    outcomes: Mutex<VecDeque<Outcome>>,
    by_body: Mutex<HashMap<String, Outcome>>,
    sent: Mutex<Vec<Sent>>,
    marks: Mutex<Vec<(String, bool)>>,
    /// Never answers while it is set.
    silent: Mutex<bool>,
    /// Answers this text only when it is told to.
    slow: Mutex<Option<(String, Arc<Notify>)>>,
    panics: Mutex<bool>,
}

impl Script {
    fn next(outcome: Outcome) -> Self {
        let script = Self::default();
        script.then(outcome);
        script
    }

    fn then(&self, outcome: Outcome) {
        self.outcomes.lock().unwrap().push_back(outcome);
    }

    fn to(&self, body: &str, outcome: Outcome) {
        self.by_body.lock().unwrap().insert(body.to_owned(), outcome);
    }

    /// The texts that were sent since this was asked last.
    fn news(&self) -> Vec<String> {
        std::mem::take(&mut *self.sent.lock().unwrap()).into_iter().map(|sent| sent.body).collect()
    }

    fn answer(&self, sent: Sent) -> Outcome {
        let wamid = format!("wamid.{}", sent.id.0.simple());
        let told = self.by_body.lock().unwrap().get(&sent.body).cloned();
        self.sent.lock().unwrap().push(sent);
        let told = told.or_else(|| self.outcomes.lock().unwrap().pop_front());
        told.unwrap_or(Outcome::Accepted { wamid: Some(wamid) })
    }
}

impl Sender for Script {
    fn send<'a>(
        &'a self,
        _channel: &'a channel::Model,
        to: &'a Recipient,
        message: &'a Outbound,
        id: OutboxId,
    ) -> BoxFuture<'a, Outcome> {
        async move {
            assert!(!*self.panics.lock().unwrap(), "told to panic");
            let body = message.body().to_owned();
            let slow = self.slow.lock().unwrap().clone().filter(|(text, _)| *text == body);
            let outcome = self.answer(Sent { id, to: to.clone(), body });
            if let Some((_, told)) = slow {
                told.notified().await;
            }
            if *self.silent.lock().unwrap() {
                std::future::pending::<()>().await;
            }
            tokio::task::yield_now().await;
            outcome
        }
        .boxed()
    }

    fn mark_read<'a>(
        &'a self,
        _channel: &'a channel::Model,
        wamid: &'a str,
        typing: bool,
    ) -> BoxFuture<'a, ()> {
        self.marks.lock().unwrap().push((wamid.to_owned(), typing));
        std::future::ready(()).boxed()
    }
}

fn retry(code: i64) -> Outcome {
    Outcome::Retry { code: Some(code), text: "it may pass".into(), after_ms: None }
}

fn unknown() -> Outcome {
    Outcome::Unknown { text: "the connection was cut".into(), after_ms: None }
}

/// A customer who wrote just now.
async fn chat(shop: &Shop, phone: Option<&str>) -> ConversationId {
    chat_on(shop, shop.channel_id, phone, Some("TR.1")).await
}

async fn chat_on(
    shop: &Shop,
    channel: ChannelId,
    phone: Option<&str>,
    bsuid: Option<&str>,
) -> ConversationId {
    let now = shop.now();
    let txn = shop.db().begin_write().await.unwrap();
    let customer = customer::ActiveModel {
        id: Set(CustomerId::new(now)),
        shop_id: Set(shop.shop_id),
        name: Set("Ayşe".into()),
        phone: Set(phone.map(str::to_owned)),
        bsuid: Set(bsuid.map(str::to_owned)),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    let customer = customer.insert(&txn).await.unwrap();
    let chat = conversation::ActiveModel {
        id: Set(ConversationId::new(now)),
        shop_id: Set(shop.shop_id),
        channel_id: Set(channel),
        customer_id: Set(customer.id),
        owner: Set(conversation::Owner::Bot),
        step: Set(serde_json::Value::Null),
        out_sequence: Set(0),
        window_ends_at: Set(Some(now.plus_seconds(24 * 3_600))),
        last_inbound_at: Set(Some(now)),
        echoed_at: Set(None),
        unread_wamid: Set(None),
        pair_tat_ms: Set(0),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    let chat = chat.insert(&txn).await.unwrap();
    txn.commit().await.unwrap();
    chat.id
}

/// A second number of the same shop.
async fn second_channel(shop: &Shop) -> ChannelId {
    let txn = shop.db().begin_write().await.unwrap();
    let first = channel::Entity::find_by_id(shop.channel_id).one(&txn).await.unwrap().unwrap();
    let mut second = first.into_active_model().reset_all();
    let id = ChannelId::new(shop.now());
    second.id = Set(id);
    second.phone_number_id = Set("100000000000002".into());
    second.insert(&txn).await.unwrap();
    txn.commit().await.unwrap();
    id
}

async fn change_channel(
    shop: &Shop,
    id: ChannelId,
    change: impl FnOnce(&mut channel::ActiveModel),
) {
    let txn = shop.db().begin_write().await.unwrap();
    let row = channel::Entity::find_by_id(id).one(&txn).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    change(&mut row);
    row.update(&txn).await.unwrap();
    txn.commit().await.unwrap();
}

async fn channel_of(shop: &Shop, id: ChannelId) -> channel::Model {
    channel::Entity::find_by_id(id).one(shop.db().reader()).await.unwrap().unwrap()
}

async fn push(shop: &Shop, chat: ConversationId, body: &str) -> OutboxId {
    let txn = shop.db().begin_write().await.unwrap();
    let message = Outbound::text(body);
    let purpose = outbox::Purpose::Reply;
    let id = sepet::outbox::push(&txn, shop.now(), chat, purpose, &message, None).await.unwrap();
    txn.commit().await.unwrap();
    id
}

/// Ends the window so many seconds from now; what was held is freed.
async fn set_window(shop: &Shop, chat: ConversationId, seconds: i64) {
    let txn = shop.db().begin_write().await.unwrap();
    let row = conversation::Entity::find_by_id(chat).one(&txn).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    row.window_ends_at = Set(Some(shop.now().plus_seconds(seconds)));
    row.update(&txn).await.unwrap();
    let mut writes = Statements::of(&txn);
    sepet::outbox::free(&mut writes, shop.now(), &[chat]);
    writes.run(&txn).await.unwrap();
    txn.commit().await.unwrap();
}

/// Frees what was held.
async fn free(shop: &Shop, chat: ConversationId) {
    let txn = shop.db().begin_write().await.unwrap();
    let mut writes = Statements::of(&txn);
    sepet::outbox::free(&mut writes, shop.now(), &[chat]);
    writes.run(&txn).await.unwrap();
    txn.commit().await.unwrap();
}

/// Turns until nothing moves.
async fn send(shop: &Shop, script: &Script) -> usize {
    let mut moved = 0;
    for _ in 0..100 {
        match sepet::outbox::turn(shop.app().platform(), script).await.unwrap() {
            0 => return moved,
            more => moved += more,
        }
    }
    panic!("the outbox does not come to rest")
}

async fn row(shop: &Shop, id: OutboxId) -> outbox::Model {
    outbox::Entity::find_by_id(id).one(shop.db().reader()).await.unwrap().unwrap()
}

async fn rows(shop: &Shop) -> Vec<outbox::Model> {
    let all = outbox::Entity::find().order_by_asc(outbox::Column::Sequence);
    all.all(shop.db().reader()).await.unwrap()
}

async fn state(shop: &Shop, id: OutboxId) -> (State, Option<String>) {
    let row = row(shop, id).await;
    (row.state, row.reason)
}

fn seconds_from(shop: &Shop, at: Timestamp) -> i64 {
    (at.ms() - shop.now().ms()) / 1_000
}

/// Moves the clock and runs nothing.
fn pass(shop: &Shop, seconds: i64) {
    shop.clock().advance_ms(seconds * 1_000);
}
