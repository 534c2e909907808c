//! A message as the body of `POST /{phone-number-id}/messages`.

use entity::OutboxId;
use serde_json::{Map, Value, json};

use crate::{
    message::{Buttons, Header, List, Outbound, ProductSection, Text},
    outbox::Recipient,
};

/// A message that cannot be sent from this channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    #[error("the channel has no catalog to show products from")]
    NoCatalog,
}

/// The body for one message. `absolute` makes a link of a picture one that the world can fetch; `id` comes back in
/// every status (`biz_opaque_callback_data`).
///
/// # Errors
/// [`PayloadError::NoCatalog`] for products when no catalog is connected.
pub fn body(
    to: &Recipient,
    message: &Outbound,
    id: OutboxId,
    catalog_id: Option<&str>,
    absolute: impl Fn(&str) -> String,
) -> Result<Value, PayloadError> {
    let (kind, content) = content(message, catalog_id, &absolute)?;
    let mut body = Map::new();
    body.insert("messaging_product".into(), "whatsapp".into());
    body.insert("recipient_type".into(), "individual".into());
    match to {
        Recipient::Phone(phone) => body.insert("to".into(), phone.as_str().into()),
        Recipient::Bsuid(bsuid) => body.insert("recipient".into(), bsuid.as_str().into()),
    };
    body.insert("type".into(), kind.into());
    body.insert(kind.into(), content);
    body.insert("biz_opaque_callback_data".into(), id.to_string().into());
    Ok(Value::Object(body))
}

/// The body that marks a message, and all before it, as read.
#[must_use]
pub fn read_mark(wamid: &str, typing: bool) -> Value {
    let mut body = json!({
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": wamid,
    });
    if typing {
        body["typing_indicator"] = json!({ "type": "text" });
    }
    body
}

fn content(
    message: &Outbound,
    catalog_id: Option<&str>,
    absolute: &impl Fn(&str) -> String,
) -> Result<(&'static str, Value), PayloadError> {
    let catalog = || catalog_id.filter(|id| !id.is_empty()).ok_or(PayloadError::NoCatalog);
    let interactive = match message {
        Outbound::Text { body } => return Ok(("text", json!({ "body": body }))),
        Outbound::Image { link, caption } => {
            let mut image = json!({ "link": absolute(link) });
            put(&mut image, "caption", caption.as_ref().map(|text| json!(text)));
            return Ok(("image", image));
        }
        Outbound::Buttons(buttons) => reply_buttons(buttons, absolute),
        Outbound::List(list) => rows(list),
        Outbound::OrElse { first, .. } => return content(first, catalog_id, absolute),
        Outbound::Product { sku, body, footer } => {
            let action = json!({ "catalog_id": catalog()?, "product_retailer_id": sku });
            interactive("product", body.as_ref(), footer.as_ref(), &action)
        }
        Outbound::Products { header, body, sections } => {
            let sections: Vec<_> = sections.iter().map(products).collect();
            let action = json!({ "catalog_id": catalog()?, "sections": sections });
            let mut shown = interactive("product_list", Some(body), None, &action);
            shown["header"] = text_header(header);
            shown
        }
        Outbound::Catalog { body, thumbnail_sku } => {
            catalog()?;
            let mut action = json!({ "name": "catalog_message" });
            let parameters =
                thumbnail_sku.as_ref().map(|sku| json!({ "thumbnail_product_retailer_id": sku }));
            put(&mut action, "parameters", parameters);
            interactive("catalog_message", Some(body), None, &action)
        }
        Outbound::AskLocation { body } => {
            let action = json!({ "name": "send_location" });
            interactive("location_request_message", Some(body), None, &action)
        }
        Outbound::AskContact { body } => {
            let action = json!({ "name": "request_contact_info" });
            interactive("request_contact_info", Some(body), None, &action)
        }
        Outbound::Form { body, label, flow_id, token, screen, data } => {
            let parameters = json!({
                "flow_message_version": "3",
                "flow_id": flow_id,
                "flow_cta": label,
                "flow_token": token,
                "mode": "published",
                "flow_action": "navigate",
                "flow_action_payload": { "screen": screen, "data": data },
            });
            let action = json!({ "name": "flow", "parameters": parameters });
            interactive("flow", Some(body), None, &action)
        }
        Outbound::Link { body, label, url } => {
            let parameters = json!({ "display_text": label, "url": absolute(url) });
            let action = json!({ "name": "cta_url", "parameters": parameters });
            interactive("cta_url", Some(body), None, &action)
        }
    };
    Ok(("interactive", interactive))
}

fn interactive<const MAX: usize>(
    kind: &str,
    body: Option<&Text<MAX>>,
    footer: Option<&Text<60>>,
    action: &Value,
) -> Value {
    let mut shown = json!({ "type": kind, "action": action });
    put(&mut shown, "body", body.map(|text| json!({ "text": text })));
    put(&mut shown, "footer", footer.map(|text| json!({ "text": text })));
    shown
}

fn reply_buttons(buttons: &Buttons, absolute: &impl Fn(&str) -> String) -> Value {
    let (header, body, footer, buttons) = buttons.parts();
    let buttons: Vec<_> = buttons
        .iter()
        .map(|b| json!({ "type": "reply", "reply": { "id": b.id, "title": b.title } }))
        .collect();
    let mut shown = interactive("button", Some(body), footer, &json!({ "buttons": buttons }));
    let header = header.map(|header| match header {
        Header::Text(text) => text_header(text),
        Header::Image(link) => json!({ "type": "image", "image": { "link": absolute(link) } }),
    });
    put(&mut shown, "header", header);
    shown
}

fn rows(list: &List) -> Value {
    let (header, body, footer, open, sections) = list.parts();
    let sections: Vec<_> = sections
        .iter()
        .map(|section| {
            let rows: Vec<_> = section
                .rows
                .iter()
                .map(|row| {
                    let mut shown = json!({ "id": row.id, "title": row.title });
                    let description = row.description.as_ref().map(|text| json!(text));
                    put(&mut shown, "description", description);
                    shown
                })
                .collect();
            let mut shown = json!({ "rows": rows });
            put(&mut shown, "title", section.title.as_ref().map(|title| json!(title)));
            shown
        })
        .collect();
    let action = json!({ "button": open, "sections": sections });
    let mut shown = interactive("list", Some(body), footer, &action);
    put(&mut shown, "header", header.map(text_header));
    shown
}

fn products(section: &ProductSection) -> Value {
    let items: Vec<_> =
        section.skus.iter().map(|sku| json!({ "product_retailer_id": sku })).collect();
    json!({ "title": section.title, "product_items": items })
}

fn text_header(text: &Text<60>) -> Value {
    json!({ "type": "text", "text": text })
}

fn put(object: &mut Value, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        object[key] = value;
    }
}

#[cfg(test)]
mod tests;
