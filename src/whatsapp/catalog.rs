//! WhatsApp's catalog by the Graph API: `items_batch`, its handles, and reading items back.
//!
//! Source: Product Catalog of Meta's Marketing API (items_batch, check_batch_request_status, products), read October
//! 2026.

use entity::channel;
use futures_util::{FutureExt, future::BoxFuture};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    client::{CallError, Graph},
    codes::{Verdict, verdict},
    read::clean,
};
use crate::catalog::sync::{
    BatchAnswer, BatchRequest, BatchStatus, RemoteCatalog, RemoteError, RemoteItem,
};

/// Items of one page that is read.
const PAGE: &str = "500";
const FIELDS: &str =
    "retailer_id,review_status,review_rejection_reasons,capability_to_review_status";
/// Characters of WhatsApp's reason that are kept.
const LONGEST_REASON: usize = 500;

impl RemoteCatalog for Graph {
    fn send<'a>(
        &'a self,
        channel: &'a channel::Model,
        requests: &'a [BatchRequest],
    ) -> BoxFuture<'a, Result<BatchAnswer, RemoteError>> {
        async move {
            let path = [catalog_of(channel)?, "items_batch"];
            let body = json!({
                "item_type": "PRODUCT_ITEM",
                "allow_upsert": true,
                "requests": requests,
            });
            let answer = self.call(channel, Method::POST, &path, &[], Some(&body)).await;
            answer.map(|answer| batch_answer(&answer)).map_err(remote_error)
        }
        .boxed()
    }

    fn status<'a>(
        &'a self,
        channel: &'a channel::Model,
        handle: &'a str,
    ) -> BoxFuture<'a, Result<BatchStatus, RemoteError>> {
        async move {
            let path = [catalog_of(channel)?, "check_batch_request_status"];
            let query = [("handle", handle), ("load_ids_of_invalid_requests", "true")];
            let answer = self.call(channel, Method::GET, &path, &query, None).await;
            answer.map(|answer| batch_status(&answer)).map_err(remote_error)
        }
        .boxed()
    }

    fn items<'a>(
        &'a self,
        channel: &'a channel::Model,
        after: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(Vec<RemoteItem>, Option<String>), RemoteError>> {
        async move {
            let path = [catalog_of(channel)?, "products"];
            let mut query = vec![("fields", FIELDS), ("limit", PAGE)];
            query.extend(after.map(|after| ("after", after)));
            let answer = self.call(channel, Method::GET, &path, &query, None).await;
            answer.map_err(remote_error).and_then(|answer| page(&answer))
        }
        .boxed()
    }
}

fn catalog_of(channel: &channel::Model) -> Result<&str, RemoteError> {
    channel.catalog_id.as_deref().ok_or_else(|| RemoteError::Refused {
        code: None,
        text: "the channel has no catalog".to_owned(),
    })
}

fn batch_answer(answer: &Value) -> BatchAnswer {
    let handles = list(&answer["handles"]).filter_map(text).collect();
    let refused = list(&answer["validation_status"]).filter_map(|entry| {
        let why = messages(&entry["errors"]);
        let sku = text(&entry["retailer_id"])?;
        (!why.is_empty()).then_some((sku, why))
    });
    BatchAnswer { handles, refused: refused.collect() }
}

/// `data` holds one entry a handle. An unknown word for its status counts as not finished: the caller has a deadline.
fn batch_status(answer: &Value) -> BatchStatus {
    let entry = &answer["data"][0];
    let word = entry["status"].as_str().unwrap_or_default();
    let given_up = matches!(word, "dropped" | "error").then(|| word.to_owned());
    let finished = word == "finished" || given_up.is_some();
    let mut refused: Vec<(Option<String>, String)> = list(&entry["errors"])
        .map(|error| {
            let sku = text(&error["id"]).or_else(|| text(&error["retailer_id"]));
            let why = text(&error["message"]).unwrap_or_else(|| "refused without a reason".into());
            (sku, short(&why))
        })
        .collect();
    // The list of errors may be cut off, the list of ids is not.
    for sku in list(&entry["ids_of_invalid_requests"]).filter_map(text) {
        if !refused.iter().any(|(known, _)| known.as_ref() == Some(&sku)) {
            refused.push((Some(sku), "refused without a reason".to_owned()));
        }
    }
    BatchStatus { finished, given_up, refused }
}

/// One page of items. An answer without any list is none, and not the last one: what is missing from all pages counts as
/// lost.
fn page(answer: &Value) -> Result<(Vec<RemoteItem>, Option<String>), RemoteError> {
    if !answer["data"].is_array() {
        let text = "an answer without items".to_owned();
        return Err(RemoteError::Later { text, after_ms: None });
    }
    let items = list(&answer["data"]).filter_map(|item| {
        let reasons = list(&item["review_rejection_reasons"]).filter_map(text).collect();
        Some(RemoteItem { sku: text(&item["retailer_id"])?, review: review(item), reasons })
    });
    let paging = &answer["paging"];
    let next = paging["next"].is_string().then(|| text(&paging["cursors"]["after"])).flatten();
    Ok((items.collect(), next))
}

/// The WHATSAPP entry of `capability_to_review_status`, a list or a map; without one the general `review_status`.
fn review(item: &Value) -> String {
    let capabilities = &item["capability_to_review_status"];
    let own = list(capabilities)
        .find(|entry| entry["key"] == "WHATSAPP")
        .and_then(|entry| text(&entry["value"]))
        .or_else(|| text(&capabilities["WHATSAPP"]));
    own.or_else(|| text(&item["review_status"])).unwrap_or_default().to_ascii_uppercase()
}

