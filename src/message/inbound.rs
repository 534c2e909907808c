//! What a person sent.

use std::{collections::BTreeMap, fmt, str::FromStr};

use entity::Timestamp;
use rust_decimal::Decimal;

/// A phone number in E.164: `+` and 7 to 15 digits, the first not 0. The shape only: whether it exists, WhatsApp knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// From `+905…` or from WhatsApp's `905…`; spaces, dashes and brackets are dropped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let trimmed = text.trim();
        let rest = trimmed.strip_prefix('+').unwrap_or(trimmed);
        let mut digits = String::with_capacity(rest.len() + 1);
        digits.push('+');
        for c in rest.chars() {
            match c {
                '0'..='9' => digits.push(c),
                ' ' | '-' | '(' | ')' | '\u{a0}' => {}
                _ => return None,
            }
        }
        let count = digits.len() - 1;
        ((7..=15).contains(&count) && !digits.starts_with("+0")).then_some(Self(digits))
    }

    /// `+` and digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PhoneNumber {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).ok_or("a phone number is `+`, country code and number: 7 to 15 digits")
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who sent it, as far as the provider tells. At least one of phone and BSUID is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    pub phone: Option<PhoneNumber>,
    /// Business-scoped user id, verbatim.
    pub bsuid: Option<String>,
    pub parent_bsuid: Option<String>,
    /// The profile's name; may be missing.
    pub name: Option<String>,
}

/// One message of a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Inbound {
    /// The provider's id of the message.
    pub wamid: String,
    pub from: Person,
    /// The provider's time.
    pub sent_at: Timestamp,
    /// The provider's id of the message that it replies to.
    pub reply_to: Option<String>,
    /// SKU of the product page that it was sent from.
    pub about_sku: Option<String>,
    /// The ad or post that was tapped before.
    pub referral: Option<Referral>,
    /// It was written elsewhere and passed on. It is read like any other message.
    pub forwarded: bool,
    pub content: Content,
}

/// An ad or post that led to the chat. What it says, strangers may have written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Referral {
    /// The provider's id of it.
    pub source_id: Option<String>,
    pub headline: Option<String>,
    pub body: Option<String>,
    /// The click, as the provider's advertising knows it.
    pub ctwa_clid: Option<String>,
}

/// What was sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Text(String),
    /// A button or list row of ours: the id that we gave it. Its title is never looked at.
    Tap {
        id: String,
    },
    /// A quick reply of a template. Templates are written by other tools too: the payload may be none of our ids, and
    /// then the label is all that it says.
    QuickReply {
        payload: Option<String>,
        label: Option<String>,
    },
    /// A form that was filled in (a WhatsApp Flow). Nothing in it is to be trusted.
    Form {
        /// `flow`, `address_message` …; empty when missing.
        name: String,
        /// All values as text; what is nested stands under `outer.inner`, lists under `outer.0`.
        fields: BTreeMap<String, String>,
        /// What we gave the form when we sent it, when it comes back.
        token: Option<String>,
    },
    Cart(NativeCart),
    Location {
        latitude: Decimal,
        longitude: Decimal,
        name: Option<String>,
        address: Option<String>,
    },
    Media {
        kind: MediaKind,
        caption: Option<String>,
        /// The provider's id of the file, by which people of the shop can fetch it.
        id: Option<String>,
    },
    /// Phone numbers of shared contacts, as they came.
    Contacts {
        phones: Vec<String>,
        /// The answer to our asking: the number is the sender's own, as WhatsApp knows it.
        requested: bool,
    },
    /// `None`: the reaction was taken back.
    Reaction {
        to: String,
        emoji: Option<String>,
    },
    System(SystemEvent),
    /// The person changed a message: which, and what it says now.
    Edit {
        of: String,
        content: Box<Content>,
    },
    /// The person took a message back.
    Revoke {
        of: String,
    },
    /// The person opened the chat for the first time and has not written yet.
    Welcome,
    /// What somebody of the shop wrote to the person from the app on the phone.
    Echo(Box<Content>),
    /// WhatsApp itself could not show it; what it was, when it tells.
    Unsupported(String),
    /// A type that nothing handles yet: its name.
    Other(String),
}

/// What kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaKind {
    Image,
    Video,
    Audio,
    Document,
    Sticker,
}

/// What WhatsApp says of the person rather than the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SystemEvent {
    /// The person has another number, and perhaps another BSUID.
    Moved { phone: Option<PhoneNumber>, bsuid: Option<String>, parent_bsuid: Option<String> },
    /// The person uses another device, or installed the app again.
    NewDevice,
    /// The person switched notices off, or on again, in the app's own settings.
    Notices(bool),
    /// Anything else, by its name.
    Other(String),
}

/// WhatsApp's own cart: a snapshot to be priced and confirmed. Its prices are what the phone had cached.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NativeCart {
    pub catalog_id: String,
    /// The customer's note; may be empty.
    pub note: String,
    pub items: Vec<NativeItem>,
}

/// One item of it.
#[derive(Clone, Debug, PartialEq)]
pub struct NativeItem {
    pub sku: String,
    /// As it was asked for; `None` when it is no whole number.
    pub quantity: Option<i64>,
    /// Major units as the phone showed them; never used for money. `None` when unreadable.
    pub item_price: Option<Decimal>,
    /// ISO 4217; empty when missing.
    pub currency: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_with_and_without_plus() {
        for text in ["905551112233", "+90 555 111 22 33", "+90(555)111-22-33"] {
            assert_eq!(PhoneNumber::parse(text).unwrap().as_str(), "+905551112233");
        }
    }

    #[test]
    fn what_is_no_number_is_absent() {
        for text in ["", "+", "123456", "+0905551112233", "US.123", "1234567890123456", "٠٥٥٥"]
        {
            assert_eq!(PhoneNumber::parse(text), None, "{text}");
        }
    }
}
