//! What strangers can reach of this room, without a database: for the fuzzers.

use std::collections::HashMap;

use entity::{AppId, ChannelId, ShopId, Timestamp, inbox::Kind};
use uuid::Uuid;

use super::{account, message, split, status};
use crate::inbox::Split;

/// A number that the probe knows.
pub const NUMBER: &str = "1000";
const ACCOUNT: &str = "2000";

/// A signed body, taken apart.
#[must_use]
pub fn webhook(body: &[u8], now: Timestamp) -> Split {
    let known = split::Known {
        channel: ChannelId(Uuid::nil()),
        shop: ShopId(Uuid::nil()),
        account: ACCOUNT.to_owned(),
    };
    let numbers = HashMap::from([(NUMBER.to_owned(), known)]);
    split::split(AppId(Uuid::nil()), &numbers, body, now)
}

/// Whether a stored item can be read by whoever handles it; one that cannot becomes a dead letter with this reason.
///
/// # Errors
/// The reason.
pub fn item(kind: Kind, payload: &[u8]) -> Result<(), String> {
    match kind {
        Kind::Message => message::read(payload).map(drop).map_err(|e| e.0),
        Kind::Status => status::read(payload).map(drop).map_err(|e| e.0),
        Kind::Account => account::read(payload).map(drop).map_err(|e| e.0),
        _ => Ok(()),
    }
}
