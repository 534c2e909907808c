//! People and the names that WhatsApp gives them.

pub mod list;
