//! Every later version opens the databases that a released one left behind, and its chats go on.
//!
//! `fixtures/VERSION/` holds an SQLite file, a dump of PostgreSQL, and `state.json`: what was in them. They were written by
//! the version itself with `MAKE_FIXTURE=VERSION ./test upgrade` and are never written again. A released migration is never
//! edited: the next change is a new file.

use std::{path::PathBuf, process::Command};

use sea_orm::{ConnectionTrait, Statement};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::harness::{Backend, Base, Person, Shop};

const VERSIONS: &[&str] = &["v0.1.0"];

on_both! {
    async fn opens_what_earlier_versions_left(on: Backend) {
        if let Ok(version) = std::env::var("MAKE_FIXTURE") {
            make(on, &version).await;
        }
        for version in VERSIONS {
            goes_on(on, version).await;
        }
    }
}

/// Everything that was there is there, and the customer who was asked for an address gives it and buys.
async fn goes_on(on: Backend, version: &str) {
    let state: Value =
        serde_json::from_slice(&std::fs::read(folder(version).join("state.json")).unwrap())
            .unwrap();
    let state = &state[name(on)];
    let base = Base::stored(on, &folder(version)).await;
    let now_ms = state["now_ms"].as_i64().unwrap();
    let shop = Shop::open_stored(base, on, now_ms, state["key"].as_str().unwrap()).await;
    assert_eq!(counts(&shop, tables_of(state)).await, state["rows"], "rows of {version}");

    let orders = shop.api("GET", "/orders", None).await;
    assert_eq!(orders.status, 200);
    assert_eq!(orders.body["items"].as_array().map(Vec::len), Some(2));

    let zeynep = again(&shop, &state["zeynep"]).await;
    let answer = zeynep.say("Bağdat Caddesi 100, Kadıköy, İstanbul").await;
    assert_eq!(answer.len(), 1, "the address was what the chat waited for");
    // WhatsApp does not tell her number, and the courier needs one.
    zeynep.say("0532 111 22 33").await;
    zeynep.tap("💵 Kapıda ödeme").await;
    zeynep.tap("✅ Siparişi onayla").await;
    let orders = shop.api("GET", "/orders", None).await;
    assert_eq!(orders.body["items"].as_array().map(Vec::len), Some(3));

    // What was held is freed when its customer writes again.
    let deniz = again(&shop, &state["deniz"]).await;
    let news = deniz.say("merhaba").await;
    assert!(news.len() >= 2, "the held news and the greeting");
    shop.close().await;
}

/// The same person on another simulated phone.
async fn again<'a>(shop: &'a Shop, person: &Value) -> Person<'a> {
    shop.customer_with(person.clone()).await
}

