//! The words of a shop, and which of them a typed word may mean. Pure.

use super::words::Sought;

/// Words that one typed word may mean, at most: the best ones.
const MOST: usize = 40;
/// From so many letters on a word is also the beginning of others.
const PREFIX: usize = 4;
/// Up to so many letters a word is easily another one: `milk`, `mill`.
const SHORT: usize = 4;
/// A typed word may be a word of the shop with so many letters behind it: `kahveler`, `turkish`.
const ENDING: usize = 5;

/// How a word was met. The order of the variants is the rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Met {
    Exactly,
    /// One is the beginning of the other.
    ByBeginning,
    /// With a mistake.
    Corrected,
    /// With a mistake in a word so short that another one may be meant.
    Guessed,
}

/// The words of a shop.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// Sorted.
    words: Vec<Known>,
}

#[derive(Clone, Debug)]
struct Known {
    word: Box<str>,
    letters: usize,
    /// Which letters are in it, 64 kinds: tells quickly what is too far away.
    kinds: u64,
}

impl FromIterator<String> for Vocabulary {
    fn from_iter<I: IntoIterator<Item = String>>(words: I) -> Self {
        let mut words: Vec<String> = words.into_iter().collect();
        words.sort_unstable();
        words.dedup();
        let known = |word: String| Known {
            letters: word.chars().count(),
            kinds: kinds(&word),
            word: word.into_boxed_str(),
        };
        Self { words: words.into_iter().map(known).collect() }
    }
}

impl Vocabulary {
    /// Whether the shop has exactly this word.
    #[must_use]
    pub fn has(&self, word: &str) -> bool {
        self.words.binary_search_by(|known| (*known.word).cmp(word)).is_ok()
    }

    /// The words that `sought` may mean, the best first. What holds a digit is never corrected: `250g` is not `500g`.
    #[must_use]
    pub fn meant(&self, sought: &Sought) -> Vec<(&str, Met)> {
        let word = sought.word.as_str();
        let mut meant = Vec::new();
        if self.has(word) {
            meant.extend(self.beginning_with(word).take(1).map(|w| (w, Met::Exactly)));
        }
        if sought.instead.is_none() {
            self.by_beginning(word, &mut meant);
        }
        if meant.is_empty() && !word.contains(|c: char| c.is_ascii_digit()) {
            self.corrected(word, &mut meant);
        }
        if meant.is_empty()
            && let Some(instead) = &sought.instead
        {
            let found = self.beginning_with(instead).take(1).filter(|w| w == instead);
            meant.extend(found.map(|w| (w, Met::Exactly)));
        }
        meant.truncate(MOST);
        meant
    }

    fn by_beginning<'a>(&'a self, word: &str, meant: &mut Vec<(&'a str, Met)>) {
        let letters = word.chars().count();
        if letters < PREFIX {
            return;
        }
        let longer = self.beginning_with(word).filter(|w| *w != word).take(MOST);
        meant.extend(longer.map(|w| (w, Met::ByBeginning)));
        if word.contains(|c: char| c.is_ascii_digit()) {
            return;
        }
        for (at, _) in word.char_indices().skip(PREFIX.max(letters.saturating_sub(ENDING))) {
            let shorter = &word[..at];
            let found = self.beginning_with(shorter).take(1).filter(|w| *w == shorter);
            meant.extend(found.map(|w| (w, Met::ByBeginning)));
        }
    }

    /// The nearest words within the mistakes that a word of this length may have, and what begins with them.
    fn corrected<'a>(&'a self, word: &str, meant: &mut Vec<(&'a str, Met)>) {
        let letters = word.chars().count();
        let allowed = match letters {
            ..3 => return,
            3..=5 => 1,
            _ => 2,
        };
        let kinds = kinds(word);
        let near = self.words.iter().filter_map(|known| {
            let far = known.letters.abs_diff(letters) > allowed
                || (known.kinds ^ kinds).count_ones() as usize > 2 * allowed
                || known.word.contains(|c: char| c.is_ascii_digit())
                // A short word is easily another one.
                || (letters == 3 && !same_first(&known.word, word));
            if far {
                return None;
            }
            let mistakes = strsim::osa_distance(&known.word, word);
            (mistakes <= allowed).then_some((mistakes, &*known.word))
        });
        let mut near: Vec<(usize, &str)> = near.collect();
        let by_beginning = near.is_empty() && letters >= PREFIX;
        if by_beginning {
            near.extend(self.beginnings_near(word, letters));
        }
        let Some(fewest) = near.iter().map(|&(mistakes, _)| mistakes).min() else { return };
        for (_, found) in near.into_iter().filter(|&(mistakes, _)| mistakes == fewest) {
            let more = found.chars().count() >= PREFIX;
            let all = self.beginning_with(found).take(if more { MOST } else { 1 });
            let guessed = letters <= SHORT && (by_beginning || is_another(word, found));
            let met = if guessed { Met::Guessed } else { Met::Corrected };
            meant.extend(all.map(|w| (w, met)));
        }
        meant.sort_unstable();
        // The better one of two ways to the same word.
        meant.dedup_by_key(|(word, _)| *word);
    }

