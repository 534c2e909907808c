//! Lanes: one item of a person at a time, by the provider's time; several workers never have the same lane.

use entity::{InboxId, Timestamp, inbox, lane};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use sepet::{
    inbox::{Intake, NewItem},
    platform::{db::Write, sql::Statements},
};

use simulator::Clock as _;

use crate::harness::{Backend, Options, Shop};

fn quiet() -> Options {
    Options { synced: false, ..Options::default() }
}

async fn store(shop: &Shop, items: &[(&str, &str, i64)]) {
    let intake = Intake::start(shop.app().platform().clone()).unwrap();
    let items = items.iter().map(|(lane, key, seconds_ago)| NewItem {
        app_id: shop.app_id,
        channel_id: Some(shop.channel_id),
        kind: inbox::Kind::Message,
        dedupe_key: (*key).to_owned(),
        lane: Some((*lane).to_owned()),
        payload: key.as_bytes().to_vec(),
        sent_at: shop.now().plus_seconds(-seconds_ago),
        state: inbox::State::Due,
        reason: None,
    });
    intake.accept(items.collect()).await.unwrap();
    while intake.carry(shop.app().platform()).await.unwrap() > 0 {}
}

async fn take(shop: &Shop, txn: &Write) -> Vec<(String, String, InboxId)> {
    let backend = shop.db().backend();
    let taken = sepet::inbox::take(txn, backend, shop.now(), 10).await.unwrap();
    let mut taken: Vec<_> = taken
        .into_iter()
        .map(|item| (item.lane, String::from_utf8(item.payload).unwrap(), item.id))
        .collect();
    taken.sort();
    taken
}

fn names(taken: &[(String, String, InboxId)]) -> Vec<(&str, &str)> {
    taken.iter().map(|(lane, key, _)| (lane.as_str(), key.as_str())).collect()
}

async fn finish(shop: &Shop, txn: &Write, taken: &[(String, String, InboxId)]) {
    let why = Some("a test".to_owned());
    let done: Vec<_> =
        taken.iter().map(|(.., id)| (*id, None, inbox::State::Kept, why.clone())).collect();
    let lanes: Vec<_> = taken.iter().map(|(lane, ..)| lane.clone()).collect();
    let mut writes = Statements::of(txn);
    sepet::inbox::finish(&mut writes, shop.now(), &done, &lanes);
    writes.run(txn).await.unwrap();
}

async fn due_at(shop: &Shop, lane: &str) -> Option<Timestamp> {
    let row = lane::Entity::find_by_id(lane).one(shop.db().reader()).await.unwrap();
    row.unwrap().due_at
}

on_both! {
    async fn a_lane_gives_one_item_at_a_time_by_the_providers_time(shop: &Shop; quiet()) {
        store(shop, &[("a", "late", 1), ("b", "other", 5)]).await;
        store(shop, &[("a", "tie 1", 9), ("a", "tie 2", 9), ("a", "early", 60)]).await;
        for expected in [
            vec![("a", "early"), ("b", "other")],
            vec![("a", "tie 1")],
            vec![("a", "tie 2")],
            vec![("a", "late")],
            vec![],
        ] {
            let txn = shop.db().begin_write().await.unwrap();
            let taken = take(shop, &txn).await;
            assert_eq!(names(&taken), expected);
            finish(shop, &txn, &taken).await;
            txn.commit().await.unwrap();
        }
        assert_eq!((due_at(shop, "a").await, due_at(shop, "b").await), (None, None));
    }
}

on_both! {
    async fn nothing_overtakes_an_item_that_was_put_off(shop: &Shop; quiet()) {
        store(shop, &[("a", "1", 2), ("a", "2", 1)]).await;
        let until = shop.now().plus_seconds(30);
        let txn = shop.db().begin_write().await.unwrap();
        let taken = take(shop, &txn).await;
        sepet::inbox::postpone(&txn, until, &[taken[0].2], &["a".to_owned()]).await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!(due_at(shop, "a").await, Some(until));
        let txn = shop.db().begin_write().await.unwrap();
        assert_eq!(take(shop, &txn).await, []);
        txn.commit().await.unwrap();
        // What comes meanwhile wakes the lane, and still waits.
        store(shop, &[("a", "3", 0)]).await;
        let txn = shop.db().begin_write().await.unwrap();
        assert_eq!(take(shop, &txn).await, []);
        txn.commit().await.unwrap();
        assert_eq!(due_at(shop, "a").await, Some(until));
        shop.clock().advance_ms(30_000);
        let txn = shop.db().begin_write().await.unwrap();
        let taken = take(shop, &txn).await;
        assert_eq!(names(&taken), [("a", "1")]);
        finish(shop, &txn, &taken).await;
        txn.commit().await.unwrap();
        for expected in ["2", "3"] {
            let txn = shop.db().begin_write().await.unwrap();
            let taken = take(shop, &txn).await;
            assert_eq!(names(&taken), [("a", expected)]);
            finish(shop, &txn, &taken).await;
            txn.commit().await.unwrap();
        }
    }
}

on_both! {
    async fn a_turn_that_is_rolled_back_leaves_everything_due(shop: &Shop; quiet()) {
        store(shop, &[("a", "1", 1)]).await;
        let txn = shop.db().begin_write().await.unwrap();
        let taken = take(shop, &txn).await;
        finish(shop, &txn, &taken).await;
        txn.rollback().await.unwrap();
        let txn = shop.db().begin_write().await.unwrap();
        let taken = take(shop, &txn).await;
        assert_eq!(names(&taken), [("a", "1")]);
        finish(shop, &txn, &taken).await;
        txn.commit().await.unwrap();
    }
}

