//! What becomes of a message after each kind of answer, and after none.

use serde_json::json;

use super::*;

on_both! {
    async fn an_unanswered_send_waits_for_a_status_then_goes_again_marked(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let first = push(shop, ayse, "1").await;
        push(shop, ayse, "2").await;
        let script = Script::next(unknown());
        send(shop, &script).await;
        let open = row(shop, first).await;
        assert_eq!((open.state, open.repeated), (State::Unknown, false));
        assert_eq!(open.leased_until.map(|at| seconds_from(shop, at)), Some(20));
        pass(shop, 19);
        assert_eq!(send(shop, &script).await, 0);
        assert_eq!(script.news(), ["1"]);
        pass(shop, 1);
        send(shop, &script).await;
        assert_eq!(script.news(), ["1", "2"]);
        let sent = row(shop, first).await;
        assert_eq!((sent.state, sent.repeated, sent.attempts), (State::Sent, true, 2));
        assert!(!rows(shop).await[1].repeated);
    }
}

on_both! {
    async fn what_never_gets_an_answer_ends_after_a_day(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let id = push(shop, ayse, "1").await;
        let script = Script::default();
        script.to("1", unknown());
        open_for_days(shop, ayse).await;
        for _ in 0..400 {
            send(shop, &script).await;
            if row(shop, id).await.state == State::Failed {
                break;
            }
            pass(shop, 300);
        }
        let reason = "given up after 24 hours: neither an answer nor a status".to_owned();
        assert_eq!(state(shop, id).await, (State::Failed, Some(reason)));
    }
}

