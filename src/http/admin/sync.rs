//! `/sync`: WhatsApp's copy of the catalog.

use entity::{BatchId, ChannelId, catalog_batch, catalog_item, catalog_sync};
use poem_openapi::{Enum, Object, OpenApi, param::Query};

use super::Tag;
use crate::{
    catalog::sync::{
        self,
        list::{self, Place},
    },
    http::{
        auth::{CatalogRead, CatalogWrite, Key},
        once::{Edge, Once},
        page::{Cursor, Limit, Page, Wanted},
        problem::Problem,
        reply::{Answer, Reply},
        types::{At, Id},
    },
};

/// Batches that the summary shows.
const BATCHES: usize = 10;

/// Operations under `/sync`.
#[derive(Clone)]
pub struct SyncApi(pub(super) Edge);

/// How far WhatsApp's copy is.
#[derive(Clone, Debug, Object)]
pub struct Sync {
    /// One for each channel with a catalog.
    pub channels: Vec<ChannelSync>,
    /// Items by state, all channels together; states without items are left out.
    pub items: Vec<ItemCount>,
    /// The newest ten of all channels.
    pub batches: Vec<Batch>,
}

/// How far one channel is.
#[derive(Clone, Debug, Object)]
pub struct ChannelSync {
    pub channel_id: Id<ChannelId>,
    /// WhatsApp's catalog.
    pub catalog_id: String,
    /// When ours and theirs were compared last; `null`: not yet.
    pub compared_at: Option<At>,
    /// Nothing is sent before then, because batches failed.
    pub paused_until: Option<At>,
    /// Batches that failed in a row.
    pub failures: i32,
    /// Why the last one failed.
    pub reason: Option<String>,
}

/// How many items are in a state.
#[derive(Clone, Debug, Object)]
pub struct ItemCount {
    pub state: ItemState,
    pub items: i64,
}

/// How far an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ItemState {
    /// On its way.
    Sent,
    /// WhatsApp has it and has not looked at it.
    InReview,
    /// Customers can see it in WhatsApp's catalog.
    Approved,
    /// WhatsApp looked at it and refused; `reason` says why.
    Rejected,
    /// It cannot be sent, or WhatsApp refused to take it; `reason` says why. It is sent again when it changes.
    Refused,
    /// Taken out.
    Deleted,
}

/// One SKU in WhatsApp's catalog of one channel.
#[derive(Clone, Debug, Object)]
pub struct SyncItem {
    pub channel_id: Id<ChannelId>,
    pub sku: String,
    pub state: ItemState,
    /// Why it was rejected or refused.
    pub reason: Option<String>,
    /// Whether a change is on its way: its state holds meanwhile.
    pub in_flight: bool,
    pub updated_at: At,
}

/// One batch of items on its way to WhatsApp.
#[derive(Clone, Debug, Object)]
pub struct Batch {
    pub id: Id<BatchId>,
    pub channel_id: Id<ChannelId>,
    pub state: BatchState,
    pub items: i32,
    pub refused: i32,
    /// Why it failed, or waits.
    pub reason: Option<String>,
    pub created_at: At,
    pub updated_at: At,
}

/// How far a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum BatchState {
    /// Not taken by WhatsApp yet.
    Sending,
    /// WhatsApp works on it.
    Polling,
    Finished,
    /// Given up; its items are sent anew.
    Failed,
}

impl From<ItemState> for catalog_item::State {
    fn from(state: ItemState) -> Self {
        match state {
            ItemState::Sent => Self::Sent,
            ItemState::InReview => Self::InReview,
            ItemState::Approved => Self::Approved,
            ItemState::Rejected => Self::Rejected,
            ItemState::Refused => Self::Refused,
            ItemState::Deleted => Self::Deleted,
        }
    }
}

