//! Batches under way: sent, sent again, asked about, ended.

use std::collections::HashSet;

use entity::{
    BatchId, Timestamp,
    catalog_batch::{self, State},
    catalog_item::{self, State as ItemState},
    channel, shop,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, LockBehavior, LockType, Query},
};
use tracing::{info, warn};

use super::{
    BatchRequest, Method, RemoteCatalog, RemoteError, SyncError,
    compare::frame,
    intended,
    item::delete,
    plan::Wanted,
    timetable::{self, LEASE_MS, backoff},
};
use crate::{
    catalog::CatalogError,
    platform::{Platform, db::Write},
};

/// Batches that are not over. Written out and not bound: only so the planner sees that the partial index serves.
pub(super) const UNDER_WAY: &str = "catalog_batches.state IN ('sending', 'polling')";
/// Batches that one turn takes.
const TAKEN: u64 = 8;
/// Milliseconds to the second question about a handle; doubles up to a minute.
const ASK_MS: i64 = 2_000;
const LONGEST_ASK_MS: i64 = 60_000;
/// After so many questions, half an hour, a batch has failed.
const QUESTIONS: i32 = 34;
/// Milliseconds until a batch that could not be sent is sent again; doubles up to five minutes.
const SEND_MS: i64 = 2_000;
const LONGEST_SEND_MS: i64 = 300_000;
/// Between two handles of one batch.
const HANDLES: char = '\n';
/// SKUs of one IN (…).
const CHUNK: usize = 1_000;

/// Goes on with every batch that is due. Returns how many there were.
pub(super) async fn turn(
    platform: &Platform,
    remote: &dyn RemoteCatalog,
) -> Result<usize, SyncError> {
    let due = lease(platform).await?;
    for batch in &due {
        let channel =
            channel::Entity::find_by_id(batch.channel_id).one(platform.db.reader()).await?;
        let Some(channel) = channel.filter(|channel| channel.catalog_id.is_some()) else {
            let txn = platform.db.begin_write().await?;
            fail(&txn, platform.now(), batch.id, "the channel has no catalog any more").await?;
            txn.commit().await?;
            continue;
        };
        match batch.state {
            State::Sending => resend(platform, remote, &channel, batch.id).await?,
            State::Polling => ask(platform, remote, &channel, batch).await?,
            State::Finished | State::Failed => {}
        }
    }
    Ok(due.len())
}

/// Takes batches whose time has come, and those whose worker died.
async fn lease(platform: &Platform) -> Result<Vec<catalog_batch::Model>, SyncError> {
    use catalog_batch::Column as C;

    let now = platform.now();
    let due = || {
        Condition::all()
            .add(Expr::cust(UNDER_WAY))
            .add(C::DueAt.lte(now))
            .add(Condition::any().add(C::LeasedUntil.is_null()).add(C::LeasedUntil.lte(now)))
    };
    let any = catalog_batch::Entity::find().filter(due()).limit(1);
    if any.one(platform.db.reader()).await?.is_none() {
        return Ok(Vec::new());
    }
    let pick = Query::select()
        .column(C::Id)
        .from(catalog_batch::Entity)
        .cond_where(due())
        .order_by(C::DueAt, sea_orm::Order::Asc)
        .limit(TAKEN)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .to_owned();
    let txn = platform.db.begin_write().await?;
    let taken = catalog_batch::Entity::update_many()
        .col_expr(C::LeasedUntil, Expr::value(Some(now.plus_ms(LEASE_MS))))
        .filter(C::Id.in_subquery(pick))
        .exec_with_returning(&txn)
        .await?;
    txn.commit().await?;
    Ok(taken)
}

