//! What a tap means. Ids of bubbles carry all they need, because old bubbles stay tappable for ever: a cart's number and
//! version, short codes, never titles.

use std::{fmt, str::FromStr};

use entity::cart::{DeliveryMethod, PaymentMethod};

use crate::text::Lang;

/// A tap on one of our buttons or rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// The menu with the collections from this one on, counted from 0.
    Menu(u32),
    /// Products of a collection (0: everything), from page 0 on.
    Collection(i64, u32),
    /// The same as product messages.
    Cards(i64),
    Catalog,
    /// Variants of a product, from page 0 on.
    Product(i64, u32),
    Variant(i64),
    /// What these words lead to, from page 0 on.
    Find(u32, String),
    /// One piece of a variant into the cart.
    Add(i64),
    /// One piece of a variant, and on to the checkout.
    Buy(i64),
    Cart,
    /// Something about the cart that the bubble showed.
    OfCart(CartRef, CartAction),
    Orders(u32),
    Order(String),
    /// The goods of an order once more, or of the latest.
    Again(Option<String>),
    /// The latest cart that was emptied or left alone, back again.
    Restore,
    Human,
    /// Back from the person to the shop.
    Shop,
    Help,
    /// The languages of the shop, to choose from.
    Languages,
    Language(Lang),
    /// No more notices, or notices again.
    Notices(bool),
}

/// Which state of which cart a bubble showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CartRef {
    /// The cart's short name.
    pub number: i64,
    pub version: i32,
}

/// What is wanted of the cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CartAction {
    Checkout,
    /// Choose a line to change, from page 0 on.
    Lines(u32),
    Line(i64),
    /// A quantity of a variant; 0 takes it out.
    Quantity(i64, u32),
    Clear,
    /// A cart that was emptied or left alone, back again.
    Restore,
    /// What becomes of this cart and another that came.
    Both(Both),
    /// Write a note, or take it away.
    Note,
    NoteOff,
    Delivery(DeliveryMethod),
    /// An address of the customer by its number, or a new one.
    Address(Option<i64>),
    Payment(PaymentMethod),
    /// Choose what to change in the summary.
    Parts,
    AskDelivery,
    AskAddress,
    /// More of the customer's addresses to choose from, from page 1 on.
    Addresses(u32),
    AskPayment,
    AskReceiver,
    AskNote,
    /// The customer receives it.
    Myself,
    NoNote,
    /// Read the terms of sale.
    Terms,
    Confirm,
}

/// What becomes of two carts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Both {
    /// The new one takes the place of the old one.
    Replace,
    /// They become one.
    Add,
    /// The new one is forgotten.
    Keep,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Menu(page) => write!(f, "menu:{page}"),
            Self::Collection(code, page) => write!(f, "col:{code}:{page}"),
            Self::Cards(code) => write!(f, "cards:{code}"),
            Self::Catalog => f.write_str("catalog"),
            Self::Product(code, page) => write!(f, "prod:{code}:{page}"),
            Self::Variant(code) => write!(f, "var:{code}"),
            Self::Find(page, query) => write!(f, "find:{page}:{query}"),
            Self::Add(code) => write!(f, "add:{code}"),
            Self::Buy(code) => write!(f, "buy:{code}"),
            Self::Cart => f.write_str("cart"),
            Self::OfCart(CartRef { number, version }, action) => {
                write!(f, "cart:{number}:{version}:{action}")
            }
            Self::Orders(page) => write!(f, "orders:{page}"),
            Self::Order(number) => write!(f, "order:{number}"),
            Self::Restore => f.write_str("restore"),
            Self::Again(None) => f.write_str("again"),
            Self::Again(Some(number)) => write!(f, "again:{number}"),
            Self::Human => f.write_str("human"),
            Self::Shop => f.write_str("shop"),
            Self::Help => f.write_str("help"),
            Self::Languages => f.write_str("langs"),
            Self::Language(lang) => write!(f, "lang:{}", lang.tag()),
            Self::Notices(on) => write!(f, "notices:{}", if *on { "on" } else { "off" }),
        }
    }
}

impl CartAction {
    /// Whether it only looks at or changes what is in the cart, and leads no further.
    #[must_use]
    pub fn is_about_goods(self) -> bool {
        matches!(
            self,
            Self::Lines(_)
                | Self::Line(_)
                | Self::Quantity(..)
                | Self::Clear
                | Self::Note
                | Self::NoteOff
        )
    }
}

