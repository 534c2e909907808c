//! Links and their pictures: made by the API, opened in chat, counted, ended.

use serde_json::{Value, json};

use crate::{
    api_data::key_of_another_shop,
    harness::{Api, Options, Shop},
};

fn unsynced() -> Options {
    Options { synced: false, ..Options::default() }
}

async fn make(shop: &Shop, body: Value) -> Value {
    let made = shop.api("POST", "/links", Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body
}

async fn uses(shop: &Shop, link: &Value) -> i64 {
    let path = format!("/links/{}", link["id"].as_str().unwrap());
    shop.api("GET", &path, None).await.body["uses"].as_i64().unwrap()
}

/// The faults of a refused body, by their pointers.
fn pointers(refused: &Api) -> Vec<&str> {
    assert_eq!(refused.body["code"], "invalid-value", "{}", refused.body);
    let errors = refused.body["errors"].as_array().unwrap();
    errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect()
}

on_both! {
    async fn a_link_opens_a_product_for_anyone_and_counts(shop: &Shop; unsynced()) {
        let link = make(shop, json!({"sku": "turk-100"})).await;
        let (text, url) = (link["text"].as_str().unwrap(), link["url"].as_str().unwrap());
        let (words, token) = text.rsplit_once(' ').unwrap();
        assert!(words.contains("Türk Kahvesi") && token.starts_with('#'), "{text}");
        assert!(url.starts_with("https://wa.me/905550000001?text="), "{url}");
        assert!(url.ends_with(&token.replace('#', "%23")) && !url.contains([' ', '+']), "{url}");
        for name in ["Ayşe", "Burak"] {
            let person = shop.customer(name).await;
            let card = person.say(text).await.remove(0);
            assert!(card.body().contains("*Türk Kahvesi*"), "{}", card.script());
        }
        // People change the words; the token is what counts.
        let can = shop.customer("Can").await;
        let card = can.say(&format!("selam, {} var mı?", token.to_lowercase())).await.remove(0);
        assert!(card.body().contains("*Türk Kahvesi*"), "{}", card.script());
        assert_eq!(uses(shop, &link).await, 3);

        // A token that was changed is no token.
        let mut changed = token.to_owned();
        changed.replace_range(8..9, if &token[8..9] == "A" { "B" } else { "A" });
        let told = can.say(&changed).await.remove(0);
        assert!(told.choice("Tüm ürünler").is_some(), "{}", told.script());
        assert_eq!(uses(shop, &link).await, 3);

        let path = format!("/links/{}", link["id"].as_str().unwrap());
        assert_eq!(shop.api("DELETE", &path, None).await.status, 204);
        assert_eq!(shop.api("DELETE", &path, None).await.status, 404);
        let told = can.say(text).await.remove(0);
        assert!(told.choice("Tüm ürünler").is_some(), "{}", told.script());
    }
}

on_both! {
    async fn a_link_is_made_once_and_its_picture_shows_it(shop: &Shop; unsynced()) {
        let body = json!({"cart": [{"sku": "cezve", "quantity": 1}, {"sku": "turk-100", "quantity": 2}],
            "words": "Bayram  sepeti", "expires_at": "2026-12-01T00:00:00Z"});
        let once = [("Idempotency-Key", "link-1")];
        let first = shop.api_with("POST", "/links", Some(body.clone()), &once).await;
        let again = shop.api_with("POST", "/links", Some(body), &once).await;
        assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
        assert_eq!(first.bytes, again.bytes);
        let link = first.body;
        assert!(link["text"].as_str().unwrap().starts_with("Bayram sepeti #"));
        let all = shop.api("GET", "/links", None).await.body;
        assert_eq!(all["items"], json!([link]));

        let png = shop.http().get(link["qr_png"].as_str().unwrap()).send().await.unwrap();
        assert_eq!(png.headers()["content-type"], "image/png");
        assert!(png.bytes().await.unwrap().starts_with(b"\x89PNG"));
        let svg = shop.http().get(link["qr_svg"].as_str().unwrap()).send().await.unwrap();
        assert_eq!(svg.headers()["content-type"], "image/svg+xml");
        assert!(svg.text().await.unwrap().starts_with("<svg "));
        let name = link["qr_svg"].as_str().unwrap();
        let end = if name.ends_with("A.svg") { "B.svg" } else { "A.svg" };
        for wrong in [
            format!("{}{end}", &name[..name.len() - 5]),
            name.replace(".svg", ".gif"),
            format!("{}/links/x.png", shop.url),
        ] {
            assert_eq!(shop.http().get(&wrong).send().await.unwrap().status(), 404, "{wrong}");
        }
    }
}

on_both! {
    async fn what_cannot_be_linked_is_refused_with_all_its_faults(shop: &Shop; unsynced()) {
        let refuse = async |body: Value| shop.api("POST", "/links", Some(body)).await;
        let cart = json!({"words": "a#b", "expires_at": "2026-11-01T00:00:00Z", "cart": [
            {"sku": "cezve", "quantity": 1}, {"sku": "nothing", "quantity": 1},
            {"sku": "cezve", "quantity": 2}]});
        let mut found = refuse(cart).await;
        let mut faults = pointers(&found);
        faults.sort_unstable();
        assert_eq!(faults, ["/cart/1/sku", "/cart/2/sku", "/expires_at", "/words"]);
        found = refuse(json!({})).await;
        assert_eq!(found.body["code"], "invalid-value");
        found = refuse(json!({"sku": "cezve", "cart": [{"sku": "cezve", "quantity": 1}]})).await;
        assert_eq!(found.body["code"], "invalid-value");
        assert_eq!(shop.api("GET", "/links", None).await.body["items"], json!([]));

        // A key of another shop finds neither the goods nor the number.
        let foreign = key_of_another_shop(shop).await;
        let headers = [("authorization", foreign.as_str())];
        let body = json!({"sku": "cezve", "channel_id": shop.channel_id.to_string()});
        let refused = shop.api_with("POST", "/links", Some(body), &headers).await;
        assert_eq!(refused.status, 404, "{}", refused.body);
    }
}
