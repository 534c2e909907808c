//! Plays chat scripts against a whole shop. `chats! { name, … }` makes a test of each file on each database.
//!
//! `UPDATE_CHATS=1 cargo test chats::` writes what the customer really saw into the files (on SQLite).

mod acts;
mod checks;
mod links;
mod messages;
pub(crate) mod script;
mod shelf;
mod staff;

use std::{
    collections::{HashMap, VecDeque},
    path::PathBuf,
};

use crate::harness::{Backend, Bubble, Options, Person, Shop, plans::Statements};

pub(crate) use messages::{Chat, messages};
use script::{Step, What};

/// Makes the tests of `tests/it/chats/NAME.chat`.
macro_rules! chats {
    ($($name:ident),* $(,)?) => {
        use $crate::harness::Backend;

        $(on_both! {
            async fn $name(on: Backend) {
                $crate::chat_runner::play(on, stringify!($name)).await;
            }
        })*

        /// The scripts that are played.
        pub(crate) const PLAYED: &[&str] = &[$(stringify!($name)),*];
    };
}

/// Plays one script and fails with the line at which it went otherwise.
pub(crate) async fn play(on: Backend, name: &str) {
    let file = file(name);
    let text = std::fs::read_to_string(&file).unwrap();
    let steps = match script::parse(&text) {
        Ok(steps) => steps,
        Err(why) => panic!("{}:{why}", file.display()),
    };
    let update = std::env::var_os("UPDATE_CHATS").is_some();
    if update && on == Backend::Postgres {
        return;
    }
    let statements = Statements::default();
    let watch = (on == Backend::Sqlite).then(|| statements.watch());
    let shop = Shop::open_with(on, Options { watch, ..Options::default() }).await;
    let mut play = Play::new(&shop, update);
    for (at, step) in steps.iter().enumerate() {
        let joined =
            matches!(steps.get(at + 1).map(|s| &s.what), Some(What::Act { together: true, .. }));
        if let Err(why) = play.step(step, joined).await {
            panic!("{}:{}: {why}", shown(name), step.line);
        }
    }
    if let Err(why) = play.nothing_unread() {
        panic!("{}: at the end, {why}", shown(name));
    }
    let written = play.written.join("\n") + "\n";
    if update && written != text {
        std::fs::write(&file, written).unwrap();
        eprintln!("{} was rewritten", shown(name));
    }
    if on == Backend::Sqlite {
        let long = statements.reading_the_past(&shop.db()).await;
        assert!(long.is_empty(), "{}: the past is read:\n{}", shown(name), long.join("\n"));
    }
    shop.close().await;
}

pub(crate) fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "it", "chats"].iter().collect()
}

fn file(name: &str) -> PathBuf {
    folder().join(format!("{name}.chat"))
}

fn shown(name: &str) -> String {
    format!("tests/it/chats/{name}.chat")
}

/// A script being played.
pub(crate) struct Play<'a> {
    shop: &'a Shop,
    people: HashMap<String, Screen<'a>>,
    /// Messages of links by the names that the script gives them.
    links: HashMap<String, String>,
    now: Option<String>,
    update: bool,
    /// Whether nothing came after the last act.
    quiet: bool,
    /// The file as it should read.
    written: Vec<String>,
}

/// What one person has in front of them.
pub(crate) struct Screen<'a> {
    pub(crate) person: Person<'a>,
    /// Sent by the shop and not quoted by the script yet.
    unread: VecDeque<Bubble>,
}

impl<'a> Play<'a> {
    pub(crate) fn new(shop: &'a Shop, update: bool) -> Self {
        Self {
            shop,
            people: HashMap::new(),
            links: HashMap::new(),
            now: None,
            update,
            quiet: true,
            written: Vec::new(),
        }
    }

    /// Takes one step; `joined`: the next act comes before anything is answered.
    async fn step(&mut self, step: &Step, joined: bool) -> Result<(), String> {
        let says = matches!(step.what, What::Says(_));
        if !(self.update && says) {
            self.written.extend(step.source.iter().cloned());
        }
        match &step.what {
            What::Nothing => return Ok(()),
            What::Says(block) if self.update => {
                if block == "nothing" && self.quiet {
                    self.written.extend(step.source.iter().cloned());
                }
                return Ok(());
            }
            What::Says(block) => return self.says(block),
            What::Check(checks) => {
                for check in checks {
                    self.check(check).await?;
                }
                return Ok(());
            }
            What::Person { name, traits } => self.person(name, traits).await?,
            What::Act { word, rest, together } => {
                if !together {
                    self.nothing_unread()?;
                }
                self.act(word, rest).await?;
                if joined {
                    return Ok(());
                }
                self.shop.settle().await;
            }
            What::Event { word, rest } => {
                self.nothing_unread()?;
                self.event(word, rest).await?;
                self.shop.settle().await;
            }
        }
        self.look().await;
        Ok(())
    }

    /// Everybody looks at their phone.
    async fn look(&mut self) {
        for screen in self.people.values_mut() {
            screen.unread.extend(screen.person.news().await);
        }
        if self.update
            && let Some(screen) = self.now.as_ref().and_then(|name| self.people.get_mut(name))
        {
            self.quiet = screen.unread.is_empty();
            for bubble in screen.unread.drain(..) {
                self.written.extend(quoted(&bubble).lines().map(str::to_owned));
            }
        }
    }

    fn says(&mut self, block: &str) -> Result<(), String> {
        let screen = self.screen()?;
        if block == "nothing" {
            return match screen.unread.front() {
                None => Ok(()),
                Some(bubble) => Err(format!("nothing was expected, but came\n{}", quoted(bubble))),
            };
        }
        let Some(bubble) = screen.unread.pop_front() else {
            return Err(format!("expected\n< {block}\nbut nothing (more) came"));
        };
        if bubble.script() == block {
            return Ok(());
        }
        let rest: String = screen.unread.iter().map(|b| format!("\n{}", quoted(b))).collect();
        Err(format!("expected\n< {block}\nbut the customer reads\n{}{rest}", quoted(&bubble)))
    }

    fn nothing_unread(&self) -> Result<(), String> {
        for (name, screen) in &self.people {
            let all: String = screen.unread.iter().map(|b| format!("\n{}", quoted(b))).collect();
            if !self.update && !all.is_empty() {
                return Err(format!("`{name}` was also sent{all}"));
            }
        }
        Ok(())
    }

    /// The person whom it is about now.
    pub(crate) fn screen(&mut self) -> Result<&mut Screen<'a>, String> {
        let name = self.now.as_ref().ok_or("no person yet: begin with `@ NAME`")?;
        self.people.get_mut(name).ok_or_else(|| format!("nobody is called `{name}`"))
    }
}

/// As the script would have to quote it.
fn quoted(bubble: &Bubble) -> String {
    format!("< {}", bubble.script())
}