/// Sends a batch that was decided and committed, and records the answer.
pub(super) async fn send(
    platform: &Platform,
    remote: &dyn RemoteCatalog,
    channel: &channel::Model,
    id: BatchId,
    requests: &[BatchRequest],
) -> Result<(), SyncError> {
    let answer = remote.send(channel, requests).await;
    let now = platform.now();
    let txn = platform.db.begin_write().await?;
    match answer {
        Ok(answer) => {
            refuse(&txn, now, id, &answer.refused).await?;
            if !answer.handles.is_empty() {
                let count = requests.len();
                info!(batch.id = %id, "batch `{id}` of {count} items was taken by WhatsApp");
                let handles = answer.handles.join(&HANDLES.to_string());
                asked_next(&txn, now, id, Some(handles), 0, now).await?;
            } else if are_all_refused(requests, &answer.refused) {
                settle(&txn, now, id, None).await?;
            } else {
                later(&txn, now, id, "WhatsApp's answer names no batch", None).await?;
            }
        }
        Err(RemoteError::Later { text, after_ms }) => later(&txn, now, id, &text, after_ms).await?,
        Err(error @ RemoteError::Refused { .. }) => {
            fail(&txn, now, id, &error.to_string()).await?;
        }
    }
    txn.commit().await?;
    Ok(())
}

/// Whether each item that was sent is among the refused.
fn are_all_refused(requests: &[BatchRequest], refused: &[(String, String)]) -> bool {
    let refused: HashSet<&str> = refused.iter().map(|(sku, _)| sku.as_str()).collect();
    requests.iter().all(|request| {
        let sku = request.data.get("id").and_then(serde_json::Value::as_str);
        sku.is_some_and(|sku| refused.contains(sku))
    })
}

/// Sends a batch again, with what its items are now.
async fn resend(
    platform: &Platform,
    remote: &dyn RemoteCatalog,
    channel: &channel::Model,
    id: BatchId,
) -> Result<(), SyncError> {
    let now = platform.now();
    let txn = platform.db.begin_write().await?;
    let items =
        catalog_item::Entity::find().filter(catalog_item::Column::BatchId.eq(id)).all(&txn).await?;
    let shop = shop::Entity::find_by_id(channel.shop_id)
        .one(&txn)
        .await?
        .ok_or(CatalogError::NoShop(channel.shop_id))?;
    let frame = frame(platform, &shop, now)?;
    let skus: Vec<String> = items.iter().map(|item| item.sku.clone()).collect();
    let mut wanted = intended::of_skus(&txn, &frame, shop.id, &skus).await?;
    let mut requests = Vec::with_capacity(items.len());
    for item in items {
        let (hash, request) = match wanted.remove(&item.sku) {
            Some(Wanted::Item(wanted)) => (Some(wanted.hash()), wanted.request(Method::Update)),
            Some(Wanted::Blocked(_)) | None => (None, delete(&item.sku)),
        };
        requests.push(request);
        if hash != item.sent_hash {
            let filter = catalog_item::Entity::update_many()
                .set(catalog_item::ActiveModel {
                    sent_hash: Set(hash),
                    state: Set(ItemState::Sent),
                    updated_at: Set(now),
                    ..Default::default()
                })
                .filter(catalog_item::COLUMN.channel_id.eq(channel.id))
                .filter(catalog_item::COLUMN.sku.eq(item.sku));
            filter.exec(&txn).await?;
        }
    }
    if requests.is_empty() {
        settle(&txn, now, id, None).await?;
        txn.commit().await?;
        return Ok(());
    }
    txn.commit().await?;
    send(platform, remote, channel, id, &requests).await
}

