//! A submitted cart.

use std::str::FromStr;

use serde_json::{Number, Value, json};

use super::super::{Refused, Result, needed, text};
use crate::config::Account;
use crate::sim::{Sim, State};

/// Units of one product that a cart holds at most. Source: cart reference (read 2026).
const MOST: u64 = 99;

/// A submitted cart, at the prices the phone shows unless others are given.
pub(super) fn order(
    sim: &Sim,
    state: &mut State,
    account: &Account,
    said: &Value,
) -> Result<Value> {
    crate::graph::catalog::settle(sim, state);
    if !state.world.commerce(&account.phone_number_id).is_cart_enabled {
        return Err(Refused::bad("the cart is switched off for this number"));
    }
    let items = said.get("items").and_then(Value::as_array).filter(|items| !items.is_empty());
    let items = items.ok_or_else(|| Refused::bad("items is a list with at least one entry"))?;
    let mut lines = Vec::new();
    for item in items {
        let sku = needed(item, "sku")?;
        let quantity =
            item.get("quantity").and_then(Value::as_u64).filter(|n| (1..=MOST).contains(n));
        let quantity =
            quantity.ok_or_else(|| Refused::bad(format!("quantity of {sku} is 1 to {MOST}")))?;
        let known = state.world.item(&account.catalog_id, sku);
        let asked = known.and_then(|item| item.asked());
        let given = match item.get("price") {
            None | Some(Value::Null) => None,
            Some(Value::Number(number)) => Some(number.clone()),
            Some(Value::String(price)) => Some(
                Number::from_str(price)
                    .map_err(|_| Refused::bad(format!("{price:?} is no price")))?,
            ),
            Some(other) => return Err(Refused::bad(format!("{other} is no price"))),
        };
        let price = match (given, asked) {
            (Some(price), _) => price,
            (None, Some((amount, _))) => Number::from_str(amount)
                .map_err(|_| Refused::bad(format!("the catalog's price of {sku} is no number")))?,
            (None, None) => {
                return Err(Refused::missing(format!(
                    "{sku} is not in the catalog: give a price to order it"
                )));
            }
        };
        let currency =
            asked.map(|(_, currency)| currency).or_else(|| some_currency(state, account));
        let currency = text(item, "currency").or(currency).unwrap_or("USD");
        lines.push(json!({"product_retailer_id": sku, "quantity": quantity, "item_price": price, "currency": currency}));
    }
    let note = text(said, "text").unwrap_or_default();
    Ok(json!({"catalog_id": account.catalog_id, "text": note, "product_items": lines}))
}

/// The currency of the catalog: that of any item.
fn some_currency<'a>(state: &'a State, account: &Account) -> Option<&'a str> {
    let first = state.world.catalog(&account.catalog_id)?.items.values().next()?;
    first.asked().map(|(_, currency)| currency)
}
