//! Messages to one person leave in their order, one after the other, each once; people do not wait for each other.

use std::collections::HashMap;

use super::*;

on_both! {
    async fn messages_leave_in_order(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        for n in 1..=5 {
            push(shop, ayse, &format!("{n}")).await;
        }
        let script = Script::default();
        assert_eq!(send(shop, &script).await, 5);
        assert_eq!(script.news(), ["1", "2", "3", "4", "5"]);
        for row in rows(shop).await {
            assert_eq!((row.state, row.attempts, row.reason), (State::Sent, 1, None));
            assert_eq!(row.wamid, Some(format!("wamid.{}", row.id.0.simple())));
            assert_eq!(row.sent_at, Some(shop.now()));
        }
    }
}

on_both! {
    async fn the_next_waits_for_the_one_before_and_nobody_else_does(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let baris = chat(shop, Some("+905551112234")).await;
        let first = push(shop, ayse, "a1").await;
        push(shop, ayse, "a2").await;
        push(shop, baris, "b1").await;
        let script = Script::default();
        script.to("a1", retry(131_016));
        send(shop, &script).await;
        let mut sent = script.news();
        sent.sort();
        assert_eq!(sent, ["a1", "b1"]);
        script.by_body.lock().unwrap().clear();
        let waiting = row(shop, first).await;
        assert_eq!((waiting.state, seconds_from(shop, waiting.due_at)), (State::Due, 1));
        pass(shop, 1);
        send(shop, &script).await;
        assert_eq!(script.news(), ["a1", "a2"]);
    }
}

on_both! {
    async fn an_answer_that_does_not_come_holds_up_nobody_else(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let baris = chat(shop, Some("+905551112234")).await;
        push(shop, ayse, "a1").await;
        let (script, told) = (Script::default(), Arc::new(Notify::new()));
        *script.slow.lock().unwrap() = Some(("a1".to_owned(), told.clone()));
        let app = shop.app();
        let sent = async |text: &str| {
            while !script.sent.lock().unwrap().iter().any(|sent| sent.body == text) {
                tokio::task::yield_now().await;
            }
        };
        let others = async {
            sent("a1").await;
            push(shop, baris, "b1").await;
            app.platform().wake.outbox.notify_one();
            sent("b1").await;
            told.notify_one();
        };
        let turn = sepet::outbox::turn(app.platform(), &script);
        let (moved, ()) = futures_util::future::join(turn, others).await;
        assert_eq!((moved.unwrap(), script.news()), (2, vec!["a1".to_owned(), "b1".to_owned()]));
    }
}

on_both! {
    async fn one_that_has_finally_failed_lets_the_next_go(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let first = push(shop, ayse, "1").await;
        push(shop, ayse, "2").await;
        let script = Script::default();
        script.to("1", Outcome::Refused { code: Some(131_026), text: "undeliverable".into() });
        send(shop, &script).await;
        assert_eq!(script.news(), ["1", "2"]);
        let failed = row(shop, first).await;
        assert_eq!((failed.state, failed.error_code), (State::Failed, Some(131_026)));
        assert_eq!(failed.reason.as_deref(), Some("WhatsApp refused it: undeliverable"));
        assert_eq!(failed.error_text.as_deref(), Some("undeliverable"));
    }
}

on_both! {
    async fn several_senders_at_once_send_each_message_once_and_in_order(shop: &Shop; fast()) {
        let mut chats = vec![];
        for n in 0..20 {
            chats.push(chat(shop, Some(&format!("+9055511122{n:02}"))).await);
        }
        for n in 0..5 {
            for chat in &chats {
                push(shop, *chat, &format!("{n}")).await;
            }
        }
        let script = Script::default();
        let app = shop.app();
        for _ in 0..50 {
            let turns = (0..4).map(|_| sepet::outbox::turn(app.platform(), &script));
            let moved: usize =
                futures_util::future::join_all(turns).await.into_iter().map(Result::unwrap).sum();
            if moved == 0 {
                break;
            }
        }
        let mut by_chat: HashMap<String, Vec<String>> = HashMap::new();
        for sent in script.sent.lock().unwrap().drain(..) {
            let Recipient::Phone(phone) = sent.to else { panic!("a phone is known") };
            by_chat.entry(phone).or_default().push(sent.body);
        }
        assert_eq!(by_chat.len(), 20);
        for (phone, bodies) in by_chat {
            assert_eq!(bodies, ["0", "1", "2", "3", "4"], "{phone}");
        }
        assert!(rows(shop).await.iter().all(|row| row.state == State::Sent && row.attempts == 1));
    }
}

