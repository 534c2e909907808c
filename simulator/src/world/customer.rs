//! People with a pretend phone.

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// One person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Customer {
    /// Names the person on the control side only.
    pub(crate) id: String,
    pub(crate) name: String,
    /// With `+` and country code.
    pub(crate) phone: String,
    /// The business-scoped user id inside the first account's portfolio.
    pub(crate) bsuid: String,
    pub(crate) username: Option<String>,
    /// False: webhooks carry the BSUID only, no `wa_id`, no `from`.
    pub(crate) phone_visible: bool,
    /// False: webhooks carry the phone only, as before April 2026.
    pub(crate) bsuid_known: bool,
    /// The parent BSUID, `CC.ENT.…`: only where the business has linked portfolios.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parent_bsuid: Option<String>,
}

impl Customer {
    /// The phone as WhatsApp writes it in webhooks: digits, no `+`.
    pub(crate) fn wa_id(&self) -> &str {
        self.phone.trim_start_matches('+')
    }

    /// The BSUID inside `portfolio`. Outside the `home` portfolio it is another one, always the same.
    pub(crate) fn bsuid_in(&self, portfolio: &str, home: &str) -> String {
        if portfolio == home {
            return self.bsuid.clone();
        }
        let hash =
            digest::digest(&digest::SHA256, format!("{}|{portfolio}", self.bsuid).as_bytes());
        let digits: String =
            hash.as_ref().iter().take(18).map(|b| char::from(b'0' + b % 10)).collect();
        format!("{}.{digits}", self.bsuid.get(..2).unwrap_or("US"))
    }

    /// The entry of `contacts[]` in a webhook. `bsuid` is the one in the portfolio that gets it.
    pub(crate) fn contact(&self, bsuid: &str, with_username: bool) -> Value {
        let mut profile = Map::new();
        profile.insert("name".into(), json!(self.name));
        if let Some(username) = self.username.as_ref().filter(|_| with_username) {
            profile.insert("username".into(), json!(username));
        }
        let mut contact = Map::new();
        contact.insert("profile".into(), Value::Object(profile));
        if self.phone_visible {
            contact.insert("wa_id".into(), json!(self.wa_id()));
        }
        if self.bsuid_known {
            contact.insert("user_id".into(), json!(bsuid));
            if let Some(parent) = &self.parent_bsuid {
                contact.insert("parent_user_id".into(), json!(parent));
            }
        }
        Value::Object(contact)
    }
}

/// The country of a phone number as two letters, for the prefix of a made-up BSUID. Knows a handful, else `US`.
pub(crate) fn country(phone: &str) -> &'static str {
    const PREFIXES: &[(&str, &str)] = &[
        ("+966", "SA"),
        ("+971", "AE"),
        ("+90", "TR"),
        ("+91", "IN"),
        ("+55", "BR"),
        ("+52", "MX"),
        ("+49", "DE"),
        ("+44", "GB"),
        ("+43", "AT"),
        ("+41", "CH"),
        ("+39", "IT"),
        ("+34", "ES"),
        ("+33", "FR"),
        ("+31", "NL"),
        ("+30", "GR"),
        ("+20", "EG"),
        ("+7", "RU"),
    ];
    PREFIXES.iter().find(|(prefix, _)| phone.starts_with(prefix)).map_or("US", |(_, code)| code)
}

/// `+`, a country code and digits, 7 to 15 of them (E.164).
pub(crate) fn is_phone(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

/// `CC.` or `CC.ENT.` and up to 128 letters and digits.
pub(crate) fn is_bsuid(text: &str) -> bool {
    let Some((country, rest)) = text.split_once('.') else { return false };
    let rest = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|b| b.is_ascii_uppercase())
        && (1..=128).contains(&rest.len())
        && rest.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Customer {
        Customer {
            id: "c1".into(),
            name: "Ada".into(),
            phone: "+905551112233".into(),
            bsuid: "TR.12345".into(),
            username: Some("ada".into()),
            phone_visible: false,
            bsuid_known: true,
            parent_bsuid: None,
        }
    }

    #[test]
    fn a_hidden_phone_is_nowhere_in_the_contact() {
        let contact = ada().contact("TR.12345", true);
        assert_eq!(
            contact,
            json!({"profile": {"name": "Ada", "username": "ada"}, "user_id": "TR.12345"})
        );
    }

    #[test]
    fn another_portfolio_sees_another_id() {
        let ada = ada();
        assert_eq!(ada.bsuid_in("p1", "p1"), "TR.12345");
        let other = ada.bsuid_in("p2", "p1");
        assert_ne!(other, ada.bsuid);
        assert_eq!(other, ada.bsuid_in("p2", "p1"));
        assert!(is_bsuid(&other));
    }

    #[test]
    fn shapes() {
        assert!(is_phone("+905551112233"));
        assert!(!is_phone("905551112233"));
        assert!(!is_phone("+0555"));
        assert!(is_bsuid("TR.ENT.abc1"));
        assert!(!is_bsuid("tr.1"));
        assert_eq!(country("+4915112345"), "DE");
    }
}
