//! What the service promises when things go wrong, and how each promise is proven. `./test` runs the short form of
//! everything, `./test --long` the whole; `docs/reliability.md` is made from the claims and from what the runs found.

mod between;
mod claims;
mod clocks;
mod consent;
mod cut;
mod fuzz;
mod kills;
mod outage;
mod points;
mod processes;
mod rolling;
mod statuses;
mod storm;
mod trouble;

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

pub(crate) use self::claims::proven;

/// Whether this is the long form.
pub(crate) fn long() -> bool {
    std::env::var_os("TEST_LONG").is_some()
}

/// The first in the short form, the second in the long one.
pub(crate) fn of<T>(short: T, in_full: T) -> T {
    if long() { in_full } else { short }
}

/// Chance, from `TEST_SEED`; in the long form another one each time, which is told.
pub(crate) fn chance() -> (u64, StdRng) {
    let given = std::env::var("TEST_SEED").ok().and_then(|text| text.parse().ok());
    let seed = given.unwrap_or_else(|| of(1, rand::rng().random_range(0..1_000_000)));
    eprintln!("TEST_SEED={seed} makes the same choices again");
    (seed, StdRng::seed_from_u64(seed))
}
