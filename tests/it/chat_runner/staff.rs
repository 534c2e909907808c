//! What the shop's people do in a script: goods by the catalog's verbs, orders and chats by the admin API.

use entity::variant;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sepet::{
    catalog::{self, Stock, VariantChange},
    money::{Currency, Money},
};
use serde_json::{Value, json};

use super::Play;
use crate::harness::unique;

impl Play<'_> {
    /// `~ stock SKU = 3`, `~ price SKU = 150.00`, `~ withdraw SKU`, `~ offer SKU`
    pub(super) async fn shop_act(&mut self, word: &str, rest: &str) -> Result<(), String> {
        let (sku, value) = rest.split_once('=').unwrap_or((rest, ""));
        let (sku, value) = (sku.trim(), value.trim());
        let (shop, now) = (self.shop.shop_id, self.shop.now());
        let app = self.shop.app();
        let txn = app.platform().db.begin_write().await.unwrap();
        let row = variant::Entity::find()
            .filter(variant::Column::Sku.eq(sku))
            .one(&txn)
            .await
            .unwrap()
            .ok_or_else(|| format!("no variant `{sku}`"))?;
        let bad = |what: &dyn std::fmt::Display| format!("`~ {word} {rest}`: {what}");
        if word == "stock" {
            let pieces = value.parse().map_err(|e| bad(&e))?;
            let counted = Stock::Counted(pieces);
            catalog::set_stock(&txn, now, shop, sku, counted, None).await.map_err(|e| bad(&e))?;
        } else {
            let mut change = VariantChange::default();
            match word {
                "price" => {
                    let amount = value.parse().map_err(|e| bad(&e))?;
                    let lira: Currency = "TRY".parse().map_err(|e| bad(&e))?;
                    change.price = Some(Money::exact(amount, lira).map_err(|e| bad(&e))?);
                }
                "withdraw" => change.status = Some(variant::Status::Archived),
                _ => change.status = Some(variant::Status::Active),
            }
            let changed = catalog::update_variant(&txn, now, shop, row.id, change, None).await;
            changed.map_err(|e| bad(&e))?;
        }
        txn.commit().await.unwrap();
        Ok(())
    }

    /// `~ order 1 accepted_by_shop why`: an event of the order's lifecycle.
    pub(super) async fn order_act(&mut self, rest: &str) -> Result<(), String> {
        let mut words = rest.splitn(3, ' ');
        let (Some(place), Some(event)) = (words.next(), words.next()) else {
            return Err("write `~ order 1 EVENT why`".to_owned());
        };
        let id = self.order_at(place).await?.id;
        let mut body = json!({"event": event});
        if let Some(why) = words.next() {
            body["why"] = json!(why);
        }
        self.call(&format!("/orders/{id}/events"), Some(body)).await
    }

    /// `~ staff takes over`, `~ staff releases`, `~ staff says TEXT`: in the chat of the person. `~ staff writes on the
    /// phone TEXT`: in WhatsApp's app, past the shop.
    pub(super) async fn staff_act(&mut self, rest: &str) -> Result<(), String> {
        if let Some(text) = rest.strip_prefix("writes on the phone ") {
            let customer = self.screen()?.person.id.clone();
            let echo = json!({"customer": customer, "type": "text", "body": text.trim()});
            self.shop.sim("POST", "/sim/echo", Some(echo)).await;
            return Ok(());
        }
        let id = self.chat().await?.id;
        let (word, text) = rest.split_once(' ').unwrap_or((rest, ""));
        match word {
            "takes" => self.call(&format!("/conversations/{id}/take-over"), None).await,
            "releases" => self.call(&format!("/conversations/{id}/release"), None).await,
            "says" => {
                let body = json!({"text": text.trim()});
                self.call(&format!("/conversations/{id}/messages"), Some(body)).await
            }
            _ => {
                Err("the staff takes over, says TEXT, writes on the phone TEXT, or releases"
                    .to_owned())
            }
        }
    }

    /// `~ words  tr checkout-button = Kasaya git`: a text in the shop's own words; without words, the built-in one.
    pub(super) async fn words_act(&mut self, rest: &str) -> Result<(), String> {
        let (which, text) = rest.split_once('=').ok_or("write `~ words  LANGUAGE KEY = TEXT`")?;
        let path = format!("/texts/{}", which.trim().replace(' ', "/"));
        let text = text.trim().replace("\\n", "\n");
        if text.is_empty() {
            return self.send("DELETE", &path, None).await;
        }
        self.send("PUT", &path, Some(json!({"text": text}))).await
    }

    async fn call(&self, path: &str, body: Option<Value>) -> Result<(), String> {
        self.send("POST", path, body).await
    }

    async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Result<(), String> {
        let key = unique();
        let headers = [("idempotency-key", key.as_str())];
        let answer = self.shop.api_with(method, path, body, &headers).await;
        if answer.status.is_success() {
            return Ok(());
        }
        Err(format!("{method} {path}: {} {}", answer.status, answer.body))
    }
}
