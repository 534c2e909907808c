//! Room 2: which step a chat is at. `step` decides, this module carries it out.

pub mod history;
pub mod staff;
