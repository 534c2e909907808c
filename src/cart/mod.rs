//! Room 3: lines, prices, totals. Pure: what a cart is worth and what becomes of it when the catalog moves.

mod edit;
pub mod list;
mod pricing;

pub use edit::{Checked, MAX_QUANTITY, Offer, Offers, check, from_native, put, total_seen};
pub use pricing::{CartError, Totals, line_total, totals};
