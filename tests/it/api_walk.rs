//! Every operation of the document, as somebody who must not use it.

use sea_orm::EntityTrait;
use sepet::shop::keys::Scope;
use serde_json::{Value, json};

use crate::{
    api_data::{Ids, furnish, key, key_of_another_shop},
    harness::{Api, Shop},
    spec::operations,
};

/// Parameters in a path that are the same in every shop: there is nothing in them that another shop could own.
pub(crate) const EVERYBODYS: &[(&str, &str)] = &[("Language", "tr"), ("key", "menu")];

/// One operation with a request that would succeed.
struct Ready {
    name: String,
    method: String,
    path: String,
    /// `None`: it takes no JSON.
    body: Option<Value>,
    /// Absent: any key will do.
    scope: Option<Scope>,
    /// Whether it names a thing by its id.
    of_a_thing: bool,
}

fn ready(ids: &Ids) -> Vec<Ready> {
    let document: Value = serde_json::from_str(&sepet::http::openapi_document()).unwrap();
    let all = operations(&document);
    assert!(all.len() >= 20, "the document is read");
    all.into_iter()
        .map(|(method, template, operation)| {
            let name = format!("{method} {template}");
            let mut path = template;
            let mut of_a_thing = false;
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                if parameter["in"] != "path" {
                    continue;
                }
                let kind = parameter["schema"]["$ref"].as_str().unwrap_or_default();
                let kind = kind.rsplit('/').next().unwrap_or_default();
                let placeholder = format!("{{{}}}", parameter["name"].as_str().unwrap());
                let own_name = parameter["name"].as_str().unwrap_or_default();
                let everybodys = EVERYBODYS.iter().find(|(k, _)| *k == kind || *k == own_name);
                if let Some((_, value)) = everybodys {
                    path = path.replace(&placeholder, value);
                    continue;
                }
                let id = ids.get(kind).unwrap_or_else(|| {
                    panic!("{name}: `api_data::furnish` must make something with a `{kind}`")
                });
                path = path.replace(&placeholder, id);
                of_a_thing = true;
            }
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let body = schema["$ref"].as_str().map(|reference| {
                let schema =
                    &document["components"]["schemas"][reference.rsplit('/').next().unwrap()];
                schema["examples"][0].clone()
            });
            let scope = operation["security"][0]["ApiKey"][0].as_str();
            let scope = scope.map(|scope| scope.parse().unwrap());
            Ready { name, method, path, body, scope, of_a_thing }
        })
        .collect()
}

impl Ready {
    async fn send(&self, shop: &Shop, key: &str) -> Api {
        let headers = [("authorization", key)];
        shop.api_with(&self.method, &self.path, self.body.clone(), &headers).await
    }
}

#[track_caller]
fn refused(name: &str, got: &Api, status: u16, code: &str) {
    assert_eq!(got.status.as_u16(), status, "{name}: {}", got.body);
    assert_eq!(got.body["code"], code, "{name}: {}", got.body);
    assert_eq!(got.headers["content-type"], "application/problem+json", "{name}");
    for member in ["type", "title", "detail", "remedy"] {
        assert!(got.body[member].is_string(), "{name}: no {member}");
    }
}

on_both! {
    async fn nobody_gets_in_without_the_right_key(shop: &Shop; crate::harness::Options { synced: false, ..Default::default() }) {
        let ids = furnish(shop).await;
        let one = key(shop, &[Scope::ShopRead]).await;
        let two = key(shop, &[Scope::OrdersRead]).await;
        for operation in ready(&ids) {
            let name = &operation.name;
            for (key, code) in [
                ("", "key-missing"),
                ("Basic c2VwZXQ6c2VwZXQ=", "key-missing"),
                ("Bearer sepet_nobody", "key-unknown"),
            ] {
                let got = operation.send(shop, key).await;
                refused(name, &got, 401, code);
                assert!(got.headers.contains_key("www-authenticate"), "{name}");
            }
            let Some(scope) = operation.scope else { continue };
            let other = if scope == Scope::ShopRead { &two } else { &one };
            let got = operation.send(shop, other).await;
            refused(name, &got, 403, "scope-missing");
            assert!(got.body["detail"].as_str().unwrap().contains(scope.name()), "{name}");
        }
    }
}

on_both! {
    async fn another_shops_things_are_not_there(shop: &Shop; crate::harness::Options { synced: false, ..Default::default() }) {
        let ids = furnish(shop).await;
        let own = key(shop, Scope::ALL).await;
        let foreign = key_of_another_shop(shop).await;
        let before = snapshot(shop).await;
        let mut count = 0;
        for operation in ready(&ids).iter().filter(|operation| operation.of_a_thing) {
            if operation.method == "GET" {
                let got = operation.send(shop, &own).await;
                assert_eq!(got.status, 200, "{} of its own shop: {}", operation.name, got.body);
            }
            let got = operation.send(shop, &foreign).await;
            refused(&operation.name, &got, 404, "not-found");
            count += 1;
        }
        assert!(count >= 10);
        assert_eq!(before, snapshot(shop).await, "nothing was changed from outside");
        // Lists of the other shop are empty, or hold its own.
        for operation in ready(&ids) {
            if operation.method != "GET" || operation.of_a_thing {
                continue;
            }
            let got = operation.send(shop, &foreign).await;
            assert_eq!(got.status, 200, "{}: {}", operation.name, got.body);
            let text = got.body.to_string();
            for id in ids.values() {
                assert!(!text.contains(id.as_str()), "{} shows {id}", operation.name);
            }
        }
    }
}

/// What the operations could have changed.
async fn snapshot(shop: &Shop) -> Value {
    let db = shop.db();
    let db = db.reader();
    let orders = entity::order::Entity::find().all(db).await.unwrap();
    let chats = entity::conversation::Entity::find().all(db).await.unwrap();
    let channels = entity::channel::Entity::find().all(db).await.unwrap();
    let products = entity::product::Entity::find().all(db).await.unwrap();
    let keys = entity::api_key::Entity::find().all(db).await.unwrap();
    let sent = entity::outbox::Entity::find().all(db).await.unwrap();
    json!([
        orders.iter().map(|o| (o.version, format!("{:?}", o.status))).collect::<Vec<_>>(),
        chats.iter().map(|c| (c.version, c.out_sequence)).collect::<Vec<_>>(),
        channels.iter().map(|c| c.version).collect::<Vec<_>>(),
        products.iter().map(|p| (p.version, p.title.clone())).collect::<Vec<_>>(),
        keys.iter().filter(|k| k.revoked_at.is_some()).count(),
        sent.len(),
    ])
}
