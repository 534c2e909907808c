//! What pictures say that are a whole message: 👍, 🙏.

use super::Word;

/// Each with what it says, whatever its skin.
const PICTURES: &[(Word, &[char])] = &[
    (Word::Yes, &['👍', '👌', '✅', '✔', '☑', '🆗']),
    (Word::No, &['👎', '❌', '🚫']),
    (
        Word::Thanks,
        &[
            '🙏', '❤', '🧡', '💛', '💚', '💙', '💜', '🤍', '💕', '💖', '😊', '🙂', '🥰', '😍',
            '🌹', '💐', '🌸',
        ],
    ),
];

/// The word that a folded text of pictures alone is, however often they are repeated. Thanks beside another one are what
/// they are beside: 👍🙏 is a yes.
pub(super) fn pictured(folded: &str) -> Option<Word> {
    let is_skin = |c: char| ('\u{1f3fb}'..='\u{1f3ff}').contains(&c);
    let mut said = None;
    for c in folded.chars().filter(|&c| !c.is_whitespace() && !is_skin(c)) {
        let (word, _) = PICTURES.iter().find(|(_, pictures)| pictures.contains(&c))?;
        match said {
            None | Some(Word::Thanks) => said = Some(*word),
            Some(before) if before == *word || *word == Word::Thanks => {}
            Some(_) => return None,
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, word};

    #[test]
    fn pictures_alone_say_yes_and_no_and_thanks() {
        for (text, wanted) in [
            ("👍", Word::Yes),
            ("👍🏽 👍🏿", Word::Yes),
            ("✅", Word::Yes),
            ("✔️", Word::Yes),
            ("👌🏻🙏", Word::Yes),
            ("🙏👍", Word::Yes),
            ("❤️❤️", Word::Thanks),
            ("🙏🏼", Word::Thanks),
            ("😊🌹", Word::Thanks),
            ("👎", Word::No),
            ("❌❌", Word::No),
        ] {
            for lang in Lang::ALL {
                assert_eq!(word(text, lang), Some(wanted), "{text}");
            }
        }
        for text in ["", " ", "😀", "👍👎", "👍 kahve", "☕", "🏽", "1", "👍?"] {
            assert_eq!(pictured(&crate::text::fold(text)), None, "{text}");
        }
    }
}
