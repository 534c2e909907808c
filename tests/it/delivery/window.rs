//! Nothing free-form leaves while the window is closed; what is held says why and what frees it.

use super::*;

on_both! {
    async fn the_gate_closes_a_minute_before_the_window(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        pass(shop, 24 * 3_600 - 61);
        push(shop, ayse, "in time").await;
        let script = Script::default();
        send(shop, &script).await;
        assert_eq!(script.news(), ["in time"]);
        let first = push(shop, ayse, "1").await;
        let second = push(shop, ayse, "2").await;
        assert_eq!(row(shop, first).await.state, State::Due);
        pass(shop, 1);
        send(shop, &script).await;
        let late = push(shop, ayse, "3").await;
        send(shop, &script).await;
        let held = "the customer service window is closed: it leaves when the customer writes again";
        for id in [first, second, late] {
            assert_eq!(state(shop, id).await, (State::Held, Some(held.to_owned())));
        }
        assert_eq!(script.news(), Vec::<String>::new());

        // The customer writes again.
        set_window(shop, ayse, 86_400).await;
        send(shop, &script).await;
        assert_eq!(script.news(), ["1", "2", "3"]);
    }
}

on_both! {
    async fn a_window_that_whatsapp_calls_closed_holds_all_of_the_chat(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let first = push(shop, ayse, "1").await;
        let second = push(shop, ayse, "2").await;
        let text = "re-engagement".to_owned();
        let script = Script::next(Outcome::WindowClosed { code: 131_047, text });
        send(shop, &script).await;
        assert_eq!(script.news(), ["1"]);
        for id in [first, second] {
            assert_eq!(state(shop, id).await.0, State::Held);
        }
        assert_eq!(row(shop, first).await.error_code, Some(131_047));
        free(shop, ayse).await;
        send(shop, &script).await;
        assert_eq!(script.news(), ["1", "2"]);
    }
}

on_both! {
    async fn what_is_too_late_expires_wherever_it_waits(shop: &Shop; quiet()) {
        let ayse = chat(shop, Some("+905551112233")).await;
        let baris = chat(shop, Some("+905551112234")).await;
        let stranger = chat(shop, Some("+905551112235")).await;
        let (due, next) = (push(shop, ayse, "due").await, push(shop, ayse, "next").await);
        let held = push(shop, stranger, "held").await;
        close_window(shop, stranger).await;
        let script = Script::default();
        script.to("due", retry(131_016));
        send(shop, &script).await;
        let fine = push(shop, baris, "fine").await;
        for id in [due, held, fine] {
            expire_in(shop, id, 60).await;
        }
        pass(shop, 60);
        script.by_body.lock().unwrap().clear();
        assert!(send(shop, &script).await >= 3);
        for id in [due, held, fine] {
            let reason = "it could not leave before it was too late to be of use".to_owned();
            assert_eq!(state(shop, id).await, (State::Expired, Some(reason)));
        }
        assert_eq!(row(shop, next).await.state, State::Sent);
        assert_eq!(script.news(), ["due", "next"]);
    }
}

async fn close_window(shop: &Shop, chat: ConversationId) {
    let txn = shop.db().begin_write().await.unwrap();
    let row = conversation::Entity::find_by_id(chat).one(&txn).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    row.window_ends_at = Set(None);
    row.update(&txn).await.unwrap();
    txn.commit().await.unwrap();
}

async fn expire_in(shop: &Shop, id: OutboxId, seconds: i64) {
    let txn = shop.db().begin_write().await.unwrap();
    let row = outbox::Entity::find_by_id(id).one(&txn).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    row.expires_at = Set(Some(shop.now().plus_seconds(seconds)));
    row.update(&txn).await.unwrap();
    txn.commit().await.unwrap();
}
