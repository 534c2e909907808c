//! `/texts`: what customers read, in the shop's own words.

use poem_openapi::{
    Enum, Object, OpenApi,
    param::{Path, Query},
    payload::Json,
    types::Example,
};

use super::Tag;
use crate::{
    http::{
        auth::{Key, ShopRead, ShopWrite},
        once::{Edge, Once},
        reply::{Answer, IfMatch, Removed, Reply},
    },
    shop::edit,
    text::{Lang, own},
};

/// Operations under `/texts`.
#[derive(Clone)]
pub struct TextsApi(pub(super) Edge);

/// A language that Sepet speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum Language {
    #[oai(rename = "tr")]
    Tr,
    #[oai(rename = "en")]
    En,
    #[oai(rename = "ar")]
    Ar,
    #[oai(rename = "de")]
    De,
    #[oai(rename = "es")]
    Es,
    #[oai(rename = "pt-BR")]
    PtBr,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Tr => Self::Tr,
            Language::En => Self::En,
            Language::Ar => Self::Ar,
            Language::De => Self::De,
            Language::Es => Self::Es,
            Language::PtBr => Self::PtBr,
        }
    }
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Tr => Self::Tr,
            Lang::En => Self::En,
            Lang::Ar => Self::Ar,
            Lang::De => Self::De,
            Lang::Es => Self::Es,
            Lang::PtBr => Self::PtBr,
        }
    }
}

/// One text that customers read.
#[derive(Clone, Debug, Object)]
pub struct ShopText {
    pub language: Language,
    /// Where it is said; the end of it tells what it is (`-button`, `-row`, `-hint`, `-footer`).
    pub key: String,
    /// As Sepet says it, in Fluent's syntax.
    pub built_in: String,
    /// As the shop says it; `null`: as it is built in.
    pub own: Option<String>,
    /// What can be named in it, as `{ $name }`.
    pub variables: Vec<String>,
    /// UTF-16 units that it may have with its values.
    pub max_units: u32,
}

/// Every text of a language.
#[derive(Clone, Debug, Object)]
pub struct ShopTexts {
    pub language: Language,
    /// By their keys.
    pub texts: Vec<ShopText>,
}

/// A text in the shop's own words.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct OwnText {
    /// In Fluent's syntax, without the key: `Thank you! Your order is { $number }.` Plurals are written as in the
    /// built-in text. It may name what the built-in one names, or less.
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub text: String,
}

impl Example for OwnText {
    fn example() -> Self {
        Self { text: "Nasıl yardımcı olalım?".to_owned() }
    }
}

impl ShopText {
    fn of(lang: Lang, text: own::Listed) -> Self {
        Self {
            language: lang.into(),
            key: text.key,
            built_in: text.built_in,
            own: text.own,
            variables: text.variables,
            max_units: u32::try_from(text.room).unwrap_or(u32::MAX),
        }
    }

    fn reply(lang: Lang, text: own::Listed) -> Reply<Self, 200> {
        let version = text.version;
        Reply::versioned(&Self::of(lang, text), version)
    }
}

#[OpenApi(prefix_path = "/texts", tag = "Tag::Texts")]
impl TextsApi {
    /// List texts
    ///
    /// All of one language, as they are built in and as the shop says them.
    #[oai(path = "/", method = "get", operation_id = "list_texts")]
    async fn list(
        &self,
        key: Key<ShopRead>,
        /// Left out: the shop's first that Sepet speaks.
        language: Query<Option<Language>>,
    ) -> Answer<ShopTexts> {
        let (db, shop) = (self.0.reader(), key.shop());
        let lang = match language.0 {
            Some(language) => Lang::from(language),
            None => {
                let spoken = Lang::spoken(&edit::get(db, shop).await?.languages.0);
                spoken.first().copied().unwrap_or(Lang::En)
            }
        };
        let texts = own::list(db, shop, lang).await?;
        let texts = texts.into_iter().map(|text| ShopText::of(lang, text)).collect();
        Ok(Reply::new(&ShopTexts { language: lang.into(), texts }))
    }

    /// Read a text
    #[oai(path = "/:language/:key", method = "get", operation_id = "get_text")]
    async fn get(
        &self,
        api_key: Key<ShopRead>,
        language: Path<Language>,
        key: Path<String>,
    ) -> Answer<ShopText> {
        let lang = Lang::from(language.0);
        let text = own::get(self.0.reader(), api_key.shop(), lang, &key.0).await?;
        Ok(ShopText::reply(lang, text))
    }

    /// Say a text in the shop's own words
    ///
    /// It is checked first: it can be read, names no other values than the built-in one, and has room where it is
    /// shown. Customers read it from the next message on, also in news of their orders.
    #[oai(path = "/:language/:key", method = "put", operation_id = "set_text")]
    async fn set(
        &self,
        api_key: Key<ShopWrite>,
        language: Path<Language>,
        key: Path<String>,
        #[oai(name = "Idempotency-Key")] once: Once,
        #[oai(name = "If-Match")] if_match: IfMatch,
        body: Json<OwnText>,
    ) -> Answer<ShopText> {
        let (lang, text) = (Lang::from(language.0), body.0.text);
        self.0
            .write(&api_key, once, async |txn, now| {
                let shop = api_key.shop();
                own::lock(txn, shop).await?;
                if_match.check(own::get(txn, shop, lang, &key.0).await?.version)?;
                let set = own::set(txn, now, shop, lang, &key.0, &text).await?;
                Ok(ShopText::reply(lang, set))
            })
            .await
    }

    /// Go back to the built-in text
    ///
    /// Doing it again changes nothing.
    #[oai(path = "/:language/:key", method = "delete", operation_id = "reset_text")]
    async fn reset(
        &self,
        api_key: Key<ShopWrite>,
        language: Path<Language>,
        key: Path<String>,
        #[oai(name = "Idempotency-Key")] once: Once,
        #[oai(name = "If-Match")] if_match: IfMatch,
    ) -> Removed {
        let lang = Lang::from(language.0);
        self.0
            .write(&api_key, once, async |txn, _| {
                let shop = api_key.shop();
                own::lock(txn, shop).await?;
                if_match.check(own::get(txn, shop, lang, &key.0).await?.version)?;
                own::remove(txn, shop, lang, &key.0).await?;
                Ok(Reply::nothing())
            })
            .await
    }
}
