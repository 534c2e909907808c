//! People: who they are to the business, and what it is told of them.

use serde_json::{Value, json};

use crate::support::{Bench, PHONE, text};

#[tokio::test]
async fn somebody_without_a_visible_phone_is_known_by_id_alone() {
    let bench = Bench::open().await;
    let hidden = bench
        .ok(
            "/sim/customers",
            json!({"name": "Gül", "phone": PHONE, "phone_visible": false, "username": "gul"}),
        )
        .await;
    let bsuid = hidden["bsuid"].as_str().unwrap();
    assert!(bsuid.starts_with("TR."));
    bench.says(&hidden, json!({"type": "text", "body": "merhaba"})).await;
    let body = json!({"messaging_product": "whatsapp", "recipient": bsuid, "type": "text", "text": {"body": "x"},
        "biz_opaque_callback_data": "out:1"});
    bench.sent(body).await;
    bench.sim.flush().await;

    let received = bench.webhook.received.lock().unwrap().clone();
    for webhook in &received {
        assert!(!webhook.raw.contains("905551112233"), "{}", webhook.raw);
    }
    let message = &bench.webhook.messages()[0];
    assert_eq!((message.get("from"), &message["from_user_id"]), (None, &json!(bsuid)));
    let contact = &bench.webhook.values()[0]["contacts"][0];
    assert_eq!(contact, &json!({"profile": {"name": "Gül", "username": "gul"}, "user_id": bsuid}));
    let statuses = bench.webhook.statuses();
    assert_eq!(statuses.len(), 2);
    for status in &statuses {
        assert_eq!(status.get("recipient_id"), None);
        assert_eq!(status["recipient_user_id"], bsuid);
        assert_eq!(status["biz_opaque_callback_data"], "out:1");
    }
}

#[tokio::test]
async fn somebody_of_old_is_known_by_phone_alone() {
    let bench = Bench::open().await;
    let old = bench
        .ok("/sim/customers", json!({"name": "Ali", "phone": PHONE, "bsuid_known": false}))
        .await;
    bench.says(&old, json!({"type": "text", "body": "x"})).await;
    bench.sent(text("x")).await;
    bench.sim.flush().await;
    let message = &bench.webhook.messages()[0];
    assert_eq!((&message["from"], message.get("from_user_id")), (&json!("905551112233"), None));
    assert!(bench.webhook.statuses().iter().all(|s| s.get("recipient_user_id").is_none()));
    // And cannot be written to by an id that nobody was told.
    let bsuid = &old["bsuid"];
    let body = json!({"messaging_product": "whatsapp", "recipient": bsuid, "type": "text", "text": {"body": "x"}});
    assert_eq!(bench.send(body).await.1["error"]["code"], 131_026);
}

#[tokio::test]
async fn the_same_phone_is_the_same_person() {
    let bench = Bench::open().await;
    let first = bench.ayse().await;
    let again = bench.ok("/sim/customers", json!({"name": "Somebody", "phone": PHONE})).await;
    assert_eq!(first, again);
    let made_up = bench.ok("/sim/customers", json!({"name": "New"})).await;
    assert_ne!(made_up["phone"], first["phone"]);
    for bad in [
        json!({"name": "x", "phone": "0555"}),
        json!({"phone": "+905550000001"}),
        json!({"name": "x", "bsuid": "nonsense"}),
        json!({"name": "x", "phone_visible": false, "bsuid_known": false}),
        json!({"name": "x", "phone_visible": "yes"}),
    ] {
        assert_eq!(bench.post("/sim/customers", bad.clone()).await.0, 400, "{bad}");
    }
    assert_eq!(bench.get("/sim/customers").await.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_order_carries_the_prices_of_the_catalog() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let mut on_sale = crate::support::item("B", "10.00 TRY");
    on_sale["data"]["sale_price"] = json!("7.25 TRY");
    bench.batched(vec![crate::support::item("A", "12.50 TRY"), on_sale]).await;
    let items = json!([{"sku": "A", "quantity": 2}, {"sku": "B", "quantity": 1},
        {"sku": "gone", "quantity": 1, "price": "30"}]);
    bench.says(&ayse, json!({"type": "order", "items": items, "text": "çabuk"})).await;
    bench.sim.flush().await;
    let order = bench.webhook.messages()[0]["order"].clone();
    assert_eq!(order["catalog_id"], "401");
    assert_eq!(order["text"], "çabuk");
    let line = |sku: &str, quantity: u32, price: Value| json!({"product_retailer_id": sku, "quantity": quantity, "item_price": price, "currency": "TRY"});
    assert_eq!(
        order["product_items"],
        json!([line("A", 2, json!(12.5)), line("B", 1, json!(7.25)), line("gone", 1, json!(30))])
    );
    for bad in [
        json!([]),
        json!([{"sku": "gone", "quantity": 1}]),
        json!([{"sku": "A", "quantity": 100}]),
        json!([{"sku": "A", "quantity": 0}]),
    ] {
        let (status, _) =
            bench.post("/sim/customers/c1/messages", json!({"type": "order", "items": bad})).await;
        assert!(matches!(status, 400 | 404), "{bad}");
    }
}

#[tokio::test]
async fn the_person_reads_what_was_delivered() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let id = bench.sent(text("x")).await;
    assert_eq!(bench.ok("/sim/customers/c1/read", json!({})).await, json!({"read": 1}));
    assert_eq!(bench.ok("/sim/customers/c1/read", json!({})).await, json!({"read": 0}));
    bench.sim.flush().await;
    let statuses = bench.webhook.statuses();
    let names: Vec<&Value> = statuses.iter().map(|s| &s["status"]).collect();
    assert_eq!(names, ["sent", "delivered", "read"]);
    assert!(statuses.iter().all(|s| s["id"] == id.as_str() && s["timestamp"].is_string()));
    assert_eq!(
        statuses[0]["pricing"],
        json!({"billable": true, "pricing_model": "PMP", "type": "regular", "category": "service"})
    );
    assert_eq!(statuses[2].get("pricing"), None);
    assert_eq!(bench.chat(&ayse).await[1]["status"], "read");
}

