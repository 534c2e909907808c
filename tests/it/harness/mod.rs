//! A whole shop for a test: `on_both!` opens one on each database and checks the invariants when the test is over.

mod base;
mod bubble;
pub(crate) mod buyer;
pub(crate) mod cluster;
mod control;
mod helper;
pub(crate) mod invariants;
mod many;
pub(crate) mod patience;
mod person;
pub(crate) mod plans;
pub(crate) mod process;
mod reports;
pub(crate) mod seed;
mod shop;
pub(crate) mod town;

#[allow(unused_imports, reason = "each test file takes what it needs")]
pub(crate) use self::{
    base::{Backend, Base, postgres_url, unique},
    bubble::{Bubble, Choice},
    control::Control,
    many::Services,
    person::Person,
    reports::report,
    seed::{KEY_BYTES, SKUS},
    shop::{Api, Options, START_MS, Shop},
};

/// Runs a test on SQLite and on PostgreSQL. Three forms:
///
/// ```text
/// on_both! { async fn name(shop: &Shop) { … } }                        // a shop with a catalog, settled
/// on_both! { async fn name(shop: &Shop; Options { … }) { … } }         // a shop with other options
/// on_both! { async fn name(on: Backend) { … } }                        // opens (and closes) its shops itself
/// ```
///
/// After the first two the shop is closed: invariants are checked, and an unsent, unexplained message fails the test.
macro_rules! on_both {
    ($(#[$meta:meta])* async fn $name:ident($shop:ident: &Shop) $body:block) => {
        on_both! { $(#[$meta])* async fn $name($shop: &Shop; $crate::harness::Options::default()) $body }
    };
    ($(#[$meta:meta])* async fn $name:ident($shop:ident: &Shop; $options:expr) $body:block) => {
        on_both! { @ $(#[$meta])* $name(on: $crate::harness::Backend) {
            let opened = $crate::harness::Shop::open_with(on, $options).await;
            {
                let $shop: &Shop = &opened;
                $body
            }
            opened.close().await;
        } }
    };
    ($(#[$meta:meta])* async fn $name:ident($on:ident: Backend) $body:block) => {
        on_both! { @ $(#[$meta])* $name($on: Backend) $body }
    };
    (@ $(#[$meta:meta])* $name:ident($on:ident: $backend:ty) $body:block) => {
        mod $name {
            #[allow(unused_imports, reason = "a body may name what stands beside it")]
            use super::*;

            async fn story($on: $backend) $body

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                story($crate::harness::Backend::Sqlite).await;
            }

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if $crate::harness::postgres_url().is_some() {
                    story($crate::harness::Backend::Postgres).await;
                }
            }
        }
    };
}
