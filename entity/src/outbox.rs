//! Outbox: every message that must go out.

use crate::{ChannelId, ConversationId, InboxId, OutboxId, ShopId, Timestamp};
use sea_orm::entity::prelude::*;

/// One message to one person. `outbox` alone moves its state.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OutboxId,
    pub shop_id: ShopId,
    pub channel_id: ChannelId,
    pub conversation_id: ConversationId,
    /// Place in the conversation, from 1: messages leave in this order.
    pub sequence: i64,
    pub purpose: Purpose,
    /// `message::Outbound` as JSON.
    #[sea_orm(column_type = "JsonBinary")]
    pub message: Json,
    /// The input that it answers.
    pub answers: Option<InboxId>,
    pub state: State,
    /// Why it is held, waits, expired or failed.
    pub reason: Option<String>,
    pub due_at: Timestamp,
    /// Held by a sender until then.
    pub leased_until: Option<Timestamp>,
    /// How often it was leased since it was last freed.
    pub attempts: i32,
    /// The first of these attempts: 24 hours after it nothing is tried any more.
    pub tried_at: Option<Timestamp>,
    /// Sent again after an unknown outcome: the customer may have it twice.
    pub repeated: bool,
    /// WhatsApp's id, once known.
    pub wamid: Option<String>,
    /// What became of it after it was accepted; never goes backwards.
    pub delivery: Delivery,
    pub delivery_at: Option<Timestamp>,
    /// The provider's code of the last refusal or failure.
    pub error_code: Option<i64>,
    pub error_text: Option<String>,
    /// `pricing` of the status, as it came.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub pricing: Option<Json>,
    /// Dropped when it could not leave before.
    pub expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
}

/// What has not come to its end, written out: the planner of SQLite takes the index of open messages for these very words
/// and not for one of these states, and reads the whole past of the chat instead.
pub const IS_OPEN: &str = "state IN ('due', 'leased', 'unknown', 'held')";

/// Why it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Purpose {
    /// The answer to an input.
    Reply,
    /// News of an order.
    OrderUpdate,
    /// A person of the shop wrote it.
    Staff,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum State {
    /// Waits for its turn.
    Due,
    /// A sender has it.
    Leased,
    /// Sent without an answer; a status or the time decides.
    Unknown,
    /// The window is closed: waits for the customer to write.
    Held,
    /// Accepted by WhatsApp.
    Sent,
    /// Finally refused.
    Failed,
    /// Too late to be of use.
    Expired,
}

/// What WhatsApp reported. The order of the variants is the rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "i32", db_type = "Integer")]
pub enum Delivery {
    #[sea_orm(num_value = 0)]
    None,
    #[sea_orm(num_value = 1)]
    Sent,
    #[sea_orm(num_value = 2)]
    Failed,
    #[sea_orm(num_value = 3)]
    Delivered,
    #[sea_orm(num_value = 4)]
    Read,
    #[sea_orm(num_value = 5)]
    Played,
}

impl ActiveModelBehavior for ActiveModel {}
