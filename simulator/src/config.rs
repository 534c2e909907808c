//! What a simulator is built from.

use std::path::PathBuf;
use std::sync::Arc;

use crate::clock::Clock;

/// Everything that decides how a simulator behaves.
#[derive(Clone)]
pub struct Config {
    /// The business numbers it serves; at least one.
    pub accounts: Vec<Account>,
    /// Its only source of time: windows, pace, timestamps and the life of media follow it.
    pub clock: Arc<dyn Clock>,
    /// Append-only JSON lines; replayed at start so chats, catalog and message ids survive a restart. None: memory only.
    pub journal: Option<PathBuf>,
    /// When webhooks leave.
    pub delivery: Delivery,
    /// Who reviews catalog items.
    pub review: Review,
    /// Statuses the pretend phone reports by itself for each accepted message. Usually `sent` and `delivered`.
    pub auto_statuses: Vec<String>,
    /// The pace enforced on sends.
    pub pace: Pace,
    /// Ids from a seeded generator for tests; None = random.
    pub seed: Option<u64>,
}

impl Config {
    /// A configuration with the defaults: webhooks at once, items approved at once, `sent` and `delivered` reported,
    /// WhatsApp's pace, random ids, memory only.
    #[must_use]
    pub fn new(accounts: Vec<Account>, clock: Arc<dyn Clock>) -> Self {
        Self {
            accounts,
            clock,
            journal: None,
            delivery: Delivery::Background,
            review: Review::Approve,
            auto_statuses: vec!["sent".into(), "delivered".into()],
            pace: Pace::default(),
            seed: None,
        }
    }
}

/// One business number with the account, app and catalog around it.
///
/// Several accounts may share an app, a WhatsApp Business Account, a portfolio or a catalog: equal ids mean that.
#[derive(Clone)]
pub struct Account {
    /// The app whose webhooks these are.
    pub app_id: String,
    /// Signs the webhooks.
    pub app_secret: String,
    /// Sent in the handshake that verifies the webhook.
    pub verify_token: String,
    /// Full URL that webhooks are posted to.
    pub webhook_url: String,
    /// The bearer token expected on the Graph side.
    pub access_token: String,
    /// Names the number in URLs and webhooks.
    pub phone_number_id: String,
    /// The number itself; anything but digits is ignored.
    pub display_phone_number: String,
    /// The WhatsApp Business Account.
    pub waba_id: String,
    /// The business portfolio: business-scoped user ids (BSUID) are valid inside it only.
    pub portfolio_id: String,
    /// The catalog connected to the account.
    pub catalog_id: String,
    /// What the phone shows as the name of the chat.
    pub business_name: String,
}

impl Account {
    /// The number as digits only, as WhatsApp writes it in webhooks.
    pub(crate) fn digits(&self) -> String {
        self.display_phone_number.chars().filter(char::is_ascii_digit).collect()
    }
}

/// When webhooks leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// At once, and again with growing pauses until answered 200: for a demo.
    Background,
    /// Only in `POST /sim/flush`, one after the other in order: for tests.
    OnFlush,
}

/// Who reviews catalog items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Review {
    /// Approved as soon as the batch has finished.
    Approve,
    /// New and changed items wait for `POST /sim/catalog/review`.
    Manual,
}

/// The pace enforced on sends (GCRA); 0 switches a part off.
///
/// Source: WhatsApp's throughput and pair rate pages (read 2026): 80 messages a second per number, one message in 6 s
/// to the same person with bursts of up to 45.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Seconds between two messages of one number to one person in the long run.
    pub pair_seconds: u32,
    /// Messages to one person that may be sent at once, borrowed from the future.
    pub pair_burst: u32,
    /// Messages a second of one number to everybody; as many may be sent at once.
    pub per_second: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { pair_seconds: 6, pair_burst: 45, per_second: 80 }
    }
}