#[tokio::test]
async fn a_new_number_means_a_new_id() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let moved =
        bench.ok("/sim/customers/c1/change_number", json!({"phone": "+4915100000001"})).await;
    assert_ne!(moved["bsuid"], ayse["bsuid"]);
    assert!(moved["bsuid"].as_str().unwrap().starts_with("DE."));
    bench.sim.flush().await;
    let values = bench.webhook.values();
    assert_eq!(
        values[0]["user_id_update"][0]["user_id"],
        json!({"previous": ayse["bsuid"], "current": moved["bsuid"]})
    );
    let message = &values[1]["messages"][0];
    assert_eq!((&message["from"], &message["type"]), (&json!("905551112233"), &json!("system")));
    assert_eq!(message["system"]["user_id"], moved["bsuid"]);
    assert_eq!(values[1].get("contacts"), None);
    assert_eq!(bench.send(text("x")).await.1["error"]["code"], 131_026);
}

#[tokio::test]
async fn opting_out_is_told() {
    let bench = Bench::open().await;
    bench.ayse().await;
    bench.ok("/sim/customers/c1/preferences", json!({"value": "stop"})).await;
    bench.sim.flush().await;
    let value = &bench.webhook.values()[0];
    let preference = &value["user_preferences"][0];
    assert_eq!(
        (&preference["value"], &preference["category"]),
        (&json!("stop"), &json!("marketing_messages"))
    );
    assert_eq!(preference["timestamp"], crate::support::NOON / 1_000);
    assert_eq!(value["metadata"]["phone_number_id"], "101");
}

#[tokio::test]
async fn what_a_person_says_in_every_way() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let quoted = bench.sent(text("x")).await;
    bench.sim.flush().await;
    bench.webhook.forget();
    for said in [
        json!({"type": "text", "body": "x", "reply_to": quoted}),
        json!({"type": "location", "latitude": 41.01, "longitude": 28.97, "name": "Moda"}),
        json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "A"}}]}),
        json!({"type": "image", "caption": "c"}),
        json!({"type": "audio"}),
        json!({"type": "document"}),
        json!({"type": "sticker"}),
        json!({"type": "video"}),
        json!({"type": "reaction", "message_id": quoted, "emoji": "👍"}),
        json!({"type": "raw", "message": {"type": "unsupported", "errors": [{"code": 131_051}], "timestamp": "7"}}),
    ] {
        bench.says(&ayse, said).await;
    }
    bench.sim.flush().await;
    let messages = bench.webhook.messages();
    assert_eq!(messages.len(), 10);
    assert_eq!(messages[0]["context"], json!({"from": "908500000001", "id": quoted}));
    assert_eq!(
        messages[1]["location"],
        json!({"latitude": 41.01, "longitude": 28.97, "name": "Moda"})
    );
    assert_eq!(messages[3]["image"]["caption"], "c");
    assert_eq!(messages[4]["audio"]["voice"], true);
    assert_eq!(
        (&messages[9]["timestamp"], &messages[9]["from"]),
        (&json!("7"), &json!("905551112233"))
    );
    for bad in [
        json!({"type": "text"}),
        json!({"type": "dance"}),
        json!({"type": "location", "latitude": "41"}),
        json!({"type": "contacts", "contacts": []}),
        json!({"type": "raw"}),
        json!({}),
    ] {
        assert_eq!(bench.post("/sim/customers/c1/messages", bad.clone()).await.0, 400, "{bad}");
    }
    assert_eq!(
        bench.post("/sim/customers/c9/messages", json!({"type": "text", "body": "x"})).await.0,
        404
    );
}
