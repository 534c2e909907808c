//! Reads JSON that was written by others: every value may be missing, of another type, or empty.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{inbox::Unreadable, message::tame};

/// A text or a number as text; empty ones are absent, NUL is dropped.
pub(super) fn text(raw: Option<&RawValue>) -> Option<String> {
    let raw = raw?.get();
    let text: Cow<'_, str> = match raw.as_bytes().first()? {
        b'"' => serde_json::from_str(raw).map(|Wrapped(text)| text).ok()?,
        b'-' | b'0'..=b'9' => Cow::Borrowed(raw),
        _ => return None,
    };
    let text = clean(&text);
    (!text.is_empty()).then_some(text)
}

/// What a person wrote, made fit to be kept and shown; empty is absent.
pub(super) fn words(raw: Option<&RawValue>) -> Option<String> {
    text(raw).map(|text| tame(&text)).filter(|text| !text.is_empty())
}

/// Without NUL, which PostgreSQL's text refuses.
pub(super) fn clean(text: &str) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text.to_owned() }
}

/// A whole number that stands as a number or as a text.
pub(super) fn number(raw: Option<&RawValue>) -> Option<i64> {
    text(raw)?.trim().parse().ok()
}

/// Seconds since the epoch, as milliseconds.
pub(super) fn instant(raw: Option<&RawValue>) -> Option<entity::Timestamp> {
    let seconds = number(raw).filter(|seconds| *seconds > 0)?;
    Some(entity::Timestamp::from_ms(seconds.saturating_mul(1_000)))
}

/// A business-scoped user id: `CC.` and up to 128 characters, verbatim. Anything else is absent.
pub(super) fn bsuid(raw: Option<&RawValue>) -> Option<String> {
    text(raw).filter(|id| {
        id.len() <= 160 && !id.ends_with('.') && id.bytes().all(|b| b.is_ascii_graphic())
    })
}

/// An object; `what` names it when it is none.
pub(super) fn object<'a, T: Deserialize<'a>>(raw: &'a str, what: &str) -> Result<T, Unreadable> {
    serde_json::from_str(raw)
        .map_err(|e| Unreadable(format!("{what} cannot be read: {}", plain(&e))))
}

/// What is wrong, without a piece of the text: that may be personal.
pub(super) fn plain(error: &serde_json::Error) -> String {
    let kind = match error.classify() {
        serde_json::error::Category::Syntax => "it is no JSON",
        serde_json::error::Category::Data => "a part has another type",
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Io => "it could not be read",
    };
    format!("{kind} (line {}, column {})", error.line(), error.column())
}

/// A list; one that is missing or none is empty.
pub(super) fn list(raw: Option<&RawValue>) -> Vec<&RawValue> {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}

/// A list; one that is missing is empty.
pub(super) fn strict_list<'a>(
    raw: Option<&'a RawValue>,
    what: &str,
) -> Result<Vec<&'a RawValue>, Unreadable> {
    match raw {
        Some(raw) if raw.get() != "null" => object(raw.get(), what),
        _ => Ok(vec![]),
    }
}

/// JSON whose texts hold halves of surrogate pairs, which no text can: they become U+FFFD. `None` when there are none.
pub(super) fn mend(json: &str) -> Option<String> {
    let bytes = json.as_bytes();
    let mut mended = String::new();
    let (mut kept, mut at) = (0, 0);
    while at + 1 < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
        } else if let Some(unit) = escaped(bytes, at) {
            let high = (0xd800..0xdc00).contains(&unit);
            if high && escaped(bytes, at + 6).is_some_and(|u| (0xdc00..0xe000).contains(&u)) {
                at += 12;
            } else {
                if (0xd800..0xe000).contains(&unit) {
                    mended.push_str(&json[kept..at]);
                    mended.push_str("\\ufffd");
                    kept = at + 6;
                }
                at += 6;
            }
        } else {
            at += 2;
        }
    }
    (kept > 0).then(|| mended + &json[kept..])
}

/// The unit of `\uXXXX` at `at`.
fn escaped(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[derive(Deserialize)]
struct Wrapped<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> &RawValue {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn texts_and_numbers_are_texts_and_empty_is_absent() {
        assert_eq!(text(Some(raw("\"a\\u0000b\""))).as_deref(), Some("ab"));
        assert_eq!(text(Some(raw("42"))).as_deref(), Some("42"));
        for absent in ["\"\"", "null", "[]", "{}", "true", "\"\\u0000\""] {
            assert_eq!(text(Some(raw(absent))), None, "{absent}");
        }
    }

    #[test]
    fn instants_come_as_text_and_as_number() {
        for json in ["\"1750000000\"", "1750000000"] {
            assert_eq!(instant(Some(raw(json))).unwrap().ms(), 1_750_000_000_000);
        }
        assert_eq!(instant(Some(raw("\"soon\""))), None);
        assert_eq!(instant(Some(raw("-5"))), None);
    }

    #[test]
    fn halves_of_surrogate_pairs_are_replaced_and_pairs_stay() {
        assert_eq!(mend(r#""\ud83d\ude00 \\ud83d ok""#), None);
        assert_eq!(mend(r#""a\ud83d b""#).as_deref(), Some(r#""a\ufffd b""#));
        assert_eq!(mend(r#""\ude00\ud83d""#).as_deref(), Some(r#""\ufffd\ufffd""#));
        assert_eq!(mend(r#""\ud83d\ud83d\ude00""#).as_deref(), Some(r#""\ufffd\ud83d\ude00""#));
        assert_eq!(mend(r#""\ud8"#), None);
    }
}
