//! `[checkout]`, `[pickup]` and `[cart]` of `shop.toml`: how goods reach the customer and are paid, and how long carts live.

use entity::shop::Checkout;
use toml::Table;

use super::{check, hours, section::Reader};

/// `[checkout]`. What is absent stays as it is stored; a new shop gets the defaults of [`Checkout`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckoutPart {
    pub delivery: Option<bool>,
    pub pickup: Option<bool>,
    pub pickup_address: Option<String>,
    pub cash_on_delivery: Option<bool>,
    pub bank_transfer: Option<bool>,
    pub bank_account: Option<String>,
    /// Hours.
    pub transfer_hours: Option<u16>,
    /// `[pickup]`: as OpenStreetMap writes opening hours.
    pub pickup_hours: Option<String>,
    /// `[pickup]`: the days that `PH` means, `2026-10-29`.
    pub pickup_holidays: Option<Vec<String>>,
}

/// `[cart]`. What is absent stays as it is stored; a new shop gets [`CartPart::DAYS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CartPart {
    /// Days that a cart is kept without a change.
    pub days: Option<i32>,
}

impl CartPart {
    /// Days of a new shop.
    pub const DAYS: i32 = 30;

    /// Takes the table out of the file and notes its faults.
    pub(super) fn read(reader: &mut Reader<'_>, root: &mut Table) -> Self {
        let Some(mut part) = reader.section(root, "cart", false) else { return Self::default() };
        let read = Self { days: part.number("days", check::CART_DAYS.0, check::CART_DAYS.1) };
        part.end();
        read
    }
}

impl CheckoutPart {
    /// `old` with what the file says over it.
    #[must_use]
    pub fn over(&self, old: Checkout) -> Checkout {
        Checkout {
            delivery: self.delivery.unwrap_or(old.delivery),
            pickup: self.pickup.unwrap_or(old.pickup),
            pickup_address: self.pickup_address.clone().unwrap_or(old.pickup_address),
            cash_on_delivery: self.cash_on_delivery.unwrap_or(old.cash_on_delivery),
            bank_transfer: self.bank_transfer.unwrap_or(old.bank_transfer),
            bank_account: self.bank_account.clone().unwrap_or(old.bank_account),
            transfer_hours: self.transfer_hours.unwrap_or(old.transfer_hours),
            pickup_hours: self.pickup_hours.clone().unwrap_or(old.pickup_hours),
            pickup_holidays: self.pickup_holidays.clone().unwrap_or(old.pickup_holidays),
            terms: old.terms,
        }
    }

    /// Takes the tables out of the file and notes their faults.
    pub(super) fn read(reader: &mut Reader<'_>, root: &mut Table) -> Self {
        let mut read = Self::default();
        if let Some(mut part) = reader.section(root, "checkout", false) {
            read = Self {
                delivery: part.bool("delivery"),
                pickup: part.bool("pickup"),
                pickup_address: part.free_text("pickup_address"),
                cash_on_delivery: part.bool("cash_on_delivery"),
                bank_transfer: part.bool("bank_transfer"),
                bank_account: part.free_text("bank_account"),
                transfer_hours: part
                    .number("transfer_hours", 1, 720)
                    .and_then(|hours| u16::try_from(hours).ok()),
                ..Self::default()
            };
            if let Err(what) = check::checkout(&read.over(Checkout::default())) {
                part.check(what.0, Err(what.1));
            }
            part.end();
        }
        read.pickup(reader, root);
        read
    }

    fn pickup(&mut self, reader: &mut Reader<'_>, root: &mut Table) {
        let Some(mut part) = reader.section(root, "pickup", false) else { return };
        self.pickup_hours = part.free_text("hours");
        self.pickup_holidays = part.texts_or_none("holidays");
        let hours = self.pickup_hours.as_deref().unwrap_or_default();
        let holidays = self.pickup_holidays.as_deref().unwrap_or_default();
        if let Err((field, what)) = hours::check(hours, holidays) {
            let key = if field == "pickup_holidays" { "holidays" } else { "hours" };
            part.check(key, Err(what));
        }
        part.end();
    }
}
