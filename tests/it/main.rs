//! The black box: the real router on a real port, a real database of each kind, a simulated WhatsApp.
//!
//! `harness/` opens a shop; each other file tells about one side of it. A test on both databases is written
//! `on_both! { async fn name(shop: &Shop) { … } }` and becomes `name::sqlite` and `name::postgres`.

#[macro_use]
#[allow(dead_code, reason = "a house has more doors than one visitor needs")]
mod harness;

mod smoke;
