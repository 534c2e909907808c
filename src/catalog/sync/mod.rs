//! Keeps WhatsApp's catalog as ours: *intended* against *sent* gives creates, updates, deletes; batches are sent and
//! their handles asked; each item ends accepted, rejected with a reason, or sent anew.

use entity::channel;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchStatus {
    pub finished: bool,
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
