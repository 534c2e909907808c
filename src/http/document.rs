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
    document["info"]["license"] = json!({ "name": "MIT OR Apache-2.0" });
    if let Some(tags) = document.get_mut("tags").and_then(Value::as_array_mut) {
        tags.sort_by_key(|tag| place(tag["name"].as_str().unwrap_or_default()));
    }
    walk(&mut document, &schema_of_3_1);
    for operation in operations(&mut document) {
        settle(operation);
    }
    settle_schemas(&mut document);
    document
}

/// The reference begins with what an integrator needs first; the goods stand in the middle.
fn place(tag: &str) -> usize {
    const FIRST: [&str; 3] = ["Me", "Orders", "Customers"];
    const LAST: [&str; 6] = ["Conversations", "Carts", "Shop", "Channels", "Keys", "Dead letters"];
    let first = FIRST.iter().position(|name| *name == tag);
    let last = LAST.iter().position(|name| *name == tag).map(|at| FIRST.len() + 1 + at);
    first.or(last).unwrap_or(FIRST.len())
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
    // Formats that JSON Schema does not know help nobody.
    let format = schema.get("format").and_then(Value::as_str);
    if matches!(format, Some("uint16" | "uint32" | "uint64")) {
        schema.remove("format");
        schema.entry("minimum").or_insert(json!(0));
    }
    let is_schema = schema.contains_key("type") || schema.contains_key("$ref");
    if is_schema && let Some(example) = schema.remove("example") {
        schema.insert("examples".to_owned(), json!([example]));
    }
    // A described reference: 3.1 lets the two stand side by side.
    if let Some(Value::Array(parts)) = schema.get("allOf").cloned()
        && let [reference, described] = parts.as_slice()
        && reference.get("$ref").is_some()
        && described.get("$ref").is_none()
    {
        schema.remove("allOf");
        for part in parts {
            if let Value::Object(part) = part {
                schema.extend(part);
            }
        }
    }
    // What goes without saying.
    for (key, usual) in [("deprecated", false), ("explode", true)] {
        if schema.get(key) == Some(&Value::Bool(usual)) {
            schema.remove(key);
        }
    }
    if let Some(content) = schema.remove("application/json; charset=utf-8") {
        schema.insert("application/json".to_owned(), content);
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
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        settle_parameter(parameter);
    }
    let responses = operation["responses"].as_object_mut();
    for (_, response) in responses.into_iter().flat_map(|all| all.iter_mut()) {
        let is_page = response["content"].to_string().contains("/Page_");
        if is_page && let Some(response) = response.as_object_mut() {
            response.remove("headers");
        }
    }
}

fn settle_parameter(parameter: &mut Value) {
    let said = match (parameter["in"].as_str(), parameter["name"].as_str()) {
        (Some("header"), Some("Idempotency-Key")) => {
            "A text of your own that stands for this one request, such as a UUID. A repeat within 72 hours gets the \
             same answer and does nothing twice."
        }
        (Some("header"), Some("If-Match")) => {
            "The `ETag` that was read: the change is made only if nothing has changed since."
        }
        (Some("query"), Some("limit")) => "How many at most on a page.",
        (Some("query"), Some("cursor")) => "`next` of the page before; left out: the first page.",
        // What says more of itself keeps its words.
        _ if parameter.get("description").is_some() => return,
        (Some("path"), Some("id" | "variant_id")) => "Its id, with its prefix.",
        (Some("path"), Some("language")) => "The language of the text.",
        (Some("path"), Some("key")) => "As `GET /texts` names it.",
        (Some("query"), Some("status" | "payment_status" | "state" | "kind" | "outcome")) => {
            "Only those with it; left out: all."
        }
        (Some("query"), Some("sku" | "handle")) => "The whole of it, letter for letter.",
        (Some("query"), Some("since")) => "Received then or later.",
        (Some("query"), Some("until")) => "Received before.",
        (Some("query"), Some(name)) if name.ends_with("_id") => "Only those that belong to it.",
        _ => return,
    };
    parameter["description"] = json!(said);
    if let Some(schema) = parameter.get_mut("schema").and_then(Value::as_object_mut) {
        schema.remove("title");
    }
}

/// Says of what is sent that unknown fields are refused, and of all that a field may be `null`; what is answered has
/// all of its fields, always.
fn settle_schemas(document: &mut Value) {
    let inputs = inputs(document);
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    for (name, schema) in schemas {
        let Some(schema) = schema.as_object_mut() else { continue };
        if schema.get("title").and_then(Value::as_str) == Some(name) {
            schema.remove("title");
        }
        let required: BTreeSet<String> = strings(schema.get("required"));
        let Some(Value::Object(properties)) = schema.get_mut("properties") else { continue };
        let all: Vec<_> = properties.keys().cloned().collect();
        for (name, property) in properties {
            if !required.contains(name) {
                nullable(property);
            }
        }
        if inputs.contains(name) {
            schema.insert("additionalProperties".to_owned(), json!(false));
            if let Some(examples) = schema.get_mut("examples") {
                walk(examples, &|fields| fields.retain(|_, value| !value.is_null()));
            }
        } else {
            schema.insert("required".to_owned(), json!(all));
        }
    }
}

fn strings(list: Option<&Value>) -> BTreeSet<String> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

fn nullable(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else { return };
    if let Some(kind) = fields.get_mut("type") {
        if let Value::String(name) = kind {
            *kind = json!([name, "null"]);
        }
        if let Some(Value::Array(values)) = fields.get_mut("enum")
            && !values.contains(&Value::Null)
        {
            values.push(Value::Null);
        }
    } else if let Some(reference) = fields.remove("$ref") {
        fields.insert("anyOf".to_owned(), json!([{ "$ref": reference }, { "type": "null" }]));
    }
}

/// Names of the schemas that are sent, by themselves or inside of others.
fn inputs(document: &mut Value) -> BTreeSet<String> {
    let mut inputs = BTreeSet::new();
    for operation in operations(document) {
        references(&operation["requestBody"], &mut inputs);
    }
    let schemas = &document["components"]["schemas"];
    let mut open: Vec<_> = inputs.iter().cloned().collect();
    while let Some(name) = open.pop() {
        let mut inner = BTreeSet::new();
        references(&schemas[&name], &mut inner);
        open.extend(inner.into_iter().filter(|name| inputs.insert(name.clone())));
    }
    inputs
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
