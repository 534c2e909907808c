//! Channels: the WhatsApp numbers of a shop.

use std::collections::BTreeMap;

use crate::{AppId, ChannelId, Sealed, ShopId, Timestamp};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// One WhatsApp number.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channels")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChannelId,
    pub shop_id: ShopId,
    pub app_id: AppId,
    /// WhatsApp's id of the number; unique. Webhooks are routed by it.
    #[sea_orm(unique)]
    pub phone_number_id: String,
    /// The number as people see it, `+` and digits.
    pub display_phone_number: String,
    /// WhatsApp Business Account.
    pub waba_id: String,
    /// The portfolio that BSUIDs are scoped to.
    pub portfolio_id: String,
    /// WhatsApp's catalog, when one is connected.
    pub catalog_id: Option<String>,
    /// The forms for an address, one a language.
    pub address_flows: Flows,
    /// Set by `sepet shop apply` alone: our token goes there.
    pub graph_url: String,
    pub graph_version: String,
    pub access_token: Sealed,
    /// Messages a second of this number; 0 = off.
    pub pace_per_second: i32,
    /// Seconds a message to one person, sustained; 0 = off.
    pub pair_seconds: i32,
    /// Messages to one person at once.
    pub pair_burst: i32,
    /// GCRA: when the number's bucket is full again, microseconds since the epoch.
    pub pace_tat_us: i64,
    /// Seconds to wait for a status before an unanswered send is repeated.
    pub unknown_seconds: i32,
    /// Whether incoming messages are marked read, with a typing indicator.
    pub read_marks: bool,
    /// Nothing is sent before this instant: the account is throttled or in maintenance.
    pub paused_until: Option<Timestamp>,
    /// Sends in a row that got no answer; from `outbox::breaker`'s limit on the channel rests between probes.
    pub failures: i32,
    /// Nothing is sent before this instant: the provider gives no answers.
    pub resting_until: Option<Timestamp>,
    /// Why nothing is sent until a person acts (token, account); cleared by the API or `shop apply`.
    pub stopped_reason: Option<String>,
    /// WhatsApp's limit for messages outside of the window, as it told last: `TIER_1K`.
    pub messaging_limit: Option<String>,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Published WhatsApp Flows by language tag; `*` is for every language that has none of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Flows(pub BTreeMap<String, Flow>);

/// One published Flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// WhatsApp's id of it.
    pub id: String,
    /// SHA-256 of what was published; empty when the owner named the id.
    #[serde(default)]
    pub sha256: String,
}

impl ActiveModelBehavior for ActiveModel {}
