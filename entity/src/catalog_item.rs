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
    /// What was sent last, as 64 hexadecimal digits; absent when WhatsApp does not hold it. The first half is of what is
    /// reviewed (title, description, picture …), the second of what is not (price, stock): half a SHA-256 each.
    pub sent_hash: Option<String>,
    pub state: State,
    /// Why it was rejected or refused.
    pub reason: Option<String>,
    /// The batch that it travels in; absent when it is not on its way.
    pub batch_id: Option<BatchId>,
    pub updated_at: Timestamp,
}

/// How far it is. `catalog::sync` alone moves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum State {
    /// New, changed or to be taken out, and in a batch that is not finished. A change of price or stock alone leaves the
    /// state as it is.
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
