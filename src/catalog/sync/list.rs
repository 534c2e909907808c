//! What the owner sees of the sync: items with their state, batches, a summary.

use std::{cmp::Reverse, fmt, str::FromStr};

use entity::{
    BadId, ChannelId, ShopId, catalog_batch,
    catalog_item::{self, State},
    catalog_sync, channel,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

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
    let mut found = Vec::new();
    for channel in channels(db, shop).await? {
        let behind = match &after {
            Some(after) if channel < after.channel => continue,
            Some(after) if channel == after.channel => Some(after.sku.as_str()),
            _ => None,
        };
        let rest = limit.saturating_sub(found.len() as u64);
        if rest == 0 {
            break;
        }
        let mut query = catalog_item::Entity::find()
            .filter(catalog_item::COLUMN.channel_id.eq(channel))
            .order_by_asc(catalog_item::Column::Sku)
            .limit(rest);
        if let Some(state) = state {
            query = query.filter(catalog_item::Column::State.eq(state));
        }
        if let Some(sku) = behind {
            query = query.filter(catalog_item::Column::Sku.gt(sku));
        }
        found.extend(query.all(db).await?);
    }
    Ok(found)
}

/// The channels of a shop, by id: an item and a batch are found by theirs.
async fn channels(db: &impl ConnectionTrait, shop: ShopId) -> Result<Vec<ChannelId>, SyncError> {
    let ids = channel::Entity::find().select_only().column(channel::Column::Id);
    let of_shop = ids.filter(channel::Column::ShopId.eq(shop)).order_by_asc(channel::Column::Id);
    Ok(of_shop.into_tuple().all(db).await?)
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
    batches: usize,
) -> Result<Summary, SyncError> {
    let channels = catalog_sync::Entity::find()
        .filter(catalog_sync::COLUMN.shop_id.eq(shop))
        .order_by_asc(catalog_sync::Column::ChannelId)
        .all(db)
        .await?;
    let own = self::channels(db, shop).await?;
    let items = catalog_item::Entity::find()
        .select_only()
        .column(catalog_item::Column::State)
        .column_as(catalog_item::Column::Sku.count(), "items")
        .filter(catalog_item::Column::ChannelId.is_in(own.iter().copied()))
        .group_by(catalog_item::Column::State)
        .into_tuple()
        .all(db)
        .await?;
    let mut newest = Vec::new();
    for channel in own {
        let of_channel =
            catalog_batch::Entity::find().filter(catalog_batch::COLUMN.channel_id.eq(channel));
        let by_age = of_channel.order_by_desc(catalog_batch::Column::Id);
        newest.extend(by_age.limit(batches as u64).all(db).await?);
    }
    newest.sort_by_key(|batch| Reverse(batch.id));
    newest.truncate(batches);
    Ok(Summary { channels, items, batches: newest })
}
