//! Accepted, and reported as failed later: the report means what the same answer would have meant.

use entity::outbox::Delivery;
use sepet::message::{Button, Buttons, Header, Text};
use serde_json::json;

use super::{
    statuses::{report, turn},
    *,
};

/// A message that was accepted as `wamid.1`, and reported as failed with this code.
async fn failed(shop: &Shop, message: &Outbound, code: i64) -> (ConversationId, OutboxId) {
    let ayse = chat(shop, Some("+905551112233")).await;
    let txn = shop.db().begin_write().await.unwrap();
    let purpose = outbox::Purpose::Reply;
    let id = sepet::outbox::push(&txn, shop.now(), ayse, purpose, message, None).await.unwrap();
    txn.commit().await.unwrap();
    send(shop, &Script::next(accepted("wamid.1"))).await;
    pass(shop, 2);
    report_failed(shop, "wamid.1", id, code).await;
    (ayse, id)
}

async fn report_failed(shop: &Shop, wamid: &str, id: OutboxId, code: i64) {
    report(
        shop,
        json!({"id": wamid, "status": "failed",
        "biz_opaque_callback_data": id.to_string(),
        "errors": [{"code": code, "error_data": {"details": "the reason"}}]}),
    )
    .await;
    assert_eq!(turn(shop).await, 1);
}

fn accepted(wamid: &str) -> Outcome {
    Outcome::Accepted { wamid: Some(wamid.to_owned()) }
}

fn hello() -> Outbound {
    Outbound::text("hello")
}

on_both! {
    async fn what_needs_a_person_stops_the_channel_and_nothing_is_lost(shop: &Shop; quiet()) {
        let (_, id) = failed(shop, &hello(), 131_042).await;
        let stopped = channel_of(shop, shop.channel_id).await.stopped_reason;
        assert_eq!(stopped.as_deref(), Some("the reason (code 131042)"));
        let waits = row(shop, id).await;
        assert_eq!((waits.state, waits.delivery), (State::Due, Delivery::Failed));
        assert_eq!((waits.sent_at, waits.error_code), (None, Some(131_042)));
        let script = Script::next(accepted("wamid.2"));
        assert_eq!(send(shop, &script).await, 0);
        change_channel(shop, shop.channel_id, |channel| channel.stopped_reason = Set(None)).await;
        send(shop, &script).await;
        assert_eq!(script.news(), ["hello"]);
        let sent = row(shop, id).await;
        assert_eq!((sent.state, sent.delivery), (State::Sent, Delivery::None));
        assert_eq!(sent.wamid.as_deref(), Some("wamid.2"));
        report(shop, json!({"id": "wamid.2", "status": "delivered"})).await;
        turn(shop).await;
        assert_eq!(row(shop, id).await.delivery, Delivery::Delivered);
    }
}

on_both! {
    async fn a_window_that_was_closed_holds_it_and_all_behind_it(shop: &Shop; quiet()) {
        let (ayse, id) = failed(shop, &hello(), 131_047).await;
        assert_eq!(state(shop, id).await, (State::Held, Some(sepet::outbox::HELD.to_owned())));
        let next = push(shop, ayse, "next").await;
        let script = Script::default();
        send(shop, &script).await;
        assert_eq!((script.news().len(), row(shop, next).await.state), (0, State::Due));
        free(shop, ayse).await;
        send(shop, &script).await;
        assert_eq!(script.news(), ["hello", "next"]);
    }
}

on_both! {
    async fn a_picture_that_cannot_be_taken_stays_away_and_the_rest_comes(shop: &Shop; quiet()) {
        let button = Button { id: Text::cut("menu"), title: Text::cut("Menu") };
        let card = Buttons::new(Text::cut("a cup"), vec![button]).unwrap();
        let with_picture = card.clone().header(Header::Image("https://shop.example/cup.webp".into()));
        let (_, id) = failed(shop, &Outbound::Buttons(with_picture), 131_053).await;
        let script = Script::next(accepted("wamid.2"));
        send(shop, &script).await;
        assert_eq!(script.news(), ["a cup"]);
        let sent = row(shop, id).await;
        assert_eq!(sent.message, serde_json::to_value(Outbound::Buttons(card)).unwrap());
        // Once more, and there is nothing left to take away.
        report_failed(shop, "wamid.2", id, 131_053).await;
        let stays = row(shop, id).await;
        assert_eq!((stays.state, stays.delivery), (State::Sent, Delivery::Failed));
        assert_eq!(send(shop, &script).await, 0);
    }
}

on_both! {
    async fn what_passes_goes_again_and_what_does_not_stays(shop: &Shop; quiet()) {
        let (_, id) = failed(shop, &hello(), 131_016).await;
        let waits = row(shop, id).await;
        assert_eq!((waits.state, seconds_from(shop, waits.due_at)), (State::Due, 1));
        // What was taken for lost arrives after all.
        report(shop, json!({"id": "wamid.1", "status": "delivered"})).await;
        turn(shop).await;
        let came = row(shop, id).await;
        assert_eq!((came.state, came.delivery), (State::Sent, Delivery::Delivered));
        pass(shop, 60);
        assert_eq!(send(shop, &Script::default()).await, 0);
    }
}

