//! The simulator from outside: HTTP on both sides, a clock that stands still, webhooks that leave on demand.

#![expect(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    reason = "a test may stop where it fails, and hand over what it made"
)]

mod batches;
mod customers;
mod delivery;
mod faults;
mod flows;
mod inbound;
mod limits;
mod media;
mod messages;
mod restart;
mod support;