    /// Longer words that begin with the same letter and, but for one mistake, with `word`: `kavhe` is in `kahvesi`.
    fn beginnings_near<'a>(
        &'a self,
        word: &str,
        letters: usize,
    ) -> impl Iterator<Item = (usize, &'a str)> {
        let first: String = word.chars().take(1).collect();
        let word = word.to_owned();
        let from = self.words.partition_point(|known| *known.word < *first);
        self.words[from..]
            .iter()
            .take_while(move |known| known.word.starts_with(&first))
            .filter(move |known| known.letters > letters)
            .filter_map(move |known| {
                let end = known.word.char_indices().nth(letters).map_or(0, |(at, _)| at);
                let mistakes = strsim::osa_distance(&known.word[..end], &word);
                (mistakes <= 1).then_some((mistakes, &*known.word))
            })
    }

    fn beginning_with<'a>(&'a self, start: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let from = self.words.partition_point(|known| *known.word < *start);
        let start = start.to_owned();
        self.words[from..]
            .iter()
            .map(|known| &*known.word)
            .take_while(move |word| word.starts_with(&start))
    }
}

/// Whether `found` is as short as what was typed, and more than an ending is different: `mugs` is a `mug`, `milk` may be
/// no `mill`.
fn is_another(typed: &str, found: &str) -> bool {
    let letters = found.chars().count();
    let ends = found.starts_with(typed) || (letters >= 3 && typed.starts_with(found));
    letters <= SHORT && !ends
}

fn same_first(a: &str, b: &str) -> bool {
    a.chars().next() == b.chars().next()
}

fn kinds(word: &str) -> u64 {
    word.chars().fold(0, |kinds, c| kinds | 1 << (u32::from(c) % 64))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalog::search::words::of_query;

    fn shop() -> Vocabulary {
        "filtre kahve kahvesi kahveler turk etiyopya yirgacheffe kupa mavi cezve cay 250g 500g 250 coffee kagidi"
            .split(' ')
            .map(str::to_owned)
            .collect()
    }

    fn meant(text: &str) -> String {
        meant_in(&shop(), text)
    }

    fn meant_in(shop: &Vocabulary, text: &str) -> String {
        let sought = of_query(text);
        let all = shop.meant(&sought[0]);
        let shown = all.into_iter().map(|(word, met)| match met {
            Met::Exactly => word.to_owned(),
            Met::ByBeginning => format!("{word}*"),
            Met::Corrected => format!("{word}~"),
            Met::Guessed => format!("{word}?"),
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_are_met_exactly_by_their_beginning_or_with_a_mistake() {
        for (typed, wanted) in [
            ("KAHVE", "kahve kahveler* kahvesi*"),
            ("kahv", "kahve* kahveler* kahvesi*"),
            ("kavhe", "kahve~ kahveler~ kahvesi~"),
            ("kahvee", "kahve*"),
            ("kah", ""),
            ("kahveleriniz", "kahveler*"),
            ("Turkish", "turk*"),
            ("etyopya", "etiyopya~"),
            ("yirgacefe", "yirgacheffe~"),
            ("cofee", "coffee~"),
            ("çay", "cay"),
            ("cya", "cay?"),
            ("bay", ""),
            ("mavı", "mavi"),
            ("250 gr", "250g"),
            ("251g", ""),
            ("250 kg", "250"),
            ("kağt", "kagidi?"),
            ("zzzzzzzz", ""),
        ] {
            assert_eq!(meant(typed), wanted, "{typed}");
        }
    }

    #[test]
    fn a_mistake_in_a_short_word_is_a_guess() {
        let shop = "kahve etiyopya cezve mill milling mug menengic espresso el cup cups kupa latte";
        let shop: Vocabulary = shop.split(' ').map(str::to_owned).collect();
        for (typed, wanted) in [
            ("milk", "mill? milling?"),
            ("menu", "menengic?"),
            ("kpua", "kupa?"),
            ("mgu", "mug?"),
            ("ela", "el?"),
            // A longer one of the shop is meant: a letter was left out.
            ("czve", "cezve~"),
            ("late", "latte~"),
            // Longer words.
            ("kavhe", "kahve~"),
            ("etopya", "etiyopya~"),
            ("kuppa", "kupa~"),
            ("mennegic", "menengic~"),
            // An ending more or less, and real beginnings.
            ("mugs", "mug~"),
            ("kup", "kupa~"),
            ("cups", "cups"),
            ("espr", "espresso*"),
            ("mill", "mill milling*"),
        ] {
            assert_eq!(meant_in(&shop, typed), wanted, "{typed}");
        }
    }

    #[test]
    fn a_mistake_in_the_beginning_of_a_longer_word_is_found_too() {
        let shop: Vocabulary = ["kahvesi".to_owned(), "kase".to_owned()].into_iter().collect();
        let found = shop.meant(&of_query("kavhe")[0]);
        assert_eq!(found, [("kahvesi", Met::Corrected)]);
    }

    proptest! {
        /// One mistake in a word of four letters or more finds it again, unless the mistake makes it another word.
        #[test]
        fn one_mistake_is_forgiven(word in "[a-z]{4,12}", at in 0..4usize, letter in "[a-z]") {
            let shop: Vocabulary = [word.clone()].into_iter().collect();
            let mut wrong: Vec<char> = word.chars().collect();
            wrong[at] = letter.chars().next().unwrap();
            let wrong: String = wrong.into_iter().collect();
            let sought = Sought { word: wrong, instead: None, filler: false, quantity: false };
            prop_assert_eq!(shop.meant(&sought).first().map(|(w, _)| *w), Some(word.as_str()));
        }

        #[test]
        fn any_word_is_looked_up_without_harm(words: Vec<String>, typed: String) {
            let shop: Vocabulary = words.into_iter().collect();
            for sought in of_query(&typed) {
                prop_assert!(shop.meant(&sought).len() <= MOST);
            }
        }
    }
}