on_both! {
    async fn what_nobody_can_change_or_may_have_come_stays_failed(shop: &Shop; quiet()) {
        for code in [131_026, 131_000, 999_999] {
            pass(shop, 1);
            let (_, id) = failed(shop, &hello(), code).await;
            let stays = row(shop, id).await;
            assert_eq!((stays.state, stays.delivery), (State::Sent, Delivery::Failed), "{code}");
            assert!(channel_of(shop, shop.channel_id).await.stopped_reason.is_none());
            let txn = shop.db().begin_write().await.unwrap();
            outbox::Entity::delete_by_id(id).exec(&txn).await.unwrap();
            txn.commit().await.unwrap();
        }
    }
}

/// Sends the one due message; its answer comes when what `meanwhile` does is over.
async fn sent_while(shop: &Shop, script: &Script, meanwhile: impl Future<Output = ()>) {
    let told = Arc::new(Notify::new());
    *script.slow.lock().unwrap() = Some(("hello".to_owned(), told.clone()));
    let app = shop.app();
    let sending = sepet::outbox::turn(app.platform(), script);
    tokio::pin!(sending);
    let before = script.sent.lock().unwrap().len();
    while script.sent.lock().unwrap().len() == before {
        let rest = std::time::Duration::from_millis(5);
        let _still_open = tokio::time::timeout(rest, &mut sending).await;
    }
    meanwhile.await;
    told.notify_one();
    sending.await.unwrap();
    *script.slow.lock().unwrap() = None;
}

on_both! {
    async fn a_failure_waits_for_the_answer_that_says_what_it_is_of(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let id = push(shop, ayse, "hello").await;
        let script = Script::next(accepted("wamid.1"));
        sent_while(shop, &script, report_failed(shop, "wamid.1", id, 131_016)).await;
        assert_eq!(row(shop, id).await.state, State::Sent);
        pass(shop, 1);
        assert_eq!(turn(shop).await, 1, "it looks again");
        assert_eq!(row(shop, id).await.state, State::Due);
        script.then(accepted("wamid.2"));
        pass(shop, 1);
        send(shop, &script).await;
        assert_eq!(script.news(), ["hello", "hello"]);
        let sent = row(shop, id).await;
        assert_eq!((sent.state, sent.wamid.as_deref()), (State::Sent, Some("wamid.2")));
    }
}

on_both! {
    async fn late_reports_of_the_failed_send_settle_nothing(shop: &Shop; quiet()) {
        let (_, id) = failed(shop, &hello(), 131_016).await;
        let late = async |status: &str| {
            pass(shop, 1);
            report(shop, json!({"id": "wamid.1", "status": status,
                "biz_opaque_callback_data": id.to_string(),
                "errors": [{"code": 131_016, "title": "again"}]})).await;
            turn(shop).await;
        };
        late("sent").await;
        assert_eq!(row(shop, id).await.state, State::Due, "behind it");
        let script = Script::next(accepted("wamid.2"));
        sent_while(shop, &script, late("sent")).await;
        let sent = row(shop, id).await;
        assert_eq!((sent.state, sent.delivery), (State::Sent, Delivery::None));
        assert_eq!(sent.wamid.as_deref(), Some("wamid.2"));
        late("failed").await;
        let sent = row(shop, id).await;
        assert_eq!((sent.state, sent.delivery), (State::Sent, Delivery::None), "of the first");
        report_failed(shop, "wamid.2", id, 131_016).await;
        let again = row(shop, id).await;
        assert_eq!((again.state, again.delivery), (State::Due, Delivery::Failed), "of the second");
    }
}

on_both! {
    async fn reports_of_the_second_send_may_come_before_its_answer(shop: &Shop; quiet()) {
        let (_, id) = failed(shop, &hello(), 131_016).await;
        pass(shop, 1);
        let script = Script::next(accepted("wamid.2"));
        let told = async {
            report(shop, json!({"id": "wamid.2", "status": "sent",
                "biz_opaque_callback_data": id.to_string()})).await;
            turn(shop).await;
        };
        sent_while(shop, &script, told).await;
        let sent = row(shop, id).await;
        assert_eq!((sent.state, sent.delivery), (State::Sent, Delivery::Sent));
        assert_eq!(sent.wamid.as_deref(), Some("wamid.2"));
    }
}

on_both! {
    async fn who_wrote_since_is_answered_at_once(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let id = push(shop, ayse, "hello").await;
        send(shop, &Script::next(accepted("wamid.1"))).await;
        let at = shop.now().ms() / 1_000;
        pass(shop, 5);
        let txn = shop.db().begin_write().await.unwrap();
        let row = conversation::Entity::find_by_id(ayse).one(&txn).await.unwrap().unwrap();
        let mut row = row.into_active_model();
        row.last_inbound_at = Set(Some(shop.now()));
        row.update(&txn).await.unwrap();
        txn.commit().await.unwrap();
        report(shop, json!({"id": "wamid.1", "status": "failed", "timestamp": at.to_string(),
            "errors": [{"code": 131_047}]})).await;
        turn(shop).await;
        assert_eq!(state(shop, id).await.0, State::Due);
        send(shop, &Script::default()).await;
        assert_eq!(state(shop, id).await.0, State::Sent);
    }
}

