//! One file a table: column types and no rules. Rules live with the module that owns the table.

mod ids;
mod json;
mod sealed;
mod time;

pub mod address;
pub mod api_key;
pub mod app;
pub mod cart;
pub mod catalog_batch;
pub mod catalog_item;
pub mod catalog_sync;
pub mod channel;
pub mod collection;
pub mod collection_product;
pub mod conversation;
pub mod customer;
pub mod idempotency_key;
pub mod identity;
pub mod image;
pub mod import;
pub mod import_row;
pub mod inbox;
pub mod lane;
pub mod link;
pub mod merge;
pub mod order;
pub mod order_event;
pub mod order_line;
pub mod outbox;
pub mod product;
pub mod reservation;
pub mod search_word;
pub mod shop;
pub mod shop_text;
pub mod terms;
pub mod variant;

pub use ids::*;
pub use json::StringList;
pub use sealed::{Sealed, SealedList};
pub use time::Timestamp;
