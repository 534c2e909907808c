//! What is said to and by people, in no provider's words. Limits are checked when a message is built.

mod bidi;
mod inbound;
mod limits;
mod outbound;
mod tame;

pub use bidi::{balanced, is_balanced};
pub use inbound::{
    Content, Inbound, MediaKind, NativeCart, NativeItem, Person, PhoneNumber, Referral, SystemEvent,
};
pub use limits::{LimitError, Text};
pub use outbound::{
    Button, Buttons, Header, List, MAX_BUTTONS, MAX_PRODUCTS, MAX_ROWS, MAX_SECTIONS, Outbound,
    ProductSection, Row, Section,
};
pub use tame::tame;
