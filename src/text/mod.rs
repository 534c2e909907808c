//! Every word that customers read, from Fluent files (`texts/<language>/*.ftl`), and money as their language writes it.

mod country;
mod fillers;
mod lang;
mod words;

#[cfg(test)]
mod tests;

use std::{borrow::Cow, collections::HashMap};

use fluent_templates::{FluentBundle, Loader, fluent_bundle::FluentValue, static_loader};
use icu_experimental::dimension::currency::{CurrencyType, formatter::CurrencyFormatter};
use icu_locale_core::{Locale, locale};

use crate::{message::balanced, money::Money};

pub use country::{language_of_bsuid, language_of_phone};
pub use fillers::is_filler;
pub use lang::{Lang, UnknownLanguage};
#[cfg(test)]
pub use words::every_word;
pub use words::{Word, count, fold, language_of, word, words};

static_loader! {
    static TEXTS = {
        locales: "./texts",
        fallback_language: "en",
        customise: |bundle| {
            let lang = bundle.locales.first().and_then(|id| id.to_string().parse().ok());
            speaks(bundle, lang.unwrap_or(Lang::En));
        },
    };
}

/// Makes a bundle write as the language does. Text from right to left sets values apart, so that a title or a price in
/// Latin letters turns nothing around it.
fn speaks<R>(bundle: &mut FluentBundle<R>, lang: Lang) {
    bundle.set_use_isolating(lang.is_rtl());
    bundle.set_formatter(Some(lang::counts(lang)));
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
                // What people wrote turns only itself.
                Arg::Words(words) => FluentValue::String(balanced(&words).into()),
                Arg::Count(count) => FluentValue::from(count),
            };
            (Cow::Borrowed(name), value)
        })
        .collect();
    let text = TEXTS.lookup_with_args(voice.lang.id(), key, &args);
    if voice.lang.is_rtl() { from_the_right(&text) } else { text }
}

/// A text from right to left whose values are set apart: a line that says nothing by itself (`2 × … = …`) still begins
/// at the right. One that begins with a mark of bold or struck text is left alone: WhatsApp wants these first.
fn from_the_right(text: &str) -> String {
    const RLM: char = '\u{200f}';
    const FSI: char = '\u{2068}';
    const PDI: char = '\u{2069}';
    let turned = |line: &str| {
        let mut depth = 0;
        let says = line.chars().any(|c| {
            match c {
                FSI => depth += 1,
                PDI => depth -= 1,
                _ => {}
            }
            depth == 0 && (c.is_alphabetic() || c == RLM)
        });
        if says || line.starts_with(['*', '~', '_']) || line.is_empty() {
            line.to_owned()
        } else {
            format!("{RLM}{line}")
        }
    };
    // A value that is empty needs no marks.
    let text = text.replace("\u{2068}\u{2069}", "");
    text.split('\n').map(turned).collect::<Vec<_>>().join("\n")
}

/// Money as the language writes it: `₺12,50` in Turkish, `TRY 12.50` in English.
#[must_use]
pub fn money(voice: &Voice, money: Money) -> String {
    let locale: Locale = match voice.lang {
        Lang::Tr => locale!("tr"),
        Lang::En => locale!("en"),
        Lang::Ar => locale!("ar-u-nu-latn"),
        Lang::De => locale!("de"),
        Lang::Es => locale!("es"),
        Lang::PtBr => locale!("pt-BR"),
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
