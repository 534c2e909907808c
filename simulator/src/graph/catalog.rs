//! The rest of the catalog: what became of a batch, and reading items back.
//!
//! A batch is `started` when first asked about and finished at the second look or after two seconds, whichever comes
//! first, so that neither a test with a clock that stands still nor a person has to wait.

use data_encoding::BASE64;
use serde_json::{Map, Value, json};

use super::errors::GraphError;
use crate::config::Review;
use crate::server::{Answer, Call};
use crate::sim::{Sim, State};
use crate::world::Fact;
use crate::world::catalog::{Catalog, Item, ReviewStatus};

/// A batch is finished after this many milliseconds at the latest.
const WORK_MS: i64 = 2_000;
/// Errors listed in a batch's status; the count goes on.
const LISTED: usize = 100;
/// Items of one page at most.
const PAGE: usize = 1_000;

const FIELDS: &[&str] = &[
    "id",
    "retailer_id",
    "name",
    "description",
    "price",
    "sale_price",
    "currency",
    "availability",
    "condition",
    "visibility",
    "review_status",
    "review_rejection_reasons",
    "capability_to_review_status",
    "image_fetch_status",
    "errors",
    "url",
    "image_url",
    "brand",
    "category",
    "color",
    "size",
    "material",
    "pattern",
    "gender",
    "inventory",
    "retailer_product_group_id",
    "product_type",
];

/// Brings every batch into its catalog whose time has come.
pub(crate) fn settle(sim: &Sim, state: &mut State) {
    let now = sim.now();
    let ripe = |batch: &&crate::world::catalog::Batch| {
        let polls = state.polls.get(&batch.handle).copied().unwrap_or(0);
        !batch.finished && (polls >= 2 || now - batch.at_ms >= WORK_MS)
    };
    let mut ripe: Vec<_> = state.world.batches.values().filter(ripe).cloned().collect();
    ripe.sort_by_key(|batch| batch.at_ms);
    for mut batch in ripe {
        let empty = Catalog::default();
        let catalog = state.world.catalog(&batch.catalog_id).unwrap_or(&empty);
        let approve = sim.config.review == Review::Approve;
        let ids = &mut state.ids;
        let outcome = catalog.ingest(&batch, approve, || ids.digits(16));
        let catalog_id = batch.catalog_id.clone();
        if !outcome.kept.is_empty() {
            let items = outcome.kept;
            state.record(now, Fact::Items { catalog_id: catalog_id.clone(), items });
        }
        if !outcome.dropped.is_empty() {
            let retailer_ids = outcome.dropped;
            state.record(now, Fact::ItemsGone { catalog_id, retailer_ids });
        }
        batch.changes.clear();
        batch.finished = true;
        batch.errors = outcome.errors;
        state.record(now, Fact::Batch(batch));
    }
}

/// `GET /{catalog_id}/check_batch_request_status?handle=…`
pub(crate) fn status(
    sim: &Sim,
    state: &mut State,
    catalog_id: &str,
    call: &Call,
) -> Result<Answer, GraphError> {
    let handle = call.query("handle").ok_or_else(|| GraphError::new(100, "handle is required"))?;
    let known = state.world.batches.get(handle).is_some_and(|b| b.catalog_id == catalog_id);
    if !known {
        return Err(GraphError::new(100, format!("Batch handle {handle} is unknown")));
    }
    *state.polls.entry(handle.to_owned()).or_default() += 1;
    settle(sim, state);
    let Some(batch) = state.world.batches.get(handle) else {
        return Err(GraphError::new(100, format!("Batch handle {handle} is unknown")));
    };
    let errors: Vec<Value> = batch
        .errors
        .iter()
        .take(LISTED)
        .map(|e| json!({"id": e.retailer_id, "message": e.message}))
        .collect();
    let mut data = json!({
        "handle": handle,
        "status": if batch.finished { "finished" } else { "started" },
        "errors": errors,
        "errors_total_count": batch.errors.len(),
        "warnings": [],
        "warnings_total_count": 0,
    });
    if call.query("load_ids_of_invalid_requests") == Some("true") {
        let ids: Vec<&str> = batch.errors.iter().map(|e| e.retailer_id.as_str()).collect();
        data["ids_of_invalid_requests"] = json!(ids);
    }
    Ok(Answer::json(200, json!({"data": [data]})))
}

