//! Products, variants, stock, collections, pictures. Our tables are the truth; `sync` keeps WhatsApp's copy.

pub mod offer;
pub mod sync;
