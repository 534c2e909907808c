//! The languages that Sepet speaks.

use std::{fmt, str::FromStr};

use fluent_bundle::{FluentValue, types::FluentNumber};
use unic_langid::{LanguageIdentifier, langid};

/// A language that Sepet speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    Tr,
    En,
    Ar,
    De,
    Es,
    PtBr,
}

static IDS: [LanguageIdentifier; 6] =
    [langid!("tr"), langid!("en"), langid!("ar"), langid!("de"), langid!("es"), langid!("pt-BR")];

impl Lang {
    pub const ALL: [Self; 6] = [Self::Tr, Self::En, Self::Ar, Self::De, Self::Es, Self::PtBr];

    /// Its tag: `tr`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Tr => "tr",
            Self::En => "en",
            Self::Ar => "ar",
            Self::De => "de",
            Self::Es => "es",
            Self::PtBr => "pt-BR",
        }
    }

    /// What its speakers call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tr => "Türkçe",
            Self::En => "English",
            Self::Ar => "العربية",
            Self::De => "Deutsch",
            Self::Es => "Español",
            Self::PtBr => "Português",
        }
    }

    /// Whether it is written from right to left.
    #[must_use]
    pub fn is_rtl(self) -> bool {
        self == Self::Ar
    }

    /// Those of a shop's language tags that Sepet speaks, in the shop's order.
    #[must_use]
    pub fn spoken(tags: &[String]) -> Vec<Self> {
        let mut spoken = Vec::new();
        for lang in tags.iter().filter_map(|tag| tag.parse().ok()) {
            if !spoken.contains(&lang) {
                spoken.push(lang);
            }
        }
        spoken
    }

    pub(super) fn id(self) -> &'static LanguageIdentifier {
        &IDS[self as usize]
    }

    /// What stands between groups of three digits, from so many digits on (CLDR 47: `group`,
    /// `minimumGroupingDigits`). Arabic is written with the digits 0 to 9, as prices and order numbers are.
    fn grouping(self) -> (char, usize) {
        match self {
            Self::Tr | Self::De | Self::PtBr => ('.', 4),
            Self::En | Self::Ar => (',', 4),
            Self::Es => ('.', 5),
        }
    }

    /// A whole number as the language writes it.
    #[must_use]
    pub(super) fn number(self, number: i64) -> String {
        let digits = number.unsigned_abs().to_string();
        let (mark, from) = self.grouping();
        let mut text = String::new();
        if number < 0 {
            text.push('-');
        }
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) && digits.len() >= from {
                text.push(mark);
            }
            text.push(digit);
        }
        text
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// A tag of no language that Sepet speaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no language that Sepet speaks: tr, en, ar, de, es, pt-BR")]
pub struct UnknownLanguage(pub String);

impl FromStr for Lang {
    type Err = UnknownLanguage;

    /// By the language alone: `es-419` is Spanish, `pt` the Portuguese that we speak.
    fn from_str(tag: &str) -> Result<Self, UnknownLanguage> {
        let language = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
        Self::ALL
            .into_iter()
            .find(|lang| language(lang.tag()) == language(tag))
            .ok_or_else(|| UnknownLanguage(tag.to_owned()))
    }
}

/// How a bundle of each language writes numbers, in the order of [`Lang::ALL`].
type Format<M> = fn(&FluentValue, &M) -> Option<String>;

/// A count as a value of a text. `intl_pluralrules` 7 asks Arabic for `n = 3..10` where CLDR asks for `n % 100 = 3..10`:
/// above 99 it is given a number of the same plural, and how the count reads goes along as a word of its own.
pub(super) fn counted(lang: Lang, count: i64) -> FluentValue<'static> {
    if lang != Lang::Ar || count < 100 {
        return FluentValue::from(count);
    }
    let plural = if count % 100 < 3 { 100 } else { count % 100 };
    let mut number = FluentNumber::from(plural);
    number.options.currency = Some(lang.number(count));
    FluentValue::Number(number)
}

/// Writes counts as the `N`th language of [`Lang::ALL`] does.
fn count<const N: usize, M>(value: &FluentValue, _: &M) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    if let Some(reads) = &number.options.currency {
        return Some(reads.clone());
    }
    number.as_string().parse().ok().map(|number| Lang::ALL[N].number(number))
}

/// What writes the counts of a bundle.
pub(super) fn counts<M>(lang: Lang) -> Format<M> {
    match lang {
        Lang::Tr => count::<0, M>,
        Lang::En => count::<1, M>,
        Lang::Ar => count::<2, M>,
        Lang::De => count::<3, M>,
        Lang::Es => count::<4, M>,
        Lang::PtBr => count::<5, M>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_there_and_back() {
        for lang in Lang::ALL {
            assert_eq!(lang.tag().parse(), Ok(lang));
            assert_eq!(lang.id().to_string(), lang.tag());
        }
        assert_eq!("es-419".parse(), Ok(Lang::Es));
        assert_eq!("pt".parse(), Ok(Lang::PtBr));
        for tag in ["", "xx", "t", "trk", "TR"] {
            assert_eq!(tag.parse::<Lang>(), Err(UnknownLanguage(tag.to_owned())));
        }
        let tags = ["de-AT", "fr", "de", "tr"].map(str::to_owned);
        assert_eq!(Lang::spoken(&tags), [Lang::De, Lang::Tr]);
    }

    #[test]
    fn numbers_are_grouped_as_people_write_them() {
        let all = |number: i64| Lang::ALL.map(|lang| lang.number(number));
        assert_eq!(all(7), ["7"; 6]);
        assert_eq!(all(1_234), ["1.234", "1,234", "1,234", "1.234", "1234", "1.234"]);
        assert_eq!(
            all(-1_234_567),
            ["-1.234.567", "-1,234,567", "-1,234,567", "-1.234.567", "-1.234.567", "-1.234.567"]
        );
    }
}
