//! The chat scripts as a manual: `docs/stories.md` is made from them, with what a purchase costs in messages and taps.
//!
//! `UPDATE_STORIES=1 cargo test stories` writes it.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    chat_runner::{
        folder,
        script::{Step, What, parse},
    },
    chats::PLAYED,
};

const FILE: &str = "docs/stories.md";

/// The chapters, each with words of the names of its stories; a story stands in the first that fits.
const CHAPTERS: &[(&str, &[&str])] = &[
    ("After the order", &["cancel", "my_orders", "order", "receipt", "transfer", "other_address"]),
    ("Finding", &["search", "cards", "product", "menu", "ad_", "shelves", "instead"]),
    (
        "Checkout",
        &[
            "address",
            "receiver",
            "pickup",
            "terms",
            "pin_",
            "phone_to_call",
            "change",
            "note",
            "late",
            "confirm",
            "one_way",
        ],
    ),
    ("The cart", &["cart", "native", "price", "stock", "again", "link", "old_buttons", "undo"]),
    (
        "Languages and words",
        &[
            "languages",
            "arabic",
            "german",
            "spanish",
            "portuguese",
            "english",
            "words",
            "stop",
            "not_understood",
            "never",
            "own_words",
        ],
    ),
    (
        "Who is who",
        &["number", "phoneless", "one_person", "two_become", "known_by", "told_by", "phone_app"],
    ),
    ("A person of the shop", &["human", "hand_back"]),
    ("Purchases", &["purchase", "known_customer"]),
    ("Everything else that comes in", &[""]),
];

struct Story {
    name: &'static str,
    title: String,
    text: String,
    steps: Vec<Step>,
}

fn stories() -> Vec<Story> {
    let read = |&name: &&'static str| {
        let text = std::fs::read_to_string(folder().join(format!("{name}.chat"))).unwrap();
        let first = text.lines().next().unwrap_or_default();
        let title = first.strip_prefix("# ");
        let title = title.unwrap_or_else(|| panic!("{name}.chat does not begin with its title"));
        Story { name, title: title.to_owned(), steps: parse(&text).unwrap(), text }
    };
    PLAYED.iter().map(read).collect()
}

/// One order of a person in a story.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Purchase {
    /// Whether the person ordered before.
    known: bool,
    /// Messages of ours up to the one that says that it is placed.
    messages: usize,
    taps: usize,
    /// Texts, carts, pins, forms.
    said: usize,
}

/// A tap on what confirms, in the language of the chat, followed by a message with a tick: the order is placed.
fn purchases(steps: &[Step]) -> Vec<Purchase> {
    #[derive(Default)]
    struct Count {
        known: bool,
        messages: usize,
        taps: usize,
        said: usize,
        confirmed: bool,
    }
    let mut people: BTreeMap<String, Count> = BTreeMap::new();
    let mut who = String::new();
    let mut found = Vec::new();
    for step in steps {
        match &step.what {
            What::Person { name, .. } => who.clone_from(name),
            What::Act { word, rest, .. } => {
                let count = people.entry(who.clone()).or_default();
                match word.as_str() {
                    "tap" => count.taps += 1,
                    _ => count.said += 1,
                }
                count.confirmed = word == "tap" && rest.contains('✅');
            }
            What::Says(block) if block != "nothing" => {
                let count = people.entry(who.clone()).or_default();
                count.messages += 1;
                let placed = block.lines().any(|line| {
                    let line = line.trim_start().trim_start_matches("| ");
                    line.trim_start_matches(['\u{200f}', '\u{2068}']).starts_with("✅ *")
                });
                if count.confirmed && placed {
                    let Count { known, messages, taps, said, .. } = *count;
                    found.push(Purchase { known, messages, taps, said });
                    *count = Count { known: true, ..Count::default() };
                }
            }
            _ => {}
        }
    }
    found
}

/// A story as people read it: who says what, what comes back, what happens meanwhile.
fn dialogue(story: &Story) -> String {
    let mut told = String::new();
    let mut who = "Customer".to_owned();
    for line in story.text.lines().skip(1) {
        let (sign, rest) = line.split_at(line.chars().next().map_or(0, char::len_utf8));
        let rest = rest.trim_start_matches('+').trim();
        let (word, more) = rest.split_once(' ').map_or((rest, ""), |(w, m)| (w, m.trim()));
        match sign {
            "#" => _ = writeln!(told, "\n**{rest}**\n"),
            "@" => word.clone_into(&mut who),
            ">" if word == "text" => _ = writeln!(told, "{who}: {more}"),
            ">" if word == "tap" => _ = writeln!(told, "{who} taps [{more}]"),
            ">" => _ = writeln!(told, "{who} ({word}): {more}"),
            "<" if rest == "nothing" => _ = writeln!(told, "    (nothing is answered)"),
            "<" => _ = writeln!(told, "    {}", format!("Shop, {word}: {more}").trim_end()),
            " " if line.trim() == "|" => _ = writeln!(told, "    ·"),
            " " => _ = writeln!(told, "    {}", line.trim_start().trim_start_matches("| ")),
            "~" => _ = writeln!(told, "  … {rest}"),
            "!" => _ = writeln!(told, "  ✓ {rest}"),
            _ => {}
        }
    }
    // What is said stands in blocks, a comment between them.
    let mut page = String::new();
    let mut open = false;
    for line in told.lines() {
        let comment = line.starts_with("**");
        match (open, comment || line.is_empty()) {
            (false, false) => page.push_str("```text\n"),
            (true, true) => page.push_str("```\n"),
            _ => {}
        }
        open = !comment && !line.is_empty();
        page.push_str(line);
        page.push('\n');
    }
    if open {
        page.push_str("```\n");
    }
    page
}

