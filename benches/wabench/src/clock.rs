//! The one place that looks at the machine's clock, and the moments at which messages are due.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Nanoseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "a tool of its own: nobody gives it a clock")]
pub fn now_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |d| u64::try_from(d.as_nanos()).unwrap_or(u64::MAX))
}

/// Seconds since 1970.
pub fn now_s() -> u64 {
    now_ns() / 1_000_000_000
}

/// Hands out tickets when they fall due, from a thread of its own so that the moments are exact. Ends when nobody
/// takes them any more.
pub fn tickets(rate: f64, even: bool, tickets: async_channel::Sender<Instant>) {
    std::thread::spawn(move || {
        let mut due = Instant::now();
        let mut x = 0x1234_5678_9ABC_DEF1u64;
        loop {
            let gap = if even {
                1.0 / rate
            } else {
                x ^= x << 13;
                x ^= x >> 7;
                x ^= x << 17;
                let u = ((x >> 11) as f64 + 1.0) / ((1u64 << 53) as f64 + 1.0);
                -u.ln() / rate
            };
            due += Duration::from_secs_f64(gap);
            let now = Instant::now();
            if due > now {
                std::thread::sleep(due - now);
            }
            if tickets.try_send(due).is_err() {
                return;
            }
        }
    });
}
