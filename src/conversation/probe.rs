//! What customers can type that is read as more than words: for the fuzzers.

use super::receiver;
use crate::message::PhoneNumber;

/// A phone number as people of the country of `home` write it.
#[must_use]
pub fn phone(text: &str, home: &str) -> Option<PhoneNumber> {
    receiver::phone(text, home)
}

/// Who receives the parcel: the name and the phone that a line names, when it names them.
#[must_use]
pub fn receiver(text: &str, home: &str) -> Option<(Option<String>, Option<String>)> {
    receiver::read(text, home).ok().map(|read| (read.name, read.phone))
}
