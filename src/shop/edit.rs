//! What people change through the API: the shop's words and checkout, a number's pace.

use entity::{ChannelId, ShopId, StringList, Timestamp, channel, shop};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect, Set,
};

use super::{
    CartPart, CheckoutPart, OrdersPart, Pace, ShopError, check,
    terms::{self, TermsPart, TermsText},
};
use crate::platform::db::Write;

/// What is to change about a shop; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShopEdit {
    pub name: Option<String>,
    /// The first is the default.
    pub languages: Option<Vec<String>>,
    /// IANA name.
    pub time_zone: Option<String>,
    pub checkout: CheckoutPart,
    pub orders: OrdersPart,
    pub cart: CartPart,
    /// All of them as they stand, each with its language; empty: none any more.
    pub terms: Option<Vec<(String, TermsText)>>,
}

/// What is to change about a channel; what is absent stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChannelEdit {
    pub pace: Pace,
    pub read_marks: Option<bool>,
    /// Seconds, 5 to 600.
    pub unknown_seconds: Option<i32>,
}

/// One shop.
///
/// # Errors
/// [`ShopError::NoShop`], or the database's.
pub async fn get(db: &impl ConnectionTrait, id: ShopId) -> Result<shop::Model, ShopError> {
    let found = shop::Entity::find_by_id(id).one(db).await?;
    found.ok_or_else(|| ShopError::NoShop(id.to_string()))
}

/// Changes a shop.
///
/// # Errors
/// [`ShopError::Stale`] when `if_version` is another than the shop's, [`ShopError::Invalid`] with all that is wrong.
pub async fn edit(
    txn: &Write,
    now: Timestamp,
    id: ShopId,
    if_version: Option<i32>,
    edit: ShopEdit,
) -> Result<shop::Model, ShopError> {
    let old = shop::Entity::find_by_id(id)
        .lock_exclusive()
        .one(txn)
        .await?
        .ok_or_else(|| ShopError::NoShop(id.to_string()))?;
    fresh(if_version, old.version)?;
    let mut new = shop::Model {
        name: edit.name.map_or_else(|| old.name.clone(), |name| name.trim().to_owned()),
        languages: edit.languages.map_or_else(|| old.languages.clone(), StringList),
        time_zone: edit.time_zone.unwrap_or_else(|| old.time_zone.clone()),
        checkout: edit.checkout.over(old.checkout.clone()),
        orders: edit.orders.over(old.orders),
        cart_days: edit.cart.days.unwrap_or(old.cart_days),
        ..old.clone()
    };
    let mut faults = Vec::new();
    let mut fault = |pointer: &str, outcome: Result<(), String>| {
        if let Err(what) = outcome {
            faults.push((pointer.to_owned(), what));
        }
    };
    fault("/name", check::line(&new.name, 100));
    fault("/languages", check::languages(&new.languages.0));
    fault("/time_zone", check::time_zone(&new.time_zone));
    if let Err((field, what)) = check::checkout(&new.checkout) {
        fault(&format!("/checkout/{field}"), Err(what));
    }
    let given = edit.terms.as_deref().unwrap_or_default();
    for (at, (language, text)) in given.iter().enumerate() {
        let alone = TermsPart::from([(language.clone(), text.clone())]);
        for (_, field, what) in terms::faults(&alone) {
            fault(&format!("/terms/{at}/{field}"), Err(what));
        }
        if given[..at].iter().any(|(before, _)| before == language) {
            fault(&format!("/terms/{at}/language"), Err("stands twice".to_owned()));
        }
    }
    if let Err((field, what)) = check::orders(new.orders) {
        fault(&format!("/orders/{field}"), Err(what.to_owned()));
    }
    let (least, most) = check::CART_DAYS;
    if !(least..=most).contains(&new.cart_days) {
        fault("/cart/days", Err(format!("must be {least} to {most}")));
    }
    if !faults.is_empty() {
        return Err(ShopError::Invalid(faults));
    }
    if let Some(part) = edit.terms {
        let part = TermsPart::from_iter(part);
        new.checkout.terms = terms::settle(txn, now, id, &part).await?;
    }
    if new == old {
        return Ok(old);
    }
    let mut row = old.clone().into_active_model();
    row.name = Set(new.name);
    row.languages = Set(new.languages);
    row.time_zone = Set(new.time_zone);
    row.checkout = Set(new.checkout);
    row.orders = Set(new.orders);
    row.cart_days = Set(new.cart_days);
    row.version = Set(old.version + 1);
    row.updated_at = Set(now);
    Ok(row.update(txn).await?)
}

