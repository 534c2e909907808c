//! `kill -9` while people buy: nothing is lost, nothing is doubled but what is marked.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use entity::{inbox, order, outbox};
use rand::RngExt;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use sepet::{
    app::App,
    platform::{
        clock::{Clock, SystemClock},
        config::Config,
        db::Db,
    },
};
use serde_json::{Value, json};
use simulator::{Account, OffsetClock, Simulator};
use tokio::sync::Notify;

use crate::harness::{
    Backend, Base, Bubble, Control, Person, invariants,
    process::{Running, ready, sepet},
    seed,
};

const BUYERS: usize = 8;
/// Purchases of each buyer.
const TIMES: usize = 5;
const KILLS: usize = 8;
/// What one answer may take, kills included.
const PATIENCE: Duration = Duration::from_secs(60);

on_both! {
    async fn kill_9_during_purchases_loses_and_doubles_nothing(on: Backend) {
        let base = Base::create(on).await;
        let address = free_address();
        let url = format!("http://{address}");
        let simulator = simulate(&url).await;
        furnish(&base.url, &simulator.base_url()).await;
        let start = || {
            let mut serve = sepet(&["serve"]);
            serve
                .env("SEPET_DATABASE_URL", &base.url)
                .env("SEPET_LISTEN", &address)
                .env("SEPET_PUBLIC_URL", &url)
                .env("SEPET_LOG", "error");
            Running::start(serve)
        };
        let mut service = start();
        ready(&url).await;

        let all_bought = Arc::new(Notify::new());
        let buyers: Vec<_> = (0..BUYERS)
            .map(|n| tokio::spawn(buy(Control::new(simulator.base_url()), format!("Alıcı {n}"))))
            .collect();
        let done = all_bought.clone();
        let watch = tokio::spawn(async move {
            let mut people = Vec::new();
            for buyer in buyers {
                people.push(buyer.await.unwrap());
            }
            done.notify_one();
            people
        });
        let mut killed = 0;
        for _ in 0..KILLS {
            let life = Duration::from_millis(rand::rng().random_range(30..500));
            if tokio::time::timeout(life, all_bought.notified()).await.is_ok() {
                all_bought.notify_one();
                break;
            }
            service.kill();
            killed += 1;
            leases_run_out(&base.url).await;
            service = start();
            ready(&url).await;
        }
        let people = watch.await.unwrap();
        eprintln!("killed {killed} times");
        assert!(killed >= 3, "everything was over before it was killed often enough");

        let db = Db::connect(&base.url).await.unwrap();
        quiet(&db).await;
        assert!(service.stop().success());
        assert_eq!(order::Entity::find().count(db.reader()).await.unwrap(), (BUYERS * TIMES) as u64);
        let control = Control::new(simulator.base_url());
        each_message_came_once(&db, &control, &people).await;
        let broken = invariants::broken(&db, SystemClock.now(), &control.journal().await).await;
        assert!(broken.is_empty(), "{}", invariants::told(&broken));
        db.close().await.unwrap();
        simulator.stop().await;
        base.remove().await;
    }
}

pub(crate) fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