on_both! {
    async fn people_are_written_to_by_phone_else_by_bsuid(shop: &Shop; quiet()) {
        let phone = chat_on(shop, shop.channel_id, Some("+905551112233"), Some("TR.1")).await;
        let bsuid = chat_on(shop, shop.channel_id, None, Some("TR.2")).await;
        let nobody = chat_on(shop, shop.channel_id, None, None).await;
        for (chat, body) in [(phone, "phone"), (bsuid, "bsuid")] {
            push(shop, chat, body).await;
        }
        let lost = push(shop, nobody, "nobody").await;
        let script = Script::default();
        send(shop, &script).await;
        let sent = std::mem::take(&mut *script.sent.lock().unwrap());
        let to = |body: &str| sent.iter().find(|s| s.body == body).map(|s| s.to.clone());
        assert_eq!(to("phone"), Some(Recipient::Phone("+905551112233".into())));
        assert_eq!(to("bsuid"), Some(Recipient::Bsuid("TR.2".into())));
        assert_eq!(to("nobody"), None);
        let reason = "the customer has neither a phone nor a BSUID".to_owned();
        assert_eq!(state(shop, lost).await, (State::Failed, Some(reason)));
    }
}

on_both! {
    async fn an_id_that_was_given_twice_harms_nobody(shop: &Shop; quiet()) {
        let same = || Outcome::Accepted { wamid: Some("wamid.same".into()) };
        let script = Script::default();
        for n in 0..3 {
            let chat = chat(shop, Some(&format!("+90555111223{n}"))).await;
            push(shop, chat, &format!("{n}")).await;
            script.then(same());
        }
        send(shop, &script).await;
        let rows = rows(shop).await;
        assert!(rows.iter().all(|row| row.state == State::Sent));
        assert_eq!(rows.iter().filter(|row| row.wamid.is_some()).count(), 1);
    }
}

on_both! {
    async fn read_marks_are_coalesced_and_type_only_while_an_answer_waits(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let baris = chat(shop, Some("+905551112234")).await;
        let waiting = push(shop, baris, "later").await;
        let script = Script::default();
        script.to("later", retry(131_016));
        send(shop, &script).await;
        assert_eq!(row(shop, waiting).await.state, State::Due);
        unread(shop, ayse, "wamid.1").await;
        unread(shop, ayse, "wamid.2").await;
        unread(shop, baris, "wamid.3").await;
        let marks = async || sepet::outbox::marks_turn(shop.app().platform(), &script).await.unwrap();
        assert_eq!(marks().await, 2);
        assert_eq!(marks().await, 0);
        let mut made = std::mem::take(&mut *script.marks.lock().unwrap());
        made.sort();
        assert_eq!(made, [("wamid.2".to_owned(), false), ("wamid.3".to_owned(), true)]);
        change_channel(shop, shop.channel_id, |channel| channel.read_marks = Set(false)).await;
        unread(shop, ayse, "wamid.4").await;
        assert_eq!((marks().await, marks().await), (1, 0));
        assert!(script.marks.lock().unwrap().is_empty());
        script.by_body.lock().unwrap().clear();
        pass(shop, 60);
        send(shop, &script).await;
    }
}

async fn unread(shop: &Shop, chat: ConversationId, wamid: &str) {
    let txn = shop.db().begin_write().await.unwrap();
    let row = conversation::Entity::find_by_id(chat).one(&txn).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    row.unread_wamid = Set(Some(wamid.to_owned()));
    row.update(&txn).await.unwrap();
    txn.commit().await.unwrap();
}
