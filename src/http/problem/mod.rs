//! All errors of the API, as RFC 9457 problems. The only place that turns errors into statuses.
//!
//! `rooms` translates what the rooms of the shop report, `framework` what poem refuses by itself; [`Code`] is the table
//! of all kinds. Nothing internal ever stands in a problem.

mod code;
mod framework;
mod rooms;

use std::borrow::Cow;

use poem::{IntoResponse, Response, error::ResponseError, http::StatusCode, http::header};
use poem_openapi::{
    ApiResponse, Object,
    registry::{MetaMediaType, MetaResponse, MetaResponses, Registry},
    types::{ToJSON, Type},
};

pub use code::Code;
pub(crate) use framework::{catch, from_panic, too_large};

/// The media type of problems.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// What went wrong with a request, for its sender.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", code.slug())]
pub struct Problem {
    code: Code,
    detail: String,
    remedy: Option<Cow<'static, str>>,
    errors: Vec<FieldError>,
    retry_after: Option<u64>,
    allow: Option<String>,
}

/// One fault of a request that has several.
#[derive(Clone, Debug, PartialEq, Eq, Object)]
#[oai(rename = "FieldError")]
pub struct FieldError {
    /// Where it is: a JSON Pointer into the body, such as `/lines/0/quantity`.
    #[oai(validator(max_length = 200))]
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
}

/// A problem as RFC 9457 has it.
#[derive(Clone, Debug, Object)]
#[oai(rename = "Problem", example = true)]
pub struct ProblemBody {
    /// Where the kind of problem is explained; relative to the service.
    #[oai(rename = "type")]
    kind: String,
    /// The kind of problem in one line.
    title: String,
    /// The HTTP status.
    status: u16,
    /// The stable name of the kind: what programs compare.
    code: String,
    /// What happened this time.
    detail: String,
    /// What can be done about it.
    remedy: String,
    /// Every value that cannot be accepted; empty for other kinds.
    errors: Vec<FieldError>,
}

impl poem_openapi::types::Example for ProblemBody {
    fn example() -> Self {
        Problem::new(Code::NotFound, "no order `ord_0193…` in this shop").body()
    }
}

impl Problem {
    /// A problem of this kind; `detail` says what happened this time, without personal data or anything internal.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            remedy: None,
            errors: Vec::new(),
            retry_after: None,
            allow: None,
        }
    }

    /// No such thing in this shop.
    #[must_use]
    pub fn not_found(what: &str, id: impl std::fmt::Display) -> Self {
        Self::new(Code::NotFound, format!("no {what} `{id}` in this shop"))
    }

    /// A value of the body that cannot be accepted; `pointer` is a JSON Pointer.
    #[must_use]
    pub fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::all_invalid(vec![FieldError { pointer: pointer.into(), detail: detail.into() }])
    }

    /// Several values that cannot be accepted.
    #[must_use]
    pub fn all_invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] => format!("`{}`: {}", one.pointer, one.detail),
            several => format!("{} values cannot be accepted", several.len()),
        };
        Self { errors, ..Self::new(Code::InvalidValue, detail) }
    }

    /// Our fault. The error is logged here, once, and not told.
    #[must_use]
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed: {error}");
        Self::new(Code::Internal, "the request was not carried out")
    }

    /// Another remedy than the usual one of its kind.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<Cow<'static, str>>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// When to try again, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The methods that the path takes.
    #[must_use]
    pub(crate) fn allow(mut self, methods: impl Into<String>) -> Self {
        self.allow = Some(methods.into());
        self
    }

    /// What kind it is.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// What happened, for the outcome of one row of a bulk write.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    fn body(&self) -> ProblemBody {
        ProblemBody {
            kind: format!("/api/problems/{}", self.code.slug()),
            title: self.code.title().to_owned(),
            status: self.code.status().as_u16(),
            code: self.code.slug().to_owned(),
            detail: self.detail.clone(),
            remedy: self.remedy.as_deref().unwrap_or(self.code.remedy()).to_owned(),
            errors: self.errors.clone(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::builder()
            .status(self.code.status())
            .content_type(MEDIA_TYPE)
            .header(header::CACHE_CONTROL, "no-store");
        if self.code.status() == StatusCode::UNAUTHORIZED {
            let challenge = match self.code {
                Code::KeyMissing => "Bearer realm=\"sepet\"",
                _ => "Bearer realm=\"sepet\", error=\"invalid_token\"",
            };
            response = response.header(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            response = response.header(header::RETRY_AFTER, seconds);
        }
        if let Some(methods) = &self.allow {
            response = response.header(header::ALLOW, methods);
        }
        response.body(self.body().to_json_string())
    }
}

impl ResponseError for Problem {
    fn status(&self) -> StatusCode {
        self.code.status()
    }

    fn as_response(&self) -> Response {
        self.clone().into_response()
    }
}

/// Operations list no problems one by one: whatever is not a success is a problem.
impl ApiResponse for Problem {
    fn meta() -> MetaResponses {
        let body = MetaMediaType { content_type: MEDIA_TYPE, schema: ProblemBody::schema_ref() };
        let any = MetaResponse {
            description: "It was not done: the problem tells why, and what can be done about it.",
            status: None,
            status_range: None,
            content: vec![body],
            headers: Vec::new(),
        };
        MetaResponses { responses: vec![any] }
    }

    fn register(registry: &mut Registry) {
        ProblemBody::register(registry);
    }
}

/// The text of one kind of problem in `docs/problems.md`, as Markdown.
#[must_use]
pub(crate) fn explained(slug: &str) -> Option<&'static str> {
    let text = include_str!("../../../docs/problems.md");
    text.split("\n## ").skip(1).find(|section| section.lines().next() == Some(slug))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_page_and_no_page_is_left_over() {
        let text = include_str!("../../../docs/problems.md");
        let pages: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let codes: Vec<_> = Code::ALL.iter().map(|code| code.slug()).collect();
        assert_eq!(pages, codes, "docs/problems.md has one section per code, in the same order");
        for code in Code::ALL {
            let page = explained(code.slug()).unwrap();
            let status = format!("Status {}", code.status().as_u16());
            assert!(page.contains(&status), "{} names `{status}`", code.slug());
            assert!(page.len() > 100, "{} explains itself", code.slug());
        }
    }

    #[test]
    fn problems_tell_cause_and_remedy() {
        let body = Problem::invalid("/name", "is blank").body();
        assert_eq!(body.kind, "/api/problems/invalid-value");
        assert_eq!((body.status, body.detail.as_str()), (422, "`/name`: is blank"));
        assert!(!body.remedy.is_empty());
        let response = Problem::new(Code::KeyMissing, "no key").into_response();
        assert_eq!(response.content_type(), Some(MEDIA_TYPE));
        assert!(response.header(header::WWW_AUTHENTICATE).unwrap().starts_with("Bearer"));
    }
}
