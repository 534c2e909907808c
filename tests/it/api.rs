//! The conventions of the admin API, on both databases.

use entity::ApiKeyId;
use futures_util::future::join_all;
use sepet::shop::keys::Scope;
use serde_json::{Value, json};

use crate::{
    api_data::{chat, furnish, key, someone},
    harness::{Api, Backend, Options, Shop},
};

fn bare() -> Options {
    Options { synced: false, ..Options::default() }
}

#[track_caller]
fn refused(got: &Api, status: u16, code: &str) {
    assert_eq!((got.status.as_u16(), &got.body["code"]), (status, &json!(code)), "{}", got.body);
    assert_eq!(got.headers["content-type"], "application/problem+json");
}

fn etag(got: &Api) -> String {
    got.headers["etag"].to_str().unwrap().to_owned()
}

fn replayed(got: &Api) -> bool {
    got.headers.get("idempotency-replayed").is_some_and(|value| value == "true")
}

on_both! {
    async fn a_repeat_gets_the_same_answer(shop: &Shop; bare()) {
        let body = json!({"name": "Kahve & Co"});
        let once = [("idempotency-key", "rename-1")];
        let first = shop.api_with("PATCH", "/shop", Some(body.clone()), &once).await;
        let again = shop.api_with("PATCH", "/shop", Some(body.clone()), &once).await;
        assert_eq!((first.status.as_u16(), again.status.as_u16()), (200, 200), "{}", first.body);
        assert_eq!((&first.bytes, etag(&first)), (&again.bytes, etag(&again)));
        assert_eq!((replayed(&first), replayed(&again)), (false, true));

        let other = shop.api_with("PATCH", "/shop", Some(json!({"name": "X"})), &once).await;
        refused(&other, 422, "idempotency-mismatch");
        let path = format!("/channels/{}", shop.channel_id);
        let elsewhere = shop.api_with("PATCH", &path, Some(json!({"read_marks": false})), &once);
        refused(&elsewhere.await, 422, "idempotency-mismatch");

        // Another key of the shop has idempotency keys of its own.
        let own = key(shop, Scope::ALL).await;
        let headers = [("authorization", own.as_str()), once[0]];
        let third = shop.api_with("PATCH", "/shop", Some(json!({"name": "Y"})), &headers).await;
        assert_eq!((third.status.as_u16(), replayed(&third)), (200, false), "{}", third.body);

        // After 72 hours the key is free.
        shop.pass(72 * 3_600 + 1).await;
        let fresh = shop.api_with("PATCH", "/shop", Some(json!({"name": "Z"})), &once).await;
        assert_eq!((fresh.status.as_u16(), &fresh.body["name"]), (200, &json!("Z")));
    }
}

on_both! {
    async fn at_the_same_time_one_is_carried_out(shop: &Shop; bare()) {
        let once = [("idempotency-key", "race")];
        let body = json!({"name": "ERP", "scopes": ["orders:read"]});
        let all = (0..12).map(|_| shop.api_with("POST", "/keys", Some(body.clone()), &once));
        let all = join_all(all).await;
        for got in &all {
            assert_eq!(got.status, 201, "{}", got.body);
            assert_eq!(got.bytes, all[0].bytes);
        }
        assert_eq!(all.iter().filter(|got| !replayed(got)).count(), 1);
        let listed = shop.api("GET", "/keys", None).await;
        assert_eq!(listed.body["items"].as_array().unwrap().len(), 2);
    }
}

on_both! {
    async fn what_was_refused_may_be_sent_again_under_its_key(shop: &Shop; bare()) {
        let once = [("idempotency-key", "fix")];
        let wrong = shop.api_with("PATCH", "/shop", Some(json!({"time_zone": "Mars"})), &once).await;
        refused(&wrong, 422, "invalid-value");
        assert_eq!(wrong.body["errors"][0]["pointer"], "/time_zone");
        let right = json!({"time_zone": "Europe/Berlin"});
        let right = shop.api_with("PATCH", "/shop", Some(right), &once).await;
        assert_eq!((right.status.as_u16(), replayed(&right)), (200, false), "{}", right.body);
    }
}