impl fmt::Display for CartAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkout => f.write_str("checkout"),
            Self::Lines(page) => write!(f, "lines:{page}"),
            Self::Line(code) => write!(f, "line:{code}"),
            Self::Quantity(code, quantity) => write!(f, "qty:{code}:{quantity}"),
            Self::Clear => f.write_str("clear"),
            Self::Restore => f.write_str("restore"),
            Self::Both(Both::Replace) => f.write_str("both:replace"),
            Self::Both(Both::Add) => f.write_str("both:add"),
            Self::Both(Both::Keep) => f.write_str("both:keep"),
            Self::Note => f.write_str("note"),
            Self::NoteOff => f.write_str("note:off"),
            Self::Delivery(DeliveryMethod::Delivery) => f.write_str("by:delivery"),
            Self::Delivery(DeliveryMethod::Pickup) => f.write_str("by:pickup"),
            Self::Address(Some(number)) => write!(f, "to:{number}"),
            Self::Address(None) => f.write_str("to:new"),
            Self::Payment(PaymentMethod::CashOnDelivery) => f.write_str("pay:cash"),
            Self::Payment(PaymentMethod::BankTransfer) => f.write_str("pay:transfer"),
            Self::Parts => f.write_str("parts"),
            Self::AskDelivery => f.write_str("ask:by"),
            Self::AskAddress => f.write_str("ask:to"),
            Self::Addresses(page) => write!(f, "ask:to:{page}"),
            Self::AskPayment => f.write_str("ask:pay"),
            Self::AskReceiver => f.write_str("ask:who"),
            Self::AskNote => f.write_str("ask:note"),
            Self::Myself => f.write_str("who:me"),
            Self::NoNote => f.write_str("note:none"),
            Self::Terms => f.write_str("terms"),
            Self::Confirm => f.write_str("confirm"),
        }
    }
}

/// An id that is none of ours, or of a version that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownAction;

impl FromStr for Action {
    type Err = UnknownAction;

    fn from_str(id: &str) -> Result<Self, UnknownAction> {
        let parts: Vec<&str> = id.split(':').collect();
        Ok(match parts[..] {
            ["menu", page] => Self::Menu(number(page)?),
            ["col", code, page] => Self::Collection(number(code)?, number(page)?),
            ["cards", code] => Self::Cards(number(code)?),
            ["catalog"] => Self::Catalog,
            ["prod", code, page] => Self::Product(number(code)?, number(page)?),
            ["var", code] => Self::Variant(number(code)?),
            ["find", page, ..] => {
                // Words hold colons too.
                let query = id.splitn(3, ':').nth(2).unwrap_or_default();
                Self::Find(number(page)?, query.to_owned())
            }
            ["add", code] => Self::Add(number(code)?),
            ["buy", code] => Self::Buy(number(code)?),
            ["cart"] => Self::Cart,
            ["cart", cart, version, ref rest @ ..] => {
                let cart = CartRef { number: number(cart)?, version: number(version)? };
                Self::OfCart(cart, of_cart(rest)?)
            }
            ["orders", page] => Self::Orders(number(page)?),
            ["order", order] => Self::Order(order.to_owned()),
            ["restore"] => Self::Restore,
            ["again"] => Self::Again(None),
            ["again", order] => Self::Again(Some(order.to_owned())),
            ["human"] => Self::Human,
            ["shop"] => Self::Shop,
            ["help"] => Self::Help,
            ["langs"] => Self::Languages,
            ["lang", tag] => Self::Language(tag.parse().map_err(|_| UnknownAction)?),
            ["notices", "on"] => Self::Notices(true),
            ["notices", "off"] => Self::Notices(false),
            _ => return Err(UnknownAction),
        })
    }
}

