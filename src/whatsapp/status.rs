//! What a stored status says.

use entity::{OutboxId, Timestamp, outbox::Delivery};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::client::LONGEST_TEXT;
use super::codes::{meaning, refused};
use super::read::{clean, instant, list, mend, number, object, text};
use crate::inbox::{StatusReport, Unreadable};

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    status: Status<'a>,
}

#[derive(Deserialize)]
struct Status<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    status: Option<&'a RawValue>,
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    timestamp: Option<&'a RawValue>,
    #[serde(borrow)]
    biz_opaque_callback_data: Option<&'a RawValue>,
    #[serde(borrow)]
    pricing: Option<&'a RawValue>,
    #[serde(borrow)]
    errors: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Failure<'a> {
    #[serde(borrow)]
    code: Option<&'a RawValue>,
    #[serde(borrow)]
    title: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    error_data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Details<'a> {
    #[serde(borrow)]
    details: Option<&'a RawValue>,
}

/// As which answer a failure with a code that nobody knows is taken: a refusal.
const FAILED: u16 = 400;

/// Reads a stored status.
pub(super) fn read(payload: &[u8]) -> Result<StatusReport, Unreadable> {
    let payload = String::from_utf8_lossy(payload);
    let mended = mend(&payload);
    let Envelope { status } = object(mended.as_deref().unwrap_or(&payload), "a status")?;
    let wamid = text(status.id).ok_or_else(|| Unreadable("a status without an id".into()))?;
    let failure = list(status.errors)
        .first()
        .and_then(|raw| serde_json::from_str::<Failure<'_>>(raw.get()).ok());
    let delivery = delivery(&status);
    let error_code = failure.as_ref().and_then(|f| number(f.code));
    let error_text = failure.as_ref().and_then(reason);
    let refusal = error_code.filter(|_| delivery == Some(Delivery::Failed)).map(|code| {
        let text = error_text.clone().or_else(|| meaning(code).map(str::to_owned));
        refused(code, FAILED, text.unwrap_or_default(), false, None)
    });
    Ok(StatusReport {
        wamid,
        outbox_id: text(status.biz_opaque_callback_data).and_then(|id| id.parse::<OutboxId>().ok()),
        delivery,
        at: instant(status.timestamp).unwrap_or(Timestamp::from_ms(0)),
        error_code,
        error_text,
        refusal,
        pricing: pricing(status.pricing),
    })
}

/// The rank, unless it is a status of something else than delivery (payments carry a `type`).
fn delivery(status: &Status<'_>) -> Option<Delivery> {
    if text(status.kind).is_some_and(|kind| kind != "message") {
        return None;
    }
    Some(match text(status.status)?.as_str() {
        "sent" => Delivery::Sent,
        "failed" => Delivery::Failed,
        "delivered" => Delivery::Delivered,
        "read" => Delivery::Read,
        "played" => Delivery::Played,
        _ => return None,
    })
}

/// The most telling of details, message and title.
fn reason(failure: &Failure<'_>) -> Option<String> {
    let details = failure.error_data.and_then(|raw| {
        let data = serde_json::from_str::<Details<'_>>(raw.get()).ok();
        data.and_then(|data| text(data.details)).or_else(|| text(Some(raw)))
    });
    let reason = details.or_else(|| text(failure.message)).or_else(|| text(failure.title));
    reason.map(|reason| reason.chars().take(LONGEST_TEXT).collect())
}

/// As it came, when the database can keep it.
fn pricing(raw: Option<&RawValue>) -> Option<serde_json::Value> {
    let raw = raw?.get();
    let storable = raw.starts_with('{') && clean(raw) == raw && !raw.contains("\\u0000");
    storable.then(|| serde_json::from_str(raw).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(status: &str) -> StatusReport {
        read(format!("{{\"status\":{status}}}").as_bytes()).unwrap()
    }

    #[test]
    fn a_failure_keeps_its_code_and_the_most_telling_text() {
        let report = report(
            r#"{"id":"wamid.1","status":"failed","timestamp":"1750000000",
                "biz_opaque_callback_data":"out_0199a0000000700080000000000000ff",
                "errors":[{"code":131049,"title":"t","message":"m","error_data":{"details":"d"}}],
                "pricing":{"billable":true,"category":"service"}}"#,
        );
        assert_eq!(report.delivery, Some(Delivery::Failed));
        assert_eq!((report.error_code, report.error_text.as_deref()), (Some(131_049), Some("d")));
        assert_eq!(report.at.ms(), 1_750_000_000_000);
        assert!(report.outbox_id.is_some());
        assert_eq!(report.pricing.unwrap()["category"], "service");
    }

    #[test]
    fn old_forms_are_read_too() {
        let report = report(
            r#"{"id":"wamid.1","status":"failed","timestamp":1750000000,
                "biz_opaque_callback_data":"something of others",
                "errors":[{"code":"470","title":"old","error_data":"text"}]}"#,
        );
        assert_eq!((report.error_code, report.error_text.as_deref()), (Some(470), Some("text")));
        assert_eq!(report.outbox_id, None);
    }

    #[test]
    fn statuses_without_a_rank_are_told() {
        for status in [
            r#"{"id":"w","status":"warning"}"#,
            r#"{"id":"w","status":"deleted"}"#,
            r#"{"id":"w","status":"captured","type":"payment"}"#,
            r#"{"id":"w"}"#,
        ] {
            assert_eq!(report(status).delivery, None, "{status}");
        }
        assert_eq!(report(r#"{"id":"w","status":"played"}"#).delivery, Some(Delivery::Played));
    }

    #[test]
    fn what_is_no_status_is_told_apart() {
        assert!(read(b"{\"status\":{}}").is_err());
        assert!(read(b"nonsense").is_err());
    }

    #[test]
    fn ranks_stand_in_their_order() {
        let ranks = ["sent", "failed", "delivered", "read", "played"]
            .map(|kind| report(&format!("{{\"id\":\"w\",\"status\":\"{kind}\"}}")).delivery);
        assert!(ranks.is_sorted());
    }
}
