//! The sums of a cart: `lines + tax + delivery − discount = total`, exactly.

use entity::cart::Line;

use crate::money::{Currency, Money, MoneyError};

/// Why a cart cannot be summed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CartError {
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// What a cart comes to, all in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Sum of the lines.
    pub lines: Money,
    /// Added to the lines; nothing when prices include it.
    pub tax: Money,
    pub delivery: Money,
    pub discount: Money,
    /// lines + tax + delivery − discount.
    pub total: Money,
}

/// quantity × unit price.
///
/// # Errors
/// [`MoneyError::Overflow`].
pub fn line_total(line: &Line, currency: Currency) -> Result<Money, CartError> {
    Ok(Money::from_minor(line.unit_price_minor, currency).times(line.quantity)?)
}

/// The sums of `lines`. The order of the lines never matters.
///
/// # Errors
/// [`MoneyError::Overflow`].
pub fn totals(lines: &[Line], currency: Currency) -> Result<Totals, CartError> {
    let mut sum = Money::zero(currency);
    for line in lines {
        sum = sum.checked_add(line_total(line, currency)?)?;
    }
    let none = Money::zero(currency);
    let total = sum.checked_add(none)?.checked_add(none)?;
    Ok(Totals { lines: sum, tax: none, delivery: none, discount: none, total })
}

#[cfg(test)]
mod tests {
    use entity::{Timestamp, VariantId};
    use proptest::prelude::*;

    use super::*;

    fn line(quantity: u32, unit_price_minor: i64) -> Line {
        let variant_id = VariantId::new(Timestamp::from_ms(0));
        Line { variant_id, sku: "s".into(), quantity, unit_price_minor }
    }

    fn some_lines() -> impl Strategy<Value = Vec<Line>> {
        prop::collection::vec((1..=99u32, 0..10_000_000i64), 0..40)
            .prop_map(|lines| lines.into_iter().map(|(q, p)| line(q, p)).collect())
    }

    proptest! {
        #[test]
        fn the_order_of_the_lines_never_matters(lines in some_lines()) {
            let lira = "TRY".parse().unwrap();
            let forth = totals(&lines, lira).unwrap();
            let back: Vec<_> = lines.iter().rev().cloned().collect();
            prop_assert_eq!(forth, totals(&back, lira).unwrap());
        }

        #[test]
        fn a_total_is_the_sum_of_its_parts(lines in some_lines()) {
            let lira = "TRY".parse().unwrap();
            let t = totals(&lines, lira).unwrap();
            let by_hand: i64 =
                lines.iter().map(|l| i64::from(l.quantity) * l.unit_price_minor).sum();
            prop_assert_eq!(t.lines.minor(), by_hand);
            let parts =
                t.lines.minor() + t.tax.minor() + t.delivery.minor() - t.discount.minor();
            prop_assert_eq!(t.total.minor(), parts);
        }

        #[test]
        fn splitting_a_line_changes_nothing(q in 2..=99u32, price in 0..10_000_000i64) {
            let lira = "TRY".parse().unwrap();
            let whole = totals(&[line(q, price)], lira).unwrap();
            let split = totals(&[line(1, price), line(q - 1, price)], lira).unwrap();
            prop_assert_eq!(whole, split);
        }
    }

    #[test]
    fn what_is_too_large_is_refused_and_not_wrapped() {
        let lira = "TRY".parse().unwrap();
        let lines = [line(99, i64::MAX / 50)];
        assert_eq!(totals(&lines, lira), Err(CartError::Money(MoneyError::Overflow)));
    }
}
