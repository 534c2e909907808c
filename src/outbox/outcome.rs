//! What becomes of a row after one try. Pure: the outcome and the row in, the next state out.

use entity::{Timestamp, outbox::State};

use super::{HELD, Outcome};

/// Nothing is tried longer than this after the first try, milliseconds.
pub(super) const PATIENCE_MS: i64 = 24 * 3_600 * 1_000;
/// The longest pause between two tries, milliseconds.
const LONGEST_PAUSE_MS: i64 = 5 * 60 * 1_000;
/// The longest wait for a status, milliseconds: whoever sends again may send twice, so a day is some thirty times.
const LONGEST_WAIT_MS: i64 = 60 * 60 * 1_000;

/// The row as it was leased.
#[derive(Clone, Copy, Debug)]
pub(super) struct Try {
    /// Which try it is, from 1.
    pub(super) attempt: i32,
    pub(super) first_at: Timestamp,
    /// Seconds that the channel waits for a status.
    pub(super) unknown_seconds: i32,
}

/// What is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Next {
    pub(super) state: State,
    pub(super) reason: Option<String>,
    /// The next try of a due row; the end of the wait of an unknown one.
    pub(super) due_at: Timestamp,
    pub(super) wamid: Option<String>,
    pub(super) error_code: Option<i64>,
    pub(super) error_text: Option<String>,
    pub(super) channel: Option<ChannelMove>,
}

impl Next {
    /// A state with its reason and nothing else.
    pub(super) fn end(state: State, due_at: Timestamp, reason: &str) -> Self {
        Self { reason: Some(reason.to_owned()), ..Self::blank(state, due_at) }
    }

    fn blank(state: State, due_at: Timestamp) -> Self {
        Self {
            state,
            reason: None,
            due_at,
            wamid: None,
            error_code: None,
            error_text: None,
            channel: None,
        }
    }
}

/// What the outcome means for everybody on the channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ChannelMove {
    PauseUntil(Timestamp),
    Stop(String),
}

/// The pause after try number `attempt` (from 1): 1 s, doubled each time, at most 5 minutes.
fn pause_ms(attempt: i32) -> i64 {
    (1_000_i64 << (attempt - 1).clamp(0, 12)).min(LONGEST_PAUSE_MS)
}

/// The pause after a person's pace was broken: 4ⁿ seconds (reference §3.4), at most about an hour.
fn pair_pause_ms(attempt: i32) -> i64 {
    1_000 * 4_i64.pow(u32::try_from(attempt.clamp(1, 6)).unwrap_or(1)).min(3_600)
}

/// The wait for a status of an unanswered send: the channel's setting, doubled with each repetition, at most an hour.
fn unknown_wait_ms(unknown_seconds: i32, attempt: i32) -> i64 {
    let first = i64::from(unknown_seconds.max(1)) * 1_000;
    (first << (attempt - 1).clamp(0, 12)).min(first.max(LONGEST_WAIT_MS))
}

