//! What is large: a full POST, and texts that only look small.

use entity::{customer, inbox, outbox};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::{NOW, body, last_place, metadata, plain, post, quiet, stored};
use crate::harness::{Bubble, Shop};

on_both! {
    /// 1,000 updates in 3 MB, of as many people: everything is stored, and whoever can be answered is.
    async fn a_thousand_updates_in_one_post(shop: &Shop; plain()) {
        quiet(shop).await;
        let ada = shop.customer("Ada").await;
        ada.say("merhaba").await;
        ada.news().await;
        let padding = "kahve ".repeat(480);
        let mut updates: Vec<String> = (0..999)
            .map(|n| match n % 3 {
                // Of people whom the simulated WhatsApp does not know nothing is asked that would be answered.
                0 => json!({"id": format!("wamid.n{n}"), "from": format!("90557{n:07}"),
                    "timestamp": NOW, "type": "reaction", "note": padding,
                    "reaction": {"message_id": "wamid.x", "emoji": "👍"}}),
                1 => json!({"id": format!("wamid.n{n}"), "from": format!("90557{n:07}"),
                    "timestamp": NOW, "type": "moon", "note": padding}),
                _ => json!({"id": format!("wamid.n{n}"), "type": "text", "note": padding}),
            }
            .to_string())
            .collect();
        updates.insert(500, json!({"id": "wamid.ada", "from": ada.phone.trim_start_matches('+'),
            "from_user_id": ada.bsuid, "timestamp": NOW, "type": "text", "text": {"body": "menü"}})
            .to_string());
        let change = format!(
            r#"{{"field":"messages","value":{{"metadata":{},"messages":[{}]}}}}"#,
            metadata(),
            updates.join(",")
        );
        let whole = body(&[change]);
        assert!((2_900_000..3_145_728).contains(&whole.len()), "{}", whole.len());
        let after = last_place(shop).await;
        post(shop, &whole).await;
        shop.settle().await;
        let items = stored(shop, after).await;
        let count = |state| items.iter().filter(|item| item.state == state).count();
        assert_eq!(items.len(), 1_000);
        assert_eq!(count(inbox::State::Done), 334);
        assert_eq!((count(inbox::State::Kept), count(inbox::State::Dead)), (333, 333));
        let kinds: Vec<_> = ada.news().await.iter().map(Bubble::kind).collect();
        assert_eq!(kinds, ["list"]);
        post(shop, &whole).await;
        shop.settle().await;
        assert_eq!(stored(shop, after).await.len(), 1_000);
    }
}

on_both! {
    /// 10 kB of combining marks, in a text, a name, a note and an address: nothing that we say is longer for them.
    async fn towers_of_marks_and_turned_words_do_not_reach_our_messages(shop: &Shop; plain()) {
        let tower = format!("Z{}", "\u{0351}".repeat(5_000));
        assert!(tower.len() > 10_000);
        quiet(shop).await;
        let ada = shop.customer("Ada").await;
        ada.say("merhaba").await;
        let turned = format!("\u{202e}{tower} Moda Caddesi 12, Kadıköy\u{202c}");
        let item = json!({"product_retailer_id": "turk-100", "quantity": 1, "item_price": 75.5,
            "currency": "TRY"});
        let message = |n: usize, content: serde_json::Value| {
            let mut message = json!({"id": format!("wamid.t{n}"), "timestamp": NOW,
                "from": ada.phone.trim_start_matches('+'), "from_user_id": ada.bsuid});
            message.as_object_mut().unwrap().extend(content.as_object().unwrap().clone());
            let contact = json!({"profile": {"name": format!("\u{2067}{tower}")},
                "wa_id": ada.phone.trim_start_matches('+'), "user_id": ada.bsuid});
            let metadata: serde_json::Value = serde_json::from_str(&metadata()).unwrap();
            json!({"field": "messages", "value": {"metadata": metadata, "contacts": [contact],
                "messages": [message]}})
            .to_string()
        };
        let text = |text: &str| json!({"type": "text", "text": {"body": text}});
        let tap = |id: &str| json!({"type": "interactive", "interactive":
            {"type": "button_reply", "button_reply": {"id": id, "title": "x"}}});
        let order = json!({"type": "order", "order": {"catalog_id": "400000000000004",
            "text": turned, "product_items": [item]}});
        post(shop, &body(&[message(0, text(&tower))])).await;
        shop.settle().await;
        post(shop, &body(&[message(1, order)])).await;
        shop.settle().await;
        let delivery = ada.bubbles().await.last().unwrap().choices()[0].id.clone();
        post(shop, &body(&[message(2, tap(&delivery))])).await;
        shop.settle().await;
        post(shop, &body(&[message(3, text(&turned))])).await;
        shop.settle().await;
        let read_back = ada.bubbles().await.last().unwrap().script();
        assert!(read_back.contains("Moda Caddesi 12"), "{read_back}");
        for row in outbox::Entity::find().all(shop.db().reader()).await.unwrap() {
            let said = row.message.to_string();
            assert!(said.matches('\u{0351}').count() <= 16, "{said}");
            assert!(!said.contains(['\u{202e}', '\u{2067}', '\u{202c}']), "{said}");
        }
        let named = customer::Entity::find().filter(customer::Column::Phone.eq(&ada.phone));
        let named = named.one(shop.db().reader()).await.unwrap().unwrap();
        assert_eq!(named.name.chars().count(), 9);
        let dead = inbox::Entity::find().filter(inbox::Column::State.eq(inbox::State::Dead));
        assert_eq!(dead.count(shop.db().reader()).await.unwrap(), 0);
    }
}
