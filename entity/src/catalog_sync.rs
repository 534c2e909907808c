//! When the catalog of a channel is looked at next.

use sea_orm::entity::prelude::*;

use crate::{ChannelId, ShopId, Timestamp};

/// The timetable of one channel; `catalog::sync` alone writes it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "catalog_syncs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel_id: ChannelId,
    pub shop_id: ShopId,
    /// WhatsApp's catalog that the items of this channel are known of; another one starts from nothing.
    pub catalog_id: String,
    /// When ours and theirs were compared last.
    pub compared_at: Timestamp,
    /// When they are compared next, if nothing is known to have changed before.
    pub compare_due_at: Timestamp,
    /// When the reviews are read next.
    pub review_due_at: Timestamp,
    /// How often they were read without an end.
    pub review_attempts: i32,
    /// Nothing is sent before then: the last batches failed.
    pub paused_until: Option<Timestamp>,
    /// Batches that failed in a row.
    pub failures: i32,
    /// Why the last one failed.
    pub reason: Option<String>,
    /// Held by a worker until then.
    pub leased_until: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
