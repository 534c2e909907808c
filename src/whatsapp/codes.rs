//! What a refusal of WhatsApp means for a message that we sent, by its `code`. The HTTP status is secondary: throttling
//! is mostly 400.
//!
//! Source: "Error codes" of Meta's Cloud API and Graph API documentation, read October 2026.

use crate::outbox::Outcome;

use Verdict::{NeedsPerson, Once, Pair, Refused, Retry, RetryAfter, Throttled, Unsure, Window};

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was refused before anything happened, and the same may pass a moment later.
    Retry,
    /// The same may pass, after so many seconds at the earliest.
    RetryAfter(i64),
    /// Worth one more try.
    Once,
    /// The number or the account has to wait, and with it everybody on the channel: at least so many seconds.
    Throttled(i64),
    /// This person gets nothing for a while; others do.
    Pair,
    /// The customer service window is closed.
    Window,
    /// It may have gone out: a status or the time decides.
    Unsure,
    /// Never again unchanged.
    Refused,
    /// Nothing goes out on this channel until a person acts.
    NeedsPerson,
}

/// First and last code, what to do, and what it means. A code that two rows hold is decided by the first.
pub const CODES: &[(i64, i64, Verdict, &str)] = &[
    (0, 0, NeedsPerson, "the access token cannot be used"),
    (190, 190, NeedsPerson, "the access token is invalid or has expired"),
    (1, 1, Unsure, "an unknown API error"),
    (2, 2, Unsure, "a temporary API error"),
    (3, 3, NeedsPerson, "the app may not call this"),
    (4, 4, Throttled(60), "the app's call limit is reached"),
    (10, 10, NeedsPerson, "a permission is missing"),
    (17, 17, Throttled(60), "the user's call limit is reached"),
    (33, 33, NeedsPerson, "the number does not exist or is not ours"),
    (100, 100, Refused, "a parameter is invalid"),
    (200, 299, NeedsPerson, "a permission is missing"),
    (368, 368, NeedsPerson, "the account is restricted for a policy violation"),
    (613, 613, Throttled(60), "the call limit is reached"),
    (2040, 2040, Refused, "order messages are not supported there"),
    (2046, 2046, Refused, "the order cannot move to this status"),
    (2047, 2047, Refused, "the order cannot be cancelled: it is paid or being paid"),
    (80_007, 80_007, Throttled(60), "the account's call limit is reached"),
    (80_014, 80_014, Throttled(60), "the catalog's batch limit is reached"),
    (130_403, 130_403, Refused, "we have blocked this person"),
    (130_429, 130_429, Throttled(1), "the number's throughput is reached"),
    (130_472, 130_472, Refused, "the person is in an experiment and gets no such messages"),
    (130_497, 130_497, Refused, "the account may not write to this country"),
    (131_000, 131_000, Unsure, "something went wrong"),
    (131_005, 131_005, NeedsPerson, "access is denied"),
    (131_008, 131_008, Refused, "a parameter is missing"),
    (131_009, 131_009, Refused, "a value is invalid, or the product is not in the catalog"),
    (131_016, 131_016, Retry, "the service is unavailable"),
    (131_021, 131_021, Refused, "sender and recipient are the same"),
    (
        131_026,
        131_026,
        Refused,
        "undeliverable: no WhatsApp, an old one, or its terms are not accepted",
    ),
    (131_030, 131_030, Refused, "a test number may not write to this person"),
    (131_031, 131_031, NeedsPerson, "the account is locked"),
    (131_037, 131_037, NeedsPerson, "the number's display name is not approved"),
    (131_042, 131_042, NeedsPerson, "the account's payment method has a problem"),
    (131_045, 131_045, NeedsPerson, "the number's registration is incomplete"),
    (131_047, 131_047, Window, "the customer service window is closed"),
    (131_048, 131_048, NeedsPerson, "too much was reported as spam: more sends make it worse"),
    // Meta asks to wait a day: longer than a reply is of use, and everything after it in its chat would wait too.
    (
        131_049,
        131_049,
        Refused,
        "WhatsApp withholds it to protect the person from too many messages",
    ),
    (131_050, 131_050, Refused, "the person has stopped marketing"),
    (131_051, 131_051, Refused, "the type is not supported"),
    (131_052, 131_052, Refused, "the medium cannot be downloaded"),
    (131_053, 131_053, Once, "the medium cannot be uploaded"),
    (131_055, 131_055, Refused, "this API does not take the template's category"),
    (131_056, 131_056, Pair, "too many messages to this person"),
    (131_057, 131_057, Retry, "the account is in maintenance"),
    (131_062, 131_062, Refused, "this message needs a phone number"),
    (131_063, 131_063, Refused, "marketing is switched off on this API"),
    (131_064, 131_064, Refused, "limited because a template's category was wrong"),
    (132_000, 132_000, Refused, "another number of template parameters is expected"),
    (132_001, 132_001, Refused, "the template does not exist in this language or is not approved"),
    (132_005, 132_005, Refused, "the filled template is too long"),
    (132_007, 132_007, Refused, "the template violates a policy"),
    (132_012, 132_012, Refused, "a template parameter has another format"),
    (132_015, 132_015, RetryAfter(3_600), "the template is paused"),
    (132_016, 132_016, Refused, "the template is disabled"),
    (132_018, 132_018, Refused, "a template parameter is wrong"),
    (132_068, 132_068, Refused, "the Flow is blocked"),
    (132_069, 132_069, RetryAfter(360), "the Flow is throttled"),
    (133_000, 133_016, NeedsPerson, "the number's registration needs an operator"),
    (134_011, 134_011, Refused, "the terms of payments are not accepted"),
    (134_100, 134_100, Refused, "only marketing templates go this way"),
    (134_101, 134_101, RetryAfter(600), "the template is being synchronised"),
    (134_102, 134_102, Refused, "the template is not available there"),
    (135_000, 135_000, Refused, "a user error without details"),
    (137_000, 137_000, Refused, "the person's identity has changed and must be confirmed"),
    (139_000, 139_004, Refused, "the Flow needs an operator"),
    (147_001, 147_005, Refused, "the business username needs an operator"),
    (2_388_000, 2_388_999, Refused, "the template cannot be created"),
];

