//! Everything that a person can do in a chat, and what the business hears of it.

use serde_json::{Value, json};
use simulator::Clock;

use crate::support::{Bench, NOON, PHONE, interactive, text};

const MINUTE: i64 = 60_000;

impl Bench {
    /// Says it, delivers it, and gives the message of the webhook.
    async fn heard(&self, customer: &Value, said: Value) -> Value {
        self.webhook.forget();
        self.says(customer, said).await;
        self.sim.flush().await;
        self.webhook.messages()[0].clone()
    }

    async fn refused(&self, said: Value) -> u16 {
        self.post("/sim/customers/c1/messages", said).await.0
    }
}

#[tokio::test]
async fn a_quote_names_who_wrote_the_quoted() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let theirs = bench.sent(text("x")).await;
    let own = bench.says(&ayse, json!({"type": "text", "body": "1"})).await;
    bench.sim.flush().await;
    let reply = |to: &str| json!({"type": "text", "body": "2", "reply_to": to});
    let heard = bench.heard(&ayse, reply(&theirs)).await;
    assert_eq!(heard["context"], json!({"from": "908500000001", "id": theirs}));
    let heard = bench.heard(&ayse, reply(&own)).await;
    assert_eq!(heard["context"], json!({"from": "905551112233", "id": own}));
}

#[tokio::test]
async fn a_forwarded_message_names_no_other() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let theirs = bench.sent(text("fiyat listesi")).await;
    let heard = bench.heard(&ayse, json!({"type": "forward", "message_id": theirs})).await;
    assert_eq!(heard["text"], json!({"body": "fiyat listesi"}));
    assert_eq!(heard["context"], json!({"forwarded": true}));
    let often = json!({"type": "text", "body": "x", "forwarded": "frequently"});
    assert_eq!(bench.heard(&ayse, often).await["context"], json!({"frequently_forwarded": true}));
    let photo = bench.says(&ayse, json!({"type": "image", "caption": "c"})).await;
    bench.sim.flush().await;
    let heard = bench.heard(&ayse, json!({"type": "forward", "message_id": photo})).await;
    assert_eq!((&heard["type"], &heard["image"]["caption"]), (&json!("image"), &json!("c")));
    assert!(heard["image"]["sha256"].is_string());
    assert_eq!(bench.refused(json!({"type": "forward", "message_id": "wamid.gone"})).await, 404);
    let odd = json!({"type": "text", "body": "x", "forwarded": 7});
    assert_eq!(bench.refused(odd).await, 400);
}

#[tokio::test]
async fn words_can_be_changed_for_fifteen_minutes() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let theirs = bench.sent(text("x")).await;
    let id = bench.says(&ayse, json!({"type": "text", "body": "iki tane"})).await;
    let sticker = bench.says(&ayse, json!({"type": "sticker"})).await;
    bench.sim.flush().await;
    let edit = |id: &str| json!({"type": "edit", "message_id": id, "body": "üç tane"});
    bench.clock.advance_ms(15 * MINUTE);
    let heard = bench.heard(&ayse, edit(&id)).await;
    assert_eq!(heard["type"], "edit");
    assert_eq!(
        heard["edit"],
        json!({"original_message_id": id, "message": {"type": "text", "text": {"body": "üç tane"}}})
    );
    assert_ne!(heard["id"], id.as_str());
    assert_eq!(bench.refused(edit(&theirs)).await, 409);
    assert_eq!(bench.refused(edit(&sticker)).await, 409);
    bench.clock.advance_ms(1);
    assert_eq!(bench.refused(edit(&id)).await, 409);
}

#[tokio::test]
async fn a_message_is_deleted_once_and_then_not_edited() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let id = bench.says(&ayse, json!({"type": "text", "body": "yanlış"})).await;
    bench.sim.flush().await;
    let revoke = json!({"type": "revoke", "message_id": id});
    let heard = bench.heard(&ayse, revoke.clone()).await;
    assert_eq!(
        (&heard["type"], &heard["revoke"]),
        (&json!("revoke"), &json!({"original_message_id": id}))
    );
    assert_eq!(bench.refused(revoke).await, 409);
    let edit = json!({"type": "edit", "message_id": id, "body": "x"});
    assert_eq!(bench.refused(edit).await, 409);
}

