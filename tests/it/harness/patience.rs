//! Waiting for what happens in other processes and at other times.

use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior};

/// Looks again and again, and is spent after so many looks in which nothing moved. It counts looks and no time: on a busy
/// machine everything takes longer, and so does a look.
pub(crate) struct Patience {
    look: Interval,
    left: u128,
    looks: u128,
}

impl Patience {
    /// A look after each `between`, for so long on a machine that has nothing else to do.
    pub(crate) fn new(between: Duration, calm: Duration) -> Self {
        let mut look = tokio::time::interval(between);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let looks = calm.as_millis() / between.as_millis();
        Self { look, left: looks, looks }
    }

    /// Waits for the next look; `false` when there were enough.
    pub(crate) async fn look(&mut self) -> bool {
        self.look.tick().await;
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }

    /// Something moved: all of it once more.
    pub(crate) fn moved(&mut self) {
        self.left = self.looks;
    }
}
