//! The few words that are understood in every step, in every language at once; what tells a language by its words.

mod ar;
mod de;
mod en;
mod es;
mod fold;
mod pt;
mod tr;

use std::cmp::Reverse;

use super::{Lang, is_filler, question};
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
const POLITE: &[&str] =
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
        .or_else(|| exactly(&without(|word| POLITE.contains(&word))?, lang))
        .or_else(|| exactly(&without(is_filler)?, lang).filter(|word| word.is_way_out()))
        .or_else(|| thanked(bare, lang))
}

/// Words that wish, and what is left of a wish to order when what says nothing by itself is gone.
const WISHES: &[&str] = &[
    "want",
    "wanna",
    "like",
    "need",
    "istiyorum",
    "istiyordum",
    "isterim",
    "mochte",
    "will",
    "quiero",
    "quisiera",
    "quero",
    "queria",
    "gostaria",
    "اريد",
    "ابي",
    "ابغي",
    "عايز",
    "بدي",
];
const BUYS: &[&str] = &["buy", "almak", "alayim", "alacagim", "comprar", "kaufen"];
const ORDERING: &[&str] = &["order", "siparis vermek", "pedido", "un pedido", "طلب", "اطلب"];

/// Whether a text wishes to order without saying what: `I want to order`.
#[must_use]
pub fn wants_to_order(text: &str) -> bool {
    let folded = fold(&text.replace('’', "'")).replace("i'd ", "i ").replace("i'm ", "i ");
    let rest = words_of(&folded).filter(|word| !is_filler(word)).collect::<Vec<_>>().join(" ");
    let orders = || ORDERING.contains(&&*rest) || exactly(&rest, Lang::En) == Some(Word::Checkout);
    words_of(&folded).any(|word| WISHES.contains(&word)) && orders()
}

/// What thanks are made more of with.
const MUCH: &[&str] =
    &["cok", "so", "very", "much", "muchas", "vielen", "herzlichen", "muito", "جزيلا"];

/// Thanks with more around them: `thanks, good evening`; what `ok thanks` and `no, thanks` say is the yes and the no.
fn thanked(bare: &str, lang: Lang) -> Option<Word> {
    let is_thanks = |word: &str| exactly(word, lang) == Some(Word::Thanks);
    let (thanks, rest): (Vec<_>, Vec<_>) = words_of(bare).partition(|word| is_thanks(word));
    if thanks.is_empty() {
        return None;
    }
    let rest: Vec<&str> = rest.into_iter().filter(|word| !MUCH.contains(word)).collect();
    match exactly(&rest.join(" "), lang) {
        Some(answer @ (Word::Yes | Word::No)) => Some(answer),
        Some(Word::Greeting) => Some(Word::Thanks),
        _ => {
            let said = rest.join(" ");
            let wishes = |word: &&str| WISHES.contains(word) || BUYS.contains(word);
            let says_more = || {
                question(bare).is_some()
                    || pieces(&said).is_some()
                    || rest.iter().any(|word| wishes(word) || pieces(word).is_some())
            };
            (rest.iter().all(|word| is_filler(word)) && !says_more()).then_some(Word::Thanks)
        }
    }
}

fn exactly(bare: &str, lang: Lang) -> Option<Word> {
    let others = Lang::ALL.into_iter().filter(|&other| other != lang);
    std::iter::once(lang).chain(others).find_map(|lang| {
        let words = vocabulary(lang).words.iter();
        words.clone().find(|(_, words)| words.contains(&bare)).map(|&(word, _)| word)
    })
}

fn words_of(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
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

/// Words that turn a wish into its opposite, folded.
const NOT: &[&str] = &["not", "don", "dont", "no", "nao", "nicht", "keine", "لا", "ما"];

/// Whether a wish is denied where it is said: `please do not cancel my order`, and not `it has not come, cancel my order`.
fn is_denied(phrase: &str, folded: &str) -> bool {
    let denies = |text: &str| words_of(text).any(|word| NOT.contains(&word));
    let clauses = folded.split(|c: char| ".,;:!?،؛؟\n".contains(c));
    let clauses = clauses.map(|clause| words_of(clause).collect::<Vec<_>>().join(" "));
    let clauses: Vec<String> = clauses.filter(|clause| is_inside(phrase, clause)).collect();
    if clauses.is_empty() {
        // It goes over a mark or a line.
        return denies(folded);
    }
    clauses.iter().all(|clause| denies(clause.find(phrase).map_or("", |at| &clause[..at])))
}

/// What is said by who lets things be as they are, folded.
const LETS_BE: &[&str] = &[
    "vazgec",
    "vazgectim",
    "bosver",
    "cik",
    "cikis",
    "never mind",
    "nevermind",
    "forget it",
    "exit",
    "quit",
    "vergiss es",
    "doch nicht",
    "beenden",
    "olvidalo",
    "dejalo",
    "salir",
    "deixa pra la",
    "sair",
    "desisto",
    "تراجع",
    "خروج",
];

/// Whether a word that cancels may as well take that back.
#[must_use]
pub fn lets_it_be(text: &str) -> bool {
    let said = words_of(&fold(text)).collect::<Vec<_>>().join(" ");
    LETS_BE.iter().any(|phrase| is_inside(phrase, &said))
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
fn is_inside(phrase: &str, said: &str) -> bool {
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
fn without_phrases<'a>(said: &str, phrases: impl Iterator<Item = &'a str>) -> String {
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

/// What is said around a number of pieces, folded: `2 please`, `2 tane alayım`.
const AROUND_A_NUMBER: &[&str] = &[
    "please",
    "pls",
    "i",
    "ll",
    "d",
    "will",
    "would",
    "want",
    "need",
    "like",
    "take",
    "just",
    "only",
    "lutfen",
    "istiyorum",
    "isterim",
    "alayim",
    "alacagim",
    "alirim",
    "olsun",
    "sadece",
    "yeter",
    "bitte",
    "ich",
    "nehme",
    "mochte",
    "will",
    "hatte",
    "gern",
    "gerne",
    "nur",
    "quiero",
    "quisiera",
    "dame",
    "deme",
    "solo",
    "por",
    "favor",
    "quero",
    "queria",
    "gostaria",
    "apenas",
    "so",
    "من",
    "فضلك",
    "لو",
    "سمحت",
    "اريد",
    "ابي",
    "ابغي",
    "عايز",
    "بدي",
    "فقط",
];

/// The number of pieces in an answer to the question for it, also one that is said with more around it or in words:
/// `2 tane lütfen`, `one`. What asks something back is none.
#[must_use]
pub fn pieces(text: &str) -> Option<i64> {
    if let Some(number) = count(text) {
        return Some(number);
    }
    if text.contains(['?', '؟', '.', ',']) {
        return None;
    }
    let folded = fold(text);
    let known = || Lang::ALL.into_iter().map(vocabulary);
    let is_around = |word: &str| {
        AROUND_A_NUMBER.contains(&word) || known().any(|known| known.pieces.contains(&word))
    };
    let number = |word: &str| {
        let spelt = |known: &Vocabulary| known.numbers.iter().position(|all| all.contains(&word));
        let spelt = known().find_map(spelt).and_then(|at| i64::try_from(at + 1).ok());
        spelt.or_else(|| word.parse().ok())
    };
    let mut numbers = words_of(&folded).filter(|word| !is_around(word)).map(number);
    let first = numbers.next()??;
    numbers.next().is_none().then_some(first)
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
