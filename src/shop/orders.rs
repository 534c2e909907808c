//! `[orders]` of `shop.toml`: how long customers may change a placed order by themselves.

use entity::shop::{Orders, Until};
use toml::Table;

use super::{
    check,
    section::{Reader, Section},
};

/// `[orders]`. What is absent stays as it is stored; a new shop gets the defaults of [`Orders`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrdersPart {
    pub cancel_until: Option<Until>,
    /// Minutes since placing; 0 = that does not matter.
    pub cancel_minutes: Option<u32>,
    pub address_until: Option<Until>,
}

impl OrdersPart {
    /// `old` with what the file says over it.
    #[must_use]
    pub fn over(self, old: Orders) -> Orders {
        Orders {
            cancel_until: self.cancel_until.unwrap_or(old.cancel_until),
            cancel_minutes: self.cancel_minutes.unwrap_or(old.cancel_minutes),
            address_until: self.address_until.unwrap_or(old.address_until),
        }
    }

    /// Takes the table out of the file and notes its faults.
    pub(super) fn read(reader: &mut Reader<'_>, root: &mut Table) -> Self {
        let Some(mut part) = reader.section(root, "orders", false) else {
            return Self::default();
        };
        let cancel_until = until(&mut part, "cancel_until");
        let minutes = part.number("cancel_minutes", 0, check::LONGEST_CANCEL_MINUTES);
        let cancel_minutes = minutes.and_then(|minutes| u32::try_from(minutes).ok());
        let address_until = until(&mut part, "address_until");
        part.end();
        Self { cancel_until, cancel_minutes, address_until }
    }
}

fn until(part: &mut Section<'_, '_>, key: &'static str) -> Option<Until> {
    match part.text_or_none(key)?.as_str() {
        "never" => Some(Until::Never),
        "accepted" => Some(Until::Accepted),
        "shipped" => Some(Until::Shipped),
        _ => {
            part.check(key, Err("must be never, accepted or shipped".to_owned()));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn read(text: &str) -> (OrdersPart, Vec<String>) {
        let mut root = text.parse().unwrap();
        let mut reader = Reader { base_dir: Path::new("/"), env: &|_| None, faults: Vec::new() };
        (OrdersPart::read(&mut reader, &mut root), reader.faults)
    }

    #[test]
    fn what_is_left_out_stays() {
        let (unsaid, faults) = read("");
        assert!(faults.is_empty());
        assert_eq!(unsaid.over(Orders::default()), Orders::default());
        let (said, faults) = read("[orders]\ncancel_until = \"shipped\"\ncancel_minutes = 30");
        assert!(faults.is_empty());
        let now = said.over(Orders { address_until: Until::Never, ..Orders::default() });
        assert_eq!((now.cancel_until, now.cancel_minutes), (Until::Shipped, 30));
        assert_eq!(now.address_until, Until::Never);
    }

    #[test]
    fn what_is_no_rule_is_told() {
        let text = "[orders]\ncancel_until = \"delivered\"\ncancel_minutes = -1\naddres = 1";
        let (_, faults) = read(text);
        let wanted = [
            "`orders.cancel_until` must be never, accepted or shipped",
            "`orders.cancel_minutes` must be a whole number from 0 to 129600",
            "`orders.addres` is unknown",
        ];
        assert_eq!(faults, wanted);
    }
}
