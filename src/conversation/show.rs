//! How answers are built: choices become buttons or rows, texts are fitted.

use super::action::Action;
use crate::{
    message::{Button, Buttons, Header, LimitError, List, Outbound, Row, Section, Text},
    money::{Currency, Money},
    text::{self, Lang, Voice, fold, t},
};

/// An answer, or the limit that it would break.
pub type Shown = Result<Outbound, LimitError>;

/// The most that the body of a message with buttons holds, in UTF-16 units.
pub const BODY: usize = 1_024;

/// The most that the body of a list holds, in UTF-16 units.
pub const LIST_BODY: usize = 4_096;

/// Something to tap.
#[derive(Clone, Debug)]
pub struct Choice {
    pub action: Action,
    pub title: String,
    pub hint: Option<String>,
}

impl Choice {
    #[must_use]
    pub fn new(action: Action, title: impl Into<String>) -> Self {
        Self { action, title: title.into(), hint: None }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A row is one line above another; what its title has no room for stands below it.
    #[must_use]
    pub fn row(&self) -> Row {
        let whole = one_line(&self.title);
        let title = Text::cut(&whole);
        let mut below: Vec<_> = self.hint.as_deref().map(one_line).into_iter().collect();
        if title.as_str() != whole {
            below.push(whole);
        }
        below.retain(|part| !part.is_empty());
        let description = (!below.is_empty()).then(|| Text::cut(below.join(" · ")));
        Row { id: Text::cut(self.action.to_string()), title, description }
    }
}

/// A choice whose title is the text `key`.
#[must_use]
pub fn choice(voice: &Voice, action: Action, key: &str) -> Choice {
    Choice::new(action, t(voice, key))
}

/// Whether a text is what the button of this key says, in any language.
#[must_use]
pub fn is_label(voice: &Voice, key: &str, text: &str) -> bool {
    let bare = |text: &str| {
        let folded = fold(text);
        folded.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
    };
    let typed = bare(text);
    Lang::ALL.into_iter().any(|lang| bare(&t(&voice.speaking(lang), key)) == typed)
}

/// A body with one to three buttons.
pub fn buttons(body: &str, choices: Vec<Choice>) -> Shown {
    buttons_with(None, body, None, choices)
}

/// The same, below a picture and above a small line when there are such.
pub fn buttons_with(
    picture: Option<String>,
    body: &str,
    footer: Option<String>,
    choices: Vec<Choice>,
) -> Shown {
    let buttons = choices
        .into_iter()
        .map(|c| Button { id: Text::cut(c.action.to_string()), title: Text::cut(c.title) })
        .collect();
    let mut message = Buttons::new(Text::cut(body), buttons)?;
    if let Some(link) = picture {
        message = message.header(Header::Image(link));
    }
    if let Some(footer) = footer {
        message = message.footer(Text::cut(footer));
    }
    Ok(Outbound::Buttons(message))
}

/// A body with a list that opens. Sections without choices are left out; a lone section needs no title.
pub fn list(voice: &Voice, body: &str, sections: Vec<(Option<String>, Vec<Choice>)>) -> Shown {
    let mut sections: Vec<Section> = sections
        .into_iter()
        .filter(|(_, choices)| !choices.is_empty())
        .map(|(title, choices)| Section {
            title: title.map(Text::cut),
            rows: choices.iter().map(Choice::row).collect(),
        })
        .collect();
    if let [only] = &mut sections[..] {
        only.title = None;
    }
    let open = Text::cut(t(voice, "menu-open"));
    Ok(Outbound::List(List::new(Text::cut(body), open, sections)?))
}

/// Money as the language writes it. `currency` is the shop's, checked when it was applied.
#[must_use]
pub fn price(voice: &Voice, minor: i64, currency: &str) -> String {
    currency.parse::<Currency>().map_or_else(
        |_| format!("{minor} {currency}"),
        |currency| text::money(voice, Money::from_minor(minor, currency)),
    )
}

/// At most `MAX` units of a text that people wrote, whole letters only.
#[must_use]
pub fn short<const MAX: usize>(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() { String::new() } else { Text::<MAX>::cut(text).to_string() }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `head`, as many `lines` as fit into `max` units, a word about those that do not, `tail`.
#[must_use]
pub fn fitted(voice: &Voice, head: &str, lines: &[String], tail: &str, max: usize) -> String {
    let units = |text: &str| text.encode_utf16().count();
    let more = |count: usize| {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        text::t_with(voice, "cart-more-lines", [("count", count.into())])
    };
    let mut left = max.saturating_sub(units(head) + units(tail) + 2);
    let mut shown = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let rest = lines.len() - at - 1;
        let reserve = if rest == 0 { 0 } else { units(&more(rest)) + 1 };
        let wide = units(line) + 1;
        if wide + reserve > left {
            shown.push(more(rest + 1));
            break;
        }
        left -= wide;
        shown.push(line.clone());
    }
    [head, &shown.join("\n"), tail]
        .into_iter()
        .filter(|s| !s.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_label_is_known_in_every_language() {
        let voice = Lang::Tr.into();
        for text in ["ben alacağım!", "I will receive it", "Ich selbst", "سأستلمه بنفسي"]
        {
            assert!(is_label(&voice, "myself-button", text), "{text}");
        }
        assert!(is_label(&voice, "back-to-order-button", "siparişe dön"));
        assert!(!is_label(&voice, "myself-button", "ben") && !is_label(&voice, "more", ""));
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let lines: Vec<_> = (0..100).map(|n| format!("line {n}")).collect();
        let text = fitted(&Lang::En.into(), "Head", &lines, "Tail", 60);
        assert_eq!(text, "Head\nline 0\nline 1\nline 2\nline 3\n… and 96 more lines\nTail");
        assert_eq!(fitted(&Lang::En.into(), "Head", &lines[..1], "", 60), "Head\nline 0");
    }

    #[test]
    fn a_title_that_is_cut_stands_whole_below() {
        let row = |title: &str, hint: &str| {
            let row = Choice::new(Action::Cart, title).hint(hint).row();
            (row.title.to_string(), row.description.map(|d| d.to_string()))
        };
        assert_eq!(row("Cezve", "₺640,00"), ("Cezve".into(), Some("₺640,00".into())));
        assert_eq!(row("Cezve", " "), ("Cezve".into(), None));
        assert_eq!(
            row("Etiyopya Yirgacheffe\nKonga 250 g", "₺320,00"),
            (
                "Etiyopya Yirgacheffe Ko…".into(),
                Some("₺320,00 · Etiyopya Yirgacheffe Konga 250 g".into())
            )
        );
    }

    proptest! {
        #[test]
        fn head_and_tail_are_never_lost(lines in prop::collection::vec("[a-zğüşıöç😀]{0,80}", 0..130)) {
            let text = fitted(&Lang::Tr.into(), "Baş", &lines, "Son", BODY);
            prop_assert!(text.encode_utf16().count() <= BODY);
            prop_assert!(text.starts_with("Baş") && text.ends_with("Son"));
        }
    }
}
