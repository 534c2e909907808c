//! A shop in the middle of its day moves to PostgreSQL and back, and nobody notices.

use serde_json::{Value, json};

use super::{Ended, run};
use crate::harness::{
    Backend, Base, Shop, postgres_url,
    process::ready,
    town::{Habits, Town},
};

fn relocate(from: &str, to: &str) -> Ended {
    run(from, &["move", "--to", to])
}

/// The old file, which a move leaves under another name.
fn put_away(url: &str) {
    let file = format!("{}.moved", url.strip_prefix("sqlite://").unwrap());
    std::fs::remove_file(&file).unwrap_or_else(|e| panic!("{file}: {e}"));
}

async fn accept(shop: &Shop, order: &str) -> Value {
    let path = format!("/orders/{order}/events");
    let event = Some(json!({"event": "accepted_by_shop"}));
    let answer = shop.api_with("POST", &path, event, &[("Idempotency-Key", "accept-1")]).await;
    assert!(answer.status.is_success(), "{:?}", answer.body);
    answer.body
}

async fn orders(shop: &Shop) -> usize {
    shop.api("GET", "/orders", None).await.body["items"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_moves_in_the_middle_of_its_day_and_back() {
    if postgres_url().is_none() {
        return;
    }
    let mut shop = Shop::open(Backend::Sqlite).await;
    // An order with news that are held, a checkout half done, a cart just begun, a message on its way.
    let deniz = shop.customer("Deniz").await;
    deniz.send_cart(&[("turk-100", 3)]).await;
    for way in ["🏬 Mağazadan alırım", "💵 Mağazada ödeme", "✅ Siparişi onayla"] {
        deniz.tap(way).await;
    }
    shop.pass(25 * 3_600).await;
    let placed = shop.api("GET", "/orders", None).await.body["items"][0].clone();
    let order = placed["id"].as_str().unwrap().to_owned();
    let accepted = accept(&shop, &order).await;
    let zeynep = shop.phoneless_customer("Zeynep").await;
    zeynep.send_cart(&[("filtre-250", 1)]).await;
    zeynep.tap("🏬 Mağazadan alırım").await;
    let ali = shop.customer("Ali").await;
    ali.send_cart(&[("kupa-mavi", 2)]).await;
    shop.fault(json!({"kind": "down", "on": "messages"})).await;
    ali.send(json!({"type": "text", "body": "sepet"})).await;
    let people = [deniz.id.clone(), zeynep.id.clone(), ali.id.clone()];

    let ways = ["🏬 Mağazadan alırım", "💵 Mağazada ödeme", "✅ Siparişi onayla"];
    for (stage, who, taps) in [(Backend::Postgres, 1, &ways[1..]), (Backend::Sqlite, 2, &ways[..])]
    {
        let before = orders(&shop).await;
        let (from, target) = (shop.database_url().to_owned(), Base::empty(stage).await);
        shop.stop().await;
        let ended = relocate(&from, &target.url);
        assert!(ended.well().said.contains("was read again from both sides"), "{}", ended.said);
        if stage == Backend::Postgres {
            put_away(&from);
        }
        shop.go_on_with(target, stage).await;
        shop.faults_over().await;
        shop.pass(60).await;
        // The answer that was kept for this request is given again, and nothing happens twice.
        assert_eq!(accept(&shop, &order).await, accepted);
        let person = shop.known(&people[who]).await;
        for tap in taps {
            person.tap(tap).await;
        }
        assert_eq!(orders(&shop).await, before + 1, "the purchase goes on");
    }
    // What was held is freed when its customer writes again.
    let deniz = shop.known(&people[0]).await;
    assert!(deniz.say("merhaba").await.len() >= 2, "the held news and the greeting");
    assert_eq!(orders(&shop).await, 3);
    shop.close().await;
}

on_both! {
    /// A database with a running service is not moved, and one with something in it is not moved into.
    async fn a_shop_that_is_open_or_a_place_that_is_taken_is_refused(on: Backend) {
        let other = if on == Backend::Sqlite { Backend::Postgres } else { Backend::Sqlite };
        let town = Town::open(Base::create(on).await, Habits::default()).await;
        let taken = Town::open(Base::create(other).await, Habits::default()).await;
        let (empty, bare) = (Base::empty(other).await, Base::create(other).await);
        let mut service = town.serve().await;
        relocate(&town.base.url, &empty.url).refused(2, &["stop `sepet serve`"]);
        // It was asked, and not disturbed.
        ready(&town.url).await;
        assert!(service.stop().success());
        relocate(&town.base.url, &taken.base.url).refused(2, &["is not empty: there are rows in `"]);
        relocate(&town.base.url, &town.base.url).refused(2, &["there is nothing to move"]);
        relocate(&town.base.url, "postgres://sepet:hush@127.0.0.1:9/none").refused(2, &[
            if on == Backend::Sqlite { "postgres://sepet:***@127.0.0.1:9/none cannot be reached" } else { "nothing to move" }
        ]);
        relocate(&town.base.url, "nowhere").refused(2, &["names no database"]);
        // Tables without rows are nothing: what a service makes where no shop is.
        relocate(&town.base.url, &bare.url).well();
        if on == Backend::Sqlite {
            put_away(&town.base.url);
        }
        for database in [empty, bare] {
            database.remove().await;
        }
        taken.close().await;
        town.close().await;
    }
}
