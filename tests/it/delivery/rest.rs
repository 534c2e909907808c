//! A provider that gives no answers: its channel rests, one message at a time tries, others go on.

use super::*;

fn unreachable() -> Outcome {
    Outcome::Retry { code: None, text: "no connection".into(), after_ms: None }
}

/// `count` people with one message each.
async fn queue(shop: &Shop, count: usize) -> Vec<OutboxId> {
    let mut ids = vec![];
    for n in 0..count {
        let chat = chat_on(shop, shop.channel_id, Some(&format!("+905551120{n:03}")), None).await;
        ids.push(push(shop, chat, &format!("{n}")).await);
    }
    ids
}

async fn resting(shop: &Shop) -> (i32, Option<i64>) {
    let channel = channel_of(shop, shop.channel_id).await;
    (channel.failures, channel.resting_until.map(|at| seconds_from(shop, at)))
}

on_both! {
    async fn a_dead_provider_is_left_in_peace_and_one_message_tries(shop: &Shop; fast()) {
        let ids = queue(shop, 200).await;
        let script = Script::default();
        for n in 0..200 {
            script.to(&n.to_string(), unreachable());
        }
        send(shop, &script).await;
        assert_eq!(resting(shop).await, (5, Some(2)));
        // What was under way when it began to rest has tried; nothing else has.
        let tries = script.news().len();
        assert!((5..=128).contains(&tries), "{tries}");
        let shown = shop.api("GET", &format!("/channels/{}", shop.channel_id), None).await.body;
        assert_eq!((&shown["resting"], &shown["stopped_reason"]), (&true.into(), &serde_json::Value::Null));
        assert!(shown["resting_until"].is_string());
        // For two hours it is probed, once a rest, and every message keeps its tries.
        let mut probes = 0;
        for _ in 0..240 {
            pass(shop, 30);
            send(shop, &script).await;
            let news = script.news();
            assert!(news.len() <= 1, "{news:?}");
            probes += news.len();
        }
        assert!((100..=140).contains(&probes), "{probes}");
        for id in &ids {
            let row = row(shop, *id).await;
            assert_eq!((row.state, row.attempts <= 1), (State::Due, true), "{:?}", row.attempts);
        }
        // It is back: the probe leaves, and then all others do.
        script.by_body.lock().unwrap().clear();
        pass(shop, 60);
        send(shop, &script).await;
        assert_eq!(script.news().len(), 200);
        assert_eq!(resting(shop).await, (0, None));
    }
}

on_both! {
    async fn a_resting_channel_holds_up_no_other(shop: &Shop; fast()) {
        let other = second_channel(shop).await;
        let ids = queue(shop, 6).await;
        let script = Script::default();
        for n in 0..6 {
            script.to(&n.to_string(), unreachable());
        }
        send(shop, &script).await;
        assert_eq!(resting(shop).await.0, 5);
        script.news();
        let baris = chat_on(shop, other, Some("+905551112234"), None).await;
        push(shop, baris, "b").await;
        send(shop, &script).await;
        assert_eq!(script.news(), ["b"]);
        assert_eq!(channel_of(shop, other).await.failures, 0);
        // A person may end the rest.
        script.by_body.lock().unwrap().clear();
        let path = format!("/channels/{}/resume", shop.channel_id);
        let resumed = shop.api_with("POST", &path, None, &[("idempotency-key", "1")]).await;
        assert_eq!((resumed.status.as_u16(), &resumed.body["resting"]), (200, &false.into()));
        send(shop, &script).await;
        pass(shop, 20);
        send(shop, &script).await;
        for id in ids {
            assert_eq!(row(shop, id).await.state, State::Sent);
        }
    }
}

on_both! {
    async fn answers_in_between_begin_the_count_anew(shop: &Shop; fast()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let script = Script::default();
        for round in 0..4 {
            for _ in 0..3 {
                script.then(unreachable());
            }
            push(shop, ayse, &format!("{round}")).await;
            for _ in 0..4 {
                send(shop, &script).await;
                pass(shop, 10);
            }
            assert_eq!(resting(shop).await, (0, None), "round {round}");
        }
    }
}

on_both! {
    async fn a_readable_refusal_is_an_answer(shop: &Shop; fast()) {
        queue(shop, 12).await;
        let script = Script::default();
        for n in 0..12 {
            script.to(&n.to_string(), retry(131_016));
        }
        send(shop, &script).await;
        assert_eq!(resting(shop).await, (0, None));
        script.by_body.lock().unwrap().clear();
        pass(shop, 5);
        send(shop, &script).await;
    }
}

on_both! {
    async fn a_probe_whose_process_died_is_tried_again_after_its_lease(shop: &Shop; fast()) {
        queue(shop, 6).await;
        let script = Script::default();
        for n in 0..6 {
            script.to(&n.to_string(), unreachable());
        }
        send(shop, &script).await;
        script.by_body.lock().unwrap().clear();
        script.news();
        *script.silent.lock().unwrap() = true;
        pass(shop, 2);
        let app = shop.app();
        {
            let turn = sepet::outbox::turn(app.platform(), &script);
            tokio::pin!(turn);
            while script.sent.lock().unwrap().is_empty() {
                let rest = std::time::Duration::from_millis(5);
                let _still_open = tokio::time::timeout(rest, &mut turn).await;
            }
        }
        assert_eq!(script.news().len(), 1, "one probe");
        *script.silent.lock().unwrap() = false;
        pass(shop, 39);
        send(shop, &script).await;
        assert_eq!(script.news().len(), 0);
        pass(shop, 1);
        send(shop, &script).await;
        pass(shop, 60);
        send(shop, &script).await;
        assert!(rows(shop).await.iter().all(|row| row.state == State::Sent));
    }
}
