//! Files: limits, addresses that age, and messages that use them.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use simulator::Clock;

use crate::support::{Bench, PHONE, answer};

fn form(mime: &str, bytes: Vec<u8>) -> Form {
    let file = Part::bytes(bytes).file_name("file").mime_str(mime).unwrap();
    Form::new()
        .text("messaging_product", "whatsapp")
        .text("type", mime.to_owned())
        .part("file", file)
}

async fn upload(bench: &Bench, form: Form) -> (u16, Value) {
    answer(bench.graph(Method::POST, "101/media").multipart(form)).await
}

fn image(id: &str) -> Value {
    json!({"messaging_product": "whatsapp", "to": PHONE, "type": "image", "image": {"id": id}})
}

#[tokio::test]
async fn up_and_down_and_gone() {
    let bench = Bench::open().await;
    bench.chatting().await;
    let (status, stored) = upload(&bench, form("image/png", vec![1, 2, 3])).await;
    assert_eq!(status, 200);
    let id = stored["id"].as_str().unwrap().to_owned();
    bench.sent(image(&id)).await;
    assert_eq!(bench.send(image("999")).await.1["error"]["code"], 131_009);

    let (_, info) = bench.read(&format!("{id}?phone_number_id=101")).await;
    assert_eq!((&info["mime_type"], &info["file_size"]), (&json!("image/png"), &json!(3)));
    assert_eq!(info["sha256"], "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81");
    let url = info["url"].as_str().unwrap();
    assert_eq!(bench.http.get(url).send().await.unwrap().status(), 401);
    let file = bench.http.get(url).bearer_auth("token-1").send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "image/png");
    assert_eq!(file.bytes().await.unwrap().as_ref(), [1, 2, 3]);
    bench.clock.advance_ms(5 * 60 * 1_000);
    assert_eq!(bench.http.get(url).bearer_auth("token-1").send().await.unwrap().status(), 404);

    assert_eq!(answer(bench.graph(Method::DELETE, &id)).await, (200, json!({"success": true})));
    assert_eq!(bench.read(&id).await.0, 400);
}

#[tokio::test]
async fn types_and_sizes() {
    let bench = Bench::open().await;
    let most = 5 * 1_024 * 1_024;
    assert_eq!(upload(&bench, form("image/jpeg", vec![0; most])).await.0, 200);
    for (mime, size) in [("image/jpeg", most + 1), ("image/gif", 1), ("image/png", 0)] {
        let (status, refused) = upload(&bench, form(mime, vec![0; size])).await;
        assert_eq!((status, &refused["error"]["code"]), (400, &json!(131_053)), "{mime} {size}");
    }
    let nameless = Form::new().text("messaging_product", "whatsapp").text("file", "x");
    assert_eq!(upload(&bench, nameless).await.0, 400);
    let file = Part::bytes(vec![1]).file_name("f").mime_str("image/png").unwrap();
    assert_eq!(upload(&bench, Form::new().part("file", file)).await.1["error"]["code"], 131_008);
    assert_eq!(bench.call("101/media", json!({})).await.0, 400);
}

#[tokio::test]
async fn what_a_person_sends_can_be_fetched() {
    let bench = Bench::open().await;
    let ayse = bench.ayse().await;
    bench.says(&ayse, json!({"type": "image", "data": "AQID", "mime_type": "image/jpeg"})).await;
    bench.sim.flush().await;
    let file = bench.webhook.messages()[0]["image"].clone();
    assert_eq!(file["sha256"], "A5BYxvLAy0ksUzsKTRTvd8wPeKvMztUofYShogEc+4E=");
    let id = file["id"].as_str().unwrap();
    assert_eq!(bench.read(id).await.1["mime_type"], "image/jpeg");
    assert_eq!(bench.get(&format!("/sim/media/{id}")).await, json!({"bytes": 3}));
    // Received files live seven days.
    bench.clock.advance_ms(7 * 24 * 3_600 * 1_000);
    assert_eq!(bench.read(id).await.0, 400);
}
