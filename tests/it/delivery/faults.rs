//! The whole way against the simulated WhatsApp when it is down, slow, refuses, or loses an answer.

use serde_json::json;

use super::*;

async fn only_row(shop: &Shop) -> outbox::Model {
    let rows = rows(shop).await;
    assert_eq!(rows.len(), 1, "one turn is one message");
    rows.into_iter().next().unwrap()
}

on_both! {
    async fn a_lost_answer_is_settled_by_its_status_and_not_sent_again(shop: &Shop; quiet()) {
        let ayse = shop.customer("Ayşe").await;
        shop.fault(json!({"kind": "lost_answer", "times": 1})).await;
        assert_eq!(ayse.say("merhaba").await.len(), 1);
        let row = only_row(shop).await;
        assert_eq!((row.state, row.repeated, row.attempts), (State::Sent, false, 1));
        assert!(row.wamid.is_some());
        shop.pass(120).await;
        assert_eq!(ayse.news().await.len(), 0);
    }
}

on_both! {
    async fn while_whatsapp_is_down_a_message_waits_and_comes_once(shop: &Shop; quiet()) {
        let ayse = shop.customer("Ayşe").await;
        shop.fault(json!({"kind": "down"})).await;
        assert_eq!(ayse.say("merhaba").await.len(), 0);
        assert!(matches!(only_row(shop).await.state, State::Unknown | State::Due));
        for _ in 0..5 {
            shop.pass(60).await;
        }
        shop.faults_over().await;
        shop.pass(300).await;
        assert_eq!(ayse.news().await.len(), 1);
        assert_eq!(only_row(shop).await.state, State::Sent);
    }
}

on_both! {
    async fn refusals_that_pass_are_tried_again(shop: &Shop; quiet()) {
        let ayse = shop.customer("Ayşe").await;
        for code in [131_016, 131_057, 130_429, 131_056] {
            shop.fault(json!({"kind": "code", "code": code, "times": 1})).await;
            assert_eq!(ayse.say("merhaba").await.len(), 0, "code {code}");
            shop.pass(10).await;
            assert_eq!(ayse.news().await.len(), 1, "code {code}");
        }
    }
}

on_both! {
    async fn a_refused_token_stops_the_channel_until_a_person_acts(shop: &Shop; quiet()) {
        let ayse = shop.customer("Ayşe").await;
        shop.fault(json!({"kind": "code", "code": 190, "times": 1})).await;
        assert_eq!(ayse.say("merhaba").await.len(), 0);
        shop.pass(600).await;
        assert_eq!(ayse.news().await.len(), 0);
        assert!(channel_of(shop, shop.channel_id).await.stopped_reason.is_some());
        shop.reapply(r#"channel.graph_version = "v25.0""#).await.unwrap();
        shop.settle().await;
        assert_eq!(ayse.news().await.len(), 1);
    }
}

on_both! {
    async fn people_without_a_phone_are_answered_by_bsuid(shop: &Shop; quiet()) {
        let can = shop.phoneless_customer("Can").await;
        assert_eq!(can.say("merhaba").await.len(), 1);
        let journal = shop.journal().await;
        let sends = journal.iter().map(|entry| &entry["request"]);
        let to: Vec<_> = sends.filter(|body| body["type"].is_string()).collect();
        assert!(to.iter().any(|body| body["recipient"] == can.bsuid.as_str()), "{to:?}");
        assert!(to.iter().all(|body| body.get("to").is_none()));
    }
}

on_both! {
    async fn webhooks_twice_and_shuffled_change_nothing(shop: &Shop; quiet()) {
        let ayse = shop.customer("Ayşe").await;
        shop.fault(json!({"kind": "duplicate_webhooks"})).await;
        shop.fault(json!({"kind": "shuffle_webhooks"})).await;
        assert_eq!(ayse.say("merhaba").await.len(), 1);
        assert_eq!(ayse.say("menü").await.len(), 1);
        shop.faults_over().await;
    }
}

on_both! {
    async fn a_message_is_marked_as_read(shop: &Shop; quiet()) {
        let ayse = shop.customer("Ayşe").await;
        ayse.say("merhaba").await;
        let journal = shop.journal().await;
        let marks = journal.iter().filter(|entry| entry["request"]["status"] == "read");
        assert_eq!(marks.count(), 1);
    }
}
