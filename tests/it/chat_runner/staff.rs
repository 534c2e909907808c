//! What the shop's people do in a script, by the admin API.

use serde_json::{Value, json};

use super::Play;

impl Play<'_> {
    /// `~ stock SKU = 3`, `~ price SKU = 150.00`, `~ withdraw SKU`, `~ offer SKU`
    pub(super) async fn shop_act(&mut self, word: &str, rest: &str) -> Result<(), String> {
        Err(format!("`~ {word} {rest}` waits for the admin API"))
    }

    /// `~ order 1 accept`: an event of the order's lifecycle.
    pub(super) async fn order_act(&mut self, rest: &str) -> Result<(), String> {
        Err(format!("`~ order {rest}` waits for the admin API"))
    }

    /// `~ staff takes over`, `~ staff releases`, `~ staff says TEXT`: in the chat of the person.
    pub(super) async fn staff_act(&mut self, rest: &str) -> Result<(), String> {
        Err(format!("`~ staff {rest}` waits for the admin API"))
    }

    #[expect(dead_code, reason = "until the admin API is there")]
    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Result<Value, String> {
        let key = crate::harness::unique();
        let headers = [("idempotency-key", key.as_str())];
        let answer = self.shop.api_with(method, path, body.or(Some(json!({}))), &headers).await;
        if answer.status.is_success() {
            return Ok(answer.body);
        }
        Err(format!("{method} {path}: {} {}", answer.status, answer.body))
    }
}
