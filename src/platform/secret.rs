//! Secrets: random ones, hashes of them, and how they rest in tables.
//!
//! With a key file (`SEPET_KEY_FILE`, 32 bytes as 64 hexadecimal digits) tokens and app secrets are sealed with
//! AES-256-GCM: `v1:` and base64 of nonce and ciphertext. Without one they rest in the clear.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey},
    digest, rand,
};
use data_encoding::{BASE32_NOPAD, BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use entity::Sealed;
use secrecy::{ExposeSecret, SecretString};

const SEALED: &str = "v1:";

/// Why a secret could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("the key file must hold 64 hexadecimal digits")]
    BadKey,
    #[error("a stored secret is sealed, but no key file is configured")]
    NoKey,
    #[error("a stored secret cannot be opened with the configured key file")]
    WrongKey,
    #[error("the system gives no random bytes")]
    NoRandom,
}

/// Seals and opens what rests in tables.
#[derive(Clone, Default)]
pub struct Sealer {
    key: Option<std::sync::Arc<RandomizedNonceKey>>,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealer").field("seals", &self.key.is_some()).finish()
    }
}

impl Sealer {
    /// A sealer with the content of a key file.
    ///
    /// # Errors
    /// [`SecretError::BadKey`] when it is not 64 hexadecimal digits.
    pub fn with_key(text: &SecretString) -> Result<Self, SecretError> {
        let bytes = HEXLOWER_PERMISSIVE
            .decode(text.expose_secret().trim().as_bytes())
            .map_err(|_| SecretError::BadKey)?;
        let key = RandomizedNonceKey::new(&AES_256_GCM, &bytes).map_err(|_| SecretError::BadKey)?;
        Ok(Self { key: Some(std::sync::Arc::new(key)) })
    }

    /// Whether `sealed` rests as this sealer would lay it down now.
    #[must_use]
    pub fn is_current(&self, sealed: &Sealed) -> bool {
        sealed.0.starts_with(SEALED) == self.key.is_some()
    }

    /// As it may rest in a table.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn seal(&self, secret: &SecretString) -> Result<Sealed, SecretError> {
        let Some(key) = &self.key else {
            return Ok(Sealed(secret.expose_secret().to_owned()));
        };
        let mut bytes = secret.expose_secret().as_bytes().to_vec();
        let nonce = key
            .seal_in_place_append_tag(Aad::empty(), &mut bytes)
            .map_err(|_| SecretError::NoRandom)?;
        let mut whole = nonce.as_ref().to_vec();
        whole.append(&mut bytes);
        Ok(Sealed(format!("{SEALED}{}", BASE64.encode(&whole))))
    }

    /// The secret itself.
    ///
    /// # Errors
    /// When it is sealed and the key is missing or another.
    pub fn open(&self, sealed: &Sealed) -> Result<SecretString, SecretError> {
        let Some(text) = sealed.0.strip_prefix(SEALED) else {
            return Ok(SecretString::from(sealed.0.clone()));
        };
        let key = self.key.as_ref().ok_or(SecretError::NoKey)?;
        let mut whole = BASE64.decode(text.as_bytes()).map_err(|_| SecretError::WrongKey)?;
        let at = whole.len().min(12);
        let mut rest = whole.split_off(at);
        let nonce = Nonce::try_assume_unique_for_key(&whole).map_err(|_| SecretError::WrongKey)?;
        let clear =
            key.open_in_place(nonce, Aad::empty(), &mut rest).map_err(|_| SecretError::WrongKey)?;
        let text = std::str::from_utf8(clear).map_err(|_| SecretError::WrongKey)?;
        Ok(SecretString::from(text.to_owned()))
    }
}

/// `N` random bytes.
///
/// # Errors
/// When the system gives none.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], SecretError> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| SecretError::NoRandom)?;
    Ok(bytes)
}

/// A new key of the admin API: `sepet_` and 256 random bits in base 32, lower case.
///
/// # Errors
/// When the system gives no random bytes.
pub fn new_api_key() -> Result<SecretString, SecretError> {
    let body = BASE32_NOPAD.encode(&random_bytes::<32>()?).to_lowercase();
    Ok(SecretString::from(format!("sepet_{body}")))
}

/// SHA-256 as 64 hexadecimal digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(digest::digest(&digest::SHA256, bytes).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(digit: &str) -> Sealer {
        Sealer::with_key(&SecretString::from(digit.repeat(64))).unwrap()
    }

    #[test]
    fn sealed_secrets_open_with_the_same_key_only() {
        let sealed = sealer("a").seal(&SecretString::from("token")).unwrap();
        assert!(sealed.0.starts_with("v1:") && !sealed.0.contains("token"));
        assert_eq!(sealer("a").open(&sealed).unwrap().expose_secret(), "token");
        assert!(matches!(sealer("b").open(&sealed), Err(SecretError::WrongKey)));
        assert!(matches!(Sealer::default().open(&sealed), Err(SecretError::NoKey)));
        assert!(matches!(sealer("a").open(&Sealed("v1:AAAA".into())), Err(SecretError::WrongKey)));
    }

    #[test]
    fn without_a_key_file_secrets_rest_as_they_are() {
        let sealed = Sealer::default().seal(&SecretString::from("token")).unwrap();
        assert_eq!(sealer("a").open(&sealed).unwrap().expose_secret(), "token");
    }

    #[test]
    fn keys_differ_and_can_be_told_by_their_prefix() {
        let (a, b) = (new_api_key().unwrap(), new_api_key().unwrap());
        assert_ne!(a.expose_secret(), b.expose_secret());
        assert!(a.expose_secret().starts_with("sepet_") && a.expose_secret().len() == 58);
    }
}
