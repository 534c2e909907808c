//! The four statuses of a message in all 24 orders, each alone and all in one webhook: the rank never falls.

use entity::outbox::{self, Delivery};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sepet::whatsapp::Webhooks;
use serde_json::{Value, json};

use super::proven;
use crate::harness::{Options, Shop};

const STATUSES: [&str; 4] = ["sent", "failed", "delivered", "read"];

/// All orders of four things.
fn orders() -> Vec<[usize; 4]> {
    let all = 0..4_usize.pow(4);
    let read = |n: usize| [n / 64, n / 16 % 4, n / 4 % 4, n % 4];
    all.map(read).filter(|order| (0..4).all(|one| order.contains(&one))).collect()
}

/// Phones report nothing by themselves.
fn silent() -> Options {
    Options { statuses: vec![], paced: false, synced: false, ..Options::default() }
}

async fn report(shop: &Shop, statuses: &[Value]) {
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "200000000000002", "changes": [
        {"field": "messages", "value": {"messaging_product": "whatsapp",
            "metadata": {"phone_number_id": "100000000000001"}, "statuses": statuses}}]}]});
    let answer = shop.sim("POST", "/sim/webhooks/raw", Some(json!({"body": body}))).await;
    assert_eq!(answer["status"], 200, "{answer}");
}

on_both! {
    async fn statuses_in_all_24_orders_never_lose_rank(shop: &Shop; silent()) {
        let orders = orders();
        assert_eq!(orders.len(), 24);
        let ayse = shop.customer("Ayşe").await;
        for _ in 0..2 * orders.len() {
            ayse.post(json!({"type": "text", "body": "menü"})).await;
        }
        shop.settle().await;
        let mut messages = ayse.news().await.into_iter();
        for (together, order) in [false, true].iter().flat_map(|t| orders.iter().map(move |o| (*t, o))) {
            let message = messages.next().unwrap();
            let at = (shop.now().ms() / 1_000).to_string();
            let statuses: Vec<Value> = order
                .iter()
                .map(|n| json!({"id": message.id, "status": STATUSES[*n], "timestamp": at,
                    "recipient_id": ayse.phone.trim_start_matches('+')}))
                .collect();
            let mut rank = Delivery::None;
            for part in statuses.chunks(if together { 4 } else { 1 }) {
                report(shop, part).await;
                // And once more: a repeated one changes nothing.
                report(shop, part).await;
                let platform = shop.app().platform().clone();
                sepet::inbox::turn(&platform, &Webhooks::new(platform.clone())).await.unwrap();
                let row = outbox::Entity::find().filter(outbox::Column::Wamid.eq(&message.id));
                let row = row.one(shop.db().reader()).await.unwrap().unwrap();
                assert!(row.delivery >= rank, "{order:?} lost rank");
                rank = row.delivery;
            }
            assert_eq!(rank, Delivery::Read, "{order:?}");
        }
        proven(&format!("statuses-{}", shop.on.name()), "24 orders, alone and in one webhook, each twice: the rank never fell");
    }
}
