//! People and the names that WhatsApp gives them.
//!
//! A customer is found by any identity: BSUID first, then phone, then parent BSUID. Aliases are never deleted: a late
//! status or an old phone still finds its customer. An alias moves when WhatsApp says that the person moved, and a phone
//! moves to the BSUID it is seen with (numbers are given to other people, BSUIDs are not).
//!
//! Two customers become one when WhatsApp says that the one became the other, or names both in one message and nothing
//! speaks against it. What speaks against it: a phone whose customer has another BSUID in the same portfolio, or was
//! there before the other moved to it, was given to somebody else; then only the phone moves.

mod identity;
pub mod list;
mod merge;
mod same;

pub use identity::{Seen, resolve};
pub use merge::{Merge, MergeError, merge, merges};
