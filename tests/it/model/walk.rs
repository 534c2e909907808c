//! Lets things happen, a round at a time: everybody acts, then everything is answered, then it is judged.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write as _,
};

use entity::{conversation, customer, inbox, order, outbox};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use sepet::text::Lang;

use super::{
    acts::{self, Sight},
    judge::{self, Wrong},
    shrink,
};
use crate::{
    chat_runner::{Chat, Play, messages},
    harness::{Backend, Bubble, Options, Shop, invariants},
};

/// WhatsApp's code for a number that is not there (any more).
const UNDELIVERABLE: i64 = 131_026;
/// Rounds between two looks at all books.
const CHECK_EVERY: usize = 20;

/// How a walk is to be.
pub(super) struct Plan {
    pub(super) on: Backend,
    pub(super) seed: u64,
    pub(super) people: usize,
    pub(super) steps: usize,
}

/// Something that is done: by somebody, in somebody's chat, or to everybody.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) who: Option<usize>,
    pub(super) text: String,
}

/// What happens before everything is answered.
pub(super) type Round = Vec<Line>;

/// One of the people.
pub(super) struct Walker {
    pub(super) name: String,
    traits: Vec<String>,
    id: String,
    seen: i64,
    pub(super) ours: Vec<Bubble>,
    own: Vec<Bubble>,
    /// Left a number behind: what was on its way to it at that moment does not arrive.
    moved: bool,
    /// Of the bubbles, those that came in this round.
    pub(super) new: usize,
    pub(super) before: At,
    pub(super) now: At,
}

/// Where the books see a chat.
#[derive(Clone, Debug)]
pub(super) struct At {
    pub(super) step: String,
    pub(super) with_person: bool,
    pub(super) open: bool,
    /// Something waits to be sent.
    pub(super) waiting: bool,
    /// What was refused for good.
    pub(super) failed: Option<String>,
    pub(super) lang: Lang,
}

impl Default for At {
    fn default() -> Self {
        Self {
            step: "start".to_owned(),
            with_person: false,
            open: false,
            waiting: false,
            failed: None,
            lang: Lang::Tr,
        }
    }
}

/// A walk under way.
pub(super) struct Walk<'a> {
    shop: &'a Shop,
    play: Play<'a>,
    pub(super) people: Vec<Walker>,
    /// What happened and what was answered, as the chat scripts write it.
    log: Vec<Line>,
    pub(super) rounds: Vec<Round>,
    tapped: BTreeMap<String, usize>,
    offered: BTreeSet<String>,
    /// Events that were refused.
    refused: usize,
}

pub(super) fn options() -> Options {
    Options { paced: false, ..Options::default() }
}

/// Walks, and gives the figures of it; a walk that goes wrong is told as short as it can be.
pub(super) async fn go(plan: &Plan) -> String {
    let shop = Shop::open_with(plan.on, options()).await;
    let mut rng = StdRng::seed_from_u64(plan.seed);
    let words: Vec<&'static str> = sepet::text::words().collect();
    let mut walk = Walk::new(&shop, plan.people).await;
    let (mut steps, mut orders) = (0, 0);
    while steps < plan.steps {
        let round = walk.chosen(&mut rng, &words, orders);
        steps += round.len();
        if let Err(wrong) = walk.round(round).await {
            let story = shrink::story(plan.on, &walk, &wrong).await;
            panic!("MODEL_SEED={} went wrong: {wrong}\n\n{story}", plan.seed);
        }
        orders = usize::try_from(order::Entity::find().count(shop.db().reader()).await.unwrap())
            .unwrap();
        if walk.rounds.len().is_multiple_of(CHECK_EVERY) {
            walk.check_books(plan.seed).await;
        }
    }
    walk.check_books(plan.seed).await;
    let figures = walk.figures(plan, steps, orders);
    assert!(orders * 150 > steps, "people hardly buy: {orders} orders in {steps} steps");
    drop(walk);
    shop.close().await;
    figures
}

impl<'a> Walk<'a> {
    pub(super) async fn new(shop: &'a Shop, people: usize) -> Self {
        let mut walk = Self {
            shop,
            play: Play::new(shop, false),
            people: Vec::new(),
            log: Vec::new(),
            rounds: Vec::new(),
            tapped: BTreeMap::new(),
            offered: BTreeSet::new(),
            refused: 0,
        };
        for n in 1..=people {
            let traits = match n % 7 {
                3 => vec!["phone-less".to_owned()],
                5 => vec!["phone-only".to_owned()],
                _ => Vec::new(),
            };
            walk.meet(&format!("Kişi{n}"), traits).await;
        }
        walk
    }

    async fn meet(&mut self, name: &str, traits: Vec<String>) {
        self.play.person(name, &traits).await.unwrap();
        let id = self.play.screen().unwrap().person.id.clone();
        self.people.push(Walker {
            name: name.to_owned(),
            traits,
            id,
            seen: 0,
            ours: Vec::new(),
            own: Vec::new(),
            moved: false,
            new: 0,
            before: At::default(),
            now: At::default(),
        });
    }

