//! The few words that are understood in every step, in every language at once; what tells a language by its words.

mod agrees;
mod ar;
mod around;
mod card;
mod de;
mod en;
mod es;
mod fold;
mod phrases;
mod pictures;
mod pt;
mod tr;
mod ways;

use std::cmp::Reverse;

pub(super) use self::around::{NOT, WISHES, is_piece, number};
use self::around::{is_denied, thanked};
use self::pictures::pictured;
pub use self::{
    agrees::agrees,
    around::{lets_it_be, pieces, wants_to_order},
    card::{Wish, wish},
    ways::{By, Nth, Way, Ways, nth, ways},
};
use super::{Lang, is_filler};
pub use fold::fold;

/// What a word asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Word {
    Greeting,
    Menu,
    Cart,
    Orders,
    Human,
    Help,
    Back,
    /// Leave what is open.
    Cancel,
    /// Have an order cancelled.
    CancelOrder,
    /// No more notices.
    Stop,
    /// Notices again.
    Start,
    Checkout,
    /// The goods of the latest order once more.
    Again,
    /// The cart that was emptied or left alone.
    Restore,
    Thanks,
    Yes,
    No,
    /// Speak this language.
    Language(Lang),
}

impl Word {
    /// Whether it is meant as well when it stands between words that say nothing: `show me the menu`.
    fn is_way_out(self) -> bool {
        matches!(
            self,
            Self::Menu | Self::Cart | Self::Human | Self::Help | Self::Cancel | Self::Stop
        )
    }
}

/// What is understood of a language, written as [`fold`] leaves it.
struct Vocabulary {
    words: &'static [(Word, &'static [&'static str])],
    /// Words for pieces, before or behind a number.
    pieces: &'static [&'static str],
    /// One to ten, in each of their forms.
    numbers: [&'static [&'static str]; 10],
    /// Words that people use in every second sentence: they tell the language.
    common: &'static [&'static str],
    /// Letters that tell it.
    letters: &'static [char],
}

fn vocabulary(lang: Lang) -> &'static Vocabulary {
    match lang {
        Lang::Tr => &tr::TURKISH,
        Lang::En => &en::ENGLISH,
        Lang::Ar => &ar::ARABIC,
        Lang::De => &de::GERMAN,
        Lang::Es => &es::SPANISH,
        Lang::PtBr => &pt::PORTUGUESE,
    }
}

/// What is said around a word to be polite, folded.
pub(super) const POLITE: &[&str] =
    &["please", "pls", "lutfen", "bitte", "por", "favor", "من", "فضلك", "لو", "سمحت"];

/// The word that a whole message is, whatever its case, accents, the marks and pictures around it, and what is said to be
/// polite. One that means two things in two languages means what it does in `lang`, that of the chat.
#[must_use]
pub fn word(text: &str, lang: Lang) -> Option<Word> {
    let folded = fold(text);
    let bare = folded.trim_matches(|c: char| !c.is_alphanumeric());
    let bare = if bare.is_empty() { folded.trim() } else { bare };
    let without = |is_around: fn(&str) -> bool| {
        let words = || words_of(bare);
        let some = words().any(is_around);
        some.then(|| words().filter(|word| !is_around(word)).collect::<Vec<_>>().join(" "))
    };
    exactly(bare, lang)
        .or_else(|| pictured(&folded))
        .or_else(|| exactly(&without(|word| POLITE.contains(&word))?, lang))
        .or_else(|| exactly(&without(is_filler)?, lang).filter(|word| word.is_way_out()))
        .or_else(|| thanked(bare, lang))
}

fn exactly(bare: &str, lang: Lang) -> Option<Word> {
    let others = Lang::ALL.into_iter().filter(|&other| other != lang);
    std::iter::once(lang).chain(others).find_map(|lang| {
        let words = vocabulary(lang).words.iter();
        words.clone().find(|(_, words)| words.contains(&bare)).map(|&(word, _)| word)
    })
}

