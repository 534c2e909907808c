//! A text taken apart into the words that are compared. Pure.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::text::{fold, is_filler};

/// Letters of a word; what is longer is cut.
const LONGEST: usize = 40;

/// Digits of a number of pieces, at most.
const COUNT_DIGITS: usize = 3;

/// Words for pieces behind their number, folded.
const PIECES: &[&str] = &[
    "adet", "tane", "x", "pcs", "pc", "pieces", "piece", "stuck", "stueck", "stk", "unidades",
    "unidade", "unidad", "uds", "ud", "und", "un", "حبه", "قطعه",
];

/// Units that are written in several ways: what one is called, what it is a multiple of, and how many of those.
const UNITS: &[(&[&str], &str, i64)] = &[
    (&["mg"], "mg", 1),
    (
        &["g", "gr", "gram", "grams", "gramm", "gramos", "gramas", "gms", "غ", "غرام", "جرام"],
        "mg",
        1_000,
    ),
    (
        &["kg", "kilo", "kilogram", "kilograms", "kilogramm", "kilos", "كغ", "كجم", "كيلو"],
        "mg",
        1_000_000,
    ),
    (&["ml", "mililitre", "milliliter", "mililitro", "مل"], "ml", 1),
    (&["cl"], "ml", 10),
    (&["lt", "l", "litre", "liter", "liters", "litro", "litros", "لتر"], "ml", 1_000),
    (&["mm"], "mm", 1),
    (&["cm", "سم"], "mm", 10),
];

/// One word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Plain(String),
    /// `1 kg`: what it is compared by, and its number as it was written.
    Measure {
        name: String,
        number: String,
    },
}

impl Word {
    /// What it is compared by.
    fn text(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Measure { name: text, .. } => text,
        }
    }
}

/// The words by which something with this text is found, each once.
#[must_use]
pub(super) fn of_text(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for word in read(text) {
        match word {
            Word::Plain(word) => _ = words.insert(word),
            Word::Measure { name, number } => words.extend([name, number]),
        }
    }
    words
}

/// The words by which an SKU is found: its parts, and all of them as one.
#[must_use]
pub(super) fn of_sku(sku: &str) -> BTreeSet<String> {
    let mut words = of_text(sku);
    words.insert(cut(&fold(sku).chars().filter(|c| c.is_alphanumeric()).collect::<String>()));
    words.remove("");
    words
}

/// A word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    pub word: String,
    /// Looked for when nobody has the word: the number of `250 g`.
    pub instead: Option<String>,
    /// It may only stand around what is looked for.
    pub filler: bool,
    /// It tells how many are wanted, and not what: the `2` of `2 adet kupa`.
    pub quantity: bool,
}

/// The words of a query, each once, in their order. Those that count pieces are none of them.
#[must_use]
pub fn of_query(text: &str) -> Vec<Sought> {
    let words = read(text);
    let (number, told) = quantity(&words).unzip();
    let number = number.map(|word| Sought { word, instead: None, filler: false, quantity: true });
    let mut sought = Vec::from_iter(number);
    for word in words.into_iter().skip(told.unwrap_or(0)) {
        let (word, instead) = match word {
            Word::Plain(word) => (word, None),
            Word::Measure { name, number } => (name, Some(number)),
        };
        if sought.iter().all(|s| s.quantity || s.word != word) {
            let filler = is_filler(&word);
            sought.push(Sought { word, instead, filler, quantity: false });
        }
    }
    sought
}

/// The number of pieces that a query begins with, and how many of its words tell it. `None` when nothing is named behind
/// it.
fn quantity(words: &[Word]) -> Option<(String, usize)> {
    let Some(Word::Plain(first)) = words.first() else { return None };
    let next = words.get(1)?.text();
    let end = first.find(|c: char| !c.is_ascii_digit()).unwrap_or(first.len());
    let (number, piece) = first.split_at(end);
    let told = match piece {
        "" if is_piece(next) => 2,
        "" if goes_on(next) => return None,
        "" => 1,
        _ if is_piece(piece) => 1,
        _ => return None,
    };
    let names = |word: &str| !is_filler(word) && word.contains(char::is_alphabetic);
    let named = words[told..].iter().any(|word| names(word.text()));
    (named && (1..=COUNT_DIGITS).contains(&number.len())).then(|| (number.to_owned(), told))
}

