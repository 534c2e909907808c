//! Room 1: what came in, stored before we answer 200.
//!
//! An item is stored once: its key is unique. Messages wait in the lane of their sender, one lane a person; statuses go
//! round the lanes. What cannot be read becomes a dead letter with its reason and harms nothing beside it.

mod account;
mod intake;
mod lanes;
pub mod letters;
mod pressure;
mod replay;
mod statuses;
mod wake;

use std::sync::Arc;

use entity::{AppId, ChannelId, InboxId, Timestamp, inbox};
use futures_util::future::BoxFuture;
use sea_orm::DbErr;

pub use account::{AccountChange, AccountNews};
pub use intake::{Intake, IntakeError, Left, left, remove_spool};
pub use lanes::{Finished, any_due, finish, hold, postpone, take};
pub use replay::{Fate, Reader, Whose};
pub use statuses::turn;
pub use wake::{set_back, sweep};

pub use crate::outbox::StatusReport;

use crate::{message::Inbound, platform::secret::sha256_hex};

/// Why a turn of the inbox failed.
#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    #[error("the inbox cannot use the database: {0}")]
    Db(#[from] DbErr),
    #[error("statuses cannot be attached: {0}")]
    Outbox(#[from] crate::outbox::OutboxError),
    #[error("a stored secret cannot be used: {0}")]
    Secret(#[from] crate::platform::secret::SecretError),
    #[error("its handling panicked")]
    Panicked,
}

/// The lane of a person on a channel: by BSUID, else by phone (`+` and digits). `None` when neither is known.
#[must_use]
pub fn lane(channel: ChannelId, bsuid: Option<&str>, phone: Option<&str>) -> Option<String> {
    bsuid.or(phone).map(|name| format!("{}:{name}", channel.0.simple()))
}

/// What is longer does not become part of a key: indexes have limits.
const LONGEST_KEY: usize = 400;

/// A key that says what it is (`m` a message, `s` a status …), unless it is too long to be one.
#[must_use]
pub fn key(kind: &str, parts: &[&str]) -> String {
    let key = format!("{kind}:{}", parts.join(":"));
    if key.len() <= LONGEST_KEY { key } else { format!("{kind}:{}", sha256_hex(key.as_bytes())) }
}

/// The key of a message that came to a number.
#[must_use]
pub fn message_key(phone_number_id: &str, wamid: &str) -> String {
    key("m", &[phone_number_id, wamid])
}

/// How new what is known of an app must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// As it was a moment ago.
    Lately,
    /// Something did not fit, and anybody can make that happen: read anew, but not more than once a second for an app.
    Doubted,
    /// Something that is rightly signed did not fit: read anew.
    Now,
}

/// Who may bring webhooks of one provider.
pub trait Door: Send + Sync + 'static {
    /// What is known of the app with the provider's id `app`; `None` when nothing is.
    fn app<'a>(
        &'a self,
        app: &'a str,
        known: Known,
    ) -> BoxFuture<'a, Result<Option<Arc<dyn Keeper>>, InboxError>>;
}

/// Checks and reads the webhooks of one app.
pub trait Keeper: Send + Sync + 'static {
    /// Whether the handshake named our token. Takes the same time whatever was named.
    fn knows(&self, verify_token: &str) -> bool;

    /// The code in a signature header; `None` when it is malformed.
    fn signature(&self, header: &[u8]) -> Option<[u8; 32]>;

    /// Whether one of the app's secrets made this signature over these bytes. Takes constant time per secret.
    fn signed(&self, signature: &[u8; 32], body: &[u8]) -> bool;

    /// Everything that a rightly signed body holds, dead letters included. Never panics.
    fn split(&self, body: &[u8], now: Timestamp) -> Split;

    /// What a stored item holds, read as if it had just come. `channel` is the one that it came on, when that is known.
    ///
    /// # Errors
    /// [`Unreadable`] when it is no webhook and no part of one.
    fn again(
        &self,
        kind: inbox::Kind,
        channel: Option<ChannelId>,
        payload: &[u8],
        now: Timestamp,
    ) -> Result<Split, Unreadable>;
}

/// What a POST held.
#[derive(Clone, Debug, Default)]
pub struct Split {
    pub items: Vec<NewItem>,
    /// It named a number that is not known of this app: worth a fresh look.
    pub strange_number: bool,
}

/// One item of a webhook, ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewItem {
    pub app_id: AppId,
    pub channel_id: Option<ChannelId>,
    pub kind: inbox::Kind,
    /// What makes it the same item when it comes again.
    pub dedupe_key: String,
    /// `{channel}:{BSUID}`, else `{channel}:{phone}`; absent for what goes round the lanes.
    pub lane: Option<String>,
    /// Raw JSON of the item with its contact.
    pub payload: Vec<u8>,
    pub sent_at: Timestamp,
    pub state: inbox::State,
    pub reason: Option<String>,
}

/// A payload that cannot be understood; becomes the reason of the dead letter. Holds no personal data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

/// Reads stored payloads of one provider.
pub trait Source: Send + Sync + 'static {
    /// The message of a stored item of kind `Message`.
    ///
    /// # Errors
    /// [`Unreadable`] with what is wrong.
    fn message(&self, payload: &[u8]) -> Result<Inbound, Unreadable>;

    /// The news of a stored item of kind `Account`; `None` when they change nothing, and are only kept.
    ///
    /// # Errors
    /// [`Unreadable`] with what is wrong.
    fn account(&self, payload: &[u8]) -> Result<Option<AccountNews>, Unreadable>;

    /// The report of a stored item of kind `Status`.
    ///
    /// # Errors
    /// [`Unreadable`] with what is wrong.
    fn status(&self, payload: &[u8]) -> Result<StatusReport, Unreadable>;
}

/// One stored item that is due, as a worker gets it.
#[derive(Clone, Debug)]
pub struct DueItem {
    pub id: InboxId,
    pub lane: String,
    pub channel_id: ChannelId,
    pub payload: Vec<u8>,
}
