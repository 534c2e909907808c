//! A customer with a phone: what they do, and what they see.

use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};

use super::{Bubble, Shop, seed::SKUS};

/// A customer of the simulated WhatsApp.
pub(crate) struct Person<'a> {
    shop: &'a Shop,
    pub(crate) id: String,
    pub(crate) name: String,
    /// `+` and digits; the number is theirs even when WhatsApp does not tell it.
    pub(crate) phone: String,
    pub(crate) bsuid: String,
    seen: AtomicI64,
}

impl<'a> Person<'a> {
    pub(super) fn new(shop: &'a Shop, json: &Value) -> Self {
        let text = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
        Self {
            shop,
            id: text("id"),
            name: text("name"),
            phone: text("phone"),
            bsuid: text("bsuid"),
            seen: AtomicI64::new(0),
        }
    }

    /// Sends any message of the simulator's control side; nothing is settled. Returns its id.
    pub(crate) async fn post(&self, message: Value) -> String {
        let path = format!("/sim/customers/{}/messages", self.id);
        let answer = self.shop.sim("POST", &path, Some(message)).await;
        answer["id"].as_str().unwrap_or_default().to_owned()
    }

    /// Sends a message, settles, and returns what the shop answered.
    pub(crate) async fn send(&self, message: Value) -> Vec<Bubble> {
        self.post(message).await;
        self.shop.settle().await;
        self.news().await
    }

    pub(crate) async fn say(&self, body: &str) -> Vec<Bubble> {
        self.send(json!({"type": "text", "body": body})).await
    }

    /// Taps the button or row of that title, on the newest bubble that has one.
    pub(crate) async fn tap(&self, title: &str) -> Vec<Bubble> {
        let bubble = self.newest_with(title).await;
        self.tap_on(&bubble, title).await
    }

    /// Taps on a bubble that may be old.
    pub(crate) async fn tap_on(&self, bubble: &Bubble, title: &str) -> Vec<Bubble> {
        self.send(Self::tap_message(bubble, title)).await
    }

    /// The message that a tap sends; for tests that send it themselves.
    pub(crate) fn tap_message(bubble: &Bubble, title: &str) -> Value {
        let Some(choice) = bubble.choice(title) else {
            panic!("no choice `{title}` on:\n{}", bubble.script())
        };
        json!({"type": "tap", "message_id": bubble.id, "choice_id": choice.id})
    }

    pub(crate) async fn newest_with(&self, title: &str) -> Bubble {
        let bubbles = self.bubbles().await;
        let newest = bubbles.iter().rev().find(|b| b.choice(title).is_some());
        let Some(newest) = newest else {
            let all: Vec<_> = bubbles.iter().map(Bubble::script).collect();
            panic!("`{}` sees no choice `{title}`. The chat:\n{}", self.name, all.join("\n"))
        };
        newest.clone()
    }

    /// Sends WhatsApp's own cart.
    pub(crate) async fn send_cart(&self, items: &[(&str, i64)]) -> Vec<Bubble> {
        self.send(Self::cart_message(items)).await
    }

    pub(crate) fn cart_message(items: &[(&str, i64)]) -> Value {
        let items: Vec<_> = items.iter().map(|(sku, n)| Self::cart_item(sku, *n)).collect();
        json!({"type": "order", "items": items})
    }

    /// One item of it, with the price that the phone remembers; the shop does not go by it.
    pub(crate) fn cart_item(sku: &str, quantity: i64) -> Value {
        let minor = SKUS.iter().find(|(s, ..)| *s == sku).map_or(1_000, |(_, minor, _)| *minor);
        let price: Value =
            serde_json::from_str(&format!("{}.{:02}", minor / 100, minor % 100)).unwrap();
        json!({"sku": sku, "quantity": quantity, "price": price})
    }

    /// All that the shop ever sent, oldest first.
    pub(crate) async fn bubbles(&self) -> Vec<Bubble> {
        self.chat(0).await
    }

    /// All that the person ever said, oldest first.
    pub(crate) async fn said(&self) -> Vec<Bubble> {
        self.both_sides(0)
            .await
            .iter()
            .filter(|b| b["from"] == "customer")
            .map(Bubble::read)
            .collect()
    }

    /// What the shop sent since this was asked last.
    pub(crate) async fn news(&self) -> Vec<Bubble> {
        let new = self.chat(self.seen.load(Ordering::SeqCst)).await;
        if let Some(last) = new.last() {
            self.seen.store(last.seq, Ordering::SeqCst);
        }
        new
    }

    /// Looks at the chat: everything delivered is read.
    pub(crate) async fn read(&self) {
        self.shop.sim("POST", &format!("/sim/customers/{}/read", self.id), Some(json!({}))).await;
        self.shop.settle().await;
    }

    /// What the shop sent; not what its people wrote on the phone of the number.
    async fn chat(&self, after: i64) -> Vec<Bubble> {
        let ours = |b: &&Value| b["from"] == "business" && b["by_staff"] != true;
        self.both_sides(after).await.iter().filter(ours).map(Bubble::read).collect()
    }

    async fn both_sides(&self, after: i64) -> Vec<Value> {
        let path = format!("/sim/customers/{}/chat?after={after}", self.id);
        let chat = self.shop.sim("GET", &path, None).await;
        chat["bubbles"].as_array().cloned().unwrap_or_default()
    }
}
