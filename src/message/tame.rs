//! What people write, made fit to be kept and to be shown in a message of ours.

use unicode_normalization::char::is_combining_mark;

use super::limits::units;

/// UTF-16 units of a text of a person; WhatsApp's own limit.
const LONGEST: usize = 4_096;
/// Marks on one letter. Scripts need up to five; thousands make a tower over the whole chat.
const MARKS: usize = 8;

/// Without what would do harm: control characters other than line breaks and tabs (PostgreSQL refuses NUL), marks that
/// turn the direction of what stands around them, towers of combining marks; at most 4096 UTF-16 units.
#[must_use]
pub fn tame(text: &str) -> String {
    let mut tamed = String::with_capacity(text.len().min(LONGEST * 3));
    let (mut marks, mut left) = (0, LONGEST);
    for c in text.chars() {
        if turns(c) || (c.is_control() && !matches!(c, '\n' | '\t')) {
            continue;
        }
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        if marks > MARKS {
            continue;
        }
        let Some(rest) = left.checked_sub(c.len_utf16()) else { break };
        left = rest;
        tamed.push(c);
    }
    debug_assert!(units(&tamed) <= LONGEST);
    tamed
}

/// Embeddings, overrides and isolates. The marks that only say which way a neighbour reads are left.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_write_stays_as_it_is() {
        for text in ["Merhaba, 2 tane\n👍🏽 👨‍👩‍👧‍👦", "قهوة\u{200f} ١", "ที่นี่", "x\u{fe0f}\tİı"]
        {
            assert_eq!(tame(text), text);
        }
    }

    #[test]
    fn directions_controls_and_towers_are_taken_out() {
        assert_eq!(tame("a\u{202e}b\u{2067}c\u{0}\r\u{7f}\u{85}d"), "abcd");
        let tower = format!("Z{}go", "\u{0351}".repeat(5_000));
        assert_eq!(tame(&tower), format!("Z{}go", "\u{0351}".repeat(8)));
        assert_eq!(tame(&"\u{0301}".repeat(10_000)).chars().count(), 8);
        assert_eq!(units(&tame(&"😀".repeat(5_000))), 4_096);
    }

    proptest! {
        #[test]
        fn a_tamed_text_is_tame(text in any::<String>(), times in 1_usize..20) {
            let once = tame(&text.repeat(times));
            prop_assert!(units(&once) <= LONGEST);
            prop_assert_eq!(&tame(&once), &once);
        }
    }
}
