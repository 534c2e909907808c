//! What could not leave in its time is dropped by rule.

use super::*;

async fn push_as(
    shop: &Shop,
    chat: ConversationId,
    purpose: outbox::Purpose,
    message: &Outbound,
) -> OutboxId {
    let txn = shop.db().begin_write().await.unwrap();
    let id = sepet::outbox::push(&txn, shop.now(), chat, purpose, message, None).await.unwrap();
    txn.commit().await.unwrap();
    id
}

on_both! {
    async fn questions_replies_and_news_are_dropped_each_in_its_time(shop: &Shop; fast()) {
        let question: Outbound =
            serde_json::from_value(serde_json::json!({"ask_location": {"body": "Where?"}})).unwrap();
        let text = Outbound::text("1");
        let kinds = [
            (outbox::Purpose::Reply, &question, 6),
            (outbox::Purpose::Reply, &text, 72),
            (outbox::Purpose::Staff, &text, 7 * 24),
            (outbox::Purpose::OrderUpdate, &text, 30 * 24),
        ];
        let mut waiting = vec![];
        for (n, (purpose, message, hours)) in kinds.into_iter().enumerate() {
            let phone = format!("+9055511122{n}0");
            let mut pair = vec![];
            for in_time in [true, false] {
                let chat = chat_on(shop, shop.channel_id, Some(&format!("{phone}{}", u8::from(in_time))), None).await;
                set_window(shop, chat, 0).await;
                let id = push_as(shop, chat, purpose, message).await;
                pair.push((chat, id, in_time));
            }
            waiting.push((hours, pair));
        }
        // Nothing can leave for a while.
        let until = shop.now().plus_seconds(40 * 86_400);
        change_channel(shop, shop.channel_id, |row| row.paused_until = Set(Some(until))).await;
        let script = Script::default();
        let began = shop.now();
        for (hours, pair) in waiting {
            for (chat, id, in_time) in pair {
                let minutes = hours * 60 + if in_time { -1 } else { 0 };
                let at = began.plus_seconds(minutes * 60);
                if at > shop.now() {
                    shop.clock().advance_ms(at.ms() - shop.now().ms());
                }
                set_window(shop, chat, 86_400).await;
                change_channel(shop, shop.channel_id, |row| row.paused_until = Set(None)).await;
                send(shop, &script).await;
                change_channel(shop, shop.channel_id, |row| row.paused_until = Set(Some(until))).await;
                let (state, reason) = state(shop, id).await;
                if in_time {
                    assert_eq!(state, State::Sent, "{hours} hours: {reason:?}");
                } else {
                    assert_eq!(state, State::Expired, "{hours} hours: {reason:?}");
                    assert!(reason.unwrap().contains("too late"));
                }
            }
        }
    }
}

async fn rewrite(shop: &Shop, id: OutboxId, message: &serde_json::Value) {
    let txn = shop.db().begin_write().await.unwrap();
    let mut row = row(shop, id).await.into_active_model();
    row.message = Set(message.clone());
    row.update(&txn).await.unwrap();
    txn.commit().await.unwrap();
}

on_both! {
    /// Two versions run beside each other for a while: what the older one cannot read is the newer one's to send.
    async fn what_cannot_be_read_waits_a_day_for_who_can(shop: &Shop; fast()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        set_window(shop, ayse, 3 * 86_400).await;
        let id = push(shop, ayse, "1").await;
        let (written, newer) = (row(shop, id).await.message, serde_json::json!({"from_the_future": {}}));
        rewrite(shop, id, &newer).await;
        let script = Script::default();
        send(shop, &script).await;
        let waiting = row(shop, id).await;
        assert_eq!((waiting.state, seconds_from(shop, waiting.due_at)), (State::Due, 10));
        rewrite(shop, id, &written).await;
        pass(shop, 10);
        send(shop, &script).await;
        assert_eq!(script.news(), ["1"]);
        let id = push(shop, ayse, "2").await;
        rewrite(shop, id, &newer).await;
        pass(shop, 24 * 3_600 + 1);
        send(shop, &script).await;
        let ended = (State::Failed, Some("the stored message cannot be read".to_owned()));
        assert_eq!(state(shop, id).await, ended);
        assert_eq!(script.news(), [""; 0]);
    }
}
