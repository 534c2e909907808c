//! Marks that turn the direction of text (UAX #9), kept balanced: what is opened in a text is closed in it.

/// What an opening mark is closed by.
fn closer(mark: char) -> Option<char> {
    match mark {
        // Embeddings and overrides.
        '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}' => Some('\u{202c}'),
        // Isolates.
        '\u{2066}'..='\u{2068}' => Some('\u{2069}'),
        _ => None,
    }
}

/// The marks that are open, the closers of them in the order of opening.
#[derive(Clone, Debug, Default)]
pub(super) struct Open(Vec<char>);

impl Open {
    /// Whether `c` may stand here; a closer of nothing may not.
    pub fn takes(&mut self, c: char) -> bool {
        match c {
            '\u{202c}' => self.0.pop_if(|open| *open == c).is_some(),
            // It closes the embeddings in the isolate too (X6a).
            '\u{2069}' => self.0.iter().rposition(|&open| open == c).is_some_and(|at| {
                self.0.truncate(at);
                true
            }),
            _ => {
                self.0.extend(closer(c));
                true
            }
        }
    }

    /// UTF-16 units of what closes them all.
    pub fn units(&self) -> usize {
        self.0.len()
    }

    pub fn close(&self, text: &mut String) {
        text.extend(self.0.iter().rev());
    }
}

/// The text with a closer for each mark that was left open, and without closers of nothing: whatever it says, it turns
/// nothing that stands behind it.
#[must_use]
pub fn balanced(text: &str) -> String {
    let mut open = Open::default();
    let mut whole: String = text.chars().filter(|&c| open.takes(c)).collect();
    open.close(&mut whole);
    whole
}

/// Whether every mark in the text is closed, and every closer closes one.
#[must_use]
pub fn is_balanced(text: &str) -> bool {
    let mut open = Open::default();
    text.chars().all(|c| open.takes(c)) && open.units() == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_open_is_closed_and_what_closes_nothing_goes() {
        assert_eq!(balanced("a\u{2068}b"), "a\u{2068}b\u{2069}");
        assert_eq!(balanced("a\u{202e}b\u{2068}c"), "a\u{202e}b\u{2068}c\u{2069}\u{202c}");
        assert_eq!(balanced("a\u{2069}b\u{202c}"), "ab");
        assert_eq!(balanced("\u{2068}\u{202e}b\u{2069}c"), "\u{2068}\u{202e}b\u{2069}c");
        assert_eq!(balanced("\u{2068}a\u{2069} \u{200f}×"), "\u{2068}a\u{2069} \u{200f}×");
    }

    proptest! {
        #[test]
        fn a_balanced_text_stays_as_it_is(text in "[a\u{202a}-\u{202e}\u{2066}-\u{2069}\u{200f}م]{0,40}") {
            let once = balanced(&text);
            prop_assert!(is_balanced(&once));
            prop_assert_eq!(balanced(&once), once);
        }
    }
}
