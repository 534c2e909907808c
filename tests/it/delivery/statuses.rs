//! Statuses: they attach by our id or WhatsApp's, never lose rank, settle what was unanswered, and wait for a message
//! that is not written down yet.

use entity::{inbox, outbox::Delivery};
use sea_orm::{ColumnTrait, QueryFilter};
use serde_json::{Value, json};

use super::*;

pub(super) async fn report(shop: &Shop, mut status: Value) {
    status["recipient_id"] = "905551112233".into();
    if status.get("timestamp").is_none() {
        status["timestamp"] = (shop.now().ms() / 1_000).to_string().into();
    }
    let body = json!({"object": "whatsapp_business_account", "entry": [{"changes": [
        {"field": "messages", "value": {"metadata": {"phone_number_id": "100000000000001"},
            "statuses": [status]}}]}]});
    let answer = shop.sim("POST", "/sim/webhooks/raw", Some(json!({"body": body}))).await;
    assert_eq!(answer["status"], 200, "{answer}");
}

/// As a status of another number comes.
async fn report_on(shop: &Shop, number: &str, status: Value) {
    let body = json!({"object": "whatsapp_business_account", "entry": [{"changes": [
        {"field": "messages", "value": {"metadata": {"phone_number_id": number},
            "statuses": [status]}}]}]});
    let answer = shop.sim("POST", "/sim/webhooks/raw", Some(json!({"body": body}))).await;
    assert_eq!(answer["status"], 200, "{answer}");
}

pub(super) async fn turn(shop: &Shop) -> usize {
    use sepet::whatsapp::Webhooks;
    let platform = shop.app().platform().clone();
    sepet::inbox::turn(&platform, &Webhooks::new(platform.clone())).await.unwrap()
}

async fn sent(shop: &Shop) -> (OutboxId, String) {
    let ayse = chat(shop, Some("+905551112233")).await;
    let id = push(shop, ayse, "1").await;
    send(shop, &Script::default()).await;
    (id, row(shop, id).await.wamid.unwrap())
}

async fn items(shop: &Shop) -> Vec<inbox::Model> {
    let statuses = inbox::Entity::find().filter(inbox::Column::Kind.eq(inbox::Kind::Status));
    statuses.order_by_asc(inbox::Column::Arrival).all(shop.db().reader()).await.unwrap()
}

on_both! {
    async fn rank_never_goes_backwards(shop: &Shop; quiet()) {
        let (id, wamid) = sent(shop).await;
        for (status, expected) in [
            ("sent", Delivery::Sent),
            ("failed", Delivery::Failed),
            ("read", Delivery::Read),
            ("delivered", Delivery::Read),
            ("failed", Delivery::Read),
            ("played", Delivery::Played),
            ("sent", Delivery::Played),
        ] {
            shop.pass(1).await;
            report(shop, json!({"id": wamid, "status": status})).await;
            assert_eq!(turn(shop).await, 1, "{status}");
            let row = row(shop, id).await;
            assert_eq!((row.delivery, row.state), (expected, State::Sent), "{status}");
        }
        assert!(items(shop).await.iter().all(|item| item.state == inbox::State::Done));
    }
}

on_both! {
    async fn a_group_of_statuses_leaves_the_best_of_each(shop: &Shop; quiet()) {
        let (id, wamid) = sent(shop).await;
        for status in ["read", "sent", "delivered"] {
            report(shop, json!({"id": wamid, "status": status})).await;
        }
        assert_eq!(turn(shop).await, 3);
        assert_eq!(row(shop, id).await.delivery, Delivery::Read);
    }
}

