//! From when on a message is of no use any more: it is dropped, not sent. Pure.
//!
//! Only what could not leave in its time comes here: a provider that was away for hours, a window that closed before.

use entity::{Timestamp, outbox::Purpose};

use crate::message::Outbound;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// What asks for one thing at one step: hours later the chat is elsewhere.
const QUESTION_MS: i64 = 6 * HOUR_MS;
/// An answer to something said: three days later nobody knows the question.
const REPLY_MS: i64 = 3 * DAY_MS;
/// What a person of the shop wrote.
const STAFF_MS: i64 = 7 * DAY_MS;
/// News of an order, which customers want to know when they come back.
const NEWS_MS: i64 = 30 * DAY_MS;

/// The instant from which on it is dropped. Forms are single-use: their token is the nearest to a one-time code that is
/// ever sent.
pub(super) fn stale_at(purpose: Purpose, message: &Outbound, created_at: Timestamp) -> Timestamp {
    created_at.plus_ms(match purpose {
        Purpose::Reply if is_question(message) => QUESTION_MS,
        Purpose::Reply => REPLY_MS,
        Purpose::Staff => STAFF_MS,
        Purpose::OrderUpdate => NEWS_MS,
    })
}

fn is_question(message: &Outbound) -> bool {
    match message {
        Outbound::AskLocation { .. } | Outbound::AskContact { .. } | Outbound::Form { .. } => true,
        // Receipts and menus have buttons too.
        Outbound::Text { .. }
        | Outbound::Image { .. }
        | Outbound::Buttons(_)
        | Outbound::List(_)
        | Outbound::Product { .. }
        | Outbound::Products { .. }
        | Outbound::Catalog { .. }
        | Outbound::OrElse { .. }
        | Outbound::Link { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_stale_before_an_answer_and_news_last() {
        let at = Timestamp::from_ms(0);
        let text = Outbound::text("Merhaba");
        let Outbound::Text { .. } = &text else { panic!("a text") };
        let hours = |purpose, message: &Outbound| stale_at(purpose, message, at).ms() / HOUR_MS;
        assert_eq!(hours(Purpose::Reply, &text), 72);
        assert_eq!(hours(Purpose::Staff, &text), 7 * 24);
        assert_eq!(hours(Purpose::OrderUpdate, &text), 30 * 24);
        let json = serde_json::json!({"ask_location": {"body": "Where?"}});
        let question: Outbound = serde_json::from_value(json).unwrap();
        assert_eq!(hours(Purpose::Reply, &question), 6);
    }
}
