//! More than the database takes, and clients that are slow: what cannot be stored soon is refused at once, and honest
//! traffic is served.

use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use entity::inbox;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::JoinSet,
};

use crate::harness::{Backend, Options, Shop};

const APP: &str = "1234567890";

fn quiet() -> Options {
    Options { synced: false, ..Options::default() }
}

fn signature(body: &[u8]) -> String {
    use aws_lc_rs::hmac;
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"app-secret");
    format!("sha256={}", HEXLOWER.encode(hmac::sign(&key, body).as_ref()))
}

fn reaction(id: &str) -> Vec<u8> {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "200000000000002", "changes": [
        {"field": "messages", "value": {"metadata": {"phone_number_id": "100000000000001"},
            "messages": [{"id": id, "from": "905551112233", "type": "reaction",
                "timestamp": "1795417100", "reaction": {"message_id": "wamid.0", "emoji": "x"}}]}}]}]})
    .to_string()
    .into_bytes()
}

/// One POST: its status, whether it says when to come again, and how long it took.
async fn post(http: reqwest::Client, url: String, id: String) -> (String, u16, bool, Duration) {
    let body = reaction(&id);
    let began = Instant::now();
    let call = http.post(format!("{url}/webhooks/whatsapp/{APP}"));
    let call = call.header("x-hub-signature-256", signature(&body)).body(body);
    let answer = call.send().await.unwrap();
    let again = answer.headers().contains_key("retry-after");
    (id, answer.status().as_u16(), again, began.elapsed())
}

on_both! {
    async fn a_database_that_does_not_keep_up_makes_refusals_and_no_queue(shop: &Shop; quiet()) {
        let one = |id: &str| post(shop.http().clone(), shop.url.clone(), id.to_owned());
        assert_eq!(one("wamid.first").await.1, 200);
        // Somebody holds the writer.
        let db = shop.db();
        let held = db.begin_write().await.unwrap();
        if shop.on == Backend::Postgres {
            held.execute_unprepared("LOCK TABLE inbox").await.unwrap();
        }
        let mut waiting = JoinSet::new();
        for n in 0..50 {
            waiting.spawn(one(&format!("wamid.waits.{n}")));
        }
        // On SQLite what comes lies in the spool and its worker waits for the writer.
        let carrying = shop.carrying();
        let mut stored = vec!["wamid.first".to_owned()];
        // Until that shows, who comes waits, or lies there; then nobody does any more.
        let (mut probes, mut look) = (0, tokio::time::interval(Duration::from_millis(20)));
        loop {
            probes += 1;
            let (id, status, again, took) = one(&format!("wamid.probe.{probes}")).await;
            if status == 200 && shop.on == Backend::Sqlite {
                stored.push(id);
                look.tick().await;
                continue;
            }
            assert_eq!((status, again), (503, true));
            if took < Duration::from_secs(1) {
                break;
            }
        }
        let mut flood = JoinSet::new();
        for n in 0..400 {
            flood.spawn(one(&format!("wamid.flood.{n}")));
        }
        let mut slowest = Duration::ZERO;
        while let Some(done) = flood.join_next().await {
            let (id, status, again, took) = done.unwrap();
            assert_eq!((status, again), (503, true), "{id}");
            slowest = slowest.max(took);
        }
        assert!(slowest < Duration::from_secs(25), "{slowest:?}");
        // Who waited when it began is told in time, too.
        while let Some(done) = waiting.join_next().await {
            let (id, status, _, took) = done.unwrap();
            assert!(took < Duration::from_secs(25), "{took:?}");
            if shop.on == Backend::Sqlite {
                // Whoever came late found that nothing goes on.
                assert!(matches!(status, 200 | 503), "{id}: {status}");
                if status == 200 {
                    stored.push(id);
                }
            } else {
                assert_eq!(status, 503, "{id}");
            }
        }
        held.rollback().await.unwrap();
        // It keeps up again: honest traffic is served.
        let mut tries = 0;
        for n in 0..20 {
            let id = format!("wamid.after.{n}");
            while one(&id).await.1 != 200 {
                tries += 1;
                assert!(tries < 500, "it does not come back");
                tokio::task::yield_now().await;
            }
            stored.push(id);
        }
        drop(carrying);
        shop.carry().await;
        let there = inbox::Entity::find().all(db.reader()).await.unwrap();
        let is_there = |id: &str| there.iter().any(|item| item.dedupe_key.ends_with(&format!(":{id}")));
        assert!(stored.iter().all(|id| is_there(id)), "what was acknowledged is stored");
        assert!(!there.iter().any(|item| item.dedupe_key.contains("flood")), "what was refused is not");
    }
}

#[tokio::test]
async fn a_body_that_trickles_is_cut_off_and_holds_up_nobody() {
    let shop = Shop::open_with(Backend::Sqlite, quiet()).await;
    let address = shop.url.trim_start_matches("http://").to_owned();
    let mut slow = JoinSet::new();
    for _ in 0..100 {
        let address = address.clone();
        slow.spawn(async move {
            let began = Instant::now();
            let mut line = tokio::net::TcpStream::connect(address).await.unwrap();
            let head = format!(
                "POST /webhooks/whatsapp/{APP} HTTP/1.1\r\nhost: x\r\ncontent-length: 3000000\r\n\
                 x-hub-signature-256: sha256={}\r\n\r\n{{",
                "a".repeat(64)
            );
            line.write_all(head.as_bytes()).await.unwrap();
            let mut trickle = tokio::time::interval(Duration::from_millis(500));
            let mut answer = vec![0; 64];
            loop {
                tokio::select! {
                    _ = trickle.tick() => {
                        if line.write_all(b" ").await.is_err() {
                            break;
                        }
                    }
                    read = line.read(&mut answer) => {
                        if let Ok(read @ 1..) = read {
                            let told = String::from_utf8_lossy(&answer[..read]).into_owned();
                            assert!(told.starts_with("HTTP/1.1 408"), "{told}");
                        }
                        break;
                    }
                }
            }
            began.elapsed()
        });
    }
    // All of them announce 300 MB; what is honest is served beside them at once.
    for n in 0..20 {
        let id = format!("wamid.honest.{n}");
        let (_, status, _, took) = post(shop.http().clone(), shop.url.clone(), id).await;
        assert_eq!(status, 200);
        assert!(took < Duration::from_secs(20), "{took:?}");
    }
    while let Some(took) = slow.join_next().await {
        assert!(took.unwrap() < Duration::from_secs(40));
    }
    shop.close().await;
}
