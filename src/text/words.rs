//! The few words that are understood in every step, in every language at once.

use super::{Lang, fold};

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
    /// No more notices.
    Stop,
    /// Notices again.
    Start,
    Checkout,
    Thanks,
    /// Speak this language.
    Language(Lang),
}

const WORDS: &[(Word, &[&str])] = &[
    (
        Word::Greeting,
        &[
            "merhaba",
            "merhabalar",
            "selam",
            "selamlar",
            "slm",
            "mrb",
            "iyi gunler",
            "iyi aksamlar",
            "gunaydin",
            "selamun aleykum",
            "kolay gelsin",
            "hello",
            "hi",
            "hey",
            "good morning",
            "good evening",
            "good afternoon",
        ],
    ),
    (Word::Menu, &["menu", "ana menu", "katalog", "urunler", "catalog", "products", "shop"]),
    (Word::Cart, &["sepet", "sepetim", "sepeti goster", "cart", "my cart", "basket"]),
    (
        Word::Orders,
        &[
            "siparislerim",
            "siparisim",
            "siparis",
            "siparisim nerede",
            "siparisim ne durumda",
            "siparisim ne oldu",
            "siparis durumu",
            "kargom",
            "kargom nerede",
            "kargo nerede",
            "orders",
            "my orders",
            "order",
            "my order",
            "order status",
            "where is my order",
            "track my order",
        ],
    ),
    (
        Word::Human,
        &[
            "temsilci",
            "insan",
            "musteri hizmetleri",
            "yetkili",
            "canli destek",
            "birine baglan",
            "human",
            "person",
            "agent",
            "support",
            "talk to a person",
        ],
    ),
    (Word::Help, &["yardim", "help", "?"]),
    (Word::Back, &["geri", "geri don", "back", "go back"]),
    (Word::Cancel, &["iptal", "vazgec", "vazgectim", "cancel", "never mind"]),
    (Word::Stop, &["dur", "durdur", "stop", "unsubscribe", "abonelikten cik"]),
    (Word::Start, &["basla", "baslat", "start", "subscribe"]),
    (Word::Checkout, &["odeme", "siparis ver", "siparisi tamamla", "checkout", "buy"]),
    (
        Word::Thanks,
        &[
            "tesekkurler",
            "tesekkur ederim",
            "tesekkur ederiz",
            "cok tesekkurler",
            "sag ol",
            "sagol",
            "sag olun",
            "sagolun",
            "eyvallah",
            "tsk",
            "tskler",
            "thanks",
            "thank you",
            "thank you very much",
            "thx",
            "many thanks",
        ],
    ),
    (Word::Language(Lang::Tr), &["turkce", "turkish"]),
    (Word::Language(Lang::En), &["ingilizce", "english"]),
];

/// Words for pieces, before or behind a number.
const PIECES: &[&str] =
    &["adet", "tane", "x", "×", "pieces", "piece", "pcs", "pc", "items", "item", "kere"];

/// The word that a whole message is, whatever its case, accents and closing marks; in any language.
#[must_use]
pub fn word(text: &str) -> Option<Word> {
    let folded = fold(text);
    let bare = folded.trim_matches(|c: char| ".!?…,;:".contains(c) || c.is_whitespace());
    let bare = if bare.is_empty() { folded.trim() } else { bare };
    WORDS.iter().find(|(_, words)| words.contains(&bare)).map(|&(word, _)| word)
}

/// The number of pieces that a whole message is: `3`, `3 adet`, `x3`. What is written in digits and is no whole number
/// is -1, which nobody can buy; what is no number at all is `None`.
#[must_use]
pub fn count(text: &str) -> Option<i64> {
    let folded = fold(text);
    let mut bare = folded.trim_matches(|c: char| c.is_whitespace() || c == '!' || c == '.');
    for word in PIECES {
        if let Some(rest) = bare.strip_suffix(word).or_else(|| bare.strip_prefix(word)) {
            bare = rest.trim();
            break;
        }
    }
    let digits = bare.chars().any(|c| c.is_ascii_digit());
    let only = bare.chars().all(|c| c.is_ascii_digit() || "+-., ".contains(c));
    (digits && only).then(|| bare.parse().unwrap_or(-1))
}

/// The language of a first greeting, when it tells.
#[must_use]
pub fn language_of(text: &str) -> Option<Lang> {
    const TURKISH: &[&str] =
        &["merhaba", "merhabalar", "selam", "selamlar", "slm", "mrb", "gunaydin", "iyi", "kolay"];
    const ENGLISH: &[&str] = &["hello", "hi", "hey", "good", "please", "the"];
    let folded = fold(text);
    let mut words = folded.split(|c: char| !c.is_alphanumeric());
    words.find_map(|word| match word {
        _ if TURKISH.contains(&word) => Some(Lang::Tr),
        _ if ENGLISH.contains(&word) => Some(Lang::En),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn turkish_is_understood_with_and_without_its_letters() {
        for text in ["MENÜ", "menü", "menu", "Menü!", " MENU "] {
            assert_eq!(word(text), Some(Word::Menu), "{text}");
        }
        for text in ["SİPARİŞLERİM", "siparişlerim", "SIPARISLERIM", "siparislerim."] {
            assert_eq!(word(text), Some(Word::Orders), "{text}");
        }
        assert_eq!(word("YARDIM"), Some(Word::Help));
        assert_eq!(word("İptal"), Some(Word::Cancel));
    }

    #[test]
    fn numbers_are_read_with_and_without_a_word_for_pieces() {
        let all = [("3", 3), (" 12 ", 12), ("3 adet", 3), ("2 TANE!", 2), ("x4", 4), ("5×", 5)];
        for (text, number) in all.into_iter().chain([("٣", 3), ("３", 3), ("0", 0), ("+7", 7)]) {
            let wanted = (number != -2).then_some(number);
            assert_eq!(count(text), wanted, "{text}");
        }
        for text in ["2,5", "1.5 adet", "-3 -", "99999999999999999999", "0532 111 22 33"] {
            assert_eq!(count(text), Some(-1), "{text}");
        }
        for text in ["", "adet", "üç", "3 kahve", "-", "12a"] {
            assert_eq!(count(text), None, "{text}");
        }
    }

    #[test]
    fn a_sentence_is_no_word() {
        assert_eq!(word("menüde ne var"), None);
        assert_eq!(word(""), None);
        assert_eq!(word("..."), None);
        assert_eq!(word(" ? "), Some(Word::Help));
        assert_eq!(word("Kargom nerede?"), Some(Word::Orders));
    }

    #[test]
    fn no_word_asks_for_two_things() {
        let all: Vec<_> = WORDS.iter().flat_map(|(_, words)| words.iter()).collect();
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
        assert!(all.iter().all(|w| fold(w) == ***w), "words are written as they are compared");
    }
}
