//! What the checkout leaves in the books: terms and consent, receivers, opening hours that cannot be, chats of older
//! versions.

use std::collections::BTreeSet;

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::harness::{Api, Person, Shop};

async fn change(shop: &Shop, body: Value) -> Api {
    shop.api("PATCH", "/shop", Some(body)).await
}

/// Buys one thing and picks it up.
async fn buys(shop: &Shop, person: &Person<'_>) {
    person.send_cart(&[("turk-100", 1)]).await;
    person.tap("🏬 Mağazadan alırım").await;
    person.tap("💵 Mağazada ödeme").await;
    person.tap("✅ Siparişi onayla").await;
    shop.pass(60).await;
}

async fn orders(shop: &Shop) -> Vec<Value> {
    let mut all = shop.api("GET", "/orders", None).await.body["items"].as_array().unwrap().clone();
    all.reverse();
    all
}

on_both! {
    async fn an_order_keeps_the_terms_it_was_placed_under(shop: &Shop) {
        let ayse = shop.customer("Ayşe").await;
        buys(shop, &ayse).await;
        let one = json!({"terms": [{"text": "Cayma hakkı 14 gündür.\r\n"}, {"language": "en", "url": "https://kahve.example/terms"}]});
        let got = change(shop, one.clone()).await;
        assert_eq!(got.status, 200, "{}", got.body);
        let again = change(shop, one.clone()).await;
        assert_eq!(again.body["terms"], got.body["terms"], "the same words are the same version");
        let first = got.body["terms"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(got.body["terms"][1]["language"], "en");

        let burak = shop.customer("Burak").await;
        buys(shop, &burak).await;
        change(shop, json!({"terms": [{"text": "Cayma hakkı 30 gündür."}]})).await;
        buys(shop, &shop.customer("Deniz").await).await;
        let back = change(shop, one).await;
        assert_eq!(back.body["terms"][0]["id"], first.as_str(), "an earlier version holds again");

        let all = orders(shop).await;
        assert_eq!(all[0]["consent"], Value::Null);
        assert_eq!(all[1]["consent"]["terms_id"], first.as_str());
        assert!(all[1]["consent"]["message_id"].as_str().unwrap().starts_with("wamid."));
        assert!(all[1]["consent"]["at"].is_string());
        assert_ne!(all[2]["consent"]["terms_id"], first.as_str());
        let text = shop.api("GET", &format!("/shop/terms/{first}"), None).await;
        assert_eq!(text.body["text"], "Cayma hakkı 14 gündür.");
        let none = change(shop, json!({"terms": []})).await;
        assert_eq!(none.body["terms"], json!([]));
        let text = shop.api("GET", &format!("/shop/terms/{first}"), None).await;
        assert_eq!(text.status, 200, "every version stays");
        assert_eq!(all[1]["receiver_name"], "Burak");
        assert_eq!(all[1]["receiver_phone"], burak.phone.as_str());
    }
}

on_both! {
    async fn what_cannot_be_is_refused_with_its_reason(shop: &Shop; crate::harness::Options { synced: false, ..Default::default() }) {
        for (body, pointer, why) in [
            (json!({"checkout": {"pickup_hours": "pazartesi 9-18"}}), "/checkout/pickup_hours", "is no opening hours"),
            (json!({"checkout": {"pickup_hours": "Mo-Fr 09:00-18:00; PH off"}}), "/checkout/pickup_hours", "no day is named"),
            (json!({"checkout": {"pickup_holidays": ["29.10."]}}), "/checkout/pickup_holidays", "is no day"),
            (json!({"terms": [{}]}), "/terms/0/text", "is missing"),
            (json!({"terms": [{"url": "http://kahve.example"}]}), "/terms/0/url", "https://"),
        ] {
            let got = change(shop, body.clone()).await;
            assert_eq!(got.status, 422, "{body}: {}", got.body);
            assert_eq!(got.body["errors"][0]["pointer"], pointer, "{body}: {}", got.body);
            assert!(got.body["errors"][0]["detail"].as_str().unwrap().contains(why), "{body}: {}", got.body);
        }
        let hours = json!({"checkout": {"pickup_hours": " Mo-Fr 09:00-18:00; PH off ", "pickup_holidays": ["2026-10-29"]}});
        let got = change(shop, hours).await;
        assert_eq!(got.body["checkout"]["pickup_hours"], "Mo-Fr 09:00-18:00; PH off", "{}", got.body);
    }
}

on_both! {
    /// A chat and a cart as the version before kept them, in every step that it knew, go on.
    async fn chats_of_the_version_before_go_on(shop: &Shop) {
        for (name, step) in [
            ("Ayşe", "ask_delivery"),
            ("Burak", "ask_address"),
            ("Deniz", "ask_payment"),
            ("Emre", "confirm"),
        ] {
            let person = shop.customer(name).await;
            person.send_cart(&[("turk-100", 1)]).await;
            if step != "ask_delivery" {
                person.tap("🚚 Adrese teslim").await;
            }
            if ["ask_payment", "confirm"].contains(&step) {
                person.say("Bağdat Caddesi 100, Kadıköy, İstanbul").await;
            }
            if step == "confirm" {
                person.tap("💵 Kapıda ödeme").await;
            }
            // What this version adds is not there.
            let db = shop.db();
            let txn = db.begin_write().await.unwrap();
            txn.execute_unprepared("UPDATE carts SET details = '{}'").await.unwrap();
            let chats = format!("UPDATE conversations SET step = '{{\"at\": \"{step}\"}}'");
            txn.execute_unprepared(&chats).await.unwrap();
            txn.commit().await.unwrap();
            shop.restart().await;
            match step {
                "confirm" => {}
                "ask_payment" => drop(person.tap("💵 Kapıda ödeme").await),
                _ => {
                    person.say("Bağdat Caddesi 100, Kadıköy, İstanbul").await;
                    person.tap("💵 Kapıda ödeme").await;
                }
            }
            let placed = person.tap("✅ Siparişi onayla").await;
            assert!(placed[0].body().contains("Teşekkürler"), "{name}: {}", placed[0].script());
        }
        assert_eq!(orders(shop).await.len(), 4);
    }
}

on_both! {
    /// One Flow a language, published once; what WhatsApp refuses leaves nothing behind.
    async fn forms_are_published_once(shop: &Shop) {
        shop.fault(json!({"kind": "code", "code": 100, "on": "all", "times": 1})).await;
        let refused = shop.app().publish_address_forms("kahve").await.unwrap_err();
        assert!(refused.to_string().contains("code 100"), "{refused}");
        let forms = async || {
            let path = format!("/channels/{}", shop.channel_id);
            shop.api("GET", &path, None).await.body["address_forms"].clone()
        };
        assert_eq!(forms().await, json!([]));

        let first = shop.app().publish_address_forms("kahve").await.unwrap();
        let languages: Vec<_> = first.iter().map(|form| form.language.tag()).collect();
        assert_eq!(languages, ["tr", "en"]);
        assert!(first.iter().all(|form| form.is_new));
        let again = shop.app().publish_address_forms("kahve").await.unwrap();
        assert!(again.iter().all(|form| !form.is_new), "the same words are the same form");
        assert_eq!(again[0].flow_id, first[0].flow_id);
        let kept = forms().await;
        assert_eq!(kept[0], json!({"language": "en", "flow_id": first[1].flow_id}));

        // One that the owner names serves the languages that have none; what was published stays.
        shop.reapply("channel.address_flow_id = \"700000000000007\"").await.unwrap();
        let kept = forms().await;
        assert_eq!(kept[0], json!({"language": null, "flow_id": "700000000000007"}));
        assert_eq!(kept.as_array().map(Vec::len), Some(3));
        let nobody = shop.app().publish_address_forms("nobody").await.unwrap_err();
        assert!(nobody.to_string().contains("no shop has the handle"), "{nobody}");
    }
}

/// Calls WhatsApp as the owner does.
async fn graph(shop: &Shop, method: reqwest::Method, path: &str, body: Value) -> Value {
    let url = format!("{}/v25.0/{path}", shop.sim_url());
    let call = shop.http().request(method, url).bearer_auth("token").json(&body);
    let answer = call.send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    answer.json().await.unwrap()
}

/// Id, name and state of every form of the account.
async fn forms(shop: &Shop) -> Vec<[String; 3]> {
    let answer = graph(shop, reqwest::Method::GET, "200000000000002/flows", json!({})).await;
    let text = |form: &Value, key: &str| form[key].as_str().unwrap().to_owned();
    let all = answer["data"].as_array().unwrap().iter();
    all.map(|form| ["id", "name", "status"].map(|key| text(form, key))).collect()
}

on_both! {
    /// A form whose answer was lost, one that a crash left behind and one that stayed a draft are gone on with; one out
    /// of service gets a follower.
    async fn a_form_is_found_again_by_its_name(shop: &Shop) {
        shop.fault(json!({"kind": "lost_answer", "on": "flows", "times": 1})).await;
        let first = shop.app().publish_address_forms("kahve").await.unwrap();
        let there = forms(shop).await;
        let ids: BTreeSet<&str> = there.iter().map(|form| form[0].as_str()).collect();
        assert_eq!(first.iter().map(|form| form.flow_id.as_str()).collect::<BTreeSet<_>>(), ids);

        // Stopped between the answer and the commit.
        let forget = async || {
            let txn = shop.db().begin_write().await.unwrap();
            txn.execute_unprepared("UPDATE channels SET address_flows = '{}'").await.unwrap();
            txn.commit().await.unwrap();
        };
        forget().await;
        let again = shop.app().publish_address_forms("kahve").await.unwrap();
        assert_eq!(again, first);
        assert_eq!(forms(shop).await, there);

        // Out of service, and its follower is a draft.
        let turkish = there.iter().find(|form| form[0] == first[0].flow_id).unwrap();
        let [id, name, _] = turkish;
        graph(shop, reqwest::Method::POST, &format!("{id}/deprecate"), json!({})).await;
        let whole = shop.sim("GET", &format!("/sim/flows/{id}"), None).await;
        let draft = json!({"name": format!("{name}-2"), "categories": ["OTHER"],
            "flow_json": whole["json"].to_string()});
        let draft = graph(shop, reqwest::Method::POST, "200000000000002/flows", draft).await;
        forget().await;
        let third = shop.app().publish_address_forms("kahve").await.unwrap();
        assert_eq!(Some(third[0].flow_id.as_str()), draft["id"].as_str());
        assert_eq!(third[1], first[1]);
        let mut states: Vec<_> = forms(shop).await.into_iter().map(|[_, _, s]| s).collect();
        states.sort_unstable();
        assert_eq!(states, ["DEPRECATED", "PUBLISHED", "PUBLISHED"]);

        // No answer at all is told.
        shop.reapply("shop.languages = [\"de\"]").await.unwrap();
        shop.fault(json!({"kind": "down", "on": "flows", "times": 1})).await;
        let unknown = shop.app().publish_address_forms("kahve").await.unwrap_err();
        assert!(unknown.to_string().contains("no answer"), "{unknown}");
        assert_eq!(forms(shop).await.len(), 3);
        shop.app().publish_address_forms("kahve").await.unwrap();
        assert_eq!(forms(shop).await.len(), 4);
    }
}
