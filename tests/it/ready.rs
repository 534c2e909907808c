//! `/health/ready` means it, and the logs tell nothing of people.

use std::{
    io::Write,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sea_orm::ConnectionTrait;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter, prelude::*};

use crate::harness::{Backend, Options, Person, Shop};

fn quiet() -> Options {
    Options { synced: false, ..Options::default() }
}

/// An answer within a second, and what a busy machine takes besides.
const BOUND: Duration = Duration::from_secs(20);

async fn ready(shop: &Shop) -> (u16, Value) {
    let asked = Instant::now();
    let answer = shop.http().get(format!("{}/health/ready", shop.url)).send().await.unwrap();
    let answer = (answer.status().as_u16(), answer.json().await.unwrap());
    assert!(asked.elapsed() < BOUND, "{:?}: {answer:?}", asked.elapsed());
    answer
}

/// Somebody writes and does not come to an end: reads go on.
async fn occupied(shop: &Shop) -> sea_orm::DatabaseTransaction {
    let held = shop.db().begin_write().await.unwrap();
    if shop.on == Backend::Postgres {
        held.execute_unprepared("LOCK TABLE seaql_migrations IN EXCLUSIVE MODE").await.unwrap();
    }
    held
}

on_both! {
    async fn ready_means_that_the_database_takes_a_write(shop: &Shop; quiet()) {
        let (status, told) = ready(shop).await;
        assert_eq!(status, 200, "{told}");
        for part in ["database", "migrations", "writable", "disk", "workers"] {
            assert_eq!(told[part], true, "{part}: {told}");
        }
        shop.restart().await;
        // Nothing was stored before, and nothing could be now: said in time, and as often as it is asked.
        let held = occupied(shop).await;
        for _ in 0..2 {
            let (status, told) = ready(shop).await;
            assert_eq!((status, &told["database"], &told["writable"]), (503, &true.into(), &false.into()));
        }
        held.rollback().await.unwrap();
        shop.restart().await;
        assert_eq!(ready(shop).await.0, 200);
    }
}

on_both! {
    /// In a rolling upgrade the tables are made ready for the new version while the old one works.
    async fn more_steps_than_are_known_are_no_reason_not_to_be_ready(shop: &Shop; quiet()) {
        shop.restart().await;
        let step = |sql: &'static str| async move {
            let txn = shop.db().begin_write().await.unwrap();
            txn.execute_unprepared(sql).await.unwrap();
            txn.commit().await.unwrap();
        };
        step("INSERT INTO seaql_migrations VALUES ('m9999_later', 0)").await;
        let (status, told) = ready(shop).await;
        assert_eq!((status, &told["migrations"]), (200, &true.into()), "{told}");
        step("DELETE FROM seaql_migrations WHERE version = 'm9999_later'").await;
        shop.restart().await;
        step("CREATE TABLE steps AS SELECT * FROM seaql_migrations").await;
        step("DELETE FROM seaql_migrations WHERE version >= 'm0011'").await;
        let (status, told) = ready(shop).await;
        assert_eq!((status, &told["migrations"]), (503, &false.into()), "{told}");
        step("DELETE FROM seaql_migrations").await;
        step("INSERT INTO seaql_migrations SELECT * FROM steps").await;
        step("DROP TABLE steps").await;
    }
}

on_both! {
    /// What was stored a moment ago is the write that is asked for: nobody waits behind those who write now.
    async fn a_busy_writer_does_not_hold_the_answer_up(shop: &Shop; quiet()) {
        shop.restart().await;
        let ayse = shop.customer("Ayşe").await;
        ayse.say("merhaba").await;
        let held = occupied(shop).await;
        for _ in 0..3 {
            let (status, told) = ready(shop).await;
            assert_eq!((status, &told["writable"]), (200, &true.into()), "{told}");
        }
        held.rollback().await.unwrap();
    }
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// With refusals and what nobody can read.
async fn purchase(shop: &Shop) -> Person<'_> {
    let ayse = shop.customer("Gülizar Sarmaşık").await;
    ayse.say("merhaba, ben Nefertari").await;
    ayse.send_cart(&[("turk-100", 2)]).await;
    ayse.tap("🚚 Adrese teslim").await;
    ayse.say("Kuytu Sokak 17, Kadıköy, İstanbul").await;
    ayse.tap("💵 Kapıda ödeme").await;
    shop.fault(json!({"kind": "code", "code": 131_026, "times": 1})).await;
    ayse.say("sepet").await;
    shop.faults_over().await;
    shop.fault(json!({"kind": "lost_answer", "times": 1})).await;
    ayse.say("yardım").await;
    shop.pass(60).await;
    ayse.tap("✅ Siparişi onayla").await;
    ayse.send(json!({"type": "raw", "message": {"type": "text", "text": {"body": 7}}})).await;
    shop.sim("POST", "/sim/webhooks/raw", Some(json!({"body": {"object": "Nefertari"}}))).await;
    let orders = shop.api("GET", "/orders", None).await.body;
    assert_eq!(orders["items"].as_array().unwrap().len(), 1, "she bought");
    shop.settle().await;
    ayse
}

on_both! {
    /// A whole purchase at the finest level of ours.
    async fn logs_tell_nothing_of_people(shop: &Shop) {
        shop.forgive("violations");
        let kept = Kept::default();
        let lines = tracing_subscriber::fmt::layer().json().with_writer(kept.clone());
        let filter = EnvFilter::new("info,sepet=trace,sqlx=warn");
        let started = tracing_subscriber::registry().with(filter).with(lines).try_init();
        // Where all tests share a process, another one may have begun to log before.
        if started.is_err() {
            return;
        }
        let ayse = Box::pin(purchase(shop)).await;
        let logged = kept.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let logged = String::from_utf8(logged).unwrap();
        assert!(logged.lines().count() > 10, "{logged}");
        for line in logged.lines() {
            assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
        }
        // Who speaks of a message or an input names the trace that it belongs to.
        let of: Vec<_> = logged.lines().filter(|l| l.contains("outbox.id") || l.contains("inbox.id")).collect();
        assert!(of.len() > 1, "{logged}");
        for line in of {
            let line: Value = serde_json::from_str(line).unwrap();
            let trace = line["fields"]["trace_id"].as_str().unwrap_or_default();
            assert!(trace.len() == 32 && trace.bytes().all(|b| b.is_ascii_hexdigit()), "{line}");
        }
        let number = ayse.phone.trim_start_matches('+').to_owned();
        let secrets = [
            "Gülizar", "Sarmaşık", "Nefertari", "Kuytu", "Kadıköy", number.as_str(), &number[2..],
            ayse.bsuid.as_str(), "app-secret", shop.key.expose_secret(), "Bearer", "wamid.",
        ];
        for secret in secrets {
            let told = logged.lines().find(|line| line.contains(secret));
            assert!(told.is_none(), "`{secret}` stands in the log: {told:?}");
        }
    }
}
