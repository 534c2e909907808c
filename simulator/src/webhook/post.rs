//! One call to the business, noted in the journal.

use serde_json::json;

use crate::journal::{self, Exchange};
use crate::sim::Sim;

/// What came back: 0 and the error when nothing did.
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// Posts `body`, signed unless a signature is given, and notes it in the journal.
pub(crate) async fn post_body(
    sim: &Sim,
    url: &str,
    signature: &str,
    body: String,
    violations: Vec<String>,
) -> Answered {
    let request = journal::body(body.as_bytes());
    let sent = sim
        .http
        .post(url)
        .header("content-type", "application/json")
        .header("x-hub-signature-256", signature)
        .body(body)
        .send()
        .await;
    let answered = match sent {
        Ok(answer) => {
            let status = answer.status().as_u16();
            Answered { status, body: answer.text().await.unwrap_or_default() }
        }
        Err(error) => Answered { status: 0, body: why(&error) },
    };
    sim.keep_exchange(Exchange {
        seq: 0,
        at_ms: sim.now(),
        kind: "webhook".into(),
        method: "POST".into(),
        path: url.to_owned(),
        request,
        status: answered.status,
        response: journal::body(answered.body.as_bytes()),
        violations,
    });
    answered
}

/// Does the handshake that verifies a callback: 200 and the challenge as the raw body.
pub(crate) async fn handshake(sim: &Sim, url: &str, verify_token: &str) -> Result<(), Answered> {
    let challenge = sim.lock().ids.digits(10);
    let query = [
        ("hub.mode", "subscribe"),
        ("hub.challenge", &challenge),
        ("hub.verify_token", verify_token),
    ];
    let answered = match sim.http.get(url).query(&query).send().await {
        Ok(answer) => {
            let status = answer.status().as_u16();
            Answered { status, body: answer.text().await.unwrap_or_default() }
        }
        Err(error) => Answered { status: 0, body: why(&error) },
    };
    sim.keep_exchange(Exchange {
        seq: 0,
        at_ms: sim.now(),
        kind: "webhook".into(),
        method: "GET".into(),
        path: url.to_owned(),
        request: json!({"hub.mode": "subscribe", "hub.challenge": challenge}),
        status: answered.status,
        response: json!(answered.body),
        violations: vec![],
    });
    if answered.status == 200 && answered.body == challenge { Ok(()) } else { Err(answered) }
}

/// An error with what caused it, which is what a person wants to know.
fn why(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    text
}
