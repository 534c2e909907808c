//! People and the names that WhatsApp gives them.
//!
//! A customer is found by any identity: BSUID first, then phone, then parent BSUID. Aliases are never deleted: a late
//! status or an old phone still finds its customer. An alias moves when WhatsApp says that the person moved, and a phone
//! moves to the BSUID it is seen with (numbers are given to other people, BSUIDs are not).

mod identity;
pub mod list;

pub use identity::{Seen, resolve};
