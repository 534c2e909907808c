//! Whether a message shows only products that the account's catalog can show.

use serde_json::Value;

use super::errors::GraphError;
use crate::config::Account;
use crate::graph::catalog;
use crate::sim::{Sim, State};

/// Products of a multi-product message that are dropped because the catalog cannot show them.
///
/// # Errors
/// 131009 when the catalog is not the account's, or a product that is needed cannot be shown.
pub(crate) fn check(
    sim: &Sim,
    state: &mut State,
    account: &Account,
    body: &Value,
) -> Result<Vec<String>, GraphError> {
    let Some(interactive) = body.get("interactive") else { return Ok(vec![]) };
    let action = &interactive["action"];
    let (catalogs, products) = match interactive["type"].as_str().unwrap_or("") {
        "product" => (vec![&action["catalog_id"]], vec![&action["product_retailer_id"]]),
        "product_list" => (vec![&action["catalog_id"]], listed(action)),
        "catalog_message" => (vec![], vec![&action["parameters"]["thumbnail_product_retailer_id"]]),
        "carousel" => {
            let cards = action["cards"].as_array().map_or(&[][..], Vec::as_slice);
            let of = |key: &'static str| cards.iter().map(move |card| &card["action"][key]);
            (of("catalog_id").collect(), of("product_retailer_id").collect())
        }
        _ => return Ok(vec![]),
    };
    if let Some(other) =
        catalogs.into_iter().filter_map(Value::as_str).find(|id| *id != account.catalog_id)
    {
        return Err(GraphError::new(
            131_009,
            format!("Catalog {other} is not connected to this WhatsApp Business Account"),
        ));
    }
    catalog::settle(sim, state);
    let skus: Vec<&str> = products.into_iter().filter_map(Value::as_str).collect();
    let missing: Vec<String> = skus
        .iter()
        .filter(|sku| state.world.shown(&account.catalog_id, sku).is_none())
        .map(|sku| (*sku).to_owned())
        .collect();
    let some_left = interactive["type"] == "product_list" && missing.len() < skus.len();
    if missing.is_empty() || some_left {
        return Ok(missing);
    }
    Err(GraphError::new(
        131_009,
        format!(
            "Products not found in catalog {} or not approved: {}",
            account.catalog_id,
            missing.join(", ")
        ),
    ))
}

fn listed(action: &Value) -> Vec<&Value> {
    let sections = action["sections"].as_array().into_iter().flatten();
    sections
        .flat_map(|section| section["product_items"].as_array().into_iter().flatten())
        .map(|item| &item["product_retailer_id"])
        .collect()
}

/// The message without the `dropped` products, and without sections that are empty then.
pub(crate) fn without(body: &Value, dropped: &[String]) -> Value {
    let mut body = body.clone();
    if dropped.is_empty() {
        return body;
    }
    if let Some(sections) =
        body.pointer_mut("/interactive/action/sections").and_then(Value::as_array_mut)
    {
        for section in sections.iter_mut() {
            if let Some(items) = section.get_mut("product_items").and_then(Value::as_array_mut) {
                items.retain(|item| {
                    !dropped.iter().any(|sku| item["product_retailer_id"].as_str() == Some(sku))
                });
            }
        }
        sections.retain(|s| s["product_items"].as_array().is_some_and(|items| !items.is_empty()));
    }
    body
}