on_both! {
    async fn what_may_pass_is_tried_for_a_day(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let id = push(shop, ayse, "1").await;
        let script = Script::default();
        script.to("1", retry(131_016));
        open_for_days(shop, ayse).await;
        let mut pauses = vec![];
        for _ in 0..400 {
            send(shop, &script).await;
            let row = row(shop, id).await;
            if row.state == State::Failed {
                break;
            }
            pauses.push(seconds_from(shop, row.due_at));
            pass(shop, *pauses.last().unwrap());
        }
        assert_eq!(pauses[..11], [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert!((86_400 - 300..=86_400).contains(&pauses.iter().sum::<i64>()));
        let reason = "given up after 24 hours: it may pass".to_owned();
        assert_eq!(state(shop, id).await, (State::Failed, Some(reason)));
    }
}

on_both! {
    async fn a_lease_that_runs_out_counts_as_unanswered(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let id = push(shop, ayse, "1").await;
        let script = Script::default();
        *script.silent.lock().unwrap() = true;
        let app = shop.app();
        {
            // The process ends while it is sending.
            let turn = sepet::outbox::turn(app.platform(), &script);
            tokio::pin!(turn);
            while script.sent.lock().unwrap().is_empty() {
                let rest = std::time::Duration::from_millis(5);
                let _still_open = tokio::time::timeout(rest, &mut turn).await;
            }
        }
        *script.silent.lock().unwrap() = false;
        assert_eq!(row(shop, id).await.state, State::Leased);
        pass(shop, 39);
        assert_eq!(send(shop, &script).await, 0);
        pass(shop, 1);
        send(shop, &script).await;
        assert_eq!(row(shop, id).await.state, State::Unknown);
        pass(shop, 20);
        send(shop, &script).await;
        let row = row(shop, id).await;
        assert_eq!((row.state, row.repeated), (State::Sent, true));
        assert_eq!(script.news(), ["1", "1"]);
    }
}

on_both! {
    async fn a_sender_that_panics_is_one_that_gave_no_answer(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let id = push(shop, ayse, "1").await;
        let script = Script::default();
        *script.panics.lock().unwrap() = true;
        send(shop, &script).await;
        assert_eq!(row(shop, id).await.state, State::Unknown);
        *script.panics.lock().unwrap() = false;
        pass(shop, 20);
        send(shop, &script).await;
        assert_eq!(row(shop, id).await.state, State::Sent);
    }
}

on_both! {
    async fn a_throttled_number_pauses_and_other_numbers_do_not(shop: &Shop; quiet()) {
        let other = second_channel(shop).await;
        let ayse = chat(shop, Some("+905551112233")).await;
        let baris = chat_on(shop, other, Some("+905551112234"), None).await;
        let id = push(shop, ayse, "1").await;
        let script = Script::next(Outcome::Throttled {
            code: 130_429,
            text: "throughput".into(),
            after_ms: Some(60_000),
        });
        send(shop, &script).await;
        let paused = channel_of(shop, shop.channel_id).await;
        assert_eq!(paused.paused_until.map(|at| seconds_from(shop, at)), Some(60));
        push(shop, ayse, "2").await;
        push(shop, baris, "b").await;
        send(shop, &script).await;
        assert_eq!(script.news(), ["1", "b"]);
        let waiting = row(shop, id).await;
        assert_eq!((waiting.state, waiting.error_code), (State::Due, Some(130_429)));
        assert_eq!(waiting.reason.as_deref(), Some("the number has to wait: throughput"));
        pass(shop, 60);
        send(shop, &script).await;
        assert_eq!(script.news(), ["1", "2"]);
    }
}

on_both! {
    async fn a_person_ends_a_pause(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let baris = chat(shop, Some("+905551112234")).await;
        push(shop, ayse, "1").await;
        let text = "throughput".to_owned();
        let after_ms = Some(3_600_000);
        let script = Script::next(Outcome::Throttled { code: 130_429, text, after_ms });
        send(shop, &script).await;
        push(shop, baris, "b").await;
        assert_eq!(send(shop, &script).await, 0);
        let path = format!("/channels/{}/resume", shop.channel_id);
        let resumed = shop.api("POST", &path, None).await;
        assert_eq!(resumed.status, 200, "{resumed:?}");
        assert!(resumed.body["paused_until"].is_null(), "{resumed:?}");
        send(shop, &script).await;
        assert_eq!(script.news(), ["1", "b"]);
        // One that may send stays as it is.
        let version = channel_of(shop, shop.channel_id).await.version;
        assert_eq!(shop.api("POST", &path, None).await.status, 200);
        assert_eq!(channel_of(shop, shop.channel_id).await.version, version);
        pass(shop, 3_600);
        send(shop, &script).await;
        assert_eq!(script.news(), ["1"]);
    }
}

on_both! {
    /// The refusal comes before the news: what the account takes and gives back, it has stopped.
    async fn an_account_that_is_given_back_frees_what_its_refusal_stopped(shop: &Shop; quiet()) {
        let mut told = 0;
        let mut tell = async |state: &str| {
            told += 1;
            let value = json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": state}});
            let body = json!({"object": "whatsapp_business_account", "entry": [{
                "id": "200000000000002", "time": 1_795_417_200 + told,
                "changes": [{"field": "account_update", "value": value}]}]});
            let posted = shop.sim("POST", "/sim/webhooks/raw", Some(json!({"body": body}))).await;
            assert_eq!(posted["status"], 200, "{posted}");
            shop.settle().await;
            channel_of(shop, shop.channel_id).await.stopped_reason
        };
        let (disabled, token) = ("WhatsApp: the account is disabled", "the token has expired (code 190)");
        for (found, taken, given_back) in [
            (token, token, Some(token)),
            ("the account is restricted (code 368)", disabled, None),
            ("the account is locked (code 131031)", disabled, None),
        ] {
            let reason = Some(found.to_owned());
            change_channel(shop, shop.channel_id, |channel| channel.stopped_reason = Set(reason)).await;
            assert_eq!(tell("DISABLE").await.as_deref(), Some(taken));
            assert_eq!(tell("REINSTATE").await.as_deref(), given_back, "{found}");
        }
    }
}

on_both! {
    async fn a_stopped_channel_holds_its_own_and_nothing_of_others(shop: &Shop; quiet()) {
        let other = second_channel(shop).await;
        let ayse = chat(shop, Some("+905551112233")).await;
        let baris = chat_on(shop, other, Some("+905551112234"), None).await;
        let id = push(shop, ayse, "1").await;
        let version = channel_of(shop, shop.channel_id).await.version;
        let text = "the token has expired".to_owned();
        let script = Script::next(Outcome::ChannelStopped { code: Some(190), text });
        send(shop, &script).await;
        let stopped = channel_of(shop, shop.channel_id).await;
        assert_eq!(stopped.stopped_reason.as_deref(), Some("the token has expired (code 190)"));
        assert_eq!(stopped.version, version + 1);
        push(shop, ayse, "2").await;
        push(shop, baris, "b").await;
        send(shop, &script).await;
        assert_eq!(script.news(), ["1", "b"]);
        assert_eq!(row(shop, id).await.state, State::Due);
        change_channel(shop, shop.channel_id, |channel| channel.stopped_reason = Set(None)).await;
        send(shop, &script).await;
        assert_eq!(script.news(), ["1", "2"]);
    }
}

on_both! {
    async fn a_persons_own_pace_holds_that_person(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let baris = chat(shop, Some("+905551112234")).await;
        let id = push(shop, ayse, "a").await;
        push(shop, baris, "b").await;
        let script = Script::default();
        script.to("a", Outcome::PairThrottled { code: 131_056, text: "pair".into(), after_ms: None });
        send(shop, &script).await;
        assert_eq!(seconds_from(shop, row(shop, id).await.due_at), 4);
        pass(shop, 4);
        send(shop, &script).await;
        assert_eq!(seconds_from(shop, row(shop, id).await.due_at), 16);
        script.by_body.lock().unwrap().clear();
        pass(shop, 16);
        send(shop, &script).await;
        assert_eq!(row(shop, id).await.state, State::Sent);
        let mut sent = script.news();
        sent.sort();
        assert_eq!(sent, ["a", "a", "a", "b"]);
    }
}

/// A window that outlasts the test.
async fn open_for_days(shop: &Shop, chat: ConversationId) {
    let txn = shop.db().begin_write().await.unwrap();
    let row = conversation::Entity::find_by_id(chat).one(&txn).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    row.window_ends_at = Set(Some(shop.now().plus_seconds(30 * 86_400)));
    row.update(&txn).await.unwrap();
    txn.commit().await.unwrap();
}
