//! WhatsApp Flows: the form for an address as Flow JSON, and publishing it (reference: flows, flow JSON 7.1; a published
//! Flow never changes, another text is another Flow).

use entity::channel;
use reqwest::Method;
use serde_json::{Value, json};

use super::client::{CallError, Graph};

/// The words of the form for an address. Titles of fields hold 20 characters, the title of the screen 30, the button 35.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressWords {
    pub title: String,
    pub name: String,
    pub phone: String,
    pub street: String,
    pub district: String,
    pub city: String,
    pub note: String,
    pub send: String,
}

/// The form for an address: one screen, no endpoint. It is given `name` and `phone` and answers `name`, `phone`,
/// `street`, `district`, `city` and `note`.
#[must_use]
pub fn address_form(words: &AddressWords) -> Value {
    let input = |name: &str, label: &str, most: u32| {
        json!({"type": "TextInput", "name": name, "label": label, "required": true,
            "max-chars": most.to_string()})
    };
    let mut phone = input("phone", &words.phone, 20);
    phone["input-type"] = json!("phone");
    let note = json!({"type": "TextArea", "name": "note", "label": words.note,
        "required": false, "max-length": 200});
    let answer: serde_json::Map<String, Value> =
        ["name", "phone", "street", "district", "city", "note"]
            .map(|key| (key.to_owned(), json!(format!("${{form.{key}}}"))))
            .into_iter()
            .collect();
    let send = json!({"type": "Footer", "label": words.send,
        "on-click-action": {"name": "complete", "payload": answer}});
    let fields = json!([
        input("name", &words.name, 80),
        phone,
        input("street", &words.street, 200),
        input("district", &words.district, 80),
        input("city", &words.city, 80),
        note,
        send,
    ]);
    json!({"version": "7.1", "screens": [{
        "id": "ADDRESS",
        "title": words.title,
        "terminal": true,
        "success": true,
        "data": {
            "name": {"type": "string", "__example__": "Ada"},
            "phone": {"type": "string", "__example__": "+905551112233"},
        },
        "layout": {"type": "SingleColumnLayout", "children": [{
            "type": "Form",
            "name": "address",
            "init-values": {"name": "${data.name}", "phone": "${data.phone}"},
            "children": fields,
        }]},
    }]})
}

/// Flows of an account that are read at once, and pages of them.
const PAGE: &str = "100";
const PAGES: usize = 50;
/// Flows of the same words: each but the last was taken out of service by hand.
const SAME: usize = 20;

impl Graph {
    /// Publishes a Flow in the channel's account, once: one of this name that is there already is gone on with, also
    /// when only its answer was lost. Answers its id.
    ///
    /// # Errors
    /// [`CallError`]; [`CallError::Refused`] too when WhatsApp finds faults in the form.
    pub async fn publish_flow(
        &self,
        channel: &channel::Model,
        name: &str,
        form: &Value,
    ) -> Result<String, CallError> {
        let (free, there) = self.flow_named(channel, name).await?;
        if let Some(there) = there {
            return self.made_public(channel, there).await;
        }
        match self.create_flow(channel, &free, form).await {
            Err(unknown @ (CallError::NoAnswer(_) | CallError::Unreadable { .. })) => {
                match self.flow_named(channel, name).await? {
                    (_, Some(there)) => self.made_public(channel, there).await,
                    (_, None) => Err(unknown),
                }
            }
            known => known,
        }
    }

    /// The Flow of that name which is in service or may be; else a name that is free for it, as those out of service
    /// keep theirs.
    async fn flow_named(
        &self,
        channel: &channel::Model,
        name: &str,
    ) -> Result<(String, Option<Listed>), CallError> {
        let listed = self.flows(channel).await?;
        let mut wanted = name.to_owned();
        for more in 2..=SAME {
            match listed.iter().find(|flow| flow.name == wanted) {
                Some(flow) if flow.status == "DEPRECATED" => wanted = format!("{name}-{more}"),
                found => return Ok((wanted, found.cloned())),
            }
        }
        Err(refused(format!("{SAME} Flows named `{name}` are deprecated: delete some by hand")))
    }

    async fn flows(&self, channel: &channel::Model) -> Result<Vec<Listed>, CallError> {
        let path = [channel.waba_id.as_str(), "flows"];
        let mut all = Vec::new();
        let mut after = String::new();
        for _ in 0..PAGES {
            let mut query = vec![("fields", "id,name,status"), ("limit", PAGE)];
            if !after.is_empty() {
                query.push(("after", &after));
            }
            let answer = self.call(channel, Method::GET, &path, &query, None).await?;
            all.extend(answer["data"].as_array().into_iter().flatten().filter_map(Listed::read));
            match (&answer["paging"]["next"], &answer["paging"]["cursors"]["after"]) {
                (Value::String(_), Value::String(next)) if *next != after => after.clone_from(next),
                _ => break,
            }
        }
        Ok(all)
    }

    /// The id of a Flow that is in service; a draft is published.
    async fn made_public(
        &self,
        channel: &channel::Model,
        flow: Listed,
    ) -> Result<String, CallError> {
        if flow.status == "DRAFT" {
            let path = [flow.id.as_str(), "publish"];
            self.call(channel, Method::POST, &path, &[], None).await?;
        }
        Ok(flow.id)
    }

    async fn create_flow(
        &self,
        channel: &channel::Model,
        name: &str,
        form: &Value,
    ) -> Result<String, CallError> {
        let body = json!({
            "name": name,
            "categories": ["OTHER"],
            "flow_json": form.to_string(),
            "publish": true,
        });
        let path = [channel.waba_id.as_str(), "flows"];
        let answer = self.call(channel, Method::POST, &path, &[], Some(&body)).await?;
        let faults = answer["validation_errors"].as_array().map_or(&[][..], Vec::as_slice);
        if let Some(fault) = faults.first() {
            let what = fault["message"].as_str().or(fault["error"].as_str()).unwrap_or("no reason");
            return Err(refused(format!("the form is refused: {what}")));
        }
        id(&answer["id"]).ok_or_else(|| refused("the answer names no Flow".to_owned()))
    }
}

/// A Flow as the account lists it.
#[derive(Clone)]
struct Listed {
    id: String,
    name: String,
    status: String,
}

impl Listed {
    fn read(listed: &Value) -> Option<Self> {
        let text = |key: &str| listed[key].as_str().map(str::to_owned);
        Some(Self { id: id(&listed["id"])?, name: text("name")?, status: text("status")? })
    }
}

fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(id) if !id.is_empty() => Some(super::read::clean(id)),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

fn refused(text: String) -> CallError {
    CallError::Refused { code: 0, http: 200, text, transient: false, after_ms: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_asks_for_what_the_chat_reads() {
        let word = |text: &str| text.to_owned();
        let form = address_form(&AddressWords {
            title: word("Teslimat"),
            name: word("Ad soyad"),
            phone: word("Telefon"),
            street: word("Sokak"),
            district: word("İlçe"),
            city: word("İl"),
            note: word("Not"),
            send: word("Gönder"),
        });
        let screen = &form["screens"][0];
        assert_eq!(screen["id"], "ADDRESS");
        let children = screen["layout"]["children"][0]["children"].as_array().unwrap();
        let names: Vec<_> = children.iter().filter_map(|child| child["name"].as_str()).collect();
        assert_eq!(names, ["name", "phone", "street", "district", "city", "note"]);
        let footer = children.last().unwrap();
        let payload = footer["on-click-action"]["payload"].as_object().unwrap();
        for name in names {
            assert_eq!(payload[name], format!("${{form.{name}}}"));
        }
    }
}
