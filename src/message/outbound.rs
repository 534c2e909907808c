//! What we say. Every limit of WhatsApp's messages (reference §2.6) is in these types.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::limits::{LimitError, Text};

/// Reply buttons in one message.
pub const MAX_BUTTONS: usize = 3;
/// Rows of one list, over all sections.
pub const MAX_ROWS: usize = 10;
/// Products of one product list, over all sections.
pub const MAX_PRODUCTS: usize = 30;
/// Sections of one product list.
pub const MAX_SECTIONS: usize = 10;

/// A message to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outbound {
    Text {
        body: Text<4096>,
    },
    /// `link` is absolute; the provider fetches it.
    Image {
        link: String,
        caption: Option<Text<1024>>,
    },
    Buttons(Buttons),
    List(List),
    /// One product of the channel's catalog.
    Product {
        sku: String,
        body: Option<Text<1024>>,
        footer: Option<Text<60>>,
    },
    /// Products of the channel's catalog, in sections.
    Products {
        header: Text<60>,
        body: Text<1024>,
        sections: Vec<ProductSection>,
    },
    /// The whole catalog of the channel.
    Catalog {
        body: Text<1024>,
        thumbnail_sku: Option<String>,
    },
    /// A product message, and what is sent instead when the provider refuses it: what it takes of its catalog, only it
    /// knows.
    OrElse {
        first: Box<Outbound>,
        instead: Buttons,
    },
    /// Asks for a pin on the map.
    AskLocation {
        body: Text<1024>,
    },
    /// Asks for the person's own phone number; the answer is a contact.
    AskContact {
        body: Text<1024>,
    },
    /// A button that opens a form (a published WhatsApp Flow without an endpoint) at one screen.
    Form {
        body: Text<1024>,
        label: Text<20>,
        flow_id: String,
        /// Comes back with the answer.
        token: String,
        screen: String,
        /// What the screen is given; not empty.
        data: BTreeMap<String, String>,
    },
    /// A button that opens a page.
    Link {
        body: Text<1024>,
        label: Text<20>,
        url: String,
    },
}

/// A text or picture above the body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Header {
    Text(Text<60>),
    /// An absolute link.
    Image(String),
}

/// A message with one to three buttons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buttons {
    header: Option<Header>,
    body: Text<1024>,
    footer: Option<Text<60>>,
    buttons: Vec<Button>,
}

/// A reply button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    pub id: Text<256>,
    pub title: Text<20>,
}

/// A message with a list that opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    header: Option<Text<60>>,
    body: Text<4096>,
    footer: Option<Text<60>>,
    /// What is tapped to open it.
    open: Text<20>,
    sections: Vec<Section>,
}

/// Rows under a title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub title: Option<Text<24>>,
    pub rows: Vec<Row>,
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub id: Text<200>,
    pub title: Text<24>,
    pub description: Option<Text<72>>,
}

/// Products under a title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductSection {
    pub title: Text<24>,
    pub skus: Vec<String>,
}

impl Buttons {
    /// One to three buttons with different ids; equal titles are told apart by a number.
    ///
    /// # Errors
    /// [`LimitError`] for another count or two equal ids.
    pub fn new(body: Text<1024>, mut buttons: Vec<Button>) -> Result<Self, LimitError> {
        within("buttons", buttons.len(), MAX_BUTTONS)?;
        once("button ids", buttons.iter().map(|b| b.id.as_str()))?;
        tell_apart(buttons.iter_mut().map(|b| &mut b.title));
        Ok(Self { header: None, body, footer: None, buttons })
    }

    /// The same without the picture above it; `None` where there is none.
    #[must_use]
    pub fn without_picture(&self) -> Option<Self> {
        matches!(self.header, Some(Header::Image(_))).then(|| Self { header: None, ..self.clone() })
    }

    #[must_use]
    pub fn header(mut self, header: Header) -> Self {
        self.header = Some(header);
        self
    }

    #[must_use]
    pub fn footer(mut self, footer: Text<60>) -> Self {
        self.footer = Some(footer);
        self
    }

    #[must_use]
    pub fn parts(&self) -> (Option<&Header>, &Text<1024>, Option<&Text<60>>, &[Button]) {
        (self.header.as_ref(), &self.body, self.footer.as_ref(), &self.buttons)
    }
}