fn is_piece(word: &str) -> bool {
    PIECES.contains(&word)
}

/// Whether a word behind a number makes something else of it: `1/2 kg`, `6'lı fincan`.
fn goes_on(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) || matches!(word, "li" | "lu" | "lik" | "luk")
}

/// Whether a text has words at all.
#[must_use]
pub fn has_words(text: &str) -> bool {
    !of_query(text).is_empty()
}

/// Whether a text names nothing that could be looked for: it is empty, or made of fillers.
#[must_use]
pub fn only_fillers(text: &str) -> bool {
    of_query(text).iter().all(|sought| sought.filler)
}

fn read(text: &str) -> Vec<Word> {
    let folded = fold(text);
    let pieces = pieces(&folded);
    let mut words = Vec::with_capacity(pieces.len());
    let mut at = 0;
    while at < pieces.len() {
        let piece = pieces[at];
        at += 1;
        let digits = piece.trim_end_matches(|c: char| c.is_alphabetic());
        let (number, unit) = piece.split_at(digits.len());
        let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',');
        if !is_number {
            words.extend(piece.split(['.', ',']).filter(|w| !w.is_empty()).map(plain));
            continue;
        }
        if unit.is_empty() {
            if let Some(name) = pieces.get(at).and_then(|unit| measure(number, unit)) {
                at += 1;
                words.push(Word::Measure { name, number: number.to_owned() });
                continue;
            }
        } else if let Some(name) = measure(number, unit) {
            words.push(Word::Measure { name, number: number.to_owned() });
            continue;
        }
        words.push(plain(piece));
    }
    words
}

/// Runs of letters and digits; a point or comma between two digits is part of the number.
fn pieces(folded: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut before) = (None, ' ');
    let mut chars = folded.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |&(_, c)| c);
        // Hangul has letters that are there to be nothing.
        let nothing = matches!(c, '\u{115f}' | '\u{1160}');
        let inside = (c.is_alphanumeric() && !nothing)
            || ((c == '.' || c == ',') && before.is_ascii_digit() && next.is_ascii_digit());
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                pieces.push(&folded[from..at]);
                start = None;
            }
            _ => {}
        }
        before = c;
    }
    pieces.extend(start.map(|from| &folded[from..]));
    pieces
}

/// `1` and `kg` as everything of that weight is called: `1000g`. `None` when it is no measure.
fn measure(number: &str, unit: &str) -> Option<String> {
    let (_, base, factor) = UNITS.iter().find(|(names, ..)| names.contains(&unit))?;
    let amount: Decimal = number.replace(',', ".").parse().ok()?;
    let amount = amount.checked_mul(Decimal::from(*factor))?.normalize();
    let thousand = Decimal::from(1_000);
    Some(match *base {
        "mg" if (amount % thousand).is_zero() => format!("{}g", (amount / thousand).normalize()),
        base => format!("{amount}{base}"),
    })
}

fn plain(word: &str) -> Word {
    Word::Plain(cut(word))
}

