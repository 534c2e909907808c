//! Every kind of thing that may come in, posted to the real door: what becomes of it, that it harms nothing beside it,
//! and that it happens once. The payloads stand in `tests/corpus`.

mod expect;
mod large;
mod table;

use std::path::PathBuf;

use data_encoding::HEXLOWER;
use entity::inbox;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Map, Value, json};

use crate::harness::{Bubble, Options, Person, Shop};

const APP: &str = "1234567890";
const NUMBER: &str = "100000000000001";
const ACCOUNT: &str = "200000000000002";
/// The clock of a test stands still: seconds.
const NOW: &str = "1795417200";

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "corpus"].iter().collect()
}

/// Files of the corpus, each tested by itself.
const FILES: [&str; 9] =
    ["text", "media", "interactive", "order", "changes", "system", "fields", "statuses", "bodies"];

fn cases(file: &str) -> Vec<Value> {
    let path = folder().join(format!("{file}.json"));
    let text = std::fs::read_to_string(&path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn signature(body: &[u8]) -> String {
    use aws_lc_rs::hmac;
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"app-secret");
    format!("sha256={}", HEXLOWER.encode(hmac::sign(&key, body).as_ref()))
}

/// Posts a body, signed; anything but 200 fails.
async fn post(shop: &Shop, body: &str) {
    let url = format!("{}/webhooks/whatsapp/{APP}", shop.url);
    let call = shop.http().post(url).header("x-hub-signature-256", signature(body.as_bytes()));
    let status = call.body(body.to_owned()).send().await.unwrap().status();
    assert_eq!(status, 200, "{body}");
}

/// Items that were stored after the place `after`, in their order.
async fn stored(shop: &Shop, after: i64) -> Vec<inbox::Model> {
    let new = inbox::Entity::find().filter(inbox::Column::Arrival.gt(after));
    new.order_by_asc(inbox::Column::Arrival).all(shop.db().reader()).await.unwrap()
}

async fn last_place(shop: &Shop) -> i64 {
    let last = inbox::Entity::find().order_by_desc(inbox::Column::Arrival);
    last.one(shop.db().reader()).await.unwrap().map_or(0, |item| item.arrival)
}

/// One case with its person.
struct Case<'a> {
    shop: &'a Shop,
    case: &'a Value,
    person: Person<'a>,
    /// The id of its message.
    id: String,
    fresh: String,
}

impl Case<'_> {
    fn tells(&self, what: &str) -> bool {
        let from = self.case["from"].as_str().unwrap_or("both");
        from == "both" || from == what
    }

    fn wa_id(&self) -> &str {
        self.person.phone.trim_start_matches('+')
    }

    /// With the names of this case in their places.
    async fn filled(&self, text: &str) -> String {
        let mut text = text.to_owned();
        if text.contains("$LAST") || text.contains("$BUTTON1") {
            let bubbles = self.person.bubbles().await;
            let last = bubbles.last().map(|b| b.id.clone()).unwrap_or_default();
            let button = bubbles.last().and_then(|b| b.choices().first().map(|c| c.id.clone()));
            text = text.replace("$LAST", &last).replace("$BUTTON1", &button.unwrap_or_default());
        }
        text.replace("$PHONE", self.wa_id())
            .replace("$PLUS", &self.person.phone)
            .replace("$USER", &self.person.bsuid)
            .replace("$ID", &self.id)
            .replace("$NOW", NOW)
            .replace("$FRESH", &self.fresh)
            .replace("$LONG", &"x".repeat(5_000))
    }

    /// What WhatsApp puts into every message, as JSON without the braces.
    fn around(&self, id: &str) -> Map<String, Value> {
        let mut around = Map::new();
        around.insert("id".into(), json!(id));
        around.insert("timestamp".into(), json!(NOW));
        if self.tells("phone") {
            around.insert("from".into(), json!(self.wa_id()));
        }
        if self.tells("bsuid") {
            around.insert("from_user_id".into(), json!(self.person.bsuid));
        }
        around
    }

    fn message(&self, message: &Value, id: &str) -> String {
        let mut message = message.clone();
        let object = message.as_object_mut().unwrap();
        if self.case["bare"] != true {
            let named = object.contains_key("from") || object.contains_key("from_user_id");
            for (key, value) in self.around(id) {
                if !(named && key.starts_with("from")) {
                    object.entry(key).or_insert(value);
                }
            }
        }
        message.to_string()
    }

    fn raw(&self, raw: &str) -> String {
        if self.case["bare"] == true {
            return raw.to_owned();
        }
        let around = Value::Object(self.around(&self.id)).to_string();
        format!("{},{}", around.trim_end_matches('}'), raw.trim_start().trim_start_matches('{'))
    }

    /// A change of `messages`, as text: not everything here can be parsed.
    fn change(&self, messages: Option<&str>, statuses: Option<&str>) -> String {
        let contact = match (self.case.get("contact"), self.case["raw_contact"].as_str()) {
            (_, Some(raw)) => Some(raw.to_owned()),
            (Some(Value::Null), _) => None,
            (Some(contact), _) => Some(contact.to_string()),
            (None, None) => {
                let mut contact = json!({"profile": {"name": self.person.name}});
                if self.tells("phone") {
                    contact["wa_id"] = json!(self.wa_id());
                }
                if self.tells("bsuid") {
                    contact["user_id"] = json!(self.person.bsuid);
                }
                Some(contact.to_string())
            }
        };
        let mut value = format!(r#"{{"messaging_product":"whatsapp","metadata":{}"#, metadata());
        if let Some(contact) = contact.filter(|_| messages.is_some()) {
            value.push_str(&format!(r#","contacts":[{contact}]"#));
        }
        for (name, list) in [("messages", messages), ("statuses", statuses)] {
            if let Some(list) = list {
                value.push_str(&format!(r#","{name}":[{list}]"#));
            }
        }
        for (name, extra) in self.case["extra"].as_object().into_iter().flatten() {
            value.push_str(&format!(r#","{name}":{extra}"#));
        }
        format!(r#"{{"field":"messages","value":{value}}}}}"#)
    }

    /// What came before it, each handled before the next.
    async fn before(&self) {
        for (n, message) in self.case["before"].as_array().into_iter().flatten().enumerate() {
            let message = self.message(message, &format!("{}.b{n}", self.id));
            let change = self.filled(&self.change(Some(&message), None)).await;
            post(self.shop, &body(&[change])).await;
            self.shop.settle().await;
        }
        for change in self.case["before_changes"].as_array().into_iter().flatten() {
            post(self.shop, &body(&[self.filled(&change.to_string()).await])).await;
            self.shop.settle().await;
        }
    }

    /// The whole POST.
    async fn body(&self, sibling: Option<String>) -> String {
        let case = self.case;
        if let Some(body) = case["body"].as_str() {
            return self.filled(body).await;
        }
        let change = if let Some(raw) = case["raw"].as_str() {
            self.change(Some(&self.raw(raw)), None)
        } else if case["message"].is_object() {
            self.change(Some(&self.message(&case["message"], &self.id)), None)
        } else if case["status"].is_object() {
            self.change(None, Some(&case["status"].to_string()))
        } else {
            case["change"].to_string()
        };
        let mut changes = vec![self.filled(&change).await];
        changes.extend(sibling);
        body(&changes)
    }
}

fn metadata() -> String {
    json!({"display_phone_number": "905550000001", "phone_number_id": NUMBER}).to_string()
}

fn body(changes: &[String]) -> String {
    let changes = changes.join(",");
    format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"{ACCOUNT}","changes":[{changes}]}}]}}"#
    )
}

/// An ordinary message of somebody else.
fn ordinary(person: &Person<'_>, id: &str) -> String {
    let message = json!({"id": id, "from": person.phone.trim_start_matches('+'),
        "from_user_id": person.bsuid, "timestamp": NOW, "type": "text", "text": {"body": "menü"}});
    let metadata: Value = serde_json::from_str(&metadata()).unwrap();
    json!({"field": "messages", "value": {"metadata": metadata, "messages": [message]}}).to_string()
}

async fn person<'a>(shop: &'a Shop, case: &Value, name: &str) -> Person<'a> {
    let mut wish = json!({"name": name});
    match case["from"].as_str() {
        Some("phone") => wish["bsuid_known"] = json!(false),
        Some("bsuid") => wish["phone_visible"] = json!(false),
        _ => {}
    }
    shop.customer_with(wish).await
}

