//! Room 4: placing, lifecycle, what the customer is told.

pub mod list;
