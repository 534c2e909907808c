//! Room 5: what must go out. Order per customer, pace, window, retries, unknown sends.
//!
//! A row is leased, the lease is committed, the message is sent, the outcome is recorded: no transaction is open while
//! we talk to the provider. The next message to a person leaves when the one before was accepted or has finally failed.
//! Nothing free-form leaves while the window is closed. A send without an answer is *unknown*: a status settles it, or
//! after a stated wait it is sent again and marked, which is the one place where a double can happen. Every row ends
//! sent, failed or expired with its reason, or waits with a next try or with what frees it.

mod attach;
mod breaker;
mod failed;
mod instead;
mod lease;
mod marks;
mod outcome;
mod pace;
mod push;
mod record;
mod stale;
mod sweep;
mod turn;

use entity::{
    ChannelId, ConversationId, InboxId, OutboxId, ShopId, Timestamp, channel,
    outbox::{self, Delivery},
};
use futures_util::future::BoxFuture;
use sea_orm::DbErr;

pub use attach::{Attached, attach};
pub use marks::marks_turn;
pub use push::{drop_held, free, push, row};
pub use turn::turn;

use crate::message::Outbound;

/// Why it is held. It says what frees it.
pub const HELD: &str =
    "the customer service window is closed: it leaves when the customer writes again";

/// The gate closes so many milliseconds before the window does.
pub const WINDOW_MARGIN_MS: i64 = 60_000;

/// Whether the provider of the channel gave no answers lately: it rests, and one message at a time tries whether it is
/// back.
#[must_use]
pub fn is_resting(channel: &channel::Model) -> bool {
    breaker::is_resting(channel)
}

/// Why the outbox failed.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    #[error("the outbox cannot use the database: {0}")]
    Db(#[from] DbErr),
    #[error("there is no conversation `{0}`")]
    NoConversation(ConversationId),
}

/// Whether something free-form may leave at `now`.
#[must_use]
pub fn window_open(window_ends_at: Option<Timestamp>, now: Timestamp) -> bool {
    window_ends_at.is_some_and(|end| now < end.plus_ms(-WINDOW_MARGIN_MS))
}

/// Whom a message goes to: the phone when known, else the BSUID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// `+` and digits.
    Phone(String),
    Bsuid(String),
}

/// What became of one send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Accepted; the id may be missing.
    Accepted { wamid: Option<String> },
    /// Certainly not sent: the connection was never made, or a refusal that may pass. Again after a while, at the
    /// earliest after `after_ms` when the provider said so.
    Retry { code: Option<i64>, text: String, after_ms: Option<i64> },
    /// A refusal that is worth one more try and no second.
    RetryOnce { code: i64, text: String, after_ms: Option<i64> },
    /// The number's or the account's pace: nobody gets anything for a while.
    Throttled { code: i64, text: String, after_ms: Option<i64> },
    /// This person's pace.
    PairThrottled { code: i64, text: String, after_ms: Option<i64> },
    /// The window is closed after all.
    WindowClosed { code: i64, text: String },
    /// No readable answer: it may have gone out. With `after_ms`, whoever answered wants nothing before that.
    Unknown { text: String, after_ms: Option<i64> },
    /// Never to be sent again unchanged.
    Refused { code: Option<i64>, text: String },
    /// The channel cannot send until a person acts (token, account, payment).
    ChannelStopped { code: Option<i64>, text: String },
}

/// What WhatsApp reports about a message that we sent.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusReport {
    pub wamid: String,
    /// Our `biz_opaque_callback_data`, when it came back.
    pub outbox_id: Option<entity::OutboxId>,
    /// `None`: a kind that has no rank (kept raw).
    pub delivery: Option<Delivery>,
    pub at: Timestamp,
    pub error_code: Option<i64>,
    pub error_text: Option<String>,
    /// What a failure with a code means: the same as if the send had been answered so.
    pub refusal: Option<Outcome>,
    pub pricing: Option<serde_json::Value>,
}

/// Carries messages to people.
pub trait Sender: Send + Sync + 'static {
    /// Sends one message; `id` comes back in its statuses.
    fn send<'a>(
        &'a self,
        channel: &'a channel::Model,
        to: &'a Recipient,
        message: &'a Outbound,
        id: OutboxId,
    ) -> BoxFuture<'a, Outcome>;

    /// Marks a message (and all before it) as read; `typing` also shows that an answer is being written. Best effort.
    fn mark_read<'a>(
        &'a self,
        channel: &'a channel::Model,
        wamid: &'a str,
        typing: bool,
    ) -> BoxFuture<'a, ()>;
}

/// A decided message with its place in the conversation.
#[derive(Clone, Debug)]
pub struct Draft {
    pub shop_id: ShopId,
    pub channel_id: ChannelId,
    pub conversation_id: ConversationId,
    /// From the conversation's `out_sequence`.
    pub sequence: i64,
    pub purpose: outbox::Purpose,
    pub message: Outbound,
    pub answers: Option<InboxId>,
    pub expires_at: Option<Timestamp>,
}