pub(super) fn words_of(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The words of a text, folded, with one blank between them.
pub(super) fn said(text: &str) -> String {
    words_of(&fold(text)).collect::<Vec<_>>().join(" ")
}

/// What says in one word of its language what others say in several: `my order`.
const PHRASES_OF_ONE_WORD: [&str; 4] = ["siparisim", "kargom", "طلبي", "طلبيتي"];

/// Which of `wanted` is said in several words somewhere in a longer message: `my order has not arrived`. Of two the one
/// with more letters.
#[must_use]
pub fn phrase(text: &str, wanted: &[Word]) -> Option<Word> {
    let folded = fold(text);
    let said = words_of(&folded).collect::<Vec<_>>().join(" ");
    let all = Lang::ALL.into_iter().flat_map(|lang| vocabulary(lang).words);
    let phrases = all
        .filter(|(word, _)| wanted.contains(word))
        .flat_map(|&(word, texts)| texts.iter().map(move |&text| (word, text)));
    let is_phrase = |text: &str| text.contains(' ') || PHRASES_OF_ONE_WORD.contains(&text);
    let inside = phrases.filter(|(_, phrase)| is_phrase(phrase) && is_inside(phrase, &said));
    let inside =
        inside.filter(|(word, phrase)| *word != Word::CancelOrder || !is_denied(phrase, &folded));
    inside.max_by_key(|(_, phrase)| phrase.len()).map(|(word, _)| word)
}

/// Words that leave a step alone, and stand in addresses as well: `al salir del pueblo`.
const WAYS_OUT_OF_TOWN: [&str; 7] = ["exit", "quit", "salir", "sair", "cik", "cikis", "خروج"];

/// Whether somebody who was asked for something else wants to leave: `please cancel everything`.
#[must_use]
pub fn leaves(text: &str) -> bool {
    let folded = fold(text);
    let all = Lang::ALL.into_iter().flat_map(|lang| vocabulary(lang).words);
    let cancels = all.filter(|(word, _)| *word == Word::Cancel).flat_map(|(_, texts)| *texts);
    let mut cancels = cancels.filter(|cancel| !WAYS_OUT_OF_TOWN.contains(cancel));
    cancels.any(|cancel| words_of(&folded).any(|word| word == *cancel))
}

/// Whether whole words of `said` are `phrase`.
pub(super) fn is_inside(phrase: &str, said: &str) -> bool {
    said.match_indices(phrase).any(|(at, _)| {
        let (before, after) = (&said[..at], &said[at + phrase.len()..]);
        (before.is_empty() || before.ends_with(' ')) && (after.is_empty() || after.starts_with(' '))
    })
}

/// Whether a text that is no word of ours is meant to greet all the same: with a mistake (`helo`), drawn out
/// (`merhabaaa`), or with more of what stands around a greeting (`hello, good morning`).
#[must_use]
pub fn nearly_greets(text: &str) -> bool {
    let folded = fold(text);
    let words: Vec<&str> = words_of(&folded).collect();
    let greetings = || {
        let all = Lang::ALL.into_iter().flat_map(|lang| vocabulary(lang).words);
        all.filter(|(what, _)| *what == Word::Greeting).flat_map(|(_, words)| *words)
    };
    let asks = |typed: &str| word(typed, Lang::En).is_some_and(|what| what != Word::Greeting);
    let near = |typed: &str| {
        let once = undrawn(typed);
        !asks(typed) && greetings().any(|greeting| is_near(&once, greeting))
    };
    let said = words.join(" ");
    let around = without_phrases(&said, greetings().copied());
    near(&said)
        || (around.len() < said.len()
            && words_of(&around).all(|word| is_filler(word) || near(word)))
}

/// A text without these phrases, the longest first.
pub(super) fn without_phrases<'a>(said: &str, phrases: impl Iterator<Item = &'a str>) -> String {
    let mut phrases: Vec<&str> = phrases.filter(|phrase| is_inside(phrase, said)).collect();
    phrases.sort_by_key(|phrase| Reverse(phrase.len()));
    let blank =
        |text: String, phrase: &str| format!(" {text} ").replace(&format!(" {phrase} "), "  ");
    phrases.into_iter().fold(said.to_owned(), blank).trim().to_owned()
}

/// Whether one is the other but for letters that are drawn out, and for a mistake behind the first letter; the typed one
/// comes with each letter once.
fn is_near(typed: &str, greeting: &str) -> bool {
    let greeting = undrawn(greeting);
    if typed == greeting {
        return true;
    }
    let (length, wanted) = (typed.chars().count(), greeting.chars().count());
    let mistakes = match wanted {
        ..4 => 0,
        4..8 => 1,
        _ => 2,
    };
    // Each letter more or less is a mistake: a whole letter to the shop is not compared.
    length >= 4
        && length.abs_diff(wanted) <= mistakes
        && typed.chars().next() == greeting.chars().next()
        && strsim::osa_distance(typed, &greeting) <= mistakes
}

/// Each letter once, where it is repeated.
fn undrawn(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    letters.dedup();
    letters.into_iter().collect()
}

