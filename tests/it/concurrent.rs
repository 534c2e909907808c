//! Several services over one database: people with two lanes, the admin API beside the chats, outboxes side by side.

use std::collections::{BTreeMap, HashMap};

use entity::{conversation, customer, identity, inbox, order, order_event, outbox, variant};
use reqwest::Response;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    harness::{Backend, Person, Services, Shop},
    rush::{CONFIRM, SERVICES, all_tap, all_want, unpaced},
};

/// A call of the admin API at one of the services; its status and body. Nothing but a 503 that says when to come again
/// may be the service's fault.
struct Caller {
    http: reqwest::Client,
    key: String,
}

impl Caller {
    fn new(shop: &Shop) -> Self {
        Self { http: shop.http().clone(), key: shop.key.expose_secret().to_owned() }
    }

    async fn post(
        &self,
        url: &str,
        path: &str,
        headers: &[(&str, String)],
        body: Value,
    ) -> (u16, Value) {
        let mut call = self.http.post(format!("{url}/api/v1{path}")).bearer_auth(&self.key);
        for (name, value) in headers {
            call = call.header(*name, value);
        }
        Self::read(call.json(&body).send().await.unwrap()).await
    }

    async fn get(&self, url: &str, path: &str) -> (u16, Value) {
        let call = self.http.get(format!("{url}/api/v1{path}")).bearer_auth(&self.key);
        Self::read(call.send().await.unwrap()).await
    }

    async fn read(answer: Response) -> (u16, Value) {
        let status = answer.status().as_u16();
        let again = answer.headers().contains_key("retry-after");
        let body: Value = answer.json().await.unwrap_or_default();
        assert!(status < 500 || (status == 503 && again), "{status} {body}");
        (status, body)
    }
}

async fn crowd<'a>(shop: &'a Shop, count: usize) -> Vec<Person<'a>> {
    let mut people = Vec::new();
    for n in 0..count {
        people.push(shop.customer(&format!("Kişi {n}")).await);
    }
    people
}

on_both! {
    /// Until now WhatsApp told only the phone, now both names: the same person has two lanes.
    async fn a_person_with_two_lanes_is_one_customer(shop: &Shop; unpaced()) {
        let services = shop.services(SERVICES).await;
        let people = crowd(shop, 30).await;
        for known in [false, true, false, true] {
            for person in &people {
                let path = format!("/sim/customers/{}", person.id);
                shop.sim("POST", &path, Some(json!({"bsuid_known": known}))).await;
                let word = if known { "menü" } else { "sepet" };
                person.post(json!({"type": "text", "body": word})).await;
            }
        }
        services.settle().await;
        // An input that met the other lane's may have been put off for an instant.
        shop.advance(5);
        services.settle().await;
        let db = shop.db();
        let lanes = inbox::Entity::find().filter(inbox::Column::Kind.eq(inbox::Kind::Message));
        let inputs = lanes.all(db.reader()).await.unwrap();
        let names: BTreeMap<_, _> = inputs.iter().map(|i| (i.lane.clone(), ())).collect();
        assert_eq!((inputs.len(), names.len()), (120, 60));
        assert!(inputs.iter().all(|i| i.state == inbox::State::Done), "{inputs:?}");
        assert_eq!(customer::Entity::find().count(db.reader()).await.unwrap(), 30);
        assert_eq!(conversation::Entity::find().count(db.reader()).await.unwrap(), 30);
        let mut aliases: HashMap<_, usize> = HashMap::new();
        for alias in identity::Entity::find().all(db.reader()).await.unwrap() {
            *aliases.entry(alias.customer_id).or_default() += 1;
        }
        assert!(aliases.len() == 30 && aliases.values().all(|n| *n == 2), "{aliases:?}");
        for person in &people {
            assert_eq!(person.bubbles().await.len(), 4, "{}", person.name);
        }
        services.close().await;
    }
}

on_both! {
    /// The owner counts, corrects and moves orders on while customers confirm.
    async fn the_api_beside_confirmations_keeps_the_books_right(shop: &Shop; unpaced()) {
        let services = shop.services(SERVICES).await;
        let people = crowd(shop, 60).await;
        all_want(&services, &people, &[("turk-100", 1), ("filtre-250", 1)]).await;
        let mut calls = JoinSet::new();
        for (n, url) in services.urls.iter().cycle().take(4).cloned().enumerate() {
            let caller = Caller::new(shop);
            calls.spawn(async move { interfere(&caller, &url, n).await });
        }
        all_tap(&services, &people, CONFIRM).await;
        calls.join_all().await;
        shop.advance(5);
        services.settle().await;
        let db = shop.db();
        let placed = order::Entity::find().count(db.reader()).await.unwrap();
        assert!((20..=60).contains(&placed), "{placed} orders");
        assert_eq!(
            inbox::Entity::find()
                .filter(inbox::Column::State.is_in([inbox::State::Due, inbox::State::Dead]))
                .count(db.reader()).await.unwrap(),
            0
        );
        services.close().await;
    }
}