impl From<catalog_item::State> for ItemState {
    fn from(state: catalog_item::State) -> Self {
        match state {
            catalog_item::State::Sent => Self::Sent,
            catalog_item::State::InReview => Self::InReview,
            catalog_item::State::Approved => Self::Approved,
            catalog_item::State::Rejected => Self::Rejected,
            catalog_item::State::Refused => Self::Refused,
            catalog_item::State::Deleted => Self::Deleted,
        }
    }
}

impl From<catalog_batch::State> for BatchState {
    fn from(state: catalog_batch::State) -> Self {
        match state {
            catalog_batch::State::Sending => Self::Sending,
            catalog_batch::State::Polling => Self::Polling,
            catalog_batch::State::Finished => Self::Finished,
            catalog_batch::State::Failed => Self::Failed,
        }
    }
}

impl ChannelSync {
    fn of(row: catalog_sync::Model) -> Self {
        Self {
            channel_id: Id(row.channel_id),
            catalog_id: row.catalog_id,
            compared_at: (row.compared_at.ms() > 0).then_some(At(row.compared_at)),
            paused_until: row.paused_until.map(At),
            failures: row.failures,
            reason: row.reason,
        }
    }
}

impl SyncItem {
    fn of(row: catalog_item::Model) -> Self {
        Self {
            channel_id: Id(row.channel_id),
            sku: row.sku,
            state: row.state.into(),
            reason: row.reason,
            in_flight: row.batch_id.is_some(),
            updated_at: At(row.updated_at),
        }
    }
}

impl Batch {
    fn of(row: catalog_batch::Model) -> Self {
        Self {
            id: Id(row.id),
            channel_id: Id(row.channel_id),
            state: row.state.into(),
            items: row.items,
            refused: row.refused,
            reason: row.reason,
            created_at: At(row.created_at),
            updated_at: At(row.updated_at),
        }
    }
}

async fn summary(
    db: &impl sea_orm::ConnectionTrait,
    shop: entity::ShopId,
) -> Result<Reply<Sync, 200>, Problem> {
    let summary = list::summary(db, shop, BATCHES).await?;
    let count =
        |(state, items): (catalog_item::State, i64)| ItemCount { state: state.into(), items };
    Ok(Reply::new(&Sync {
        channels: summary.channels.into_iter().map(ChannelSync::of).collect(),
        items: summary.items.into_iter().map(count).collect(),
        batches: summary.batches.into_iter().map(Batch::of).collect(),
    }))
}

#[OpenApi(prefix_path = "/sync", tag = "Tag::Sync")]
impl SyncApi {
    /// Read how far WhatsApp's copy is
    #[oai(path = "/", method = "get", operation_id = "get_sync")]
    async fn get(&self, key: Key<CatalogRead>) -> Answer<Sync> {
        summary(self.0.reader(), key.shop()).await
    }

    /// List items of WhatsApp's copy
    ///
    /// By channel and SKU.
    #[oai(path = "/items", method = "get", operation_id = "list_sync_items")]
    async fn items(
        &self,
        key: Key<CatalogRead>,
        state: Query<Option<ItemState>>,
        limit: Query<Limit>,
        cursor: Query<Option<Cursor>>,
    ) -> Answer<Page<SyncItem>> {
        let wanted = Wanted::read("sync-items", limit.0, cursor.0)?;
        let (db, shop) = (self.0.reader(), key.shop());
        let after: Option<Place> = wanted.after()?;
        let rows = list::items(db, shop, state.0.map(Into::into), after, wanted.rows()).await?;
        Ok(Reply::new(&wanted.page(rows, |row| Place::of(row).to_string(), SyncItem::of)))
    }

    /// Compare and send now
    ///
    /// Also ends a pause after failures and reads the reviews. Changes are found without it within seconds.
    #[oai(path = "/start", method = "post", operation_id = "start_sync")]
    async fn start(
        &self,
        key: Key<CatalogWrite>,
        #[oai(name = "Idempotency-Key")] once: Once,
    ) -> Answer<Sync> {
        self.0
            .write(&key, once, async |txn, now| {
                sync::start_now(txn, now, key.shop()).await?;
                summary(txn, key.shop()).await
            })
            .await
    }
}
