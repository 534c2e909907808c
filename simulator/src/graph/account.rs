//! A number and its account: info, commerce settings, subscription, connected catalog.

use serde_json::{Map, Value, json};

use super::errors::GraphError;
use crate::config::Account;
use crate::server::{Answer, Call};
use crate::sim::{Sim, State};
use crate::world::{Fact, Subscription};

/// `GET /{phone_number_id}?fields=…`
pub(crate) fn number(account: &Account, call: &Call) -> Result<Answer, GraphError> {
    let all = json!({
        "id": account.phone_number_id,
        "display_phone_number": account.display_phone_number,
        "verified_name": account.business_name,
        "quality_rating": "GREEN",
        "status": "CONNECTED",
        "throughput": {"level": "STANDARD"},
        "whatsapp_business_manager_messaging_limit": "TIER_2K",
        "webhook_configuration": {"application": account.webhook_url},
        "account_mode": "SANDBOX",
        "name_status": "APPROVED",
        "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API",
    });
    let fields =
        call.query("fields").unwrap_or("verified_name,display_phone_number,quality_rating");
    let mut out = Map::new();
    for field in fields.split(',').map(str::trim).chain(["id"]) {
        let value = all.get(field).ok_or_else(|| {
            let details =
                format!("Tried accessing nonexisting field ({field}) on node type (WhatsAppBusinessPhoneNumber)");
            GraphError::new(100, details)
        })?;
        out.insert(field.to_owned(), value.clone());
    }
    Ok(Answer::json(200, Value::Object(out)))
}

/// `GET /{phone_number_id}/whatsapp_commerce_settings`
pub(crate) fn commerce(state: &State, account: &Account) -> Answer {
    let settings = state.world.commerce(&account.phone_number_id);
    Answer::json(
        200,
        json!({"data": [{
            "is_cart_enabled": settings.is_cart_enabled,
            "is_catalog_visible": settings.is_catalog_visible,
            "id": account.catalog_id,
        }]}),
    )
}

/// `POST /{phone_number_id}/whatsapp_commerce_settings?is_cart_enabled=…&is_catalog_visible=…`: query, not body.
pub(crate) fn set_commerce(
    sim: &Sim,
    state: &mut State,
    account: &Account,
    call: &Call,
) -> Result<Answer, GraphError> {
    let switch = |key: &str| match call.query(key) {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(other) => Err(GraphError::new(100, format!("{key} is true or false, not {other}"))),
    };
    let (cart, visible) = (switch("is_cart_enabled")?, switch("is_catalog_visible")?);
    if cart.is_none() && visible.is_none() {
        return Err(GraphError::new(
            100,
            "is_cart_enabled or is_catalog_visible is required in the query",
        ));
    }
    let mut settings = state.world.commerce(&account.phone_number_id);
    settings.is_cart_enabled = cart.unwrap_or(settings.is_cart_enabled);
    settings.is_catalog_visible = visible.unwrap_or(settings.is_catalog_visible);
    let phone_number_id = account.phone_number_id.clone();
    state.record(sim.now(), Fact::Commerce { phone_number_id, settings });
    Ok(Answer::json(200, json!({"success": true})))
}

/// `GET /{waba_id}/subscribed_apps`
pub(crate) fn subscribed(state: &State, account: &Account) -> Answer {
    let subscription = state.world.subscription(&account.waba_id);
    let mut app = json!({"whatsapp_business_api_data": {"id": account.app_id, "name": account.business_name}});
    if let Some(url) = subscription.override_url {
        app["override_callback_uri"] = json!(url);
    }
    let data = if subscription.subscribed { vec![app] } else { vec![] };
    Answer::json(200, json!({"data": data}))
}

/// What `POST /{waba_id}/subscribed_apps` wants instead of the app's own callback: address and verify token.
pub(crate) fn override_of(
    body: &Map<String, Value>,
) -> Result<Option<(String, String)>, GraphError> {
    let text = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
    match (text("override_callback_uri"), text("verify_token")) {
        (None, None) => Ok(None),
        (Some(url), Some(_)) if url.len() > 200 => {
            Err(GraphError::new(100, "override_callback_uri is longer than 200 characters"))
        }
        (Some(url), Some(token)) => Ok(Some((url, token))),
        _ => Err(GraphError::new(131_008, "override_callback_uri and verify_token come together")),
    }
}

/// Keeps where the account's webhooks go.
pub(crate) fn subscribe(
    sim: &Sim,
    state: &mut State,
    account: &Account,
    subscribed: bool,
    override_url: Option<String>,
) -> Answer {
    let subscription = Subscription { subscribed, override_url };
    state.record(sim.now(), Fact::Subscription { waba_id: account.waba_id.clone(), subscription });
    Answer::json(200, json!({"success": true}))
}

/// `GET /{waba_id}/product_catalogs`
pub(crate) fn catalogs(account: &Account) -> Answer {
    let name = format!("Catalog of {}", account.business_name);
    Answer::json(200, json!({"data": [{"id": account.catalog_id, "name": name}]}))
}