impl List {
    /// One to ten rows over all sections, with different ids; sections are titled when there are several. Equal titles
    /// of rows are told apart by a number.
    ///
    /// # Errors
    /// [`LimitError`] for another count, an untitled section, or two equal ids.
    pub fn new(
        body: Text<4096>,
        open: Text<20>,
        mut sections: Vec<Section>,
    ) -> Result<Self, LimitError> {
        within("sections", sections.len(), MAX_ROWS)?;
        for section in &sections {
            within("rows of a section", section.rows.len(), MAX_ROWS)?;
        }
        within("rows", sections.iter().map(|s| s.rows.len()).sum(), MAX_ROWS)?;
        if sections.len() > 1 && sections.iter().any(|s| s.title.is_none()) {
            return Err(LimitError::Untitled);
        }
        once("row ids", sections.iter().flat_map(|s| &s.rows).map(|r| r.id.as_str()))?;
        tell_apart(sections.iter_mut().flat_map(|s| &mut s.rows).map(|r| &mut r.title));
        Ok(Self { header: None, body, footer: None, open, sections })
    }

    #[must_use]
    pub fn header(mut self, header: Text<60>) -> Self {
        self.header = Some(header);
        self
    }

    #[must_use]
    pub fn footer(mut self, footer: Text<60>) -> Self {
        self.footer = Some(footer);
        self
    }

    #[must_use]
    pub fn parts(
        &self,
    ) -> (Option<&Text<60>>, &Text<4096>, Option<&Text<60>>, &Text<20>, &[Section]) {
        (self.header.as_ref(), &self.body, self.footer.as_ref(), &self.open, &self.sections)
    }
}

impl Outbound {
    /// A plain text, cut to what fits.
    #[must_use]
    pub fn text(body: impl AsRef<str>) -> Self {
        Self::Text { body: Text::cut(body) }
    }

    /// A product list: one to ten sections, one to thirty products over all.
    ///
    /// # Errors
    /// [`LimitError`] for another count or a SKU that stands twice.
    pub fn products(
        header: Text<60>,
        body: Text<1024>,
        sections: Vec<ProductSection>,
    ) -> Result<Self, LimitError> {
        within("sections", sections.len(), MAX_SECTIONS)?;
        for section in &sections {
            within("products of a section", section.skus.len(), MAX_PRODUCTS)?;
        }
        within("products", sections.iter().map(|s| s.skus.len()).sum(), MAX_PRODUCTS)?;
        once("products", sections.iter().flat_map(|s| &s.skus).map(String::as_str))?;
        Ok(Self::Products { header, body, sections })
    }

    /// The message that is sent first: itself, but for one that has another in reserve.
    #[must_use]
    pub fn shown(&self) -> &Self {
        match self {
            Self::OrElse { first, .. } => first.shown(),
            other => other,
        }
    }

    /// What the reader sees as text, for the admin's view of a chat and for logs of tests.
    #[must_use]
    pub fn body(&self) -> &str {
        match self {
            Self::Text { body } => body.as_str(),
            Self::Image { caption, .. } => caption.as_ref().map_or("", Text::as_str),
            Self::Buttons(buttons) => buttons.body.as_str(),
            Self::List(list) => list.body.as_str(),
            Self::OrElse { first, .. } => first.body(),
            Self::Product { body, .. } => body.as_ref().map_or("", Text::as_str),
            Self::Products { body, .. }
            | Self::Catalog { body, .. }
            | Self::AskLocation { body }
            | Self::AskContact { body }
            | Self::Form { body, .. }
            | Self::Link { body, .. } => body.as_str(),
        }
    }
}

impl Outbound {
    /// The same with a word before its body. Where there is no room for it, it is the small line below, as far as there
    /// is one.
    #[must_use]
    pub fn led_by(mut self, lead: &str) -> Self {
        self.lead(lead);
        self
    }

    fn lead(&mut self, lead: &str) {
        match self {
            Self::OrElse { first, instead } => {
                first.lead(lead);
                _ = led(lead, &mut instead.body);
            }
            Self::Text { body } => _ = led(lead, body),
            Self::Image { caption: Some(body), .. } | Self::Product { body: Some(body), .. } => {
                _ = led(lead, body);
            }
            Self::Image { caption: body, .. } | Self::Product { body, .. } => {
                *body = Some(Text::cut(lead));
            }
            Self::Buttons(buttons) => {
                if !led(lead, &mut buttons.body) {
                    buttons.footer = Some(Text::cut(lead));
                }
            }
            Self::List(list) => {
                if !led(lead, &mut list.body) {
                    list.footer = Some(Text::cut(lead));
                }
            }
            Self::Products { body, .. }
            | Self::Catalog { body, .. }
            | Self::AskLocation { body }
            | Self::AskContact { body }
            | Self::Form { body, .. }
            | Self::Link { body, .. } => _ = led(lead, body),
        }
    }
}

/// Puts a word before a text, when both fit.
fn led<const MAX: usize>(lead: &str, text: &mut Text<MAX>) -> bool {
    let Ok(both) = Text::new(format!("{lead}\n\n{text}")) else { return false };
    *text = both;
    true
}

