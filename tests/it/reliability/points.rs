//! The process ends at every named point of the way, each reached by one message or one call and nothing beside it. Only
//! at one place can a message come twice: it was sent, and the answer was not written down; then it is marked.

use entity::{outbox, variant};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use secrecy::ExposeSecret;
use sepet::platform::points;
use serde_json::json;

use super::proven;
use crate::harness::{
    Backend, Base,
    buyer::{Buyer, bubbles},
    process::ready,
    town::{Habits, Town},
};

/// Where the message has left and the outcome is not committed.
const DOCUMENTED: [&str; 2] = ["send.answered", "send.written"];

on_both! {
    async fn the_process_ends_at_every_point_and_only_one_place_doubles(on: Backend) {
        // Phones report nothing by themselves: nothing but the one message is under way.
        let habits = Habits { statuses: &[], ..Habits::default() };
        let town = Town::open(Base::create(on).await, habits).await;
        let buyer = Buyer::new(town.simulator.clone(), "Ayşe").await;
        let passes = |point: &str| on == Backend::Sqlite || point != "intake.spooled";
        let ways = points::ALL.iter().filter(|p| !p.starts_with("api.") && passes(p));
        let (mut hit, mut doubled) = (0, Vec::new());
        for point in ways {
            let before = bubbles(&town.simulator, &buyer.id, 0).await;
            let mut service = town.serve_until(point);
            ready(&town.url).await;
            if point.starts_with("statuses.") {
                let newest = &before.last().unwrap().id;
                let status = json!({"message_id": newest, "status": status_of(point)});
                town.sim("POST", "/sim/statuses", status).await;
            } else {
                buyer.send(json!({"type": "text", "body": "menü"})).await;
            }
            assert!(!service.ended().await.success(), "it ends at `{point}`");
            hit += 1;
            town.leases_run_out().await;
            let mut service = town.serve().await;
            let db = town.db().await;
            town.quiet(&db).await;
            let news = bubbles(&town.simulator, &buyer.id, 0).await.len() - before.len();
            let rows = outbox::Entity::find().all(db.reader()).await.unwrap();
            db.close().await.unwrap();
            let newest = rows.iter().max_by_key(|row| row.sequence).unwrap();
            assert_eq!(newest.state, outbox::State::Sent);
            if point.starts_with("statuses.") {
                assert_eq!(news, 0, "{point}");
                assert_ne!(newest.delivery, outbox::Delivery::None, "{point}: the status counts");
            } else if DOCUMENTED.contains(point) {
                assert_eq!(news, 2, "{point}: it was sent before the end, and once more after it");
                assert!(newest.repeated, "{point}: marked");
                doubled.push(*point);
            } else {
                assert_eq!(news, 1, "{point}: one answer");
            }
            assert!(service.stop().success());
        }
        assert_eq!(doubled, DOCUMENTED);
        let service = town.serve().await;
        town.tally(std::slice::from_ref(&buyer.id), 0).await;
        drop(service);
        let figure = format!("{hit} points, each hit; a double at {} alone, marked", doubled.join(" and "));
        proven(&format!("points-{}", on.name()), &figure);
        town.close().await;
    }
}

/// A status moves a message once.
fn status_of(point: &str) -> &'static str {
    if point == "statuses.written" { "delivered" } else { "read" }
}

on_both! {
    /// The same call with the same key, after its process ended before and after the commit: carried out once.
    async fn a_call_with_a_key_is_carried_out_once_whenever_the_process_ends(on: Backend) {
        let town = Town::open(Base::create(on).await, Habits::default()).await;
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let db = town.db().await;
        let goods = || variant::Entity::find().filter(variant::Column::Sku.eq("cezve"));
        let before = goods().one(db.reader()).await.unwrap().unwrap();
        let url = format!("{}/api/v1/stock/{}/adjustments", town.url, before.id);
        for (n, point) in ["api.written", "api.committed"].into_iter().enumerate() {
            let call = || {
                http.post(&url)
                    .bearer_auth(town.key.expose_secret())
                    .header("idempotency-key", point)
                    .json(&json!({"by": 1}))
            };
            let mut service = town.serve_until(point);
            ready(&town.url).await;
            assert!(call().send().await.is_err(), "{point}: nobody answers");
            assert!(!service.ended().await.success());
            let mut service = town.serve().await;
            let answer = call().send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 200, "{point}");
            let after = goods().one(db.reader()).await.unwrap().unwrap();
            assert_eq!(after.on_hand, before.on_hand + 1 + i64::try_from(n).unwrap(), "{point}");
            assert!(service.stop().success());
        }
        db.close().await.unwrap();
        proven(&format!("points-api-{}", on.name()), "2 points, each hit; the call repeated with its key counted once");
        town.close().await;
    }
}
