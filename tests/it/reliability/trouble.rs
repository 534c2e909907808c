//! The database in trouble: restarted, cut off, locked, full. Webhooks are asked to come again, reads go on where they
//! can, and everything recovers without a restart of the service.

use std::time::{Duration, Instant};

use rand::RngExt as _;
use sea_orm::{ConnectionTrait, Database, Statement};
use sepet::platform::db::Db;
use serde_json::json;

use super::{of, proven};
use crate::{
    harness::{
        Backend, Base, Options, Person, Shop,
        buyer::Crowd,
        cluster::Cluster,
        patience::Patience,
        postgres_url,
        town::{Habits, Town, signature, webhook},
    },
    rush::{CONFIRM, PAY, PICKUP, orders, unpaced},
};

/// A webhook with one message of so many letters; its status, and whether it says when to come again.
async fn post(shop: &Shop, id: &str, letters: usize) -> (u16, bool) {
    let person = json!({"name": "Ayşe", "phone": "905551112233", "bsuid": "TR.77"});
    let message = json!({"from": "905551112233", "from_user_id": "TR.77", "id": id, "type": "text",
        "timestamp": (shop.now().ms() / 1_000).to_string(), "text": {"body": noise(letters)}});
    let body = webhook(&person, &message);
    let url = format!("{}/webhooks/whatsapp/1234567890", shop.url);
    let call = shop.http().post(url).header("x-hub-signature-256", signature(&body)).body(body);
    let answer = call.send().await.unwrap();
    (answer.status().as_u16(), answer.headers().contains_key("retry-after"))
}

/// Letters that nothing makes smaller.
fn noise(letters: usize) -> String {
    let mut rng = rand::rng();
    (0..letters).map(|_| char::from(rng.sample(rand::distr::Alphanumeric))).collect()
}

async fn reads(shop: &Shop) -> u16 {
    shop.api("GET", "/products", None).await.status.as_u16()
}

/// Whole again, within a few looks: a look has a second, and machines are busy.
async fn ready_again(shop: &Shop) {
    let mut patience = Patience::new(Duration::from_millis(20), Duration::from_secs(5));
    while ready(shop).await != (200, true) {
        assert!(patience.look().await, "ready again");
    }
}

/// What `/health/ready` says, and whether writes are taken.
async fn ready(shop: &Shop) -> (u16, bool) {
    let answer = shop.http().get(format!("{}/health/ready", shop.url)).send().await.unwrap();
    let status = answer.status().as_u16();
    let told: serde_json::Value = answer.json().await.unwrap();
    (status, told["writable"] == true)
}

async fn inputs(shop: &Shop) -> u64 {
    use sea_orm::{EntityTrait, PaginatorTrait};
    entity::inbox::Entity::find().count(shop.db().reader()).await.unwrap()
}

