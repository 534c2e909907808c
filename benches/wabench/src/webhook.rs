//! Webhooks as Meta sends them: who they are about, what they carry, signed over their bytes.

use crate::clock;
use crate::http::Target;
use crate::options::RunOptions;
use crate::script::{Script, Send as Say};
use crate::sign::Signer;
use serde_json::{Value, json};

/// How a customer is named in webhooks: always by a business-scoped id, by a phone number only where it is shown.
pub struct Who {
    user_id: String,
    number: Option<String>,
    name: String,
}

impl Who {
    pub fn of(options: &RunOptions, customer: u64) -> Self {
        let number = options.first_number + customer;
        let hidden =
            (customer.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64 / (1u64 << 24) as f64;
        Self {
            user_id: format!("TR.{number}"),
            number: (hidden >= options.no_phone).then(|| number.to_string()),
            name: format!("Customer {customer}"),
        }
    }

    fn contact(&self) -> Value {
        let mut contact = json!({"profile": {"name": self.name}, "user_id": self.user_id});
        if let Some(number) = &self.number {
            contact["wa_id"] = json!(number);
        }
        contact
    }
}

/// What a customer taps: the button's or row's id and title, and the reply that it stood in.
pub struct Tapped {
    pub id: String,
    pub title: String,
    pub row: bool,
    pub context: Option<String>,
}

/// The type of a message and what stands under that name.
pub fn content(
    say: &Say,
    tapped: Option<Tapped>,
    script: &Script,
    options: &RunOptions,
    (customer, round): (u64, u64),
) -> (&'static str, Value, Option<String>) {
    if let Some(tapped) = tapped {
        let kind = if tapped.row { "list_reply" } else { "button_reply" };
        let mut reply = json!({"type": kind});
        reply[kind] = json!({"id": tapped.id, "title": tapped.title});
        return ("interactive", reply, tapped.context);
    }
    match say {
        Say::Order { items } => {
            let items: Vec<Value> = items
                .iter()
                .map(|item| {
                    json!({"product_retailer_id": script.fill(&item.sku, customer, round),
                        "quantity": item.quantity, "item_price": item.price,
                        "currency": options.currency})
                })
                .collect();
            let catalog = &options.catalog_id;
            ("order", json!({"catalog_id": catalog, "text": "", "product_items": items}), None)
        }
        Say::Text(text) => ("text", json!({"body": script.fill(text, customer, round)}), None),
        _ => ("text", json!({"body": ""}), None),
    }
}

/// Makes the requests of one run.
pub struct Post {
    pub target: Target,
    pub signer: Signer,
}

impl Post {
    /// A message of `who` with the id `wamid`; `answers` is the reply that was tapped on.
    pub fn message(
        &self,
        options: &RunOptions,
        who: &Who,
        wamid: &str,
        (kind, content, answers): (&str, Value, Option<String>),
    ) -> Vec<u8> {
        let mut message = json!({"from_user_id": who.user_id, "id": wamid,
            "timestamp": clock::now_s().to_string(), "type": kind});
        message[kind] = content;
        if let Some(reply) = answers {
            message["context"] = json!({"from": options.display_phone, "id": reply});
        }
        if let Some(number) = &who.number {
            message["from"] = json!(number);
        }
        self.request(options, json!({"contacts": [who.contact()], "messages": [message]}))
    }

    /// What became of the server's message `id`.
    pub fn status(
        &self,
        options: &RunOptions,
        who: &Who,
        id: &str,
        status: &str,
        opaque: Option<&str>,
    ) -> Vec<u8> {
        let mut entry = json!({"id": id, "status": status, "timestamp": clock::now_s().to_string(),
            "recipient_user_id": who.user_id,
            "pricing": {"billable": false, "pricing_model": "PMP", "category": "service",
                "type": "free_customer_service"}});
        if let Some(opaque) = opaque {
            entry["biz_opaque_callback_data"] = json!(opaque);
        }
        if let Some(number) = &who.number {
            entry["recipient_id"] = json!(number);
        }
        self.request(options, json!({"contacts": [who.contact()], "statuses": [entry]}))
    }

    fn request(&self, options: &RunOptions, mut value: Value) -> Vec<u8> {
        value["messaging_product"] = json!("whatsapp");
        value["metadata"] = json!({"display_phone_number": options.display_phone,
            "phone_number_id": options.phone_id});
        let body = json!({"object": "whatsapp_business_account", "entry": [{
            "id": options.waba_id, "changes": [{"value": value, "field": "messages"}]}]})
        .to_string();
        let mut out = Vec::with_capacity(body.len() + 320);
        for part in [
            "POST ",
            &self.target.path,
            " HTTP/1.1\r\nhost: ",
            &self.target.host,
            "\r\nuser-agent: facebookexternalua\r\ncontent-type: application/json",
            "\r\nx-hub-signature-256: sha256=",
            &self.signer.hex(body.as_bytes()),
            "\r\ncontent-length: ",
            &body.len().to_string(),
            "\r\n\r\n",
            &body,
        ] {
            out.extend_from_slice(part.as_bytes());
        }
        out
    }
}
