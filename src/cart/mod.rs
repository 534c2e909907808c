//! Room 3: lines, prices, totals. Pure: what a cart is worth and what becomes of it when the catalog moves.

mod edit;
mod life;
pub mod link;
pub mod list;
mod native;
mod pricing;
mod substitute;

#[cfg(test)]
mod sample;

pub use edit::{Checked, MAX_QUANTITY, Offer, Offers, check, merge, put, same_goods};
pub use life::{DAY_MS, is_over, over_since};
pub use native::{NOTE, from_foreign, from_native, note, other_currencies, total_seen};
pub use pricing::{CartError, Totals, line_total, totals};
pub use substitute::{Gone, for_all, substitutes};
