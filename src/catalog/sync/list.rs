//! What the owner sees of the sync: items with their state, batches, a summary.

use std::{fmt, str::FromStr};

use entity::{
    BadId, ChannelId, ShopId, catalog_batch,
    catalog_item::{self, State},
    catalog_sync,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::SyncError;

/// The place of an item in the list: `{channel} {SKU}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    channel: ChannelId,
    sku: String,
}

impl Place {
    /// The place of this item.
    #[must_use]
    pub fn of(item: &catalog_item::Model) -> Self {
        Self { channel: item.channel_id, sku: item.sku.clone() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.channel, self.sku)
    }
}

impl FromStr for Place {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let (channel, sku) = text.split_once(' ').ok_or(BadId { prefix: ChannelId::PREFIX })?;
        Ok(Self { channel: channel.parse()?, sku: sku.to_owned() })
    }
}

/// Up to `limit` items after `after`, by channel and SKU.
///
/// # Errors
/// The database's.
pub async fn items(
    db: &impl ConnectionTrait,
    shop: ShopId,
    state: Option<State>,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<catalog_item::Model>, SyncError> {
    use catalog_item::Column as C;

    let mut query = catalog_item::Entity::find()
        .filter(catalog_item::COLUMN.shop_id.eq(shop))
        .order_by_asc(C::ChannelId)
        .order_by_asc(C::Sku)
        .limit(limit);
    if let Some(state) = state {
        query = query.filter(C::State.eq(state));
    }
    if let Some(Place { channel, sku }) = after {
        let same = Condition::all().add(C::ChannelId.eq(channel)).add(C::Sku.gt(sku));
        query = query.filter(Condition::any().add(C::ChannelId.gt(channel)).add(same));
    }
    Ok(query.all(db).await?)
}

/// How far everything is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// One a channel with a catalog.
    pub channels: Vec<catalog_sync::Model>,
    /// Items by state, all channels together; states without items are left out.
    pub items: Vec<(State, i64)>,
    /// The newest batches of all channels, the newest first.
    pub batches: Vec<catalog_batch::Model>,
}

/// The summary of a shop, with up to `batches` batches.
///
/// # Errors
/// The database's.
pub async fn summary(
    db: &impl ConnectionTrait,
    shop: ShopId,
    batches: u64,
) -> Result<Summary, SyncError> {
    let channels = catalog_sync::Entity::find()
        .filter(catalog_sync::COLUMN.shop_id.eq(shop))
        .order_by_asc(catalog_sync::Column::ChannelId)
        .all(db)
        .await?;
    let items = catalog_item::Entity::find()
        .select_only()
        .column(catalog_item::Column::State)
        .column_as(catalog_item::Column::Sku.count(), "items")
        .filter(catalog_item::COLUMN.shop_id.eq(shop))
        .group_by(catalog_item::Column::State)
        .into_tuple()
        .all(db)
        .await?;
    let batches = catalog_batch::Entity::find()
        .filter(catalog_batch::COLUMN.shop_id.eq(shop))
        .order_by_desc(catalog_batch::Column::Id)
        .limit(batches)
        .all(db)
        .await?;
    Ok(Summary { channels, items, batches })
}
