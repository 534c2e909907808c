//! How fast a number may send, and how fast to one person: the generic cell rate algorithm (GCRA). Pure.
//!
//! What is kept is one instant, *when the bucket is full again*. It lives in a column, so pace survives a restart and
//! adds up across processes. The unit of time is the caller's.

/// A pace: one send in `interval`, of which `burst` may leave at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pace {
    interval: i64,
    burst: i64,
    /// How far clocks may differ: a debt beyond that nobody can have made, the clock was set back.
    apart: i64,
}

/// Seconds by which clocks may differ.
const APART: i64 = 60;

impl Pace {
    /// Messages a second of one number, in microseconds; a second's worth may leave at once. `None`: no limit.
    pub(super) fn of_number(per_second: i32) -> Option<Self> {
        let rate = i64::from(per_second);
        let interval = 1_000_000 / rate.clamp(1, 1_000_000);
        (rate > 0).then_some(Self { interval, burst: rate, apart: APART * 1_000_000 })
    }

    /// One message to one person in `seconds`, `burst` of them at once, in milliseconds. `None`: no limit.
    pub(super) fn of_pair(seconds: i32, burst: i32) -> Option<Self> {
        let interval = i64::from(seconds) * 1_000;
        (interval > 0).then(|| Self {
            interval,
            burst: i64::from(burst.max(1)),
            apart: APART * 1_000,
        })
    }

    /// How many may leave at `now`.
    pub(super) fn free(self, full_at: i64, now: i64) -> i64 {
        let owed = (self.owed_until(full_at, now) - now).max(0);
        (self.burst * self.interval - owed).max(0) / self.interval
    }

    /// The instant to keep after `count` left at `now`.
    pub(super) fn take(self, full_at: i64, now: i64, count: i64) -> i64 {
        self.owed_until(full_at, now).max(now) + count * self.interval
    }

    /// When the next one may leave: `now` or later.
    pub(super) fn next(self, full_at: i64, now: i64) -> i64 {
        (self.owed_until(full_at, now) - (self.burst - 1) * self.interval).max(now)
    }

    /// What is kept; when a clock that was set back made too much of it, as much as lets one leave now.
    fn owed_until(self, full_at: i64, now: i64) -> i64 {
        let most = now + self.burst * self.interval;
        if full_at > most + self.apart { most - self.interval } else { full_at }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn forty_five_to_one_person_at_once_then_one_in_six_seconds() {
        let pace = Pace::of_pair(6, 45).unwrap();
        assert_eq!(pace.free(0, 1_000), 45);
        let full_at = pace.take(0, 1_000, 45);
        assert_eq!(pace.free(full_at, 1_000), 0);
        assert_eq!(pace.next(full_at, 1_000), 7_000);
        assert_eq!(pace.free(full_at, 6_999), 0);
        assert_eq!(pace.free(full_at, 7_000), 1);
        // After two minutes of silence twenty may leave.
        assert_eq!(pace.free(full_at, 121_000), 20);
    }

    #[test]
    fn eighty_a_second_of_one_number() {
        let pace = Pace::of_number(80).unwrap();
        let full_at = pace.take(0, 5_000_000, 80);
        assert_eq!(pace.free(full_at, 5_000_000), 0);
        assert_eq!(pace.next(full_at, 5_000_000), 5_012_500);
        assert_eq!(pace.free(full_at, 6_000_000), 80);
    }

    #[test]
    fn zero_is_no_limit_and_no_burst_is_one() {
        assert_eq!(Pace::of_number(0), None);
        assert_eq!(Pace::of_pair(0, 45), None);
        let pace = Pace::of_pair(6, 0).unwrap();
        assert_eq!(pace.free(0, 0), 1);
    }

    #[test]
    fn a_clock_that_was_set_back_stops_nobody_and_one_that_differs_is_waited_for() {
        let pace = Pace::of_pair(6, 45).unwrap();
        let now = 1_000_000_000;
        let full_at = pace.take(0, now + 86_400_000, 45);
        assert_eq!((pace.free(full_at, now), pace.next(full_at, now)), (1, now));
        let full_at = pace.take(full_at, now, 1);
        assert_eq!((pace.free(full_at, now), pace.next(full_at, now)), (0, now + 6_000));
        // Another process is five seconds ahead.
        let full_at = pace.take(0, now + 5_000, 45);
        assert_eq!(pace.next(full_at, now), now + 11_000);
    }

    proptest! {
        #[test]
        fn never_more_than_the_burst_and_the_rate(gaps in prop::collection::vec(0_i64..20_000, 1..200)) {
            let pace = Pace::of_pair(6, 45).unwrap();
            let (mut now, mut full_at, mut sent) = (0, 0, 0);
            for gap in &gaps {
                now += gap;
                let free = pace.free(full_at, now);
                prop_assert_eq!(free > 0, pace.next(full_at, now) == now);
                full_at = pace.take(full_at, now, free);
                sent += free;
                prop_assert!(sent <= 45 + now / 6_000);
            }
        }
    }
}
