//! The spool of SQLite: what was acknowledged and is not in the inbox yet is found again, whoever asks next.

use std::{fs::Permissions, os::unix::fs::PermissionsExt};

use entity::inbox;
use sea_orm::{ColumnTrait, ConnectionTrait, Database, EntityTrait, QueryFilter, Statement};
use sepet::{
    inbox::{Intake, NewItem, left},
    platform::db::Db,
    upkeep::{backup, moving, place::Place, restore},
};

use crate::harness::{Backend, Base, Options, Shop, postgres_url, process::Folder};

async fn shop() -> Shop {
    Shop::open_with(Backend::Sqlite, Options { synced: false, ..Options::default() }).await
}

fn letter(shop: &Shop, key: &str) -> NewItem {
    NewItem {
        app_id: shop.app_id,
        channel_id: Some(shop.channel_id),
        kind: inbox::Kind::Unreadable,
        dedupe_key: key.to_owned(),
        lane: None,
        // No text in any alphabet.
        payload: vec![0, 159, 146, 150, b'x'],
        sent_at: shop.now().plus_seconds(-1),
        state: inbox::State::Dead,
        reason: Some("a test".into()),
    }
}

/// As a process that dies before it carries anything.
async fn acknowledged(shop: &Shop, items: Vec<NewItem>) {
    Intake::start(shop.app().platform().clone()).unwrap().accept(items).await.unwrap();
}

async fn keys(db: &Db) -> Vec<String> {
    let dead = inbox::Entity::find().filter(inbox::Column::Kind.eq(inbox::Kind::Unreadable));
    let rows = dead.all(db.reader()).await.unwrap();
    let mut keys: Vec<_> = rows.into_iter().map(|row| row.dedupe_key).collect();
    keys.sort();
    keys
}

#[tokio::test]
async fn what_a_dead_process_left_is_stored_as_it_came_and_once() {
    let shop = shop().await;
    acknowledged(&shop, vec![letter(&shop, "b:1"), letter(&shop, "b:2")]).await;
    acknowledged(&shop, vec![letter(&shop, "b:2"), letter(&shop, "b:3")]).await;
    assert_eq!(keys(&shop.db()).await, [""; 0]);
    let came = shop.now();
    shop.advance(60);
    shop.settle().await;
    assert_eq!(keys(&shop.db()).await, ["b:1", "b:2", "b:3"]);
    let row = inbox::Entity::find().filter(inbox::Column::DedupeKey.eq("b:1"));
    let row = row.one(shop.db().reader()).await.unwrap().unwrap();
    let expected = letter(&shop, "b:1");
    assert_eq!((row.payload, row.reason), (expected.payload, expected.reason));
    assert_eq!((row.received_at, row.sent_at), (came, came.plus_seconds(-1)));
    assert_eq!((row.app_id, row.channel_id), (expected.app_id, expected.channel_id));
    shop.close().await;
}

#[tokio::test]
async fn what_the_database_never_takes_harms_nothing_beside_it() {
    let shop = shop().await;
    let txn = shop.db().begin_write().await.unwrap();
    for rule in ["key LIKE '%never'", "key LIKE '%dead' AND NEW.state <> 'dead'"] {
        let sql = format!(
            "CREATE TRIGGER \"{rule}\" BEFORE INSERT ON inbox WHEN NEW.dedupe_{rule} \
             BEGIN SELECT RAISE(ABORT, 'not this one'); END"
        );
        txn.execute_unprepared(&sql).await.unwrap();
    }
    txn.commit().await.unwrap();
    let due = |key: &str| NewItem { state: inbox::State::Due, ..letter(&shop, key) };
    let refused = vec![letter(&shop, "b:1"), due("b:never"), due("b:dead"), letter(&shop, "b:2")];
    acknowledged(&shop, refused).await;
    acknowledged(&shop, vec![letter(&shop, "b:3")]).await;
    shop.carry().await;
    assert_eq!(keys(&shop.db()).await, ["b:1", "b:2", "b:3", "b:dead"]);
    let dead = inbox::Entity::find().filter(inbox::Column::DedupeKey.eq("b:dead"));
    let dead = dead.one(shop.db().reader()).await.unwrap().unwrap();
    assert_eq!(dead.state, inbox::State::Dead);
    assert!(dead.reason.unwrap().starts_with("the database did not take it"));
    // It is not lost: it lies where it was.
    let file = shop.database_url().trim_start_matches("sqlite://").to_owned();
    assert!(left(std::path::Path::new(&file)).unwrap().len() >= 4);
    let folder = Folder::new();
    let place = Place::parse(shop.database_url()).unwrap();
    backup::backup(&place, &folder.0.join("b"), shop.now(), &|_, _| {}).await.unwrap();
    shop.close().await;
}

