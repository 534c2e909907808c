//! Compares what WhatsApp should hold with what it was sent, and decides batches.

use std::collections::BTreeMap;

use entity::{
    BatchId, ChannelId, Timestamp,
    catalog_batch::{self, State as BatchState},
    catalog_item::{self, State},
    catalog_sync, channel, product, shop, variant,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, OnConflict, Query},
};

use super::{
    BatchRequest, RemoteCatalog, SyncError, batch, flight, intended,
    item::Frame,
    plan::{Change, Held, plan},
    timetable::{self, LEASE_MS},
};
use crate::{
    catalog::CatalogError,
    platform::{Platform, db::Write},
};

/// Batches of one channel under way at once: what is urgent finds room beside a slow one.
const IN_FLIGHT: u64 = 3;
/// Changes that one comparison takes along; the rest is found by the next.
const MOST: usize = 8_000;
/// Rows of one statement: 8 columns each.
const CHUNK: usize = 1_000;

/// Compares all channels for which it is time. Returns the number of changes decided.
pub(super) async fn turn(
    platform: &Platform,
    remote: &dyn RemoteCatalog,
) -> Result<usize, SyncError> {
    timetable::enrol(platform).await?;
    let mut done = 0;
    for (row, channel) in timetable::to_compare(platform, platform.now()).await? {
        done += one(platform, remote, &row, &channel).await?;
    }
    Ok(done)
}

async fn one(
    platform: &Platform,
    remote: &dyn RemoteCatalog,
    row: &catalog_sync::Model,
    channel: &channel::Model,
) -> Result<usize, SyncError> {
    let now = platform.now();
    let under_way = catalog_batch::Entity::find()
        .filter(catalog_batch::COLUMN.channel_id.eq(channel.id))
        .filter(Expr::cust(flight::UNDER_WAY))
        .count(platform.db.reader())
        .await?;
    let Some(room) = IN_FLIGHT.checked_sub(under_way).filter(|room| *room > 0) else {
        return Ok(0);
    };
    if !timetable::lease(platform, channel.id, now, LEASE_MS).await? {
        return Ok(0);
    }
    let found = find(platform, row, now).await?;
    let mut again = found.more;
    let (quiet, sent): (Vec<Change>, Vec<Change>) =
        found.changes.into_iter().partition(|change| change.request().is_none());
    let requests = sent.into_iter().filter_map(|change| {
        let request = change.request()?;
        Some((change, request))
    });
    let mut batches = batch::cut(requests);
    let room = usize::try_from(room).unwrap_or(usize::MAX);
    again |= batches.len() > room;
    batches.truncate(room);

    let txn = platform.db.begin_write().await?;
    let mut done = quiet.len();
    let mut decided: Vec<(BatchId, Vec<BatchRequest>)> = Vec::new();
    keep(&txn, now, channel, None, quiet).await?;
    for batch in batches {
        let id = insert(&txn, now, channel, batch.len()).await?;
        let (changes, requests): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
        done += changes.len();
        keep(&txn, now, channel, Some(id), changes).await?;
        decided.push((id, requests));
    }
    timetable::compared(&txn, channel.id, now, again).await?;
    txn.commit().await?;
    for (id, requests) in decided {
        flight::send(platform, remote, channel, id, &requests).await?;
    }
    Ok(done)
}

/// What a comparison found, the urgent first.
struct Found {
    changes: Vec<Change>,
    /// There was more than it could take along.
    more: bool,
}

async fn find(
    platform: &Platform,
    row: &catalog_sync::Model,
    now: Timestamp,
) -> Result<Found, SyncError> {
    let db = platform.db.reader();
    let shop = shop::Entity::find_by_id(row.shop_id)
        .one(db)
        .await?
        .ok_or(CatalogError::NoShop(row.shop_id))?;
    let frame = frame(platform, &shop, now)?;
    let mut found = Found { changes: Vec::new(), more: false };
    let mut slow = 0;
    let mut take = |changes: Vec<Change>| {
        for change in changes {
            let urgent = change.urgency() < 2;
            if !urgent && slow >= MOST {
                found.more = true;
                continue;
            }
            slow += usize::from(!urgent);
            found.changes.push(change);
        }
    };
    let mut after = None;
    loop {
        let page = intended::page(db, &frame, shop.id, after).await?;
        let skus: Vec<&str> = page.wanted.keys().map(String::as_str).collect();
        let held = held(db, row.channel_id, &skus).await?;
        take(plan(&page.wanted, &held));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    take(plan(&BTreeMap::new(), &gone(db, row.channel_id).await?));
    found.changes.sort_by_key(Change::urgency);
    Ok(found)
}

/// What the items of a shop share.
pub(super) fn frame<'a>(
    platform: &'a Platform,
    shop: &'a shop::Model,
    now: Timestamp,
) -> Result<Frame<'a>, SyncError> {
    let public_url = platform.config.public_url.trim_end_matches('/');
    Ok(Frame { now, shop_name: &shop.name, currency: shop.currency.parse()?, public_url })
}

