//! One form for all the ways in which people write a word.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case without marks, with the digits 0 to 9. Turkish `ı` and `İ` become `i`, `ß`, `æ` and their like plain
/// letters; Arabic loses vowel marks, stretching and hamza, and has one form of alif, ya and ta marbuta. The words of
/// goods stand folded in the database: `catalog::search` must be told when this changes.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().flat_map(char::to_lowercase) {
        match c {
            'ı' => folded.push('i'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            'ٱ' => folded.push('ا'),
            'ى' | 'ی' => folded.push('ي'),
            'ة' => folded.push('ه'),
            'ک' => folded.push('ك'),
            // Hamza by itself, tatweel, marks of direction and joining, soft hyphens.
            'ء' | 'ـ' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => {}
            '\u{2060}'..='\u{2069}' | '\u{feff}' => {}
            '٫' => folded.push('.'),
            '٬' => folded.push(','),
            _ if is_combining_mark(c) => {}
            _ => folded.push(digit(c).unwrap_or(c)),
        }
    }
    folded
}

/// Arabic-Indic digits, and those of Persian and Urdu.
fn digit(c: char) -> Option<char> {
    let value = match c {
        '٠'..='٩' => u32::from(c) - u32::from('٠'),
        '۰'..='۹' => u32::from(c) - u32::from('۰'),
        _ => return None,
    };
    char::from_digit(value, 10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_type_meets_what_shops_write() {
        for (typed, written) in [
            ("KAHVE", "kahve"),
            ("ÇEKİRDEK", "cekirdek"),
            ("IŞIK", "işık"),
            ("ısı", "ISI"),
            ("Kâğıt", "kagit"),
            ("Straße", "STRASSE"),
            ("Café", "cafe"),
            ("Ｃｏｆｆｅｅ", "coffee"),
            ("ﬁltre", "filtre"),
            ("أحمر", "احمر"),
            ("قهوة", "قهوه"),
            ("قَهْوَة", "قهوة"),
            ("قهــوة", "قهوة"),
            ("٢٥٠ غ", "250 غ"),
            ("۲۵۰", "250"),
        ] {
            assert_eq!(fold(typed), fold(written), "{typed}");
        }
        assert_ne!(fold("kahve"), fold("kahva"));
    }

    proptest! {
        #[test]
        fn what_is_folded_stays_as_it_is(text: String) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
        }
    }
}
