//! Two customers turn out to be one: when, what becomes of everything, and that nothing is forgotten.

use std::collections::BTreeSet;

use entity::{CustomerId, cart, conversation, customer, identity, merge, order, outbox};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Statement};
use serde_json::{Value, json};

use crate::{
    harness::{Backend, Person, Shop},
    identity::{NEW, OLD, one, person, seen},
};

async fn merges(shop: &Shop) -> Vec<merge::Model> {
    merge::Entity::find().all(shop.db().reader()).await.unwrap()
}

async fn customers(shop: &Shop) -> u64 {
    customer::Entity::find().count(shop.db().reader()).await.unwrap()
}

on_both! {
    /// A message from the new number comes before WhatsApp tells of the move: who it made is the one who moved.
    async fn who_was_made_by_a_move_that_was_told_late_is_merged(shop: &Shop) {
        let before = one(shop, Some(OLD), Some("TR.1")).await;
        let moved_at = shop.now();
        shop.advance(60);
        let early = one(shop, Some(NEW), Some("TR.2")).await;
        assert_ne!(before, early);
        let told = (person(Some(OLD), Some("TR.1")), Some(person(Some(NEW), Some("TR.2"))));
        assert_eq!(seen(shop, &[told]).await, [before]);
        let merged = merges(shop).await;
        assert_eq!((merged[0].into_id, merged[0].from_id), (before, early));
        assert_eq!((merged[0].why, merged[0].by.as_str()), (merge::Why::Moved, "a test"));
        assert_eq!(customers(shop).await, 1);
        for (phone, bsuid) in [(Some(NEW), None), (None, Some("TR.2")), (Some(OLD), None)] {
            assert_eq!(one(shop, phone, bsuid).await, before);
        }
        assert!(moved_at < shop.now());
    }
}

on_both! {
    /// By the phone alone too, as old webhooks tell it; but who had the number before the move is somebody else.
    async fn who_had_the_number_before_is_not_merged(shop: &Shop) {
        let earlier = one(shop, Some(NEW), None).await;
        shop.advance(3_600);
        let who = one(shop, Some(OLD), Some("TR.1")).await;
        let told = (person(Some(OLD), Some("TR.1")), Some(person(Some(NEW), None)));
        assert_eq!(seen(shop, std::slice::from_ref(&told)).await, [who]);
        assert_eq!((customers(shop).await, merges(shop).await.len()), (2, 0));
        assert_eq!(one(shop, Some(NEW), None).await, who);
        let kept = customer::Entity::find_by_id(earlier).one(shop.db().reader()).await.unwrap();
        assert_eq!(kept.unwrap().phone, None);

        // One with a BSUID of their own keeps it, whenever they came.
        let third = "+905550003333";
        let owner = one(shop, Some(third), Some("TR.9")).await;
        let told = (person(None, Some("TR.1")), Some(person(Some(third), Some("TR.2"))));
        assert_eq!(seen(shop, &[told]).await, [who]);
        assert_eq!(one(shop, None, Some("TR.9")).await, owner);
        assert_eq!((customers(shop).await, merges(shop).await.len()), (3, 0));
    }
}

on_both! {
    async fn a_message_that_names_both_makes_them_one(shop: &Shop) {
        let by_phone = one(shop, Some(OLD), None).await;
        shop.advance(1);
        let by_bsuid = one(shop, None, Some("TR.1")).await;
        assert_ne!(by_phone, by_bsuid);
        assert_eq!(one(shop, Some(OLD), Some("TR.1")).await, by_phone);
        assert_eq!(merges(shop).await[0].why, merge::Why::SeenTogether);
        assert_eq!(one(shop, None, Some("TR.1")).await, by_phone);
        assert_eq!(customers(shop).await, 1);
    }
}

on_both! {
    /// Who was seen with another number is not the one who has this one.
    async fn a_number_that_wandered_is_not_a_merge(shop: &Shop) {
        let by_phone = one(shop, Some(OLD), None).await;
        let other = one(shop, Some(NEW), Some("TR.1")).await;
        assert_eq!(one(shop, Some(OLD), Some("TR.1")).await, other);
        assert_eq!((customers(shop).await, merges(shop).await.len()), (2, 0));
        let left = customer::Entity::find_by_id(by_phone).one(shop.db().reader()).await.unwrap();
        assert_eq!(left.unwrap().phone, None);
    }
}

