//! A dead letter comes again: read anew as if it had just come, with effect once however often it is asked for.
//!
//! An item that died in its lane is due again in its own row and goes to its place in the lane: by the provider's time
//! among what still waits there; what was handled meanwhile stays handled. What the door could not read is taken apart
//! anew: its items get rows of their own unless they have come by themselves, and the letter is done.

use std::{collections::HashMap, sync::Arc};

use entity::{
    AppId, ChannelId, InboxId, ShopId, Timestamp, app,
    inbox::{self, State},
    lane,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ConnectionTrait, EntityTrait, IntoActiveModel, QuerySelect,
    sea_query::{Expr, LockType, OnConflict},
};
use tracing::info;

use super::{Door, InboxError, Keeper, Known, NewItem, Source, Split, letters};
use crate::platform::{Platform, db::Write, trace};

/// Why a letter is done whose items were given rows of their own.
const READ_ANEW: &str = "read anew: what it held has rows of its own";

/// Why a shop's wish is refused.
const ANOTHERS: &str =
    "it holds more than what came for this number: the operator may replay it (`sepet replay`)";

/// What came of the wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is due, and handled next.
    Due,
    /// It is due or handled already: nothing was changed.
    Already,
    /// It still cannot be handled, for this reason: nothing was changed.
    Refused(String),
}

/// Whose letters may be touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of the channels of a shop.
    Shop(ShopId),
    /// All, also those that came before any shop was known: the operator's.
    Anybodys,
}

/// Reads letters anew. Made for some of them at a time, so that what it knows of the apps is fresh.
pub struct Reader<'a> {
    source: &'a dyn Source,
    keepers: HashMap<AppId, Arc<dyn Keeper>>,
}

impl<'a> Reader<'a> {
    /// Knows all apps as they are now.
    ///
    /// # Errors
    /// When the database refuses, or a stored secret cannot be opened.
    pub async fn open(
        platform: &Platform,
        door: &dyn Door,
        source: &'a dyn Source,
    ) -> Result<Self, InboxError> {
        let mut keepers = HashMap::new();
        for app in app::Entity::find().all(platform.db.reader()).await? {
            if let Some(keeper) = door.app(&app.meta_app_id, Known::Now).await? {
                keepers.insert(app.id, keeper);
            }
        }
        Ok(Self { source, keepers })
    }

    /// Makes a letter due again; `None` when there is none with this id among `whose`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn replay(
        &self,
        txn: &Write,
        now: Timestamp,
        whose: Whose,
        id: InboxId,
    ) -> Result<Option<Fate>, InboxError> {
        let found = inbox::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(txn).await?;
        let Some(letter) = found else { return Ok(None) };
        if !letters::is_of(txn, whose, &letter).await? {
            return Ok(None);
        }
        let fate = match letter.state {
            State::Due | State::Done => Fate::Already,
            State::Kept | State::Dead if letter.lane.is_some() => {
                self.in_its_lane(txn, now, letter).await?
            }
            State::Kept | State::Dead => self.anew(txn, now, whose, letter).await?,
        };
        if fate == Fate::Due {
            let trace_id = trace::of_input(id);
            info!(inbox.id = %id, %trace_id, "dead letter `{id}` is due again");
        }
        Ok(Some(fate))
    }

    /// What would come of it; nothing is changed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn would(
        &self,
        db: &impl ConnectionTrait,
        now: Timestamp,
        whose: Whose,
        id: InboxId,
    ) -> Result<Option<Fate>, InboxError> {
        let Some(letter) = inbox::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
        if !letters::is_of(db, whose, &letter).await? {
            return Ok(None);
        }
        Ok(Some(match letter.state {
            State::Due | State::Done => Fate::Already,
            State::Kept | State::Dead if letter.lane.is_some() => {
                self.read(&letter).map_or(Fate::Due, Fate::Refused)
            }
            State::Kept | State::Dead => match self.split(now, whose, &letter) {
                Ok(_) => Fate::Due,
                Err(reason) => Fate::Refused(reason),
            },
        }))
    }

    async fn in_its_lane(
        &self,
        txn: &Write,
        now: Timestamp,
        letter: inbox::Model,
    ) -> Result<Fate, InboxError> {
        if let Some(reason) = self.read(&letter) {
            return Ok(Fate::Refused(reason));
        }
        let (lane, channel) = (letter.lane.clone(), letter.channel_id);
        again(txn, now, letter, None).await?;
        if let (Some(lane), Some(channel)) = (lane, channel) {
            ring(txn, now, &lane, channel).await?;
        }
        Ok(Fate::Due)
    }

    /// Why a message of a lane cannot be read, if it cannot.
    fn read(&self, letter: &inbox::Model) -> Option<String> {
        self.source.message(&letter.payload).err().map(|unreadable| unreadable.0)
    }

    /// What is in a letter of the door; the reason when nothing of it can be handled, or not by `whose` wish: a shop may
    /// have written what stands in it, and other shops have numbers of the same app.
    fn split(&self, now: Timestamp, whose: Whose, letter: &inbox::Model) -> Result<Split, String> {
        let keeper = self.keepers.get(&letter.app_id).ok_or("its app is gone")?;
        let split = keeper.again(letter.kind, letter.channel_id, &letter.payload, now);
        let split = split.map_err(|unreadable| unreadable.0)?;
        if whose != Whose::Anybodys {
            let own = |item: &NewItem| {
                item.kind != inbox::Kind::Account && item.channel_id == letter.channel_id
            };
            if !split.items.iter().all(own) {
                return Err(ANOTHERS.to_owned());
            }
        }
        if split.items.iter().any(|item| item.state == State::Due) {
            return Ok(split);
        }
        let reason = split.items.into_iter().find_map(|item| item.reason);
        Err(reason.unwrap_or_else(|| "nothing is in it".to_owned()))
    }

    async fn anew(
        &self,
        txn: &Write,
        now: Timestamp,
        whose: Whose,
        letter: inbox::Model,
    ) -> Result<Fate, InboxError> {
        let mut items = match self.split(now, whose, &letter) {
            Ok(split) => split.items,
            Err(reason) => return Ok(Fate::Refused(reason)),
        };
        // The time in the key of news of an account does not stand in what is stored of them.
        if let [news] = items.as_mut_slice()
            && (news.kind, letter.kind) == (inbox::Kind::Account, inbox::Kind::Account)
        {
            news.dedupe_key.clone_from(&letter.dedupe_key);
        }
        // Each in the place that it had in what came.
        let mut items: Vec<(i64, NewItem)> = (letter.arrival..).zip(items).collect();
        items.sort_by(|(_, a), (_, b)| a.dedupe_key.cmp(&b.dedupe_key));
        let mut letter = Some(letter);
        for (arrival, item) in items {
            let rung = (item.state == State::Due).then(|| item.lane.clone().zip(item.channel_id));
            if letter.as_ref().is_some_and(|letter| letter.dedupe_key == item.dedupe_key) {
                if let Some(letter) = letter.take() {
                    again(txn, now, letter, Some((arrival, item))).await?;
                }
            } else {
                insert(txn, now, arrival, item).await?;
            }
            if let Some((lane, channel)) = rung.flatten() {
                ring(txn, now, &lane, channel).await?;
            }
        }
        if let Some(letter) = letter {
            let mut letter = letter.into_active_model();
            letter.state = Set(State::Done);
            letter.reason = Set(Some(READ_ANEW.to_owned()));
            letter.done_at = Set(Some(now));
            letter.update(txn).await?;
        }
        Ok(Fate::Due)
    }
}

