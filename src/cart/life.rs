//! How long a cart is kept.

use entity::{Timestamp, cart};

/// Milliseconds of a day.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The instant at which a cart must have been changed last to be over at `now`, when the shop keeps carts for `days`.
#[must_use]
pub fn over_since(days: i32, now: Timestamp) -> Timestamp {
    now.plus_ms(-i64::from(days) * DAY_MS)
}

/// Whether the shop keeps an open cart no longer: nobody changed it for its days. It is closed when its customer writes
/// again; until then it only counts as closed.
#[must_use]
pub fn is_over(cart: &cart::Model, days: i32, now: Timestamp) -> bool {
    cart.status == cart::Status::Open && cart.updated_at <= over_since(days, now)
}
