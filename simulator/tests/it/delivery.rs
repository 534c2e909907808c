//! How webhooks look and how they get there.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use simulator::{Clock, Delivery, Refusal};

use crate::support::{Bench, PHONE, answer, sign, text};

#[tokio::test]
async fn the_signature_covers_the_escaped_bytes() {
    let bench = Bench::open().await;
    let ayse = bench.ayse().await;
    bench.says(&ayse, json!({"type": "text", "body": "çay 🍵?"})).await;
    assert_eq!(bench.sim.flush().await.delivered, 1);
    let received = bench.webhook.received.lock().unwrap()[0].clone();
    assert!(received.raw.is_ascii());
    assert!(received.raw.contains(r#""body":"\u00e7ay \ud83c\udf75?""#), "{}", received.raw);
    assert_eq!(received.signature, sign(received.raw.as_bytes()));
    assert_eq!(received.body["object"], "whatsapp_business_account");
    assert_eq!(received.body["entry"][0]["id"], "201");
    assert_eq!(received.body["entry"][0]["changes"][0]["field"], "messages");
    let value = &bench.webhook.values()[0];
    assert_eq!(
        value["metadata"],
        json!({"display_phone_number": "908500000001", "phone_number_id": "101"})
    );
    assert_eq!(
        value["contacts"],
        json!([{"profile": {"name": "Ayşe"}, "wa_id": "905551112233", "user_id": "TR.1234567890"}])
    );
    let message = &value["messages"][0];
    assert_eq!(message["text"], json!({"body": "çay 🍵?"}));
    assert_eq!(
        (&message["from"], &message["timestamp"]),
        (&json!("905551112233"), &json!("1793534400"))
    );
}

#[tokio::test]
async fn nothing_leaves_before_the_flush_and_everything_in_order_then() {
    let bench = Bench::open().await;
    let ayse = bench.ayse().await;
    for n in 0..5 {
        bench.says(&ayse, json!({"type": "text", "body": n.to_string()})).await;
    }
    assert!(bench.webhook.messages().is_empty());
    assert_eq!(bench.get("/sim/state").await["counts"]["pending_webhooks"], 5);
    let flushed = bench.ok("/sim/flush", json!({})).await;
    assert_eq!(flushed, json!({"delivered": 5, "failed": 0, "pending": 0, "refused": []}));
    let bodies: Vec<Value> =
        bench.webhook.messages().iter().map(|m| m["text"]["body"].clone()).collect();
    assert_eq!(bodies, ["0", "1", "2", "3", "4"]);
    assert_eq!(bench.sim.flush().await.delivered, 0);
}

#[tokio::test]
async fn what_is_refused_comes_again() {
    let bench = Bench::open().await;
    bench.chatting().await;
    bench.sent(text("x")).await;
    bench.webhook.answer.store(503, Ordering::SeqCst);
    let flushed = bench.sim.flush().await;
    assert_eq!((flushed.delivered, flushed.failed, flushed.pending), (0, 2, 2));
    assert_eq!(flushed.refused[0], Refusal { status: 503, body: String::new() });
    // Only 200 will do.
    bench.webhook.answer.store(202, Ordering::SeqCst);
    assert_eq!(bench.sim.flush().await.failed, 2);
    bench.webhook.answer.store(200, Ordering::SeqCst);
    assert_eq!(bench.sim.flush().await.delivered, 2);
    assert_eq!(bench.webhook.statuses().len(), 6);
    assert_eq!(bench.sim.flush().await.pending, 0);
}

#[tokio::test]
async fn nobody_tries_for_more_than_a_week() {
    let bench = Bench::open().await;
    let ayse = bench.ayse().await;
    bench.says(&ayse, json!({"type": "text", "body": "x"})).await;
    bench.webhook.answer.store(500, Ordering::SeqCst);
    bench.clock.advance_ms(7 * 24 * 3_600 * 1_000);
    assert_eq!(bench.sim.flush().await.pending, 1);
    bench.clock.advance_ms(1);
    assert_eq!(bench.sim.flush().await.pending, 0);
}

#[tokio::test]
async fn in_the_background_webhooks_leave_by_themselves_and_come_back() {
    let bench = Bench::with(|c| c.delivery = Delivery::Background).await;
    let ayse = bench.ayse().await;
    bench.webhook.answer.store(500, Ordering::SeqCst);
    bench.says(&ayse, json!({"type": "text", "body": "x"})).await;
    bench.webhook.came.notified().await;
    bench.webhook.answer.store(200, Ordering::SeqCst);
    bench.webhook.came.notified().await;
    let messages = bench.webhook.messages();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0], messages[1]);
}

