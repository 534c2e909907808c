//! The rules of the house, read from the tree itself.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// Which room may name which. Not listed: it may not. `platform`, `money`, `message` and the crate `entity` are the
/// ground that everybody stands on.
const ARROWS: &[(&str, &[&str])] = &[
    ("platform", &[]),
    ("money", &[]),
    ("message", &[]),
    ("text", &["money"]),
    ("shop", &[]),
    ("retention", &[]),
    // Two customers become one while nobody handles their lanes, and what waited for either to write is freed.
    ("customer", &["inbox", "outbox"]),
    // Words are compared as they are in the chat.
    ("catalog", &["text"]),
    // A status finds its message.
    ("inbox", &["outbox"]),
    ("outbox", &[]),
    ("cart", &["catalog", "text"]),
    ("order", &["cart", "catalog", "outbox", "text"]),
    ("conversation", &["inbox", "outbox", "customer", "cart", "order", "catalog", "shop", "text"]),
    // Stands beside the work: reads every table and belongs to none of the rooms.
    ("upkeep", &["inbox"]),
    // Implements the traits of the rooms that need WhatsApp; knows no cart.
    ("whatsapp", &["inbox", "outbox", "catalog", "upkeep"]),
    (
        "http",
        &[
            "inbox",
            "outbox",
            "conversation",
            "cart",
            "order",
            "catalog",
            "customer",
            "shop",
            "text",
        ],
    ),
];
const GROUND: &[&str] = &["platform", "money", "message"];
/// Name every room.
const BUILDERS: &[&str] = &["app", "commands", "demo", "lib", "main"];

/// Lines of a file, at most.
const LONGEST: usize = 600;

struct Source {
    /// From the root of the tree, with `/`.
    path: String,
    text: String,
}

impl Source {
    /// Without what stands behind `#[cfg(test)]` at the end of the file, and without comments.
    fn code(&self) -> String {
        let end = self.text.find("#[cfg(test)]\nmod ").unwrap_or(self.text.len());
        let lines = self.text[..end].lines();
        lines.filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    }

    fn is_test(&self) -> bool {
        self.path.contains("tests/") || self.path.ends_with("/tests.rs")
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files below `folder` that end so, in order.
fn files(folder: &str, end: &str) -> Vec<Source> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut |path| {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        if name.ends_with(end) {
            found.push(Source {
                path: name,
                text: std::fs::read_to_string(path).unwrap_or_default(),
            });
        }
    });
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn walk(folder: &Path, each: &mut impl FnMut(&Path)) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.map(Result::unwrap) {
        let path = entry.path();
        let name = entry.file_name();
        let skipped = ["target", ".git", "node_modules", "sepet-data"];
        if path.is_dir() {
            if !skipped.iter().any(|s| name == *s) {
                walk(&path, each);
            }
        } else {
            each(&path);
        }
    }
}

fn rust() -> Vec<Source> {
    ["src", "entity/src", "migration/src", "simulator/src", "tests", "simulator/tests", "benches"]
        .iter()
        .flat_map(|folder| files(folder, ".rs"))
        .collect()
}

fn none(what: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{what}:\n{}", breaches.join("\n"));
}

/// The first names behind `crate::`, also those of `use crate::{a::…, b}`.
fn named(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        if at > 0 && code[..at].ends_with(|c: char| c == '$' || c == '_' || c.is_alphanumeric()) {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let (mut depth, mut word, mut fresh) = (0, String::new(), true);
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        rooms.insert(std::mem::take(&mut word));
                        fresh = true;
                    }
                    ':' => fresh = fresh && depth > 0,
                    // `customer as people`
                    c if c.is_whitespace() => fresh = fresh && word.is_empty(),
                    c if fresh && depth == 0 => word.push(c),
                    _ => {}
                }
            }
            rooms.insert(word);
        } else {
            rooms.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    rooms.remove("");
    rooms
}

#[test]
fn names_behind_crate_are_read() {
    let code = "use crate::{\n  cart::{self, Cart},\n  money::Money,\n  text as words,\n};\ncrate::order::place(); $crate::x";
    let names: Vec<_> = named(code).into_iter().collect();
    assert_eq!(names, ["cart", "money", "order", "text"]);
}

