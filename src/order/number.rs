//! Order numbers: eight digits that can be said on the phone and not be guessed.
//!
//! A number is the order's place in the shop's sequence, shuffled by a keyed permutation: two orders never get the same
//! one, and who knows one number knows nothing of the next. A four-round Feistel network over two halves of four digits;
//! after 100,000,000 orders numbers grow by a leading part that counts the rounds through the range.

use aws_lc_rs::hmac;

const HALF: u64 = 10_000;
const RANGE: u64 = HALF * HALF;

/// The number of the `place`-th order (from 1), as people read it: `4829-1735`.
#[must_use]
pub fn of_place(key: &[u8], place: i64) -> String {
    let place = u64::try_from(place).unwrap_or(0);
    let (lap, within) = (place / RANGE, place % RANGE);
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let (mut left, mut right) = (within / HALF, within % HALF);
    for round in 0..4u8 {
        let mixed = (left + mix(&key, round, lap, right)) % HALF;
        (left, right) = (right, mixed);
    }
    shown(lap, left, right)
}

fn shown(lap: u64, left: u64, right: u64) -> String {
    if lap == 0 { format!("{left:04}-{right:04}") } else { format!("{lap}-{left:04}-{right:04}") }
}

/// The digits of a number as one integer, for where a text has no room; `None` when it is no number.
#[must_use]
pub fn digits(number: &str) -> Option<i64> {
    let well = number.chars().all(|c| c.is_ascii_digit() || c == '-');
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    if well { digits.parse().ok() } else { None }
}

/// The number of these [`digits`].
#[must_use]
pub fn of_digits(digits: i64) -> String {
    let digits = digits.unsigned_abs();
    let (lap, within) = (digits / RANGE, digits % RANGE);
    shown(lap, within / HALF, within % HALF)
}

fn mix(key: &hmac::Key, round: u8, lap: u64, half: u64) -> u64 {
    let mut input = vec![round];
    input.extend(lap.to_be_bytes());
    input.extend(half.to_be_bytes());
    let tag = hmac::sign(key, &input);
    let mut word = [0; 8];
    word.copy_from_slice(&tag.as_ref()[..8]);
    u64::from_be_bytes(word) % HALF
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_places_share_a_number() {
        let numbers: HashSet<_> = (1..=20_000).map(|n| of_place(b"key", n)).collect();
        assert_eq!(numbers.len(), 20_000);
        assert!(numbers.iter().all(|n| n.len() == 9 && n.as_bytes()[4] == b'-'));
    }

    #[test]
    fn another_key_gives_other_numbers() {
        assert_eq!(of_place(b"key", 7), of_place(b"key", 7));
        assert_ne!(of_place(b"key", 7), of_place(b"other", 7));
    }

    #[test]
    fn neighbours_do_not_look_alike() {
        let close = (1..1_000)
            .filter(|&n| of_place(b"key", n)[..4] == of_place(b"key", n + 1)[..4])
            .count();
        assert!(close < 5, "{close}");
    }

    #[test]
    fn digits_go_there_and_back() {
        for place in [1, 2, 77, 99_999_999, 100_000_001, 1_234_567_890] {
            let number = of_place(b"key", place);
            assert_eq!(of_digits(digits(&number).unwrap()), number);
        }
        assert_eq!(of_digits(digits("0001-0020").unwrap()), "0001-0020");
        assert_eq!(digits("12a"), None);
        assert_eq!(digits(""), None);
    }

    #[test]
    fn after_the_range_numbers_grow() {
        assert_eq!(of_place(b"key", 100_000_001).len(), 11);
    }
}
