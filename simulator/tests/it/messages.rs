//! Whom a message reaches, when, how fast, and what is answered.

use serde_json::{Value, json};
use simulator::Clock;

use crate::support::{Bench, PHONE, answer, buttons, text};

const DAY: i64 = 24 * 3_600 * 1_000;

fn code(answer: &(u16, Value)) -> (u16, u64) {
    (answer.0, answer.1["error"]["code"].as_u64().unwrap_or(0))
}

#[tokio::test]
async fn success_names_the_phone_or_the_user_never_both() {
    let bench = Bench::open().await;
    bench.chatting().await;
    let (status, by_phone) = bench.send(text("x")).await;
    assert_eq!(status, 200);
    assert_eq!(by_phone["contacts"], json!([{"input": PHONE, "wa_id": "905551112233"}]));
    let id = by_phone["messages"][0]["id"].as_str().unwrap();
    assert!(id.starts_with("wamid.HB") && id.ends_with('='));

    let mut body = text("x");
    body.as_object_mut().unwrap().remove("to");
    body["recipient"] = json!("TR.1234567890");
    let (_, by_user) = bench.send(body).await;
    assert_eq!(
        by_user["contacts"],
        json!([{"input": "TR.1234567890", "user_id": "TR.1234567890"}])
    );
    assert_ne!(by_user["messages"][0]["id"], by_phone["messages"][0]["id"]);
}

#[tokio::test]
async fn a_wrong_token_and_a_wrong_number() {
    let bench = Bench::open().await;
    let url = format!("{}/v25.0/101/messages", bench.sim.base_url());
    let wrong = answer(bench.http.post(&url).bearer_auth("nope").json(&text("x"))).await;
    assert_eq!(code(&wrong), (401, 190));
    let none = answer(bench.http.post(&url).json(&text("x"))).await;
    assert_eq!(code(&none), (401, 190));
    let other = bench.call("999/messages", text("x")).await;
    assert_eq!(code(&other), (400, 100));
    assert_eq!(other.1["error"]["error_subcode"], 33);
    // The number of another account is none of this token's business.
    assert_eq!(code(&bench.call("102/messages", text("x")).await), (400, 100));
    assert_eq!(code(&bench.call("101/faxes", text("x")).await), (400, 100));
    let no_version =
        answer(bench.http.get(format!("{}/101", bench.sim.base_url())).bearer_auth("token-1"))
            .await;
    assert_eq!(code(&no_version), (404, 100));
}

#[tokio::test]
async fn only_people_who_exist_in_this_portfolio() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let to = |to: &str| json!({"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": "x"}});
    let user = |id: &str| json!({"messaging_product": "whatsapp", "recipient": id, "type": "text", "text": {"body": "x"}});
    assert_eq!(code(&bench.send(to("+905550000000")).await), (400, 131_026));
    assert_eq!(code(&bench.send(to("+908500000001")).await), (400, 131_021));
    assert_eq!(code(&bench.send(user("TR.999")).await), (400, 131_026));
    // The second account is in another portfolio and knows her by another id.
    let second = format!("{}/v25.0/102/messages", bench.sim.base_url());
    let request = bench.http.post(second).bearer_auth("token-2");
    let refused = answer(request.json(&user(ayse["bsuid"].as_str().unwrap()))).await;
    assert_eq!(code(&refused), (400, 131_026));
}

#[tokio::test]
async fn the_window_opens_with_a_message_and_closes_after_a_day() {
    let bench = Bench::open().await;
    let ayse = bench.ayse().await;
    assert_eq!(code(&bench.send(text("x")).await), (400, 131_047));
    bench
        .says(&ayse, json!({"type": "raw", "message": {"type": "system", "system": {"body": "x"}}}))
        .await;
    assert_eq!(code(&bench.send(text("x")).await), (400, 131_047));
    bench.says(&ayse, json!({"type": "text", "body": "x"})).await;
    assert_eq!(bench.send(text("x")).await.0, 200);
    bench.clock.advance_ms(DAY - 1);
    assert_eq!(bench.send(text("x")).await.0, 200);
    bench.clock.advance_ms(1);
    assert_eq!(code(&bench.send(text("x")).await), (400, 131_047));
    // A message that was written long ago does not open it.
    let old = crate::support::NOON;
    bench.says(&ayse, json!({"type": "text", "body": "x", "timestamp_ms": old})).await;
    assert_eq!(code(&bench.send(text("x")).await), (400, 131_047));
    // Nor does a message to another number of the business.
    bench.says(&ayse, json!({"type": "text", "body": "x", "to": "102"})).await;
    assert_eq!(code(&bench.send(text("x")).await), (400, 131_047));
}

