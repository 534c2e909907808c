//! Room 5: what must go out. Order per customer, pace, window, retries, unknown sends.

use entity::{ChannelId, ConversationId, InboxId, OutboxId, ShopId, Timestamp, channel, outbox};
use futures_util::future::BoxFuture;

use crate::message::Outbound;

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
    /// The number's or the account's pace: nobody gets anything for a while.
    Throttled { code: i64, text: String, after_ms: Option<i64> },
    /// This person's pace.
    PairThrottled { code: i64, text: String },
    /// The window is closed after all.
    WindowClosed { code: i64, text: String },
    /// No readable answer: it may have gone out.
    Unknown { text: String },
    /// Never to be sent again unchanged.
    Refused { code: Option<i64>, text: String },
    /// The channel cannot send until a person acts (token, account, payment).
    ChannelStopped { code: Option<i64>, text: String },
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

    /// Marks a message (and all before it) as read and shows that an answer is being written. Best effort.
    fn mark_read<'a>(&'a self, channel: &'a channel::Model, wamid: &'a str) -> BoxFuture<'a, ()>;
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