on_both! {
    /// Every table that names a customer or a chat is moved. A new one belongs into `src/customer/merge.rs` and here.
    async fn no_table_is_forgotten(shop: &Shop) {
        let sql = match shop.on {
            Backend::Postgres => {
                "SELECT table_name || '.' || column_name AS place FROM information_schema.columns
                 WHERE table_schema = 'public' AND column_name IN ('customer_id', 'conversation_id')"
            }
            Backend::Sqlite => {
                "SELECT m.name || '.' || c.name AS place FROM sqlite_master m
                 JOIN pragma_table_info(m.name) c
                 WHERE m.type = 'table' AND c.name IN ('customer_id', 'conversation_id')"
            }
        };
        let db = shop.db();
        let rows = db.reader().query_all_raw(Statement::from_string(db.backend(), sql)).await;
        let places: BTreeSet<String> =
            rows.unwrap().iter().map(|row| row.try_get("", "place").unwrap()).collect();
        let known = [
            "addresses.customer_id", "carts.conversation_id", "carts.customer_id",
            "conversations.customer_id", "identities.customer_id", "inbox.conversation_id",
            "orders.conversation_id", "orders.customer_id", "outbox.conversation_id",
        ];
        let known: BTreeSet<String> = known.map(str::to_owned).into();
        assert_eq!(places, known);
    }
}

async fn id_of(shop: &Shop, who: &Person<'_>) -> CustomerId {
    let name = identity::Entity::find().filter(identity::Column::Value.eq(&who.phone));
    name.one(shop.db().reader()).await.unwrap().unwrap().customer_id
}

/// Buys one Turkish coffee to an address, by cash.
async fn buys(who: &Person<'_>, address: &str) {
    who.send_cart(&[("turk-100", 1)]).await;
    who.tap("🚚 Adrese teslim").await;
    who.say(address).await;
    who.tap("💵 Kapıda ödeme").await;
    let told = who.tap("✅ Siparişi onayla").await;
    assert!(told[0].body().contains("alındı"), "{}", told[0].script());
}

async fn merged(shop: &Shop, from: CustomerId, into: &Value) -> crate::harness::Api {
    let path = format!("/customers/{from}/merge");
    shop.api("POST", &path, Some(json!({ "into": into }))).await
}

