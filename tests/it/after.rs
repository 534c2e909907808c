//! After placing, where a chat script does not reach: two who act at once, and what the admin API shows.

use entity::{
    order::{self, Status},
    order_event, order_line,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::harness::{Options, Person, Shop};

const STATUS: &str = "Sipariş durumu";
const CANCEL: &str = "❌ Siparişi iptal et";
const YES: &str = "Evet, iptal et";

/// Orders something, to be fetched and paid at the shop.
async fn orders(person: &Person<'_>, items: &[(&str, i64)]) {
    person.send_cart(items).await;
    for title in ["🏬 Mağazadan alırım", "💵 Mağazada ödeme", "✅ Siparişi onayla"] {
        person.tap(title).await;
    }
}

on_both! {
    /// The customer cancels while the shop accepts: one of them wins, the other reads why not.
    async fn cancelling_beside_accepting_has_one_winner(shop: &Shop) {
        let mut outcomes = Vec::new();
        for n in 0..6 {
            shop.advance(60);
            let person = shop.customer(&format!("Kişi {n}")).await;
            orders(&person, &[("turk-100", 1)]).await;
            person.tap(STATUS).await;
            person.tap(CANCEL).await;
            let placed = order::Entity::find().order_by_desc(order::Column::PlacedAt);
            let id = placed.one(shop.db().reader()).await.unwrap().unwrap().id;
            let yes = Person::tap_message(&person.newest_with(YES).await, YES);
            person.post(yes).await;
            let path = format!("/orders/{id}/events");
            let body = json!({"event": "accepted_by_shop"});
            let (_, accepted) = tokio::join!(shop.settle(), shop.api("POST", &path, Some(body)));
            shop.settle().await;
            let told = person.bubbles().await;
            let told = |words: &str| told.iter().any(|bubble| bubble.body().contains(words));
            let row = order::Entity::find_by_id(id).one(shop.db().reader()).await.unwrap().unwrap();
            match row.status {
                Status::Cancelled => {
                    assert_eq!(accepted.body["code"], "order-refused", "{}", accepted.body);
                    assert!(told("isteğiniz üzerine iptal edildi") && !told("onaylandı, hazırlanıyor"));
                }
                Status::Accepted => {
                    assert_eq!(accepted.status, 200, "{}", accepted.body);
                    assert!(told("artık buradan iptal edilemiyor") && told("onaylandı, hazırlanıyor"));
                }
                other => panic!("an order that is {other:?}"),
            }
            let events = order_event::Entity::find().filter(order_event::Column::OrderId.eq(id));
            assert_eq!(events.all(shop.db().reader()).await.unwrap().len(), 2);
            outcomes.push(row.status);
        }
        assert_eq!(outcomes.len(), 6);
    }
}

on_both! {
    /// Goods that have left are gone: a count from before does not bring them back.
    async fn a_count_from_before_the_shipment_is_refused(shop: &Shop) {
        let person = shop.customer("Ayşe").await;
        orders(&person, &[("cezve", 2)]).await;
        let found = shop.api("GET", "/variants?sku=cezve", None).await.body;
        let id = found["items"][0]["id"].as_str().unwrap().to_owned();
        let seen = shop.api("GET", &format!("/variants/{id}"), None).await;
        let etag = seen.headers["etag"].to_str().unwrap().to_owned();
        let counted = seen.body["stock"]["on_hand"].as_i64().unwrap();
        let placed = order::Entity::find().one(shop.db().reader()).await.unwrap().unwrap().id;
        for event in ["accepted_by_shop", "ready_for_pickup", "picked_up"] {
            let path = format!("/orders/{placed}/events");
            let got = shop.api("POST", &path, Some(json!({"event": event}))).await;
            assert_eq!(got.status, 200, "{event}: {}", got.body);
        }
        let path = format!("/stock/{id}");
        let count = Some(json!({"on_hand": counted}));
        let late = shop.api_with("PUT", &path, count, &[("if-match", &etag)]).await;
        assert_eq!((late.status.as_u16(), &late.body["code"]), (412, &json!("stale")), "{}", late.body);
        let now = shop.api("GET", &format!("/variants/{id}"), None).await.body;
        assert_eq!((&now["stock"]["on_hand"], &now["stock"]["reserved"]), (&json!(counted - 2), &json!(0)));
    }
}

on_both! {
    async fn a_person_sees_which_order_it_is_about(shop: &Shop) {
        let ayse = shop.customer("Ayşe").await;
        orders(&ayse, &[("turk-100", 1)]).await;
        ayse.tap(STATUS).await;
        ayse.tap("💬 Bu sipariş için yazın").await;
        let waiting = shop.api("GET", "/conversations?owner=person", None).await.body;
        let chat = &waiting["items"][0];
        let row = order::Entity::find().one(shop.db().reader()).await.unwrap().unwrap();
        assert_eq!(chat["about_order_id"], json!(row.id.to_string()));
        assert_eq!(chat["about_order_number"], json!(row.number));
        let path = format!("/conversations/{}/release", chat["id"].as_str().unwrap());
        let released = shop.api("POST", &path, None).await;
        assert_eq!(released.status, 200, "{}", released.body);
        assert_eq!(released.body["about_order_id"], Value::Null);
        shop.settle().await;
        assert_eq!(ayse.news().await.len(), 1, "the bot shows where the chat was");
        let again = shop.api("POST", &path, None).await;
        assert_eq!(again.status, 200, "{}", again.body);
        shop.settle().await;
        assert!(ayse.news().await.is_empty(), "releasing again says nothing");
    }
}

on_both! {
    async fn the_history_tells_from_where_to_where(shop: &Shop) {
        let ayse = shop.customer("Ayşe").await;
        ayse.send_cart(&[("turk-100", 1)]).await;
        ayse.tap("🚚 Adrese teslim").await;
        ayse.say("Moda Caddesi 12/3, Kadıköy, İstanbul").await;
        for title in ["💵 Kapıda ödeme", "✅ Siparişi onayla", STATUS, "📍 Adresi değiştir"] {
            ayse.tap(title).await;
        }
        ayse.say("Bağdat Caddesi 100, Kadıköy, İstanbul").await;
        let id = order::Entity::find().one(shop.db().reader()).await.unwrap().unwrap().id;
        let whole = shop.api("GET", &format!("/orders/{id}"), None).await.body;
        assert_eq!(whole["order"]["delivery_address"], "Bağdat Caddesi 100, Kadıköy, İstanbul");
        let event = &whole["history"][1];
        assert_eq!((&event["event"], &event["actor"]), (&json!("address_changed"), &json!("customer")));
        let from_to =
            "Moda Caddesi 12/3, Kadıköy, İstanbul → Bağdat Caddesi 100, Kadıköy, İstanbul";
        assert_eq!(event["note"], from_to);
    }
}

on_both! {
    async fn the_shop_says_how_long_an_order_can_be_changed(shop: &Shop; Options { synced: false, ..Options::default() }) {
        let read = shop.api("GET", "/shop", None).await.body;
        let default = json!({"cancel_until": "accepted", "cancel_minutes": 0, "address_until": "accepted"});
        assert_eq!(read["orders"], default);
        let change = json!({"orders": {"cancel_until": "shipped", "cancel_minutes": 45}});
        let changed = shop.api("PATCH", "/shop", Some(change)).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        let now = json!({"cancel_until": "shipped", "cancel_minutes": 45, "address_until": "accepted"});
        assert_eq!(changed.body["orders"], now);
        for wrong in [json!({"cancel_until": "delivered"}), json!({"cancel_minutes": 129_601})] {
            let got = shop.api("PATCH", "/shop", Some(json!({"orders": wrong}))).await;
            assert_eq!(got.status.as_u16() / 100, 4, "{}", got.body);
        }
        assert_eq!(shop.api("GET", "/shop", None).await.body["orders"], now);
    }
}

on_both! {
    /// What has no room in one message is counted and reached by a row.
    async fn a_receipt_of_120_lines_is_read_to_its_end(shop: &Shop) {
        crate::orders::stock_up(shop, 120, "El yapımı, ince belli, altı kişilik çay takımı").await;
        let skus: Vec<_> = (0..120).map(|n| format!("many-{n}")).collect();
        let items: Vec<_> = skus.iter().map(|sku| (sku.as_str(), 1)).collect();
        let ayse = shop.customer("Ayşe").await;
        orders(&ayse, &items).await;
        let seen = ayse.tap(STATUS).await.remove(0);
        assert!(seen.body().contains("satır daha"), "{}", seen.script());
        let mut page = ayse.tap("🧾 Sipariş dökümü").await.remove(0);
        assert!(page.body().contains("₺1.200,00") && page.body().contains("satır daha"));
        let mut lines = 0;
        loop {
            lines += page.body().lines().filter(|line| line.starts_with("1 × ")).count();
            if page.choice("Devamı ▸").is_none() {
                break;
            }
            page = ayse.tap_on(&page, "Devamı ▸").await.remove(0);
        }
        let kept = order_line::Entity::find().all(shop.db().reader()).await.unwrap().len();
        assert_eq!((lines, kept), (120, 120));
    }
}