on_both! {
    async fn workers_never_have_the_same_lane(shop: &Shop; quiet()) {
        store(shop, &[("a", "1", 2), ("a", "2", 1)]).await;
        let first = shop.db().begin_write().await.unwrap();
        let taken = take(shop, &first).await;
        assert_eq!(names(&taken), [("a", "1")]);
        // On SQLite the write itself is the lock.
        if shop.on == Backend::Postgres {
            let second = shop.db().begin_write().await.unwrap();
            assert_eq!(take(shop, &second).await, []);
            second.commit().await.unwrap();
        }
        finish(shop, &first, &taken).await;
        first.commit().await.unwrap();
        let txn = shop.db().begin_write().await.unwrap();
        let taken = take(shop, &txn).await;
        assert_eq!(names(&taken), [("a", "2")]);
        finish(shop, &txn, &taken).await;
        txn.commit().await.unwrap();
    }
}

on_both! {
    async fn a_lane_with_nothing_due_comes_to_rest(shop: &Shop; quiet()) {
        store(shop, &[("a", "1", 1)]).await;
        let txn = shop.db().begin_write().await.unwrap();
        let taken = take(shop, &txn).await;
        finish(shop, &txn, &taken).await;
        let row = lane::Entity::find_by_id("a").one(&txn).await.unwrap().unwrap();
        let mut row = row.into_active_model();
        row.due_at = Set(Some(shop.now()));
        row.update(&txn).await.unwrap();
        txn.commit().await.unwrap();
        // The same message again: it is there already, and its lane is not woken.
        let txn = shop.db().begin_write().await.unwrap();
        assert_eq!(take(shop, &txn).await, []);
        txn.commit().await.unwrap();
        assert_eq!(due_at(shop, "a").await, None);
        store(shop, &[("a", "1", 1)]).await;
        assert_eq!(due_at(shop, "a").await, None);
    }
}

/// Waits until the lane is due, in real time: what rings it is a task of its own.
async fn rung(shop: &Shop, lane: &str) {
    let wait = async {
        let mut look = tokio::time::interval(std::time::Duration::from_millis(5));
        while due_at(shop, lane).await.is_none() {
            look.tick().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), wait).await.expect("nobody rang it");
}

on_both! {
    async fn storing_waits_for_no_lane_that_is_handled(shop: &Shop; quiet()) {
        // On SQLite the write itself is the lock.
        if shop.on == Backend::Postgres {
            store(shop, &[("a", "1", 9), ("b", "1b", 9)]).await;
            let held = shop.db().begin_write().await.unwrap();
            let taken = take(shop, &held).await;
            assert_eq!(names(&taken), [("a", "1"), ("b", "1b")]);
            // Its end has looked at what is left, and is not committed: the worst moment.
            finish(shop, &held, &taken).await;
            let limit = std::time::Duration::from_secs(5);
            let come = [("a", "2", 1), ("a", "1", 9), ("c", "3", 1)];
            tokio::time::timeout(limit, store(shop, &come)).await.expect("it waits for the lane");
            let other = shop.db().begin_write().await.unwrap();
            let next = take(shop, &other).await;
            assert_eq!(names(&next), [("c", "3")]);
            finish(shop, &other, &next).await;
            other.commit().await.unwrap();
            held.commit().await.unwrap();
            rung(shop, "a").await;
            let txn = shop.db().begin_write().await.unwrap();
            let next = take(shop, &txn).await;
            assert_eq!(names(&next), [("a", "2")]);
            finish(shop, &txn, &next).await;
            txn.commit().await.unwrap();
            assert_eq!(due_at(shop, "b").await, None);
        }
    }
}

on_both! {
    async fn what_a_crash_left_behind_is_found(shop: &Shop; quiet()) {
        store(shop, &[("a", "1", 1), ("b", "2", 1)]).await;
        let txn = shop.db().begin_write().await.unwrap();
        let row = lane::Entity::find_by_id("a").one(&txn).await.unwrap().unwrap();
        let mut row = row.into_active_model();
        row.due_at = Set(None);
        row.update(&txn).await.unwrap();
        txn.commit().await.unwrap();
        let platform = shop.app().platform().clone();
        assert_eq!(sepet::inbox::sweep(&platform).await.unwrap(), 1);
        assert_eq!(sepet::inbox::sweep(&platform).await.unwrap(), 0);
        let txn = shop.db().begin_write().await.unwrap();
        let taken = take(shop, &txn).await;
        assert_eq!(names(&taken), [("a", "1"), ("b", "2")]);
        finish(shop, &txn, &taken).await;
        txn.commit().await.unwrap();
        assert_eq!(sepet::inbox::sweep(&platform).await.unwrap(), 0);
    }
}

on_both! {
    async fn what_a_clock_left_in_the_future_is_due(shop: &Shop; quiet()) {
        store(shop, &[("a", "1", 1), ("a", "2", 1), ("b", "3", 1)]).await;
        shop.advance(-3_600);
        let platform = shop.app().platform().clone();
        assert!(!sepet::inbox::any_due(&platform, shop.now()).await.unwrap(), "an hour to wait");
        assert_eq!(sepet::inbox::set_back(&platform).await.unwrap(), 2);
        assert_eq!(sepet::inbox::set_back(&platform).await.unwrap(), 0);
        let txn = shop.db().begin_write().await.unwrap();
        let taken = take(shop, &txn).await;
        assert_eq!(names(&taken), [("a", "1"), ("b", "3")]);
        finish(shop, &txn, &taken).await;
        // The next of the lane as well.
        let taken = take(shop, &txn).await;
        assert_eq!(names(&taken), [("a", "2")]);
        finish(shop, &txn, &taken).await;
        txn.commit().await.unwrap();
    }
}
