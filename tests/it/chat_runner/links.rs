//! `~ link NAME = SKU`, `~ link NAME = 2 × SKU, 1 × SKU until +1h`: made through the admin API.

use serde_json::json;

use super::{
    Play,
    script::{items, seconds},
};

impl Play<'_> {
    pub(super) async fn link_act(&mut self, rest: &str) -> Result<(), String> {
        let (name, what) = rest.split_once('=').ok_or("write `~ link  NAME = 2 × SKU`")?;
        let (what, until) = what.split_once("until").map_or((what, None), |(w, u)| (w, Some(u)));
        let mut body = if what.contains('×') {
            let lines: Vec<_> = items(what.trim())?
                .into_iter()
                .map(|(sku, quantity)| json!({"sku": sku, "quantity": quantity}))
                .collect();
            json!({"cart": lines})
        } else {
            json!({"sku": what.trim()})
        };
        if let Some(until) = until.map(seconds).transpose()? {
            body["expires_at"] = json!(self.shop.now().plus_seconds(until).to_string());
        }
        let made = self.shop.api("POST", "/links", Some(body)).await;
        let text = made.body["text"].as_str().ok_or_else(|| made.body.to_string())?;
        self.links.insert(name.trim().to_owned(), text.to_owned());
        Ok(())
    }
}