/// One channel of a shop.
///
/// # Errors
/// [`ShopError::NoChannel`], or the database's.
pub async fn channel(
    db: &impl ConnectionTrait,
    shop: ShopId,
    id: ChannelId,
) -> Result<channel::Model, ShopError> {
    channel::Entity::find_by_id(id)
        .filter(channel::Column::ShopId.eq(shop))
        .one(db)
        .await?
        .ok_or(ShopError::NoChannel(id))
}

async fn locked_channel(
    txn: &Write,
    shop: ShopId,
    id: ChannelId,
) -> Result<channel::Model, ShopError> {
    channel::Entity::find_by_id(id)
        .filter(channel::Column::ShopId.eq(shop))
        .lock_exclusive()
        .one(txn)
        .await?
        .ok_or(ShopError::NoChannel(id))
}

/// Changes a channel.
///
/// # Errors
/// [`ShopError::NoChannel`], [`ShopError::Stale`], [`ShopError::Invalid`] with all that is wrong.
pub async fn edit_channel(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    id: ChannelId,
    if_version: Option<i32>,
    edit: ChannelEdit,
) -> Result<channel::Model, ShopError> {
    let old = locked_channel(txn, shop, id).await?;
    fresh(if_version, old.version)?;
    let new = channel::Model {
        pace_per_second: edit.pace.per_second.unwrap_or(old.pace_per_second),
        pair_seconds: edit.pace.pair_seconds.unwrap_or(old.pair_seconds),
        pair_burst: edit.pace.pair_burst.unwrap_or(old.pair_burst),
        read_marks: edit.read_marks.unwrap_or(old.read_marks),
        unknown_seconds: edit.unknown_seconds.unwrap_or(old.unknown_seconds),
        ..old.clone()
    };
    let mut faults = Vec::new();
    let bounds = [
        ("/pace/per_second", new.pace_per_second, 0, 1_000),
        ("/pace/pair_seconds", new.pair_seconds, 0, 3_600),
        ("/pace/pair_burst", new.pair_burst, 1, 1_000),
        ("/unknown_seconds", new.unknown_seconds, 5, 600),
    ];
    for (pointer, value, min, max) in bounds {
        if !(min..=max).contains(&value) {
            faults.push((pointer.to_owned(), format!("must be {min} to {max}")));
        }
    }
    if !faults.is_empty() {
        return Err(ShopError::Invalid(faults));
    }
    if new == old {
        return Ok(old);
    }
    let mut row = old.clone().into_active_model();
    row.pace_per_second = Set(new.pace_per_second);
    row.pair_seconds = Set(new.pair_seconds);
    row.pair_burst = Set(new.pair_burst);
    row.read_marks = Set(new.read_marks);
    row.unknown_seconds = Set(new.unknown_seconds);
    row.version = Set(old.version + 1);
    row.updated_at = Set(now);
    Ok(row.update(txn).await?)
}

/// Lets a channel send again after what stopped it was put right; a rest and a pause that WhatsApp asked for end too. One
/// that may send stays as it is. Whoever commits it wakes the outbox.
///
/// # Errors
/// [`ShopError::NoChannel`], or the database's.
pub async fn resume_channel(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    id: ChannelId,
) -> Result<channel::Model, ShopError> {
    let old = locked_channel(txn, shop, id).await?;
    let is_paused = old.paused_until.is_some_and(|end| now < end);
    if old.stopped_reason.is_none() && old.failures == 0 && !is_paused {
        return Ok(old);
    }
    let mut row = old.clone().into_active_model();
    row.stopped_reason = Set(None);
    row.paused_until = Set(None);
    row.failures = Set(0);
    row.resting_until = Set(None);
    row.version = Set(old.version + 1);
    row.updated_at = Set(now);
    Ok(row.update(txn).await?)
}

fn fresh(expected: Option<i32>, version: i32) -> Result<(), ShopError> {
    match expected {
        Some(expected) if expected != version => Err(ShopError::Stale(version)),
        _ => Ok(()),
    }
}
