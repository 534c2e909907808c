//! Every word that customers read, from Fluent files (`texts/<language>/*.ftl`), and money as their language writes it.

mod fillers;
mod fold;
mod words;

use std::{borrow::Cow, collections::HashMap, str::FromStr};

use fluent_templates::{
    LanguageIdentifier, Loader, fluent_bundle::FluentValue, langid, static_loader,
};
use icu_experimental::dimension::currency::{CurrencyType, formatter::CurrencyFormatter};
use icu_locale_core::locale;

use crate::money::Money;

pub use fillers::is_filler;
pub use fold::fold;
pub use words::{Word, count, language_of, word};

static_loader! {
    static TEXTS = {
        locales: "./texts",
        fallback_language: "en",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static TR: LanguageIdentifier = langid!("tr");
static EN: LanguageIdentifier = langid!("en");

/// A language that Sepet speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lang {
    Tr,
    En,
}

impl Lang {
    pub const ALL: [Self; 2] = [Self::Tr, Self::En];

    /// Its tag: `tr`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Tr => "tr",
            Self::En => "en",
        }
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Self::Tr => &TR,
            Self::En => &EN,
        }
    }
}

/// A tag of no language that Sepet speaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no language that Sepet speaks: tr, en")]
pub struct UnknownLanguage(pub String);

impl FromStr for Lang {
    type Err = UnknownLanguage;

    fn from_str(tag: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL
            .into_iter()
            .find(|lang| lang.tag() == tag)
            .ok_or_else(|| UnknownLanguage(tag.to_owned()))
    }
}

/// A value in a text: words, or a count that chooses the plural.
pub enum Arg<'a> {
    Words(Cow<'a, str>),
    Count(i64),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(words: &'a str) -> Self {
        Self::Words(words.into())
    }
}

impl From<String> for Arg<'_> {
    fn from(words: String) -> Self {
        Self::Words(words.into())
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(words: &'a String) -> Self {
        Self::Words(words.as_str().into())
    }
}

impl From<i64> for Arg<'_> {
    fn from(count: i64) -> Self {
        Self::Count(count)
    }
}

impl From<u32> for Arg<'_> {
    fn from(count: u32) -> Self {
        Self::Count(count.into())
    }
}

/// Speaks a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voice {
    lang: Lang,
}

impl Voice {
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang
    }
}

impl From<Lang> for Voice {
    fn from(lang: Lang) -> Self {
        Self { lang }
    }
}

/// The text `key` without values.
#[must_use]
pub fn t(voice: &Voice, key: &str) -> String {
    TEXTS.lookup(voice.lang.id(), key)
}

/// The text `key` with its values.
#[must_use]
pub fn t_with<'a, const N: usize>(
    voice: &Voice,
    key: &str,
    args: [(&'static str, Arg<'a>); N],
) -> String {
    let args: HashMap<Cow<'static, str>, FluentValue<'a>> = args
        .into_iter()
        .map(|(name, arg)| {
            let value = match arg {
                Arg::Words(words) => FluentValue::String(words),
                Arg::Count(count) => FluentValue::from(count),
            };
            (Cow::Borrowed(name), value)
        })
        .collect();
    TEXTS.lookup_with_args(voice.lang.id(), key, &args)
}

/// Money as the language writes it: `₺12,50` in Turkish, `TRY 12.50` in English.
#[must_use]
pub fn money(voice: &Voice, money: Money) -> String {
    let locale = match voice.lang {
        Lang::Tr => locale!("tr"),
        Lang::En => locale!("en"),
    };
    let shown = || {
        let currency: CurrencyType = money.currency().code().parse().ok()?;
        let format =
            CurrencyFormatter::try_new_symbol_narrow(locale.into(), currency, Default::default())
                .ok()?;
        let amount = money.amount().to_string().parse().ok()?;
        Some(format.format_fixed_decimal(&amount).to_string())
    };
    shown().unwrap_or_else(|| money.to_string())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, path::Path};

    use super::*;

    /// Keys of a language with the variables that each uses.
    fn keys(lang: Lang) -> BTreeMap<String, Vec<String>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("texts").join(lang.tag());
        let files = std::fs::read_dir(folder).unwrap();
        let file: String =
            files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
        let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut current = String::new();
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            if let Some((key, _)) = line.split_once(" =")
                && !line.starts_with(' ')
            {
                current = key.to_owned();
            }
            let found = line.split('$').skip(1).filter_map(|rest| {
                rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next()
            });
            let names = keys.entry(current.clone()).or_default();
            names.extend(found.map(str::to_owned));
            names.sort();
            names.dedup();
        }
        keys
    }

    #[test]
    fn languages_have_the_same_texts_with_the_same_variables() {
        let en = keys(Lang::En);
        assert!(en.len() > 100);
        for lang in Lang::ALL {
            assert_eq!(keys(lang), en, "{}", lang.tag());
        }
    }

    #[test]
    fn every_text_is_used() {
        fn read(folder: &Path, code: &mut String) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    read(&path, code);
                } else {
                    code.push_str(&std::fs::read_to_string(path).unwrap());
                }
            }
        }
        let mut code = String::new();
        read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut code);
        for key in keys(Lang::En).keys() {
            assert!(key.is_empty() || code.contains(&format!("\"{key}\"")), "nothing says `{key}`");
        }
    }

    #[test]
    fn titles_fit_their_buttons() {
        let en = keys(Lang::En);
        let sample = |lang: Lang, key: &str| t_with(&lang.into(), key, [("number", 99i64.into())]);
        for lang in Lang::ALL {
            for key in en.keys().filter(|key| key.ends_with("-button")) {
                let title = sample(lang, key);
                assert!(crate::message::Text::<20>::new(&title).is_ok(), "{key}: {title}");
            }
            // These stand below a title.
            let below = ["order-row"];
            for key in en.keys().filter(|k| k.ends_with("-row") && !below.contains(&k.as_str())) {
                let title = sample(lang, key);
                assert!(crate::message::Text::<24>::new(&title).is_ok(), "{key}: {title}");
            }
            for key in en.keys().filter(|key| key.ends_with("-footer")) {
                let text = t(&lang.into(), key);
                assert!(crate::message::Text::<60>::new(&text).is_ok(), "{key}: {text}");
            }
        }
    }

    #[test]
    fn money_reads_as_people_write_it() {
        let money = |lang: Lang, text: &str| super::money(&lang.into(), text.parse().unwrap());
        assert_eq!(money(Lang::Tr, "1234.50 TRY"), "₺1.234,50");
        assert_eq!(money(Lang::En, "1234.50 TRY"), "₺1,234.50");
        assert_eq!(money(Lang::En, "500 JPY"), "¥500");
        assert_eq!(money(Lang::En, "1.250 KWD"), "KWD\u{a0}1.250");
    }

    #[test]
    fn counts_choose_the_plural() {
        assert_eq!(
            t_with(&Lang::En.into(), "stock-few", [("count", 1i64.into())]),
            "⚡ The last one"
        );
        assert_eq!(
            t_with(&Lang::En.into(), "stock-few", [("count", 3i64.into())]),
            "⚡ Only 3 left"
        );
    }
}