#[tokio::test]
async fn neither_edits_nor_deletions_nor_reactions_open_the_window() {
    let bench = Bench::open().await;
    let ayse = bench.ayse().await;
    let old = json!({"type": "text", "body": "x", "timestamp_ms": NOON - 24 * 60 * MINUTE});
    bench.says(&ayse, old).await;
    let refused = bench.send(text("x")).await;
    assert_eq!(refused.1["error"]["code"], 131_047);
    for said in [
        json!({"type": "unsupported", "kind": "poll"}),
        json!({"type": "text", "body": "x", "group_id": "g1"}),
    ] {
        bench.says(&ayse, said).await;
        assert_eq!(bench.send(text("x")).await.1["error"]["code"], 131_047);
    }
}

#[tokio::test]
async fn from_a_product_page_and_from_an_ad() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let heard = bench.heard(&ayse, json!({"type": "text", "body": "x", "about": "SKU-1"})).await;
    assert_eq!(
        heard["context"],
        json!({"from": "908500000001",
            "referred_product": {"catalog_id": "401", "product_retailer_id": "SKU-1"}})
    );
    let foreign = json!({"sku": "SKU-1", "catalog_id": "999"});
    let heard = bench.heard(&ayse, json!({"type": "text", "body": "x", "about": foreign})).await;
    assert_eq!(heard["context"]["referred_product"]["catalog_id"], "999");

    let ad = json!({"headline": "Yeni hasat", "body": "Bugün kavruldu", "source_id": "42"});
    let heard = bench.heard(&ayse, json!({"type": "text", "body": "x", "ad": ad})).await;
    let referral = &heard["referral"];
    assert_eq!(
        (&referral["headline"], &referral["source_id"], &referral["source_type"]),
        (&json!("Yeni hasat"), &json!("42"), &json!("ad"))
    );
    assert!(referral["ctwa_clid"].as_str().is_some_and(|id| id.len() > 20));
    // A post has no click id, and what is null is not there.
    let post = json!({"source_type": "post", "image_url": null});
    let heard = bench.heard(&ayse, json!({"type": "text", "body": "x", "ad": post})).await;
    assert_eq!(heard["referral"].get("ctwa_clid"), None);
    assert_eq!(heard["referral"].get("image_url"), None);
    assert_eq!(bench.refused(json!({"type": "text", "body": "x", "ad": "42"})).await, 400);
}

#[tokio::test]
async fn the_first_look_at_a_chat_is_told_when_it_is_wanted() {
    let bench = Bench::open().await;
    let ayse = bench.ayse().await;
    let open = || bench.ok("/sim/customers/c1/open", json!({}));
    assert_eq!(open().await, json!({"welcome": false}));
    bench.ok("/sim/numbers/101", json!({"welcome": true})).await;
    assert_eq!(open().await, json!({"welcome": true}));
    assert_eq!(open().await, json!({"welcome": false}));
    bench.sim.flush().await;
    let messages = bench.webhook.messages();
    assert_eq!((messages.len(), &messages[0]["type"]), (1, &json!("request_welcome")));
    assert_eq!(bench.chat(&ayse).await.len(), 1);
    // It is told so that it can be answered.
    assert_eq!(bench.send(text("x")).await.0, 200);
    assert_eq!(bench.get("/sim/state").await["accounts"][0]["welcome"], true);
}

#[tokio::test]
async fn what_cannot_be_shown_carries_its_error() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let heard = bench.heard(&ayse, json!({"type": "unsupported", "kind": "poll"})).await;
    assert_eq!(heard["errors"][0]["code"], 131_051);
    assert_eq!(heard["unsupported"], json!({"type": "poll"}));
    bench.webhook.forget();
    bench.says(&ayse, json!({"type": "resend"})).await;
    bench.sim.flush().await;
    let value = &bench.webhook.values()[0];
    assert_eq!(value["errors"][0]["code"], 131_000);
    assert_eq!(value["messages"][0]["type"], "interactive");
    assert_eq!(value["messages"][0].get("interactive"), None);
    assert_eq!(value["contacts"][0]["wa_id"], "905551112233");
    let heard = bench.heard(&ayse, json!({"type": "text", "body": "x", "group_id": "g1"})).await;
    assert_eq!(heard["group_id"], "g1");
}

