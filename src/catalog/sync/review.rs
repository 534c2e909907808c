//! Reads what WhatsApp thinks of our items: only what it approved is offered as a product message.

use std::collections::{BTreeMap, HashSet};

use entity::{
    ChannelId, Timestamp,
    catalog_item::{self, State},
    catalog_sync, channel,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use tracing::{info, warn};

use super::{
    RemoteCatalog, RemoteError, RemoteItem, SyncError,
    timetable::{self, backoff},
};
use crate::platform::{Platform, db::Write};

/// A reading of all pages may take so many milliseconds.
const LEASE_MS: i64 = 10 * 60_000;
/// Milliseconds to the second reading while something is in review; doubles up to a minute …
const AGAIN_MS: i64 = 10_000;
const LONGEST_AGAIN_MS: i64 = 60_000;
/// … and after so many readings, about an hour, it is every ten minutes.
const PATIENT_AFTER: i32 = 60;
const PATIENT_MS: i64 = 600_000;
/// With nothing in review everything is read once a day: a review can be taken back.
const DAILY_MS: i64 = 24 * 3_600_000;
/// An item that WhatsApp should have shown for so long was lost there.
const LOST_MS: i64 = 3_600_000;
/// SKUs of one IN (…).
const CHUNK: usize = 1_000;

/// Reads the reviews of all channels for which it is time. Returns the number of items that changed.
pub(super) async fn turn(
    platform: &Platform,
    remote: &dyn RemoteCatalog,
) -> Result<usize, SyncError> {
    let mut done = 0;
    for (row, channel) in timetable::to_review(platform, platform.now()).await? {
        if timetable::lease(platform, channel.id, platform.now(), LEASE_MS).await? {
            done += one(platform, remote, &row, &channel).await?;
        }
    }
    Ok(done)
}

async fn one(
    platform: &Platform,
    remote: &dyn RemoteCatalog,
    row: &catalog_sync::Model,
    channel: &channel::Model,
) -> Result<usize, SyncError> {
    let begun = platform.now();
    let mut done = 0;
    let mut seen = HashSet::new();
    let mut after: Option<String> = None;
    let mut asked_ms = 0;
    let held = catalog_item::Entity::find()
        .filter(catalog_item::COLUMN.channel_id.eq(channel.id))
        .filter(catalog_item::Column::SentHash.is_not_null());
    let mut whole = held.count(platform.db.reader()).await? == 0;
    while !whole {
        match remote.items(channel, after.as_deref()).await {
            Ok((items, next)) => {
                let txn = platform.db.begin_write().await?;
                done += record(&txn, platform.now(), channel.id, &items).await?;
                txn.commit().await?;
                seen.extend(items.into_iter().map(|item| item.sku));
                // A cursor that does not move would never end.
                whole = next.is_none() || next == after;
                after = next;
            }
            Err(error) => {
                warn!(channel.id = %channel.id, %error, "the reviews could not be read");
                if let RemoteError::Later { after_ms, .. } = error {
                    asked_ms = after_ms.unwrap_or(0);
                }
                break;
            }
        }
    }
    let now = platform.now();
    let txn = platform.db.begin_write().await?;
    let lost = if whole { lost(&txn, now, begun, channel.id, &seen).await? } else { 0 };
    done += lost;
    schedule(&txn, now, row, whole, lost > 0, asked_ms).await?;
    txn.commit().await?;
    Ok(done)
}

/// Keeps what a page says of our items, as far as it is new.
async fn record(
    txn: &Write,
    now: Timestamp,
    channel: ChannelId,
    items: &[RemoteItem],
) -> Result<usize, SyncError> {
    let mut moves = BTreeMap::<(u8, Option<String>), Vec<String>>::new();
    for chunk in items.chunks(CHUNK) {
        let known = catalog_item::Entity::find()
            .filter(catalog_item::COLUMN.channel_id.eq(channel))
            .filter(catalog_item::Column::Sku.is_in(chunk.iter().map(|item| item.sku.as_str())))
            .filter(catalog_item::Column::State.is_in(STATES))
            .all(txn)
            .await?;
        for row in known {
            let Some(item) = chunk.iter().find(|item| item.sku == row.sku) else { continue };
            let (place, reason) = verdict(item);
            if (STATES[place], &reason) != (row.state, &row.reason) {
                let place = u8::try_from(place).unwrap_or(0);
                moves.entry((place, reason)).or_default().push(row.sku);
            }
        }
    }
    let mut done = 0;
    for ((place, reason), skus) in moves {
        let state = STATES[usize::from(place)];
        info!(channel.id = %channel, "{} items are {state:?} now", skus.len());
        for chunk in skus.chunks(CHUNK) {
            let hit = catalog_item::Entity::update_many()
                .set(catalog_item::ActiveModel {
                    state: Set(state),
                    reason: Set(reason.clone()),
                    updated_at: Set(now),
                    ..Default::default()
                })
                .filter(catalog_item::COLUMN.channel_id.eq(channel))
                .filter(catalog_item::Column::Sku.is_in(chunk.iter().map(String::as_str)))
                .filter(catalog_item::Column::State.is_in(STATES))
                .exec(txn)
                .await?;
            done += usize::try_from(hit.rows_affected).unwrap_or(usize::MAX);
        }
    }
    Ok(done)
}

/// The states that a review decides between.
const STATES: [State; 3] = [State::InReview, State::Approved, State::Rejected];

/// The place in [`STATES`], and why it was rejected.
fn verdict(item: &RemoteItem) -> (usize, Option<String>) {
    match item.review.to_ascii_uppercase().as_str() {
        "APPROVED" => (1, None),
        "REJECTED" => {
            let reasons = item.reasons.join("; ");
            let told =
                if reasons.is_empty() { "WhatsApp gave no reason".to_owned() } else { reasons };
            (2, Some(told))
        }
        _ => (0, None),
    }
}

/// Items that WhatsApp should hold and does not show are sent anew.
async fn lost(
    txn: &Write,
    now: Timestamp,
    begun: Timestamp,
    channel: ChannelId,
    seen: &HashSet<String>,
) -> Result<usize, SyncError> {
    let mut lost: Vec<String> = Vec::new();
    let mut after = String::new();
    loop {
        let page: Vec<String> = catalog_item::Entity::find()
            .select_only()
            .column(catalog_item::Column::Sku)
            .filter(catalog_item::COLUMN.channel_id.eq(channel))
            .filter(catalog_item::Column::State.is_in(STATES))
            .filter(catalog_item::Column::SentHash.is_not_null())
            .filter(catalog_item::Column::BatchId.is_null())
            .filter(catalog_item::Column::UpdatedAt.lt(begun.plus_ms(-LOST_MS)))
            .filter(catalog_item::Column::Sku.gt(after.as_str()))
            .order_by_asc(catalog_item::Column::Sku)
            .limit(u64::try_from(CHUNK).ok())
            .into_tuple()
            .all(txn)
            .await?;
        let Some(last) = page.last() else { break };
        after.clone_from(last);
        lost.extend(page.into_iter().filter(|sku| !seen.contains(sku)));
    }
    for chunk in lost.chunks(CHUNK) {
        catalog_item::Entity::update_many()
            .set(catalog_item::ActiveModel {
                state: Set(State::Deleted),
                sent_hash: Set(None),
                reason: Set(None),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(catalog_item::COLUMN.channel_id.eq(channel))
            .filter(catalog_item::Column::Sku.is_in(chunk.iter().map(String::as_str)))
            .filter(catalog_item::Column::BatchId.is_null())
            .exec(txn)
            .await?;
    }
    if !lost.is_empty() {
        warn!(channel.id = %channel, "WhatsApp lost {} items: they are sent anew", lost.len());
    }
    Ok(lost.len())
}

/// When the reviews are read next; `lost`: there is something to be sent anew. `asked_ms`: the milliseconds that WhatsApp
/// asked to wait at the least.
async fn schedule(
    txn: &Write,
    now: Timestamp,
    row: &catalog_sync::Model,
    whole: bool,
    lost: bool,
    asked_ms: i64,
) -> Result<(), SyncError> {
    let waiting = catalog_item::Entity::find()
        .filter(catalog_item::COLUMN.channel_id.eq(row.channel_id))
        .filter(catalog_item::Column::State.eq(State::InReview))
        .count(txn)
        .await?;
    let attempts = row.review_attempts;
    let (wait, attempts) = match attempts {
        _ if whole && waiting == 0 => (DAILY_MS, 0),
        PATIENT_AFTER.. => (PATIENT_MS, attempts),
        _ => (backoff(AGAIN_MS, attempts, LONGEST_AGAIN_MS), attempts + 1),
    };
    let mut set = catalog_sync::ActiveModel {
        review_due_at: Set(now.plus_ms(wait.max(asked_ms))),
        review_attempts: Set(attempts),
        leased_until: Set(None),
        ..Default::default()
    };
    if lost {
        set.compare_due_at = Set(now);
    }
    catalog_sync::Entity::update_many()
        .set(set)
        .filter(catalog_sync::COLUMN.channel_id.eq(row.channel_id))
        .exec(txn)
        .await?;
    Ok(())
}
