//! What is said around a word, and what it makes of it: thanks with more behind them, wishes, denials, numbers of pieces.

use super::{POLITE, Word, count, exactly, fold, is_inside, said, vocabulary, words_of};
use crate::text::{Lang, is_filler, question};

/// Words that wish, and what is left of a wish to order when what says nothing by itself is gone.
pub(in crate::text) const WISHES: &[&str] = &[
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
pub(super) fn thanked(bare: &str, lang: Lang) -> Option<Word> {
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
            let wishes = |word: &&str| WISHES.contains(word) || BUYS.contains(word);
            let says_more = || {
                question(bare).is_some()
                    || rest.iter().any(|word| wishes(word) || pieces(word).is_some())
            };
            (rest.iter().all(|word| is_filler(word)) && !says_more()).then_some(Word::Thanks)
        }
    }
}

/// Words that turn a wish into its opposite, folded.
pub(in crate::text) const NOT: &[&str] =
    &["not", "don", "dont", "no", "nao", "nicht", "keine", "degil", "لا", "ما"];

/// The parts of a folded text between its marks.
pub(super) fn clauses(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| ".,;:!?،؛؟\n".contains(c))
}

/// Whether a wish is denied where it is said: `please do not cancel my order`, and not `it has not come, cancel my order`.
pub(super) fn is_denied(phrase: &str, folded: &str) -> bool {
    let denies = |text: &str| words_of(text).any(|word| NOT.contains(&word));
    let clauses = clauses(folded).map(|clause| words_of(clause).collect::<Vec<_>>().join(" "));
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
    let said = said(text);
    LETS_BE.iter().any(|phrase| is_inside(phrase, &said))
}

/// What is said around a number of pieces beside what is polite, folded: `2 tane alayım`.
pub(super) const AROUND_A_NUMBER: &[&str] = &[
    "i",
    "ll",
    "d",
    "will",
    "would",
    "want",
    "need",
    "like",
    "take",
    "can",
    "could",
    "get",
    "have",
    "add",
    "give",
    "make",
    "it",
    "of",
    "these",
    "me",
    "just",
    "only",
    "istiyorum",
    "isterim",
    "alayim",
    "alacagim",
    "alirim",
    "alabilir",
    "miyim",
    "misin",
    "misiniz",
    "ekle",
    "ekler",
    "sepete",
    "bundan",
    "olsun",
    "sadece",
    "yeter",
    "ich",
    "nehme",
    "mochte",
    "hatte",
    "kann",
    "konnte",
    "haben",
    "davon",
    "gern",
    "gerne",
    "nur",
    "quiero",
    "quisiera",
    "puedo",
    "dame",
    "deme",
    "das",
    "solo",
    "quero",
    "queria",
    "gostaria",
    "posso",
    "apenas",
    "so",
    "اريد",
    "ابي",
    "ابغي",
    "عايز",
    "بدي",
    "فقط",
];

/// Words that ask for something, and for nothing that is to be told: `can I get 2?`.
const REQUESTS: &[&str] =
    &["can", "could", "alabilir", "misin", "misiniz", "kann", "konnte", "puedo", "das", "posso"];

/// The number of pieces in an answer to the question for it, also one that is said with more around it or in words:
/// `2 tane lütfen`, `one`, `can I get 2?`. What asks something back is none.
#[must_use]
pub fn pieces(text: &str) -> Option<i64> {
    if let Some(number) = count(text) {
        return Some(number);
    }
    let folded = fold(text);
    let requests = || words_of(&folded).any(|word| REQUESTS.contains(&word));
    if text.contains(['.', ',']) || (text.contains(['?', '؟', '¿']) && !requests()) {
        return None;
    }
    let is_around =
        |word: &str| POLITE.contains(&word) || AROUND_A_NUMBER.contains(&word) || is_piece(word);
    let mut numbers = words_of(&folded).filter(|word| !is_around(word)).map(number);
    let first = numbers.next()??;
    numbers.next().is_none().then_some(first)
}

/// Whether a folded word is one for pieces: `2 tane`.
pub(in crate::text) fn is_piece(word: &str) -> bool {
    Lang::ALL.into_iter().any(|lang| vocabulary(lang).pieces.contains(&word))
}

/// The number that a folded word is, in digits or spelt.
pub(in crate::text) fn number(word: &str) -> Option<i64> {
    let spelt = |lang| vocabulary(lang).numbers.iter().position(|all| all.contains(&word));
    let spelt = Lang::ALL.into_iter().find_map(spelt).and_then(|at| i64::try_from(at + 1).ok());
    spelt.or_else(|| word.parse().ok())
}