fn within(what: &'static str, count: usize, max: usize) -> Result<(), LimitError> {
    if (1..=max).contains(&count) {
        return Ok(());
    }
    Err(LimitError::Count { what, count, min: 1, max })
}

/// A title that stood before gets a number.
fn tell_apart<'a, const MAX: usize>(titles: impl Iterator<Item = &'a mut Text<MAX>>) {
    let mut seen: HashSet<Text<MAX>> = HashSet::new();
    for title in titles {
        let plain = title.clone();
        let mut number = 2;
        while !seen.insert(title.clone()) {
            *title = plain.numbered(number);
            number += 1;
        }
    }
}

fn once<'a>(
    what: &'static str,
    mut names: impl Iterator<Item = &'a str>,
) -> Result<(), LimitError> {
    let mut seen = HashSet::new();
    if names.all(|name| seen.insert(name)) { Ok(()) } else { Err(LimitError::Twice(what)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn button(id: &str, title: &str) -> Button {
        Button { id: Text::cut(id), title: Text::cut(title) }
    }

    fn rows(count: usize) -> Vec<Row> {
        (0..count)
            .map(|n| Row {
                id: Text::cut(format!("r{n}")),
                title: Text::cut("Row"),
                description: None,
            })
            .collect()
    }

    #[test]
    fn a_fourth_button_is_refused() {
        let four = ["a", "b", "c", "d"].map(|id| button(id, id)).to_vec();
        assert!(matches!(
            Buttons::new(Text::cut("Body"), four),
            Err(LimitError::Count { count: 4, max: 3, .. })
        ));
    }

    #[test]
    fn titles_that_are_equal_after_cutting_are_told_apart() {
        let long = "Ethiopia Yirgacheffe 250 g";
        let made =
            Buttons::new(Text::cut("B"), vec![button("a", long), button("b", long)]).unwrap();
        let titles: Vec<_> = made.parts().3.iter().map(|b| b.title.as_str()).collect();
        assert_eq!(titles, ["Ethiopia Yirgacheff…", "Ethiopia Yirgac… 2"]);
    }

    #[test]
    fn rows_are_told_apart_over_all_sections() {
        let long = "Etiyopya Yirgacheffe Konga 250 g";
        let row = |id: &str| Row { id: Text::cut(id), title: Text::cut(long), description: None };
        let section = |rows| Section { title: Some(Text::cut("S")), rows };
        let sections = vec![section(vec![row("a"), row("b")]), section(vec![row("c")])];
        let list = List::new(Text::cut("B"), Text::cut("O"), sections).unwrap();
        let rows = list.parts().4.iter().flat_map(|s| &s.rows);
        let titles: Vec<_> = rows.map(|row| row.title.as_str()).collect();
        let told = ["Etiyopya Yirgacheffe Ko…", "Etiyopya Yirgacheff… 2", "Etiyopya Yirgacheff… 3"];
        assert_eq!(titles, told);
    }

    #[test]
    fn an_eleventh_row_is_refused_over_all_sections() {
        let sections = |a, b| {
            vec![
                Section { title: Some(Text::cut("A")), rows: rows(a) },
                Section {
                    title: Some(Text::cut("B")),
                    rows: rows(b)
                        .into_iter()
                        .map(|r| Row { id: Text::cut(format!("b{}", r.id)), ..r })
                        .collect(),
                },
            ]
        };
        let list = |s| List::new(Text::cut("Body"), Text::cut("Open"), s);
        assert!(list(sections(5, 5)).is_ok());
        assert!(matches!(list(sections(5, 6)), Err(LimitError::Count { count: 11, .. })));
    }

    #[test]
    fn sections_need_titles_when_there_are_two() {
        let sections = vec![
            Section { title: None, rows: rows(1) },
            Section { title: Some(Text::cut("B")), rows: vec![] },
        ];
        assert!(List::new(Text::cut("B"), Text::cut("O"), sections).is_err());
    }

    #[test]
    fn a_word_before_a_body_takes_nothing_from_it() {
        let of = |body: &str| {
            Outbound::Buttons(Buttons::new(Text::cut(body), vec![button("a", "A")]).unwrap())
        };
        assert_eq!(of("Body").led_by("Lead").body(), "Lead\n\nBody");
        let full = "x".repeat(1_024);
        let led = of(&full).led_by("Lead");
        assert_eq!(led.body(), full);
        assert_ne!(led, of(&full), "it is the footer then");
    }

    #[test]
    fn stored_messages_read_back_the_same() {
        let message = Outbound::Buttons(
            Buttons::new(Text::cut("B"), vec![button("a", "A")])
                .unwrap()
                .header(Header::Image("https://shop.example/a.png".into())),
        );
        let json = serde_json::to_string(&message).unwrap();
        assert_eq!(serde_json::from_str::<Outbound>(&json).unwrap(), message);
    }
}