on_both! {
    async fn a_failure_keeps_its_reason_and_the_price_is_kept(shop: &Shop; quiet()) {
        let (id, wamid) = sent(shop).await;
        report(shop, json!({"id": wamid, "status": "sent",
            "pricing": {"billable": true, "pricing_model": "PMP", "category": "service"}})).await;
        report(shop, json!({"id": wamid, "status": "failed", "errors": [{"code": 131_026,
            "title": "Message undeliverable", "error_data": {"details": "no WhatsApp"}}]})).await;
        turn(shop).await;
        let row = row(shop, id).await;
        assert_eq!((row.state, row.delivery), (State::Sent, Delivery::Failed));
        assert_eq!((row.error_code, row.error_text.as_deref()), (Some(131_026), Some("no WhatsApp")));
        let reason = "WhatsApp accepted it and could not deliver it: no WhatsApp";
        assert_eq!(row.reason.as_deref(), Some(reason));
        assert_eq!(row.pricing.unwrap()["category"], "service");
    }
}

on_both! {
    async fn a_status_settles_an_unanswered_send(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let id = push(shop, ayse, "1").await;
        push(shop, ayse, "2").await;
        let script = Script::next(unknown());
        send(shop, &script).await;
        let ours = id.to_string();
        report(shop, json!({"id": "wamid.x", "status": "delivered",
            "biz_opaque_callback_data": ours})).await;
        assert_eq!(turn(shop).await, 1);
        let settled = row(shop, id).await;
        assert_eq!((settled.state, settled.delivery), (State::Sent, Delivery::Delivered));
        assert_eq!((settled.wamid.as_deref(), settled.reason), (Some("wamid.x"), None));
        assert!(settled.sent_at.is_some() && !settled.repeated);
        pass(shop, 60);
        send(shop, &script).await;
        assert_eq!(script.news(), ["1", "2"]);
    }
}

on_both! {
    async fn a_status_may_come_before_the_send_is_written_down(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let id = push(shop, ayse, "1").await;
        let script = Script::default();
        *script.silent.lock().unwrap() = true;
        let app = shop.app();
        {
            let turn = sepet::outbox::turn(app.platform(), &script);
            tokio::pin!(turn);
            while script.sent.lock().unwrap().is_empty() {
                let rest = std::time::Duration::from_millis(5);
                let _still_open = tokio::time::timeout(rest, &mut turn).await;
            }
        }
        *script.silent.lock().unwrap() = false;
        let ours = id.to_string();
        report(shop, json!({"id": "wamid.x", "status": "sent",
            "biz_opaque_callback_data": ours})).await;
        turn(shop).await;
        let row = row(shop, id).await;
        assert_eq!((row.state, row.delivery), (State::Sent, Delivery::Sent));
        pass(shop, 3_600);
        assert_eq!(send(shop, &script).await, 0);
        assert_eq!(script.news(), ["1"]);
    }
}

on_both! {
    async fn a_status_looks_for_its_message_for_a_day(shop: &Shop; quiet()) {
        report(shop, json!({"id": "wamid.late", "status": "delivered"})).await;
        assert_eq!((turn(shop).await, turn(shop).await), (1, 0));
        let waiting = &items(shop).await[0];
        assert_eq!((waiting.state, waiting.attempts), (inbox::State::Due, 1));
        assert_eq!(seconds_from(shop, waiting.due_at), 1);

        // It is written down now, and the status finds it.
        let ayse = chat(shop, Some("+905551112233")).await;
        let id = push(shop, ayse, "1").await;
        let wamid = Some("wamid.late".to_owned());
        send(shop, &Script::next(Outcome::Accepted { wamid })).await;
        pass(shop, 1);
        assert_eq!(turn(shop).await, 1);
        assert_eq!(row(shop, id).await.delivery, Delivery::Delivered);
        assert_eq!(items(shop).await[0].state, inbox::State::Done);

        report(shop, json!({"id": "wamid.strange", "status": "read"})).await;
        let mut looks = 0;
        for _ in 0..200 {
            looks += turn(shop).await;
            pass(shop, 600);
        }
        let kept = &items(shop).await[1];
        assert_eq!(kept.state, inbox::State::Kept);
        assert_eq!(kept.reason.as_deref(), Some("no message of ours has its id, for 24 hours"));
        assert!(looks < 60, "{looks} looks");
    }
}

