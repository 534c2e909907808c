//! The catalog by the admin API: goods, stock, pictures, feeds, WhatsApp's copy.

use reqwest::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::{
    catalog::png,
    harness::{Api, Options, SKUS, Shop},
};

fn bare() -> Options {
    Options { synced: false, ..Options::default() }
}

fn lira(amount: &str) -> Value {
    json!({"amount": amount, "currency": "TRY"})
}

#[track_caller]
fn refused(got: &Api, status: u16, code: &str) {
    assert_eq!((got.status.as_u16(), &got.body["code"]), (status, &json!(code)), "{}", got.body);
}

#[track_caller]
fn done(got: &Api, status: u16) -> &Value {
    assert_eq!(got.status.as_u16(), status, "{}", got.body);
    &got.body
}

/// Sends a file.
async fn upload(shop: &Shop, path: &str, kind: &str, bytes: Vec<u8>) -> (u16, Value) {
    let call = shop
        .http()
        .post(format!("{}/api/v1{path}", shop.url))
        .bearer_auth(shop.key.expose_secret())
        .header(CONTENT_TYPE, kind)
        .body(bytes);
    let answer = call.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or(Value::Null))
}

on_both! {
    async fn a_product_is_made_read_changed_and_archived(shop: &Shop; bare()) {
        let body = json!({
            "title": "Çay Bardağı",
            "options": ["size"],
            "images": ["https://pictures.example/bardak.jpg"],
            "variants": [
                {"sku": "bardak-s", "option_values": ["S"], "price": lira("45.50"), "on_hand": 7},
                {"sku": "bardak-l", "option_values": ["L"], "price": lira("60.00"),
                 "sale": {"price": lira("50.00"), "ends_at": "2026-12-01T00:00:00+03:00"}},
            ],
        });
        let once = [("idempotency-key", "bardak")];
        let made = shop.api_with("POST", "/products", Some(body.clone()), &once).await;
        let made = done(&made, 201).clone();
        assert_eq!(made["handle"], "cay-bardagi");
        assert_eq!(made["variants"][0]["stock"]["available"], 7);
        assert_eq!(made["variants"][1]["stock"], json!({"counted": false, "on_hand": null, "reserved": 0, "available": null}));
        assert_eq!(made["variants"][1]["unit_price"], lira("50.00"));
        let again = shop.api_with("POST", "/products", Some(body.clone()), &once).await;
        assert_eq!(again.body, made);
        refused(&shop.api("POST", "/products", Some(body)).await, 409, "already-exists");

        let path = format!("/products/{}", made["id"].as_str().unwrap());
        let read = shop.api("GET", &path, None).await;
        assert_eq!(*done(&read, 200), made);
        let etag = read.headers[ETAG].to_str().unwrap().to_owned();
        let change = json!({"title": "Bardak", "link": null, "options": ["Boy"]});
        let changed = shop.api_with("PATCH", &path, Some(change.clone()), &[("if-match", &etag)]).await;
        assert_eq!(done(&changed, 200)["title"], "Bardak");
        refused(&shop.api_with("PATCH", &path, Some(change), &[("if-match", &etag)]).await, 412, "stale");
        // What is shown with it moves without a new version: no 304.
        let etag = changed.headers[ETAG].to_str().unwrap().to_owned();
        let same = shop.api_with("GET", &path, None, &[("if-none-match", &etag)]).await;
        assert_eq!((same.status.as_u16(), same.headers[CACHE_CONTROL].to_str().unwrap()), (200, "no-store"));

        let added = json!({"sku": "bardak-m", "option_values": ["M"], "price": lira("50.00")});
        let added = shop.api("POST", &format!("{path}/variants"), Some(added)).await;
        let variant = format!("/variants/{}", done(&added, 201)["id"].as_str().unwrap());
        let change = json!({"price": lira("40"), "sale": {"price": lira("39.99")}, "image": "https://pictures.example/m.jpg"});
        let changed = shop.api("PATCH", &variant, Some(change)).await;
        assert_eq!(done(&changed, 200)["unit_price"], lira("39.99"));
        let changed = shop.api("PATCH", &variant, Some(json!({"sale": null, "image": null}))).await;
        assert_eq!(done(&changed, 200)["unit_price"], lira("40.00"));
        assert_eq!(changed.body["image"], Value::Null);

        let archived = shop.api("POST", &format!("{path}/archive"), None).await;
        assert_eq!(done(&archived, 200)["status"], "archived");
        let listed = shop.api("GET", "/products?status=active&limit=100", None).await;
        assert_eq!(listed.body["items"].as_array().unwrap().len(), 7);
        let listed = shop.api("GET", "/products?status=archived", None).await;
        assert_eq!(listed.body["items"][0]["id"], made["id"]);
    }
}

