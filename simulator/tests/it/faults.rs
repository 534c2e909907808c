//! What goes wrong on demand.

use serde_json::{Value, json};

use crate::support::{Bench, PHONE, batch, item, text};

#[tokio::test]
async fn a_lost_answer_is_a_message_all_the_same() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    bench.ok("/sim/faults", json!({"kind": "lost_answer", "times": 1})).await;
    let request = bench.graph(reqwest::Method::POST, "101/messages").json(&text("lost?"));
    let error = request.send().await.unwrap_err();
    assert!(!error.is_connect() && error.status().is_none(), "{error:?}");
    let chat = bench.chat(&ayse).await;
    assert_eq!(chat.last().unwrap()["message"]["text"]["body"], "lost?");
    bench.sim.flush().await;
    assert_eq!(bench.webhook.statuses().len(), 2);
    assert_eq!(bench.send(text("again")).await.0, 200);
    let journal = bench.get("/sim/journal").await;
    assert!(journal.as_array().unwrap().iter().any(|e| e["kind"] == "graph" && e["status"] == 0));
}

#[tokio::test]
async fn down_means_nothing_happened() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let before = bench.chat(&ayse).await.len();
    bench.ok("/sim/faults", json!({"kind": "down", "times": 1})).await;
    assert!(
        bench.graph(reqwest::Method::POST, "101/messages").json(&text("x")).send().await.is_err()
    );
    bench.ok("/sim/faults", json!({"kind": "down", "times": 1, "http": 503})).await;
    let response =
        bench.graph(reqwest::Method::POST, "101/messages").json(&text("x")).send().await.unwrap();
    assert_eq!(response.status(), 503);
    assert!(response.text().await.unwrap().starts_with("<html>"));
    assert_eq!(bench.chat(&ayse).await.len(), before);
    assert_eq!(bench.get("/sim/faults").await, json!([]));
}

#[tokio::test]
async fn a_code_on_demand() {
    let bench = Bench::open().await;
    bench.chatting().await;
    bench.ok("/sim/faults", json!({"kind": "code", "code": 131_016, "times": 1})).await;
    let (status, answer) = bench.send(text("x")).await;
    assert_eq!(
        (status, &answer["error"]["code"], &answer["error"]["is_transient"]),
        (500, &json!(131_016), &json!(true))
    );
    bench
        .ok("/sim/faults", json!({"kind": "code", "code": 2, "http": 400, "transient": false}))
        .await;
    let (status, answer) = bench.send(text("x")).await;
    assert_eq!((status, &answer["error"]["is_transient"]), (400, &json!(false)));
    // A fault of sends leaves the rest alone.
    assert_eq!(bench.read("101").await.0, 200);
    assert_eq!(bench.call("401/items_batch", batch(vec![item("A", "1.00 TRY")])).await.0, 200);
    assert_eq!(bench.sim.control("DELETE", "/sim/faults", Value::Null).await.0, 200);
    assert_eq!(bench.send(text("x")).await.0, 200);
}

#[tokio::test]
async fn a_fault_keeps_to_its_person_and_its_call() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let other = bench.ok("/sim/customers", json!({"name": "Ali", "phone": "+905550000002"})).await;
    let said = bench.says(&other, json!({"type": "text", "body": "x"})).await;
    bench.ok("/sim/faults", json!({"kind": "code", "code": 131_000, "to": ayse["id"]})).await;
    let to_ali = json!({"messaging_product": "whatsapp", "to": "+905550000002", "type": "text", "text": {"body": "x"}});
    assert_eq!(bench.send(to_ali).await.0, 200);
    assert_eq!(bench.send(text("x")).await.0, 500);
    bench.sim.control("DELETE", "/sim/faults", Value::Null).await;

    bench.ok("/sim/faults", json!({"kind": "code", "code": 131_000})).await;
    let mark = json!({"messaging_product": "whatsapp", "status": "read", "message_id": said});
    assert_eq!(bench.send(mark.clone()).await.0, 200);
    bench.ok("/sim/faults", json!({"kind": "code", "code": 131_000, "on": "read"})).await;
    assert_eq!(bench.send(mark).await.0, 500);
    bench.ok("/sim/faults", json!({"kind": "code", "code": 80_014, "on": "items_batch"})).await;
    let request = bench
        .graph(reqwest::Method::POST, "401/items_batch")
        .json(&batch(vec![item("A", "1.00 TRY")]));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 400);
    assert!(response.headers().contains_key("x-business-use-case-usage"));
    assert_eq!(
        bench.post("/sim/faults", json!({"kind": "code", "code": 1, "to": "c99"})).await.0,
        404
    );
}

#[tokio::test]
async fn accepted_and_failed_later() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    bench.ok("/sim/faults", json!({"kind": "failed_status", "code": 131_049, "times": 1})).await;
    let mut body = text("x");
    body["biz_opaque_callback_data"] = json!("out:7");
    bench.sent(body).await;
    bench.sim.flush().await;
    let statuses = bench.webhook.statuses();
    assert_eq!(statuses.len(), 1);
    assert_eq!(
        (&statuses[0]["status"], &statuses[0]["errors"][0]["code"]),
        (&json!("failed"), &json!(131_049))
    );
    assert_eq!(statuses[0]["biz_opaque_callback_data"], "out:7");
    // Failures carry no contacts, and to a phone no user id.
    assert_eq!(
        (bench.webhook.values()[0].get("contacts"), statuses[0].get("recipient_user_id")),
        (None, None)
    );
    assert_eq!(bench.chat(&ayse).await.last().unwrap()["status"], "failed");
}

#[tokio::test]
async fn statuses_by_hand() {
    let bench = Bench::with(|c| c.auto_statuses.clear()).await;
    bench.chatting().await;
    let id = bench.sent(text("x")).await;
    bench.ok("/sim/statuses", json!({"message_id": id, "status": "read"})).await;
    assert_eq!(
        bench.post("/sim/statuses", json!({"message_id": id, "status": "delivered"})).await.0,
        409
    );
    assert_eq!(
        bench.post("/sim/statuses", json!({"message_id": "wamid.x", "status": "read"})).await.0,
        409
    );
    bench.sim.flush().await;
    let statuses = bench.webhook.statuses();
    assert_eq!(statuses.len(), 1);
    assert_eq!(statuses[0]["pricing"]["category"], "service");
    assert_eq!(statuses[0]["recipient_id"], PHONE.trim_start_matches('+'));
}
