//! Random walks through the whole house: people who tap old and new buttons, write every word and any nonsense, send
//! carts of every kind; owners and staff who meddle; days that pass, restarts, a WhatsApp that fails. After each round
//! nobody stands before a closed door, and what must hold holds.
//!
//! `walk` lets things happen, `acts` chooses what, `judge` says what must be so, `shrink` makes a short story of a walk
//! that failed. The acts are lines of chat scripts: what failed can be pasted into one.
//!
//! `./test` walks the same way every time; `./test --long` walks further and another way each time. `MODEL_SEED=…`
//! walks a way again, `MODEL_STEPS=…` so far.

mod acts;
mod garbage;
mod judge;
mod shrink;
mod walk;

use crate::{harness::Backend, reliability::proven};

use self::walk::Plan;

/// Every walk together: steps in `./test`. `TEST_LONG` goes ten times as far.
const STEPS: usize = 10_000;
/// Of which so many are walked on PostgreSQL too.
const SHARE: usize = 1_500;
/// Walks side by side, each with a shop of its own.
const WALKS: u64 = 4;

/// Whether the long tests were asked for.
pub(crate) fn is_long() -> bool {
    std::env::var_os("TEST_LONG").is_some()
}

/// The given seed; else always the same, or another each time when there is time to be surprised.
fn seed(walk: u64) -> u64 {
    let given = std::env::var("MODEL_SEED").ok().map(|seed| seed.trim().parse::<u64>().unwrap());
    given.unwrap_or_else(|| {
        if !is_long() {
            return walk;
        }
        u64::from_le_bytes(sepet::platform::secret::random_bytes::<8>().unwrap()) >> 1
    })
}

async fn go(on: Backend, walk: u64, name: &str, steps: usize) {
    let given = std::env::var("MODEL_STEPS").ok().map(|n| n.trim().parse::<usize>().unwrap());
    let steps = given.unwrap_or(if is_long() { steps * 10 } else { steps });
    let figures = walk::go(&Plan { on, seed: seed(walk), people: 25, steps }).await;
    proven(&format!("{name}-{}", on.name()), &figures);
}

macro_rules! walks {
    ($($name:ident: $on:expr, $walk:expr, $steps:expr;)*) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            if $on == Backend::Sqlite || crate::harness::postgres_url().is_some() {
                go($on, $walk, stringify!($name), $steps).await;
            }
        })*
    };
}

walks! {
    first_walk: Backend::Sqlite, 1, STEPS / WALKS as usize;
    second_walk: Backend::Sqlite, 2, STEPS / WALKS as usize;
    third_walk: Backend::Sqlite, 3, STEPS / WALKS as usize;
    fourth_walk: Backend::Sqlite, 4, STEPS / WALKS as usize;
    walk_on_postgres: Backend::Postgres, 5, SHARE;
}