#[test]
fn arrows_between_rooms_point_one_way() {
    let mut breaches = Vec::new();
    for file in files("src", ".rs") {
        let inside = file.path.trim_start_matches("src/");
        let room = inside.split(['/', '.']).next().unwrap();
        if BUILDERS.contains(&room) || file.is_test() {
            continue;
        }
        let Some((_, allowed)) = ARROWS.iter().find(|(r, _)| *r == room) else {
            breaches.push(format!("{}: the room `{room}` is not in the table", file.path));
            continue;
        };
        for other in named(&file.code()) {
            let ground = GROUND.contains(&other.as_str()) && !GROUND.contains(&room);
            if other != room && !ground && !allowed.contains(&other.as_str()) {
                breaches.push(format!("{}: `{room}` names `{other}`", file.path));
            }
        }
    }
    none("arrows turned", &breaches);
}

/// `whatsapp/` and the webhook know the rooms by their traits; below `http/` nobody knows a status code or the server.
#[test]
fn only_http_knows_http() {
    let mut breaches = Vec::new();
    for file in files("src", ".rs") {
        let code = file.code();
        let edge = ["src/http/", "src/app.rs", "src/main.rs", "src/demo.rs"];
        if !edge.iter().any(|e| file.path.starts_with(e)) {
            for word in ["poem::", "poem_openapi", "use poem"] {
                if code.contains(word) {
                    breaches.push(format!("{}: {word}", file.path));
                }
            }
        }
    }
    none("the server is named outside of http/", &breaches);
}