/// A shop in the middle of its day: an order under way, a transfer awaited, an address asked for, a chat with a person,
/// news that is held, an input that is kept.
async fn make(on: Backend, version: &str) {
    let shop = Shop::open(on).await;
    let ayse = shop.customer("Ayşe").await;
    ayse.say("merhaba").await;
    ayse.send_cart(&[("filtre-250", 2), ("kupa-mavi", 1)]).await;
    ayse.tap("🏬 Mağazadan alırım").await;
    ayse.tap("🏦 Havale / EFT").await;
    ayse.tap("✅ Siparişi onayla").await;
    let deniz = shop.customer("Deniz").await;
    deniz.send_cart(&[("turk-100", 3)]).await;
    deniz.tap("🚚 Adrese teslim").await;
    deniz.say("Moda Caddesi 12/3, Kadıköy, İstanbul").await;
    deniz.tap("💵 Kapıda ödeme").await;
    deniz.tap("✅ Siparişi onayla").await;
    ayse.say("temsilci").await;
    ayse.send(json!({"type": "raw", "message": {"type": "poll_creation", "poll_creation": {}}}))
        .await;
    shop.pass(25 * 3_600).await;
    let orders = shop.api("GET", "/orders", None).await.body;
    let orders = orders["items"].as_array().unwrap();
    let cash = orders.iter().find(|o| o["payment_method"] == "cash_on_delivery").unwrap();
    let path = format!("/orders/{}/events", cash["id"].as_str().unwrap());
    let told = shop
        .api_with(
            "POST",
            &path,
            Some(json!({"event": "accepted_by_shop"})),
            &[("Idempotency-Key", "fixture-1")],
        )
        .await;
    assert!(told.status.is_success(), "{:?}", told.body);
    let zeynep = shop.phoneless_customer("Zeynep").await;
    zeynep.send_cart(&[("cezve", 1)]).await;
    zeynep.tap("🚚 Adrese teslim").await;
    shop.settle().await;
    let person = |p: &Person<'_>, visible: bool| json!({"name": p.name, "phone": p.phone, "bsuid": p.bsuid, "phone_visible": visible});
    let state = json!({
        "now_ms": shop.now().ms(),
        "key": shop.key.expose_secret(),
        "rows": counts(&shop, all_tables(&shop).await).await,
        "deniz": person(&deniz, true),
        "zeynep": person(&zeynep, false),
    });
    std::fs::create_dir_all(folder(version)).unwrap();
    save(&shop, version).await;
    let file = folder(version).join("state.json");
    let mut all: Value = std::fs::read(&file)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_else(|| json!({}));
    all[name(on)] = state;
    std::fs::write(&file, serde_json::to_string_pretty(&all).unwrap() + "\n").unwrap();
    shop.close().await;
}

async fn save(shop: &Shop, version: &str) {
    match shop.on {
        Backend::Sqlite => {
            let file = folder(version).join("sqlite.db");
            if file.exists() {
                std::fs::remove_file(&file).unwrap();
            }
            // The pool's connections are in the middle of nothing: the copy is whole.
            let source = shop.database_url().strip_prefix("sqlite://").unwrap().to_owned();
            let db = sea_orm::Database::connect(format!("sqlite://{source}")).await.unwrap();
            db.execute_unprepared(&format!("VACUUM INTO '{}'", file.display())).await.unwrap();
            db.close().await.unwrap();
        }
        Backend::Postgres => {
            let dump = Command::new("pg_dump")
                .args(["--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=50"])
                .arg(shop.database_url())
                .output()
                .unwrap();
            assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
            let text = String::from_utf8(dump.stdout).unwrap();
            // Commands of psql, and the search path that would stay with the connection.
            let kept =
                |line: &&str| !line.starts_with('\\') && !line.contains("set_config('search_path'");
            let lines: Vec<_> = text.lines().filter(kept).collect();
            std::fs::write(folder(version).join("postgres.sql"), lines.join("\n") + "\n").unwrap();
        }
    }
}

async fn all_tables(shop: &Shop) -> Vec<String> {
    let query = match shop.on {
        Backend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1"
        }
        Backend::Postgres => {
            "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        }
    };
    let db = shop.db();
    let rows =
        db.reader().query_all_raw(Statement::from_string(db.backend(), query)).await.unwrap();
    // Later versions have more steps.
    let names = rows.iter().map(|row| row.try_get::<String>("", "name").unwrap());
    names.filter(|name| name != "seaql_migrations").collect()
}

fn tables_of(state: &Value) -> Vec<String> {
    state["rows"].as_object().unwrap().keys().cloned().collect()
}

async fn counts(shop: &Shop, tables: Vec<String>) -> Value {
    let db = shop.db();
    let mut counts = json!({});
    for table in tables {
        let query = format!("SELECT COUNT(*) AS n FROM {table}");
        let row = db
            .reader()
            .query_one_raw(Statement::from_string(db.backend(), query))
            .await
            .unwrap()
            .unwrap();
        counts[table] = row.try_get::<i64>("", "n").unwrap().into();
    }
    counts
}

fn name(on: Backend) -> &'static str {
    match on {
        Backend::Sqlite => "sqlite",
        Backend::Postgres => "postgres",
    }
}

fn folder(version: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", version].iter().collect()
}
