//! Keeps WhatsApp's catalog as ours: *intended* against *sent* gives creates, updates, deletes; batches are sent and
//! their handles asked; each item ends accepted, rejected with a reason, or sent anew.
//!
//! [`turn`] does what is due now: first what is under way (`flight`), then a comparison (`compare`), then the reviews
//! (`review`). `item` says what an item should be and `plan` what is to be done; both are pure.
//!
//! **What is due.** A channel is compared when a product or variant of its shop was changed since the last time (two
//! probes of an index), when a batch has ended, and every ten seconds: that finds sales that begin or end, and whatever
//! was committed late. A comparison walks the shop's products in pages, so that its memory does not grow with the
//! catalog, and takes some 50 ms for 10,000 variants. For a million it would have to walk only what changed: the
//! index that is probed for that is there already.
//!
//! **What is sent twice.** A batch is decided and committed before it is sent. When the process dies in between, its
//! lease runs out and it is sent again with what the items are then: harmless, because items are set and not changed.
//!
//! **What stays offered.** A change of price or stock leaves an approved item approved while it travels; a new title,
//! text or picture takes it out until WhatsApp has looked at it.

mod batch;
mod compare;
mod flight;
mod intended;
mod item;
pub mod list;
mod plan;
mod review;
mod timetable;

use entity::channel;
use futures_util::future::BoxFuture;
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

use super::CatalogError;
use crate::{money::MoneyError, platform::Platform};

pub use timetable::start_now;

/// Why a turn failed. What WhatsApp answers is no failure: it becomes the state of a batch.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Money(#[from] MoneyError),
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// Does what is due now, for all channels. Returns how much was done: 0 when nothing is due any more.
///
/// # Errors
/// The database's; what was begun goes on when its lease has run out.
pub async fn turn(platform: &Platform, remote: &dyn RemoteCatalog) -> Result<usize, SyncError> {
    let moved = flight::turn(platform, remote).await?;
    let compared = compare::turn(platform, remote).await?;
    let reviewed = review::turn(platform, remote).await?;
    Ok(moved + compared + reviewed)
}

/// One request of an `items_batch` call (reference §4.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchRequest {
    pub method: Method,
    pub data: serde_json::Map<String, serde_json::Value>,
}

/// What is asked for the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Create,
    Update,
    Delete,
}

/// What the catalog answered to a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchAnswer {
    pub handles: Vec<String>,
    /// SKU and why it was refused at once.
    pub refused: Vec<(String, String)>,
}

/// How far a handle is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchStatus {
    /// Nothing more becomes of it.
    pub finished: bool,
    /// It ended without an outcome for the items that are not named: WhatsApp's word for that.
    pub given_up: Option<String>,
    /// SKU (when named) and why.
    pub refused: Vec<(Option<String>, String)>,
}

/// One item as WhatsApp shows it to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteItem {
    pub sku: String,
    /// `APPROVED`, `PENDING`, `REJECTED`, … of the WHATSAPP capability.
    pub review: String,
    pub reasons: Vec<String>,
}

/// Why a catalog call failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// May work later; at the earliest after so many milliseconds when the provider said so.
    #[error("WhatsApp's catalog asks to wait: {text}")]
    Later { text: String, after_ms: Option<i64> },
    /// Will not work unchanged.
    #[error("WhatsApp's catalog refuses: {text}")]
    Refused { code: Option<i64>, text: String },
}

/// WhatsApp's side of the catalog.
pub trait RemoteCatalog: Send + Sync + 'static {
    /// Sends one batch.
    fn send<'a>(
        &'a self,
        channel: &'a channel::Model,
        requests: &'a [BatchRequest],
    ) -> BoxFuture<'a, Result<BatchAnswer, RemoteError>>;

    /// Asks how far a handle is.
    fn status<'a>(
        &'a self,
        channel: &'a channel::Model,
        handle: &'a str,
    ) -> BoxFuture<'a, Result<BatchStatus, RemoteError>>;

    /// One page of items with their review; the second value is the cursor of the next page.
    fn items<'a>(
        &'a self,
        channel: &'a channel::Model,
        after: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(Vec<RemoteItem>, Option<String>), RemoteError>>;
}
