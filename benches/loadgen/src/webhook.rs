//! Webhooks as Meta sends them: signed over their bytes.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{clock::now_ms, http::Target, script::Choice};

/// The shop's number as people see it.
const DISPLAYED: &str = "905550000001";

/// Who sends, in whose name.
pub struct Meta {
    pub target: Target,
    pub signer: Hmac<Sha256>,
    pub phone_number_id: String,
    pub waba_id: String,
    pub catalog_id: String,
}

/// A person as webhooks name them.
#[derive(Clone, Copy, Debug)]
pub struct Who {
    /// The phone number, digits.
    pub number: u64,
}

impl Meta {
    pub fn new(target: Target, secret: &str, ids: [&str; 3]) -> Result<Self, String> {
        let signer = Hmac::new_from_slice(secret.as_bytes()).map_err(|e| e.to_string())?;
        let [phone_number_id, waba_id, catalog_id] = ids.map(str::to_owned);
        Ok(Self { target, signer, phone_number_id, waba_id, catalog_id })
    }

    /// A signed POST.
    fn post(&self, mut value: Value) -> Vec<u8> {
        value["messaging_product"] = json!("whatsapp");
        value["metadata"] = json!({
            "display_phone_number": DISPLAYED, "phone_number_id": self.phone_number_id,
        });
        let body = json!({"object": "whatsapp_business_account", "entry": [
            {"id": self.waba_id, "changes": [{"field": "messages", "value": value}]}]})
        .to_string();
        let mut signer = self.signer.clone();
        signer.update(body.as_bytes());
        let signature: String =
            signer.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let Target { address, path } = &self.target;
        let length = body.len();
        format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\nuser-agent: facebookexternalua\r\n\
             content-type: application/json\r\nx-hub-signature-256: sha256={signature}\r\n\
             content-length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    }

    /// A message: `kind` is its type, `content` what stands under that name, `answers` the bubble that was tapped on.
    pub fn message(
        &self,
        who: Who,
        id: &str,
        (kind, content): (&str, Value),
        answers: Option<String>,
    ) -> Vec<u8> {
        let mut message = json!({
            "from": who.number.to_string(), "from_user_id": who.bsuid(), "id": id,
            "timestamp": (now_ms() / 1000).to_string(), "type": kind,
        });
        message[kind] = content;
        if let Some(bubble) = answers {
            message["context"] = json!({"from": DISPLAYED, "id": bubble});
        }
        self.post(json!({"contacts": [who.contact()], "messages": [message]}))
    }

    /// What became of our message `id`.
    pub fn status(&self, who: Who, id: &str, status: &str, opaque: Option<&str>) -> Vec<u8> {
        let mut entry = json!({
            "id": id, "status": status, "timestamp": (now_ms() / 1000).to_string(),
            "recipient_id": who.number.to_string(), "recipient_user_id": who.bsuid(),
            "pricing": {"billable": false, "pricing_model": "PMP", "category": "service",
                "type": "free_customer_service"},
        });
        if let Some(opaque) = opaque {
            entry["biz_opaque_callback_data"] = json!(opaque);
        }
        self.post(json!({"contacts": [who.contact()], "statuses": [entry]}))
    }
}

impl Who {
    fn bsuid(self) -> String {
        format!("TR.{}", self.number)
    }

    fn contact(self) -> Value {
        let (number, name) = (self.number.to_string(), format!("Customer {}", self.number));
        json!({"profile": {"name": name}, "wa_id": number, "user_id": self.bsuid()})
    }
}

/// A tap, as `interactive` holds it.
pub fn tap(choice: &Choice) -> Value {
    let kind = if choice.row { "list_reply" } else { "button_reply" };
    let mut tap = json!({"type": kind});
    tap[kind] = json!({"id": choice.id, "title": choice.title});
    tap
}