async fn file(shop: &Shop, name: &str) {
    quiet(shop).await;
    let beside = shop.customer("Komşu").await;
    beside.say("merhaba").await;
    for (n, case) in cases(name).iter().enumerate() {
        let told = format!("{name}: {}", case["name"].as_str().unwrap());
        let person = person(shop, case, &format!("Kişi {n}")).await;
        let new = case["new"] == true;
        if new {
            // The phone knows that they wrote, the shop does not.
            shop.fault(json!({"kind": "hold_webhooks"})).await;
            person.post(json!({"type": "text", "body": "merhaba"})).await;
        } else {
            person.say("merhaba").await;
        }
        let id = format!("wamid.{name}.{n}");
        let case = Case { shop, case, person, id, fresh: format!("90556{:07}", n + 1) };
        case.before().await;
        case.person.news().await;
        let sibling = (case.case["alone"] != true && !case.case["body"].is_string())
            .then(|| ordinary(&beside, &format!("wamid.beside.{name}.{n}")));
        let with_sibling = sibling.is_some();
        let body = case.body(sibling).await;
        let after = last_place(shop).await;
        post(shop, &body).await;
        shop.settle().await;
        let told_to = case.person.news().await;
        case.check(&told, after, &told_to).await;
        if with_sibling {
            let kinds: Vec<_> = beside.news().await.iter().map(Bubble::kind).collect();
            assert_eq!(kinds, ["list"], "{told}: what stands beside it is not answered");
        }
        // Once more, as WhatsApp does: nothing happens.
        let (before, again) = (stored(shop, after).await.len(), case.body(None).await);
        post(shop, if with_sibling { &again } else { &body }).await;
        shop.settle().await;
        assert_eq!(stored(shop, after).await.len(), before, "{told}: stored twice");
        assert!(case.person.news().await.is_empty(), "{told}: answered twice");
        case.restore().await;
        if new {
            shop.faults_over().await;
            shop.settle().await;
        }
    }
}

/// The phones here know nothing of messages that were not sent from them: none is marked as read.
async fn quiet(shop: &Shop) {
    let path = format!("/channels/{}", shop.channel_id);
    let answer = shop.api("PATCH", &path, Some(json!({"read_marks": false}))).await;
    assert!(answer.status.is_success(), "{answer:?}");
}

fn plain() -> Options {
    Options { paced: false, statuses: vec![], ..Options::default() }
}

macro_rules! corpus {
    ($($name:ident)*) => {$(
        on_both! {
            async fn $name(shop: &Shop; plain()) { file(shop, stringify!($name)).await; }
        }
    )*};
}

corpus! { text media interactive order changes system fields statuses bodies }
