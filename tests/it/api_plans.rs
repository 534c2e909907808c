//! What the lists of the admin API cost once much has happened: a page reads a page.

use sepet::shop::keys::Scope;
use serde_json::Value;

use crate::{
    api_data::{Ids, furnish, key},
    harness::{Backend, Options, Shop, plans::Statements},
    spec::operations,
};

/// A value for a parameter of the query.
fn value(document: &Value, ids: &Ids, name: &str, schema: &Value) -> String {
    if schema["type"] == "array" {
        return value(document, ids, name, &schema["items"]);
    }
    let kind = schema["$ref"].as_str().unwrap_or_default();
    let kind = kind.rsplit('/').next().unwrap_or_default();
    if let Some(id) = ids.get(kind) {
        return id.clone();
    }
    if kind == "Instant" {
        return "2026-11-26T10:00:00Z".to_owned();
    }
    if kind == "Language" {
        return "tr".to_owned();
    }
    if schema["type"] == "boolean" {
        return "true".to_owned();
    }
    let one_of = &document["components"]["schemas"][kind]["enum"][0];
    one_of.as_str().unwrap_or(name).to_owned()
}

/// What reads more than a page on purpose, each with its reason.
const ALLOWED: [(&str, &str); 5] = [
    ("/collections", "a shop has some dozens"),
    ("/dead-letters", "those of a month, over all channels of the shop"),
    ("/orders?changed_from=", "what has changed since then, in the order of the list"),
    ("/products", "the variants of a page, each product's in their order"),
    ("/variants?product_id=", "those of one product"),
];

/// Whether a step of a plan reads more than the page; `by_id`: it is the list of what belongs to one thing.
fn reads_more(step: &str, by_id: bool) -> bool {
    step.starts_with("SCAN ")
        || step == "USE TEMP B-TREE FOR ORDER BY"
        || (by_id && step.starts_with("SEARCH ") && step.ends_with("(shop_id=?)"))
}

#[tokio::test]
async fn a_page_of_a_list_reads_a_page() {
    let statements = Statements::default();
    let options = Options { synced: false, watch: Some(statements.watch()), ..Options::default() };
    let shop = Shop::open_with(Backend::Sqlite, options).await;
    let ids = furnish(&shop).await;
    let key = key(&shop, Scope::ALL).await;
    let document: Value = serde_json::from_str(&sepet::http::openapi_document()).unwrap();
    let (mut asked, mut found) = (0, vec![]);
    for (path, by_id) in lists(&document, &ids) {
        statements.read(&shop.db()).await;
        let got = shop.api_with("GET", &path, None, &[("authorization", &key)]).await;
        assert_eq!(got.status, 200, "{path}: {}", got.body);
        asked += 1;
        for (text, plan) in statements.read(&shop.db()).await {
            let more = plan.iter().filter(|step| reads_more(step, by_id));
            if !ALLOWED.iter().any(|(of, _)| path.starts_with(of)) {
                found.extend(more.map(|step| format!("{path}: {step}: {text}")));
            }
        }
    }
    assert!(asked > 40, "{asked}");
    assert!(found.is_empty(), "{}", found.join("\n"));
    shop.close().await;
}

/// Every list of the document: as it is, and with each of its filters; whether the filter is another thing's id. A shop has
/// so few channels that a list of one is the shop's.
fn lists(document: &Value, ids: &Ids) -> Vec<(String, bool)> {
    let mut found = vec![];
    for (method, path, operation) in operations(document) {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let (query, in_path): (Vec<_>, Vec<_>) = parameters.partition(|p| p["in"] == "query");
        if method != "GET" || !query.iter().any(|p| p["name"] == "cursor") {
            continue;
        }
        let name = |p: &Value| p["name"].as_str().unwrap().to_owned();
        let path = in_path.into_iter().fold(path, |path, p| {
            path.replace(&format!("{{{}}}", name(p)), &value(document, ids, &name(p), &p["schema"]))
        });
        let filters = query.into_iter().filter(|p| !["limit", "cursor"].contains(&&*name(p)));
        let filtered = filters.map(|p| {
            let name = name(p);
            let by_id = name.ends_with("_id") && name != "channel_id";
            (format!("{path}?{name}={}", value(document, ids, &name, &p["schema"])), by_id)
        });
        found.extend(filtered);
        found.push((path, false));
    }
    found
}
