//! Texts that know how long they may be.
//!
//! WhatsApp says "characters" and never defines them (reference §2.6). We count UTF-16 units, which are never fewer
//! than code points, and cut on grapheme boundaries.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use super::bidi::{Open, balanced};

/// A limit that a message would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    #[error("a text is empty")]
    Empty,
    #[error("a text of {units} units is over the limit of {max}")]
    TooLong { units: usize, max: usize },
    #[error("{count} {what} are not within {min} to {max}")]
    Count { what: &'static str, count: usize, min: usize, max: usize },
    #[error("two {0} are the same")]
    Twice(&'static str),
    #[error("a section needs a title when there are several")]
    Untitled,
}

/// A text of 1 to `MAX` UTF-16 units, without white space at its ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// The text as it is, trimmed.
    ///
    /// # Errors
    /// [`LimitError::Empty`] or [`LimitError::TooLong`].
    pub fn new(text: impl AsRef<str>) -> Result<Self, LimitError> {
        let text = text.as_ref().trim();
        let units = units(text);
        match units {
            0 => Err(LimitError::Empty),
            _ if units > MAX => Err(LimitError::TooLong { units, max: MAX }),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The text, cut on a grapheme boundary with `…` when it is too long. An empty text becomes `…`. Marks of direction
    /// are balanced in it.
    #[must_use]
    pub fn cut(text: impl AsRef<str>) -> Self {
        Self(cut(text.as_ref(), MAX))
    }

    /// The text with a number behind it, cut so that both fit.
    #[must_use]
    pub(super) fn numbered(&self, number: usize) -> Self {
        let number = format!(" {number}");
        // Room for three digits, whatever the number is: titles beside each other are cut alike.
        let room = MAX.saturating_sub(units(&number).max(4));
        Self(format!("{}{number}", cut(&self.0, room)))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> TryFrom<String> for Text<MAX> {
    type Error = LimitError;

    fn try_from(text: String) -> Result<Self, LimitError> {
        Self::new(text)
    }
}

impl<const MAX: usize> From<Text<MAX>> for String {
    fn from(text: Text<MAX>) -> Self {
        text.0
    }
}

/// UTF-16 units.
pub(crate) fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Marks of direction that the cut leaves open are closed, those that close nothing are left out.
fn cut(text: &str, max: usize) -> String {
    let whole = balanced(text);
    let text = whole.trim();
    if text.is_empty() {
        return "…".to_owned();
    }
    if units(text) <= max {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut open = Open::default();
    let mut left = max.saturating_sub(1);
    for grapheme in text.graphemes(true) {
        let mut after = open.clone();
        let grapheme: String = grapheme.chars().filter(|&c| after.takes(c)).collect();
        let wide = units(&grapheme);
        if wide + after.units() > left {
            break;
        }
        open = after;
        left -= wide;
        kept.push_str(&grapheme);
    }
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    open.close(&mut kept);
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::message::is_balanced;

    #[test]
    fn families_are_kept_whole_or_left_out() {
        // One grapheme of 11 units.
        let family = "👨‍👩‍👧‍👦";
        assert_eq!(units(family), 11);
        assert_eq!(Text::<12>::cut(format!("{family}{family}")).as_str(), format!("{family}…"));
        assert_eq!(Text::<11>::cut(format!("{family}{family}")).as_str(), "…");
        assert_eq!(Text::<11>::cut(family).as_str(), family);
    }

    #[test]
    fn too_long_and_empty_are_refused_when_nothing_may_be_cut() {
        assert_eq!(Text::<3>::new("dört"), Err(LimitError::TooLong { units: 4, max: 3 }));
        assert_eq!(Text::<3>::new("  "), Err(LimitError::Empty));
        assert_eq!(Text::<3>::new(" üç ").unwrap().as_str(), "üç");
    }

    proptest! {
        #[test]
        fn a_cut_text_is_never_too_long_nor_empty(text in any::<String>()) {
            let cut = Text::<20>::cut(&text);
            prop_assert!(Text::<20>::new(cut.as_str()).is_ok());
        }

        /// However a text is cut, nothing that it turns stays turned behind it.
        #[test]
        fn a_cut_leaves_no_mark_open(text in "[ab مر😀\u{202a}-\u{202e}\u{2066}-\u{2069}\u{200f}]{0,60}") {
            let cut = Text::<20>::cut(&text);
            prop_assert!(is_balanced(cut.as_str()));
            prop_assert!(Text::<20>::new(cut.as_str()).is_ok());
        }
    }
}