/// `GET /{catalog_id}/products?fields=…&limit=…&after=…&filter=…`
pub(crate) fn products(
    sim: &Sim,
    state: &mut State,
    catalog_id: &str,
    call: &Call,
) -> Result<Answer, GraphError> {
    settle(sim, state);
    let fields: Vec<&str> =
        call.query("fields").unwrap_or("id,name,retailer_id").split(',').map(str::trim).collect();
    if let Some(other) = fields.iter().find(|field| !FIELDS.contains(field)) {
        let details =
            format!("Tried accessing nonexisting field ({other}) on node type (ProductItem)");
        return Err(GraphError::new(100, details));
    }
    let limit = match call.query("limit").map(str::parse::<usize>) {
        None => 25,
        Some(Ok(limit)) if (1..=PAGE).contains(&limit) => limit,
        Some(_) => return Err(GraphError::new(100, format!("limit is 1 to {PAGE}"))),
    };
    let after = match call.query("after") {
        None => None,
        Some(cursor) => Some(
            BASE64
                .decode(cursor.as_bytes())
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok())
                .ok_or_else(|| GraphError::new(100, "after is not a cursor of this list"))?,
        ),
    };
    let wanted = filter(call)?;
    let approved_only = call.query("return_only_approved_products") == Some("true");
    let empty = Catalog::default();
    let catalog = state.world.catalog(catalog_id).unwrap_or(&empty);
    let mut found = catalog
        .items
        .values()
        .filter(|item| after.as_ref().is_none_or(|after| item.retailer_id > *after))
        .filter(|item| wanted.as_ref().is_none_or(|ids| ids.contains(&item.retailer_id)))
        .filter(|item| !approved_only || item.review == ReviewStatus::Approved);
    let page: Vec<&Item> = found.by_ref().take(limit).collect();
    let more = found.next().is_some();
    let data: Vec<Value> = page.iter().map(|item| node(item, &fields)).collect();
    let mut answer = json!({"data": data});
    if let (Some(first), Some(last)) = (page.first(), page.last()) {
        let cursor = |item: &Item| BASE64.encode(item.retailer_id.as_bytes());
        let mut paging = json!({"cursors": {"before": cursor(first), "after": cursor(last)}});
        if more {
            let mut next = format!("{}{}?", sim.base_url, call.path);
            for (key, value) in call.query.iter().filter(|(key, _)| key != "after") {
                next.push_str(&format!("{key}={}&", escape(value)));
            }
            next.push_str(&format!("after={}", escape(&cursor(last))));
            paging["next"] = json!(next);
        }
        answer["paging"] = paging;
    }
    Ok(Answer::json(200, answer))
}

/// The ids asked for by `filter={"retailer_id":{"eq":…}}` or `is_any`.
fn filter(call: &Call) -> Result<Option<Vec<String>>, GraphError> {
    let Some(text) = call.query("filter") else { return Ok(None) };
    let bad = || {
        GraphError::new(
            100,
            "filter is {\"retailer_id\":{\"eq\":…}} or {\"retailer_id\":{\"is_any\":[…]}}",
        )
    };
    let filter: Value = serde_json::from_str(text).map_err(|_| bad())?;
    let by_id = &filter["retailer_id"];
    if let Some(id) = by_id["eq"].as_str() {
        return Ok(Some(vec![id.to_owned()]));
    }
    let ids = by_id["is_any"].as_array().ok_or_else(bad)?;
    Ok(Some(ids.iter().filter_map(Value::as_str).map(str::to_owned).collect()))
}

/// One item as the Graph API reads it: other names than it was written with, and a price for people.
fn node(item: &Item, fields: &[&str]) -> Value {
    let mut out = Map::new();
    out.insert("id".into(), json!(item.node_id));
    for field in fields {
        let source = match *field {
            "name" => "title",
            "url" => "link",
            "image_url" => "image_link",
            "retailer_product_group_id" => "item_group_id",
            "inventory" => "quantity_to_sell_on_facebook",
            "category" => "google_product_category",
            same => same,
        };
        let value = match *field {
            "id" => continue,
            "retailer_id" => json!(item.retailer_id),
            "price" | "sale_price" => match shown_price(item.text(field)) {
                Some(price) => json!(price),
                None => continue,
            },
            "currency" => json!(item.text("price").split_once(' ').map_or("", |(_, c)| c)),
            "visibility" => {
                json!(if matches!(item.text("status"), "archived" | "staging") {
                    "staging"
                } else {
                    "published"
                })
            }
            "review_status" => json!(item.review.lower()),
            "review_rejection_reasons" => json!(item.reason.iter().collect::<Vec<_>>()),
            "capability_to_review_status" => {
                json!([{"key": "WHATSAPP", "value": item.review.upper()}])
            }
            "image_fetch_status" => json!("DIRECT_UPLOAD"),
            "errors" => json!([]),
            _ => match item.data.get(source) {
                Some(value) => value.clone(),
                None => continue,
            },
        };
        out.insert((*field).to_owned(), value);
    }
    Value::Object(out)
}

/// `12.50 TRY` as people read it; not meant to be parsed.
fn shown_price(price: &str) -> Option<String> {
    let (amount, currency) = price.split_once(' ')?;
    Some(match currency {
        "TRY" => format!("₺{amount}"),
        "USD" => format!("${amount}"),
        "EUR" => format!("€{amount}"),
        "GBP" => format!("£{amount}"),
        other => format!("{other} {amount}"),
    })
}

/// Percent-encodes everything but letters, digits and `-._~,`.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~,".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
