//! Shops: the tenants.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{ShopId, StringList, TermsId, Timestamp};

/// A shop. Everything but the Meta app belongs to exactly one.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shops")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ShopId,
    /// The short name used on the command line; unique.
    #[sea_orm(unique)]
    pub handle: String,
    pub name: String,
    /// ISO 4217.
    pub currency: String,
    /// Language tags, the first is the default.
    pub languages: StringList,
    /// IANA name.
    pub time_zone: String,
    pub prices_include_tax: bool,
    pub checkout: Checkout,
    /// Days that a cart is kept without a change.
    pub cart_days: i32,
    /// The next short code of a product, variant or collection; codes are used in the ids of bubbles.
    pub next_code: i64,
    /// The next place in the order sequence; `order::number` turns it into what a person says.
    pub next_order: i64,
    /// One more with every change of the words that goods are found by: whoever remembers them sees it here.
    pub words_version: i64,
    /// How those words were taken from the goods; of another form than ours, they are taken anew.
    pub words_form: i32,
    /// 16 random bytes that make order numbers unguessable.
    pub number_key: Vec<u8>,
    /// One more with every change of the shop's own texts; 0 as long as it has none.
    pub texts_version: i32,
    /// One more with every change: a stale writer touches no row.
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// How the shop delivers and is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(default)]
pub struct Checkout {
    pub delivery: bool,
    pub pickup: bool,
    /// Where goods are picked up; shown to the customer.
    pub pickup_address: String,
    pub cash_on_delivery: bool,
    pub bank_transfer: bool,
    /// What the customer needs for the transfer, as it is shown: bank, holder, IBAN.
    pub bank_account: String,
    /// Hours that goods stay reserved for an unpaid transfer.
    pub transfer_hours: u16,
    /// When goods can be picked up, as OpenStreetMap writes it (`Mo-Fr 09:00-18:00; PH off`); empty: not told.
    pub pickup_hours: String,
    /// The days that `PH` means: `2026-10-29`.
    pub pickup_holidays: Vec<String>,
    /// The terms of sale that hold now, one a language.
    pub terms: Vec<CurrentTerms>,
}

/// Terms of sale that hold now. Their text is in `terms`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentTerms {
    pub id: TermsId,
    /// Language tag; empty: for every language that has none of its own.
    pub language: String,
    /// Where they can be read; absent: in chat only.
    pub url: Option<String>,
    /// Whether there is a text to read in chat.
    pub has_text: bool,
}

impl Default for Checkout {
    fn default() -> Self {
        Self {
            delivery: true,
            pickup: true,
            pickup_address: String::new(),
            cash_on_delivery: true,
            bank_transfer: false,
            bank_account: String::new(),
            transfer_hours: 48,
            pickup_hours: String::new(),
            pickup_holidays: Vec::new(),
            terms: Vec::new(),
        }
    }
}

impl ActiveModelBehavior for ActiveModel {}
