//! Forms: made, published, sent, answered. Short links and what a chat shows first.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::support::{Bench, answer, interactive, text};

/// A form with one field and one thing filled in.
fn address() -> Value {
    json!({"version": "7.3", "screens": [{"id": "ADDRESS", "title": "Teslimat", "terminal": true,
        "data": {"name": {"type": "string", "__example__": "Ada"}},
        "layout": {"type": "SingleColumnLayout", "children": [
            {"type": "Form", "name": "f", "init-values": {"name": "${data.name}"}, "children": [
                {"type": "TextInput", "name": "name", "label": "Ad soyad", "required": true},
                {"type": "Footer", "label": "Kaydet", "on-click-action": {"name": "complete",
                    "payload": {"name": "${form.name}"}}}]}]}}]})
}

fn new(name: &str, json: &Value, publish: bool) -> Value {
    json!({"name": name, "categories": ["OTHER"], "flow_json": json.to_string(), "publish": publish})
}

fn opens(flow: &Value, screen: &str, data: Value) -> Value {
    interactive(json!({"type": "flow", "body": {"text": "Adresiniz?"}, "action": {"name": "flow",
        "parameters": {"flow_message_version": "3", "flow_id": flow, "flow_cta": "Adresi yaz",
            "flow_token": "ft_1", "flow_action": "navigate",
            "flow_action_payload": {"screen": screen, "data": data}}}}))
}

fn code(answer: &(u16, Value)) -> u64 {
    answer.1["error"]["code"].as_u64().unwrap_or(0)
}

