//! Room 2: which step a chat is at. `step` decides, this module carries it out.
//!
//! A turn takes a group of lanes, the first input of each: `load` reads what all of them need in a few statements,
//! `step` decides one after the other without database, clock or network, `apply` writes one statement a table, and one
//! commit ends it. A group that fails is rolled back and its lanes are done one by one, so that one bad input costs only
//! itself: it becomes a dead letter with its reason.

mod action;
mod again;
mod apply;
mod asked;
mod basket;
mod cards;
mod cart_text;
mod change;
mod checkout;
mod closed;
mod context;
mod destination;
mod details;
mod find;
mod form;
mod goods;
mod heard;
pub mod history;
mod in_words;
mod incoming;
mod instead;
mod intent;
mod language;
mod linked;
mod load;
mod look_up;
mod menu;
mod near;
mod order_acts;
mod orders;
mod original;
mod pages;
mod pickup;
#[doc(hidden)]
pub mod probe;
mod questions;
mod receipt;
mod receiver;
mod repeat;
pub mod resume;
mod seek;
mod shelf;
mod show;
pub mod staff;
mod step;
mod summary;
mod talk;
mod terms;
mod view;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::Ordering,
    time::Instant,
};

use entity::{
    InboxId, Timestamp,
    inbox::{self as inbox_table, State},
};
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::{DbErr, EntityTrait};
use tracing::{error, warn};

use self::{
    apply::apply,
    intent::Intent,
    load::{Group, load},
    step::decide,
};
use crate::{
    inbox::{self, DueItem, InboxError, Source},
    order::{OrderError, place::PlaceError},
    outbox::OutboxError,
    platform::{
        Platform,
        db::{Write, is_passing},
        sql::Statements,
        trace,
    },
};

/// Lanes that share one commit.
const GROUP: usize = 256;
/// Tries of one input before it is given up.
const TRIES: i32 = 5;
/// Milliseconds before the second try; doubled with each.
const FIRST_PAUSE_MS: i64 = 200;

/// Why a turn failed. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum ConversationError {
    #[error(transparent)]
    Inbox(#[from] InboxError),
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error(transparent)]
    Db(#[from] DbErr),
    #[error("its handling panicked")]
    Panicked,
}

impl ConversationError {
    /// Whether the same input may succeed when it is handled again.
    fn is_passing(&self) -> bool {
        match self {
            Self::Place(PlaceError::StockMoved) | Self::Order(OrderError::Stale(_)) => true,
            Self::Db(error)
            | Self::Place(PlaceError::Db(error))
            | Self::Order(OrderError::Db(error))
            | Self::Outbox(OutboxError::Db(error))
            | Self::Inbox(InboxError::Db(error)) => is_passing(error),
            Self::Outbox(_) | Self::Inbox(_) | Self::Order(_) | Self::Panicked => false,
        }
    }
}

/// How inputs ended, when somebody wants to know.
type Ends = Vec<(InboxId, State)>;

/// Handles one group of due lanes. Answers how many inputs were handled.
///
/// # Errors
/// When the database cannot be used; the inputs stay due.
pub async fn turn(platform: &Platform, source: &dyn Source) -> Result<usize, ConversationError> {
    let error = match group(platform, source).await {
        Ok(handled) => return Ok(handled),
        Err(error) => error,
    };
    warn!(%error, "a group of lanes failed and is done one by one");
    let mut handled = 0;
    while handled < GROUP && one(platform, source).await? {
        handled += 1;
    }
    Ok(handled)
}

/// A group of lanes in one transaction.
async fn group(platform: &Platform, source: &dyn Source) -> Result<usize, ConversationError> {
    let now = platform.now();
    let called = platform.wake.lanes_called.swap(false, Ordering::AcqRel);
    if !called && !inbox::any_due(platform, now).await? {
        return Ok(0);
    }
    let began = Instant::now();
    let txn = platform.db.begin_shared().await?;
    let due = inbox::take(&txn, platform.db.backend(), now, GROUP as u64).await?;
    let (count, mut ends) = (due.len(), Ends::new());
    if count > 0 {
        platform.points.reach("chats.taken").await;
        match unharmed(&txn, now, platform, source, due).await {
            Ok(ended) => ends = ended,
            Err(error) => {
                // Now and not when the connection is used again: until then the lanes are locked.
                txn.rollback().await?;
                return Err(error);
            }
        }
        platform.points.reach("chats.written").await;
    }
    let released = txn.release().await?;
    if count > 0 {
        platform.wake.call_outbox();
    }
    released.committed().await?;
    if count > 0 {
        platform.points.reach("chats.committed").await;
        platform.wake.pulse.wrote(true);
    }
    tell(platform, now, began, &ends);
    Ok(count)
}