fn chapter(name: &str) -> &'static str {
    let fits = |words: &[&str]| words.iter().any(|word| name.contains(word));
    CHAPTERS.iter().find(|(_, words)| fits(words)).map_or("", |(title, _)| title)
}

fn page(stories: &[Story]) -> String {
    let steps: usize = stories.iter().map(|s| s.steps.iter().filter(|s| is_step(s)).count()).sum();
    let mut page = format!(
        "# Stories\n\nWhat people can do in the chat, told by the scripts that are played against the service on both \
         databases. This page is made from `tests/it/chats/*.chat`; `UPDATE_STORIES=1 cargo test stories` writes it anew.\n\n\
         {} stories, {steps} steps.\n\n## What a purchase costs\n\nEach message of the shop is billed, so a turn is one \
         message. *Said* counts texts, carts, pins and forms of the customer.\n\n\
         | story | customer | messages of the shop | taps | said |\n|---|---|---|---|---|\n",
        stories.len(),
    );
    for story in stories {
        for p in purchases(&story.steps) {
            let who = if p.known { "known" } else { "new" };
            let Purchase { messages, taps, said, .. } = p;
            let name = story.name;
            _ = writeln!(page, "| [{name}](#{name}) | {who} | {messages} | {taps} | {said} |");
        }
    }
    page.push_str("\n## Contents\n");
    let chapters: Vec<_> = CHAPTERS.iter().rev().map(|(title, _)| *title).collect();
    for title in [&chapters[1..], &chapters[..1]].concat() {
        _ = write!(page, "\n{title}:");
        let of_it = stories.iter().filter(|story| chapter(story.name) == title);
        let links: Vec<_> = of_it.map(|s| format!(" [{}](#{})", s.title, s.name)).collect();
        page.push_str(&links.join(" ·"));
        page.push('\n');
    }
    for title in [&chapters[1..], &chapters[..1]].concat() {
        _ = write!(page, "\n## {title}\n");
        for story in stories.iter().filter(|story| chapter(story.name) == title) {
            _ = write!(page, "\n### {}\n\n{}\n{}", story.name, story.title, dialogue(story));
        }
    }
    page
}

fn is_step(step: &Step) -> bool {
    !matches!(step.what, What::Nothing | What::Person { .. })
}

#[test]
fn the_manual_is_what_the_scripts_tell() {
    let stories = stories();
    assert!(stories.len() >= 80, "{} stories", stories.len());
    let present = page(&stories);
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if std::env::var_os("UPDATE_STORIES").is_some() {
        std::fs::write(&path, &present).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == present, "run this test with UPDATE_STORIES=1 to write {FILE}");
}

/// Every chapter has stories, and only the last takes what fits nowhere.
#[test]
fn every_chapter_has_stories() {
    for (title, _) in CHAPTERS {
        assert!(stories().iter().any(|story| chapter(story.name) == *title), "{title}");
    }
}

#[test]
fn a_purchase_takes_few_messages() {
    let all: Vec<Purchase> = stories().iter().flat_map(|story| purchases(&story.steps)).collect();
    let least = |known: bool| {
        all.iter().filter(|p| p.known == known).min_by_key(|p| (p.messages, p.taps)).unwrap()
    };
    let (first, known) = (least(false), least(true));
    eprintln!("{} purchases; a first one: {first:?}; a known customer's: {known:?}", all.len());
    assert!(first.messages <= 7, "{first:?}");
    assert!(known.messages <= 4 && known.taps <= 6, "{known:?}");
}

#[test]
fn messages_and_taps_are_counted_up_to_the_placed_order() {
    let script = "@ A\n> text  hi\n< list  \"x\"\n> tap  B\n< buttons  \"y\"\n> tap  ✅ Confirm\n< buttons\n  | ✅ *Placed*\n\
                  > cart  1 × a\n< buttons  \"y\"\n> tap  ✅ Confirm\n< buttons\n  | ✅ *Placed*\n";
    let first = Purchase { known: false, messages: 3, taps: 2, said: 1 };
    let second = Purchase { known: true, messages: 2, taps: 1, said: 1 };
    assert_eq!(purchases(&parse(script).unwrap()), [first, second]);
}