#[tokio::test]
async fn twice_held_and_batched() {
    let bench = Bench::open().await;
    bench.chatting().await;
    bench.ok("/sim/faults", json!({"kind": "duplicate_webhooks", "times": 1})).await;
    bench.sent(text("x")).await;
    let flushed = bench.sim.flush().await;
    assert_eq!((flushed.delivered, flushed.pending), (2, 0));
    let names: Vec<Value> = bench.webhook.statuses().iter().map(|s| s["status"].clone()).collect();
    assert_eq!(names, ["sent", "sent", "delivered"]);
    bench.webhook.forget();

    let held = bench.ok("/sim/faults", json!({"kind": "hold_webhooks"})).await;
    bench.sent(text("x")).await;
    let flushed = bench.sim.flush().await;
    assert_eq!((flushed.delivered, flushed.pending), (0, 2));
    let path = format!("/sim/faults/{}", held["id"]);
    assert_eq!(bench.sim.control("DELETE", &path, Value::Null).await.0, 200);

    bench.ok("/sim/faults", json!({"kind": "batch_webhooks"})).await;
    bench.ok("/sim/customers/c1/messages", json!({"type": "text", "body": "1"})).await;
    bench.ok("/sim/customers/c1/messages", json!({"type": "text", "body": "2", "to": "102"})).await;
    assert_eq!(bench.sim.flush().await.delivered, 4);
    let received = bench.webhook.received.lock().unwrap().clone();
    assert_eq!(received.len(), 1);
    let entries = received[0].body["entry"].as_array().unwrap();
    assert_eq!(
        entries.iter().map(|e| e["id"].as_str().unwrap()).collect::<Vec<_>>(),
        ["201", "202"]
    );
    let value = &entries[0]["changes"][0]["value"];
    assert_eq!(
        (value["statuses"].as_array().unwrap().len(), value["messages"].as_array().unwrap().len()),
        (2, 1)
    );
    assert_eq!(received[0].signature, sign(received[0].raw.as_bytes()));
}