on_both! {
    async fn a_report_of_before_stops_no_channel_that_was_seen_to_since(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let id = push(shop, ayse, "hello").await;
        send(shop, &Script::next(accepted("wamid.1"))).await;
        let at = shop.now().ms() / 1_000;
        pass(shop, 60);
        let now = shop.now();
        change_channel(shop, shop.channel_id, |channel| channel.updated_at = Set(now)).await;
        report(shop, json!({"id": "wamid.1", "status": "failed", "timestamp": at.to_string(),
            "errors": [{"code": 131_042}]})).await;
        turn(shop).await;
        assert!(channel_of(shop, shop.channel_id).await.stopped_reason.is_none());
        assert_eq!(state(shop, id).await.0, State::Due);
        send(shop, &Script::default()).await;
        assert_eq!(state(shop, id).await.0, State::Sent);
    }
}

on_both! {
    async fn an_answer_behind_what_came_since_is_not_sent_again(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let id = push(shop, ayse, "hello").await;
        push(shop, ayse, "next").await;
        let script = Script::next(accepted("wamid.1"));
        script.then(accepted("wamid.2"));
        send(shop, &script).await;
        report(shop, json!({"id": "wamid.2", "status": "delivered"})).await;
        turn(shop).await;
        report_failed(shop, "wamid.1", id, 131_016).await;
        let stays = row(shop, id).await;
        assert_eq!((stays.state, stays.delivery), (State::Sent, Delivery::Failed));
    }
}

on_both! {
    async fn what_was_refused_at_the_second_try_is_not_brought_back_by_the_first(shop: &Shop; quiet()) {
        let (_, id) = failed(shop, &hello(), 131_016).await;
        pass(shop, 1);
        let refused = Outcome::Refused { code: Some(131_026), text: "undeliverable".into() };
        send(shop, &Script::next(refused)).await;
        let over = row(shop, id).await;
        assert_eq!((over.state, over.delivery), (State::Failed, Delivery::Failed));
        report(shop, json!({"id": "wamid.1", "status": "sent",
            "biz_opaque_callback_data": id.to_string()})).await;
        assert_eq!(turn(shop).await, 1);
        assert_eq!(row(shop, id).await.state, State::Failed);
    }
}

on_both! {
    async fn a_report_of_the_first_send_settles_no_third(shop: &Shop; quiet()) {
        let (_, id) = failed(shop, &hello(), 131_016).await;
        let at = shop.now().ms() / 1_000;
        pass(shop, 5);
        send(shop, &Script::next(accepted("wamid.2"))).await;
        report_failed(shop, "wamid.2", id, 131_016).await;
        pass(shop, 5);
        let script = Script::next(accepted("wamid.3"));
        let late = async {
            report(shop, json!({"id": "wamid.1", "status": "sent", "timestamp": at.to_string(),
                "biz_opaque_callback_data": id.to_string()})).await;
            assert_eq!(turn(shop).await, 1);
        };
        sent_while(shop, &script, late).await;
        let sent = row(shop, id).await;
        assert_eq!((sent.state, sent.wamid.as_deref()), (State::Sent, Some("wamid.3")));
        report_failed(shop, "wamid.3", id, 131_016).await;
        assert_eq!(row(shop, id).await.state, State::Due);
        pass(shop, 10);
        send(shop, &Script::default()).await;
    }
}

on_both! {
    async fn failures_of_others_messages_leave_the_channel_alone(shop: &Shop; quiet()) {
        for (n, code) in [131_042, 4].into_iter().enumerate() {
            report(shop, json!({"id": format!("wamid.theirs.{n}"), "status": "failed",
                "errors": [{"code": code}]})).await;
            turn(shop).await;
            let channel = channel_of(shop, shop.channel_id).await;
            assert_eq!((channel.stopped_reason, channel.paused_until), (None, None), "{code}");
        }
    }
}

on_both! {
    /// The whole way: WhatsApp accepts, and reports that it cannot deliver.
    async fn a_customer_gets_the_answer_at_the_second_try(shop: &Shop; quiet()) {
        let ayse = shop.customer("Ayşe").await;
        shop.fault(json!({"kind": "failed_status", "code": 131_016, "times": 1})).await;
        ayse.say("merhaba").await;
        shop.pass(10).await;
        let all = ayse.bubbles().await;
        let seen: Vec<_> = all.iter().map(|bubble| bubble.status.as_str()).collect();
        assert_eq!(seen.first(), Some(&"failed"));
        assert_eq!((seen.len(), all[0].body()), (2, all[1].body()));
        assert_ne!(seen[1], "failed");
    }
}
