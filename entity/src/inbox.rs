//! Inbox: every item of every webhook, stored before the answer 200.

use crate::{AppId, ChannelId, ConversationId, InboxId, Timestamp};
use sea_orm::entity::prelude::*;

/// One message, status or other change, kept as the bytes that came.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InboxId,
    pub app_id: AppId,
    /// Absent when the item names no channel of ours.
    pub channel_id: Option<ChannelId>,
    pub kind: Kind,
    /// What makes it the same item when it comes again; unique for 30 days.
    #[sea_orm(unique)]
    pub dedupe_key: String,
    /// Whose turn it belongs to; absent for what goes round the lanes.
    pub lane: Option<String>,
    /// The item with its contact and metadata, raw JSON (a dead letter: whatever came).
    pub payload: Vec<u8>,
    /// The provider's time of the item.
    pub sent_at: Timestamp,
    /// Arrival: microseconds of the POST's arrival, then the place in it. Breaks ties of `sent_at`.
    pub arrival: i64,
    pub state: State,
    /// When it is due (again). Meaningful while `state` is due.
    pub due_at: Timestamp,
    pub attempts: i32,
    /// Why it is kept or dead.
    pub reason: Option<String>,
    pub conversation_id: Option<ConversationId>,
    /// When the person changed it last; what it says now is an item of its own.
    pub edited_at: Option<Timestamp>,
    /// When the person took it back.
    pub revoked_at: Option<Timestamp>,
    pub received_at: Timestamp,
    pub done_at: Option<Timestamp>,
}

/// What was in the webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Kind {
    Message,
    Status,
    /// A field or list that nothing handles yet.
    Other,
    /// News of the account or of one of its numbers.
    Account,
    /// Not a webhook at all, though rightly signed.
    Unreadable,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum State {
    Due,
    Done,
    /// Stored with a reason; nothing handles it yet.
    Kept,
    /// Could not be handled: a dead letter with its reason.
    Dead,
}

impl ActiveModelBehavior for ActiveModel {}
