//! What may wait at the door. When the database does not keep up, the provider is asked to come again at once: memory
//! does not grow, nobody is answered late, and what is refused comes back by itself. Pure.

use std::time::Duration;

/// POSTs that may wait for their commit.
pub(super) const WAITING: usize = 1_024;
/// KiB of payload that may wait.
pub(super) const WAITING_KIB: usize = 64 * 1_024;
/// A commit that takes longer says that the database does not keep up: who comes now is refused at once.
const SLOW: Duration = Duration::from_secs(3);
/// A POST waits so long at the most. Whoever waited longer is refused and not stored: the answer would be late, and the
/// work is better spent on those who still wait.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// A group of POSTs that is stored for so long is given up: all who waited for it have their 503.
pub(super) const LOST: Duration = Duration::from_secs(15);

/// KiB that a POST with so many bytes takes of the room; its items cost something beside their payload.
pub(super) fn kib(payloads: impl Iterator<Item = usize>) -> u32 {
    let bytes: usize = payloads.map(|bytes| bytes.saturating_add(512)).sum();
    u32::try_from((bytes / 1_024 + 1).min(WAITING_KIB)).unwrap_or(u32::MAX)
}

/// Whether a POST may join those that wait, by how long the commit under way takes already.
pub(super) fn admits(commit_for: Option<Duration>) -> bool {
    commit_for.is_none_or(|so_long| so_long < SLOW)
}

/// Whether it has waited too long to be stored still.
pub(super) fn is_late(waited: Duration) -> bool {
    waited >= PATIENCE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_joins_behind_a_commit_that_hangs() {
        assert!(admits(None));
        assert!(admits(Some(Duration::from_millis(2_999))));
        assert!(!admits(Some(SLOW)));
        assert!(!is_late(Duration::from_millis(4_999)));
        assert!(is_late(PATIENCE));
        const { assert!(SLOW.as_millis() < PATIENCE.as_millis()) };
    }

    #[test]
    fn the_largest_post_takes_no_more_than_all_of_the_room() {
        assert_eq!(kib([0].into_iter()), 1);
        assert_eq!(kib([3 * 1_024 * 1_024].into_iter()), 3_073);
        assert_eq!(kib(std::iter::repeat_n(1_024 * 1_024, 100)), 65_536);
    }
}