#[tokio::test]
async fn shuffled_the_same_way_for_the_same_seed() {
    let mut orders = Vec::new();
    for _ in 0..2 {
        let bench = Bench::open().await;
        let ayse = bench.ayse().await;
        bench.ok("/sim/faults", json!({"kind": "shuffle_webhooks"})).await;
        for n in 0..8 {
            bench.says(&ayse, json!({"type": "text", "body": n.to_string()})).await;
        }
        bench.sim.flush().await;
        let messages = bench.webhook.messages();
        let bodies: Vec<String> =
            messages.iter().map(|m| m["text"]["body"].as_str().unwrap().to_owned()).collect();
        let ids: Vec<Value> = messages.iter().map(|m| m["id"].clone()).collect();
        orders.push((bodies, ids));
    }
    assert_eq!(orders[0], orders[1]);
    assert_ne!(orders[0].0, (0..8).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_raw_webhook_goes_as_it_is() {
    let bench = Bench::open().await;
    let answered = bench.ok("/sim/webhooks/raw", json!({"body": "{\"odd\": 1 }"})).await;
    assert_eq!(answered["status"], 200);
    bench.ok("/sim/webhooks/raw", json!({"body": {"a": "ş"}, "signature": "sha256=00"})).await;
    let received = bench.webhook.received.lock().unwrap().clone();
    assert_eq!(
        (received[0].raw.as_str(), received[0].signature.as_str()),
        ("{\"odd\": 1 }", sign(b"{\"odd\": 1 }").as_str())
    );
    assert_eq!(
        (received[1].raw.as_str(), received[1].signature.as_str()),
        (r#"{"a":"\u015f"}"#, "sha256=00")
    );
}

#[tokio::test]
async fn the_handshake() {
    let bench = Bench::open().await;
    assert_eq!(bench.ok("/sim/handshake", json!({})).await, json!({"verified": true}));
    let wrong = bench.ok("/sim/handshake", json!({"verify_token": "nope"})).await;
    assert_eq!((&wrong["verified"], &wrong["status"]), (&json!(false), &json!(403)));
    let journal = bench.get("/sim/journal").await.to_string();
    assert!(!journal.contains("\"hub.verify_token\""));
}

#[tokio::test]
async fn an_app_that_is_not_subscribed_hears_nothing() {
    let bench = Bench::open().await;
    let ayse = bench.ayse().await;
    let path = "201/subscribed_apps";
    assert_eq!(answer(bench.graph(reqwest::Method::DELETE, path)).await.0, 200);
    bench.says(&ayse, json!({"type": "text", "body": "x"})).await;
    let flushed = bench.sim.flush().await;
    assert_eq!((flushed.delivered, flushed.pending), (0, 0));
    let wrong = json!({"override_callback_uri": bench.webhook.url, "verify_token": "nope"});
    assert_eq!(bench.call(path, wrong).await.1["error"]["code"], 2_200);
    assert_eq!(bench.read(path).await.1["data"], json!([]));
    let right = json!({"override_callback_uri": bench.webhook.url, "verify_token": "verify"});
    assert_eq!(bench.call(path, right).await.0, 200);
    bench.says(&ayse, json!({"type": "text", "body": "y"})).await;
    assert_eq!(bench.sim.flush().await.delivered, 1);
}

#[tokio::test]
async fn a_phone_sees_events_as_they_happen() {
    let bench = Bench::open().await;
    let mut events =
        bench.http.get(format!("{}/sim/events", bench.sim.base_url())).send().await.unwrap();
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    let ayse = bench.ayse().await;
    bench.says(&ayse, json!({"type": "text", "body": "x"})).await;
    bench.sent(text("y")).await;
    let mut seen = String::new();
    while !seen.contains(r#""status":"delivered""#) {
        let chunk = events.chunk().await.unwrap().unwrap();
        seen.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    for kind in ["customer", "bubble", "status", "journal"] {
        assert!(seen.contains(&format!("\"kind\":\"{kind}\"")), "{kind} in {seen}");
    }
    // An open page does not keep the simulator from stopping.
    bench.sim.stop().await;
    while events.chunk().await.is_ok_and(|chunk| chunk.is_some()) {}
}

#[tokio::test]
async fn pages_are_served() {
    let bench = Bench::open().await;
    let base = bench.sim.base_url();
    for path in ["/", "/phone", "/sim/log", "/phone/phone.css"] {
        let page = bench.http.get(format!("{base}{path}")).send().await.unwrap();
        assert_eq!(page.status(), 200, "{path}");
    }
    assert_eq!(
        bench.http.get(format!("{base}/phone/nothing.js")).send().await.unwrap().status(),
        404
    );
    assert_eq!(bench.sim.control("GET", "/sim/nothing", Value::Null).await.0, 404);
    let state = bench.get("/sim/state").await;
    assert!(!state.to_string().contains("token-1") && !state.to_string().contains("secret"));
    assert_eq!(state["accounts"][0]["phone_number_id"], "101");
    assert_eq!(PHONE.len(), 13);
}

#[tokio::test]
async fn other_sites_do_not_reach_the_control_side() {
    let bench = Bench::open().await;
    let base = bench.sim.base_url();
    let post = |origin: String| {
        let request = bench.http.post(format!("{base}/sim/customers")).header("origin", origin);
        answer(request.json(&json!({"name": "x", "phone": PHONE})))
    };
    assert_eq!(post("https://elsewhere.example".into()).await.0, 403);
    assert_eq!(bench.get("/sim/customers").await, json!([]));
    assert_eq!(post(base.clone()).await.0, 200);
}
