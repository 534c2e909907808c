//! Links that open a chat with a product or a cart: `https://wa.me/<number>?text=<words> <token>`. Anyone may use one;
//! what it opens has the prices of the moment.

mod store;
pub mod token;

use entity::{channel, link, shop};

pub use store::{NewLink, by_token, create, delete, get, list, used};

/// Lines of a cart in a link, at most.
pub const MAX_LINES: usize = 50;
/// Characters of the words before the token, at most.
pub const MAX_WORDS: usize = 120;

/// Why a link could not be made or found.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error("no link `{0}` in this shop")]
    NotFound(entity::LinkId),
    #[error("no channel `{0}` in this shop")]
    NoChannel(String),
    /// Every value that cannot be, with its JSON Pointer.
    #[error("{} values cannot be accepted", .0.len())]
    Invalid(Vec<(String, String)>),
    #[error(transparent)]
    Secret(#[from] crate::platform::secret::SecretError),
    #[error(transparent)]
    Db(#[from] sea_orm::DbErr),
}

/// A link with all that its address is made of.
#[derive(Clone, Debug)]
pub struct WholeLink {
    pub link: link::Model,
    /// `+` and digits of the number whose chat it opens.
    pub phone: String,
    /// The token without its mark.
    pub name: String,
}

impl WholeLink {
    #[must_use]
    pub fn of(link: link::Model, shop: &shop::Model, channel: &channel::Model) -> Self {
        let name = token::name(&shop.number_key, &link.code);
        Self { link, phone: channel.display_phone_number.clone(), name }
    }

    /// The message that the customer sends: words and token.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{} #{}", self.link.words, self.name)
    }

    /// What is opened: the chat with the message in its field.
    #[must_use]
    pub fn url(&self) -> String {
        let digits: String = self.phone.chars().filter(char::is_ascii_digit).collect();
        format!("https://wa.me/{digits}?text={}", percent(&self.text()))
    }
}

/// As RFC 3986 writes a value of a query: everything but letters, digits and `-._~` as `%XX`.
fn percent(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hold_every_letter() {
        assert_eq!(
            percent("Türk Kahvesi & 1+1 #A-2~"),
            "T%C3%BCrk%20Kahvesi%20%26%201%2B1%20%23A-2~"
        );
    }
}