/// Every word of a language with what it asks for.
#[cfg(test)]
pub fn every_word(lang: Lang) -> impl Iterator<Item = (Word, &'static str)> {
    let words = vocabulary(lang).words.iter();
    words.flat_map(|&(word, texts)| texts.iter().map(move |&text| (word, text)))
}

/// Every word that is understood, in every language, as it is compared.
pub fn words() -> impl Iterator<Item = &'static str> {
    let all = Lang::ALL.into_iter().flat_map(|lang| vocabulary(lang).words);
    all.flat_map(|(_, words)| words.iter().copied())
}

/// The number of pieces that a whole message is: `3`, `3 adet`, `x3`, `٣`. What is written in digits and is no whole
/// number is -1, which nobody can buy; what is no number at all is `None`.
#[must_use]
pub fn count(text: &str) -> Option<i64> {
    let folded = fold(text);
    let mut bare = folded.trim_matches(|c: char| c.is_whitespace() || c == '!' || c == '.');
    let pieces = Lang::ALL.into_iter().flat_map(|lang| vocabulary(lang).pieces);
    for word in ["x", "×"].iter().chain(pieces) {
        if let Some(rest) = bare.strip_suffix(word).or_else(|| bare.strip_prefix(word)) {
            bare = rest.trim();
            break;
        }
    }
    let digits = bare.chars().any(|c| c.is_ascii_digit());
    let only = bare.chars().all(|c| c.is_ascii_digit() || "+-., ".contains(c));
    (digits && only).then(|| bare.parse().unwrap_or(-1))
}

/// How much a text speaks each language, in the order of [`Lang::ALL`]: one for every common word and telling letter.
fn scores(text: &str) -> [usize; Lang::ALL.len()] {
    let folded = fold(text);
    let words: Vec<&str> = words_of(&folded).collect();
    let persian = text.contains(['پ', 'چ', 'ژ', 'گ']);
    let arabic = words.iter().filter(|w| w.chars().all(|c| ('ء'..='ي').contains(&c))).count();
    Lang::ALL.map(|lang| {
        if lang == Lang::Ar {
            // The script tells it.
            return if persian { 0 } else { arabic };
        }
        let known = vocabulary(lang);
        let greets = |word: &str| {
            known.words.iter().any(|(what, words)| *what == Word::Greeting && words.contains(&word))
        };
        let common =
            words.iter().filter(|&&word| known.common.contains(&word) || greets(word)).count();
        common + known.letters.iter().filter(|&&letter| text.contains(letter)).count()
    })
}

/// Those of `spoken` that the first words tell most of, more than one when they tell them alike (`hi`).
#[must_use]
pub fn languages_of(text: &str, spoken: &[Lang]) -> Vec<Lang> {
    let mut scores = scores(text);
    if scores.iter().all(|&score| score == 0) {
        scores = nearly_greeted(text);
    }
    let best = scores.into_iter().max().unwrap_or_default().max(1);
    let all = Lang::ALL.into_iter().zip(scores).filter(|(_, score)| *score == best);
    all.map(|(lang, _)| lang).filter(|lang| spoken.contains(lang)).collect()
}

/// The same as [`scores`] for a greeting with a mistake: what is only drawn out tells more than what is misspelt.
fn nearly_greeted(text: &str) -> [usize; Lang::ALL.len()] {
    let folded = fold(text);
    let typed = undrawn(folded.trim_matches(|c: char| !c.is_alphanumeric()));
    Lang::ALL.map(|lang| {
        let words = vocabulary(lang).words.iter();
        let greetings = words.filter(|(what, _)| *what == Word::Greeting).flat_map(|(_, all)| *all);
        let near = greetings.filter(|greeting| is_near(&typed, greeting));
        near.map(|greeting| 1 + usize::from(typed == undrawn(greeting))).max().unwrap_or(0)
    })
}

/// The language of a sentence, when there is no doubt of it: four words or more, three of which tell one of `spoken` and
/// by two more than they tell any other.
#[must_use]
pub fn language_of_sentence(text: &str, spoken: &[Lang]) -> Option<Lang> {
    let words = text.split_whitespace().filter(|w| w.chars().any(char::is_alphabetic)).count();
    let scores = scores(text);
    let best = scores.into_iter().max().filter(|&best| words >= 4 && best >= 3)?;
    let near = scores.into_iter().filter(|score| score + 2 > best).count();
    let lang = Lang::ALL.into_iter().zip(scores).find(|(_, score)| *score == best)?.0;
    (near == 1 && spoken.contains(&lang)).then_some(lang)
}

#[cfg(test)]
mod tests;
