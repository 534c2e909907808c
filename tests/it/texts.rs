//! A shop's own words by the admin API: checked when they are saved, seen with the next message, everywhere.

use entity::shop_text;
use sea_orm::{EntityTrait, sea_query::Expr};
use serde_json::{Value, json};

use crate::harness::Shop;

async fn put(shop: &Shop, path: &str, text: &str) -> crate::harness::Api {
    shop.api("PUT", &format!("/texts/{path}"), Some(json!({"text": text}))).await
}

fn find(texts: &Value, key: &str) -> Value {
    let all = texts["texts"].as_array().unwrap();
    all.iter().find(|text| text["key"] == key).unwrap_or_else(|| panic!("no `{key}`")).clone()
}

on_both! {
    async fn every_language_lists_the_same_texts(shop: &Shop) {
        let default = shop.api("GET", "/texts", None).await;
        assert_eq!(default.body["language"], "tr", "the shop's first");
        let count = default.body["texts"].as_array().unwrap().len();
        assert!(count > 100);
        for language in ["tr", "en", "ar", "de", "es", "pt-BR"] {
            let texts = shop.api("GET", &format!("/texts?language={language}"), None).await;
            assert_eq!(texts.status, 200, "{}", texts.body);
            assert_eq!(texts.body["texts"].as_array().unwrap().len(), count, "{language}");
        }
        let button = find(&default.body, "checkout-button");
        assert_eq!(
            button,
            json!({"language": "tr", "key": "checkout-button", "built_in": "Siparişi tamamla",
                "own": null, "variables": [], "max_units": 20})
        );
        let few = find(&default.body, "stock-few");
        assert_eq!(few["variables"], json!(["count"]));
        assert_eq!(few["max_units"], 1_000);
        let none = shop.api("GET", "/texts?language=xx", None).await;
        assert_eq!(none.status, 400, "{}", none.body);
    }
}

on_both! {
    async fn an_own_text_is_checked_kept_and_taken_back(shop: &Shop) {
        let path = "tr/checkout-button";
        let before = shop.api("GET", &format!("/texts/{path}"), None).await;
        assert_eq!(before.headers["etag"], "\"0\"");
        for (text, why) in [
            ("Siparişi hemen tamamla!", "units long"),
            ("{ $name }", "names `$name`"),
            ("Kasa {", "cannot be read"),
            (" \n ", "is empty"),
        ] {
            let refused = put(shop, path, text).await;
            assert_eq!(refused.status, 422, "{text}: {}", refused.body);
            assert_eq!(refused.body["errors"][0]["pointer"], "/text");
            let detail = refused.body["errors"][0]["detail"].as_str().unwrap();
            assert!(detail.contains(why), "{text}: {detail}");
        }
        let set = put(shop, path, "  Kasaya git ").await;
        assert_eq!(set.status, 200, "{}", set.body);
        assert_eq!(set.body["own"], "Kasaya git");
        let etag = set.headers["etag"].to_str().unwrap().to_owned();
        let read = shop.api("GET", &format!("/texts/{path}"), None).await;
        assert_eq!(read.body, set.body);
        assert_eq!(read.headers["etag"], etag.as_str());

        // Who saw another text changes nothing.
        let stale = [("if-match", "\"0\"")];
        let body = Some(json!({"text": "Bitir"}));
        let late = shop.api_with("PUT", &format!("/texts/{path}"), body.clone(), &stale).await;
        assert_eq!(late.status, 412, "{}", late.body);
        let late = shop.api_with("DELETE", &format!("/texts/{path}"), None, &stale).await;
        assert_eq!(late.status, 412, "{}", late.body);
        let seen = [("if-match", etag.as_str())];
        let again = shop.api_with("PUT", &format!("/texts/{path}"), body, &seen).await;
        assert_eq!(again.body["own"], "Bitir");
        assert_ne!(again.headers["etag"], etag.as_str());

        for _ in 0..2 {
            let gone = shop.api("DELETE", &format!("/texts/{path}"), None).await;
            assert_eq!(gone.status, 204, "{}", gone.body);
        }
        let read = shop.api("GET", &format!("/texts/{path}"), None).await;
        assert_eq!((&read.body["own"], &read.headers["etag"]), (&Value::Null, &"\"0\"".parse().unwrap()));
        for method in ["GET", "DELETE"] {
            let none = shop.api(method, "/texts/tr/no-such-text", None).await;
            assert_eq!(none.status, 404, "{}", none.body);
            assert_eq!(none.body["code"], "not-found");
        }
        let none = put(shop, "tr/no-such-text", "x").await;
        assert_eq!(none.status, 404, "{}", none.body);
        let none = put(shop, "fr/menu", "x").await;
        assert_eq!(none.status, 400, "{}", none.body);
    }
}

on_both! {
    async fn what_another_process_saved_is_said_with_the_next_message(shop: &Shop) {
        let person = shop.customer("Ayşe").await;
        assert!(person.say("yardım").await[0].body().starts_with("Her zaman"));
        assert_eq!(put(shop, "tr/help", "Yardım bir").await.status, 200);
        assert_eq!(person.say("yardım").await[0].body(), "Yardım bir");

        // As the other process writes it: this one hears of it by the shop's row alone.
        let txn = shop.db().begin_write().await.unwrap();
        shop_text::Entity::update_many()
            .col_expr(shop_text::Column::Text, Expr::value("Yardım iki"))
            .exec(&txn)
            .await
            .unwrap();
        entity::shop::Entity::update_many()
            .col_expr(entity::shop::Column::TextsVersion, Expr::value(2))
            .exec(&txn)
            .await
            .unwrap();
        txn.commit().await.unwrap();
        assert_eq!(person.say("yardım").await[0].body(), "Yardım iki");
        // What cannot be said any more, because it names a value that there is no longer, is said as it is built in.
        let txn = shop.db().begin_write().await.unwrap();
        shop_text::Entity::update_many()
            .col_expr(shop_text::Column::Text, Expr::value("Yardım { $gone }"))
            .exec(&txn)
            .await
            .unwrap();
        entity::shop::Entity::update_many()
            .col_expr(entity::shop::Column::TextsVersion, Expr::value(3))
            .exec(&txn)
            .await
            .unwrap();
        txn.commit().await.unwrap();
        assert!(person.say("yardım").await[0].body().starts_with("Her zaman"));
    }
}
