//! What must be so after every round, for everybody.

use std::{collections::HashSet, fmt, sync::Mutex};

use sepet::text::{Lang, Word};

use super::walk::{At, Walker};
use crate::{harness::Bubble, limits};

/// Acts that get no answer.
const SILENT: &[&str] =
    &["reaction", "unreact", "edit", "revoke", "group", "unsupported", "resend", "raw"];

/// Words that lead out of any question: there is something to tap upon them. The others (back, checkout) may lead to
/// another question.
const ESCAPES: &[Word] = &[
    Word::Greeting,
    Word::Menu,
    Word::Cart,
    Word::Orders,
    Word::Human,
    Word::Help,
    Word::Cancel,
    Word::Stop,
    Word::Start,
];

/// What went wrong with whom.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) rule: &'static str,
    pub(super) who: Option<usize>,
    pub(super) what: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.what)
    }
}

fn wrong(rule: &'static str, what: impl Into<String>) -> Result<(), Wrong> {
    Err(Wrong { rule, who: None, what: what.into() })
}

/// Judges the end of a round for one of the people, who did `lines`, or to whom they were done.
pub(super) fn judge(walker: &Walker, lines: &[&str]) -> Result<(), Wrong> {
    for bubble in &walker.ours[walker.ours.len() - walker.new..] {
        let found = objections(bubble);
        if !found.is_empty() {
            return wrong("limits", format!("{}\n{}", found.join("\n"), bubble.script()));
        }
    }
    let At { with_person, open, waiting, .. } = walker.now;
    if let Some(failed) = &walker.now.failed {
        return wrong("refused", failed);
    }
    let by_staff = lines.iter().any(|line| line.starts_with("~ staff"));
    // A person of the shop may say the same as often as they like.
    if let Some(bubble) = thrice(walker).filter(|_| !by_staff) {
        return wrong("loop", bubble.script());
    }
    // A person answers, or nothing may be sent, or it is under way.
    if with_person || !open || waiting || by_staff {
        return Ok(());
    }
    let asked: Vec<&str> = lines.iter().filter_map(|l| act(l)).filter(|l| !is_silent(l)).collect();
    let Some(last) = asked.last() else { return Ok(()) };
    if walker.new == 0 && !walker.before.with_person {
        return wrong("no answer", format!("nothing came upon {asked:?}"));
    }
    let Some(newest) = walker.ours.last().filter(|_| walker.new > 0) else { return Ok(()) };
    match word(last, walker.now.lang) {
        Some(Word::Thanks) => {}
        Some(word) if ESCAPES.contains(&word) && !offers(newest) => {
            return wrong("escape", format!("{word:?} leads nowhere:\n{}", newest.script()));
        }
        _ if !leads_on(newest, &walker.now) => return wrong("dead end", newest.script()),
        _ => {}
    }
    Ok(())
}

/// The same message is never sent three times in a row: the one that was, just now. What was sent again because no answer came is one message.
fn thrice(walker: &Walker) -> Option<&Bubble> {
    let mut sent: Vec<&Bubble> = Vec::new();
    let near = walker.ours.len().saturating_sub(walker.new + 8);
    for bubble in &walker.ours[near..] {
        let again = sent.last().is_some_and(|last| {
            last.message["biz_opaque_callback_data"] == bubble.message["biz_opaque_callback_data"]
        });
        if !again {
            sent.push(bubble);
        }
    }
    let from = sent.len().saturating_sub(walker.new + 2);
    let mut rows = sent[from..].windows(3);
    rows.find(|row| row.windows(2).all(|two| two[0].script() == two[1].script())).map(|row| row[2])
}

/// `WORD REST` of what somebody did.
fn act(line: &str) -> Option<&str> {
    line.strip_prefix('>').map(|line| line.trim_start_matches('+').trim_start())
}

fn is_silent(act: &str) -> bool {
    SILENT.iter().any(|word| act.split(' ').next() == Some(word))
}

/// The word that leads out of everything, when that is all that was said.
fn word(act: &str, lang: Lang) -> Option<Word> {
    let said = act.strip_prefix("text ").or_else(|| {
        let (_, words) = act.strip_prefix("reply to ")?.split_once(' ')?;
        Some(words)
    });
    said.and_then(|words| sepet::text::word(words.trim(), lang))
}

fn offers(bubble: &Bubble) -> bool {
    let more = ["product", "products", "catalog", "cards", "form", "ask_contact", "ask_location"];
    !bubble.choices().is_empty() || more.contains(&bubble.kind().as_str())
}

/// There is something to tap, or a question that is answered in words.
fn leads_on(bubble: &Bubble, at: &At) -> bool {
    offers(bubble) || (bubble.kind() == "text" && at.step != "start")
}

/// What WhatsApp would hold against a message; each is looked at once.
fn objections(bubble: &Bubble) -> Vec<String> {
    static SEEN: Mutex<Option<HashSet<String>>> = Mutex::new(None);
    let mut message = bubble.message.clone();
    let script =
        serde_json::json!([message["type"], message["text"], message["interactive"]]).to_string();
    if !SEEN.lock().unwrap().get_or_insert_default().insert(script) {
        return Vec::new();
    }
    if let Some(body) = message.as_object_mut() {
        body.remove("status");
    }
    limits::breaches(&message).into_iter().chain(limits::objections(&message)).collect()
}