/// What `code` means. Codes that the table does not know are decided by the HTTP status.
#[must_use]
pub fn verdict(code: i64, transient: bool, http: u16) -> Verdict {
    let row = CODES.iter().find(|(first, last, ..)| (*first..=*last).contains(&code));
    match row {
        // A refusal that says of itself that it passes.
        Some((2, ..)) if transient => Retry,
        Some((_, _, verdict, _)) => *verdict,
        None if transient => Retry,
        None => match http {
            401 => NeedsPerson,
            429 => Throttled(1),
            500.. => Unsure,
            _ => Refused,
        },
    }
}

/// What a refusal with `code` means for the message. `after_ms`: so long the provider wants nothing.
pub(super) fn refused(
    code: i64,
    http: u16,
    text: String,
    transient: bool,
    after_ms: Option<i64>,
) -> Outcome {
    let some = Some(code);
    match verdict(code, transient, http) {
        Retry => Outcome::Retry { code: some, text, after_ms },
        RetryAfter(seconds) => {
            let after_ms = after_ms.max(Some(seconds * 1_000));
            Outcome::Retry { code: some, text, after_ms }
        }
        Once => Outcome::RetryOnce { code, text, after_ms },
        Throttled(seconds) => {
            let after_ms = after_ms.max(Some(seconds * 1_000));
            Outcome::Throttled { code, text, after_ms }
        }
        Pair => Outcome::PairThrottled { code, text, after_ms },
        Window => Outcome::WindowClosed { code, text },
        Unsure => Outcome::Unknown { text: format!("code {code}: {text}"), after_ms },
        Refused => Outcome::Refused { code: some, text },
        NeedsPerson => Outcome::ChannelStopped { code: some, text },
    }
}