on_both! {
    async fn what_is_wrong_is_said_with_its_place(shop: &Shop; bare()) {
        let good = |sku: &str| json!({"sku": sku, "price": lira("10.00")});
        let product = |variants: Value| json!({"title": "A", "variants": variants});
        for (body, pointer) in [
            (product(json!([good("a"), good("b")])), "/option_values"),
            (product(json!([{"sku": "a", "price": {"amount": "1", "currency": "EUR"}}])), "/variants/0/price"),
            (product(json!([{"sku": "a", "price": lira("0")}])), "/variants/0/price"),
            (product(json!([{"sku": "a", "price": lira("9"), "sale": {"price": lira("9")}}])), "/variants/0/sale/price"),
            (json!({"title": "A", "link": "ftp://x", "variants": [good("a")]}), "/link"),
            (json!({"title": " ", "variants": [good("a")]}), "/title"),
        ] {
            let got = shop.api("POST", "/products", Some(body.clone())).await;
            refused(&got, 422, "invalid-value");
            assert_eq!(got.body["errors"][0]["pointer"], pointer, "{}", got.body);
        }
        for body in [
            json!({"title": "A", "variants": []}),
            json!({"title": "A", "variants": [good("a")], "colour": 1}),
            json!({"title": "A", "variants": [{"sku": "a", "price": 9.5}]}),
        ] {
            let got = shop.api("POST", "/products", Some(body.clone())).await;
            refused(&got, 400, "invalid-body");
        }
    }
}

