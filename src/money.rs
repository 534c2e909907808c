//! Money: an exact amount of one currency. No float ever touches it.

use std::{fmt, str::FromStr};

use rust_decimal::{Decimal, RoundingStrategy};

/// A currency of ISO 4217 that has minor units of 0, 2 or 3 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// Three letters, as in `TRY`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Digits after the point: 2 for TRY, 0 for JPY, 3 for KWD.
    #[must_use]
    pub fn digits(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Self, MoneyError> {
        iso_currency::Currency::from_code(code)
            .filter(|c| matches!(c.exponent(), Some(0 | 2 | 3)))
            .map(Self)
            .ok_or_else(|| MoneyError::UnknownCurrency(code.to_owned()))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why an amount could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("`{0}` is no currency that can be used here")]
    UnknownCurrency(String),
    #[error("`{0}` is no amount")]
    NoAmount(String),
    #[error("an amount of {currency} has at most {digits} digits after the point")]
    TooFine { currency: Currency, digits: u32 },
    #[error("{0} and {1} cannot be added")]
    Mixed(Currency, Currency),
    #[error("the amount is too large")]
    Overflow,
}

/// An exact amount: minor units (12.50 TRY is 1250) of a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// `minor` minor units of `currency`.
    #[must_use]
    pub const fn from_minor(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The amount in major units, exactly: 1250 minor units of TRY are 12.50.
    #[must_use]
    pub fn amount(self) -> Decimal {
        Decimal::new(self.minor, self.currency.digits())
    }

    /// From major units, exactly.
    ///
    /// # Errors
    /// [`MoneyError::TooFine`] when there are more digits than the currency has, [`MoneyError::Overflow`].
    pub fn exact(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let digits = currency.digits();
        let amount = amount.normalize();
        if amount.scale() > digits {
            return Err(MoneyError::TooFine { currency, digits });
        }
        Self::rounded(amount, currency)
    }

    /// From major units, rounded to the currency's digits, half away from zero. The one place that rounds money.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn rounded(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let digits = currency.digits();
        let mut rounded =
            amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
        rounded.rescale(digits);
        if rounded.scale() != digits {
            return Err(MoneyError::Overflow);
        }
        let minor = i64::try_from(rounded.mantissa()).map_err(|_| MoneyError::Overflow)?;
        Ok(Self { minor, currency })
    }

    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::Mixed`] for two currencies, [`MoneyError::Overflow`].
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mixed(self.currency, other.currency));
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// `quantity` times the amount.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn times(self, quantity: u32) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_mul(i64::from(quantity)).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }
}

impl fmt::Display for Money {
    /// As feeds write it: `12.50 TRY`, always with a point.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    /// Reads `12.50 TRY`: digits with an optional point, one space, the currency.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let no = || MoneyError::NoAmount(text.to_owned());
        let (amount, code) = text.trim().rsplit_once(' ').ok_or_else(no)?;
        let plain = amount.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if !plain || amount.starts_with('.') || amount.ends_with('.') {
            return Err(no());
        }
        Self::exact(amount.parse().map_err(|_| no())?, code.parse()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    #[test]
    fn text_goes_there_and_back() {
        for text in ["12.50 TRY", "0.00 EUR", "500 JPY", "1.234 KWD", "92233720368547758.07 TRY"] {
            assert_eq!(money(text).to_string(), text);
        }
        assert_eq!(money("12.5 TRY").minor(), 1250);
        assert_eq!(money("7 TRY").minor(), 700);
    }

    #[test]
    fn what_is_no_money_is_refused() {
        for text in
            ["12,50 TRY", "1e3 TRY", "-1 TRY", ".5 TRY", "5. TRY", "5TRY", "5 XXX", "", "₺5"]
        {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
        assert!(matches!("1.234 TRY".parse::<Money>(), Err(MoneyError::TooFine { .. })));
        assert_eq!("92233720368547758.08 TRY".parse::<Money>(), Err(MoneyError::Overflow));
    }

    #[test]
    fn two_currencies_never_mix() {
        assert!(matches!(
            money("1.00 TRY").checked_add(money("1.00 EUR")),
            Err(MoneyError::Mixed(..))
        ));
        assert_eq!(money("0.10 TRY").checked_add(money("0.20 TRY")).unwrap(), money("0.30 TRY"));
    }

    #[test]
    fn rounding_is_half_away_from_zero() {
        let lira = "TRY".parse().unwrap();
        let minor = |text: &str| Money::rounded(text.parse().unwrap(), lira).unwrap().minor();
        assert_eq!([minor("0.005"), minor("0.0049"), minor("-0.005")], [1, 0, -1]);
    }
}