pub(crate) async fn simulate(url: &str) -> Simulator {
    let account = Account {
        app_id: "1234567890".into(),
        app_secret: "app-secret".into(),
        verify_token: "verify".into(),
        webhook_url: format!("{url}/webhooks/whatsapp/1234567890"),
        access_token: "token".into(),
        phone_number_id: "100000000000001".into(),
        display_phone_number: "+905550000001".into(),
        waba_id: "200000000000002".into(),
        portfolio_id: "300000000000003".into(),
        catalog_id: "400000000000004".into(),
        business_name: "Kahve Dükkanı".into(),
    };
    let config = simulator::Config::new(vec![account], Arc::new(OffsetClock::new()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    simulator::start(config, listener).await.unwrap()
}

pub(crate) async fn furnish(database_url: &str, graph_url: &str) {
    let db = Db::connect(database_url).await.unwrap();
    let config = Config { database_url: database_url.to_owned(), ..Config::default() };
    let app = App::build(config, Arc::new(SystemClock), db).unwrap();
    seed::seed(app.platform(), &seed::shop_toml(graph_url, true)).await;
    let txn = app.platform().db.begin_write().await.unwrap();
    txn.execute_unprepared("UPDATE channels SET unknown_seconds = 1").await.unwrap();
    txn.commit().await.unwrap();
    app.drain().await.unwrap();
}

/// As if a minute had passed for those who held something when they died.
pub(crate) async fn leases_run_out(database_url: &str) {
    let db = Db::connect(database_url).await.unwrap();
    let txn = db.begin_write().await.unwrap();
    let sql =
        "UPDATE outbox SET leased_until = leased_until - 60000 WHERE leased_until IS NOT NULL";
    txn.execute_unprepared(sql).await.unwrap();
    txn.commit().await.unwrap();
    db.close().await.unwrap();
}

/// Buys a few times, one answer after the other. Returns the person's id.
pub(crate) async fn buy(control: Control, name: String) -> String {
    let person = control.call("POST", "/sim/customers", Some(json!({"name": name}))).await;
    let id = person["id"].as_str().unwrap().to_owned();
    let mut seen = HashSet::new();
    for _ in 0..TIMES {
        send(&control, &id, Person::cart_message(&[("turk-100", 1)])).await;
        loop {
            let bubble = answer(&control, &id, &mut seen).await;
            if bubble.body().contains("siparişiniz alındı") {
                break;
            }
            let ways = ["🏬 Mağazadan alırım", "💵 Mağazada ödeme", "✅ Siparişi onayla"];
            let Some(way) = ways.iter().find(|way| bubble.choice(way).is_some()) else {
                panic!("no way on from\n{}", bubble.script());
            };
            send(&control, &id, Person::tap_message(&bubble, way)).await;
        }
    }
    id
}

async fn send(control: &Control, id: &str, message: Value) {
    control.call("POST", &format!("/sim/customers/{id}/messages"), Some(message)).await;
}

/// The next message; one that came before and comes again is passed over.
async fn answer(control: &Control, id: &str, seen: &mut HashSet<String>) -> Bubble {
    let mut look = tokio::time::interval(Duration::from_millis(20));
    let wait = async {
        loop {
            look.tick().await;
            for bubble in chat(control, id).await {
                if seen.insert(row(&bubble)) {
                    return bubble;
                }
            }
        }
    };
    let answer = tokio::time::timeout(PATIENCE, wait).await;
    answer.unwrap_or_else(|_| panic!("`{id}` was left without an answer"))
}

/// The row of the outbox that a message came from.
fn row(bubble: &Bubble) -> String {
    bubble.message["biz_opaque_callback_data"].as_str().unwrap_or("unmarked").to_owned()
}

async fn chat(control: &Control, id: &str) -> Vec<Bubble> {
    let chat = control.call("GET", &format!("/sim/customers/{id}/chat?after=0"), None).await;
    let bubbles = chat["bubbles"].as_array().cloned().unwrap_or_default();
    bubbles.iter().filter(|b| b["from"] == "business").map(Bubble::read).collect()
}

/// Waits until nothing is under way any more.
pub(crate) async fn quiet(db: &Db) {
    let open = [outbox::State::Due, outbox::State::Leased, outbox::State::Unknown];
    let mut look = tokio::time::interval(Duration::from_millis(50));
    let wait = async {
        loop {
            look.tick().await;
            let out = outbox::Entity::find().filter(outbox::Column::State.is_in(open));
            let due = inbox::Entity::find().filter(inbox::Column::State.eq(inbox::State::Due));
            let left =
                out.count(db.reader()).await.unwrap() + due.count(db.reader()).await.unwrap();
            if left == 0 {
                return;
            }
        }
    };
    if tokio::time::timeout(PATIENCE, wait).await.is_err() {
        let out = outbox::Entity::find().filter(outbox::Column::State.is_in(open));
        let due = inbox::Entity::find().filter(inbox::Column::State.eq(inbox::State::Due));
        let (out, due) = (out.all(db.reader()).await, due.all(db.reader()).await);
        panic!("work is left lying: {out:?} {due:?}");
    }
}

/// Each row of the outbox was sent and reached its phone: once, or more often and marked.
pub(crate) async fn each_message_came_once(db: &Db, control: &Control, people: &[String]) {
    let mut came: HashMap<String, usize> = HashMap::new();
    for id in people {
        for bubble in chat(control, id).await {
            *came.entry(row(&bubble)).or_default() += 1;
        }
    }
    let rows = outbox::Entity::find().all(db.reader()).await.unwrap();
    assert_eq!(rows.len(), came.len(), "what was decided is what came");
    let mut doubled = 0;
    for row in &rows {
        let times = came.get(&row.id.to_string()).copied().unwrap_or_default();
        assert_eq!(row.state, outbox::State::Sent, "{row:?}");
        assert!(times == 1 || (row.repeated && times > 1), "came {times} times: {row:?}");
        doubled += usize::from(times > 1);
    }
    eprintln!("{} messages came, {doubled} of them twice and marked", rows.len());
}
