//! What must have become of a case.

use entity::{channel, conversation, customer, identity, inbox, outbox};
use sea_orm::{ActiveEnum, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Case, NUMBER, stored};
use crate::harness::Bubble;

impl Case<'_> {
    pub(super) async fn check(&self, told: &str, after: i64, news: &[Bubble]) {
        self.items(told, after).await;
        let kinds: Vec<_> = news.iter().map(Bubble::kind).collect();
        let shown: Vec<_> = news.iter().map(Bubble::script).collect();
        let shown = shown.join("\n");
        match self.case["reply"].as_str().unwrap_or("none") {
            "none" => assert!(kinds.is_empty(), "{told}: answered\n{shown}"),
            "any" => assert_eq!(kinds.len(), 1, "{told}: one answer\n{shown}"),
            kind => assert_eq!(kinds, [kind], "{told}\n{shown}"),
        }
        if let Some(part) = self.case["says"].as_str() {
            assert!(shown.contains(part), "{told}: no `{part}` in\n{shown}");
        }
        self.person_and_chat(told).await;
        self.messages(told).await;
        self.channel(told).await;
    }

    async fn items(&self, told: &str, after: i64) {
        let all = stored(self.shop, after).await;
        let items: Vec<_> =
            all.iter().filter(|item| !item.dedupe_key.contains("wamid.beside.")).collect();
        let count = self.case["items"].as_u64().unwrap_or(1);
        assert_eq!(items.len() as u64, count, "{told}: {items:?}");
        let states = self.case["states"].as_array().cloned().unwrap_or_else(|| {
            let state = self.case.get("state").cloned().unwrap_or(json!("done"));
            items.iter().map(|_| state.clone()).collect()
        });
        for (item, wanted) in items.iter().zip(states) {
            let state = item.state.to_value();
            assert_eq!(json!(state), wanted, "{told}: {:?}", item.reason);
            if let (Some(part), true) = (self.case["reason"].as_str(), count == 1) {
                let reason = item.reason.as_deref().unwrap_or_default();
                assert!(reason.contains(part), "{told}: no `{part}` in `{reason}`");
                assert!(!reason.contains(self.wa_id()), "{told}: a reason names nobody");
            }
            if let Some(most) = self.case["bytes"].as_u64() {
                assert!(item.payload.len() as u64 <= most, "{told}: {}", item.payload.len());
            }
        }
    }

    /// The customer that the person is known as.
    async fn known(&self) -> Option<customer::Model> {
        let db = self.shop.db();
        let by = [self.person.phone.clone(), self.person.bsuid.clone()];
        let name = identity::Entity::find().filter(identity::Column::Value.is_in(by));
        let name = name.one(db.reader()).await.unwrap()?;
        customer::Entity::find_by_id(name.customer_id).one(db.reader()).await.unwrap()
    }

    async fn person_and_chat(&self, told: &str) {
        let db = self.shop.db();
        let customer = self.known().await;
        for (key, value) in [
            ("phone", customer.as_ref().and_then(|c| c.phone.clone())),
            ("bsuid", customer.as_ref().and_then(|c| c.bsuid.clone())),
        ] {
            if let Some(wanted) = self.case[key].as_str() {
                let wanted = self.filled(wanted).await;
                assert_eq!(value, Some(wanted), "{told}: {key}");
            }
        }
        if let Some(wanted) = self.case["notices"].as_str() {
            let stopped = customer.as_ref().is_some_and(|c| c.notices_stopped_at.is_some());
            assert_eq!(stopped, wanted == "stopped", "{told}: notices");
        }
        let Some(customer) = customer else { return };
        let chat = conversation::Entity::find()
            .filter(conversation::Column::CustomerId.eq(customer.id))
            .one(db.reader())
            .await
            .unwrap();
        if let Some(wanted) = self.case["owner"].as_str() {
            let owner = chat.as_ref().map(|chat| chat.owner.to_value());
            assert_eq!(owner.as_deref(), Some(wanted), "{told}: owner");
        }
        if let Some(wanted) = self.case["cart"].as_u64() {
            let open = entity::cart::Entity::find()
                .filter(entity::cart::Column::CustomerId.eq(customer.id))
                .filter(entity::cart::Column::Status.eq(entity::cart::Status::Open))
                .all(db.reader())
                .await
                .unwrap();
            assert_eq!(open.len() as u64, wanted, "{told}: carts");
        }
    }

    async fn messages(&self, told: &str) {
        let db = self.shop.db();
        for key in ["edited", "revoked"] {
            let Some(wamid) = self.case[key].as_str() else { continue };
            let key_of_it = format!("m:{NUMBER}:{}", self.filled(wamid).await);
            let item = inbox::Entity::find().filter(inbox::Column::DedupeKey.eq(key_of_it));
            let item = item.one(db.reader()).await.unwrap().unwrap();
            let at = if key == "edited" { item.edited_at } else { item.revoked_at };
            assert!(at.is_some(), "{told}: it is not marked as {key}");
        }
        if let Some(wanted) = self.case["delivery"].as_str() {
            let last = self.filled("$LAST").await;
            let row = outbox::Entity::find().filter(outbox::Column::Wamid.eq(last));
            let row = row.one(db.reader()).await.unwrap().unwrap();
            let fits = match wanted {
                "read" => row.delivery == outbox::Delivery::Read,
                "played" => row.delivery == outbox::Delivery::Played,
                _ => row.delivery != outbox::Delivery::Failed && row.error_code.is_none(),
            };
            assert!(fits, "{told}: {:?}", row.delivery);
        }
    }

    async fn channel(&self, told: &str) {
        let channel = self.number().await;
        if let Some(wanted) = self.case["channel"].as_str() {
            let stopped = channel.stopped_reason.is_some();
            assert_eq!(stopped, wanted == "stopped", "{told}: {:?}", channel.stopped_reason);
        }
        if let Some(wanted) = self.case["limit"].as_str() {
            assert_eq!(channel.messaging_limit.as_deref(), Some(wanted), "{told}");
        }
    }

    async fn number(&self) -> channel::Model {
        let db = self.shop.db();
        let row = channel::Entity::find_by_id(self.shop.channel_id).one(db.reader()).await;
        row.unwrap().unwrap()
    }

    /// What a person of the shop does about a stopped channel, before the next case.
    pub(super) async fn restore(&self) {
        if self.number().await.stopped_reason.is_some() {
            let path = format!("/channels/{}/resume", self.shop.channel_id);
            let answer = self.shop.api("POST", &path, None).await;
            assert!(answer.status.is_success(), "{answer:?}");
        }
    }
}
