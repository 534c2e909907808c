//! Ids as WhatsApp shapes them: random, or from a seed so that a test sees the same ones every time.
//!
//! With a seed, the n-th word depends on the seed and n alone; n is kept in the journal, so a restart goes on where it
//! stopped and no id comes twice.

use data_encoding::{BASE64, HEXLOWER};

/// The source of every id.
pub(crate) struct Ids {
    seed: Option<u64>,
    drawn: u64,
}

impl Ids {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self { seed, drawn: 0 }
    }

    /// Words drawn so far.
    pub(crate) fn drawn(&self) -> u64 {
        self.drawn
    }

    /// Goes on after `drawn` words, if that is further than where it stands.
    pub(crate) fn skip_to(&mut self, drawn: u64) {
        self.drawn = self.drawn.max(drawn);
    }

    /// 64 bits.
    pub(crate) fn word(&mut self) -> u64 {
        self.drawn += 1;
        match self.seed {
            None => rand::random(),
            Some(seed) => splitmix(seed ^ self.drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        }
    }

    /// A message id: opaque, base64 with its `+`, `/` and `=`, as real ones are.
    pub(crate) fn wamid(&mut self) -> String {
        let mut bytes = vec![0x1c, 0x18];
        while bytes.len() < 25 {
            bytes.extend_from_slice(&self.word().to_be_bytes());
        }
        bytes.truncate(25);
        format!("wamid.{}", BASE64.encode(&bytes))
    }

    /// So many decimal digits, the first of them not 0.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        let mut out = String::with_capacity(count);
        while out.len() < count {
            let digit = self.word() % 10;
            if out.is_empty() && digit == 0 {
                continue;
            }
            out.push(char::from_digit(u32::try_from(digit).unwrap_or(0), 10).unwrap_or('0'));
        }
        out
    }

    /// A trace id, as in `fbtrace_id`.
    pub(crate) fn trace(&mut self) -> String {
        format!("A{}", HEXLOWER.encode(&self.word().to_be_bytes()))
    }

    /// The handle of a catalog batch, or a secret part of a URL.
    pub(crate) fn token(&mut self) -> String {
        let (a, b) = (self.word(), self.word());
        format!("Acz{}{}", HEXLOWER.encode(&a.to_be_bytes()), HEXLOWER.encode(&b.to_be_bytes()))
    }

    /// Puts `items` into any order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let bound = u64::try_from(last + 1).unwrap_or(u64::MAX);
            let pick = usize::try_from(self.word() % bound).unwrap_or(0);
            items.swap(last, pick);
        }
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea, Flood 2014): one well-mixed word for each number.
fn splitmix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_goes_on_where_it_stopped() {
        let mut first = Ids::new(Some(7));
        let ids: Vec<_> = (0..4).map(|_| first.wamid()).collect();
        let mut again = Ids::new(Some(7));
        assert_eq!(again.wamid(), ids[0]);
        again.skip_to(first.drawn());
        assert!(!ids.contains(&again.wamid()));
        assert_ne!(Ids::new(Some(8)).wamid(), ids[0]);
    }

    #[test]
    fn shuffling_keeps_everything() {
        let mut items: Vec<_> = (0..50).collect();
        Ids::new(Some(1)).shuffle(&mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }
}
