//! Every word that customers read, from Fluent files (`texts/<language>/*.ftl`), and money as their language writes it.

mod answers;
mod builtin;
mod country;
mod fillers;
mod lang;
pub mod own;
mod pattern;
mod place;
mod questions;
mod when;
mod words;

#[cfg(test)]
mod tests;

use std::{borrow::Cow, cell::RefCell, collections::HashMap, sync::Arc};

use fluent_bundle::{FluentArgs, FluentValue};
use icu_experimental::dimension::currency::{CurrencyType, formatter::CurrencyFormatter};
use icu_locale_core::{Locale, locale};

use crate::{
    message::balanced,
    money::{Currency, Money},
};

pub use answers::{Saved, declines, is_myself, is_nobody, keeps, saved};
pub use country::{language_of_bsuid, language_of_phone};
pub use fillers::is_filler;
pub use lang::{Lang, UnknownLanguage};
pub use own::{OwnTexts, TextError, own_texts, voice_of};
pub use place::{Place, place};
pub use questions::{Question, Topic, is_for_people, question};
pub use when::{clock, date, day, time};
#[cfg(test)]
pub use words::every_word;
pub use words::{
    By, Nth, Way, Ways, Wish, Word, agrees, count, fold, language_of_sentence, languages_of,
    leaves, lets_it_be, nearly_greets, nth, phrase, pieces, wants_to_order, ways, wish, word,
    words,
};

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

/// Speaks a language, in the words of a shop.
#[derive(Clone, Debug)]
pub struct Voice {
    lang: Lang,
    own: Option<Arc<OwnTexts>>,
}

impl Voice {
    /// Speaks `lang` with the shop's `own` texts.
    #[must_use]
    pub fn new(lang: Lang, own: Option<Arc<OwnTexts>>) -> Self {
        Self { lang, own }
    }

    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The same shop in another language.
    #[must_use]
    pub fn speaking(&self, lang: Lang) -> Self {
        Self { lang, own: self.own.clone() }
    }

    fn say(&self, key: &str, args: &FluentArgs<'_>) -> String {
        let own = self.own.as_ref().and_then(|own| own.say(self.lang, key, args));
        let said = own.or_else(|| builtin::say(self.lang, key, args));
        // Every language has every text; a test sees to it.
        let said = said.or_else(|| builtin::say(Lang::En, key, args));
        let text = said.unwrap_or_else(|| key.to_owned());
        if self.lang.is_rtl() { from_the_right(&text) } else { text }
    }
}

impl From<Lang> for Voice {
    fn from(lang: Lang) -> Self {
        Self { lang, own: None }
    }
}

/// The text `key` without values.
#[must_use]
pub fn t(voice: &Voice, key: &str) -> String {
    voice.say(key, &FluentArgs::new())
}

/// The text `key` with its values.
#[must_use]
pub fn t_with<'a, const N: usize>(
    voice: &Voice,
    key: &str,
    args: [(&'static str, Arg<'a>); N],
) -> String {
    let value = |arg: Arg<'a>| match arg {
        // What people wrote turns only itself.
        Arg::Words(words) => FluentValue::String(balanced(&words).into()),
        Arg::Count(count) => lang::counted(voice.lang, count),
    };
    let args: FluentArgs<'a> = args.into_iter().map(|(name, arg)| (name, value(arg))).collect();
    voice.say(key, &args)
}

/// A text from right to left whose values are set apart: a line that says nothing by itself (`2 × … = …`, `*…*`) still
/// begins at the right. Its mark stands behind those of bold or struck text: WhatsApp wants these first.
fn from_the_right(text: &str) -> String {
    const RLM: char = '\u{200f}';
    // Values that are open: one of several lines is set apart in each of them, as a mark holds for its line only.
    let mut open = 0_usize;
    let mut turned = |line: &str| {
        let before = "\u{2068}".repeat(open);
        let mut says = false;
        for c in line.chars() {
            match c {
                '\u{2066}'..='\u{2068}' => open += 1,
                '\u{2069}' => open = open.saturating_sub(1),
                _ => says |= open == 0 && (c.is_alphabetic() || c == RLM),
            }
        }
        if line.is_empty() {
            return String::new();
        }
        let after = "\u{2069}".repeat(open);
        if says {
            return format!("{before}{line}{after}");
        }
        let rest = line.trim_start_matches(['*', '~', '_']);
        let marks = &line[..line.len() - rest.len()];
        format!("{marks}{RLM}{before}{rest}{after}")
    };
    // A value that is empty needs no marks.
    let text = text.replace("\u{2068}\u{2069}", "");
    text.split('\n').map(&mut turned).collect::<Vec<_>>().join("\n")
}

/// How a language writes amounts of a currency.
type Format = Box<dyn Fn(Money) -> Option<String>>;

thread_local! {
    /// Each is made once: an answer names several amounts, and the making looks through tables.
    static FORMATS: RefCell<HashMap<(Lang, Currency), Option<Format>>> = RefCell::default();
}

/// Money as the language writes it: `₺12,50` in Turkish, `TRY 12.50` in English.
#[must_use]
pub fn money(voice: &Voice, money: Money) -> String {
    let shown = FORMATS.with_borrow_mut(|formats| {
        let format = formats.entry((voice.lang, money.currency()));
        format.or_insert_with(|| format_of(voice.lang, money.currency())).as_ref()?(money)
    });
    shown.unwrap_or_else(|| money.to_string())
}

fn format_of(lang: Lang, currency: Currency) -> Option<Format> {
    let locale: Locale = match lang {
        Lang::Tr => locale!("tr"),
        Lang::En => locale!("en"),
        Lang::Ar => locale!("ar-u-nu-latn"),
        Lang::De => locale!("de"),
        Lang::Es => locale!("es"),
        Lang::PtBr => locale!("pt-BR"),
    };
    let currency: CurrencyType = currency.code().parse().ok()?;
    let format =
        CurrencyFormatter::try_new_symbol_narrow(locale.into(), currency, Default::default())
            .ok()?;
    Some(Box::new(move |money| {
        let amount = money.amount().to_string().parse().ok()?;
        Some(format.format_fixed_decimal(&amount).to_string())
    }))
}
