//! The same webhooks again and again, over many connections and at several processes: each has exactly one effect.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use entity::{inbox, outbox};
use rand::seq::SliceRandom as _;
use sea_orm::{EntityTrait, PaginatorTrait};
use sepet::platform::clock::{Clock, SystemClock};
use serde_json::{Value, json};
use simulator::Delivery;
use tokio::task::JoinSet;

use super::{chance, of, proven};
use crate::harness::{
    Backend, Base,
    buyer::bubbles,
    invariants,
    town::{Habits, Town, signature, webhook},
};

/// Connections that bring webhooks at the same time.
const CONNECTIONS: usize = 64;

/// People who wrote once each, and the webhooks of it; WhatsApp itself brings nothing.
async fn written(town: &Town, count: usize) -> (Vec<String>, Vec<Vec<u8>>) {
    let (mut people, mut bodies) = (Vec::new(), Vec::new());
    for n in 0..count {
        let wish = json!({"name": format!("Kişi {n}")});
        let person = town.sim("POST", "/sim/customers", wish).await;
        let id = person["id"].as_str().unwrap().to_owned();
        let path = format!("/sim/customers/{id}/messages");
        town.sim("POST", &path, json!({"type": "text", "body": "merhaba"})).await;
        let chat = format!("/sim/customers/{id}/chat?after=0");
        let chat = town.sim("GET", &chat, Value::Null).await;
        bodies.push(webhook(&person, &chat["bubbles"][0]["message"]));
        people.push(id);
    }
    (people, bodies)
}

on_both! {
    async fn a_storm_of_duplicates_has_one_effect_each(on: Backend) {
        let (distinct, copies) = of((200, 20), (1_000, 50));
        let (seed, mut rng) = chance();
        let habits = Habits { statuses: &[], delivery: Delivery::OnFlush, ..Habits::default() };
        let town = Town::open(Base::create(on).await, habits).await;
        let (people, bodies) = written(&town, distinct).await;
        let mut processes = Vec::new();
        let mut doors = Vec::new();
        if on == Backend::Sqlite {
            processes.push(town.serve().await);
            doors.push(town.url.clone());
        } else {
            for role in ["web", "web", "worker"] {
                let (process, url) = town.serve_as(role).await;
                processes.push(process);
                doors.push(url);
            }
            doors.pop();
        }
        let mut deck: Vec<usize> = (0..distinct * copies).map(|n| n % distinct).collect();
        deck.shuffle(&mut rng);
        let bodies: Vec<_> = bodies.into_iter().map(|body| (signature(&body), body)).collect();
        let (deck, bodies) = (Arc::new(deck), Arc::new(bodies));
        let (next, refused) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut lines = JoinSet::new();
        for line in 0..CONNECTIONS {
            let url = format!("{}/webhooks/whatsapp/1234567890", doors[line % doors.len()]);
            let (deck, bodies) = (deck.clone(), bodies.clone());
            let (next, refused) = (next.clone(), refused.clone());
            lines.spawn(async move {
                let http = reqwest::Client::builder().no_proxy().build().unwrap();
                while let Some(card) = deck.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let (signature, body) = &bodies[*card];
                    loop {
                        let call = http.post(&url).header("x-hub-signature-256", signature);
                        let status = call.body(body.clone()).send().await.unwrap().status();
                        if status.as_u16() == 200 {
                            break;
                        }
                        assert_eq!(status.as_u16(), 503, "asked to come again");
                        refused.fetch_add(1, Ordering::SeqCst);
                    }
                }
            });
        }
        lines.join_all().await;
        let db = town.db().await;
        town.quiet(&db).await;
        let inputs = inbox::Entity::find().count(db.reader()).await.unwrap();
        let answers = outbox::Entity::find().count(db.reader()).await.unwrap();
        assert_eq!((inputs, answers), (distinct as u64, distinct as u64));
        for id in &people {
            assert_eq!(bubbles(&town.simulator, id, 0).await.len(), 1, "one answer");
        }
        let broken = invariants::broken(&db, SystemClock.now(), &town.journal()).await;
        assert!(broken.is_empty(), "{}", invariants::told(&broken));
        db.close().await.unwrap();
        let figure = format!(
            "{distinct} × {copies} webhooks over {CONNECTIONS} connections at {} process(es) (seed {seed}): {inputs} \
             inputs, {answers} answers, {} asked to come again",
            doors.len(),
            refused.load(Ordering::SeqCst)
        );
        proven(&format!("storm-{}", on.name()), &figure);
        drop(processes);
        town.close().await;
    }
}