on_both! {
    async fn statuses_without_a_rank_are_kept_and_broken_ones_are_dead(shop: &Shop; quiet()) {
        let (id, wamid) = sent(shop).await;
        report(shop, json!({"id": wamid, "status": "deleted"})).await;
        report(shop, json!({"id": wamid, "status": "captured", "type": "payment"})).await;
        report(shop, json!({"id": wamid, "status": "read"})).await;
        assert_eq!(turn(shop).await, 3);
        let states: Vec<_> = items(shop).await.iter().map(|item| item.state).collect();
        assert_eq!(states, [inbox::State::Kept, inbox::State::Kept, inbox::State::Done]);
        assert_eq!(row(shop, id).await.delivery, Delivery::Read);
    }
}

on_both! {
    async fn an_id_that_was_given_twice_stops_no_status(shop: &Shop; quiet()) {
        let (first, wamid) = sent(shop).await;
        let mut open = vec![];
        for n in 0..3 {
            let chat = chat(shop, Some(&format!("+90555111224{n}"))).await;
            open.push(push(shop, chat, &format!("open {n}")).await);
        }
        let script = Script::default();
        (0..3).for_each(|_| script.then(unknown()));
        send(shop, &script).await;
        // One id that an older message has, and one that two unanswered ones are told.
        for (n, wamid) in [wamid.as_str(), "wamid.two", "wamid.two"].into_iter().enumerate() {
            let (id, at) = (open[n], 1_795_417_100 + n);
            report(shop, json!({"id": wamid, "status": "delivered", "timestamp": at.to_string(),
                "biz_opaque_callback_data": id.to_string()})).await;
        }
        report(shop, json!({"id": wamid, "status": "read"})).await;
        assert_eq!(turn(shop).await, 4);
        assert!(items(shop).await.iter().all(|item| item.state == inbox::State::Done));
        assert_eq!(row(shop, first).await.delivery, Delivery::Read);
        let mut wamids = vec![];
        for id in open {
            let row = row(shop, id).await;
            assert_eq!((row.state, row.delivery), (State::Sent, Delivery::Delivered));
            wamids.extend(row.wamid);
        }
        assert_eq!(wamids, ["wamid.two"]);
    }
}

on_both! {
    async fn a_status_that_the_database_refuses_harms_only_itself(shop: &Shop; quiet()) {
        use sea_orm::ConnectionTrait;
        let refuse = match shop.on {
            crate::harness::Backend::Sqlite => "CREATE TRIGGER refuse BEFORE UPDATE ON outbox \
                WHEN NEW.wamid = 'wamid.bad' BEGIN SELECT RAISE(ABORT, 'refused'); END",
            crate::harness::Backend::Postgres => {
                "ALTER TABLE outbox ADD CONSTRAINT refuse CHECK (wamid <> 'wamid.bad')"
            }
        };
        let txn = shop.db().begin_write().await.unwrap();
        txn.execute_unprepared(refuse).await.unwrap();
        txn.commit().await.unwrap();
        let (id, wamid) = sent(shop).await;
        let baris = chat(shop, Some("+905551112234")).await;
        let bad = push(shop, baris, "bad").await;
        send(shop, &Script::next(unknown())).await;
        report(shop, json!({"id": "wamid.bad", "status": "delivered",
            "biz_opaque_callback_data": bad.to_string()})).await;
        report(shop, json!({"id": wamid, "status": "read"})).await;
        assert_eq!(turn(shop).await, 2);
        assert_eq!(row(shop, id).await.delivery, Delivery::Read);
        let states = async || -> Vec<_> {
            items(shop).await.iter().map(|item| item.state).collect()
        };
        assert_eq!(states().await, [inbox::State::Due, inbox::State::Done]);
        for _ in 0..10 {
            pass(shop, 30);
            turn(shop).await;
        }
        assert_eq!(states().await, [inbox::State::Dead, inbox::State::Done]);
        assert!(items(shop).await[0].reason.is_some());
        send(shop, &Script::default()).await;
    }
}

