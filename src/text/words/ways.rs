//! Ways to get goods and to pay for them as people say them, in every language at once: `kargo olsun`, `nakit değil
//! havale`, `I'll pick it up`; and the place of one that was shown: `the second one`.

mod said;

use std::sync::LazyLock;

use self::said::{
    AROUND, AROUND_A_PLACE, BOTH, BUT, COSTS, DAYS, DENIES_LATEST, DENIES_NEXT, DENYING_ENDS, LAST,
    LOOKS, ORDINALS, TELLS, TIMES, WAYS, WHEN,
};
use super::{
    POLITE,
    around::{AROUND_A_NUMBER, NOT, clauses, number},
    fold,
    phrases::{Phrases, lists},
    vocabulary, words_of,
};
use crate::text::{self, Lang, Place, Topic, is_filler};

/// More words than this say more than a way.
const MOST_WORDS: usize = 12;
/// Letters of a word that denies by its end, at least.
const LONG: usize = 6;

/// How goods are got or paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// They are brought.
    Bring,
    /// They are fetched.
    Fetch,
    /// The shop itself: they are fetched there, and paid.
    Shop,
    /// Cash where they are handed over, so they are brought.
    AtDoor,
    /// The door alone: they are brought there.
    Door,
    Cash,
    Transfer,
    /// A way to pay that no shop here has.
    Other,
}

/// One way that is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    pub by: By,
    /// It is said that it shall not be.
    pub denied: bool,
}

/// What a text says of ways.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    pub said: Vec<Way>,
    /// Words that say something else.
    pub left_over: usize,
    /// All its words.
    pub words: usize,
    /// It speaks of what one costs or how long it takes: `delivery fee`.
    pub asks: Option<Topic>,
    /// Something is told of it, not chosen: `kargom gelmedi`.
    pub tells: bool,
    /// A number with what addresses have.
    pub is_address: bool,
}

static PHRASES: LazyLock<Phrases<Option<By>>> = LazyLock::new(|| Phrases::of(WAYS));

/// The ways that a text names, and what else it says.
#[must_use]
pub fn ways(said: &str) -> Ways {
    let folded = fold(said);
    let words: Vec<&str> = words_of(&folded).collect();
    let mut ways = Ways { words: words.len(), ..Ways::default() };
    if words.len() > MOST_WORDS {
        ways.left_over = words.len();
        return ways;
    }
    let has = |list: &'static str| words.iter().any(|word| lists(list, word));
    ways.asks = if has(COSTS) { Some(Topic::Cost) } else { has(TIMES).then_some(Topic::Time) };
    ways.is_address = folded.contains(char::is_numeric) && text::place(said) == Place::Surely;
    ways.tells = has(TELLS);
    for part in clauses(&folded) {
        let words: Vec<&str> = words_of(part).collect();
        for clause in words.split(|word| lists(BUT, word)) {
            ways.hear(clause);
        }
    }
    ways
}

impl Ways {
    /// Adds what one clause says. What denies stands before a way or, at the end and in Turkish, behind it.
    fn hear(&mut self, clause: &[&str]) {
        let (mut at, mut denied, mut latest) = (0, false, None);
        while let Some(&word) = clause.get(at) {
            if let Some((by, length)) = PHRASES.at(&clause[at..]) {
                // `kapıda ödemem`
                let within = clause[at..at + length].iter().any(|word| denies_latest(word));
                at += length;
                match by {
                    Some(by) => {
                        latest = Some(self.said.len());
                        self.said.push(Way { by, denied: denied || within });
                        denied = false;
                    }
                    None => self.left_over += length,
                }
                continue;
            }
            at += 1;
            let denies = lists(DENIES_NEXT, word);
            if denies_latest(word) || (denies && at == clause.len()) {
                if let Some(way) = latest.and_then(|latest: usize| self.said.get_mut(latest)) {
                    way.denied = true;
                }
            } else if denies {
                denied = true;
            } else if !says_nothing(word) {
                self.left_over += 1;
            }
        }
        // `hole es nicht ab`, `efectivo no tengo`
        if denied && let Some(way) = latest.and_then(|latest: usize| self.said.get_mut(latest)) {
            way.denied = true;
        }
    }
}

fn denies_latest(word: &str) -> bool {
    let ends = || DENYING_ENDS.iter().any(|&end| word.ends_with(end));
    lists(DENIES_LATEST, word) || (word.len() >= LONG && ends())
}

/// Whether a word only stands around a way.
fn says_nothing(word: &str) -> bool {
    let any = |all: &[&'static str]| all.iter().any(|&list| lists(list, word));
    let around =
        is_filler(word) || POLITE.contains(&word) || AROUND_A_NUMBER.contains(&word) || any(AROUND);
    let told = any(WHEN) || any(&[COSTS, TIMES]) || is_number(word);
    (around || told) && !lists(LOOKS, word)
}

/// A number, also of an hour: `17h`, `5te`.
fn is_number(word: &str) -> bool {
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_unit = ["", "h", "hs", "am", "pm", "uhr", "de", "da", "te", "ta"].contains(&unit);
    is_unit && unit.len() < word.len()
}

/// The place of one thing among those that were shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nth {
    /// Counted from 0.
    At(usize),
    Last,
}

impl Nth {
    /// What stands there.
    #[must_use]
    pub fn of<T: Copy>(self, shown: &[T]) -> Option<T> {
        match self {
            Self::At(at) => shown.get(at).copied(),
            Self::Last => shown.last().copied(),
        }
    }
}

/// The place that a whole text is: `2`, `the second one`, `ilk seçenek`. A number of pieces is none, nor is a question.
#[must_use]
pub fn nth(text: &str) -> Option<Nth> {
    if text.contains(['?', '؟', '+', '-', '%', '/']) {
        return None;
    }
    let folded = fold(text);
    let words: Vec<&str> = words_of(&folded).collect();
    let mut known = Lang::ALL.into_iter().map(vocabulary);
    // `un` counts pieces in Portuguese and is one in Spanish.
    let pieces =
        known.any(|known| words.iter().any(|word| *word != "un" && known.pieces.contains(word)));
    let says_more = |word: &&str| NOT.contains(word) || lists(DAYS, word);
    let is_none = pieces || words.iter().any(says_more) || BOTH.contains(&&*words.join(" "));
    if is_none || words.len() > MOST_WORDS {
        return None;
    }
    // `I want 2` is more likely a number of pieces; `I want the second` is none.
    let wished = words.iter().any(|word| {
        AROUND_A_NUMBER.contains(word) && !lists(AROUND_A_PLACE, word) && !POLITE.contains(word)
    });
    let mut places: Vec<&str> =
        words.into_iter().filter(|word| !stands_around_a_place(word)).collect();
    if places.len() > 1 {
        places.retain(|word| *word != "one");
    }
    match places[..] {
        [word] if wished && number(word).is_some() => None,
        [word] => place(word),
        _ => None,
    }
}

fn place(word: &str) -> Option<Nth> {
    let nth = ORDINALS.iter().position(|&list| lists(list, word)).map(Nth::At);
    nth.or_else(|| lists(LAST, word).then_some(Nth::Last))
}

fn stands_around_a_place(word: &str) -> bool {
    lists(AROUND_A_PLACE, word)
        || POLITE.contains(&word)
        || AROUND_A_NUMBER.contains(&word)
        || (is_filler(word) && place(word).is_none())
}

#[cfg(test)]
mod tests;
