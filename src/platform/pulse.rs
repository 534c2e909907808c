//! Whether this process gets on: told by what the turns of its workers came to, and its last write.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// A worker whose turns fail for so long is in trouble.
const TROUBLE: Duration = Duration::from_secs(30);

/// How the work of this process goes.
#[derive(Debug, Default)]
pub struct Pulse {
    /// Since when which worker fails.
    failing: Mutex<HashMap<&'static str, Instant>>,
    /// When the database last took or refused what came in or was answered, and which of the two.
    wrote: Mutex<Option<(Instant, bool)>>,
}

impl Pulse {
    /// A turn of `worker` ended, well or with a failure.
    pub fn beat(&self, worker: &'static str, well: bool) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        if well {
            failing.remove(worker);
        } else {
            failing.entry(worker).or_insert_with(Instant::now);
        }
    }

    /// Workers whose turns have failed for half a minute.
    #[must_use]
    pub fn in_trouble(&self) -> Vec<&'static str> {
        let failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut names: Vec<_> = failing
            .iter()
            .filter(|(_, since)| since.elapsed() >= TROUBLE)
            .map(|(name, _)| *name)
            .collect();
        names.sort_unstable();
        names
    }

    /// A webhook or a chat was committed, or the database refused it for a reason of its own.
    pub fn wrote(&self, well: bool) {
        *self.wrote.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), well));
    }

    /// When that was last, and whether it was committed.
    #[must_use]
    pub fn last_write(&self) -> Option<(Instant, bool)> {
        *self.wrote.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_is_no_trouble_and_half_a_minute_of_them_is() {
        let pulse = Pulse::default();
        pulse.beat("chats", false);
        assert!(pulse.in_trouble().is_empty());
        let before = Instant::now().checked_sub(TROUBLE).unwrap();
        pulse.failing.lock().unwrap().insert("chats", before);
        pulse.beat("chats", false);
        assert_eq!(pulse.in_trouble(), ["chats"]);
        pulse.beat("chats", true);
        assert!(pulse.in_trouble().is_empty());
    }
}
