//! Room 1: what came in, stored before we answer 200. Dedupe, dead letters, statuses.

use entity::{AppId, ChannelId, InboxId, Timestamp, inbox, outbox::Delivery};

use crate::message::Inbound;

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
    pub pricing: Option<serde_json::Value>,
}

/// Reads stored payloads of one provider.
pub trait Source: Send + Sync + 'static {
    /// The message of a stored item of kind `Message`.
    ///
    /// # Errors
    /// [`Unreadable`] with what is wrong.
    fn message(&self, payload: &[u8]) -> Result<Inbound, Unreadable>;

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