on_both! {
    async fn a_stale_change_is_refused(shop: &Shop; bare()) {
        for path in ["/shop".to_owned(), format!("/channels/{}", shop.channel_id)] {
            let changes = if path == "/shop" {
                [json!({"name": "A"}), json!({"name": "B"})]
            } else {
                [json!({"pace": {"pair_burst": 9}}), json!({"pace": {"pair_burst": 8}})]
            };
            let read = shop.api("GET", &path, None).await;
            let seen = etag(&read);
            let [one, two] = changes;
            let first = shop.api_with("PATCH", &path, Some(one), &[("if-match", &seen)]).await;
            assert_eq!(first.status, 200, "{}", first.body);
            assert_ne!(etag(&first), seen);
            let late = shop.api_with("PATCH", &path, Some(two.clone()), &[("if-match", &seen)]).await;
            refused(&late, 412, "stale");
            assert!(late.body["detail"].as_str().unwrap().contains(&etag(&first)));
            for (header, status) in [("*", 200), ("\"99\"", 412), ("W/\"2\"", 412), ("x", 412)] {
                let got =
                    shop.api_with("PATCH", &path, Some(two.clone()), &[("if-match", header)]).await;
                assert_eq!(got.status.as_u16(), status, "{header}: {}", got.body);
            }
            let read = shop.api("GET", &path, None).await;
            let same = shop.api_with("GET", &path, None, &[("if-none-match", &etag(&read))]).await;
            if path == "/shop" {
                assert_eq!((same.status.as_u16(), same.bytes.len()), (304, 0));
            } else {
                // It also shows what has no version, such as a pause.
                assert_eq!((same.status.as_u16(), &same.bytes), (200, &read.bytes));
            }
        }
    }
}

on_both! {
    async fn what_also_shows_things_without_a_version_is_sent_whole_each_time(shop: &Shop; bare()) {
        let ids = furnish(shop).await;
        for (path, id) in [
            ("/orders", "OrderId"), ("/channels", "ChannelId"), ("/customers", "CustomerId"),
            ("/dead-letters", "InboxId"),
        ] {
            let path = format!("{path}/{}", ids[id]);
            let read = shop.api("GET", &path, None).await;
            assert_eq!(read.headers["cache-control"], "no-store", "{path}");
            let same = shop.api_with("GET", &path, None, &[("if-none-match", &etag(&read))]).await;
            assert_eq!((same.status.as_u16(), &same.bytes), (200, &read.bytes), "{path}");
        }
        let text = shop.api("GET", "/texts/tr/menu", None).await;
        let same = shop.api_with("GET", "/texts/tr/menu", None, &[("if-none-match", &etag(&text))]).await;
        assert_eq!((same.status.as_u16(), same.bytes.len()), (304, 0));
    }
}

on_both! {
    async fn no_text_holds_nul(shop: &Shop; bare()) {
        let ids = furnish(shop).await;
        for path in [
            "/variants?sku=%00", "/orders?number=4829%001735", "/products?q=a%00", "/texts/tr/a%00",
            &format!("/sync/items?cursor={}", sepet::http::page::seal("sync-items", &format!("{} a\0", shop.channel_id))),
        ] {
            let got = shop.api("GET", path, None).await;
            assert_eq!(got.status, 400, "{path}: {}", got.body);
        }
        let stock = json!({"changes": [{"sku": "cezve", "on_hand": 5}, {"sku": "ce\0zve", "on_hand": 5}]});
        let note = format!("/orders/{}/notes", ids["OrderId"]);
        for (method, path, body) in [
            ("POST", "/stock/changes", stock),
            ("POST", "/links", json!({"sku": "cezve\0"})),
            ("PATCH", "/shop", json!({"checkout": {"pickup_address": "Moda\0"}})),
            ("PATCH", "/shop", json!({"checkout": {"bank_account": "TR\\\0"}})),
            ("PATCH", "/shop", json!({"terms": [{"url": "https://kahve.example/\0"}]})),
            ("POST", note.as_str(), json!({"text": "\0"})),
        ] {
            let got = shop.api(method, path, Some(body)).await;
            refused(&got, 422, "invalid-value");
            assert!(got.body["detail"].as_str().unwrap().contains("U+0000"), "{}", got.body);
        }
        // An escape within the JSON of a letter is no U+0000 in a text.
        let letter = format!("/dead-letters/{}", ids["InboxId"]);
        let payload = r#"{"text":"a\u0000b"}"#;
        let got = shop.api("PATCH", &letter, Some(json!({"payload": payload}))).await;
        assert_eq!((got.status.as_u16(), &got.body["payload"]), (200, &json!(payload)), "{}", got.body);
    }
}

