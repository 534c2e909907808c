//! What is still true after a restart.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use simulator::Clock;

use crate::support::{Bench, NOON, item, text};

/// A file that is gone when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("simulator-{name}-{}.jsonl", std::process::id()));
        let _ = std::fs::remove_file(&path);
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn open(path: &Path, now_ms: i64) -> Bench {
    let path = path.to_owned();
    Bench::at(now_ms, |c| c.journal = Some(path)).await
}

#[tokio::test]
async fn chats_catalog_window_and_journal_are_still_there() {
    let file = Scratch::new("all");
    let bench = open(&file.0, NOON).await;
    let ayse = bench.chatting().await;
    bench.batched(vec![item("A", "12.50 TRY"), item("B", "1.00 TRY")]).await;
    bench.batched(vec![json!({"method": "DELETE", "data": {"id": "B"}})]).await;
    bench.sent(text("x")).await;
    bench.ok("/sim/customers/c1/read", json!({})).await;
    bench.call("101/whatsapp_commerce_settings?is_catalog_visible=true", Value::Null).await;
    bench.ok("/sim/templates", json!({"name": "hello", "language": "tr"})).await;
    bench.sim.flush().await;
    let (chat, catalog, customers) = (
        bench.chat(&ayse).await,
        bench.get("/sim/catalog").await,
        bench.get("/sim/customers").await,
    );
    let entries = bench.get("/sim/journal").await.as_array().unwrap().len();
    bench.sim.stop().await;

    let bench = open(&file.0, NOON).await;
    assert_eq!(bench.chat(&ayse).await, chat);
    assert_eq!(bench.get("/sim/catalog").await, catalog);
    assert_eq!(catalog.as_array().unwrap().len(), 1);
    assert_eq!(bench.get("/sim/customers").await, customers);
    assert_eq!(bench.get("/sim/journal").await.as_array().unwrap().len(), entries);
    assert_eq!(
        bench.read("101/whatsapp_commerce_settings").await.1["data"][0]["is_catalog_visible"],
        true
    );
    assert_eq!(bench.read("201/message_templates").await.1["data"][0]["name"], "hello");
    assert_eq!(bench.get("/sim/templates").await["data"][0]["language"], "tr");
    // The window is open still, and nothing is told twice.
    assert_eq!(bench.sim.flush().await.delivered, 0);
    bench.sent(text("y")).await;
}

#[tokio::test]
async fn forms_links_and_what_was_done_to_messages_are_still_there() {
    let file = Scratch::new("more");
    let bench = open(&file.0, NOON).await;
    let ayse = bench.chatting().await;
    let flow = json!({"name": "adres", "categories": ["OTHER"]});
    let flow = bench.call("201/flows", flow).await.1["id"].as_str().unwrap().to_owned();
    let link = bench.call("101/message_qrdls", json!({"prefilled_message": "x"})).await.1;
    bench.ok("/sim/numbers/101", json!({"welcome": true})).await;
    bench.ok("/sim/customers/c1", json!({"parent_bsuid": "TR.ENT.7"})).await;
    bench.ok("/sim/echo", json!({"customer": "c1", "type": "text", "body": "x"})).await;
    let id = bench.says(&ayse, json!({"type": "text", "body": "1"})).await;
    bench.says(&ayse, json!({"type": "edit", "message_id": id, "body": "2"})).await;
    bench.says(&ayse, json!({"type": "revoke", "message_id": id})).await;
    bench.ok("/sim/fields", json!({"field": "account_update", "value": {"event": "x"}})).await;
    let (chat, customers) = (bench.chat(&ayse).await, bench.get("/sim/customers").await);
    bench.sim.stop().await;

    let bench = open(&file.0, NOON).await;
    assert_eq!(bench.chat(&ayse).await, chat);
    assert!(chat.iter().any(|bubble| bubble["by_staff"] == true));
    assert_eq!(bench.get("/sim/customers").await, customers);
    assert_eq!(bench.read(&flow).await.1["status"], "DRAFT");
    let code = link["code"].as_str().unwrap();
    assert_eq!(bench.get(&format!("/sim/links/{code}")).await["prefilled_message"], "x");
    assert_eq!(bench.get("/sim/state").await["accounts"][0]["welcome"], true);
    let revoke = json!({"type": "revoke", "message_id": id});
    assert_eq!(bench.post("/sim/customers/c1/messages", revoke).await.0, 409);
    // What nobody was told yet is told now.
    bench.sim.flush().await;
    let fields = bench.webhook.values().iter().filter(|v| v["event"] == "x").count();
    assert_eq!((fields, bench.webhook.messages().len()), (1, 3));
}

#[tokio::test]
async fn no_id_comes_twice() {
    let file = Scratch::new("ids");
    let mut ids: Vec<String> = Vec::new();
    for _ in 0..3 {
        let bench = open(&file.0, NOON).await;
        let ayse = bench.ayse().await;
        ids.push(bench.says(&ayse, json!({"type": "text", "body": "x"})).await);
        for _ in 0..3 {
            ids.push(bench.sent(text("x")).await);
        }
        bench.sim.stop().await;
    }
    let bench = open(&file.0, NOON).await;
    let seqs: Vec<u64> =
        bench.chat(&json!({"id": "c1"})).await.iter().map(|b| b["seq"].as_u64().unwrap()).collect();
    assert!(seqs.is_sorted_by(|a, b| a < b), "{seqs:?}");
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), count), (12, 12));
}

#[tokio::test]
async fn what_was_not_told_is_told_after_the_restart() {
    let file = Scratch::new("due");
    let bench = open(&file.0, NOON).await;
    let ayse = bench.ayse().await;
    let told = bench.says(&ayse, json!({"type": "text", "body": "1"})).await;
    bench.sim.flush().await;
    bench.webhook.answer.store(500, Ordering::SeqCst);
    let id = bench.says(&ayse, json!({"type": "text", "body": "2"})).await;
    bench.sim.flush().await;
    bench.sim.stop().await;
    let bench = open(&file.0, NOON).await;
    assert_eq!(bench.sim.flush().await.delivered, 1);
    assert_eq!(bench.webhook.messages()[0]["id"], id.as_str());
    assert_ne!(told, id);
}

#[tokio::test]
async fn time_does_not_go_back() {
    let file = Scratch::new("time");
    let bench = open(&file.0, NOON).await;
    bench.ok("/sim/clock/advance", json!({"seconds": 86_400})).await;
    bench.sim.stop().await;
    let bench = open(&file.0, NOON + 5).await;
    assert_eq!(bench.clock.now_ms(), NOON + 86_400_000);
    assert_eq!(bench.get("/sim/state").await["clock"]["now_ms"], NOON + 86_400_000);
    assert_eq!(bench.post("/sim/clock/advance", json!({"seconds": -1})).await.0, 400);
}

#[tokio::test]
async fn a_broken_journal_is_not_overwritten() {
    let file = Scratch::new("broken");
    std::fs::write(&file.0, "what is this\n").unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config = simulator::Config {
        journal: Some(file.0.clone()),
        ..simulator::Config::new(
            vec![crate::support::account(1, "http://127.0.0.1:1/")],
            std::sync::Arc::new(simulator::ManualClock::at(NOON)),
        )
    };
    let refused = simulator::start(config, listener).await;
    assert!(matches!(refused, Err(simulator::StartError::Line { number: 1, .. })));
    assert_eq!(std::fs::read_to_string(&file.0).unwrap(), "what is this\n");
}
