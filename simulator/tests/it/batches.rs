//! The catalog: batches, reading back, review, and messages that show products.

use serde_json::{Value, json};
use simulator::{Clock, Review};

use crate::support::{Bench, answer, batch, interactive, item};

fn mpm(skus: &[&str]) -> Value {
    let items: Vec<Value> = skus.iter().map(|sku| json!({"product_retailer_id": sku})).collect();
    interactive(
        json!({"type": "product_list", "header": {"type": "text", "text": "Picks"}, "body": {"text": "b"},
        "action": {"catalog_id": "401", "sections": [{"title": "All", "product_items": items}]}}),
    )
}

fn spm(catalog: &str, sku: &str) -> Value {
    interactive(
        json!({"type": "product", "action": {"catalog_id": catalog, "product_retailer_id": sku}}),
    )
}

#[tokio::test]
async fn a_batch_starts_finishes_and_shows() {
    let bench = Bench::open().await;
    bench.chatting().await;
    assert_eq!(bench.send(spm("401", "A")).await.1["error"]["code"], 131_009);
    let done = bench.batched(vec![item("A", "12.50 TRY"), item("B", "3.00 TRY")]).await;
    assert_eq!(
        (&done["errors_total_count"], &done["ids_of_invalid_requests"]),
        (&json!(0), &json!([]))
    );
    bench.sent(spm("401", "A")).await;
    let (_, page) = bench.read("401/products?fields=retailer_id,name,price,currency,review_status,capability_to_review_status").await;
    let mut first = page["data"][0].clone();
    first.as_object_mut().unwrap().remove("id");
    assert_eq!(
        first,
        json!({"retailer_id": "A", "name": "Item A", "price": "₺12.50", "currency": "TRY", "review_status": "approved",
            "capability_to_review_status": [{"key": "WHATSAPP", "value": "APPROVED"}]})
    );
    let seen = bench.get("/sim/catalog").await;
    assert_eq!(
        (&seen[0]["price"], &seen[0]["whatsapp_status"]),
        (&json!("12.50 TRY"), &json!("visible"))
    );
}

#[tokio::test]
async fn time_finishes_a_batch_that_nobody_asks_about() {
    let bench = Bench::open().await;
    bench.call("401/items_batch", batch(vec![item("A", "1.00 TRY")])).await;
    assert_eq!(bench.get("/sim/catalog").await, json!([]));
    bench.clock.advance_ms(2_000);
    assert_eq!(bench.get("/sim/catalog").await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_wrong_at_once_and_what_is_wrong_later() {
    let bench = Bench::open().await;
    let mut no_image = item("B", "1.00 TRY");
    no_image["data"].as_object_mut().unwrap().remove("image_link");
    let requests = vec![item("A", "9,99 TRY"), no_image, item("C", "1.00 TRY")];
    let (status, taken) = bench.call("401/items_batch", batch(requests)).await;
    assert_eq!(status, 200);
    assert_eq!(taken["handles"].as_array().unwrap().len(), 1);
    let problems = taken["validation_status"].as_array().unwrap();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0]["retailer_id"], "A");
    bench.clock.advance_ms(2_000);
    let handle = taken["handles"][0].as_str().unwrap();
    let (_, status) = bench
        .read(&format!(
            "401/check_batch_request_status?handle={handle}&load_ids_of_invalid_requests=true"
        ))
        .await;
    let data = &status["data"][0];
    assert_eq!((&data["status"], &data["errors_total_count"]), (&json!("finished"), &json!(1)));
    assert_eq!(data["ids_of_invalid_requests"], json!(["B"]));
    assert_eq!(
        data["errors"][0],
        json!({"id": "B", "message": "A required field is missing: image_link"})
    );

    let (_, none) = bench.call("401/items_batch", batch(vec![item("A", "free")])).await;
    assert_eq!(none["handles"], json!([]));
    assert_eq!(bench.read("401/check_batch_request_status?handle=nope").await.0, 400);
}

#[tokio::test]
async fn a_call_has_limits() {
    let bench = Bench::open().await;
    let delete = |n: usize| json!({"method": "DELETE", "data": {"id": format!("S{n}")}});
    assert_eq!(bench.call("401/items_batch", batch((0..5_000).map(delete).collect())).await.0, 200);
    let (status, refused) =
        bench.call("401/items_batch", batch((0..5_001).map(delete).collect())).await;
    assert_eq!((status, &refused["error"]["code"]), (400, &json!(100)));
    let kind = json!({"item_type": "HOTEL", "requests": [delete(1)]});
    assert_eq!(bench.call("401/items_batch", kind).await.0, 400);
    assert_eq!(bench.call("402/items_batch", batch(vec![delete(1)])).await.0, 400);
    // The list may come as text in a form field.
    let requests = json!([delete(1)]).to_string();
    let form = [("item_type", "PRODUCT_ITEM"), ("requests", requests.as_str())];
    let (status, taken) =
        answer(bench.graph(reqwest::Method::POST, "401/items_batch").form(&form)).await;
    assert_eq!((status, taken["handles"].as_array().unwrap().len()), (200, 1));
}