/// Asks how far a batch is.
async fn ask(
    platform: &Platform,
    remote: &dyn RemoteCatalog,
    channel: &channel::Model,
    batch: &catalog_batch::Model,
) -> Result<(), SyncError> {
    let mut finished = true;
    let mut refused: Vec<(String, String)> = Vec::new();
    let mut unnamed = None;
    let mut given_up = None;
    let mut trouble = None;
    for handle in batch.handle.as_deref().unwrap_or_default().split(HANDLES) {
        match remote.status(channel, handle).await {
            Ok(status) => {
                finished &= status.finished;
                given_up = given_up.or(status.given_up);
                for (sku, why) in status.refused {
                    match sku {
                        Some(sku) => refused.push((sku, why)),
                        None => unnamed = Some(why),
                    }
                }
            }
            Err(error) => {
                finished = false;
                trouble = Some(error);
            }
        }
    }
    let now = platform.now();
    let txn = platform.db.begin_write().await?;
    match trouble {
        Some(error @ RemoteError::Refused { .. }) => {
            fail(&txn, now, batch.id, &error.to_string()).await?;
        }
        _ if finished => {
            refuse(&txn, now, batch.id, &refused).await?;
            match given_up {
                Some(word) => {
                    let why = ended_as(&word, unnamed.as_deref());
                    fail(&txn, now, batch.id, &why).await?;
                }
                None => settle(&txn, now, batch.id, unnamed).await?,
            }
        }
        _ if batch.attempts >= QUESTIONS => {
            let why = "WhatsApp did not finish it within half an hour";
            fail(&txn, now, batch.id, why).await?;
        }
        trouble => {
            let asked = match trouble {
                Some(RemoteError::Later { after_ms, .. }) => after_ms.unwrap_or(0),
                _ => 0,
            };
            let wait = backoff(ASK_MS, batch.attempts, LONGEST_ASK_MS).max(asked);
            let due = now.plus_ms(wait);
            asked_next(&txn, now, batch.id, batch.handle.clone(), batch.attempts + 1, due).await?;
        }
    }
    txn.commit().await?;
    Ok(())
}

/// Why a batch is given up that WhatsApp ended by `word`.
fn ended_as(word: &str, why: Option<&str>) -> String {
    match why {
        Some(why) => format!("WhatsApp ended it as `{word}`: {why}"),
        None => format!("WhatsApp ended it as `{word}`"),
    }
}

/// WhatsApp has the batch: ask at `due`.
async fn asked_next(
    txn: &Write,
    now: Timestamp,
    id: BatchId,
    handle: Option<String>,
    attempts: i32,
    due: Timestamp,
) -> Result<(), SyncError> {
    let set = catalog_batch::ActiveModel {
        state: Set(State::Polling),
        handle: Set(handle),
        reason: Set(None),
        due_at: Set(due),
        attempts: Set(attempts),
        leased_until: Set(None),
        updated_at: Set(now),
        ..Default::default()
    };
    write(txn, id, set).await
}

/// It was not taken, and may be later.
async fn later(
    txn: &Write,
    now: Timestamp,
    id: BatchId,
    why: &str,
    after_ms: Option<i64>,
) -> Result<(), SyncError> {
    let attempts: i32 = catalog_batch::Entity::find_by_id(id)
        .select_only()
        .column(catalog_batch::Column::Attempts)
        .into_tuple()
        .one(txn)
        .await?
        .unwrap_or(0);
    let wait = backoff(SEND_MS, attempts, LONGEST_SEND_MS).max(after_ms.unwrap_or(0));
    let set = catalog_batch::ActiveModel {
        reason: Set(Some(why.to_owned())),
        due_at: Set(now.plus_ms(wait)),
        attempts: Set(attempts.saturating_add(1)),
        leased_until: Set(None),
        updated_at: Set(now),
        ..Default::default()
    };
    write(txn, id, set).await
}

