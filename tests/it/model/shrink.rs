//! Makes a walk that went wrong a short story of one person, as a chat script.

use std::time::{Duration, Instant};

use super::{
    judge::Wrong,
    walk::{self, Line, Round, Walk, Walker},
};
use crate::harness::{Backend, Shop};

/// How long a story may be looked for.
const PATIENCE: Duration = Duration::from_secs(60);

/// The shortest story that was found in which the same goes wrong; without one, the end of what happened.
pub(super) async fn story(on: Backend, walk: &Walk<'_>, wrong: &Wrong) -> String {
    let Some(who) = wrong.who else { return walk.script(None, 60) };
    let walker = &walk.people[who];
    let own: Vec<Round> = walk
        .rounds
        .iter()
        .map(|round| {
            let lines = round.iter().filter(|l| l.who.is_none_or(|w| w == who)).cloned();
            lines.map(|l| Line { who: l.who.map(|_| 0), ..l }).collect()
        })
        .collect();
    let began = Instant::now();
    let Some(mut best) = replay(on, walker, &own, wrong).await else {
        return format!("(not so when alone)\n{}", walk.script(Some(who), 40));
    };
    let mut rounds = own;
    let mut size = rounds.len() / 2;
    while size > 0 && began.elapsed() < PATIENCE {
        let mut at = 0;
        while at < rounds.len() && began.elapsed() < PATIENCE {
            let mut fewer = rounds.clone();
            fewer.drain(at..(at + size).min(rounds.len()));
            match replay(on, walker, &fewer, wrong).await {
                Some(script) => (rounds, best) = (fewer, script),
                None => at += size,
            }
        }
        size /= 2;
    }
    // Of what is left, line by line.
    for at in (0..rounds.len()).rev() {
        for line in (0..rounds[at].len()).rev() {
            if began.elapsed() > PATIENCE {
                return best;
            }
            let mut fewer = rounds.clone();
            fewer[at].remove(line);
            if let Some(script) = replay(on, walker, &fewer, wrong).await {
                (rounds, best) = (fewer, script);
            }
        }
    }
    best
}

/// The script of these rounds when the same goes wrong in them.
async fn replay(on: Backend, of: &Walker, rounds: &[Round], wrong: &Wrong) -> Option<String> {
    let shop = Shop::open_with(on, walk::options()).await;
    let mut walk = Walk::alone(&shop, of).await;
    let mut script = None;
    for round in rounds.iter().filter(|round| !round.is_empty()) {
        if let Err(again) = walk.round(round.clone()).await {
            script = (again.rule == wrong.rule).then(|| walk.script(Some(0), usize::MAX));
            break;
        }
    }
    drop(walk);
    shop.abandon().await;
    script
}
