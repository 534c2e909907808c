//! A webhook: its signature, and of its JSON only what an order needs.

use hmac::{Hmac, Mac};
use serde::Deserialize;
use sha2::Sha256;
use std::borrow::Cow;

#[derive(Deserialize)]
pub struct Webhook<'a> {
    #[serde(borrow)]
    entry: Vec<Entry<'a>>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    changes: Vec<Change<'a>>,
}

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow)]
    value: Value<'a>,
}

#[derive(Deserialize)]
struct Value<'a> {
    #[serde(borrow, default)]
    messages: Vec<Message<'a>>,
}

#[derive(Deserialize)]
pub struct Message<'a> {
    #[serde(borrow)]
    pub from: Cow<'a, str>,
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    #[serde(borrow, default)]
    order: Option<Order<'a>>,
}

#[derive(Deserialize)]
struct Order<'a> {
    #[serde(borrow)]
    product_items: Vec<Item<'a>>,
}

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow)]
    product_retailer_id: Cow<'a, str>,
    quantity: u32,
}

impl<'a> Webhook<'a> {
    pub fn messages(&self) -> impl Iterator<Item = &Message<'a>> {
        self.entry.iter().flat_map(|e| &e.changes).flat_map(|c| &c.value.messages)
    }
}

impl Message<'_> {
    /// Products and quantities, in the order of the products: `SKU-0` is product 1.
    pub fn picks(&self) -> Vec<(i64, u32)> {
        let items = self.order.iter().flat_map(|o| &o.product_items);
        let mut picks: Vec<(i64, u32)> = items
            .filter_map(|item| {
                let number = item.product_retailer_id.strip_prefix("SKU-")?;
                Some((number.parse::<i64>().ok()? + 1, item.quantity))
            })
            .collect();
        picks.sort_unstable();
        picks
    }
}

/// Knows the app secret.
#[derive(Clone)]
pub struct Seal(Hmac<Sha256>);

impl Seal {
    pub fn new(secret: &str) -> Self {
        Self(Hmac::new_from_slice(secret.as_bytes()).expect("any key length is taken"))
    }

    /// Whether `header` is the signature of `body`.
    pub fn made(&self, body: &[u8], header: &str) -> bool {
        let Some(hex) = header.strip_prefix("sha256=").filter(|hex| hex.len() == 64) else {
            return false;
        };
        let mut sent = [0u8; 32];
        for (i, byte) in sent.iter_mut().enumerate() {
            let Some(Ok(value)) = hex.get(2 * i..2 * i + 2).map(|h| u8::from_str_radix(h, 16))
            else {
                return false;
            };
            *byte = value;
        }
        let mut mac = self.0.clone();
        mac.update(body);
        mac.verify_slice(&sent).is_ok()
    }
}