on_both! {
    async fn stock_changes_one_by_one_and_in_bulk(shop: &Shop; bare()) {
        let variant = shop.api("GET", "/variants?sku=cezve", None).await;
        let id = variant.body["items"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/stock/{id}");
        let set = shop.api("PUT", &path, Some(json!({"on_hand": 9}))).await;
        assert_eq!(done(&set, 200)["available"], 9);
        let adjusted = shop.api("POST", &format!("{path}/adjustments"), Some(json!({"by": -4}))).await;
        assert_eq!(done(&adjusted, 200)["available"], 5);
        let few = shop.api("POST", &format!("{path}/adjustments"), Some(json!({"by": -6}))).await;
        refused(&few, 409, "conflict");

        let changes = json!({"changes": [
            {"sku": "cezve", "by": 1},
            {"sku": "nope", "by": 1},
            {"variant_id": id, "on_hand": 2},
            {"sku": "filtre-kagidi", "by": -1},
            {"sku": "turk-100"},
            {"sku": "turk-100", "by": -50},
        ]});
        let once = [("idempotency-key", "count")];
        let first = shop.api_with("POST", "/stock/changes", Some(changes.clone()), &once).await;
        let all = done(&first, 200);
        assert_eq!((&all["done"], &all["refused"]), (&json!(3), &json!(3)));
        let codes: Vec<_> = all["results"].as_array().unwrap().iter().map(|r| r["code"].clone()).collect();
        assert_eq!(json!(codes), json!([null, "not-found", null, "conflict", "invalid-value", null]));
        assert_eq!(all["results"][2]["stock"]["on_hand"], 2);
        assert_eq!(all["results"][5]["stock"]["available"], 0);
        let again = shop.api_with("POST", "/stock/changes", Some(changes), &once).await;
        assert_eq!(again.body, first.body);
        let variant = shop.api("GET", "/variants?sku=cezve", None).await;
        assert_eq!(variant.body["items"][0]["stock"]["on_hand"], 2);
    }
}

on_both! {
    async fn collections_are_kept_in_order(shop: &Shop; bare()) {
        let products = shop.api("GET", "/products", None).await;
        let ids: Vec<_> =
            products.body["items"].as_array().unwrap().iter().map(|p| p["id"].clone()).collect();
        let made = shop.api("POST", "/collections", Some(json!({"title": "Yılbaşı"}))).await;
        let path = format!("/collections/{}", done(&made, 201)["collection"]["id"].as_str().unwrap());
        let set = json!({"product_ids": [ids[2], ids[0]]});
        let set = shop.api("PUT", &format!("{path}/products"), Some(set)).await;
        assert_eq!(done(&set, 200)["product_ids"], json!([ids[2], ids[0]]));
        let unknown = json!({"product_ids": ["prod_00000000000070008000000000000000"]});
        let unknown = shop.api("PUT", &format!("{path}/products"), Some(unknown)).await;
        refused(&unknown, 422, "invalid-value");
        let change = shop.api("PATCH", &path, Some(json!({"title": "2027", "position": 0}))).await;
        assert_eq!(done(&change, 200)["collection"]["title"], "2027");
        let gone = shop.api("DELETE", &path, None).await;
        assert_eq!(gone.status, 204);
        refused(&shop.api("GET", &path, None).await, 404, "not-found");
    }
}

on_both! {
    async fn pictures_are_uploaded_and_served(shop: &Shop; bare()) {
        let bytes = png(600, 700);
        let (status, image) = upload(shop, "/images", "image/png", bytes.clone()).await;
        assert_eq!(status, 201, "{image}");
        let (_, again) = upload(shop, "/images", "image/png; name=x", bytes.clone()).await;
        assert_eq!(again, image);
        for (kind, bytes, status) in [
            ("image/png", png(499, 600), 422),
            ("image/jpeg", b"GIF89a".to_vec(), 422),
            ("image/gif", bytes.clone(), 415),
            ("image/png", vec![0; 5_000_001], 413),
        ] {
            let (got, body) = upload(shop, "/images", kind, bytes).await;
            assert_eq!(got, status, "{kind}: {body}");
        }
        let url = image["url"].as_str().unwrap();
        let served = shop.http().get(url).send().await.unwrap();
        assert_eq!(served.headers()[CONTENT_TYPE], "image/png");
        assert!(served.headers()[CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        let etag = served.headers()[ETAG].clone();
        assert_eq!(served.bytes().await.unwrap(), bytes);
        let same = shop.http().get(url).header("if-none-match", etag).send().await.unwrap();
        assert_eq!(same.status(), 304);
        for gone in [url.replace(".png", ".jpg"), format!("{}/media/x.png", shop.url), format!("{}/media/", shop.url)] {
            let status = shop.http().get(&gone).send().await.unwrap().status();
            assert_eq!(status, 404, "{gone}");
        }
        // Path and URL mean the same picture.
        for link in [&image["path"], &image["url"]] {
            let id = shop.api("GET", "/products?handle=cezve", None).await.body["items"][0]["id"].clone();
            let path = format!("/products/{}", id.as_str().unwrap());
            let changed = shop.api("PATCH", &path, Some(json!({"images": [link]}))).await;
            assert_eq!(done(&changed, 200)["images"], json!([image["url"]]));
        }
        let listed = shop.api("GET", "/images", None).await;
        assert_eq!(listed.body["items"], json!([image]));
    }
}

on_both! {
    async fn a_feed_is_taken_in_and_told_row_by_row(shop: &Shop; bare()) {
        let feed = "id,title,price,flavour\nlokum,Lokum,95.50 TRY,gül\nbad,Bad,1 USD,\n";
        let (status, import) = upload(shop, "/imports", "text/csv; charset=utf-8", feed.into()).await;
        assert_eq!(status, 201, "{import}");
        assert_eq!((&import["created"], &import["refused"]), (&json!(1), &json!(1)));
        assert_eq!(import["ignored_columns"], json!(["flavour"]));
        let path = format!("/imports/{}", import["id"].as_str().unwrap());
        assert_eq!(*done(&shop.api("GET", &path, None).await, 200), import);
        let rows = shop.api("GET", &format!("{path}/rows?outcome=refused"), None).await;
        assert_eq!(rows.body["items"][0]["line"], 3);
        assert_eq!(rows.body["items"][0]["message"], "`price` is in USD, but the shop sells in TRY");
        let rows = shop.api("GET", &format!("{path}/rows?limit=1"), None).await;
        let next = rows.body["next"].as_str().unwrap().to_owned();
        let rows = shop.api("GET", &format!("{path}/rows?limit=1&cursor={next}"), None).await;
        assert_eq!((&rows.body["items"][0]["line"], &rows.body["next"]), (&json!(3), &Value::Null));
        let (status, problem) = upload(shop, "/imports", "text/csv", b"title\nx\n".to_vec()).await;
        assert_eq!((status, &problem["code"]), (422, &json!("invalid-value")));
        let (status, _) = upload(shop, "/imports", "text/csv", vec![b'a'; 10 * 1024 * 1024 + 1]).await;
        assert_eq!(status, 413);
        let listed = shop.api("GET", "/imports", None).await;
        assert_eq!(listed.body["items"], json!([import]));
    }
}

on_both! {
    async fn the_copy_at_whatsapp_is_told_item_by_item(shop: &Shop; bare()) {
        let before = shop.api("GET", "/sync", None).await;
        assert_eq!(done(&before, 200)["channels"], json!([]));
        shop.sync().await;
        let after = shop.api("GET", "/sync", None).await;
        assert_eq!(done(&after, 200)["items"], json!([{"state": "approved", "items": SKUS.len()}]));
        assert_eq!(after.body["batches"][0]["state"], "finished");
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = shop.api("GET", &format!("/sync/items?state=approved&limit=4{cursor}"), None).await;
            seen.extend(done(&page, 200)["items"].as_array().unwrap().iter().map(|i| i["sku"].clone()));
            match page.body["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let mut wanted: Vec<_> = SKUS.iter().map(|(sku, ..)| json!(sku)).collect();
        wanted.sort_by_key(ToString::to_string);
        seen.sort_by_key(ToString::to_string);
        assert_eq!(seen, wanted);
        let started = shop.api("POST", "/sync/start", None).await;
        assert_eq!(done(&started, 200)["channels"][0]["failures"], 0);
    }
}