on_both! {
    async fn a_status_belongs_to_the_number_that_it_came_on(shop: &Shop; quiet()) {
        let other = second_channel(shop).await;
        let (id, wamid) = sent(shop).await;
        let baris = chat_on(shop, other, Some("+905551112234"), None).await;
        let theirs = push(shop, baris, "b").await;
        send(shop, &Script::next(Outcome::Accepted { wamid: Some("wamid.b".into()) })).await;
        let status = |id: &OutboxId, wamid: &str| json!({"id": wamid, "status": "read",
            "timestamp": "1795417100", "biz_opaque_callback_data": id.to_string()});
        // Somebody else's number names our messages; the same status then comes on the right one.
        report(shop, status(&theirs, "wamid.b")).await;
        report_on(shop, "100000000000002", status(&id, &wamid)).await;
        assert_eq!(turn(shop).await, 2);
        assert_eq!(row(shop, id).await.delivery, Delivery::None);
        assert_eq!(row(shop, theirs).await.delivery, Delivery::None);
        report(shop, status(&id, &wamid)).await;
        report_on(shop, "100000000000002", status(&theirs, "wamid.b")).await;
        assert_eq!(items(shop).await.len(), 4);
        turn(shop).await;
        assert_eq!(row(shop, id).await.delivery, Delivery::Read);
        assert_eq!(row(shop, theirs).await.delivery, Delivery::Read);
    }
}

/// Every order of these.
fn orders(words: &[&'static str]) -> Vec<Vec<&'static str>> {
    if words.is_empty() {
        return vec![vec![]];
    }
    let mut all = vec![];
    for (at, first) in words.iter().enumerate() {
        let mut rest = words.to_vec();
        rest.remove(at);
        all.extend(orders(&rest).into_iter().map(|mut order| {
            order.insert(0, first);
            order
        }));
    }
    all
}

on_both! {
    /// Each order once with a turn after each status, once as a group, once before our own send is written down; and
    /// each status comes twice.
    async fn all_24_orders_end_with_what_is_furthest(shop: &Shop; fast()) {
        let all = orders(&["sent", "delivered", "read", "failed"]);
        assert_eq!(all.len(), 24);
        let mut ends = vec![];
        for (n, order) in all.iter().enumerate() {
            for (way, singly) in [("singly", true), ("grouped", false), ("early", false)] {
                let phone = format!("+90555{:02}{n:05}", way.len());
                let chat = chat_on(shop, shop.channel_id, Some(&phone), None).await;
                let id = push(shop, chat, way).await;
                let wamid = format!("wamid.{way}.{n}");
                let accepted = || Outcome::Accepted { wamid: Some(wamid.clone()) };
                if way != "early" {
                    send(shop, &Script::next(accepted())).await;
                }
                for status in order {
                    for _ in 0..2 {
                        report(shop, json!({"id": wamid, "status": status})).await;
                    }
                    if singly {
                        turn(shop).await;
                    }
                }
                turn(shop).await;
                if way == "early" {
                    assert_eq!(row(shop, id).await.delivery, Delivery::None);
                    send(shop, &Script::next(accepted())).await;
                    // They look again, later each time.
                    pass(shop, 2);
                    turn(shop).await;
                }
                ends.push((id, format!("{way} {order:?}")));
            }
        }
        for (id, told) in ends {
            let row = row(shop, id).await;
            assert_eq!((row.state, row.delivery), (State::Sent, Delivery::Read), "{told}");
        }
        assert!(items(shop).await.iter().all(|item| item.state == inbox::State::Done));
    }
}