on_both! {
    async fn pages_neither_skip_nor_repeat_when_rows_are_added(shop: &Shop; bare()) {
        let mut made = Vec::new();
        for n in 0..7 {
            let body = json!({"name": format!("key {n}"), "scopes": ["orders:read"]});
            shop.pass(1).await;
            made.push(shop.api("POST", "/keys", Some(body)).await.body["about"]["id"].clone());
        }
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = shop.api("GET", &format!("/keys?limit=3{cursor}"), None).await;
            assert_eq!(page.status, 200, "{}", page.body);
            let items = page.body["items"].as_array().unwrap();
            assert!(items.len() <= 3);
            seen.extend(items.iter().map(|item| item["id"].clone()));
            // Meanwhile somebody adds one.
            shop.pass(1).await;
            let body = json!({"name": "late", "scopes": ["orders:read"]});
            shop.api("POST", "/keys", Some(body)).await;
            match &page.body["next"] {
                Value::String(next) => cursor = format!("&cursor={next}"),
                _ => break,
            }
        }
        made.reverse();
        assert_eq!(seen[..7], made, "newest first, each once");
        assert_eq!(seen.len(), 8, "and the key of the harness");

        let first = shop.api("GET", "/keys?limit=1", None).await;
        let cursor = first.body["next"].as_str().unwrap().to_owned();
        refused(&shop.api("GET", &format!("/channels?cursor={cursor}"), None).await, 400, "invalid-cursor");
        refused(&shop.api("GET", "/keys?cursor=x", None).await, 400, "invalid-cursor");
    }
}

on_both! {
    async fn a_key_gives_no_more_than_it_has_and_ends_when_told(shop: &Shop; bare()) {
        let small = key(shop, &[Scope::KeysWrite, Scope::OrdersRead]).await;
        let more = json!({"name": "more", "scopes": ["orders:write"]});
        let got = shop.api_with("POST", "/keys", Some(more), &[("authorization", &small)]).await;
        refused(&got, 403, "scope-missing");
        let late = json!({"name": "late", "scopes": ["orders:read"], "expires_at": "2020-01-01T00:00:00Z"});
        refused(&shop.api("POST", "/keys", Some(late)).await, 422, "invalid-value");

        let ends = shop.now().plus_seconds(60).to_string();
        let body = json!({"name": "brief", "scopes": ["shop:read"], "expires_at": ends});
        let once = [("idempotency-key", "brief")];
        let first = shop.api_with("POST", "/keys", Some(body.clone()), &once).await;
        let made = &first.body;
        let brief = format!("Bearer {}", made["key"].as_str().unwrap());
        let me = shop.api_with("GET", "/me", None, &[("authorization", &brief)]).await;
        assert_eq!((&me.body["key_name"], &me.body["scopes"]), (&json!("brief"), &json!(["shop:read"])));
        shop.pass(60).await;
        let me = shop.api_with("GET", "/me", None, &[("authorization", &brief)]).await;
        refused(&me, 401, "key-expired");
        // Its end has passed since, and a repeat is still a repeat.
        let again = shop.api_with("POST", "/keys", Some(body.clone()), &once).await;
        assert_eq!((again.status.as_u16(), replayed(&again)), (201, true), "{}", again.body);
        assert_eq!(again.bytes, first.bytes);
        refused(&shop.api("POST", "/keys", Some(body)).await, 422, "invalid-value");

        let made = shop.api("POST", "/keys", Some(json!({"name": "gone", "scopes": ["shop:read"]}))).await.body;
        let gone = format!("Bearer {}", made["key"].as_str().unwrap());
        let path = format!("/keys/{}", made["about"]["id"].as_str().unwrap());
        let end = shop.api("POST", &format!("{path}/revoke"), None).await;
        assert!(end.body["revoked_at"].is_string(), "{}", end.body);
        let me = shop.api_with("GET", "/me", None, &[("authorization", &gone)]).await;
        refused(&me, 401, "key-revoked");
        let none = format!("/keys/{}", ApiKeyId::new(shop.now()));
        refused(&shop.api("GET", &none, None).await, 404, "not-found");
    }
}

