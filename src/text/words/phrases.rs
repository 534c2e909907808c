//! Lists of phrases as people say them, and what each of them means.

use std::cmp::Reverse;

use crate::text::questions::each;

/// Phrases with what they mean, the longest first. Lists are written folded, their phrases parted by `,`; a `*` ends the
/// beginning of a word.
pub(super) struct Phrases<T>(Vec<(Vec<&'static str>, T)>);

impl<T: Copy> Phrases<T> {
    pub(super) fn of(lists: &[(T, &'static str)]) -> Self {
        let phrases = |&(means, list): &(T, &'static str)| {
            each(list).map(move |phrase| (phrase.split(' ').collect::<Vec<_>>(), means))
        };
        let mut all: Vec<_> = lists.iter().flat_map(phrases).collect();
        all.sort_by_key(|(words, _)| {
            let letters: usize = words.iter().map(|word| word.len()).sum();
            Reverse((words.len(), letters))
        });
        Self(all)
    }

    /// What the phrase means that these words begin with, and of how many words it is.
    pub(super) fn at(&self, words: &[&str]) -> Option<(T, usize)> {
        let begins = |phrase: &[&'static str]| {
            let mut pairs = phrase.iter().zip(words);
            phrase.len() <= words.len() && pairs.all(|(listed, word)| is_like(word, listed))
        };
        let found = self.0.iter().find(|(phrase, _)| begins(phrase));
        found.map(|(phrase, means)| (*means, phrase.len()))
    }
}

/// Whether a word is the one that a list has, or begins as it does.
fn is_like(word: &str, listed: &str) -> bool {
    match listed.strip_suffix('*') {
        Some(beginning) => word.starts_with(beginning),
        None => word == listed,
    }
}

/// Whether a list has a word.
pub(super) fn lists(list: &'static str, word: &str) -> bool {
    each(list).any(|listed| is_like(word, listed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_phrase_comes_first() {
        let phrases = Phrases::of(&[(1, "pick*,pick up,cash"), (2, "pick up*,picking, cash on x")]);
        let at = |text: &str| phrases.at(&text.split(' ').collect::<Vec<_>>());
        assert_eq!(at("pick up"), Some((2, 2)));
        assert_eq!(at("pick it up"), Some((1, 1)));
        assert_eq!(at("picking"), Some((2, 1)));
        assert_eq!(at("cash on x y"), Some((2, 3)));
        assert_eq!(at("cash on"), Some((1, 1)));
        assert_eq!(at("up"), None);
        assert_eq!(phrases.at(&[]), None);
        assert!(lists("a,b*", "bc") && !lists("a,b*", "ab"));
    }
}
