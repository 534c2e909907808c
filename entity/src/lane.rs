//! Lanes: one row for each sender; whoever holds its lock handles that sender.

use crate::{ChannelId, Timestamp};
use sea_orm::entity::prelude::*;

/// A lane. The row lock is the turn: `FOR UPDATE SKIP LOCKED` on PostgreSQL, the write lock on SQLite.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lanes")]
pub struct Model {
    /// Channel id and BSUID, or channel id and phone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub channel_id: ChannelId,
    /// When there is something to do; absent when there is nothing.
    pub due_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