#[tokio::test]
async fn a_form_is_made_published_sent_and_answered() {
    let bench = Bench::open().await;
    let ayse = bench.chatting().await;
    let (status, made) = bench.call("201/flows", new("adres", &address(), true)).await;
    assert_eq!((status, &made["validation_errors"]), (200, &json!([])));
    let flow = made["id"].clone();
    let (_, seen) = bench.read(&format!("{}?fields=name,status", flow.as_str().unwrap())).await;
    assert_eq!(seen, json!({"id": flow, "name": "adres", "status": "PUBLISHED"}));
    let bubble = bench.sent(opens(&flow, "ADDRESS", json!({"name": "Ayşe"}))).await;
    bench.sim.flush().await;
    bench.webhook.forget();

    let form = |extra: Value| {
        let mut said = json!({"type": "form", "message_id": bubble, "answers": extra});
        said["reply_to"] = json!(bubble);
        said
    };
    bench.says(&ayse, form(json!({"name": "Ayşe Y."}))).await;
    bench.says(&ayse, form(json!({"name": "x", "flow_token": null}))).await;
    let garbage = json!({"type": "form", "message_id": bubble, "response_json": "{not json"});
    bench.says(&ayse, garbage).await;
    bench.sim.flush().await;
    let messages = bench.webhook.messages();
    let reply = |n: usize| messages[n]["interactive"]["nfm_reply"].clone();
    let response = |n: usize| reply(n)["response_json"].as_str().unwrap().to_owned();
    assert_eq!((&reply(0)["name"], &reply(0)["body"]), (&json!("flow"), &json!("Sent")));
    let first: Value = serde_json::from_str(&response(0)).unwrap();
    assert_eq!(first, json!({"name": "Ayşe Y.", "flow_token": "ft_1"}));
    assert_eq!(response(1), r#"{"name":"x"}"#);
    assert_eq!(response(2), "{not json");
    assert_eq!(messages[0]["context"]["id"], bubble.as_str());
    // Nothing else opens a form.
    let plain = bench.sent(text("x")).await;
    let odd = json!({"type": "form", "message_id": plain, "answers": {}});
    assert_eq!(bench.post("/sim/customers/c1/messages", odd).await.0, 400);
    assert_eq!(bench.get("/sim/flows").await[0]["json"], address());
}

#[tokio::test]
async fn only_a_form_that_is_there_opens_and_only_with_its_data() {
    let bench = Bench::with(|c| c.pace.pair_seconds = 0).await;
    bench.chatting().await;
    let (_, made) = bench.call("201/flows", new("adres", &address(), false)).await;
    let flow = made["id"].clone();
    let good = || opens(&flow, "ADDRESS", json!({"name": "A"}));
    let with = |pointer: &str, value: Value| {
        let mut body = good();
        let parameters = body.pointer_mut("/interactive/action/parameters").unwrap();
        match (pointer, value) {
            (key, Value::Null) => _ = parameters.as_object_mut().unwrap().remove(key),
            (key, value) => parameters[key] = value,
        }
        body
    };
    assert_eq!(code(&bench.send(good()).await), 131_009, "a draft");
    assert_eq!(bench.send(with("mode", json!("draft"))).await.0, 200);
    let publish = format!("{}/publish", flow.as_str().unwrap());
    assert_eq!(bench.call(&publish, json!({})).await.0, 200);
    assert_eq!(bench.send(good()).await.0, 200);
    for (what, body, expected) in [
        ("no token", with("flow_token", Value::Null), 131_008),
        ("unknown", opens(&json!("404"), "ADDRESS", json!({"name": "A"})), 131_009),
        ("no screen", opens(&flow, "PAY", json!({"name": "A"})), 131_009),
        ("no data", opens(&flow, "ADDRESS", json!({})), 131_009),
        ("other data", opens(&flow, "ADDRESS", json!({"surname": "A"})), 131_009),
        ("too much", opens(&flow, "ADDRESS", json!({"name": "A", "age": 1})), 131_009),
        ("wrong type", opens(&flow, "ADDRESS", json!({"name": 7})), 131_009),
        ("emoji", with("flow_cta", json!("Adres 🏠")), 131_009),
        ("long", with("flow_cta", json!("Twenty-one characters")), 131_009),
        ("two names", with("flow_name", json!("adres")), 131_009),
    ] {
        assert_eq!(code(&bench.send(body).await), expected, "{what}");
    }
    let mut named = with("flow_id", Value::Null);
    named["interactive"]["action"]["parameters"]["flow_name"] = json!("adres");
    assert_eq!(bench.send(named).await.0, 200);
}

#[tokio::test]
async fn a_published_form_does_not_change() {
    let bench = Bench::open().await;
    let mut broken = address();
    broken["screens"][0]["layout"]["children"][0]["children"][0]["label"] = json!("x".repeat(21));
    let (status, made) = bench.call("201/flows", new("adres", &broken, true)).await;
    assert_eq!(status, 200);
    assert_eq!(made["validation_errors"][0]["error"], "INVALID_PROPERTY_VALUE");
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!(code(&bench.call(&format!("{id}/publish"), json!({})).await), 139_002);
    let upload = |json: String| {
        let file = Part::text(json).file_name("flow.json").mime_str("application/json").unwrap();
        let form = Form::new()
            .text("name", "flow.json")
            .text("asset_type", "FLOW_JSON")
            .part("file", file);
        answer(bench.graph(reqwest::Method::POST, &format!("{id}/assets")).multipart(form))
    };
    let (_, wrong) = upload("{".to_owned()).await;
    assert_eq!(wrong["validation_errors"][0]["error"], "INVALID_JSON");
    let right = upload(address().to_string()).await;
    assert_eq!(right, (200, json!({"success": true, "validation_errors": []})));
    assert_eq!(bench.call(&format!("{id}/publish"), json!({})).await.0, 200);
    assert_eq!(code(&upload(address().to_string()).await), 139_001);
    let delete = || answer(bench.graph(reqwest::Method::DELETE, &id));
    assert_eq!(code(&delete().await), 139_004);
    assert_eq!(bench.call(&format!("{id}/deprecate"), json!({})).await.0, 200);
    assert_eq!(code(&bench.call("201/flows", new("adres", &address(), true)).await), 100);

    let (_, draft) = bench.call("201/flows", new("taslak", &address(), false)).await;
    let path = draft["id"].as_str().unwrap().to_owned();
    assert_eq!(answer(bench.graph(reqwest::Method::DELETE, &path)).await.0, 200);
    let (_, all) = bench.read("201/flows").await;
    assert_eq!(all["data"].as_array().unwrap().len(), 1);
    assert_eq!(all["data"][0]["status"], "DEPRECATED");
    for bad in [
        json!({"categories": ["OTHER"]}),
        json!({"name": "x"}),
        json!({"name": "x", "categories": ["SHOPPING"]}),
        json!({"name": "x", "categories": ["OTHER"], "publish": true}),
    ] {
        assert_eq!(bench.call("201/flows", bad.clone()).await.0, 400, "{bad}");
    }
    // The forms of another account are none of this token's business.
    let url = format!("{}/v25.0/{id}", bench.sim.base_url());
    let other = answer(bench.http.get(url).bearer_auth("token-2")).await;
    assert_eq!((other.0, code(&other)), (400, 100));
}

#[tokio::test]
async fn addresses_are_asked_for_in_india_only() {
    let bench = Bench::open().await;
    bench.chatting().await;
    let asks = json!({"type": "address_message", "body": {"text": "Where to?"},
        "action": {"name": "address_message", "parameters": {"country": "IN"}}});
    assert_eq!(code(&bench.send(interactive(asks)).await), 131_009);
}

#[tokio::test]
async fn what_asks_for_a_place_a_number_or_shows_goods() {
    let bench = Bench::open().await;
    bench.chatting().await;
    bench.batched(vec![crate::support::item("A", "1.00 TRY")]).await;
    let place = json!({"type": "location_request_message", "body": {"text": "Nereye?"},
        "action": {"name": "send_location"}});
    let number = json!({"type": "request_contact_info", "body": {"text": "Numaranız?"},
        "action": {"name": "request_contact_info"}});
    let catalog = |sku: &str| {
        json!({"type": "catalog_message", "body": {"text": "b"}, "action": {"name": "catalog_message",
            "parameters": {"thumbnail_product_retailer_id": sku}}})
    };
    let card = |n: usize| {
        json!({"card_index": n, "type": "product",
            "action": {"product_retailer_id": "A", "catalog_id": "401"}})
    };
    let cards = |count: usize| {
        let all: Vec<Value> = (0..count).map(card).collect();
        json!({"type": "carousel", "body": {"text": "b"}, "action": {"cards": all}})
    };
    for good in [place.clone(), number.clone(), catalog("A"), cards(2), cards(10)] {
        bench.sent(interactive(good)).await;
    }
    for mut bare in [place, number] {
        bare.as_object_mut().unwrap().remove("body");
        assert_eq!(code(&bench.send(interactive(bare)).await), 131_008);
    }
    for bad in [catalog("B"), cards(1), cards(11)] {
        assert_eq!(code(&bench.send(interactive(bad)).await), 131_009);
    }
}

#[tokio::test]
async fn a_short_link_opens_with_its_words() {
    let bench = Bench::open().await;
    let path = "101/message_qrdls";
    let (status, link) = bench.call(path, json!({"prefilled_message": "Merhaba #42"})).await;
    assert_eq!(status, 200);
    let code_of = link["code"].as_str().unwrap().to_owned();
    assert_eq!(link["deep_link_url"], format!("https://wa.me/message/{code_of}"));
    let other = json!({"prefilled_message": "Selam", "code": code_of});
    assert_eq!(bench.call(path, other).await.0, 200);
    let seen = bench.get(&format!("/sim/links/{code_of}")).await;
    assert_eq!(seen["prefilled_message"], "Selam");
    assert_eq!(bench.read(path).await.1["data"].as_array().unwrap().len(), 1);
    let long = json!({"prefilled_message": "x".repeat(141)});
    assert_eq!(bench.call(path, long).await.0, 400);
    let one = format!("{path}/{code_of}");
    assert_eq!(answer(bench.graph(reqwest::Method::DELETE, &one)).await.0, 200);
    assert_eq!(bench.read(&one).await.0, 400);
}

#[tokio::test]
async fn prompts_and_commands_have_limits() {
    let bench = Bench::open().await;
    let path = "101/conversational_automation";
    let body = json!({"enable_welcome_message": true, "prompts": ["Menü", "Siparişim"],
        "commands": [{"command_name": "menu", "command_description": "Her şey"}]});
    assert_eq!(bench.call(path, body).await.0, 200);
    let (_, seen) = bench.read(path).await;
    assert_eq!(seen["data"][0]["prompts"], json!(["Menü", "Siparişim"]));
    for bad in [
        json!({"prompts": ["1", "2", "3", "4", "5"]}),
        json!({"prompts": ["x".repeat(81)]}),
        json!({"commands": [{"command_name": "x".repeat(33), "command_description": "x"}]}),
        json!({"colour": "red"}),
    ] {
        assert_eq!(bench.call(path, bad.clone()).await.0, 400, "{bad}");
    }
}
