//! What the schema cannot say about a message: totals, unique ids, sums, things that must belong together.
//!
//! Source: message references and limits (read 2026).

use std::collections::HashSet;

use serde_json::Value;

/// What is wrong with `body`, which fits the schema. Empty: nothing.
pub(crate) fn violations(body: &Value) -> Vec<String> {
    let mut out = Vec::new();
    let Some(interactive) = body.get("interactive") else { return out };
    let action = &interactive["action"];
    match interactive["type"].as_str().unwrap_or("") {
        "button" => buttons(action, "reply", &mut out),
        "list" => list(action, &mut out),
        "product_list" => product_list(action, &mut out),
        "carousel" => carousel(action, &mut out),
        "order_details" => order_details(&action["parameters"], &mut out),
        "flow" => flow(&action["parameters"], &mut out),
        _ => {}
    }
    out
}

fn entries<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn unique<'a>(what: &str, texts: impl Iterator<Item = &'a Value>, out: &mut Vec<String>) {
    let mut seen = HashSet::new();
    for text in texts.filter_map(Value::as_str) {
        if !seen.insert(text) {
            out.push(format!("{what} {text:?} is used twice"));
        }
    }
}

fn buttons(action: &Value, key: &str, out: &mut Vec<String>) {
    let replies = || entries(action, "buttons").iter().map(|button| &button[key]);
    unique("Button id", replies().map(|r| &r["id"]), out);
    unique("Button title", replies().map(|r| &r["title"]), out);
}

fn list(action: &Value, out: &mut Vec<String>) {
    let rows = || entries(action, "sections").iter().flat_map(|section| entries(section, "rows"));
    let count = rows().count();
    if count > 10 {
        out.push(format!("A list has at most 10 rows over all sections, not {count}"));
    }
    unique("Row id", rows().map(|row| &row["id"]), out);
}

fn product_list(action: &Value, out: &mut Vec<String>) {
    let count: usize = entries(action, "sections")
        .iter()
        .map(|section| entries(section, "product_items").len())
        .sum();
    if count > 30 {
        out.push(format!("A message shows at most 30 products over all sections, not {count}"));
    }
}

fn carousel(action: &Value, out: &mut Vec<String>) {
    let cards = entries(action, "cards");
    for (place, card) in cards.iter().enumerate() {
        if card["card_index"].as_u64() != u64::try_from(place).ok() {
            out.push(format!("card_index of card {place} is {}, not {place}", card["card_index"]));
        }
        buttons(&card["action"], "quick_reply", out);
    }
    let Some(first) = cards.first() else { return };
    let alike = |what: &str, of: fn(&Value) -> Value| {
        let same = cards.iter().all(|card| of(card) == of(first));
        (!same).then(|| format!("All cards of a carousel need {what}"))
    };
    out.extend(alike("the same catalog_id", |card| card["action"]["catalog_id"].clone()));
    out.extend(alike("the same kind of header", |card| card["header"]["type"].clone()));
    out.extend(alike("the same kinds of buttons", |card| {
        let buttons = entries(&card["action"], "buttons").iter();
        let kinds = buttons.map(|button| button["type"].clone());
        Value::Array(std::iter::once(card["action"]["name"].clone()).chain(kinds).collect())
    }));
}

/// Amounts are whole numbers of hundredths.
fn order_details(parameters: &Value, out: &mut Vec<String>) {
    let order = &parameters["order"];
    let value = |amount: &Value| amount["value"].as_i64().map(i128::from);
    let or_nothing = |amount: &Value| value(amount).unwrap_or(0);
    let mut lines: i128 = 0;
    for item in entries(order, "items") {
        let amount = or_nothing(&item["amount"]);
        let asked = value(&item["sale_amount"]);
        if asked.is_some_and(|sale| sale >= amount) {
            out.push(format!("sale_amount of {} is not below its amount", item["name"]));
        }
        lines += asked.unwrap_or(amount) * i128::from(item["quantity"].as_i64().unwrap_or(0));
    }
    let subtotal = or_nothing(&order["subtotal"]);
    if lines != subtotal {
        out.push(format!("subtotal is {subtotal}, but the items sum up to {lines}"));
    }
    let total = subtotal + or_nothing(&order["tax"]) + or_nothing(&order["shipping"])
        - or_nothing(&order["discount"]);
    let said = or_nothing(&parameters["total_amount"]);
    if total != said {
        out.push(format!("total_amount is {said}, but its parts sum up to {total}"));
    }
}