#[test]
fn no_file_is_too_long() {
    let long: Vec<_> = rust()
        .iter()
        .map(|f| (f.path.clone(), f.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(path, lines)| format!("{path}: {lines} lines, {LONGEST} at most"))
        .collect();
    none("files are too long", &long);
}

#[test]
fn words_that_have_no_place_here() {
    let mut breaches = Vec::new();
    for file in rust() {
        let code = file.code();
        let clock = file.path.ends_with("clock.rs");
        for (line, text) in code.lines().enumerate() {
            let mut bad = |what: &str| breaches.push(format!("{}:~{line}: {what}", file.path));
            let own = file.path == "tests/it/tidy.rs";
            if own {
                continue;
            }
            if !file.is_test() && text.contains(".unwrap()") {
                bad("unwrap outside of tests");
            }
            if ["todo!(", "unimplemented!(", "dbg!("].iter().any(|w| text.contains(w)) {
                bad("unfinished");
            }
            if !clock
                && ["Utc::now()", "SystemTime::now()", "Local::now()"]
                    .iter()
                    .any(|w| text.contains(w))
            {
                bad("time comes in as an argument");
            }
            if file.is_test() && file.path.starts_with("tests/") && text.contains("sleep(") {
                bad("tests do not sleep");
            }
        }
    }
    none("words that have no place here", &breaches);
}

/// PostgreSQL refuses a form that was prepared for all columns once a newer version has added one beside it.
#[test]
fn statements_name_their_columns() {
    let mut breaches = Vec::new();
    for file in files("src", ".rs") {
        for text in file.code().lines() {
            let all = ["SELECT *", "RETURNING *", ".* FROM", ".*, "];
            if all.iter().any(|all| text.contains(all)) {
                breaches.push(format!("{}: {}", file.path, text.trim()));
            }
        }
    }
    none("statements read whatever columns there are", &breaches);
}

#[test]
fn only_the_demo_and_the_tests_name_the_simulator() {
    let breaches: Vec<_> = files("src", ".rs")
        .into_iter()
        .filter(|f| f.path != "src/demo.rs" && f.code().contains("simulator::"))
        .map(|f| f.path)
        .collect();
    none("the simulator's crate is named", &breaches);
    let breaches: Vec<_> = files("simulator/src", ".rs")
        .into_iter()
        .filter(|f| f.text.to_lowercase().contains("sepet"))
        .map(|f| f.path)
        .collect();
    none("the simulator knows the shop", &breaches);
}

#[test]
fn every_table_has_a_migration() {
    let steps: String = files("migration/src", ".rs").iter().map(|f| f.text.as_str()).collect();
    let mut missing = Vec::new();
    let mut count = 0;
    for file in files("entity/src", ".rs") {
        for (_, rest) in file
            .text
            .match_indices("table_name = \"")
            .map(|(at, m)| (at, &file.text[at + m.len()..]))
        {
            let table = rest.split('"').next().unwrap();
            count += 1;
            if !steps.contains(&format!(".table(\"{table}\")")) {
                missing.push(format!("{}: {table}", file.path));
            }
        }
    }
    assert!(count > 20, "only {count} tables were found");
    none("tables that no migration makes", &missing);
}

#[test]
fn every_module_says_what_it_promises() {
    let silent: Vec<_> = rust()
        .into_iter()
        .filter(|f| !f.text.starts_with("//!") && !f.path.ends_with("/tests.rs"))
        .map(|f| f.path)
        .collect();
    none("files without `//!`", &silent);
}

#[test]
fn every_chat_is_played() {
    let mut found: Vec<_> = files("tests/it/chats", ".chat")
        .iter()
        .map(|f| Path::new(&f.path).file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    found.sort();
    let mut played: Vec<_> = crate::chats::PLAYED.iter().map(ToString::to_string).collect();
    played.sort();
    assert_eq!(played, found, "tests/it/chats/mod.rs lists the scripts that are there");
}

/// Commands, settings and files that the papers name are there.
#[test]
fn the_papers_tell_what_is_there() {
    let mut breaches = Vec::new();
    let papers: Vec<_> = files("", ".md")
        .into_iter()
        .filter(|f| !f.path.contains('/') || f.path.starts_with("docs/"))
        .collect();
    let commands = std::fs::read_to_string(root().join("src/main.rs")).unwrap().to_lowercase();
    let settings = std::fs::read_to_string(root().join("sepet.example.toml")).unwrap();
    for paper in &papers {
        let folder = root().join(&paper.path).parent().unwrap().to_owned();
        for (_, rest) in
            paper.text.match_indices("](").map(|(at, m)| (at, &paper.text[at + m.len()..]))
        {
            let link = rest.split([')', '#']).next().unwrap();
            if !link.is_empty() && !link.contains("://") && !folder.join(link).exists() {
                breaches.push(format!("{}: the link {link} leads nowhere", paper.path));
            }
        }
        for (_, rest) in
            paper.text.match_indices("sepet ").map(|(at, m)| (at, &paper.text[at + m.len()..]))
        {
            let word: String = rest.chars().take_while(char::is_ascii_lowercase).collect();
            let starts = rest.len() < paper.text.len();
            let code =
                paper.text[..paper.text.len() - rest.len() - "sepet ".len()].ends_with(['`', '\n']);
            if starts && code && !word.is_empty() && !commands.contains(&format!("    {word}")) {
                breaches.push(format!("{}: no command `sepet {word}`", paper.path));
            }
        }
        for (_, rest) in
            paper.text.match_indices("SEPET_").map(|(at, m)| (at, &paper.text[at + m.len()..]))
        {
            let name: String =
                rest.chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect();
            let known =
                name == "LOG" || settings.contains(&format!("# {} = ", name.to_lowercase()));
            if !known {
                breaches.push(format!("{}: no setting SEPET_{name}", paper.path));
            }
        }
    }
    none("the papers tell what is not there", &breaches);
}

#[test]
fn every_dependency_has_a_reason() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let reasons = std::fs::read_to_string(root().join("docs/dependencies.md")).unwrap();
    let section = manifest.split("\n[dependencies]").nth(1).unwrap();
    let section = section.split("\n[profile").next().unwrap();
    let without: Vec<_> = section
        .lines()
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty() && !name.starts_with('['))
        .filter(|name| !["entity", "migration", "simulator"].contains(name))
        .filter(|name| !reasons.contains(name))
        .map(str::to_owned)
        .collect();
    none("dependencies without a reason in docs/dependencies.md", &without);
}

/// What stands in the tree must mean something to whoever has only the tree.
#[test]
fn nothing_outside_of_the_tree_is_referred_to() {
    let mut breaches = Vec::new();
    for end in [
        ".rs", ".md", ".toml", ".sh", ".js", ".mjs", ".json", ".html", ".css", ".chat", ".ftl",
        "test", "run",
    ] {
        for file in files("", end) {
            if file.path == "tests/it/tidy.rs" {
                continue;
            }
            for word in ["../shared", "/work/", "/root/.cargo", "/tmp/arch", "index.crates.io"] {
                if file.text.contains(word) {
                    breaches.push(format!("{}: {word}", file.path));
                }
            }
        }
    }
    breaches.sort();
    breaches.dedup();
    none("places outside of the tree", &breaches);
}
