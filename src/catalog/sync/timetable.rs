//! When what is done for which channel.

use entity::{ChannelId, ShopId, Timestamp, catalog_item, catalog_sync, channel, product, variant};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, Query},
};

use super::SyncError;
use crate::platform::{Platform, db::Write};

/// Milliseconds between two comparisons when nothing is known to have changed.
const COMPARE_MS: i64 = 10_000;
/// A worker that died is replaced after so many milliseconds.
pub(super) const LEASE_MS: i64 = 60_000;
/// Milliseconds of the pause after a batch failed; doubles with each failure.
const PAUSE_MS: i64 = 30_000;
const LONGEST_PAUSE_MS: i64 = 60 * 60_000;

/// `first` milliseconds, doubled `times`, at most `longest`.
pub(super) fn backoff(first: i64, times: i32, longest: i64) -> i64 {
    let factor = 1_i64.checked_shl(u32::try_from(times).unwrap_or(0)).unwrap_or(i64::MAX);
    if times >= 62 { longest } else { Ord::min(first.saturating_mul(factor), longest) }
}

/// Asks for a comparison and a reading of the reviews now; a pause after failures is over.
///
/// # Errors
/// The database's.
pub async fn start_now(txn: &Write, now: Timestamp, shop: ShopId) -> Result<(), SyncError> {
    catalog_sync::Entity::update_many()
        .set(catalog_sync::ActiveModel {
            compare_due_at: Set(now),
            review_due_at: Set(now),
            paused_until: Set(None),
            ..Default::default()
        })
        .filter(catalog_sync::COLUMN.shop_id.eq(shop))
        .exec(txn)
        .await?;
    Ok(())
}

/// Gives each channel with a catalog its row; a channel with another catalog than before starts from nothing.
pub(super) async fn enrol(platform: &Platform) -> Result<(), SyncError> {
    let same = Query::select()
        .expr(Expr::val(1))
        .from(catalog_sync::Entity)
        .and_where(
            Expr::col((catalog_sync::Entity, catalog_sync::Column::ChannelId))
                .equals((channel::Entity, channel::Column::Id)),
        )
        .and_where(
            Expr::col((catalog_sync::Entity, catalog_sync::Column::CatalogId))
                .equals((channel::Entity, channel::Column::CatalogId)),
        )
        .to_owned();
    let new = channel::Entity::find()
        .filter(channel::Column::CatalogId.is_not_null())
        .filter(Expr::exists(same).not())
        .all(platform.db.reader())
        .await?;
    if new.is_empty() {
        return Ok(());
    }
    let txn = platform.db.begin_write().await?;
    for channel in new {
        forget(&txn, channel.id).await?;
        let row = catalog_sync::ActiveModel {
            channel_id: Set(channel.id),
            shop_id: Set(channel.shop_id),
            catalog_id: Set(channel.catalog_id.unwrap_or_default()),
            compared_at: Set(Timestamp::default()),
            compare_due_at: Set(Timestamp::default()),
            review_due_at: Set(Timestamp::default()),
            review_attempts: Set(0),
            paused_until: Set(None),
            failures: Set(0),
            reason: Set(None),
            leased_until: Set(None),
        };
        catalog_sync::Entity::delete_by_id(channel.id).exec(&txn).await?;
        catalog_sync::Entity::insert(row)
            .on_conflict_do_nothing_on([catalog_sync::Column::ChannelId])
            .exec_without_returning(&txn)
            .await?;
    }
    txn.commit().await?;
    Ok(())
}

/// Nothing is known of the new catalog.
async fn forget(txn: &Write, channel: ChannelId) -> Result<(), SyncError> {
    catalog_item::Entity::update_many()
        .set(catalog_item::ActiveModel {
            sent_hash: Set(None),
            state: Set(catalog_item::State::Deleted),
            reason: Set(None),
            batch_id: Set(None),
            ..Default::default()
        })
        .filter(catalog_item::COLUMN.channel_id.eq(channel))
        .exec(txn)
        .await?;
    Ok(())
}

/// Channels whose catalog is to be compared now.
pub(super) async fn to_compare(
    platform: &Platform,
    now: Timestamp,
) -> Result<Vec<(catalog_sync::Model, channel::Model)>, SyncError> {
    let changed_product = Query::select()
        .expr(Expr::val(1))
        .from(product::Entity)
        .and_where(
            Expr::col((product::Entity, product::Column::ShopId))
                .equals((catalog_sync::Entity, catalog_sync::Column::ShopId)),
        )
        .and_where(
            Expr::col((product::Entity, product::Column::UpdatedAt))
                .gte(Expr::col((catalog_sync::Entity, catalog_sync::Column::ComparedAt))),
        )
        .to_owned();
    let changed_variant = Query::select()
        .expr(Expr::val(1))
        .from(variant::Entity)
        .and_where(
            Expr::col((variant::Entity, variant::Column::ShopId))
                .equals((catalog_sync::Entity, catalog_sync::Column::ShopId)),
        )
        .and_where(
            Expr::col((variant::Entity, variant::Column::UpdatedAt))
                .gte(Expr::col((catalog_sync::Entity, catalog_sync::Column::ComparedAt))),
        )
        .to_owned();
    let due = Condition::any()
        .add(catalog_sync::Column::CompareDueAt.lte(now))
        .add(Expr::exists(changed_product))
        .add(Expr::exists(changed_variant));
    let unpaused = Condition::any()
        .add(catalog_sync::Column::PausedUntil.is_null())
        .add(catalog_sync::Column::PausedUntil.lte(now));
    with_channels(platform.db.reader(), now, Condition::all().add(due).add(unpaused)).await
}

