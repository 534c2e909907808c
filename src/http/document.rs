//! Makes a valid OpenAPI 3.1.1 document of what the framework writes (3.0.0 with parts of neither).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::auth;

const OPERATIONS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The valid document.
pub(super) fn valid(raw: &str) -> Value {
    let mut document: Value = serde_json::from_str(raw).unwrap_or_default();
    document["openapi"] = json!("3.1.1");
    if let Some(root) = document.as_object_mut() {
        root.remove("webhooks");
    }
    document["info"]["license"] =
        json!({ "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" });
    walk(&mut document, &schema_of_3_1);
    for operation in operations(&mut document) {
        settle(operation);
    }
    close_inputs(&mut document);
    document
}

fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    document["paths"]
        .as_object_mut()
        .into_iter()
        .flat_map(|paths| paths.iter_mut())
        .filter_map(|(_, path)| path.as_object_mut())
        .flat_map(|path| path.iter_mut())
        .filter(|(method, _)| OPERATIONS.contains(&method.as_str()))
        .map(|(_, operation)| operation)
}

/// Visits every object, children first.
fn walk(value: &mut Value, visit: &dyn Fn(&mut Map<String, Value>)) {
    match value {
        Value::Object(fields) => {
            for field in fields.values_mut() {
                walk(field, visit);
            }
            visit(fields);
        }
        Value::Array(items) => {
            for item in items {
                walk(item, visit);
            }
        }
        _ => {}
    }
}

/// Turns what only 3.0 knows into what 3.1 says for it.
fn schema_of_3_1(schema: &mut Map<String, Value>) {
    for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        if schema.get(exclusive).is_some_and(Value::is_boolean) {
            let is_exclusive = schema.remove(exclusive) == Some(Value::Bool(true));
            if is_exclusive && let Some(limit) = schema.remove(bound) {
                schema.insert(exclusive.to_owned(), limit);
            }
        }
    }
    for key in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"] {
        // The framework keeps limits as floats: `1.0` for 1.
        if let Some(limit) = schema.get(key).and_then(Value::as_f64)
            && limit.fract() == 0.0
            && let Ok(whole) = format!("{limit:.0}").parse::<i64>()
        {
            schema.insert(key.to_owned(), whole.into());
        }
    }
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        schema.remove("nullable");
        if let Some(Value::String(kind)) = schema.get("type").cloned() {
            schema.insert("type".to_owned(), json!([kind, "null"]));
            if let Some(Value::Array(values)) = schema.get_mut("enum") {
                values.push(Value::Null);
            }
        }
    }
    // Our scalars' formats that are no formats of JSON Schema help nobody.
    if matches!(schema.get("format").and_then(Value::as_str), Some("uint16" | "uint32" | "uint64"))
    {
        schema.remove("format");
        schema.entry("minimum").or_insert(json!(0));
    }
    let is_schema = schema.contains_key("type") || schema.contains_key("$ref");
    if is_schema && let Some(example) = schema.remove("example") {
        schema.insert("examples".to_owned(), json!([example]));
    }
}

/// One operation: its scope out of the scheme's name, and the answer that stands for every problem.
fn settle(operation: &mut Value) {
    let schemes = operation["security"].as_array().cloned().unwrap_or_default();
    let schemes: Vec<_> = schemes
        .iter()
        .filter_map(Value::as_object)
        .flat_map(|scheme| scheme.keys())
        .map(|name| match name.split_once(' ') {
            Some((name, scope)) => json!({ name: [scope] }),
            None => json!({ auth::SCHEME: [] }),
        })
        .collect();
    operation["security"] = json!(schemes);
    if let Some(scope) = schemes.first().and_then(|s| s[auth::SCHEME].get(0)?.as_str()) {
        let before = operation["description"].as_str().unwrap_or_default();
        let gap = if before.is_empty() { "" } else { "\n\n" };
        operation["description"] = json!(format!("{before}{gap}Scope: `{scope}`."));
    }
    operation["responses"]["default"] = json!({
        "description": "It was not done: the problem tells why, and what can be done about it.",
        "content": {
            "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } }
        }
    });
}

/// Unknown fields of what is sent are refused: the schemas say so.
fn close_inputs(document: &mut Value) {
    let mut inputs = BTreeSet::new();
    for operation in operations(document) {
        references(&operation["requestBody"], &mut inputs);
    }
    let schemas = document["components"]["schemas"].clone();
    let mut open: Vec<_> = inputs.iter().cloned().collect();
    while let Some(name) = open.pop() {
        let mut inner = BTreeSet::new();
        references(&schemas[&name], &mut inner);
        open.extend(inner.into_iter().filter(|name| inputs.insert(name.clone())));
    }
    for name in inputs {
        let schema = &mut document["components"]["schemas"][&name];
        if schema["type"] == "object" && schema.get("properties").is_some() {
            schema["additionalProperties"] = json!(false);
        }
    }
}

/// Names of the schemas that `value` refers to.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(name) = fields.get("$ref").and_then(Value::as_str)
                && let Some(name) = name.strip_prefix("#/components/schemas/")
            {
                found.insert(name.to_owned());
            }
            fields.values().for_each(|field| references(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_3_0_knows_is_said_in_3_1() {
        let mut schema = json!({
            "type": "integer", "nullable": true, "minimum": 1.0, "exclusiveMinimum": true, "example": 3
        });
        walk(&mut schema, &schema_of_3_1);
        let expected = json!({
            "type": ["integer", "null"], "exclusiveMinimum": 1, "examples": [3]
        });
        assert_eq!(schema, expected);
    }
}
