//! Errors as the Graph API words them.
//!
//! Source: Cloud API error codes (read 2026). Throttling is answered with 400, as there.

use serde_json::{Value, json};

use crate::server::Answer;

/// What is known of a code.
pub(crate) struct Known {
    pub(crate) http: u16,
    pub(crate) title: &'static str,
    pub(crate) transient: bool,
}

/// The usual status and title of `code`; codes that are not listed are plain refusals.
pub(crate) fn known(code: i64) -> Known {
    let (http, title, transient) = match code {
        0 => (401, "AuthException", false),
        1 => (400, "An unknown error occurred", false),
        2 => (503, "Service temporarily unavailable", true),
        3 => (500, "API Method", false),
        4 => (400, "Application request limit reached", true),
        10 => (403, "Permission denied", false),
        33 => (400, "Parameter value is not valid", false),
        100 => (400, "Invalid parameter", false),
        190 => (401, "Access token has expired", false),
        368 => (403, "Temporarily blocked for policies violations", false),
        80_007 => (400, "Rate limit issues", true),
        80_014 => (
            400,
            "There have been too many calls for the batch uploads to this catalog account",
            true,
        ),
        130_403 => (400, "Business has blocked the user", false),
        130_429 => (400, "Rate limit hit", false),
        130_472 => (400, "User's number is part of an experiment", false),
        130_497 => {
            (403, "Business account is restricted from messaging users in this country", false)
        }
        131_000 => (500, "Something went wrong", false),
        131_005 => (403, "Access denied", false),
        131_008 => (400, "Required parameter is missing", false),
        131_009 => (400, "Parameter value is not valid", false),
        131_016 => (500, "Service unavailable", true),
        131_021 => (400, "Recipient cannot be sender", false),
        131_026 => (400, "Message undeliverable", false),
        131_030 => (400, "Recipient phone number not in allowed list", false),
        131_031 => (403, "Business Account locked", false),
        131_042 => (400, "Business eligibility payment issue", false),
        131_045 => (500, "Incorrect certificate", false),
        131_047 => (400, "Re-engagement message", false),
        131_048 => (400, "Spam rate limit hit", false),
        131_049 => {
            (400, "This message was not delivered to maintain healthy ecosystem engagement", false)
        }
        131_050 => (400, "User has stopped receiving marketing messages", false),
        131_051 => (400, "Unsupported message type", false),
        131_052 => (400, "Media download error", false),
        131_053 => (400, "Media upload error", false),
        131_056 => (400, "(Business Account, Consumer Account) pair rate limit hit", false),
        131_057 => (500, "Business Account is in maintenance mode", true),
        131_062 => (400, "Business-scoped user ID is not allowed for this message", false),
        132_000 => {
            (400, "Number of parameters does not match the expected number of params", false)
        }
        132_001 => (404, "Template name does not exist in the translation", false),
        132_005 => (400, "Translated text too long", false),
        132_012 => (400, "Parameter format does not match format in the created template", false),
        132_015 => (400, "Template is paused", false),
        132_016 => (400, "Template is disabled", false),
        133_010 => (400, "Phone number is not registered", false),
        135_000 => (400, "Generic user error", false),
        139_000 => (400, "Blocked by integrity", false),
        139_001 => (400, "Flow can't be updated", false),
        139_002 => (400, "Flow can't be published", false),
        139_003 => (400, "Flow can't be deprecated", false),
        139_004 => (400, "Flow can't be deleted", false),
        _ => (400, "Something went wrong", false),
    };
    Known { http, title, transient }
}

/// A refusal.
#[derive(Clone, Debug)]
pub(crate) struct GraphError {
    pub(crate) code: i64,
    pub(crate) http: u16,
    pub(crate) title: String,
    pub(crate) details: String,
    pub(crate) transient: bool,
    /// 33 under code 100: no such object.
    pub(crate) subcode: Option<i64>,
    /// What the journal notes as wrong with the request.
    pub(crate) violations: Vec<String>,
}

impl GraphError {
    /// The usual error of a code, with `details` on what exactly it is about.
    pub(crate) fn new(code: i64, details: impl Into<String>) -> Self {
        let known = known(code);
        let details = details.into();
        Self {
            code,
            http: known.http,
            title: known.title.to_owned(),
            transient: known.transient,
            subcode: None,
            violations: vec![details.clone()],
            details,
        }
    }

    /// The same error, not the fault of the request.
    pub(crate) fn blameless(mut self) -> Self {
        self.violations.clear();
        self
    }

    /// No such object, or not with this token.
    pub(crate) fn no_object(method: &str, id: &str) -> Self {
        let title = format!(
            "Unsupported {} request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, \
             or does not support this operation",
            method.to_lowercase()
        );
        Self { subcode: Some(33), title: title.clone(), ..Self::new(100, title) }
    }

    pub(crate) fn answer(&self, trace: &str) -> Answer {
        let message = match self.code {
            0 | 190 => self.title.clone(),
            100 if self.subcode == Some(33) => self.title.clone(),
            code => format!("(#{code}) {}", self.title),
        };
        let kind = if self.subcode == Some(33) { "GraphMethodException" } else { "OAuthException" };
        let mut error = json!({
            "message": message,
            "type": kind,
            "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": self.details},
            "is_transient": self.transient,
            "fbtrace_id": trace,
        });
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = json!(subcode);
        }
        let mut answer = Answer::json(self.http, json!({"error": error}));
        answer.violations.clone_from(&self.violations);
        if matches!(self.code, 4 | 17 | 613 | 80_007 | 80_014) {
            answer.headers.push(("x-business-use-case-usage", usage()));
        }
        answer
    }
}

/// The header that says when to come back, in minutes.
fn usage() -> String {
    let usage: Value = json!({"0": [{
        "type": "whatsapp", "call_count": 100, "total_cputime": 25, "total_time": 25,
        "estimated_time_to_regain_access": 1
    }]});
    usage.to_string()
}