on_both! {
    async fn people_take_over_write_and_hand_back(shop: &Shop; bare()) {
        let ids = furnish(shop).await;
        let path = format!("/conversations/{}", ids["ConversationId"]);
        let text = json!({"text": "Merhaba, ben Deniz."});
        let messages = format!("{path}/messages");
        refused(&shop.api("POST", &messages, Some(text.clone())).await, 409, "not-taken-over");

        let taken = shop.api("POST", &format!("{path}/take-over"), None).await;
        assert_eq!((&taken.body["owner"], &taken.body["needs_person"]), (&json!("person"), &json!(true)));
        let waiting = shop.api("GET", "/conversations?needs_person=true", None).await;
        assert_eq!(waiting.body["items"][0]["id"], ids["ConversationId"].as_str());
        refused(&shop.api("POST", &messages, Some(json!({"text": ""}))).await, 400, "invalid-body");
        let sent = shop.api("POST", &messages, Some(text)).await;
        assert_eq!((sent.status.as_u16(), &sent.body["state"]), (201, &json!("queued")), "{}", sent.body);
        let listed = shop.api("GET", &messages, None).await;
        let newest = &listed.body["items"][0];
        assert_eq!((&newest["from"], &newest["text"]), (&json!("staff"), &json!("Merhaba, ben Deniz.")));
        for (filter, count) in [("needs_person=true", 0), ("needs_person=false", 1), ("owner=person", 1), ("owner=bot", 0)] {
            let got = shop.api("GET", &format!("/conversations?{filter}"), None).await;
            assert_eq!(got.body["items"].as_array().map(Vec::len), Some(count), "{filter}: {}", got.body);
        }
        let back = shop.api("POST", &format!("{path}/release"), None).await;
        assert_eq!(back.body["owner"], "bot");

        shop.api("POST", &format!("{path}/take-over"), None).await;
        shop.pass(24 * 3_600).await;
        let late = shop.api("POST", &messages, Some(json!({"text": "Hâlâ orada mısınız?"}))).await;
        refused(&late, 409, "window-closed");
        assert!(late.body["remedy"].as_str().unwrap().contains("customer writes"));
    }
}