fn of_cart(parts: &[&str]) -> Result<CartAction, UnknownAction> {
    Ok(match *parts {
        ["checkout"] => CartAction::Checkout,
        ["lines", page] => CartAction::Lines(number(page)?),
        ["line", code] => CartAction::Line(number(code)?),
        ["qty", code, quantity] => CartAction::Quantity(number(code)?, number(quantity)?),
        ["clear"] => CartAction::Clear,
        ["restore"] => CartAction::Restore,
        ["both", "replace"] => CartAction::Both(Both::Replace),
        ["both", "add"] => CartAction::Both(Both::Add),
        ["both", "keep"] => CartAction::Both(Both::Keep),
        ["note"] => CartAction::Note,
        ["note", "off"] => CartAction::NoteOff,
        ["by", "delivery"] => CartAction::Delivery(DeliveryMethod::Delivery),
        ["by", "pickup"] => CartAction::Delivery(DeliveryMethod::Pickup),
        ["to", "new"] => CartAction::Address(None),
        ["to", address] => CartAction::Address(Some(number(address)?)),
        ["pay", "cash"] => CartAction::Payment(PaymentMethod::CashOnDelivery),
        ["pay", "transfer"] => CartAction::Payment(PaymentMethod::BankTransfer),
        ["parts"] => CartAction::Parts,
        ["ask", "by"] => CartAction::AskDelivery,
        ["ask", "to"] => CartAction::AskAddress,
        ["ask", "to", page] => CartAction::Addresses(number(page)?),
        ["ask", "pay"] => CartAction::AskPayment,
        ["ask", "who"] => CartAction::AskReceiver,
        ["ask", "note"] => CartAction::AskNote,
        ["who", "me"] => CartAction::Myself,
        ["note", "none"] => CartAction::NoNote,
        ["terms"] => CartAction::Terms,
        ["confirm"] => CartAction::Confirm,
        _ => return Err(UnknownAction),
    })
}

fn number<N: FromStr>(text: &str) -> Result<N, UnknownAction> {
    text.parse().map_err(|_| UnknownAction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_go_there_and_back_and_stay_short() {
        let of = |action| Action::OfCart(CartRef { number: 12, version: 34 }, action);
        let all = [
            Action::Menu(1),
            Action::Collection(1_234_567, 3),
            Action::Cards(5),
            Action::Catalog,
            Action::Product(1_234_567, 0),
            Action::Variant(1_234_567),
            Action::Find(2, "kupa: mavi".into()),
            Action::Add(1_234_567),
            Action::Buy(1_234_567),
            Action::Cart,
            of(CartAction::Checkout),
            of(CartAction::Lines(2)),
            of(CartAction::Line(7)),
            of(CartAction::Quantity(7, 99)),
            of(CartAction::Clear),
            of(CartAction::Restore),
            of(CartAction::Both(Both::Replace)),
            of(CartAction::Both(Both::Add)),
            of(CartAction::Both(Both::Keep)),
            of(CartAction::Note),
            of(CartAction::NoteOff),
            of(CartAction::Delivery(DeliveryMethod::Delivery)),
            of(CartAction::Delivery(DeliveryMethod::Pickup)),
            of(CartAction::Address(Some(4))),
            of(CartAction::Address(None)),
            of(CartAction::Payment(PaymentMethod::CashOnDelivery)),
            of(CartAction::Payment(PaymentMethod::BankTransfer)),
            of(CartAction::Parts),
            of(CartAction::AskDelivery),
            of(CartAction::AskAddress),
            of(CartAction::Addresses(2)),
            of(CartAction::AskPayment),
            of(CartAction::AskReceiver),
            of(CartAction::AskNote),
            of(CartAction::Myself),
            of(CartAction::NoNote),
            of(CartAction::Terms),
            of(CartAction::Confirm),
            Action::Orders(0),
            Action::Order("4829-1735".into()),
            Action::Restore,
            Action::Again(None),
            Action::Again(Some("4829-1735".into())),
            Action::Human,
            Action::Shop,
            Action::Help,
            Action::Languages,
            Action::Language(Lang::En),
            Action::Language(Lang::PtBr),
            Action::Notices(true),
            Action::Notices(false),
        ];
        for action in all {
            let id = action.to_string();
            assert_eq!(id.parse(), Ok(action));
            assert!(id.len() <= 200, "{id}");
        }
        // Buttons of a carousel hold 20 characters.
        assert!(Action::Buy(9_999_999).to_string().len() <= 20);
    }

    #[test]
    fn what_is_none_of_ours_is_unknown() {
        for id in
            ["", "menu", "menu:x", "cart:1", "cart:1:2:", "cart:1:2:qty:1", "lang:xx", "add:-"]
        {
            assert_eq!(id.parse::<Action>(), Err(UnknownAction), "{id}");
        }
    }
}