/// What becomes of the row.
pub(super) fn next(now: Timestamp, tried: Try, outcome: &Outcome) -> Next {
    let blank = Next::blank(State::Due, now);
    let refusal = |code: Option<i64>, text: &str| Next {
        error_code: code,
        error_text: Some(text.to_owned()),
        ..blank.clone()
    };
    let failed = |code: Option<i64>, text: &str, why: &str| Next {
        state: State::Failed,
        reason: Some(format!("{why}: {text}")),
        ..refusal(code, text)
    };
    let again = |code: Option<i64>, text: &str, wait_ms: i64, why: &str| {
        let due_at = now.plus_ms(wait_ms);
        if tried.first_at.plus_ms(PATIENCE_MS) < due_at {
            return failed(code, text, "given up after 24 hours");
        }
        Next { due_at, reason: Some(format!("{why}: {text}")), ..refusal(code, text) }
    };
    match outcome {
        Outcome::Accepted { wamid } => {
            Next { state: State::Sent, wamid: wamid.clone(), ..blank.clone() }
        }
        Outcome::Retry { code, text, after_ms } => {
            let wait = pause_ms(tried.attempt).max(after_ms.unwrap_or(0));
            again(*code, text, wait, "it is tried again")
        }
        Outcome::RetryOnce { code, text, .. } if tried.attempt > 1 => {
            failed(Some(*code), text, "WhatsApp refused it twice")
        }
        Outcome::RetryOnce { code, text, after_ms } => {
            let wait = pause_ms(tried.attempt).max(after_ms.unwrap_or(0));
            again(Some(*code), text, wait, "it is tried once more")
        }
        Outcome::Throttled { code, text, after_ms } => {
            let wait = pause_ms(tried.attempt).max(after_ms.unwrap_or(0));
            Next {
                channel: Some(ChannelMove::PauseUntil(now.plus_ms(wait))),
                ..again(Some(*code), text, wait, "the number has to wait")
            }
        }
        Outcome::PairThrottled { code, text, after_ms } => {
            let wait = pair_pause_ms(tried.attempt).max(after_ms.unwrap_or(0));
            again(Some(*code), text, wait, "this person has to wait")
        }
        Outcome::WindowClosed { code, text } => {
            Next { state: State::Held, reason: Some(HELD.to_owned()), ..refusal(Some(*code), text) }
        }
        Outcome::Unknown { text, after_ms } => {
            let wait = unknown_wait_ms(tried.unknown_seconds, tried.attempt);
            Next {
                state: State::Unknown,
                reason: Some(format!("no answer: a status or the time decides ({text})")),
                due_at: now.plus_ms(wait.max(after_ms.unwrap_or(0))),
                channel: after_ms.map(|ms| ChannelMove::PauseUntil(now.plus_ms(ms))),
                ..blank.clone()
            }
        }
        Outcome::Refused { code, text } => failed(*code, text, "WhatsApp refused it"),
        Outcome::ChannelStopped { code, text } => Next {
            reason: Some(format!("the channel is stopped until a person acts: {text}")),
            channel: Some(ChannelMove::Stop(match code {
                Some(code) => format!("{text} (code {code})"),
                None => text.clone(),
            })),
            ..refusal(*code, text)
        },
    }
}

/// The row whose message was refused and replaced: it leaves at once.
pub(super) fn replaced(now: Timestamp, refused: Next, why: &str) -> Next {
    let text = refused.error_text.as_deref().unwrap_or_default();
    Next { state: State::Due, due_at: now, reason: Some(format!("{why}: {text}")), ..refused }
}