fn flow(parameters: &Value, out: &mut Vec<String>) {
    let payload = &parameters["flow_action_payload"];
    let navigates = match parameters["flow_action"].as_str() {
        Some(action) => action == "navigate",
        None => !payload.is_null(),
    };
    if navigates && payload["screen"].as_str().unwrap_or("").is_empty() {
        out.push("flow_action_payload.screen is required to navigate".into());
    }
    if payload["data"].as_object().is_some_and(serde_json::Map::is_empty) {
        out.push("flow_action_payload.data must not be empty".into());
    }
}

/// Every file a message refers to by id.
pub(crate) fn media_ids(body: &Value) -> Vec<&str> {
    fn walk<'a>(value: &'a Value, out: &mut Vec<&'a str>) {
        match value {
            Value::Array(list) => list.iter().for_each(|entry| walk(entry, out)),
            Value::Object(object) => {
                for (key, inner) in object {
                    let file = matches!(
                        key.as_str(),
                        "image" | "video" | "audio" | "document" | "sticker"
                    );
                    match inner.get("id").and_then(Value::as_str) {
                        Some(id) if file => out.push(id),
                        _ => walk(inner, out),
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut out = Vec::new();
    walk(body, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn says(interactive: &Value) -> Vec<String> {
        violations(&json!({"interactive": interactive}))
    }

    fn rows(ids: std::ops::Range<u32>) -> Vec<Value> {
        ids.map(|id| json!({"id": id.to_string(), "title": "t"})).collect()
    }

    #[test]
    fn ten_rows_in_all() {
        let list = |a, b| json!({"type": "list", "action": {"sections": [{"rows": rows(a)}, {"rows": rows(b)}]}});
        assert!(says(&list(0..5, 5..10)).is_empty());
        assert_eq!(
            says(&list(0..6, 6..11)),
            ["A list has at most 10 rows over all sections, not 11"]
        );
        assert_eq!(says(&list(0..3, 2..4)), ["Row id \"2\" is used twice"]);
    }

    #[test]
    fn buttons_differ_in_id_and_title() {
        let reply =
            |id: &str, title: &str| json!({"type": "reply", "reply": {"id": id, "title": title}});
        let both = |a, b| json!({"type": "button", "action": {"buttons": [a, b]}});
        assert!(says(&both(reply("1", "a"), reply("2", "b"))).is_empty());
        assert_eq!(
            says(&both(reply("1", "a"), reply("1", "b"))),
            ["Button id \"1\" is used twice"]
        );
        assert_eq!(
            says(&both(reply("1", "a"), reply("2", "a"))),
            ["Button title \"a\" is used twice"]
        );
    }

    #[test]
    fn thirty_products_in_all() {
        let products = |count: usize| json!({"product_items": vec![json!({"product_retailer_id": "S"}); count]});
        let message = |a, b| json!({"type": "product_list", "action": {"sections": [products(a), products(b)]}});
        assert!(says(&message(15, 15)).is_empty());
        assert_eq!(says(&message(16, 15)).len(), 1);
    }

    #[test]
    fn cards_count_from_zero_and_share_a_catalog() {
        let card = |index: u32, catalog: &str| {
            json!({"card_index": index, "type": "product",
                   "action": {"product_retailer_id": "S", "catalog_id": catalog}})
        };
        let carousel = |cards: [Value; 2]| json!({"type": "carousel", "action": {"cards": cards}});
        assert!(says(&carousel([card(0, "1"), card(1, "1")])).is_empty());
        assert_eq!(
            says(&carousel([card(0, "1"), card(2, "1")])),
            ["card_index of card 1 is 2, not 1"]
        );
        assert_eq!(
            says(&carousel([card(0, "1"), card(1, "2")])),
            ["All cards of a carousel need the same catalog_id"]
        );
    }

    #[test]
    fn sums_must_add_up() {
        let amount = |value: i64| json!({"value": value, "offset": 100});
        let order = |subtotal, total| {
            json!({"type": "order_details", "action": {"parameters": {"total_amount": amount(total), "order": {
                "items": [{"name": "Cake", "amount": amount(5_000), "sale_amount": amount(4_500), "quantity": 2}],
                "subtotal": amount(subtotal), "tax": amount(0), "shipping": amount(1_000), "discount": amount(500)}}}})
        };
        assert!(says(&order(9_000, 9_500)).is_empty());
        assert_eq!(says(&order(9_000, 9_501)).len(), 1);
        assert_eq!(says(&order(9_100, 9_600)).len(), 1);
    }

    #[test]
    fn files_are_found_wherever_they_are() {
        let body = json!({"type": "image", "image": {"id": "1"},
            "interactive": {"header": {"type": "video", "video": {"id": "2"}}, "action": {"name": {"id": "no"}}}});
        let mut ids = media_ids(&body);
        ids.sort_unstable();
        assert_eq!(ids, ["1", "2"]);
    }
}
