//! Orders through the admin API: found, moved on, noted.

use serde_json::{Value, json};

use crate::{
    api_data::furnish,
    harness::{Api, Options, Shop},
};

fn bare() -> Options {
    Options { synced: false, ..Options::default() }
}

async fn record(shop: &Shop, id: &str, event: &str, headers: &[(&str, &str)]) -> Api {
    let body = json!({ "event": event });
    shop.api_with("POST", &format!("/orders/{id}/events"), Some(body), headers).await
}

on_both! {
    async fn an_order_moves_by_its_table_and_tells_its_history(shop: &Shop; bare()) {
        let id = &furnish(shop).await["OrderId"];
        let path = format!("/orders/{id}");
        let read = shop.api("GET", &path, None).await;
        assert_eq!(read.body["order"]["total"], json!({"amount": "151.00", "currency": "TRY"}));
        assert_eq!(read.body["lines"][0]["line_total"]["amount"], "151.00");
        let allowed = &read.body["events_allowed"];
        assert_eq!(*allowed, json!(["payment_received", "accepted_by_shop", "cancelled_by_shop"]));
        let seen = read.headers["etag"].to_str().unwrap().to_owned();

        let refused = record(shop, id, "arrived", &[]).await;
        assert_eq!((refused.status.as_u16(), &refused.body["code"]), (409, &json!("order-refused")));
        assert_eq!(refused.body["detail"], "it is placed and unpaid: no `arrived` now");
        let unknown = record(shop, id, "payment_expired", &[]).await;
        assert_eq!(unknown.status, 400, "what only the system does cannot be recorded");

        let once = [("idempotency-key", "accept"), ("if-match", seen.as_str())];
        let accepted = record(shop, id, "accepted_by_shop", &once).await;
        assert_eq!(accepted.status, 200, "{}", accepted.body);
        assert_eq!(accepted.body["order"]["status"], "accepted");
        let again = record(shop, id, "accepted_by_shop", &once).await;
        assert_eq!(again.bytes, accepted.bytes, "a repeat moves nothing");
        let twice = record(shop, id, "accepted_by_shop", &[]).await;
        assert_eq!(twice.body["code"], "order-refused");
        let late = record(shop, id, "handed_to_carrier", &[("if-match", seen.as_str())]).await;
        assert_eq!((late.status.as_u16(), &late.body["code"]), (412, &json!("stale")));

        let note = json!({"text": "Kapıya bırakılacak."});
        let noted = shop.api("POST", &format!("{path}/notes"), Some(note)).await;
        assert_eq!((noted.status.as_u16(), &noted.body["event"]), (201, &json!("note")), "{}", noted.body);
        for event in ["handed_to_carrier", "arrived", "payment_received"] {
            let got = record(shop, id, event, &[]).await;
            assert_eq!(got.status, 200, "{event}: {}", got.body);
        }
        let last = shop.api("GET", &path, None).await.body;
        assert_eq!((&last["order"]["status"], &last["order"]["payment_status"]), (&json!("delivered"), &json!("paid")));
        assert_eq!(last["order"]["amounts"]["paid"]["amount"], "151.00");
        assert_eq!(last["events_allowed"], json!([]));
        let events: Vec<_> = last["history"].as_array().unwrap().iter().map(|e| &e["event"]).collect();
        assert_eq!(events, ["placed", "accepted_by_shop", "note", "handed_to_carrier", "arrived", "payment_received"]);
        assert!(last["history"][1]["actor"].as_str().unwrap().starts_with("key_"));
        shop.forgive("I5"); // The customer was made up: there is nobody to send to.
        shop.forgive("violations");
    }
}

on_both! {
    async fn orders_are_found_by_what_is_known_of_them(shop: &Shop; bare()) {
        let ids = furnish(shop).await;
        let count = async |query: &str| {
            let got = shop.api("GET", &format!("/orders?{query}"), None).await;
            assert_eq!(got.status, 200, "{query}: {}", got.body);
            got.body["items"].as_array().map(Vec::len).unwrap()
        };
        let (now, later) = (shop.now().to_string(), shop.now().plus_seconds(1).to_string());
        for query in [
            "", "status=placed", "status=shipped&status=placed", "payment_status=unpaid",
            "number=4829-1735", "number=48291735", "number=4829%201735",
            &format!("customer_id={}", ids["CustomerId"]), &format!("placed_from={now}"),
            &format!("placed_until={later}"), &format!("changed_from={now}"),
        ] {
            assert_eq!(count(query).await, 1, "{query}");
        }
        for query in [
            "status=shipped", "payment_status=paid", "number=1111-1111",
            &format!("placed_from={later}"), &format!("placed_until={now}"),
            &format!("changed_from={later}"),
        ] {
            assert_eq!(count(query).await, 0, "{query}");
        }
        for wrong in ["status=gone", "placed_from=yesterday", "customer_id=cus_1", "stauts=placed"] {
            let got: Api = shop.api("GET", &format!("/orders?{wrong}"), None).await;
            assert_eq!((got.status.as_u16(), &got.body["code"]), (400, &json!("invalid-parameter")), "{wrong}");
        }
        assert_eq!(shop.api("GET", "/orders", None).await.body["next"], Value::Null);

        // A note is a change, and shown although the version is the same.
        let path = format!("/orders/{}", ids["OrderId"]);
        let etag = shop.api("GET", &path, None).await.headers["etag"].to_str().unwrap().to_owned();
        shop.advance(1);
        let note = json!({"text": "Kapıya bırakılacak."});
        let noted = shop.api("POST", &format!("{path}/notes"), Some(note)).await;
        assert_eq!(noted.status, 201, "{}", noted.body);
        assert_eq!(count(&format!("changed_from={later}")).await, 1);
        let read = shop.api_with("GET", &path, None, &[("if-none-match", &etag)]).await;
        assert_eq!((read.status.as_u16(), &read.body["history"][1]["event"]), (200, &json!("note")));
        assert_eq!(read.headers["etag"], *etag);
    }
}
