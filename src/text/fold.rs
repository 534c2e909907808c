//! Letters as they are compared: what people type and what shops write meet here.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case without marks, in one form: full-width and joined letters become plain ones, Turkish `ı` and `İ` become
/// `i`, `ß` becomes `ss`, digits of any script that customers type become `0` to `9`, Arabic letters that are written
/// in several ways become one. Spaces and signs stay.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let letters = text.nfkd().filter(|&c| !is_combining_mark(c)).flat_map(char::to_lowercase);
    for c in letters {
        match c {
            'ı' => folded.push('i'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            // Alif and its seats, yā' and its dotless form, tā' marbūṭa, kāf of Persian keyboards.
            'ٱ' => folded.push('ا'),
            'ى' | 'ی' => folded.push('ي'),
            'ة' => folded.push('ه'),
            'ک' => folded.push('ك'),
            // The stretching stroke, and marks that only set the direction.
            'ـ' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            '٠'..='٩' => folded.push(digit(c, '٠')),
            '۰'..='۹' => folded.push(digit(c, '۰')),
            // A capital İ leaves its dot behind.
            c if is_combining_mark(c) => {}
            c => folded.push(c),
        }
    }
    folded
}

fn digit(c: char, zero: char) -> char {
    char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c)
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