on_both! {
    async fn everything_of_two_customers_becomes_one_customers(shop: &Shop) {
        let can = shop.customer("Can").await;
        let cem = shop.customer("Cem").await;
        buys(&can, "Moda Caddesi 12, Kadıköy").await;
        can.send_cart(&[("cezve", 1)]).await;
        shop.advance(60);
        buys(&cem, "Bağdat Caddesi 7, Maltepe").await;
        cem.say("dur").await;
        cem.send_cart(&[("kupa-mavi", 2)]).await;
        can.news().await;
        cem.news().await;
        let (into, from) = (id_of(shop, &can).await, id_of(shop, &cem).await);
        let gone = shop.api("GET", &format!("/customers/{from}"), None).await;
        let gone_chat = gone.body["conversation_ids"][0].as_str().unwrap().to_owned();

        let answer = merged(shop, from, &json!(into)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let whole = &answer.body;
        assert_eq!(whole["customer"]["id"], json!(into));
        assert!(whole["customer"]["notices_stopped_at"].is_string());
        assert_eq!(whole["identities"].as_array().unwrap().len(), 4);
        assert_eq!(whole["conversation_ids"].as_array().unwrap().len(), 1);
        assert_eq!(whole["merges"][0]["from_id"], json!(from));
        assert_eq!(whole["merges"][0]["why"], "asked");
        assert!(whole["merges"][0]["by"].as_str().unwrap().starts_with("key_"));

        // Who is gone is who stayed; the chat that is gone is nowhere.
        let again = shop.api("GET", &format!("/customers/{from}"), None).await;
        assert_eq!(again.body["customer"]["id"], json!(into));
        let chat = shop.api("GET", &format!("/conversations/{gone_chat}"), None).await;
        assert_eq!(chat.status, 404);
        let chat = whole["conversation_ids"][0].as_str().unwrap();
        let path = format!("/conversations/{chat}/messages?limit=100");
        let messages = shop.api("GET", &path, None).await.body["items"].as_array().unwrap().clone();
        let said = |text: &str| messages.iter().any(|m| m["text"].as_str().unwrap().contains(text));
        assert!(said("Moda Caddesi 12") && said("Bağdat Caddesi 7"), "{messages:?}");

        // The newer cart stays open; the older is dropped.
        let db = shop.db();
        let open = cart::Entity::find().filter(cart::Column::Status.eq(cart::Status::Open));
        let open = open.all(db.reader()).await.unwrap();
        assert_eq!(open.len(), 1);
        assert_eq!(open[0].lines.0[0].sku, "kupa-mavi");
        let orders = order::Entity::find().filter(order::Column::CustomerId.eq(into));
        assert_eq!(orders.count(db.reader()).await.unwrap(), 2);

        // Under either name the same chat goes on; old bubbles explain themselves.
        let told = can.say("siparişlerim").await;
        assert_eq!(told[0].choices().len(), 3, "{}", told[0].script());
        let told = cem.say("sepet").await;
        assert!(told[0].body().contains("Kupa"), "{}", told[0].script());
        let old = cem.newest_with("✅ Siparişi onayla").await;
        let told = cem.tap_on(&old, "✅ Siparişi onayla").await;
        assert!(told[0].body().contains("eskimiş"), "{}", told[0].script());
        // Both addresses are there, each under a number of its own.
        let numbers = entity::address::Entity::find().all(db.reader()).await.unwrap();
        let mut numbers: Vec<_> = numbers.iter().map(|a| (a.customer_id, a.number)).collect();
        numbers.sort();
        assert_eq!(numbers, [(into, 1), (into, 2)]);
        let chats = conversation::Entity::find().count(db.reader()).await.unwrap();
        assert_eq!(chats, 1);
    }
}

on_both! {
    /// What waits for a closed window leaves when the customer turns out to have written from the other number.
    async fn what_was_held_is_freed_by_the_window_of_the_other(shop: &Shop) {
        let can = shop.customer("Can").await;
        buys(&can, "Moda Caddesi 12, Kadıköy").await;
        shop.pass(25 * 3_600).await;
        let orders = shop.api("GET", "/orders", None).await.body;
        let path = format!("/orders/{}/events", orders["items"][0]["id"].as_str().unwrap());
        let accepted = shop.api("POST", &path, Some(json!({"event": "accepted_by_shop"}))).await;
        assert!(accepted.status.is_success(), "{accepted:?}");
        shop.settle().await;
        let held = async || {
            let held = outbox::Entity::find().filter(outbox::Column::State.eq(outbox::State::Held));
            held.count(shop.db().reader()).await.unwrap()
        };
        let waiting = held().await;
        assert!(waiting > 0, "the news of the order");
        let cem = shop.customer("Cem").await;
        cem.say("merhaba").await;
        let (into, from) = (id_of(shop, &cem).await, id_of(shop, &can).await);
        assert_eq!(merged(shop, from, &json!(into)).await.status, 200);
        assert_eq!(held().await, 0);
        shop.settle().await;
        assert_eq!(cem.news().await.len() as u64, waiting);
    }
}

on_both! {
    async fn what_cannot_be_merged_is_refused(shop: &Shop) {
        let can = shop.customer("Can").await;
        can.say("merhaba").await;
        let id = id_of(shop, &can).await;
        let answer = merged(shop, id, &json!(id)).await;
        assert_eq!((answer.status.as_u16(), answer.body["errors"][0]["pointer"].as_str()),
            (422, Some("/into")), "{answer:?}");
        let nobody = CustomerId::new(shop.now());
        assert_eq!(merged(shop, nobody, &json!(id)).await.status, 404);
        assert_eq!(merged(shop, id, &json!(nobody)).await.status, 404);
        assert_eq!((customers(shop).await, merges(shop).await.len()), (1, 0));
    }
}

on_both! {
    /// Both write while they are merged: everything is answered once, in one chat, and nothing is lost.
    async fn people_who_write_meanwhile_are_answered(shop: &Shop) {
        let can = shop.customer("Can").await;
        let cem = shop.customer("Cem").await;
        can.say("merhaba").await;
        cem.say("merhaba").await;
        can.news().await;
        cem.news().await;
        let (into, from) = (id_of(shop, &can).await, id_of(shop, &cem).await);
        for _ in 0..5 {
            can.post(json!({"type": "text", "body": "sepet"})).await;
            cem.post(json!({"type": "text", "body": "sepet"})).await;
        }
        let into_json = json!(into);
        let (answer, ()) = tokio::join!(merged(shop, from, &into_json), shop.settle());
        // A busy database says so, and is asked again.
        let answer = if answer.status == 503 { merged(shop, from, &into_json).await } else { answer };
        assert_eq!(answer.status, 200, "{answer:?}");
        shop.settle().await;
        let answers = can.news().await.len() + cem.news().await.len();
        assert_eq!(answers, 10);
        assert_eq!(customers(shop).await, 1);
    }
}
