//! The catalog as phones see it, its review, templates, and files of the chats.

use serde_json::{Value, json};

use super::{Refused, Result, account, needed, text};
use crate::graph::{catalog, templates};
use crate::server::{Answer, Call};
use crate::sim::Sim;
use crate::world::catalog::{Item, ReviewStatus};
use crate::world::{Fact, Template};

/// `GET /sim/catalog?phone_number_id=`
pub(super) fn catalog(sim: &Sim, call: &Call) -> Result<Value> {
    let account = account(sim, call.query("phone_number_id"))?;
    let mut state = sim.lock();
    catalog::settle(sim, &mut state);
    let items = state.world.catalog(&account.catalog_id).map(|c| c.items.values());
    Ok(Value::Array(items.into_iter().flatten().map(view).collect()))
}

fn view(item: &Item) -> Value {
    let field = |key: &str| item.data.get(key).cloned().unwrap_or(Value::Null);
    let currency = item.text("price").split_once(' ').map_or("", |(_, currency)| currency);
    let whatsapp = if item.shown() { "visible" } else { "hidden" };
    json!({
        "retailer_id": item.retailer_id,
        "title": field("title"),
        "description": field("description"),
        "price": field("price"),
        "sale_price": field("sale_price"),
        "currency": currency,
        "availability": field("availability"),
        "image_link": field("image_link"),
        "item_group_id": field("item_group_id"),
        "color": field("color"),
        "size": field("size"),
        "product_type": field("product_type"),
        "review_status": item.review.lower(),
        "review_reason": item.reason,
        "whatsapp_status": whatsapp,
    })
}

/// `POST /sim/catalog/review`
pub(super) fn review(sim: &Sim, body: &Value) -> Result<Value> {
    let account = account(sim, text(body, "phone_number_id"))?;
    let sku = needed(body, "retailer_id")?;
    let decision = match needed(body, "decision")? {
        "approved" => ReviewStatus::Approved,
        "rejected" => ReviewStatus::Rejected,
        "pending" => ReviewStatus::Pending,
        other => return Err(Refused::bad(format!("{other:?} is no decision"))),
    };
    let mut state = sim.lock();
    catalog::settle(sim, &mut state);
    let item = state.world.item(&account.catalog_id, sku).cloned();
    let mut item = item.ok_or_else(|| Refused::missing(format!("no item {sku}")))?;
    item.review = decision;
    item.reason = text(body, "reason").map(str::to_owned);
    let view = view(&item);
    let catalog_id = account.catalog_id.clone();
    state.record(sim.now(), Fact::Items { catalog_id, items: vec![item] });
    Ok(view)
}

/// `POST /sim/templates` `{name, language, category?, components?, phone_number_id?}`: an approved template.
pub(super) fn template(sim: &Sim, body: &Value) -> Result<Value> {
    let account = account(sim, text(body, "phone_number_id"))?;
    let mut state = sim.lock();
    let template = Template {
        id: state.ids.digits(16),
        waba_id: account.waba_id.clone(),
        name: needed(body, "name")?.to_owned(),
        language: needed(body, "language")?.to_owned(),
        category: text(body, "category").unwrap_or("UTILITY").to_ascii_uppercase(),
        components: body.get("components").cloned().unwrap_or(json!([])),
    };
    let id = template.id.clone();
    state.record(sim.now(), Fact::Template(template));
    Ok(json!({"id": id}))
}

/// `GET /sim/templates?phone_number_id=`: as the Graph API lists them.
pub(super) fn templates(sim: &Sim, call: &Call) -> Result<Value> {
    let account = account(sim, call.query("phone_number_id"))?;
    Ok(templates::list(&sim.lock(), account))
}

/// `GET /sim/flows?phone_number_id=`: the forms of the account, with their JSON.
pub(super) fn flows(sim: &Sim, call: &Call) -> Result<Value> {
    let account = account(sim, call.query("phone_number_id"))?;
    let state = sim.lock();
    let own: Vec<_> = state.world.flows().filter(|f| f.waba_id == account.waba_id).collect();
    Ok(json!(own))
}

/// `GET /sim/flows/{id}`
pub(super) fn flow(sim: &Sim, id: &str) -> Result<Value> {
    let state = sim.lock();
    let flow = state.world.flow(id).ok_or_else(|| Refused::missing(format!("no flow {id}")))?;
    Ok(json!(flow))
}

/// `GET /sim/links/{code}`: what `wa.me/message/{code}` opens.
pub(super) fn link(sim: &Sim, code: &str) -> Result<Value> {
    let state = sim.lock();
    let link = state.world.link(code).ok_or_else(|| Refused::missing(format!("no link {code}")))?;
    Ok(json!(link))
}

/// `GET /sim/media/{id}`: a file of a chat, for the page.
pub(super) fn media(sim: &Sim, id: &str) -> Result<Answer> {
    let state = sim.lock();
    let medium = state.media.get(id, sim.now());
    let medium = medium.ok_or_else(|| Refused::missing(format!("no file {id}")))?;
    Ok(Answer::bytes(&medium.mime_type, medium.bytes.clone()))
}
