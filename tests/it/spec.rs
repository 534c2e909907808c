//! The description of the admin API: committed, valid, and telling the whole truth.

use std::collections::BTreeSet;

use serde_json::Value;

const FILE: &str = "openapi/sepet.json";

fn document() -> Value {
    serde_json::from_str(&sepet::http::openapi_document()).unwrap()
}

/// Method, path and description of each operation.
pub(crate) fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, operations)| {
            operations.as_object().unwrap().iter().map(move |(method, operation)| {
                (method.to_uppercase(), path.clone(), operation.clone())
            })
        })
        .collect()
}

#[test]
fn the_committed_document_is_the_present_one() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let present = sepet::http::openapi_document();
    if std::env::var_os("SEPET_WRITE").is_some() {
        std::fs::write(&path, &present).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = committed.lines().zip(present.lines()).position(|(a, b)| a != b);
    assert!(
        committed == present,
        "{FILE} is not what the code describes (first difference: line {}). Look at the change as an integrator \
         would, then write it anew:\n    cargo run -- openapi > {FILE}\n(or run this test with SEPET_WRITE=1)",
        differs.unwrap_or(committed.lines().count().min(present.lines().count())) + 1
    );
}

#[test]
fn every_operation_is_described_whole() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.1");
    let mut ids = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let name = format!("{method} {path}");
        let id = operation["operationId"].as_str().unwrap_or_default();
        assert!(!id.is_empty() && ids.insert(id.to_owned()), "{name}: `{id}` is missing or twice");
        assert!(operation["summary"].is_string(), "{name} has a summary");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{name} has one tag");
        assert_eq!(operation["security"].as_array().map(Vec::len), Some(1), "{name} wants a key");
        assert!(operation["responses"]["default"].is_object(), "{name} tells of problems");
        let takes = |header: &str| {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            parameters.into_iter().any(|p| p["in"] == "header" && p["name"] == header)
        };
        assert_eq!(method != "GET", takes("Idempotency-Key"), "{name}: writes happen once");
        if matches!(method.as_str(), "PATCH" | "PUT") {
            assert!(takes("If-Match"), "{name}: edits take If-Match");
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{name}: what is {}?", parameter["name"]);
        }
        let required = operation["parameters"].as_array().into_iter().flatten();
        let required = required.filter(|p| p["in"] == "query" && p["required"] == true);
        assert_eq!(required.count(), 0, "{name}: whoever names no filter gets all");
        if operation["responses"]["200"]["content"].to_string().contains("/Page_") {
            let parameters = operation["parameters"].to_string();
            assert!(
                parameters.contains("\"limit\"") && parameters.contains("\"cursor\""),
                "{name}"
            );
        }
    }
    assert!(ids.len() > 10);
}

#[test]
fn every_reference_leads_somewhere_and_bodies_are_closed() {
    let document = document();
    let text = document.to_string();
    for (at, _) in text.match_indices("\"#/components/schemas/") {
        let name = text[at..].split(['/', '"']).nth(4).unwrap();
        assert!(document["components"]["schemas"][name].is_object(), "{name} is described");
    }
    for old in ["\"nullable\":", "\"exclusiveMinimum\":true", "\"webhooks\":"] {
        assert!(!text.contains(old), "{old} is not of 3.1");
    }
    for (method, path, operation) in operations(&document) {
        let body = &operation["requestBody"]["content"];
        let Some(json) = body.as_object().and_then(|kinds| {
            kinds.iter().find(|(kind, _)| kind.starts_with("application/json")).map(|(_, v)| v)
        }) else {
            continue;
        };
        let name = json["schema"]["$ref"].as_str().unwrap_or_default();
        let name = name.trim_start_matches("#/components/schemas/");
        let schema = &document["components"]["schemas"][name];
        assert_eq!(schema["additionalProperties"], false, "{method} {path}: `{name}` is closed");
        assert!(schema["examples"].is_array(), "{method} {path}: `{name}` has an example");
    }
}