async fn held(
    db: &impl ConnectionTrait,
    channel: ChannelId,
    skus: &[&str],
) -> Result<BTreeMap<String, Held>, SyncError> {
    let mut held = BTreeMap::new();
    for chunk in skus.chunks(CHUNK) {
        let rows = catalog_item::Entity::find()
            .filter(catalog_item::COLUMN.channel_id.eq(channel))
            .filter(catalog_item::Column::Sku.is_in(chunk.iter().copied()));
        held.extend(rows.all(db).await?.into_iter().map(known));
    }
    Ok(held)
}

/// Items that no variant for sale stands behind any more.
async fn gone(
    db: &impl ConnectionTrait,
    channel: ChannelId,
) -> Result<BTreeMap<String, Held>, SyncError> {
    let for_sale = Query::select()
        .expr(Expr::val(1))
        .from(variant::Entity)
        .inner_join(
            product::Entity,
            Expr::col((product::Entity, product::Column::Id))
                .equals((variant::Entity, variant::Column::ProductId)),
        )
        .and_where(
            Expr::col((variant::Entity, variant::Column::ShopId))
                .equals((catalog_item::Entity, catalog_item::Column::ShopId)),
        )
        .and_where(
            Expr::col((variant::Entity, variant::Column::Sku))
                .equals((catalog_item::Entity, catalog_item::Column::Sku)),
        )
        .and_where(
            Expr::col((variant::Entity, variant::Column::Status)).eq(variant::Status::Active),
        )
        .and_where(
            Expr::col((product::Entity, product::Column::Status)).eq(product::Status::Active),
        )
        .to_owned();
    let rows = catalog_item::Entity::find()
        .filter(catalog_item::COLUMN.channel_id.eq(channel))
        .filter(catalog_item::Column::State.ne(State::Deleted))
        .filter(catalog_item::Column::BatchId.is_null())
        .filter(Expr::exists(for_sale).not())
        .limit(u64::try_from(MOST).ok());
    Ok(rows.all(db).await?.into_iter().map(known).collect())
}

fn known(row: catalog_item::Model) -> (String, Held) {
    let held = Held {
        hash: row.sent_hash,
        state: row.state,
        reason: row.reason,
        in_flight: row.batch_id.is_some(),
    };
    (row.sku, held)
}

/// A batch that is being sent by this process.
async fn insert(
    txn: &Write,
    now: Timestamp,
    channel: &channel::Model,
    items: usize,
) -> Result<BatchId, SyncError> {
    let id = BatchId::new(now);
    let row = catalog_batch::ActiveModel {
        id: Set(id),
        shop_id: Set(channel.shop_id),
        channel_id: Set(channel.id),
        state: Set(BatchState::Sending),
        handle: Set(None),
        items: Set(i32::try_from(items).unwrap_or(i32::MAX)),
        refused: Set(0),
        reason: Set(None),
        due_at: Set(now),
        attempts: Set(0),
        leased_until: Set(Some(now.plus_ms(LEASE_MS))),
        created_at: Set(now),
        updated_at: Set(now),
    };
    catalog_batch::Entity::insert(row).exec_without_returning(txn).await?;
    Ok(id)
}

/// Writes what the items are now.
async fn keep(
    txn: &Write,
    now: Timestamp,
    channel: &channel::Model,
    batch: Option<BatchId>,
    changes: Vec<Change>,
) -> Result<(), SyncError> {
    use catalog_item::Column as C;

    let (terms, others): (Vec<Change>, Vec<Change>) =
        changes.into_iter().partition(|c| matches!(c, Change::Send { reviewed: false, .. }));
    for (changes, columns) in [
        // Price or stock alone: what WhatsApp thinks of the item stays.
        (terms, &[C::SentHash, C::BatchId, C::UpdatedAt][..]),
        (others, &[C::SentHash, C::State, C::Reason, C::BatchId, C::UpdatedAt][..]),
    ] {
        let conflict = OnConflict::columns([C::ChannelId, C::Sku])
            .update_columns(columns.iter().copied())
            .to_owned();
        let mut rows: Vec<_> =
            changes.into_iter().map(|change| row(now, channel, batch, change)).collect();
        while !rows.is_empty() {
            let rest = rows.split_off(rows.len().min(CHUNK));
            catalog_item::Entity::insert_many(rows)
                .on_conflict(conflict.clone())
                .exec_without_returning(txn)
                .await?;
            rows = rest;
        }
    }
    Ok(())
}

fn row(
    now: Timestamp,
    channel: &channel::Model,
    batch: Option<BatchId>,
    change: Change,
) -> catalog_item::ActiveModel {
    let (sku, hash, state, reason) = match change {
        Change::Send { item, .. } => (item.sku.clone(), Some(item.hash()), State::Sent, None),
        Change::Delete { sku } => (sku, None, State::Sent, None),
        Change::Block { sku, reason } => (sku, None, State::Refused, Some(reason)),
        Change::Forget { sku } => (sku, None, State::Deleted, None),
    };
    catalog_item::ActiveModel {
        channel_id: Set(channel.id),
        sku: Set(sku),
        shop_id: Set(channel.shop_id),
        sent_hash: Set(hash),
        state: Set(state),
        reason: Set(reason),
        batch_id: Set(batch),
        updated_at: Set(now),
    }
}
