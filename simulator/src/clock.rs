//! The only file that asks the machine what time it is.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Time as the simulator sees it, milliseconds since the Unix epoch, UTC. Whoever builds the simulator gives it one.
pub trait Clock: Send + Sync + 'static {
    /// The present moment, in milliseconds since the Unix epoch, UTC.
    fn now_ms(&self) -> i64;
    /// Moves time forward by so many milliseconds; only the control page calls it.
    fn advance_ms(&self, by: i64);
}

/// Real time plus what the control page added to it: for a demo.
#[derive(Debug, Default)]
pub struct OffsetClock {
    offset_ms: AtomicI64,
}

impl OffsetClock {
    /// Starts at real time.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Clock for OffsetClock {
    #[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
    fn now_ms(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let real = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        real.saturating_add(self.offset_ms.load(Ordering::SeqCst))
    }

    fn advance_ms(&self, by: i64) {
        self.offset_ms.fetch_add(by, Ordering::SeqCst);
    }
}

/// Stands still until advanced: for tests.
#[derive(Debug)]
pub struct ManualClock {
    now_ms: AtomicI64,
}

impl ManualClock {
    /// A clock showing `ms`, milliseconds since the Unix epoch.
    #[must_use]
    pub fn at(ms: i64) -> Self {
        Self { now_ms: AtomicI64::new(ms) }
    }

    /// Shows `ms` from now on.
    pub fn set_ms(&self, ms: i64) {
        self.now_ms.store(ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> i64 {
        self.now_ms.load(Ordering::SeqCst)
    }

    fn advance_ms(&self, by: i64) {
        self.now_ms.fetch_add(by, Ordering::SeqCst);
    }
}
