//! Room 3: lines, prices, totals.

pub mod list;