/// What becomes of a message that was accepted and reported as failed later, for this reason; `None`: it stays as it is.
/// What may have gone out after all is not sent again.
pub(super) fn after_all(now: Timestamp, tried: Try, refusal: &Outcome) -> Option<Next> {
    let next = next(now, tried, refusal);
    matches!(next.state, State::Due | State::Held).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_790_000_000_000);

    fn tried(attempt: i32) -> Try {
        Try { attempt, first_at: NOW, unknown_seconds: 20 }
    }

    fn retry(after_ms: Option<i64>) -> Outcome {
        Outcome::Retry { code: Some(131_016), text: "service unavailable".into(), after_ms }
    }

    fn waits(outcome: &Outcome, attempts: &[i32]) -> Vec<i64> {
        attempts.iter().map(|n| next(NOW, tried(*n), outcome).due_at.ms() - NOW.ms()).collect()
    }

    #[test]
    fn a_retry_waits_twice_as_long_each_time_up_to_five_minutes() {
        assert_eq!(
            waits(&retry(None), &[1, 2, 3, 9, 10, 99]),
            [1_000, 2_000, 4_000, 256_000, 300_000, 300_000]
        );
        assert_eq!(waits(&retry(Some(90_000)), &[1]), [90_000]);
        let next = next(NOW, tried(1), &retry(None));
        assert_eq!(next.state, State::Due);
        assert_eq!(next.reason.as_deref(), Some("it is tried again: service unavailable"));
        assert_eq!((next.error_code, next.channel), (Some(131_016), None));
    }

    #[test]
    fn a_day_after_the_first_try_it_is_given_up() {
        let late = Try { first_at: NOW.plus_ms(1 - PATIENCE_MS), ..tried(40) };
        let next = next(NOW, late, &retry(None));
        assert_eq!(next.state, State::Failed);
        assert_eq!(next.reason.as_deref(), Some("given up after 24 hours: service unavailable"));
    }

    #[test]
    fn a_persons_pace_waits_four_times_as_long_each_time() {
        let throttled = |after_ms| {
            let text = "pair rate".to_owned();
            Outcome::PairThrottled { code: 131_056, text, after_ms }
        };
        let outcome = throttled(None);
        assert_eq!(waits(&outcome, &[1, 2, 3, 9]), [4_000, 16_000, 64_000, 3_600_000]);
        assert_eq!(waits(&throttled(Some(30_000)), &[1, 3]), [30_000, 64_000]);
        assert_eq!(next(NOW, tried(1), &outcome).channel, None);
    }

    #[test]
    fn a_throttled_number_pauses_the_channel() {
        let outcome =
            Outcome::Throttled { code: 130_429, text: "rate".into(), after_ms: Some(60_000) };
        let next = next(NOW, tried(1), &outcome);
        assert_eq!(next.channel, Some(ChannelMove::PauseUntil(NOW.plus_ms(60_000))));
        assert_eq!((next.state, next.due_at), (State::Due, NOW.plus_ms(60_000)));
    }

    #[test]
    fn the_longest_wait_that_whatsapp_is_granted_leaves_room_for_one_more_try() {
        let after_ms = Some(23 * 3_600 * 1_000);
        let outcome = Outcome::Throttled { code: 4, text: "limit".into(), after_ms };
        let slow = Try { first_at: NOW.plus_ms(-60_000), ..tried(1) };
        assert_eq!(next(NOW, slow, &outcome).state, State::Due);
    }

    #[test]
    fn an_unanswered_send_waits_for_its_status() {
        let text = || "the connection was cut".to_owned();
        let outcome = Outcome::Unknown { text: text(), after_ms: None };
        assert_eq!(waits(&outcome, &[1, 2, 9]), [20_000, 40_000, 3_600_000]);
        assert_eq!(next(NOW, tried(1), &outcome).channel, None);
        let told = Outcome::Unknown { text: text(), after_ms: Some(90_000) };
        let pause = Some(ChannelMove::PauseUntil(NOW.plus_ms(90_000)));
        assert_eq!((waits(&told, &[1]), next(NOW, tried(1), &told).channel), (vec![90_000], pause));
        assert_eq!(next(NOW, tried(1), &outcome).state, State::Unknown);
    }

    #[test]
    fn a_closed_window_holds_and_a_refusal_is_final() {
        let closed = Outcome::WindowClosed { code: 131_047, text: "re-engagement".into() };
        let held = next(NOW, tried(1), &closed);
        assert_eq!((held.state, held.reason.as_deref()), (State::Held, Some(HELD)));
        let refused = Outcome::Refused { code: Some(131_026), text: "undeliverable".into() };
        let failed = next(NOW, tried(1), &refused);
        assert_eq!(failed.state, State::Failed);
        assert_eq!(failed.reason.as_deref(), Some("WhatsApp refused it: undeliverable"));
    }

    #[test]
    fn a_stopped_channel_leaves_the_row_due() {
        let stop = Outcome::ChannelStopped { code: Some(190), text: "token expired".into() };
        let next = next(NOW, tried(1), &stop);
        assert_eq!((next.state, next.due_at), (State::Due, NOW));
        assert_eq!(next.channel, Some(ChannelMove::Stop("token expired (code 190)".into())));
    }

    #[test]
    fn what_is_sent_instead_of_something_refused_leaves_at_once() {
        let refused = Outcome::Refused { code: Some(131_009), text: "no such product".into() };
        let next = replaced(NOW, next(NOW, tried(1), &refused), "a list goes out");
        assert_eq!((next.state, next.due_at, next.error_code), (State::Due, NOW, Some(131_009)));
        assert_eq!(next.reason.as_deref(), Some("a list goes out: no such product"));
    }

    #[test]
    fn some_refusals_are_tried_once_more_and_no_second_time() {
        let text = "media".to_owned();
        let outcome = Outcome::RetryOnce { code: 131_053, text, after_ms: None };
        assert_eq!(next(NOW, tried(1), &outcome).state, State::Due);
        assert_eq!(next(NOW, tried(2), &outcome).state, State::Failed);
    }
}