#[tokio::test]
async fn the_number_is_shared_when_it_is_asked_for() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let plain = bench.sent(text("x")).await;
    let asks = bench
        .sent(interactive(json!({"type": "request_contact_info", "body": {"text": "Numaranız?"},
            "action": {"name": "request_contact_info"}})))
        .await;
    bench.sim.flush().await;
    let share = |id: &str| json!({"type": "share_contact", "message_id": id});
    let heard = bench.heard(&ayse, share(&asks)).await;
    assert_eq!(heard["context"], json!({"from": "908500000001", "id": asks}));
    let contact = &heard["contacts"][0];
    assert_eq!(
        (&contact["origin"], &contact["phones"][0]["phone"]),
        (&json!("contact_request"), &json!(PHONE))
    );
    assert_eq!(contact["name"]["formatted_name"], "Ayşe");
    let mut nameless = share(&asks);
    nameless["without_name"] = json!(true);
    assert_eq!(bench.heard(&ayse, nameless).await["contacts"][0].get("name"), None);
    assert_eq!(bench.refused(share(&plain)).await, 400);
}

#[tokio::test]
async fn calls_and_cards_are_answered() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let accept = json!({"type": "call_permission", "response": "accept"});
    let heard = bench.heard(&ayse, accept).await;
    assert_eq!(
        heard["interactive"]["call_permission_reply"],
        json!({"response": "accept", "is_permanent": false, "response_source": "user_action",
            "expiration_timestamp": NOON / 1_000 + 7 * 86_400})
    );
    let pay = json!({"type": "payment_method", "reference_id": "ORD-42-1"});
    let heard = bench.heard(&ayse, pay).await;
    let paid = &heard["interactive"]["payment_method"];
    assert_eq!(
        (&heard["interactive"]["type"], &paid["reference_id"]),
        (&json!("payment_method"), &json!("ORD-42-1"))
    );
    assert_eq!(bench.refused(json!({"type": "call_permission", "response": "?"})).await, 400);
}

#[tokio::test]
async fn the_staff_writes_on_the_phone() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let echo = json!({"customer": "c1", "type": "text", "body": "Hemen bakıyorum"});
    let id = bench.ok("/sim/echo", echo).await["id"].clone();
    bench.sim.flush().await;
    let value = &bench.webhook.values()[0];
    assert_eq!(value["metadata"]["phone_number_id"], "101");
    assert_eq!(
        value["message_echoes"],
        json!([{"from": "908500000001", "to": "905551112233", "to_user_id": ayse["bsuid"], "id": id,
            "timestamp": (NOON / 1_000).to_string(), "type": "text", "text": {"body": "Hemen bakıyorum"}}])
    );
    let bubble = bench.chat(&ayse).await.last().unwrap().clone();
    assert_eq!((&bubble["from"], &bubble["by_staff"]), (&json!("business"), &json!(true)));
    // Nobody reports on what was not sent through the API.
    bench.webhook.forget();
    bench.ok("/sim/customers/c1/read", json!({})).await;
    bench.sim.flush().await;
    assert_eq!(bench.webhook.statuses().len(), 0);
    assert_eq!(bench.post("/sim/echo", json!({"customer": "c1", "type": "order"})).await.0, 400);
    assert_eq!(bench.post("/sim/echo", json!({"customer": "c9", "type": "text"})).await.0, 404);
}

#[tokio::test]
async fn any_field_with_any_value() {
    let bench = Bench::open().await;
    let update = json!({"event": "ACCOUNT_RESTRICTION", "restriction_info": []});
    bench.ok("/sim/fields", json!({"field": "account_update", "value": update})).await;
    let partner = json!({"event": "PARTNER_ADDED", "waba_info": {"waba_id": "201"}});
    let body = json!({"field": "account_update", "value": partner, "entry_id": "301"});
    bench.ok("/sim/fields", body).await;
    bench.sim.flush().await;
    let received = bench.webhook.received.lock().unwrap().clone();
    let entry = &received[0].body["entry"][0];
    assert_eq!((&entry["id"], &entry["time"]), (&json!("201"), &json!(NOON / 1_000)));
    assert_eq!(entry["changes"], json!([{"field": "account_update", "value": update}]));
    assert_eq!(received[1].body["entry"][0]["id"], "301");
    assert_eq!(bench.post("/sim/fields", json!({"field": "flows"})).await.0, 400);
}