fn quiet() -> Options {
    Options { synced: false, ..Options::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_is_restarted_and_connections_are_cut_while_people_buy() {
    if postgres_url().is_none() {
        return;
    }
    let rounds = of(3, 15);
    let cluster = Cluster::start();
    let town = Town::open(Base::fresh(&cluster.url()).await, Habits::default()).await;
    let mut service = town.serve().await;
    let crowd = Crowd::enter(&town, 6, usize::MAX);
    let mut done = Vec::new();
    for round in 0..rounds {
        // Until everybody is in the middle of something again.
        crowd.until(crowd.bought() + 3).await;
        match round % 3 {
            0 => {
                cluster.restart("immediate");
                done.push("crash");
            }
            1 => {
                let admin = Database::connect(cluster.url()).await.unwrap();
                let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sepet'";
                admin.execute_unprepared(cut).await.unwrap();
                admin.close().await.unwrap();
                done.push("cut");
            }
            _ => {
                cluster.restart("fast");
                done.push("restart");
            }
        }
    }
    let (people, bought) = crowd.home().await;
    let tally = town.tally(&people, bought).await;
    assert!(service.stop().success(), "the service ran all the time");
    proven("postgres-restarts", &format!("{} of the server: {tally}", done.join(", ")));
    town.close().await;
}

on_both! {
    /// On SQLite somebody else has the write lock, on PostgreSQL all connections are taken.
    async fn a_locked_database_asks_webhooks_to_come_again_and_recovers(shop: &Shop; quiet()) {
        let _carrying = shop.carrying();
        assert_eq!(post(shop, "wamid.first", 5).await.0, 200);
        let file = shop.database_url().to_owned();
        let other = Database::connect(file).await.unwrap();
        let mut taken = Vec::new();
        if shop.on == Backend::Sqlite {
            other.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
        } else {
            for _ in 0..16 {
                taken.push(shop.db().begin_write().await.unwrap());
            }
        }
        let began = Instant::now();
        // On SQLite there is room in the spool at first.
        let mut spooled = 0;
        if shop.on == Backend::Sqlite {
            assert_eq!(reads(shop).await, 200, "reads go on");
            let mut look = tokio::time::interval(Duration::from_millis(20));
            while post(shop, &format!("wamid.spooled.{spooled}"), 5).await.0 == 200 {
                spooled += 1;
                look.tick().await;
            }
            assert!(spooled > 0, "the spool waits for no writer");
        }
        assert_eq!(post(shop, "wamid.second", 5).await, (503, true));
        let after = began.elapsed().as_secs();
        assert_eq!(ready(shop).await, (503, false));
        for txn in taken {
            txn.rollback().await.unwrap();
        }
        if shop.on == Backend::Sqlite {
            other.execute_unprepared("ROLLBACK").await.unwrap();
        }
        other.close().await.unwrap();
        // The write that hung ends within a few looks at the lock; until then whoever comes is turned away at once.
        let mut look = tokio::time::interval(Duration::from_millis(20));
        let mut again = post(shop, "wamid.second", 5).await;
        for _ in 0..250 {
            if again.0 == 200 {
                break;
            }
            assert_eq!(again, (503, true));
            look.tick().await;
            again = post(shop, "wamid.second", 5).await;
        }
        assert_eq!(again.0, 200, "the same webhook, after it");
        ready_again(shop).await;
        shop.carry().await;
        assert_eq!(inputs(shop).await, 2 + spooled);
        shop.forgive("violations");
        let what = if shop.on == Backend::Sqlite { "another writer held the file" } else { "all 16 connections were taken" };
        let spooled = if spooled > 0 { format!("{spooled} webhooks went into the spool, then ") } else { String::new() };
        proven(&format!("locked-{}", shop.on.name()), &format!("{what}: {spooled}503 with Retry-After after {after} s, 200 as soon as it was over; none lost"));
    }
}

/// Posts until the database refuses. How many were stored.
async fn fill(shop: &Shop) -> usize {
    for n in 0..500 {
        let (status, again) = post(shop, &format!("wamid.fill.{n}"), 60_000).await;
        if status != 200 {
            assert_eq!((status, again), (503, true));
            return n;
        }
    }
    panic!("it never got full");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_under_sqlite_refuses_webhooks_reads_on_and_recovers() {
    let shop = Shop::open_with(Backend::Sqlite, quiet()).await;
    let db = shop.db();
    let limit = async |more: i64| {
        let txn = db.begin_write().await.unwrap();
        let count = Statement::from_string(db.backend(), "PRAGMA page_count");
        let count: i64 =
            txn.query_one_raw(count).await.unwrap().unwrap().try_get_by_index(0).unwrap();
        txn.execute_unprepared(&format!("PRAGMA max_page_count = {}", count + more)).await.unwrap();
        txn.commit().await.unwrap();
    };
    limit(60).await;
    let carrying = shop.carrying();
    let stored = fill(&shop).await;
    assert_eq!(ready(&shop).await, (503, false));
    assert_eq!(reads(&shop).await, 200, "reads go on");
    // The workers meet the full disk as well: nothing becomes a dead letter for it.
    let tried = tries(&shop).await;
    limit(100_000).await;
    let mut patience = Patience::new(Duration::from_millis(20), Duration::from_secs(5));
    while post(&shop, &format!("wamid.fill.{stored}"), 60_000).await.0 != 200 {
        assert!(patience.look().await, "the same webhook, when there is room");
    }
    drop(carrying);
    shop.carry().await;
    ready_again(&shop).await;
    // What failed for want of room is tried again a little later.
    shop.pass(60).await;
    let check = Statement::from_string(db.backend(), "PRAGMA integrity_check");
    let check: String =
        db.reader().query_one_raw(check).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    assert_eq!(check, "ok");
    no_dead_letters(&shop).await;
    assert_eq!(inputs(&shop).await, stored as u64 + 1);
    let figure = format!(
        "{stored} stored, then 503; reads 200; the workers {}; 200 when there was room, integrity check ok, no dead letter",
        if tried == 0 { "had room".to_owned() } else { format!("failed {tried} turns") }
    );
    proven("disk-full-sqlite", &figure);
    shop.forgive("violations");
    shop.close().await;
}

/// The workers try for minutes, more often than an input may fail. How many rounds failed.
async fn tries(shop: &Shop) -> usize {
    let mut failed = 0;
    for _ in 0..10 {
        failed += usize::from(shop.app().settle().await.is_err());
        shop.advance(60);
    }
    failed
}

async fn no_dead_letters(shop: &Shop) {
    use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
    let dead = entity::inbox::Column::State.eq(entity::inbox::State::Dead);
    let dead = entity::inbox::Entity::find().filter(dead);
    assert_eq!(dead.count(shop.db().reader()).await.unwrap(), 0, "no fault of an input");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_under_postgresql_refuses_webhooks_reads_on_and_recovers() {
    if postgres_url().is_none() {
        return;
    }
    let Some(cluster) = Cluster::start_small(160) else {
        proven("disk-full-postgres", "not run: nothing may be mounted on this machine");
        return;
    };
    let base = Base::fresh(&cluster.url()).await;
    let shop = Shop::open_over(base, Backend::Postgres, quiet()).await;
    cluster.fill_but(1_500);
    let stored = fill(&shop).await;
    assert_eq!(ready(&shop).await, (503, false));
    assert_eq!(reads(&shop).await, 200, "reads go on");
    let tried = tries(&shop).await;
    cluster.make_room();
    let (status, _) = post(&shop, &format!("wamid.fill.{stored}"), 60_000).await;
    assert_eq!(status, 200, "the same webhook, when there is room");
    ready_again(&shop).await;
    shop.pass(60).await;
    no_dead_letters(&shop).await;
    assert_eq!(inputs(&shop).await, stored as u64 + 1);
    let checked = whole(&shop.db()).await;
    let figure = format!(
        "{stored} stored, then 503; reads 200; the workers {}; 200 when there was room, {checked} indexes checked whole, no \
         dead letter",
        if tried == 0 { "had room".to_owned() } else { format!("failed {tried} turns") }
    );
    proven("disk-full-postgres", &figure);
    shop.forgive("violations");
    shop.close().await;
}

/// PostgreSQL's own look at every index and its table. How many there are.
async fn whole(db: &Db) -> i64 {
    let txn = db.begin_write().await.unwrap();
    txn.execute_unprepared("CREATE EXTENSION IF NOT EXISTS amcheck").await.unwrap();
    let check = "SELECT count(bt_index_check(c.oid, true)) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
                 JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace \
                 WHERE a.amname = 'btree' AND n.nspname = 'public'";
    let row =
        txn.query_one_raw(Statement::from_string(db.backend(), check)).await.unwrap().unwrap();
    let count = row.try_get_by_index(0).unwrap();
    txn.commit().await.unwrap();
    count
}

/// Somebody holds what one purchase needs and never says a word again, as a process does whose machine is gone: everybody
/// else is answered, and the purchase is made when the lock is free.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_nobody_gives_back_holds_up_nobody_else() {
    if postgres_url().is_none() {
        return;
    }
    let shop = Shop::open_with(Backend::Postgres, unpaced()).await;
    let (buyer, other) = (shop.customer("Ayşe").await, shop.customer("Fatma").await);
    buyer.send_cart(&[("cezve", 1)]).await;
    buyer.tap(PICKUP).await;
    buyer.tap(PAY).await;
    let silent = Db::connect(shop.database_url()).await.unwrap();
    let held = silent.begin_write().await.unwrap();
    held.execute_unprepared("SELECT id FROM shops FOR UPDATE").await.unwrap();
    buyer.post(Person::tap_message(&buyer.newest_with(CONFIRM).await, CONFIRM)).await;
    other.post(json!({"type": "text", "body": "menü"})).await;
    shop.settle().await;
    assert_eq!(other.bubbles().await.len(), 1);
    // It may have lost what it held by now.
    let _lost = held.rollback().await;
    silent.close().await.unwrap();
    shop.pass(60).await;
    assert_eq!(orders(&shop).await, 1);
    no_dead_letters(&shop).await;
    let settings = Statement::from_string(
        shop.db().backend(),
        "SELECT current_setting('idle_in_transaction_session_timeout') AS idle, \
         current_setting('lock_timeout') AS lock",
    );
    let row = shop.db().reader().query_one_raw(settings).await.unwrap().unwrap();
    let (idle, lock): (String, String) =
        (row.try_get("", "idle").unwrap(), row.try_get("", "lock").unwrap());
    assert_eq!((&*idle, &*lock), ("30s", "10s"), "whoever is silent gives up, and who waits does");
    shop.close().await;
}