/// The letter's own row is due, as what it is now; `item` with its arrival.
async fn again(
    txn: &Write,
    now: Timestamp,
    letter: inbox::Model,
    item: Option<(i64, NewItem)>,
) -> Result<(), InboxError> {
    let mut row = letter.into_active_model();
    row.state = Set(State::Due);
    row.due_at = Set(now);
    row.attempts = Set(0);
    row.reason = Set(None);
    row.done_at = Set(None);
    if let Some((arrival, item)) = item {
        row.arrival = Set(arrival);
        row.kind = Set(item.kind);
        row.state = Set(item.state);
        row.reason = Set(item.reason);
        row.channel_id = Set(item.channel_id);
        row.lane = Set(item.lane);
        row.payload = Set(item.payload);
        row.sent_at = Set(item.sent_at);
        // Statuses look for their message for a day from here on.
        row.received_at = Set(now);
    }
    row.update(txn).await?;
    Ok(())
}

/// A row of its own, unless the item has come before.
async fn insert(
    txn: &Write,
    now: Timestamp,
    arrival: i64,
    item: NewItem,
) -> Result<(), InboxError> {
    let due = item.state == State::Due;
    let row = inbox::ActiveModel {
        id: Set(InboxId::new(now)),
        app_id: Set(item.app_id),
        channel_id: Set(item.channel_id),
        kind: Set(item.kind),
        dedupe_key: Set(item.dedupe_key),
        lane: Set(item.lane.filter(|_| due)),
        payload: Set(item.payload),
        sent_at: Set(item.sent_at),
        arrival: Set(arrival),
        state: Set(item.state),
        due_at: Set(now),
        attempts: Set(0),
        reason: Set(item.reason),
        conversation_id: Set(None),
        edited_at: Set(None),
        revoked_at: Set(None),
        received_at: Set(now),
        done_at: Set((!due).then_some(now)),
    };
    inbox::Entity::insert(row)
        .on_conflict(OnConflict::column(inbox::Column::DedupeKey).do_nothing().to_owned())
        .exec_without_returning(txn)
        .await?;
    Ok(())
}

/// The lane is due; whoever handles it at this moment is waited for.
async fn ring(
    txn: &Write,
    now: Timestamp,
    lane: &str,
    channel: ChannelId,
) -> Result<(), InboxError> {
    let row = lane::ActiveModel {
        key: Set(lane.to_owned()),
        channel_id: Set(channel),
        due_at: Set(Some(now)),
    };
    let earlier =
        "CASE WHEN lanes.due_at < excluded.due_at THEN lanes.due_at ELSE excluded.due_at END";
    lane::Entity::insert(row)
        .on_conflict(
            OnConflict::column(lane::Column::Key)
                .value(lane::Column::DueAt, Expr::cust(earlier))
                .to_owned(),
        )
        .exec_without_returning(txn)
        .await?;
    Ok(())
}
