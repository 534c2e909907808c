//! Whether the workers of this process get on: told by what their turns came to.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// A worker whose turns fail for so long is in trouble.
const TROUBLE: Duration = Duration::from_secs(30);

/// Since when which worker fails.
#[derive(Debug, Default)]
pub struct Pulse(Mutex<HashMap<&'static str, Instant>>);

impl Pulse {
    /// A turn of `worker` ended, well or with a failure.
    pub fn beat(&self, worker: &'static str, well: bool) {
        let mut failing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if well {
            failing.remove(worker);
        } else {
            failing.entry(worker).or_insert_with(Instant::now);
        }
    }

    /// Workers whose turns have failed for half a minute.
    #[must_use]
    pub fn in_trouble(&self) -> Vec<&'static str> {
        let failing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut names: Vec<_> = failing
            .iter()
            .filter(|(_, since)| since.elapsed() >= TROUBLE)
            .map(|(name, _)| *name)
            .collect();
        names.sort_unstable();
        names
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
        pulse.0.lock().unwrap().insert("chats", before);
        pulse.beat("chats", false);
        assert_eq!(pulse.in_trouble(), ["chats"]);
        pulse.beat("chats", true);
        assert!(pulse.in_trouble().is_empty());
    }
}
