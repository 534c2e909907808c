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
            "typed",
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
            "questions",
            "typos",
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

/// What the buttons that place an order have in common; the German one holds words alone, as the law there wants it.
const BINDS: [&str; 2] = ["✅", "Jetzt kaufen"];

/// What no story tells, because it cannot be done.
const NOT_YET: &str = "\
## What a customer cannot do yet

- **Pay in the chat.** It is paid on delivery, at the shop, or by a bank transfer that a person of the shop confirms.
- **Give something back, or change the goods of a placed order.** It can be cancelled and sent elsewhere up to the shop's
  cut-off; everything after that is a person's work, one tap away.
- **Learn what delivery costs there or on which day it comes.** A shop cannot state it yet: a question is answered with the
  total and with “we tell you when it leaves”, in words that the shop can replace, and a person is offered.
- **Read the goods in every language.** Everything around them speaks six; titles and descriptions are as the shop wrote
  them, though they are found by the words of any language that it added.
- **Be understood by voice or picture, or in free sentences.** Words, typing mistakes and questions are; a long sentence is
  looked for among the goods, and who is not understood three times gets a person.
";

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
                count.confirmed = word == "tap" && BINDS.iter().any(|sign| rest.contains(sign));
            }
            What::Says(block) if block != "nothing" => {
                let count = people.entry(who.clone()).or_default();
                // News of the order before is no message of this purchase.
                if count.taps + count.said > 0 {
                    count.messages += 1;
                }
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
         {} stories, {steps} steps.\n\n{NOT_YET}\n## What a purchase costs\n\nEach message of the shop is billed, so a turn is one \
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

/// Purchases of one thing as people make them: where, of whom, and what they may cost at most. A first one goes from the
/// greeting over the menu, by delivery or pickup; who is known writes what they want, or wants the same again.
const ORDINARY: &[(&str, bool, usize)] = &[
    ("address_at_once", false, 7),
    ("english", false, 7),
    ("german", false, 7),
    ("phoneless", false, 7),
    ("one_way", true, 4),
    ("known_by_name", true, 4),
    ("again", true, 4),
];

#[test]
fn a_purchase_takes_few_messages() {
    let all: Vec<(&str, Purchase)> = stories()
        .iter()
        .flat_map(|story| purchases(&story.steps).into_iter().map(|p| (story.name, p)))
        .collect();
    for known in [false, true] {
        let mut costs: Vec<_> =
            all.iter().filter(|(_, p)| p.known == known).map(|(_, p)| p.messages).collect();
        costs.sort_unstable();
        let (least, median, most) = (costs[0], costs[costs.len() / 2], costs[costs.len() - 1]);
        let who = if known { "of known customers" } else { "first ones" };
        let count = costs.len();
        eprintln!(
            "{count} purchases, {who}: {least} messages at least, {median} half of them, {most} at most"
        );
    }
    for &(name, known, most) in ORDINARY {
        let found = all.iter().find(|(story, p)| *story == name && p.known == known);
        let (_, purchase) = found.unwrap_or_else(|| panic!("{name} tells no such purchase"));
        let Purchase { messages, taps, said, .. } = *purchase;
        eprintln!("{name}: {messages} messages of at most {most}, {taps} taps, {said} said");
        assert!(messages <= most && taps <= 6, "{name}: {purchase:?}");
    }
}

#[test]
fn messages_and_taps_are_counted_up_to_the_placed_order() {
    let script = "@ A\n> text  hi\n< list  \"x\"\n> tap  B\n< buttons  \"y\"\n> tap  ✅ Confirm\n< buttons\n  | ✅ *Placed*\n\
                  > cart  1 × a\n< buttons  \"y\"\n> tap  ✅ Confirm\n< buttons\n  | ✅ *Placed*\n";
    let first = Purchase { known: false, messages: 3, taps: 2, said: 1 };
    let second = Purchase { known: true, messages: 2, taps: 1, said: 1 };
    assert_eq!(purchases(&parse(script).unwrap()), [first, second]);
}
