//! What WhatsApp's catalog is known to hold.

use sea_orm::entity::prelude::*;

use crate::{BatchId, ChannelId, ShopId, Timestamp};

/// One SKU in the catalog of one channel.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "catalog_items")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel_id: ChannelId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub sku: String,
    pub shop_id: ShopId,
    /// SHA-256 of the batch item that was sent last, hexadecimal; absent when WhatsApp does not hold it.
    pub sent_hash: Option<String>,
    pub state: State,
    /// Why it was rejected or refused.
    pub reason: Option<String>,
    /// The batch that it travels in.
    pub batch_id: Option<BatchId>,
    pub updated_at: Timestamp,
}

/// How far it is. `catalog::sync` alone moves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum State {
    /// In a batch whose handle is not finished.
    Sent,
    /// Taken by WhatsApp, not reviewed yet.
    InReview,
    /// May be offered as a product message.
    Approved,
    /// Reviewed and refused, with a reason.
    Rejected,
    /// The batch refused it, with a reason. Sent again when it changes.
    Refused,
    /// Taken out of WhatsApp's catalog.
    Deleted,
}

impl ActiveModelBehavior for ActiveModel {}