#[tokio::test]
async fn templates_go_any_time_but_only_registered_ones() {
    let bench = Bench::open().await;
    bench.ayse().await;
    let template = |language: &str, parameters: Value| {
        json!({"messaging_product": "whatsapp", "to": PHONE, "type": "template", "template": {
            "name": "order_update", "language": {"code": language},
            "components": [{"type": "body", "parameters": parameters}]}})
    };
    let one = json!([{"type": "text", "text": "42"}]);
    assert_eq!(code(&bench.send(template("tr", one.clone())).await), (404, 132_001));
    let body = json!({"name": "order_update", "language": "tr", "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Order {{1}} is on its way."}]});
    assert_eq!(bench.call("201/message_templates", body).await.0, 200);
    let (status, accepted) = bench.send(template("tr", one.clone())).await;
    assert_eq!((status, &accepted["messages"][0]["message_status"]), (200, &json!("accepted")));
    assert_eq!(code(&bench.send(template("de", one)).await), (404, 132_001));
    assert_eq!(code(&bench.send(template("tr", json!([]))).await), (400, 132_000));
    bench.sim.flush().await;
    assert_eq!(bench.webhook.statuses()[0]["pricing"]["category"], "utility");
}

#[tokio::test]
async fn a_pair_has_a_pace() {
    let bench = Bench::open().await;
    bench.chatting().await;
    for n in 0..45 {
        assert_eq!(bench.send(text("x")).await.0, 200, "message {n}");
    }
    assert_eq!(code(&bench.send(text("x")).await), (400, 131_056));
    // What is refused for another reason costs no pace.
    assert_eq!(code(&bench.send(text("")).await), (400, 131_009));
    bench.clock.advance_ms(6_000);
    assert_eq!(bench.send(text("x")).await.0, 200);
    assert_eq!(code(&bench.send(text("x")).await), (400, 131_056));
}

#[tokio::test]
async fn a_number_has_a_pace() {
    let bench = Bench::with(|c| c.pace.per_second = 3).await;
    bench.chatting().await;
    for _ in 0..3 {
        assert_eq!(bench.send(text("x")).await.0, 200);
    }
    assert_eq!(code(&bench.send(text("x")).await), (400, 130_429));
    bench.clock.advance_ms(334);
    assert_eq!(bench.send(text("x")).await.0, 200);
}

#[tokio::test]
async fn a_read_mark_covers_all_before_it() {
    let bench = Bench::open().await;
    let ayse = bench.ayse().await;
    bench.says(&ayse, json!({"type": "text", "body": "1"})).await;
    let second = bench.says(&ayse, json!({"type": "text", "body": "2"})).await;
    bench.says(&ayse, json!({"type": "text", "body": "3"})).await;
    let mark = |id: &str| json!({"messaging_product": "whatsapp", "status": "read", "message_id": id, "typing_indicator": {"type": "text"}});
    assert_eq!(bench.send(mark(&second)).await, (200, json!({"success": true})));
    let statuses: Vec<Value> =
        bench.chat(&ayse).await.iter().map(|b| b["status"].clone()).collect();
    assert_eq!(statuses, ["read", "read", "sent"]);
    assert_eq!(code(&bench.send(mark("wamid.unknown")).await), (400, 131_009));
    let mut odd = mark(&second);
    odd["status"] = json!("delivered");
    assert_eq!(code(&bench.send(odd).await), (400, 131_009));
}

#[tokio::test]
async fn a_tap_answers_a_choice_that_is_there() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let bubble = bench.sent(buttons(&[("cart:1", "Pay now"), ("cart:2", "Change")])).await;
    let tap = |choice: &str| json!({"type": "tap", "message_id": bubble, "choice_id": choice});
    bench.says(&ayse, tap("cart:2")).await;
    let (status, refused) = bench.post("/sim/customers/c1/messages", tap("cart:3")).await;
    assert_eq!(status, 400, "{refused}");
    bench.sim.flush().await;
    let messages = bench.webhook.messages();
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0]["type"], "interactive");
    assert_eq!(
        messages[0]["interactive"],
        json!({"type": "button_reply", "button_reply": {"id": "cart:2", "title": "Change"}})
    );
    assert_eq!(messages[0]["context"], json!({"from": "908500000001", "id": bubble}));
}

#[tokio::test]
async fn a_list_row_comes_back_with_its_description() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let bubble = bench
        .sent(crate::support::interactive(json!({"type": "list", "body": {"text": "?"}, "action": {"button": "Choose",
            "sections": [{"rows": [{"id": "a:1", "title": "Home", "description": "Street 1"}, {"id": "a:2", "title": "Work"}]}]}})))
        .await;
    bench.says(&ayse, json!({"type": "tap", "message_id": bubble, "choice_id": "a:1"})).await;
    bench.sim.flush().await;
    assert_eq!(
        bench.webhook.messages()[0]["interactive"],
        json!({"type": "list_reply", "list_reply": {"id": "a:1", "title": "Home", "description": "Street 1"}})
    );
}