#[tokio::test]
async fn a_bundle_that_nobody_can_read_stays_and_harms_nothing() {
    let shop = shop().await;
    acknowledged(&shop, vec![letter(&shop, "b:1")]).await;
    let spool = Database::connect(format!("{}-spool", shop.database_url())).await.unwrap();
    spool
        .execute_unprepared("INSERT INTO bundles (items, payloads) VALUES ('?', x'00')")
        .await
        .unwrap();
    acknowledged(&shop, vec![letter(&shop, "b:2")]).await;
    shop.carry().await;
    assert_eq!(keys(&shop.db()).await, ["b:1", "b:2"]);
    // A backup has all that can be read; a move leaves nothing behind.
    let folder = Folder::new();
    let place = Place::parse(shop.database_url()).unwrap();
    backup::backup(&place, &folder.0.join("b"), shop.now(), &|_, _| {}).await.unwrap();
    let kept = "SELECT 1 FROM bundles WHERE items = '?'";
    let kept = Statement::from_string(spool.get_database_backend(), kept);
    assert!(spool.query_one_raw(kept).await.unwrap().is_some());
    spool.close().await.unwrap();
    shop.close().await;
}

#[tokio::test]
async fn what_was_left_behind_is_older_than_what_comes() {
    let shop = shop().await;
    // More bundles than one group holds, all of one person, and then a newer one by another process.
    let said = |n: usize| NewItem {
        kind: inbox::Kind::Message,
        lane: Some("a".to_owned()),
        state: inbox::State::Due,
        ..letter(&shop, &format!("b:{n:03}"))
    };
    let dying = Intake::start(shop.app().platform().clone()).unwrap();
    for n in 0..100 {
        dying.accept(vec![said(n)]).await.unwrap();
    }
    drop(dying);
    let next = Intake::start(shop.app().platform().clone()).unwrap();
    next.accept(vec![said(100)]).await.unwrap();
    let mut count = 0;
    loop {
        let done = next.carry(shop.app().platform()).await.unwrap();
        count += done;
        if done == 0 {
            break;
        }
        let there = inbox::Entity::find().all(shop.db().reader()).await.unwrap();
        assert_eq!(there.len(), count, "none twice");
        let newest = there.iter().any(|row| row.dedupe_key == "b:100");
        assert!(!newest || count == 101, "the newest one is the last");
    }
    assert_eq!(count, 101);
    shop.close().await;
}

#[tokio::test]
async fn nobody_sees_more_of_the_spool_than_of_the_database() {
    let shop = shop().await;
    let file = shop.database_url().trim_start_matches("sqlite://").to_owned();
    std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    let intake = Intake::start(shop.app().platform().clone()).unwrap();
    intake.accept(vec![letter(&shop, "b:1")]).await.unwrap();
    for end in ["", "-wal", "-shm"] {
        let found = std::fs::metadata(format!("{file}-spool{end}")).unwrap();
        assert_eq!(found.permissions().mode() & 0o777, 0o600, "{end}");
    }
    drop(intake);
    shop.settle().await;
    shop.close().await;
}

#[tokio::test]
async fn a_backup_holds_what_was_acknowledged_before_it() {
    let shop = shop().await;
    let folder = Folder::new();
    acknowledged(&shop, vec![letter(&shop, "b:1")]).await;
    shop.carry().await;
    acknowledged(&shop, vec![letter(&shop, "b:2")]).await;
    let dest = folder.0.join("backup");
    let place = Place::parse(shop.database_url()).unwrap();
    backup::backup(&place, &dest, shop.now(), &|_, _| {}).await.unwrap();
    let file = folder.0.join("restored.db");
    restore::restore(&dest, &Place::File(file.clone()), &|_, _| {}).await.unwrap();
    let db = Db::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    assert_eq!(keys(&db).await, ["b:1", "b:2"]);
    db.close().await.unwrap();
    shop.close().await;
}

#[tokio::test]
async fn nothing_is_restored_over_what_was_acknowledged() {
    let shop = shop().await;
    let folder = Folder::new();
    let dest = folder.0.join("backup");
    let place = Place::parse(shop.database_url()).unwrap();
    backup::backup(&place, &dest, shop.now(), &|_, _| {}).await.unwrap();
    acknowledged(&shop, vec![letter(&shop, "b:1")]).await;
    let file = folder.0.join("lost.db");
    let spool = format!("{}-spool", shop.database_url().trim_start_matches("sqlite://"));
    for end in ["", "-wal"] {
        let _none =
            std::fs::copy(format!("{spool}{end}"), format!("{}-spool{end}", file.display()));
    }
    assert_eq!(left(&file).unwrap().len(), 1);
    let refused = restore::restore(&dest, &Place::File(file.clone()), &|_, _| {}).await;
    let why = refused.err().unwrap().to_string();
    assert!(why.contains("1 items of webhooks that were acknowledged"), "{why}");
    assert!(!file.exists());
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_takes_along_what_was_acknowledged() {
    if postgres_url().is_none() {
        return;
    }
    let shop = shop().await;
    acknowledged(&shop, vec![letter(&shop, "b:1")]).await;
    let (from, target) = (shop.database_url().to_owned(), Base::empty(Backend::Postgres).await);
    shop.stop().await;
    let place = |url: &str| Place::parse(url).unwrap();
    let moved = moving::relocate(&place(&from), &place(&target.url), &|_, _| {}).await.unwrap();
    let db = Db::connect(&target.url).await.unwrap();
    assert_eq!(keys(&db).await, ["b:1"]);
    db.close().await.unwrap();
    let file = from.trim_start_matches("sqlite://");
    assert!(!std::path::Path::new(&format!("{file}-spool")).exists());
    std::fs::remove_file(moved.old_file.unwrap()).unwrap();
    target.remove().await;
}
