//! What a person and the business said to each other.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Bubbles of one person kept in memory; the oldest go first.
pub(crate) const KEPT: usize = 2_000;

/// Who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    Customer,
    Business,
}

/// One message as the phone shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Bubble {
    /// Grows over all chats.
    pub(crate) seq: u64,
    pub(crate) id: String,
    pub(crate) from: Side,
    pub(crate) at_ms: i64,
    /// The Graph body or the webhook message.
    pub(crate) message: Value,
    /// `accepted`, `sent`, `delivered`, `read`, `played`, `failed`.
    pub(crate) status: String,
    pub(crate) phone_number_id: String,
    /// Products of a multi-product message that the catalog did not have: the phone shows it without them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) dropped_products: Vec<String>,
    /// Written by the staff in the phone app of the number, not through the Graph API.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) by_staff: bool,
}

/// Every bubble of one person, with all business numbers.
#[derive(Default)]
pub(crate) struct Chat {
    pub(crate) bubbles: Vec<Bubble>,
}

/// All chats, and where each message id is.
#[derive(Default)]
pub(crate) struct Chats {
    of: HashMap<String, Chat>,
    places: HashMap<String, (String, u64)>,
}

impl Chats {
    pub(crate) fn push(&mut self, customer: &str, bubble: Bubble) {
        self.places.insert(bubble.id.clone(), (customer.to_owned(), bubble.seq));
        let chat = self.of.entry(customer.to_owned()).or_default();
        chat.bubbles.push(bubble);
        if chat.bubbles.len() > KEPT {
            let gone = chat.bubbles.remove(0);
            self.places.remove(&gone.id);
        }
    }

    pub(crate) fn of(&self, customer: &str) -> &[Bubble] {
        self.of.get(customer).map_or(&[], |chat| &chat.bubbles)
    }

    /// The bubble `id` and the person whose chat it is in.
    pub(crate) fn find(&self, id: &str) -> Option<(&str, &Bubble)> {
        let (customer, seq) = self.places.get(id)?;
        let bubbles = &self.of.get(customer)?.bubbles;
        let at = bubbles.binary_search_by_key(seq, |b| b.seq).ok()?;
        Some((customer, &bubbles[at]))
    }

    /// Sets the status of `id`, never back to a lower rank.
    pub(crate) fn set_status(&mut self, id: &str, status: &str) {
        let Some((customer, seq)) = self.places.get(id) else { return };
        let Some(chat) = self.of.get_mut(customer) else { return };
        let Ok(at) = chat.bubbles.binary_search_by_key(seq, |b| b.seq) else { return };
        let bubble = &mut chat.bubbles[at];
        if rank(status) > rank(&bubble.status) {
            status.clone_into(&mut bubble.status);
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.places.len()
    }
}

/// How far a status is: `sent` < `failed` < `delivered` < `read` < `played`.
pub(crate) fn rank(status: &str) -> u8 {
    match status {
        "sent" => 1,
        "failed" => 2,
        "delivered" => 3,
        "read" => 4,
        "played" => 5,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bubble(seq: u64) -> Bubble {
        Bubble {
            seq,
            id: format!("m{seq}"),
            from: Side::Business,
            at_ms: 0,
            message: json!({}),
            status: "accepted".into(),
            phone_number_id: "1".into(),
            dropped_products: vec![],
            by_staff: false,
        }
    }

    #[test]
    fn a_status_never_goes_back() {
        let mut chats = Chats::default();
        chats.push("c1", bubble(3));
        chats.set_status("m3", "read");
        chats.set_status("m3", "delivered");
        assert_eq!(chats.find("m3").map(|(_, b)| b.status.clone()), Some("read".into()));
    }

    #[test]
    fn old_bubbles_make_room() {
        let mut chats = Chats::default();
        for seq in 0..=2_000 {
            chats.push("c1", bubble(seq));
        }
        assert_eq!(chats.of("c1").len(), KEPT);
        assert!(chats.find("m0").is_none());
        assert_eq!(chats.find("m1").map(|(c, b)| (c.to_owned(), b.seq)), Some(("c1".into(), 1)));
    }
}
