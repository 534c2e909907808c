//! What stands around a message: the bubble it quotes, that it was forwarded, the product page or the ad it came from.

use serde_json::{Map, Value, json};

use super::super::{Refused, Result, needed, text};
use crate::config::Account;
use crate::sim::State;
use crate::world::chat::Side;
use crate::world::customer::Customer;

/// `context`, when there is any.
///
/// Source: message webhook reference (read 2026): a forwarded message names no other one.
pub(super) fn of(
    state: &State,
    person: &Customer,
    account: &Account,
    said: &Value,
) -> Result<Option<Value>> {
    let mut context = Map::new();
    if let Some(quoted) = text(said, "reply_to") {
        let own = state.world.chats.find(quoted).is_some_and(|(_, b)| b.from == Side::Customer);
        if !own {
            context.insert("from".into(), json!(account.digits()));
        } else if person.phone_visible {
            context.insert("from".into(), json!(person.wa_id()));
        }
        context.insert("id".into(), json!(quoted));
    }
    match said.get("about") {
        None | Some(Value::Null) => {}
        Some(about) => {
            let sku = match about {
                Value::String(sku) => sku,
                other => needed(other, "sku")?,
            };
            let catalog = text(about, "catalog_id").unwrap_or(&account.catalog_id);
            context.entry("from").or_insert_with(|| json!(account.digits()));
            let product = json!({"catalog_id": catalog, "product_retailer_id": sku});
            context.insert("referred_product".into(), product);
        }
    }
    let forward = said.get("type").and_then(Value::as_str) == Some("forward");
    match said.get("forwarded") {
        None if forward => _ = context.insert("forwarded".into(), json!(true)),
        None | Some(Value::Bool(false)) => {}
        Some(Value::Bool(true)) => _ = context.insert("forwarded".into(), json!(true)),
        Some(Value::String(often)) if often == "frequently" => {
            context.insert("frequently_forwarded".into(), json!(true));
        }
        Some(_) => return Err(Refused::bad("forwarded is true, false or \"frequently\"")),
    }
    Ok((!context.is_empty()).then_some(Value::Object(context)))
}

/// `referral`: the person came from an ad or a post. What is not given is made up; what is `null` is left out.
pub(super) fn referral(state: &mut State, said: &Value) -> Result<Option<Value>> {
    let ad = match said.get("ad") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(ad)) => ad,
        Some(_) => return Err(Refused::bad("ad is an object")),
    };
    let source_id = match ad.get("source_id") {
        Some(id) => id.clone(),
        None => json!(state.ids.digits(17)),
    };
    let mut referral = json!({
        "source_url": format!("https://fb.me/{}", source_id.as_str().unwrap_or("ad")),
        "source_id": source_id,
        "source_type": "ad",
        "headline": "",
        "body": "",
        "media_type": "image",
        "image_url": "https://example.com/ad.jpg",
    });
    if ad.get("source_type").is_none_or(|kind| kind == "ad") {
        referral["ctwa_clid"] = json!(state.ids.token());
    }
    let mut referral = referral.as_object().cloned().unwrap_or_default();
    referral.extend(ad.clone());
    referral.retain(|_, value| !value.is_null());
    let kind = referral.get("source_type").and_then(Value::as_str);
    if !matches!(kind, Some("ad" | "post")) {
        return Err(Refused::bad("source_type is ad or post"));
    }
    Ok(Some(Value::Object(referral)))
}
