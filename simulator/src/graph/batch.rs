//! `POST /{catalog_id}/items_batch`: the first look at a batch.
//!
//! Source: Product Catalog Items Batch (April 2026). What is wrong with the shape is said at once
//! (`validation_status`); what is wrong with an item shows in the batch's status.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::errors::GraphError;
use crate::server::{Answer, Call};
use crate::sim::{Sim, State};
use crate::world::Fact;
use crate::world::catalog::{Batch, Change, Method};

/// Requests in one call at most.
const MOST: usize = 5_000;
/// Bytes of one call at most: 28 MB.
const MOST_BYTES: usize = 28 * 1_024 * 1_024;

const AVAILABILITY: &[&str] = &[
    "in stock",
    "out of stock",
    "preorder",
    "available for order",
    "discontinued",
    "pending",
    "mark_as_sold",
    "mark_as_expired",
];
const CONDITION: &[&str] = &[
    "new",
    "refurbished",
    "used",
    "used_like_new",
    "used_good",
    "used_fair",
    "cpo",
    "open_box_new",
];
/// Texts and how many UTF-16 units they may have.
const LENGTHS: &[(&str, usize)] = &[
    ("title", 200),
    ("description", 9_999),
    ("brand", 100),
    ("item_group_id", 100),
    ("color", 200),
    ("size", 200),
    ("material", 200),
    ("pattern", 100),
];

/// Takes a batch in.
pub(crate) fn take(
    sim: &Sim,
    state: &mut State,
    catalog_id: &str,
    call: &Call,
) -> Result<Answer, GraphError> {
    if call.body.len() > MOST_BYTES {
        let details = "Please reduce the amount of data you're asking for, then retry your request";
        return Err(GraphError { http: 500, ..GraphError::new(1, details) });
    }
    let body = call.form_or_json().map_err(|why| GraphError::new(100, why))?;
    if let Some(other) = body.keys().find(|key| {
        !matches!(
            key.as_str(),
            "item_type" | "allow_upsert" | "requests" | "version" | "item_sub_type"
        )
    }) {
        return Err(GraphError::new(100, format!("unexpected key {other}")));
    }
    if body.get("item_type").and_then(Value::as_str) != Some("PRODUCT_ITEM") {
        return Err(GraphError::new(100, "item_type must be PRODUCT_ITEM"));
    }
    let allow_upsert = match body.get("allow_upsert") {
        None => true,
        Some(Value::Bool(allow)) => *allow,
        Some(other) => {
            return Err(GraphError::new(
                100,
                format!("allow_upsert is true or false, not {other}"),
            ));
        }
    };
    let requests = body.get("requests").and_then(Value::as_array);
    let requests = requests.ok_or_else(|| GraphError::new(100, "requests must be a list"))?;
    if requests.is_empty() || requests.len() > MOST {
        let count = requests.len();
        return Err(GraphError::new(
            100,
            format!("requests holds 1 to {MOST} entries, not {count}"),
        ));
    }
    let (changes, problems) = sort(requests);
    let mut answer = Answer::json(200, json!({}));
    answer.violations = problems.iter().map(ToString::to_string).collect();
    let mut handles = Vec::new();
    if !changes.is_empty() {
        let handle = state.ids.token();
        handles.push(handle.clone());
        let batch = Batch {
            handle,
            catalog_id: catalog_id.to_owned(),
            at_ms: sim.now(),
            allow_upsert,
            changes,
            finished: false,
            errors: vec![],
        };
        state.record(sim.now(), Fact::Batch(batch));
    }
    answer.set_json(json!({"handles": handles, "validation_status": problems}));
    Ok(answer)
}

/// Requests that may go in, and an entry of `validation_status` for each that may not.
fn sort(requests: &[Value]) -> (Vec<Change>, Vec<Value>) {
    let (mut changes, mut problems) = (Vec::new(), Vec::new());
    let mut seen: HashSet<&str> = HashSet::new();
    let mut twice: HashSet<&str> = HashSet::new();
    for id in requests.iter().filter_map(|r| r["data"]["id"].as_str()) {
        if !seen.insert(id) {
            twice.insert(id);
        }
    }
    for request in requests {
        let id = request["data"]["id"].as_str().unwrap_or_default();
        let errors = if twice.contains(id) {
            vec!["Several requests on one id in one call have no order".to_owned()]
        } else {
            faults(request)
        };
        let method = match request["method"].as_str() {
            Some("CREATE") => Method::Create,
            Some("DELETE") => Method::Delete,
            _ => Method::Update,
        };
        match request["data"].as_object().filter(|_| errors.is_empty()) {
            Some(data) => {
                let mut data = data.clone();
                data.remove("id");
                changes.push(Change { method, retailer_id: id.to_owned(), data });
            }
            None => {
                let errors: Vec<Value> = errors.iter().map(|e| json!({"message": e})).collect();
                problems.push(json!({"retailer_id": id, "errors": errors, "warnings": []}));
            }
        }
    }
    (changes, problems)
}