/// What `code` means in our words.
#[must_use]
pub fn meaning(code: i64) -> Option<&'static str> {
    CODES
        .iter()
        .find(|(first, last, ..)| (*first..=*last).contains(&code))
        .map(|(.., meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reference's table: codes, and what it says in its column "Retry".
    const REFERENCE: &[(&[i64], Verdict)] = &[
        (&[0, 190], NeedsPerson),
        (&[1, 2], Unsure),
        (&[3, 10, 200, 250, 299, 131_005], NeedsPerson),
        (&[4], Throttled(60)),
        (&[33], NeedsPerson),
        (&[100], Refused),
        (&[368, 131_031], NeedsPerson),
        (&[130_403], Refused),
        (&[130_429], Throttled(1)),
        (&[130_472, 130_497], Refused),
        (&[131_000], Unsure),
        (&[131_008, 131_009], Refused),
        (&[131_016], Retry),
        (&[131_021, 131_026, 131_030], Refused),
        (&[131_037, 131_042, 131_045], NeedsPerson),
        (&[131_047], Window),
        (&[131_048], NeedsPerson),
        (&[131_049], Refused),
        (&[131_050, 131_051, 131_052], Refused),
        (&[131_053], Once),
        (&[131_055, 134_100, 131_063], Refused),
        (&[131_056], Pair),
        (&[131_057], Retry),
        (&[131_062, 131_064], Refused),
        (&[132_000, 132_012, 132_018, 132_001, 132_005, 132_007], Refused),
        (&[132_015], RetryAfter(3_600)),
        (&[132_016, 132_068], Refused),
        (&[132_069], RetryAfter(360)),
        (&[133_000, 133_010, 133_016], NeedsPerson),
        (&[134_011], Refused),
        (&[134_101], RetryAfter(600)),
        (&[134_102, 135_000, 137_000, 139_000, 139_004, 147_001, 147_005], Refused),
        (&[2_040, 2_046, 2_047], Refused),
        (&[2_388_040, 2_388_047, 2_388_072, 2_388_073, 2_388_293, 2_388_299, 2_388_019], Refused),
        (&[80_007, 80_014, 17, 613], Throttled(60)),
    ];

    #[test]
    fn every_code_of_the_reference_has_its_row() {
        for (codes, expected) in REFERENCE {
            for code in *codes {
                assert_eq!(verdict(*code, false, 400), *expected, "code {code}");
                assert!(meaning(*code).is_some(), "code {code}");
            }
        }
    }

    #[test]
    fn every_row_is_in_the_reference() {
        for (first, last, verdict, _) in CODES {
            let known = REFERENCE.iter().any(|(codes, expected)| {
                expected == verdict && codes.iter().any(|code| (first..=last).contains(&code))
            });
            assert!(known, "row {first}");
        }
    }

    #[test]
    fn rows_do_not_overlap() {
        for (at, (first, last, ..)) in CODES.iter().enumerate() {
            assert!(first <= last);
            let others = CODES.iter().skip(at + 1);
            assert!(others.clone().all(|(f, l, ..)| l < first || f > last), "row {first}");
        }
    }

    #[test]
    fn code_2_is_retried_when_it_calls_itself_transient() {
        assert_eq!(verdict(2, true, 503), Retry);
        assert_eq!(verdict(2, false, 503), Unsure);
        assert_eq!(verdict(131_000, true, 500), Unsure);
    }

    #[test]
    fn a_code_that_nobody_knows_is_decided_by_the_status() {
        assert_eq!(verdict(999_999, false, 400), Refused);
        assert_eq!(verdict(999_999, true, 400), Retry);
        assert_eq!(verdict(999_999, false, 500), Unsure);
        assert_eq!(verdict(999_999, false, 429), Throttled(1));
        assert_eq!(verdict(999_999, false, 401), NeedsPerson);
    }
}