    /// The same person alone, in a shop of their own.
    pub(super) async fn alone(shop: &'a Shop, of: &Walker) -> Self {
        let mut walk = Self::new(shop, 0).await;
        walk.meet(&of.name, of.traits.clone()).await;
        walk
    }

    /// What happens in the next round.
    fn chosen(&self, rng: &mut StdRng, words: &[&'static str], orders: usize) -> Round {
        let mut round = Round::new();
        let mut all =
            |text: Option<String>| round.extend(text.map(|text| Line { who: None, text }));
        all(rng.random_bool(0.6).then(|| acts::of_time(rng)));
        all(acts::of_the_owner(rng, orders));
        all(rng.random_bool(0.06).then(|| "~ restart".to_owned()));
        all(rng.random_bool(0.08).then(|| acts::of_trouble(rng)));
        for (who, walker) in self.people.iter().enumerate() {
            let sight = Sight {
                ours: &walker.ours,
                step: &walker.now.step,
                with_person: walker.now.with_person,
                words,
            };
            let mut one = |text| round.push(Line { who: Some(who), text });
            if !walker.ours.is_empty() {
                acts::of_the_staff(rng, &sight).into_iter().for_each(&mut one);
                if walker.traits.is_empty() && rng.random_bool(0.004) {
                    one(acts::of_identity(rng));
                }
                if rng.random_bool(0.03) {
                    one("~ read".to_owned());
                }
            }
            if rng.random_bool(0.97) {
                acts::of_a_person(rng, &sight).into_iter().for_each(one);
            }
        }
        round
    }

    /// Lets a round happen and judges it.
    pub(super) async fn round(&mut self, round: Round) -> Result<(), Wrong> {
        self.rounds.push(round.clone());
        for walker in &mut self.people {
            walker.before = walker.now.clone();
            walker.new = 0;
        }
        let (acts, mut done): (Vec<&Line>, Vec<&Line>) =
            round.iter().partition(|line| line.text.starts_with('>'));
        for line in &done {
            self.log.push((*line).clone());
            self.event(line).await;
        }
        for line in acts {
            if self.act(line).await {
                done.push(line);
            }
        }
        self.shop.settle().await;
        self.look().await;
        if round.iter().any(|line| line.text.starts_with("~ fault ")) {
            // Everything that may be tried again is.
            for text in ["~ faults over", "~ time +5m"] {
                let line = Line { who: None, text: text.to_owned() };
                self.event(&line).await;
                self.log.push(line);
            }
            self.look().await;
        }
        self.read_books().await;
        self.dead_letters().await?;
        for (who, walker) in self.people.iter().enumerate() {
            let lines: Vec<&str> =
                done.iter().filter(|l| l.who == Some(who)).map(|l| l.text.as_str()).collect();
            judge::judge(walker, &lines).map_err(|wrong| Wrong { who: Some(who), ..wrong })?;
        }
        Ok(())
    }

    async fn event(&mut self, line: &Line) {
        if let Some(who) = line.who {
            let name = self.people[who].name.clone();
            self.play.person(&name, &[]).await.unwrap();
        }
        let (word, rest) = split(&line.text);
        if let Some(who) = line.who
            && rest.contains("new number")
        {
            self.people[who].moved = true;
        }
        // What owner and staff cannot do now (answer in a chat that is the bot's, ship what is cancelled, sell below the
        // sale) is refused, and they go on.
        if self.play.event(word, rest).await.is_err() {
            self.refused += 1;
        }
    }

    /// Whether it could be done at all: what is not there any more, in a story that became shorter, is not tapped; what
    /// the phone does not let people do (edit what is too old, order what left the catalog), they cannot.
    async fn act(&mut self, line: &Line) -> bool {
        let Some(who) = line.who else { return false };
        let walker = &self.people[who];
        let (word, rest) = split(&line.text);
        let chat = Chat { bubbles: &walker.ours, own: &walker.own };
        let Ok(messages) = messages(word, rest, &chat) else { return false };
        let control = self.shop.control();
        let url = format!("{}/sim/customers/{}/messages", control.url, walker.id);
        for message in messages {
            let answer = control.http.post(&url).json(&message).send().await.unwrap();
            if !answer.status().is_success() {
                assert!(answer.status().is_client_error(), "{line:?}: {}", answer.status());
                return false;
            }
            if let Some(id) = message["choice_id"].as_str() {
                *self.tapped.entry(kind(id)).or_default() += 1;
            }
        }
        self.log.push(line.clone());
        true
    }

    /// Everybody looks at their phone.
    async fn look(&mut self) {
        for (who, walker) in self.people.iter_mut().enumerate() {
            let path = format!("/sim/customers/{}/chat?after={}", walker.id, walker.seen);
            let chat = self.shop.sim("GET", &path, None).await;
            for json in chat["bubbles"].as_array().into_iter().flatten() {
                let bubble = Bubble::read(json);
                walker.seen = walker.seen.max(bubble.seq);
                if json["from"] == "customer" {
                    walker.own.push(bubble);
                    continue;
                }
                let text = format!("< {}", bubble.script());
                self.log.push(Line { who: Some(who), text });
                self.offered.extend(bubble.choices().iter().map(|c| kind(&c.id)));
                walker.new += 1;
                walker.ours.push(bubble);
            }
        }
    }

    /// Where every chat is now.
    async fn read_books(&mut self) {
        let (db, now) = (self.shop.db(), self.shop.now());
        let people: HashMap<_, _> = customer::Entity::find()
            .all(db.reader())
            .await
            .unwrap()
            .into_iter()
            .map(|c| (c.id, c))
            .collect();
        // Who got another number may be somebody else for a while: the latest chat counts.
        let mut chats = conversation::Entity::find().all(db.reader()).await.unwrap();
        chats.sort_by_key(|chat| chat.last_inbound_at);
        use outbox::State;
        let open = [State::Due, State::Leased, State::Unknown, State::Failed];
        let rows = outbox::Entity::find().filter(outbox::Column::State.is_in(open));
        let rows = rows.all(db.reader()).await.unwrap();
        for chat in chats {
            let Some(customer) = people.get(&chat.customer_id) else { continue };
            let Some(walker) = self.people.iter_mut().find(|w| w.name == customer.name) else {
                continue;
            };
            let own = || rows.iter().filter(|row| row.conversation_id == chat.id);
            let at_old_number =
                |row: &outbox::Model| walker.moved && row.error_code == Some(UNDELIVERABLE);
            let failed = own().find(|row| row.state == State::Failed && !at_old_number(row));
            walker.now = At {
                step: chat.step["at"].as_str().unwrap_or("start").to_owned(),
                with_person: chat.owner == conversation::Owner::Person,
                open: chat.window_ends_at.is_some_and(|end| end > now),
                waiting: own().any(|row| row.state != State::Failed),
                failed: failed.map(|row| format!("{:?}: {}", row.reason, row.message)),
                lang: customer.language.as_ref().and_then(|l| l.parse().ok()).unwrap_or(Lang::Tr),
            };
        }
    }

    /// No input was given up.
    async fn dead_letters(&self) -> Result<(), Wrong> {
        let dead = inbox::Entity::find().filter(inbox::Column::State.eq(inbox::State::Dead));
        let Some(row) = dead.one(self.shop.db().reader()).await.unwrap() else { return Ok(()) };
        let payload = String::from_utf8_lossy(&row.payload).into_owned();
        let said = |w: &Walker| w.own.iter().any(|b| payload.contains(&b.id));
        let what = format!("{}\n{payload}", row.reason.unwrap_or_default());
        Err(Wrong { rule: "dead letter", who: self.people.iter().position(said), what })
    }

    /// What must always hold, holds.
    async fn check_books(&self, seed: u64) {
        let journal = self.shop.journal().await;
        let broken = invariants::broken(&self.shop.db(), self.shop.now(), &journal).await;
        let told = invariants::told(&broken);
        assert!(
            broken.is_empty(),
            "MODEL_SEED={seed} breaks invariants in {} rounds:\n{told}",
            self.rounds.len()
        );
    }

    /// What one of them lived through, as a chat script; the end of it when it is long.
    pub(super) fn script(&self, who: Option<usize>, most: usize) -> String {
        let lines: Vec<_> = self.log.iter().filter(|l| l.who.is_none() || l.who == who).collect();
        let from = lines.len().saturating_sub(most);
        let mut script = String::new();
        if let Some(walker) = who.map(|who| &self.people[who]) {
            let _ = writeln!(script, "@ {} {}", walker.name, walker.traits.join(" "));
        }
        for line in &lines[from..] {
            let _ = writeln!(script, "{}", line.text);
        }
        script
    }

    fn figures(&self, plan: &Plan, steps: usize, orders: usize) -> String {
        let count = |start: &str| self.log.iter().filter(|l| l.text.starts_with(start)).count();
        let never: Vec<_> =
            self.offered.iter().filter(|k| !self.tapped.contains_key(*k)).cloned().collect();
        format!(
            "{} steps of {} people (MODEL_SEED={}): {} messages of ours, {orders} orders, {} taps of {} kinds, \
             {} jumps in time, {} restarts, {} faults of WhatsApp, {} events refused; offered and never tapped: {}",
            steps,
            plan.people,
            plan.seed,
            count("< "),
            self.tapped.values().sum::<usize>(),
            self.tapped.len(),
            count("~ time"),
            count("~ restart"),
            count("~ fault "),
            self.refused,
            if never.is_empty() { "nothing".to_owned() } else { never.join(", ") },
        )
    }
}

/// `> WORD REST` in its parts.
fn split(line: &str) -> (&str, &str) {
    let line = line.trim_start_matches(['>', '~', '+']).trim_start();
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    (word, rest.trim_start())
}

/// What a tap is for, without its numbers: `cart:qty`.
fn kind(id: &str) -> String {
    let words =
        id.split(':').filter(|part| part.chars().all(|c| c.is_ascii_alphabetic() || c == '_'));
    words.collect::<Vec<_>>().join(":")
}