/// What is wrong with one request by itself.
fn faults(request: &Value) -> Vec<String> {
    let mut out = Vec::new();
    let method = request["method"].as_str().unwrap_or_default();
    if !matches!(method, "CREATE" | "UPDATE" | "DELETE") {
        out.push(format!("method must be CREATE, UPDATE or DELETE, not {method:?}"));
    }
    let Some(data) = request["data"].as_object() else {
        out.push("data is missing".into());
        return out;
    };
    match data.get("id").map(|id| id.as_str().map_or(0, |text| text.encode_utf16().count())) {
        None => out.push("data.id is missing".into()),
        Some(1..=100) => {}
        Some(_) => out.push("data.id is a text of 1 to 100 characters".into()),
    }
    if data.contains_key("retailer_id") {
        out.push("data.retailer_id is not accepted here: use data.id".into());
    }
    for wrong in ["name", "url", "image_url", "currency", "retailer_product_group_id"] {
        if data.contains_key(wrong) {
            out.push(format!("data.{wrong} is not a field of items_batch"));
        }
    }
    if method != "DELETE" {
        fields(data, &mut out);
    }
    out
}

fn fields(data: &Map<String, Value>, out: &mut Vec<String>) {
    for key in ["price", "sale_price"] {
        match data.get(key) {
            None | Some(Value::Null) => {}
            Some(value) => {
                let text = value.as_str().unwrap_or_default();
                let cleared = key == "sale_price" && value.as_str() == Some("");
                if !cleared && !is_price(text) {
                    out.push(format!("{key} must look like \"9.99 USD\", not {value}"));
                }
            }
        }
    }
    for (key, allowed) in [
        ("availability", AVAILABILITY),
        ("condition", CONDITION),
        ("status", &["active", "archived", "staging", "published"][..]),
        ("visibility", &["staging", "published"][..]),
    ] {
        match data.get(key) {
            Some(value) if !value.as_str().is_some_and(|text| allowed.contains(&text)) => {
                out.push(format!("{key} cannot be {value}"));
            }
            _ => {}
        }
    }
    for (key, most) in LENGTHS {
        match data.get(*key) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if text.encode_utf16().count() <= *most => {}
            Some(Value::String(_)) => out.push(format!("{key} is longer than {most} characters")),
            Some(_) => out.push(format!("{key} must be a text")),
        }
    }
    for key in ["link", "image_link"] {
        let fits = |value: &Value| {
            value.as_str().is_some_and(|t| t.starts_with("https://") || t.starts_with("http://"))
        };
        if data.get(key).is_some_and(|value| !fits(value)) {
            out.push(format!("{key} must be an http or https address"));
        }
    }
    let more = data.get("additional_image_link");
    if more.is_some_and(|v| v.as_array().is_none_or(|list| list.len() > 20)) {
        out.push("additional_image_link is a list of at most 20 addresses".into());
    }
    for key in ["quantity_to_sell_on_facebook", "inventory"] {
        if data.get(key).is_some_and(|v| v.as_u64().is_none()) {
            out.push(format!("{key} must be a whole number"));
        }
    }
}

/// Digits, a dot and digits if need be, one space, three capitals; more than zero.
pub(crate) fn is_price(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let Some((amount, currency)) = text.split_once(' ') else { return false };
    let (whole, rest) = amount.split_once('.').map_or((amount, None), |(w, r)| (w, Some(r)));
    digits(whole)
        && rest.is_none_or(digits)
        && amount.bytes().any(|b| (b'1'..=b'9').contains(&b))
        && currency.len() == 3
        && currency.bytes().all(|b| b.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices() {
        for good in ["9.99 USD", "12.50 TRY", "500 JPY", "0.05 EUR"] {
            assert!(is_price(good), "{good}");
        }
        for bad in [
            "9.99",
            "9,99 USD",
            "9.99  USD",
            "9.99 usd",
            ".5 USD",
            "5. USD",
            "-1 USD",
            "0.00 USD",
            "1e3 USD",
            "₺5 TRY",
            "",
        ] {
            assert!(!is_price(bad), "{bad}");
        }
    }

    #[test]
    fn a_request_is_told_everything_that_is_wrong() {
        let request = json!({"method": "PUT", "data": {"id": "", "price": 9.99, "availability": "maybe",
            "link": "ftp://x", "retailer_id": "S", "title": "t".repeat(201)}});
        assert_eq!(faults(&request).len(), 7);
    }

    #[test]
    fn one_id_twice_is_refused_both_times() {
        let delete = |id: &str| json!({"method": "DELETE", "data": {"id": id}});
        let (changes, problems) = sort(&[delete("A"), delete("B"), delete("A")]);
        assert_eq!(changes.iter().map(|c| c.retailer_id.as_str()).collect::<Vec<_>>(), ["B"]);
        assert_eq!(problems.len(), 2);
    }
}
