//! How fast a number may send: the generic cell rate algorithm (GCRA), in whole microseconds.

use std::collections::HashMap;

use crate::config::Pace;

/// Which pace a send would break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TooFast {
    /// The number's throughput: 130429.
    Number,
    /// One person's pair rate: 131056.
    Pair,
}

/// When each number and each pair is next in balance ("theoretical arrival time"), in microseconds.
#[derive(Default)]
pub(crate) struct Gate {
    numbers: HashMap<String, i64>,
    pairs: HashMap<(String, String), i64>,
}

impl Gate {
    /// Takes one send of `number` to `customer` at `now_ms`, or says which pace it would break; then nothing is taken.
    pub(crate) fn take(
        &mut self,
        pace: Pace,
        now_ms: i64,
        number: &str,
        customer: &str,
    ) -> Result<(), TooFast> {
        let now = now_ms.saturating_mul(1_000);
        let per_number = (pace.per_second > 0)
            .then(|| {
                step(
                    self.numbers.get(number),
                    now,
                    1_000_000 / i64::from(pace.per_second),
                    pace.per_second,
                )
            })
            .transpose()
            .map_err(|Full| TooFast::Number)?;
        let pair = (number.to_owned(), customer.to_owned());
        let per_pair = (pace.pair_seconds > 0)
            .then(|| {
                step(
                    self.pairs.get(&pair),
                    now,
                    i64::from(pace.pair_seconds) * 1_000_000,
                    pace.pair_burst,
                )
            })
            .transpose()
            .map_err(|Full| TooFast::Pair)?;
        if let Some(at) = per_number {
            self.numbers.insert(number.to_owned(), at);
        }
        if let Some(at) = per_pair {
            self.pairs.insert(pair, at);
        }
        Ok(())
    }
}

struct Full;

/// The new arrival time after one more cell, where `burst` cells (at least one) may come at once.
fn step(last: Option<&i64>, now: i64, interval: i64, burst: u32) -> Result<i64, Full> {
    let due = last.copied().unwrap_or(now).max(now);
    let tolerance = interval * i64::from(burst.max(1) - 1);
    if due - now > tolerance { Err(Full) } else { Ok(due + interval) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forty_five_at_once_then_one_in_six_seconds() {
        let mut gate = Gate::default();
        let pace = Pace::default();
        for n in 0..45 {
            assert_eq!(gate.take(pace, 0, "n", "c"), Ok(()), "message {n}");
        }
        assert_eq!(gate.take(pace, 0, "n", "c"), Err(TooFast::Pair));
        assert_eq!(gate.take(pace, 5_999, "n", "c"), Err(TooFast::Pair));
        assert_eq!(gate.take(pace, 6_000, "n", "c"), Ok(()));
        assert_eq!(gate.take(pace, 6_000, "n", "c"), Err(TooFast::Pair));
        assert_eq!(gate.take(pace, 6_000, "n", "other"), Ok(()));
    }

    #[test]
    fn eighty_a_second_per_number() {
        let mut gate = Gate::default();
        let pace = Pace::default();
        for n in 0..80 {
            assert_eq!(gate.take(pace, 0, "n", &format!("c{n}")), Ok(()));
        }
        assert_eq!(gate.take(pace, 0, "n", "c80"), Err(TooFast::Number));
        assert_eq!(gate.take(pace, 0, "m", "c80"), Ok(()));
        assert_eq!(gate.take(pace, 13, "n", "c80"), Ok(()));
    }

    #[test]
    fn zero_is_off() {
        let mut gate = Gate::default();
        let pace = Pace { pair_seconds: 0, pair_burst: 0, per_second: 0 };
        assert!((0..1_000).all(|_| gate.take(pace, 0, "n", "c").is_ok()));
    }
}
