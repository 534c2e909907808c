//! Many at once: one unit and many buyers, one button and many taps. All of it through signed webhooks on a real port.

use entity::{order, variant};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use crate::harness::{Options, Person, Shop};

const PICKUP: &str = "🏬 Mağazadan alırım";
const PAY: &str = "💵 Mağazada ödeme";
const CONFIRM: &str = "✅ Siparişi onayla";

/// Many people fit through the door only when WhatsApp does not slow the number down.
fn unpaced() -> Options {
    Options { paced: false, ..Options::default() }
}

async fn orders(shop: &Shop) -> u64 {
    order::Entity::find().count(shop.db().reader()).await.unwrap()
}

async fn available(shop: &Shop, sku: &str) -> i64 {
    let row = variant::Entity::find().filter(variant::Column::Sku.eq(sku));
    let row = row.one(shop.db().reader()).await.unwrap().unwrap();
    row.on_hand - row.reserved
}

on_both! {
    /// Everybody sees the last bag in stock and confirms; one gets it, the others are told.
    async fn one_unit_and_200_buyers_make_one_sale(shop: &Shop; unpaced()) {
        let mut people = Vec::new();
        for n in 0..200 {
            people.push(shop.customer(&format!("Alıcı {n}")).await);
        }
        for message in [
            Person::cart_message(&[("yirga-250", 1)]),
            json!(PICKUP),
            json!(PAY),
            json!(CONFIRM),
        ] {
            // All of them act before anything is answered.
            for person in &people {
                let message = match message.as_str() {
                    Some(title) => Person::tap_message(&person.newest_with(title).await, title),
                    None => message.clone(),
                };
                person.post(message).await;
            }
            shop.settle().await;
        }
        assert_eq!(orders(shop).await, 1);
        assert_eq!(available(shop, "yirga-250").await, 0);
        let mut bought = 0;
        for person in &people {
            let told = person.bubbles().await.last().unwrap().body();
            if told.contains("siparişiniz alındı") {
                bought += 1;
            } else {
                assert!(told.contains("Etiyopya Yirgacheffe"), "{}: {told}", person.name);
            }
        }
        assert_eq!(bought, 1);
    }
}

on_both! {
    async fn twenty_taps_on_confirm_place_one_order(shop: &Shop; unpaced()) {
        let ayse = shop.customer("Ayşe").await;
        ayse.send_cart(&[("turk-100", 2)]).await;
        ayse.tap(PICKUP).await;
        ayse.tap(PAY).await;
        let summary = ayse.newest_with(CONFIRM).await;
        for _ in 0..20 {
            ayse.post(Person::tap_message(&summary, CONFIRM)).await;
        }
        shop.settle().await;
        assert_eq!(orders(shop).await, 1);
        assert_eq!(available(shop, "turk-100").await, 48);
        let placed = ayse.news().await;
        let placed = placed.iter().filter(|b| b.body().contains("siparişiniz alındı")).count();
        assert_eq!(placed, 1, "the order is announced once");
    }
}