/// Items of the batch that WhatsApp refused, with its words. They are sent again when they change.
async fn refuse(
    txn: &Write,
    now: Timestamp,
    id: BatchId,
    refused: &[(String, String)],
) -> Result<(), SyncError> {
    let mut by_reason = std::collections::BTreeMap::<&str, Vec<&str>>::new();
    for (sku, why) in refused {
        by_reason.entry(why).or_default().push(sku);
    }
    let mut hit = 0;
    for (why, skus) in by_reason {
        for chunk in skus.chunks(CHUNK) {
            hit += catalog_item::Entity::update_many()
                .set(catalog_item::ActiveModel {
                    state: Set(ItemState::Refused),
                    reason: Set(Some(why.to_owned())),
                    batch_id: Set(None),
                    updated_at: Set(now),
                    ..Default::default()
                })
                .filter(catalog_item::Column::BatchId.eq(id))
                .filter(catalog_item::Column::Sku.is_in(chunk.iter().copied()))
                .exec(txn)
                .await?
                .rows_affected;
        }
    }
    if hit > 0 {
        let hit = i32::try_from(hit).unwrap_or(i32::MAX);
        catalog_batch::Entity::update_many()
            .col_expr(
                catalog_batch::Column::Refused,
                sea_orm::ExprTrait::add(Expr::col(catalog_batch::Column::Refused), hit),
            )
            .filter(catalog_batch::COLUMN.id.eq(id))
            .exec(txn)
            .await?;
    }
    Ok(())
}

/// The batch is done: what was new waits for its review, what was deleted is gone.
async fn settle(
    txn: &Write,
    now: Timestamp,
    id: BatchId,
    reason: Option<String>,
) -> Result<(), SyncError> {
    let Some(batch) = catalog_batch::Entity::find_by_id(id).one(txn).await? else {
        return Ok(());
    };
    let mut reviews = false;
    for (held, state) in [(true, ItemState::InReview), (false, ItemState::Deleted)] {
        let hash = catalog_item::Column::SentHash;
        let hit = catalog_item::Entity::update_many()
            .set(catalog_item::ActiveModel {
                state: Set(state),
                reason: Set(None),
                batch_id: Set(None),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(catalog_item::Column::BatchId.eq(id))
            .filter(catalog_item::Column::State.eq(ItemState::Sent))
            .filter(if held { hash.is_not_null() } else { hash.is_null() })
            .exec(txn)
            .await?;
        reviews |= held && hit.rows_affected > 0;
    }
    land(txn, now, id, None).await?;
    let set = catalog_batch::ActiveModel {
        state: Set(State::Finished),
        reason: Set(reason),
        leased_until: Set(None),
        updated_at: Set(now),
        ..Default::default()
    };
    write(txn, id, set).await?;
    timetable::succeeded(txn, batch.channel_id, now, reviews).await
}

/// The batch is given up: nothing is known of the items that are still in it, so they are planned anew.
async fn fail(txn: &Write, now: Timestamp, id: BatchId, why: &str) -> Result<(), SyncError> {
    warn!(batch.id = %id, "batch `{id}` failed: {why}");
    let Some(batch) = catalog_batch::Entity::find_by_id(id).one(txn).await? else {
        return Ok(());
    };
    land(txn, now, id, Some(None)).await?;
    let set = catalog_batch::ActiveModel {
        state: Set(State::Failed),
        reason: Set(Some(why.to_owned())),
        leased_until: Set(None),
        updated_at: Set(now),
        ..Default::default()
    };
    write(txn, id, set).await?;
    timetable::failed(txn, batch.channel_id, now, why).await
}

/// The items of the batch are not under way any more.
async fn land(
    txn: &Write,
    now: Timestamp,
    id: BatchId,
    hash: Option<Option<String>>,
) -> Result<(), SyncError> {
    let mut set = catalog_item::ActiveModel {
        batch_id: Set(None),
        updated_at: Set(now),
        ..Default::default()
    };
    if let Some(hash) = hash {
        set.sent_hash = Set(hash);
    }
    catalog_item::Entity::update_many()
        .set(set)
        .filter(catalog_item::Column::BatchId.eq(id))
        .exec(txn)
        .await?;
    Ok(())
}

async fn write(txn: &Write, id: BatchId, set: catalog_batch::ActiveModel) -> Result<(), SyncError> {
    catalog_batch::Entity::update_many()
        .set(set)
        .filter(catalog_batch::COLUMN.id.eq(id))
        .exec(txn)
        .await?;
    Ok(())
}