/// Stock up and down in both orders of the goods, counts, and events for whatever orders there are.
async fn interfere(caller: &Caller, url: &str, n: usize) {
    let mut goods = ["turk-100", "filtre-250"];
    if n % 2 == 1 {
        goods.reverse();
    }
    for round in 0..5 {
        let by = if (round + n).is_multiple_of(2) { 2 } else { -2 };
        let changes: Vec<_> = goods.iter().map(|sku| json!({"sku": sku, "by": by})).collect();
        caller.post(url, "/stock/changes", &[], json!({"changes": changes})).await;
        let counted: Vec<_> = goods.iter().map(|sku| json!({"sku": sku, "on_hand": 45})).collect();
        caller.post(url, "/stock/changes", &[], json!({"changes": counted})).await;
        let (_, found) = caller.get(url, "/orders?status=placed&status=accepted").await;
        for order in found["items"].as_array().into_iter().flatten().take(4) {
            let path = format!("/orders/{}/events", order["id"].as_str().unwrap());
            let event =
                ["accepted_by_shop", "ready_for_pickup", "cancelled_by_shop"][(round + n) % 3];
            caller.post(url, &path, &[], json!({"event": event})).await;
        }
    }
}

on_both! {
    /// Twenty people at two desks press the same button.
    async fn an_order_is_moved_by_one_of_many(shop: &Shop; unpaced()) {
        let services = shop.services(2).await;
        let people = crowd(shop, 1).await;
        all_want(&services, &people, &[("turk-100", 1)]).await;
        all_tap(&services, &people, CONFIRM).await;
        let db = shop.db();
        let placed = order::Entity::find().one(db.reader()).await.unwrap().unwrap();
        let path = format!("/orders/{}/events", placed.id);
        let answers = at_once(shop, &services, &path, json!({"event": "cancelled_by_shop"}), None).await;
        assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|status| [200, 409, 412, 503].contains(status)), "{answers:?}");
        let history = order_event::Entity::find().filter(order_event::Column::OrderId.eq(placed.id));
        assert_eq!(history.count(db.reader()).await.unwrap(), 2);
        let after = order::Entity::find_by_id(placed.id).one(db.reader()).await.unwrap().unwrap();
        assert_eq!((after.status, after.version), (order::Status::Cancelled, placed.version + 1));
        services.settle().await;
        let told = people[0].bubbles().await;
        assert_eq!(told.iter().filter(|b| b.body().contains("iptal")).count(), 1, "told once");
        services.close().await;
    }
}

on_both! {
    /// Stock counts by differences, so none of many at once is lost; with one key all of them are one.
    async fn differences_of_stock_all_count_and_a_repeated_one_counts_once(shop: &Shop; unpaced()) {
        let services = shop.services(2).await;
        let db = shop.db();
        let goods = || variant::Entity::find().filter(variant::Column::Sku.eq("turk-100"));
        let before = goods().one(db.reader()).await.unwrap().unwrap();
        let path = format!("/stock/{}/adjustments", before.id);
        let answers = at_once(shop, &services, &path, json!({"by": 1}), None).await;
        let done = answers.iter().filter(|status| **status == 200).count();
        assert!(done > 10, "{answers:?}");
        let after = goods().one(db.reader()).await.unwrap().unwrap();
        assert_eq!(after.on_hand, before.on_hand + i64::try_from(done).unwrap());
        let answers = at_once(shop, &services, &path, json!({"by": 1}), Some("the-same")).await;
        assert!(answers.contains(&200), "{answers:?}");
        let last = goods().one(db.reader()).await.unwrap().unwrap();
        assert_eq!(last.on_hand, after.on_hand + 1);
        services.close().await;
    }
}

/// The same call twenty times at once, at all services in turn.
async fn at_once(
    shop: &Shop,
    services: &Services,
    path: &str,
    body: Value,
    once: Option<&str>,
) -> Vec<u16> {
    let mut calls = JoinSet::new();
    for url in services.urls.iter().cycle().take(20) {
        let (caller, url) = (Caller::new(shop), url.clone());
        let (path, body) = (path.to_owned(), body.clone());
        let headers: Vec<_> =
            once.iter().map(|key| ("idempotency-key", (*key).to_owned())).collect();
        calls.spawn(async move { caller.post(&url, &path, &headers, body).await.0 });
    }
    calls.join_all().await
}

on_both! {
    async fn outboxes_side_by_side_send_each_message_once_and_in_order(shop: &Shop; unpaced()) {
        let services = shop.services(SERVICES).await;
        let people = crowd(shop, 40).await;
        for word in ["merhaba", "menü", "sepet", "yardım", "siparişlerim"] {
            for person in &people {
                person.post(json!({"type": "text", "body": word})).await;
            }
            shop.advance(1);
        }
        services.settle_chats().await;
        let db = shop.db();
        let rows = outbox::Entity::find()
            .order_by_asc(outbox::Column::ConversationId)
            .order_by_asc(outbox::Column::Sequence);
        let waiting = rows.clone().all(db.reader()).await.unwrap();
        assert_eq!(waiting.len(), 200);
        assert!(waiting.iter().all(|row| row.state == outbox::State::Due));
        services.settle_outboxes().await;
        if shop.on == Backend::Postgres {
            assert!(services.busy().1 > 1, "one service sent everything alone");
        }
        let mut queues: HashMap<_, Vec<String>> = HashMap::new();
        for row in rows.all(db.reader()).await.unwrap() {
            assert_eq!(row.state, outbox::State::Sent, "{row:?}");
            queues.entry(row.conversation_id).or_default().push(row.id.to_string());
        }
        let mut wanted: Vec<_> = queues.into_values().collect();
        let mut came = Vec::new();
        for person in &people {
            let bubbles = person.bubbles().await;
            let mark = |b: &crate::harness::Bubble| b.message["biz_opaque_callback_data"].clone();
            let marks = bubbles.iter().map(|b| mark(b).as_str().unwrap().to_owned());
            came.push(marks.collect::<Vec<_>>());
        }
        wanted.sort();
        came.sort();
        assert_eq!(came, wanted, "each once, and in the order of its chat");
        services.settle().await;
        services.close().await;
    }
}
