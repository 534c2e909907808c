//! The token of a link: a code and a seal that only the shop can make. It stands in a message that people may change,
//! so it is looked for anywhere in it.

use aws_lc_rs::hmac;
use data_encoding::BASE32_NOPAD;

/// Characters of the code, 5 bits each.
const CODE: usize = 6;
/// Characters of the seal, 5 bits each.
const SEAL: usize = 10;

/// A token as it was found in a message; whether it is ours, [`is_sealed`] tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Upper case.
    pub code: String,
    seal: String,
}

/// The token of `code`: `#K7Q2MD-4TX9WZ2HB6`.
#[must_use]
pub fn sealed(key: &[u8], code: &str) -> String {
    format!("#{}", name(key, code))
}

/// The same without the mark, as pictures are called.
#[must_use]
pub fn name(key: &[u8], code: &str) -> String {
    format!("{code}-{}", seal(key, code))
}

/// Reads a token by its name.
#[must_use]
pub fn parse(name: &str) -> Option<Token> {
    let (code, seal) = name.split_once('-')?;
    let part = |text: &str, length: usize| {
        let upper = text.to_ascii_uppercase();
        let plain = upper.bytes().all(|b| b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b));
        (upper.len() == length && plain).then_some(upper)
    };
    Some(Token { code: part(code, CODE)?, seal: part(seal, SEAL)? })
}

/// The first thing in a message that has the shape of a token.
#[must_use]
pub fn find(text: &str) -> Option<Token> {
    text.match_indices('#').find_map(|(at, _)| {
        let rest = &text[at + 1..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        parse(&rest[..end.unwrap_or(rest.len())])
    })
}

/// Whether the shop of `key` made the token.
#[must_use]
pub fn is_sealed(key: &[u8], token: &Token) -> bool {
    let own = seal(key, &token.code);
    aws_lc_rs::constant_time::verify_slices_are_equal(own.as_bytes(), token.seal.as_bytes()).is_ok()
}

/// A code of random bytes.
#[must_use]
pub fn code(random: [u8; 5]) -> String {
    let mut code = BASE32_NOPAD.encode(&random);
    code.truncate(CODE);
    code
}

fn seal(key: &[u8], code: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    // Order numbers are made with the same key from other texts.
    let tag = hmac::sign(&key, format!("link:{code}").as_bytes());
    let mut seal = BASE32_NOPAD.encode(tag.as_ref());
    seal.truncate(SEAL);
    seal
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_is_found_wherever_it_stands() {
        let token = sealed(b"key", "K7Q2MD");
        assert_eq!(token.len(), 18);
        for text in [
            token.clone(),
            format!("Merhaba! Kahve almak istiyorum. {token}"),
            format!("({token})\nlütfen"),
            format!("# 1 #abc-def {}", token.to_lowercase()),
        ] {
            let found = find(&text).unwrap_or_else(|| panic!("{text}"));
            assert!(found.code == "K7Q2MD" && is_sealed(b"key", &found), "{text}");
        }
        assert_eq!(parse(&name(b"key", "K7Q2MD")), find(&token));
    }

    #[test]
    fn other_words_are_no_tokens() {
        for text in ["", "#", "#K7Q2MD", "K7Q2MD-4TXAWZ2HB6", "#K7Q2M1-4TXAWZ2HB6", "#4829-1735"] {
            assert_eq!(find(text), None, "{text}");
        }
        let long = format!("{}A", sealed(b"key", "K7Q2MD"));
        assert_eq!(find(&long), None);
    }

    #[test]
    fn another_shops_seal_is_not_ours() {
        let token = find(&sealed(b"another", "K7Q2MD")).unwrap();
        assert!(!is_sealed(b"key", &token));
    }

    proptest! {
        #[test]
        fn whatever_is_changed_breaks_the_seal(random: [u8; 5], at in 0..16usize, other in 0..32u8) {
            let code = code(random);
            let good = name(b"key", &code);
            let at = if at >= CODE { at + 1 } else { at };
            let mut bytes = good.clone().into_bytes();
            bytes[at] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[usize::from(other)];
            let changed = String::from_utf8(bytes).unwrap();
            let read = parse(&changed).unwrap();
            prop_assert_eq!(is_sealed(b"key", &read), changed == good);
        }

        #[test]
        fn no_message_breaks_the_search(text: String) {
            let _ = find(&text);
        }
    }
}
