//! What is held never blocks a chat for ever.

use serde_json::json;

use crate::harness::{Person, Shop};

on_both! {
    async fn a_window_that_whatsapp_holds_for_closed_is_opened_by_the_next_message(shop: &Shop) {
        // The refusal is the simulator's fault and not ours.
        shop.forgive("I7");
        shop.forgive("violations");
        let ayse: Person<'_> = shop.customer("Ayşe").await;
        shop.fault(json!({"kind": "code", "code": 131_047, "times": 1})).await;
        assert!(ayse.say("merhaba").await.is_empty(), "the greeting is held");
        shop.faults_over().await;
        let news = ayse.say("menü").await;
        assert_eq!(news.len(), 2, "the greeting is freed, and the menu follows it");
    }
}