fn cut(word: &str) -> String {
    word.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> String {
        of_query(text).into_iter().map(|s| s.word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn measures_meet_however_they_are_written() {
        for (text, wanted) in [
            ("1kg", "1000g"),
            ("1 KG", "1000g"),
            ("1000 gr", "1000g"),
            ("0,5 kilo", "500g"),
            ("0.5kg", "500g"),
            ("250gr", "250g"),
            ("250 gram", "250g"),
            ("٢٥٠ غرام", "250g"),
            ("1,5 L", "1500ml"),
            ("33cl", "330ml"),
            ("20 cm", "200mm"),
            ("500 mg", "500mg"),
            ("V60", "v60"),
            ("3lü set", "3lu set"),
            ("99999999999999999999999999999999 kg", "99999999999999999999999999999999 kg"),
            ("2 filtre, 3.", "2 filtre 3"),
            ("", ""),
        ] {
            assert_eq!(words(text), wanted, "{text}");
        }
    }

    #[test]
    fn things_are_found_by_a_measure_and_by_its_number() {
        let all = |text| of_text(text).into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(all("Filtre Kahve (250 g)"), "250 250g filtre kahve");
        let sku = of_sku("FLT-250/A").into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(sku, "250 a flt flt250a");
    }

    #[test]
    fn a_number_of_pieces_is_told_apart_from_what_is_looked_for() {
        for (text, number, rest) in [
            ("2 adet türk kahvesi", "2", "turk kahvesi"),
            ("2 turkish coffees", "2", "turkish coffees"),
            ("2 mugs", "2", "mugs"),
            ("3 lokum", "3", "lokum"),
            ("3 TANE lokum lütfen", "3", "lokum lutfen"),
            ("2x kupa", "2", "kupa"),
            ("2 × kupa", "2", "kupa"),
            ("2 x 250 g kahve", "2", "250g kahve"),
            ("10 pcs mugs", "10", "mugs"),
            ("10 pieces of mugs", "10", "of mugs"),
            ("2 Stück Tassen", "2", "tassen"),
            ("3 unidades de café", "3", "de cafe"),
            ("2 uds. café", "2", "cafe"),
            ("1 unidade café", "1", "cafe"),
            ("2 un café", "2", "cafe"),
            ("٢ حبة قهوة", "2", "قهوه"),
            ("٣ قطعة كوب", "3", "كوب"),
            ("250 kahve", "250", "kahve"),
            ("2 kupa 2", "2", "kupa 2"),
        ] {
            let query = of_query(text);
            assert!(query[0].quantity && query[1..].iter().all(|s| !s.quantity), "{text}");
            let words: Vec<_> = query[1..].iter().map(|s| &*s.word).collect();
            assert_eq!((&*query[0].word, &*words.join(" ")), (number, rest), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_looked_for() {
        for (text, wanted) in [
            ("1kg kahve", "1000g kahve"),
            ("1 kg kahve", "1000g kahve"),
            ("250 g kahve", "250g kahve"),
            ("500 ml süt", "500ml sut"),
            ("2 l su", "2000ml su"),
            ("çekirdek kahve 1kg", "cekirdek kahve 1000g"),
            ("2", "2"),
            ("2 adet", "2 adet"),
            ("2 adet lütfen", "2 adet lutfen"),
            ("12 5", "12 5"),
            ("2026 takvim", "2026 takvim"),
            ("2,5 kahve", "2,5 kahve"),
            ("1/2 kg kahve", "1 2000g kahve"),
            ("6'lı fincan", "6 li fincan"),
            ("mavi 2 kupa", "mavi 2 kupa"),
            ("V60 set", "v60 set"),
            ("3lü set", "3lu set"),
        ] {
            assert!(of_query(text).iter().all(|s| !s.quantity), "{text}");
            assert_eq!(words(text), wanted, "{text}");
        }
        assert!(!only_fillers("2 adet lütfen"));
        assert!(PIECES.iter().all(|word| *word == fold(word)));
    }

    #[test]
    fn fillers_are_told_apart() {
        let sought = of_query("Çekirdek kahve var mı?");
        let fillers: Vec<_> = sought.iter().filter(|s| s.filler).map(|s| &*s.word).collect();
        assert_eq!(fillers, ["var", "mi"]);
        assert!(only_fillers("Fiyatı ne kadar?"));
        assert!(only_fillers("😀"));
        assert!(!only_fillers("cezve"));
    }

    proptest! {
        #[test]
        fn every_text_can_be_taken_apart(text: String) {
            let query = of_query(&text);
            prop_assert!(query.iter().all(|s| !s.word.is_empty() && s.word.chars().count() <= 60));
            let all = of_text(&text);
            // The number of `2x kahve` is no word of a thing that is called so.
            prop_assert!(query.iter().all(|s| s.quantity || all.contains(&s.word)));
        }
    }
}