#[tokio::test]
async fn a_reaction_to_nothing_fails_later() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let said = bench.says(&ayse, json!({"type": "text", "body": "x"})).await;
    let react = |id: &str| json!({"messaging_product": "whatsapp", "to": PHONE, "type": "reaction", "reaction": {"message_id": id, "emoji": "👍"}});
    bench.sent(react(&said)).await;
    bench.sent(react("wamid.gone")).await;
    bench.sim.flush().await;
    let statuses: Vec<Value> =
        bench.webhook.statuses().iter().map(|s| s["status"].clone()).collect();
    assert_eq!(statuses, ["sent", "delivered", "failed"]);
    assert_eq!(bench.webhook.statuses()[2]["errors"][0]["code"], 131_009);
}

#[tokio::test]
async fn numbers_and_settings() {
    let bench = Bench::open().await;
    let (_, number) = bench.read("101?fields=display_phone_number,quality_rating").await;
    assert_eq!(
        number,
        json!({"display_phone_number": "+90 850 000 00 01", "quality_rating": "GREEN", "id": "101"})
    );
    assert_eq!(code(&bench.read("101?fields=colour").await), (400, 100));
    let path = "101/whatsapp_commerce_settings";
    assert_eq!(bench.read(path).await.1["data"][0]["is_cart_enabled"], true);
    // Source: these are query parameters; a body alone is not enough.
    assert_eq!(code(&bench.call(path, json!({"is_cart_enabled": false})).await), (400, 100));
    assert_eq!(bench.call(&format!("{path}?is_cart_enabled=false"), Value::Null).await.0, 200);
    assert_eq!(
        bench.read(path).await.1["data"],
        json!([{"is_cart_enabled": false, "is_catalog_visible": false, "id": "401"}])
    );
    let (_, catalogs) = bench.read("201/product_catalogs").await;
    assert_eq!(catalogs["data"][0]["id"], "401");
}

#[tokio::test]
async fn each_portfolio_has_its_own_id_for_a_person() {
    let bench = Bench::open().await;
    let ayse = bench.ayse().await;
    bench.says(&ayse, json!({"type": "text", "body": "x", "to": "102"})).await;
    bench.sim.flush().await;
    let known_as = bench.webhook.messages()[0]["from_user_id"].clone();
    assert_ne!(known_as, ayse["bsuid"]);
    let url = format!("{}/v25.0/102/messages", bench.sim.base_url());
    let body = json!({"messaging_product": "whatsapp", "recipient": known_as, "type": "text", "text": {"body": "x"}});
    assert_eq!(answer(bench.http.post(url).bearer_auth("token-2").json(&body)).await.0, 200);
    bench.sim.flush().await;
    assert!(bench.webhook.statuses().iter().all(|s| s["recipient_user_id"] == known_as));
}

#[tokio::test]
async fn a_code_needs_a_phone() {
    let bench = Bench::open().await;
    bench.ayse().await;
    bench
        .ok(
            "/sim/templates",
            json!({"name": "otp", "language": "tr", "category": "AUTHENTICATION"}),
        )
        .await;
    let template = json!({"name": "otp", "language": {"code": "tr"}});
    let mut body = json!({"messaging_product": "whatsapp", "recipient": "TR.1234567890", "type": "template", "template": template});
    assert_eq!(code(&bench.send(body.clone()).await), (400, 131_062));
    body["to"] = json!(PHONE);
    assert_eq!(bench.send(body).await.0, 200);
}

#[tokio::test]
async fn taps_on_cards_and_templates() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let card = |n: usize| {
        json!({"card_index": n, "type": "cta_url", "header": {"type": "image", "image": {"link": "https://shop.example/a.jpg"}},
            "action": {"buttons": [{"type": "quick_reply", "quick_reply": {"id": format!("buy:{n}"), "title": "Buy"}}]}})
    };
    let carousel =
        json!({"type": "carousel", "body": {"text": "b"}, "action": {"cards": [card(0), card(1)]}});
    let cards = bench.sent(crate::support::interactive(carousel)).await;
    bench
        .ok("/sim/templates", json!({"name": "t", "language": "tr", "components": [
            {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Go"}, {"type": "QUICK_REPLY", "text": "Help"}]}]}))
        .await;
    let template = bench
        .sent(json!({"messaging_product": "whatsapp", "to": PHONE, "type": "template", "template": {
            "name": "t", "language": {"code": "tr"}, "components": [{"type": "button", "sub_type": "quick_reply",
            "index": "1", "parameters": [{"type": "payload", "payload": "order:1:help"}]}]}}))
        .await;
    bench.says(&ayse, json!({"type": "tap", "message_id": cards, "choice_id": "buy:1"})).await;
    bench
        .says(&ayse, json!({"type": "tap", "message_id": template, "choice_id": "order:1:help"}))
        .await;
    bench.sim.flush().await;
    let messages = bench.webhook.messages();
    assert_eq!(messages[0]["interactive"]["button_reply"], json!({"id": "buy:1", "title": "Buy"}));
    assert_eq!(messages[1]["button"], json!({"payload": "order:1:help", "text": "Help"}));
}