/// Channels whose reviews are to be read now.
pub(super) async fn to_review(
    platform: &Platform,
    now: Timestamp,
) -> Result<Vec<(catalog_sync::Model, channel::Model)>, SyncError> {
    let due = Condition::all().add(catalog_sync::Column::ReviewDueAt.lte(now));
    with_channels(platform.db.reader(), now, due).await
}

async fn with_channels(
    db: &impl ConnectionTrait,
    now: Timestamp,
    due: Condition,
) -> Result<Vec<(catalog_sync::Model, channel::Model)>, SyncError> {
    let rows = catalog_sync::Entity::find()
        .filter(due)
        .filter(unleased(now))
        .order_by_asc(catalog_sync::Column::CompareDueAt)
        .all(db)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let channels = channel::Entity::find()
        .filter(channel::Column::Id.is_in(rows.iter().map(|row| row.channel_id)))
        .filter(channel::Column::CatalogId.is_not_null())
        .filter(channel::Column::StoppedReason.is_null())
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let channel = channels.iter().find(|c| c.id == row.channel_id)?.clone();
            Some((row, channel))
        })
        .collect())
}

/// Takes the channel for a comparison or a reading of the reviews; `false` when another worker was faster.
pub(super) async fn lease(
    platform: &Platform,
    channel: ChannelId,
    now: Timestamp,
    for_ms: i64,
) -> Result<bool, SyncError> {
    let txn = platform.db.begin_write().await?;
    let hit = catalog_sync::Entity::update_many()
        .col_expr(catalog_sync::Column::LeasedUntil, Expr::value(Some(now.plus_ms(for_ms))))
        .filter(catalog_sync::COLUMN.channel_id.eq(channel))
        .filter(unleased(now))
        .exec(&txn)
        .await?;
    txn.commit().await?;
    Ok(hit.rows_affected == 1)
}

/// A comparison is over; `again`: it could not do everything.
pub(super) async fn compared(
    txn: &Write,
    channel: ChannelId,
    now: Timestamp,
    again: bool,
) -> Result<(), SyncError> {
    let due = if again { now } else { now.plus_ms(COMPARE_MS) };
    catalog_sync::Entity::update_many()
        .set(catalog_sync::ActiveModel {
            compared_at: Set(now),
            compare_due_at: Set(due),
            leased_until: Set(None),
            ..Default::default()
        })
        .filter(catalog_sync::COLUMN.channel_id.eq(channel))
        .exec(txn)
        .await?;
    Ok(())
}

/// A batch has ended well: look again for what changed meanwhile, and at the reviews when there are new ones.
pub(super) async fn succeeded(
    txn: &Write,
    channel: ChannelId,
    now: Timestamp,
    reviews: bool,
) -> Result<(), SyncError> {
    let mut set = catalog_sync::ActiveModel {
        compare_due_at: Set(now),
        failures: Set(0),
        reason: Set(None),
        paused_until: Set(None),
        ..Default::default()
    };
    if reviews {
        set.review_due_at = Set(now);
        set.review_attempts = Set(0);
    }
    catalog_sync::Entity::update_many()
        .set(set)
        .filter(catalog_sync::COLUMN.channel_id.eq(channel))
        .exec(txn)
        .await?;
    Ok(())
}

/// A batch has failed: its items are planned anew, after a pause that grows.
pub(super) async fn failed(
    txn: &Write,
    channel: ChannelId,
    now: Timestamp,
    reason: &str,
) -> Result<(), SyncError> {
    let Some(row) = catalog_sync::Entity::find_by_id(channel).lock_exclusive().one(txn).await?
    else {
        return Ok(());
    };
    let pause = backoff(PAUSE_MS, row.failures, LONGEST_PAUSE_MS);
    catalog_sync::Entity::update_many()
        .set(catalog_sync::ActiveModel {
            compare_due_at: Set(now),
            paused_until: Set(Some(now.plus_ms(pause))),
            failures: Set(row.failures.saturating_add(1)),
            reason: Set(Some(reason.to_owned())),
            ..Default::default()
        })
        .filter(catalog_sync::COLUMN.channel_id.eq(channel))
        .exec(txn)
        .await?;
    Ok(())
}

fn unleased(now: Timestamp) -> Condition {
    Condition::any()
        .add(catalog_sync::Column::LeasedUntil.is_null())
        .add(catalog_sync::Column::LeasedUntil.lte(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let pauses: Vec<_> = (0..7).map(|n| backoff(2_000, n, 60_000)).collect();
        assert_eq!(pauses, [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
        assert_eq!(backoff(2_000, i32::MAX, 60_000), 60_000);
        assert_eq!(backoff(2_000, -1, 60_000), 2_000);
    }
}
