//! WhatsApp's Cloud API: webhooks in, Graph calls out. Knows no cart and no order.
//!
//! Source of every shape here: Meta's Cloud API documentation, Graph v25.0, read October 2026.

mod account;
mod again;
mod apps;
mod catalog;
mod client;
pub mod codes;
mod doctor;
mod flows;
mod message;
pub mod payload;
#[doc(hidden)]
pub mod probe;
mod read;
mod split;
mod status;

pub use apps::Webhooks;
pub use client::{CallError, Graph};
pub use flows::{AddressWords, address_form};
