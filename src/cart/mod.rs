//! Room 3: lines, prices, totals.
