//! Many at once: few units and many buyers, one button and many taps. All of it through signed webhooks on real ports,
//! handled by several services at the same time.

use entity::{order, variant};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use crate::{
    harness::{Backend, Options, Person, Services, Shop},
    reliability::{of, proven},
};

pub(crate) const PICKUP: &str = "🏬 Mağazadan alırım";
pub(crate) const PAY: &str = "💵 Mağazada ödeme";
pub(crate) const CONFIRM: &str = "✅ Siparişi onayla";
/// Services that work at the same time.
pub(crate) const SERVICES: usize = 3;

/// Many people fit through the door only when WhatsApp does not slow the number down.
pub(crate) fn unpaced() -> Options {
    Options { paced: false, synced: false, ..Options::default() }
}

pub(crate) async fn orders(shop: &Shop) -> u64 {
    order::Entity::find().count(shop.db().reader()).await.unwrap()
}

pub(crate) async fn available(shop: &Shop, sku: &str) -> i64 {
    let row = variant::Entity::find().filter(variant::Column::Sku.eq(sku));
    let row = row.one(shop.db().reader()).await.unwrap().unwrap();
    row.on_hand - row.reserved
}

/// Everybody does the same before anything is answered; then the services answer all of them.
pub(crate) async fn all_tap(services: &Services, people: &[Person<'_>], title: &str) {
    for person in people {
        person.post(Person::tap_message(&person.newest_with(title).await, title)).await;
    }
    services.settle().await;
}

/// Everybody sends this cart and goes on until only the confirmation is missing.
pub(crate) async fn all_want(services: &Services, people: &[Person<'_>], cart: &[(&str, i64)]) {
    for person in people {
        person.post(Person::cart_message(cart)).await;
    }
    services.settle().await;
    all_tap(services, people, PICKUP).await;
    all_tap(services, people, PAY).await;
}

async fn stock(shop: &Shop, sku: &str, units: usize) {
    let counted = json!({"changes": [{"sku": sku, "on_hand": units}]});
    assert_eq!(shop.api("POST", "/stock/changes", Some(counted)).await.status.as_u16(), 200);
}

/// `count` people confirm one unit each of a variant, of which there are `units`: so many get one, the others are told.
async fn rush(shop: &Shop, count: usize, sku: &str, title: &str, units: usize) {
    let services = shop.services(SERVICES).await;
    let mut people = Vec::new();
    for n in 0..count {
        people.push(shop.customer(&format!("Alıcı {n}")).await);
    }
    all_want(&services, &people, &[(sku, 1)]).await;
    all_tap(&services, &people, CONFIRM).await;
    assert_eq!(orders(shop).await, units as u64);
    assert_eq!(available(shop, sku).await, 0);
    let mut bought = 0;
    for person in &people {
        let told = person.bubbles().await.last().unwrap().body();
        if told.contains("siparişiniz alındı") {
            bought += 1;
        } else {
            assert!(told.contains(title), "{}: {told}", person.name);
        }
    }
    assert_eq!(bought, units);
    if shop.on == Backend::Postgres {
        assert!(services.busy().0 > 1, "one service did it alone");
    }
    services.close().await;
}

on_both! {
    /// Everybody sees the last bag in stock and confirms; one gets it, the others are told.
    async fn one_unit_and_hundreds_of_buyers_make_one_sale(shop: &Shop; unpaced()) {
        let buyers = of(200, 500);
        rush(shop, buyers, "yirga-250", "Etiyopya Yirgacheffe", 1).await;
        proven(&format!("rush-one-{}", shop.on.name()), &format!("{buyers} buyers, 1 unit: 1 sale, the others told so"));
    }
}

on_both! {
    async fn some_units_and_hundreds_of_buyers_make_as_many_sales(shop: &Shop; unpaced()) {
        let (buyers, units) = of((200, 50), (500, 100));
        stock(shop, "turk-100", units).await;
        rush(shop, buyers, "turk-100", "Türk Kahvesi", units).await;
        let found = format!("{buyers} buyers, {units} units: {units} sales, the others told so");
        proven(&format!("rush-some-{}", shop.on.name()), &found);
    }
}

on_both! {
    /// Each of the 20 webhooks comes to two services at once, while the workers of both are at it.
    async fn twenty_taps_on_confirm_place_one_order(shop: &Shop; unpaced()) {
        let services = shop.services(2).await;
        let ayse = shop.customer("Ayşe").await;
        ayse.send_cart(&[("turk-100", 2)]).await;
        ayse.tap(PICKUP).await;
        ayse.tap(PAY).await;
        ayse.news().await;
        let summary = ayse.newest_with(CONFIRM).await;
        for _ in 0..20 {
            ayse.post(Person::tap_message(&summary, CONFIRM)).await;
        }
        let webhooks = ayse.webhooks(shop).await;
        let taps = &webhooks[webhooks.len() - 20..];
        let (answers, ()) = tokio::join!(services.post_everywhere(shop, taps), services.settle());
        assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
        // What WhatsApp brings once more in the end is known already.
        services.settle().await;
        assert_eq!(orders(shop).await, 1);
        assert_eq!(available(shop, "turk-100").await, 48);
        let news = ayse.news().await;
        assert_eq!(news.len(), 20, "each tap has its answer, and one");
        let placed = news.iter().filter(|b| b.body().contains("siparişiniz alındı")).count();
        assert_eq!(placed, 1, "the order is announced once");
        services.close().await;
    }
}