/// One lane in a transaction of its own. An input that fails here is put off, and after a few tries given up.
async fn one(platform: &Platform, source: &dyn Source) -> Result<bool, ConversationError> {
    let (now, began) = (platform.now(), Instant::now());
    let txn = platform.db.begin_write().await?;
    let due = inbox::take(&txn, platform.db.backend(), now, 1).await?;
    let Some(item) = due.first().cloned() else {
        txn.commit().await?;
        return Ok(false);
    };
    let ends = match unharmed(&txn, now, platform, source, due).await {
        Ok(ends) => {
            txn.commit().await?;
            ends
        }
        Err(error) => {
            txn.rollback().await?;
            let id = item.id;
            vec![(id, give_up(platform, now, item, &error).await?)]
        }
    };
    tell(platform, now, began, &ends);
    platform.wake.outbox.notify_one();
    Ok(true)
}

fn tell(platform: &Platform, now: Timestamp, began: Instant, ends: &Ends) {
    for (item, state) in ends {
        platform.traces.handled(*item, *state, now, began.elapsed());
    }
}

/// A panic on the way is a failure like another: it costs its item and not the worker. What is done lies on the heap: it
/// is large, and whoever waits for it would carry it along.
fn unharmed<'a>(
    txn: &'a Write,
    now: Timestamp,
    platform: &'a Platform,
    source: &'a dyn Source,
    due: Vec<DueItem>,
) -> BoxFuture<'a, Result<Ends, ConversationError>> {
    let handling = Box::pin(handle(txn, now, platform, source, due));
    let handled = AssertUnwindSafe(handling).catch_unwind();
    Box::pin(handled.map(|done| done.unwrap_or(Err(ConversationError::Panicked))))
}

/// Load, decide, apply.
async fn handle(
    txn: &Write,
    now: Timestamp,
    platform: &Platform,
    source: &dyn Source,
    due: Vec<DueItem>,
) -> Result<Ends, ConversationError> {
    let public_url = platform.config.public_url.trim_end_matches('/');
    let Group { turns, mut offers, mut over, writes } =
        load(txn, now, source, &platform.memory, public_url, due).await?;
    let mut decided = Vec::with_capacity(turns.len());
    for mut turn in turns {
        let intent = std::mem::replace(&mut turn.intent, Intent::Silent(None));
        let decision = catch_unwind(AssertUnwindSafe(|| decide(&turn.chat, intent, &offers)));
        let why = match decision {
            Ok(Ok(decision)) => {
                // The next lane of the group sees what this one leaves.
                if let (Some(_), Some(cart)) = (&decision.placement, &decision.cart) {
                    offers.take(&cart.lines.0);
                }
                decided.push((turn, decision));
                continue;
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "its handling panicked".to_owned(),
        };
        let trace_id = trace::of_input(turn.item);
        error!(inbox.id = %turn.item, %trace_id, "input `{}` is a dead letter: {why}", turn.item);
        over.push(((turn.item, None, State::Dead, Some(why)), turn.lane));
    }
    platform.points.reach("chats.decided").await;
    let mut ends = Ends::new();
    if platform.traces.is_on() {
        ends.extend(over.iter().map(|((item, _, state, _), _)| (*item, *state)));
        ends.extend(decided.iter().map(|(turn, decision)| (turn.item, decision.state())));
    }
    apply(txn, writes, now, decided, over).await?;
    Ok(ends)
}

/// Puts a failing input off, longer each time; after [`TRIES`] it is a dead letter with its reason. What may pass by
/// itself (a deadlock, a lock, stock that was just taken) is no fault of the input: it is tried until it does. Gives the
/// state that it is in now.
async fn give_up(
    platform: &Platform,
    now: Timestamp,
    item: DueItem,
    error: &ConversationError,
) -> Result<State, ConversationError> {
    let txn = platform.db.begin_write().await?;
    let row = inbox_table::Entity::find_by_id(item.id).one(&txn).await?;
    let tries = row.map_or(0, |row| row.attempts);
    let state = if error.is_passing() || tries + 1 < TRIES {
        let until = now.plus_ms(FIRST_PAUSE_MS << tries.clamp(0, 8));
        inbox::postpone(&txn, until, &[item.id], &[item.lane]).await?;
        State::Due
    } else {
        let trace_id = trace::of_input(item.id);
        error!(inbox.id = %item.id, %trace_id, %error, "input `{}` is a dead letter", item.id);
        let why = Some(error.to_string());
        let mut writes = Statements::of(&txn);
        inbox::finish(&mut writes, now, &[(item.id, None, State::Dead, why)], &[item.lane]);
        writes.run(&txn).await?;
        State::Dead
    };
    txn.commit().await?;
    Ok(state)
}
