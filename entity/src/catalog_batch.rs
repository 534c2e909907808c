//! Batches of items on their way to WhatsApp's catalog.

use sea_orm::entity::prelude::*;

use crate::{BatchId, ChannelId, ShopId, Timestamp};

/// One `items_batch` call.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "catalog_batches")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BatchId,
    pub shop_id: ShopId,
    pub channel_id: ChannelId,
    pub state: State,
    /// WhatsApp's handle, once it answered.
    pub handle: Option<String>,
    pub items: i32,
    pub refused: i32,
    pub reason: Option<String>,
    /// When to ask (again), or to send (again).
    pub due_at: Timestamp,
    pub attempts: i32,
    /// Held by a worker until then.
    pub leased_until: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum State {
    /// Decided, not answered yet.
    Sending,
    /// WhatsApp gave a handle and works on it.
    Polling,
    Finished,
    /// Given up, with a reason; its items are planned anew.
    Failed,
}

impl ActiveModelBehavior for ActiveModel {}