#[tokio::test]
async fn updates_are_partial_and_may_create() {
    let bench = Bench::open().await;
    bench.batched(vec![item("A", "10.00 TRY")]).await;
    let update = json!({"method": "UPDATE", "data": {"id": "A", "sale_price": "8.00 TRY"}});
    bench.batched(vec![update]).await;
    let seen = bench.get("/sim/catalog").await;
    assert_eq!(
        (&seen[0]["price"], &seen[0]["sale_price"]),
        (&json!("10.00 TRY"), &json!("8.00 TRY"))
    );

    // An update of something unknown creates it, and then needs everything.
    let unknown = json!({"method": "UPDATE", "data": {"id": "B", "price": "1.00 TRY"}});
    let done = bench.batched(vec![unknown.clone()]).await;
    assert_eq!(done["ids_of_invalid_requests"], json!(["B"]));
    let mut body = batch(vec![unknown]);
    body["allow_upsert"] = json!(false);
    bench.call("401/items_batch", body).await;
    bench.clock.advance_ms(2_000);
    assert_eq!(bench.get("/sim/catalog").await.as_array().unwrap().len(), 1);

    bench.batched(vec![json!({"method": "DELETE", "data": {"id": "A"}})]).await;
    assert_eq!(bench.get("/sim/catalog").await, json!([]));
}

#[tokio::test]
async fn what_is_not_approved_is_not_shown() {
    let bench = Bench::with(|c| c.review = Review::Manual).await;
    bench.chatting().await;
    bench.batched(vec![item("A", "1.00 TRY")]).await;
    assert_eq!(bench.send(spm("401", "A")).await.1["error"]["code"], 131_009);
    let review =
        |decision: &str| json!({"retailer_id": "A", "decision": decision, "reason": "because"});
    bench.ok("/sim/catalog/review", review("approved")).await;
    bench.sent(spm("401", "A")).await;
    // A new price needs no second look, a new picture does.
    bench
        .batched(vec![json!({"method": "UPDATE", "data": {"id": "A", "price": "2.00 TRY"}})])
        .await;
    bench.sent(spm("401", "A")).await;
    let picture = json!({"method": "UPDATE", "data": {"id": "A", "image_link": "https://shop.example/2.jpg"}});
    bench.batched(vec![picture]).await;
    assert_eq!(bench.get("/sim/catalog").await[0]["review_status"], "pending");
    bench.ok("/sim/catalog/review", review("rejected")).await;
    assert_eq!(bench.send(spm("401", "A")).await.1["error"]["code"], 131_009);
    let (_, page) = bench.read("401/products?fields=review_status,review_rejection_reasons").await;
    assert_eq!(page["data"][0]["review_rejection_reasons"], json!(["because"]));
    assert_eq!(
        bench
            .post("/sim/catalog/review", json!({"retailer_id": "Z", "decision": "approved"}))
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn a_list_of_products_goes_without_the_unknown_ones() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let mut archived = item("C", "1.00 TRY");
    archived["data"]["status"] = json!("archived");
    bench.batched(vec![item("A", "1.00 TRY"), archived]).await;
    bench.sent(mpm(&["A", "B", "C"])).await;
    let bubble = bench.chat(&ayse).await.last().unwrap().clone();
    assert_eq!(bubble["dropped_products"], json!(["B", "C"]));
    let shown = &bubble["message"]["interactive"]["action"]["sections"][0]["product_items"];
    assert_eq!(*shown, json!([{"product_retailer_id": "A"}]));
    bench.sim.flush().await;
    let sent = &bench.webhook.statuses()[0];
    assert_eq!((&sent["status"], &sent["errors"][0]["code"]), (&json!("sent"), &json!(131_009)));
    assert_eq!(bench.send(mpm(&["B"])).await.1["error"]["code"], 131_009);
    assert_eq!(bench.send(spm("402", "A")).await.1["error"]["code"], 131_009);
}

#[tokio::test]
async fn reading_back_page_by_page() {
    let bench = Bench::open().await;
    bench.batched((0..7).map(|n| item(&format!("S{n}"), "1.00 TRY")).collect()).await;
    let mut found = Vec::new();
    let mut path = "401/products?fields=retailer_id&limit=3".to_owned();
    loop {
        let (status, page) = bench.read(&path).await;
        assert_eq!(status, 200, "{page}");
        let data = page["data"].as_array().unwrap();
        assert!(data.len() <= 3);
        found.extend(data.iter().map(|node| node["retailer_id"].as_str().unwrap().to_owned()));
        let Some(next) = page["paging"]["next"].as_str() else { break };
        path = next.split("/v25.0/").nth(1).unwrap().to_owned();
    }
    assert_eq!(found, (0..7).map(|n| format!("S{n}")).collect::<Vec<_>>());
    let (_, one) = bench.read("401/products?filter={\"retailer_id\":{\"eq\":\"S3\"}}").await;
    assert_eq!(one["data"].as_array().unwrap().len(), 1);
    for bad in ["fields=colour_of_soul", "limit=0", "after=%21", "filter=x"] {
        assert_eq!(bench.read(&format!("401/products?{bad}")).await.0, 400, "{bad}");
    }
}