fn remote_error(error: CallError) -> RemoteError {
    match error {
        CallError::Forbidden(text) => RemoteError::Refused { code: None, text },
        CallError::NotSent(text) | CallError::NoAnswer(text) => {
            RemoteError::Later { text, after_ms: None }
        }
        CallError::Unreadable { http, after_ms } => {
            let text = format!("an unreadable answer with status {http}");
            RemoteError::Later { text, after_ms }
        }
        CallError::Refused { code, http, text, transient, after_ms } => {
            match verdict(code, transient, http) {
                Verdict::Retry | Verdict::Once | Verdict::Pair | Verdict::Unsure => {
                    RemoteError::Later { text, after_ms }
                }
                Verdict::RetryAfter(seconds) | Verdict::Throttled(seconds) => {
                    let after_ms = after_ms.max(Some(seconds * 1_000));
                    RemoteError::Later { text, after_ms }
                }
                Verdict::Window | Verdict::Refused | Verdict::NeedsPerson => {
                    RemoteError::Refused { code: Some(code), text }
                }
            }
        }
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A text or a number as text; empty ones are absent.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => clean(text),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn messages(errors: &Value) -> String {
    let all: Vec<String> = list(errors).filter_map(|error| text(&error["message"])).collect();
    short(&all.join("; "))
}

fn short(text: &str) -> String {
    text.chars().take(LONGEST_REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_names_handles_and_refused_items() {
        let answer = json!({"handles": ["a", "b"], "validation_status": [
            {"retailer_id": "S", "errors": [{"message": "one"}, {"message": "two"}], "warnings": []},
            {"retailer_id": "W", "errors": [], "warnings": [{"message": "careful"}]},
        ]});
        let wanted = BatchAnswer {
            handles: vec!["a".into(), "b".into()],
            refused: vec![("S".into(), "one; two".into())],
        };
        assert_eq!(batch_answer(&answer), wanted);
        assert_eq!(batch_answer(&json!({})), BatchAnswer::default());
    }

    #[test]
    fn a_status_names_every_refused_item() {
        let running = json!({"data": [{"status": "in_progress"}]});
        assert_eq!(batch_status(&running), BatchStatus::default());
        let finished = json!({"data": [{"status": "finished", "errors": [
            {"id": "A", "message": "bad"}, {"retailer_id": "B", "message": "worse"}, {"line": 3},
        ], "ids_of_invalid_requests": ["A", "C"]}]});
        let status = batch_status(&finished);
        assert_eq!((status.finished, status.given_up), (true, None));
        let none = "refused without a reason".to_owned();
        assert_eq!(
            status.refused,
            [
                (Some("A".into()), "bad".into()),
                (Some("B".into()), "worse".into()),
                (None, none.clone()),
                (Some("C".into()), none),
            ]
        );
    }

    #[test]
    fn a_batch_that_whatsapp_gave_up_says_so() {
        for word in ["dropped", "error"] {
            let ended = json!({"data": [{"status": word, "errors": [
                {"id": "A", "message": "bad"}, {"message": "too much"},
            ]}]});
            let wanted = BatchStatus {
                finished: true,
                given_up: Some(word.into()),
                refused: vec![(Some("A".into()), "bad".into()), (None, "too much".into())],
            };
            assert_eq!(batch_status(&ended), wanted);
        }
    }

    #[test]
    fn a_refusal_for_a_while_waits_as_long_as_its_code_or_whatsapp_asks() {
        let refused = |code, after_ms| {
            let text = "wait".to_owned();
            remote_error(CallError::Refused { code, http: 400, text, transient: false, after_ms })
        };
        let later = |after_ms| RemoteError::Later { text: "wait".into(), after_ms };
        assert_eq!(refused(80_014, None), later(Some(60_000)));
        assert_eq!(refused(80_014, Some(5_000)), later(Some(60_000)));
        assert_eq!(refused(80_014, Some(90_000)), later(Some(90_000)));
        assert_eq!(refused(134_101, None), later(Some(600_000)));
        assert_eq!(refused(2, None), later(None));
        assert_eq!(
            refused(100, None),
            RemoteError::Refused { code: Some(100), text: "wait".into() }
        );
    }

    #[test]
    fn the_review_is_the_one_for_whatsapp() {
        let listed = json!({"review_status": "approved", "capability_to_review_status": [
            {"key": "SHOPS", "value": "APPROVED"}, {"key": "WHATSAPP", "value": "REJECTED"}]});
        assert_eq!(review(&listed), "REJECTED");
        let mapped = json!({"capability_to_review_status": {"WHATSAPP": "PENDING"}});
        assert_eq!(review(&mapped), "PENDING");
        assert_eq!(review(&json!({"review_status": "approved"})), "APPROVED");
        assert_eq!(review(&json!({})), "");
    }

    #[test]
    fn pages_end_where_there_is_no_next() {
        let one = json!({"data": [{"retailer_id": "A"}],
            "paging": {"cursors": {"after": "x"}, "next": "https://…"}});
        assert_eq!(page(&one).unwrap().1.as_deref(), Some("x"));
        let last = json!({"data": [], "paging": {"cursors": {"after": "x"}}});
        assert_eq!(page(&last).unwrap(), (vec![], None));
        assert!(page(&json!({})).is_err());
    }
}