on_both! {
    async fn customers_are_found_by_name_and_phone(shop: &Shop; bare()) {
        let txn = shop.db().begin_write().await.unwrap();
        let isil = someone(&txn, shop, "IŞIL ÇAĞRI", Some("+905551112233")).await;
        let john = someone(&txn, shop, "John", None).await;
        chat(&txn, shop, isil).await;
        txn.commit().await.unwrap();
        let find = async |search: &str| {
            let got = shop.api("GET", &format!("/customers?search={search}"), None).await;
            assert_eq!(got.status, 200, "{}", got.body);
            let items = got.body["items"].as_array().unwrap().clone();
            items.into_iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(find("isil").await, [isil.to_string()]);
        assert_eq!(find("%C4%B1%C5%9F%C4%B1l%20%C3%A7").await, [isil.to_string()]);
        assert_eq!(find("111%2022%2033").await, [isil.to_string()]);
        assert_eq!(find("JOH").await, [john.to_string()]);
        assert_eq!(find("nobody").await, Vec::<String>::new());
        assert_eq!(find("").await.len(), 2);
        let one = shop.api("GET", &format!("/customers/{isil}"), None).await.body;
        assert_eq!(one["identities"][0]["value"], "+905551112233");
        assert_eq!(one["conversation_ids"].as_array().unwrap().len(), 1);
    }
}

on_both! {
    async fn carts_show_the_prices_of_now_and_letters_what_came(shop: &Shop; bare()) {
        let ids = furnish(shop).await;
        let cart = shop.api("GET", &format!("/carts/{}", ids["CartId"]), None).await.body;
        assert_eq!(cart["total"], json!({"amount": "151.00", "currency": "TRY"}), "{cart}");
        let line = &cart["lines"][0];
        assert_eq!((&line["title"], &line["quantity"]), (&json!("Türk Kahvesi"), &json!(2)));
        let none = shop.api("GET", "/carts?status=open", None).await.body;
        assert_eq!(none["items"], json!([]));
        let list = shop.api("GET", "/dead-letters", None).await.body;
        assert_eq!(list["items"][0]["state"], "kept");
        assert!(list["items"][0].get("payload").is_none());
        let one = shop.api("GET", &format!("/dead-letters/{}", ids["InboxId"]), None).await.body;
        assert_eq!(one["payload"], "{\"strange\":true}");
    }
}

on_both! {
    async fn answers_fit_their_schemas(shop: &Shop; bare()) {
        let ids = furnish(shop).await;
        let document: Value = serde_json::from_str(&sepet::http::openapi_document()).unwrap();
        let mut checked = 0;
        for (method, template, operation) in crate::spec::operations(&document) {
            if method != "GET" {
                continue;
            }
            let mut path = template.clone();
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                if parameter["in"] == "path" {
                    let kind = parameter["schema"]["$ref"].as_str().unwrap_or_default();
                    let kind = kind.rsplit('/').next().unwrap();
                    let own_name = parameter["name"].as_str().unwrap();
                    let everybodys = crate::api_walk::EVERYBODYS
                        .iter()
                        .find(|(k, _)| *k == kind || *k == own_name);
                    let value = everybodys.map_or_else(|| ids[kind].as_str(), |(_, value)| *value);
                    path = path.replace(&format!("{{{own_name}}}"), value);
                }
            }
            let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
            let Some(reference) = schema["$ref"].as_str() else { continue };
            let whole = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "$ref": reference,
                "components": document["components"],
            });
            let validator = jsonschema::validator_for(&whole).unwrap();
            let got = shop.api("GET", &path, None).await;
            assert_eq!(got.status, 200, "{template}: {}", got.body);
            let faults: Vec<_> = validator.iter_errors(&got.body).map(|e| e.to_string()).collect();
            assert!(faults.is_empty(), "{template}: {faults:#?}\n{}", got.body);
            checked += 1;
        }
        assert!(checked >= 10);
    }
}

on_both! {
    async fn a_repeat_does_not_wait_for_ever(shop: &Shop; bare()) {
        // Somebody else holds the key's row (on SQLite: the one writer) and does not finish.
        use sea_orm::{ActiveModelTrait, EntityTrait, Set};
        let key = entity::api_key::Entity::find().one(shop.db().reader()).await.unwrap().unwrap();
        let held = shop.db().begin_write().await.unwrap();
        entity::idempotency_key::ActiveModel {
            api_key_id: Set(key.id),
            key: Set("slow".to_owned()),
            request_hash: Set(String::new()),
            status: Set(0),
            body: Set(Vec::new()),
            etag: Set(None),
            created_at: Set(shop.now()),
        }
        .insert(&held)
        .await
        .unwrap();
        let once = [("idempotency-key", "slow")];
        let got = shop.api_with("PATCH", "/shop", Some(json!({"name": "A"})), &once).await;
        match shop.on {
            Backend::Postgres => refused(&got, 409, "idempotency-in-flight"),
            Backend::Sqlite => refused(&got, 503, "busy"),
        }
        assert!(got.headers.contains_key("retry-after"));
        held.rollback().await.unwrap();
        let got = shop.api_with("PATCH", "/shop", Some(json!({"name": "A"})), &once).await;
        assert_eq!((got.status.as_u16(), replayed(&got)), (200, false), "{}", got.body);
    }
}