#[tokio::test]
async fn another_id_alone_is_told_in_the_way_that_is_wanted() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let mut before = ayse["bsuid"].clone();
    for (tell, messages, fields) in
        [("message", 1, 0), ("field", 0, 1), ("nothing", 0, 0), ("both", 1, 1)]
    {
        bench.webhook.forget();
        let now = bench.ok("/sim/customers/c1/change_bsuid", json!({"tell": tell})).await;
        assert_eq!(now["phone"], PHONE);
        bench.sim.flush().await;
        let system = bench.webhook.messages();
        let updates: Vec<Value> = bench
            .webhook
            .values()
            .iter()
            .filter_map(|v| v.get("user_id_update").cloned())
            .collect();
        assert_eq!((system.len(), updates.len()), (messages, fields), "{tell}");
        for message in system {
            assert_eq!(message["system"]["type"], "user_changed_user_id");
            assert_eq!(message["system"]["user_id"], now["bsuid"]);
            assert_eq!(message["from_user_id"], before);
        }
        for update in updates {
            let ids = json!({"previous": before, "current": now["bsuid"]});
            assert_eq!(update[0]["user_id"], ids);
        }
        before = now["bsuid"].clone();
    }
    assert_eq!(bench.post("/sim/customers/c1/change_bsuid", json!({"tell": "?"})).await.0, 400);
}

#[tokio::test]
async fn a_parent_id_goes_wherever_the_id_goes() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    bench.ok("/sim/customers/c1", json!({"parent_bsuid": "TR.ENT.77"})).await;
    let heard = bench.heard(&ayse, json!({"type": "text", "body": "x"})).await;
    assert_eq!(heard["from_parent_user_id"], "TR.ENT.77");
    assert_eq!(bench.webhook.values()[0]["contacts"][0]["parent_user_id"], "TR.ENT.77");
    let mut body = text("x");
    body.as_object_mut().unwrap().remove("to");
    body["recipient"] = json!("TR.ENT.77");
    bench.webhook.forget();
    bench.sent(body).await;
    bench.sim.flush().await;
    assert_eq!(bench.webhook.statuses()[0]["recipient_parent_user_id"], "TR.ENT.77");
    let bad = json!({"parent_bsuid": "nonsense"});
    assert_eq!(bench.post("/sim/customers/c1", bad).await.0, 400);
}

#[tokio::test]
async fn a_payment_goes_its_way() {
    let bench = Bench::open().await;
    bench.chatting().await;
    let amount = |value: i64| json!({"value": value, "offset": 100});
    let parameters = json!({"reference_id": "ORD-1", "type": "physical-goods", "currency": "INR",
        "payment_settings": [{"type": "payment_gateway", "payment_gateway": {"type": "razorpay",
            "configuration_name": "shop"}}],
        "total_amount": amount(21_000),
        "order": {"status": "pending", "items": [{"retailer_id": "A", "name": "Tea",
            "amount": amount(21_000), "quantity": 1, "country_of_origin": "IN",
            "importer_name": "x", "importer_address": {"address_line1": "1", "city": "Pune",
            "country_code": "IN", "postal_code": "411001"}}], "subtotal": amount(21_000), "tax": amount(0)}});
    let details = interactive(json!({"type": "order_details", "body": {"text": "Pay"},
        "action": {"name": "review_and_pay", "parameters": parameters}}));
    let id = bench.sent(details).await;
    bench.sim.flush().await;
    bench.webhook.forget();
    for (status, shown, transaction) in
        [("failed", "pending", "failed"), ("captured", "captured", "success")]
    {
        bench.ok("/sim/payments", json!({"message_id": id, "status": status})).await;
        bench.sim.flush().await;
        let told = bench.webhook.statuses().last().unwrap().clone();
        assert_eq!((&told["type"], &told["status"]), (&json!("payment"), &json!(shown)));
        assert_eq!(told["payment"]["transaction"]["status"], transaction);
        assert_eq!(told["payment"]["amount"], amount(21_000));
        assert_eq!(told["payment"]["reference_id"], "ORD-1");
    }
    let odd = json!({"message_id": id, "status": "?"});
    assert_eq!(bench.post("/sim/payments", odd).await.0, 400);
}
