//! What operations answer, and the versions of what people edit: `ETag` out, `If-Match` in.

use std::{borrow::Cow, marker::PhantomData};

use poem::{
    IntoResponse, Request, RequestBody, Response,
    http::{StatusCode, header},
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ApiResponse, ExtractParamOptions,
    payload::{Json, Payload},
    registry::{
        MetaHeader, MetaMediaType, MetaParamIn, MetaResponse, MetaResponses, MetaSchema,
        MetaSchemaRef, Registry,
    },
    types::{ToJSON, Type},
};

use super::problem::{Code, Problem};

/// An answer of an operation: `Answer<Order>` is a 200 or a problem.
pub type Answer<T> = Result<Reply<T, 200>, Problem>;
/// The answer to a POST that makes something: 201 or a problem.
pub type Made<T> = Result<Reply<T, 201>, Problem>;
/// The answer to a DELETE: 204 or a problem.
pub type Removed = Result<Reply<Nothing, 204>, Problem>;

/// A successful answer with the status `STATUS`; its JSON is made once, so a replay is the same to the byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply<T, const STATUS: u16> {
    pub(super) body: Vec<u8>,
    pub(super) etag: Option<String>,
    pub(super) replayed: bool,
    pub(super) secret: bool,
    live: bool,
    of: PhantomData<fn() -> T>,
}

/// `Cache-Control` of what nobody may keep.
pub(super) const NO_STORE: &str = "no-store";

/// No body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nothing;

impl<T: ToJSON, const STATUS: u16> Reply<T, STATUS> {
    /// An answer without a version.
    #[must_use]
    pub fn new(body: &T) -> Self {
        Self::stored(body.to_json_string().into_bytes(), None, false)
    }

    /// An answer with the version of what it shows, as its ETag.
    #[must_use]
    pub fn versioned(body: &T, version: i32) -> Self {
        Self::stored(body.to_json_string().into_bytes(), Some(format!("\"{version}\"")), false)
    }
}

impl Reply<Nothing, 204> {
    /// Done, nothing to show.
    #[must_use]
    pub fn nothing() -> Self {
        Self::stored(Vec::new(), None, false)
    }
}

impl<T, const STATUS: u16> Reply<T, STATUS> {
    pub(super) fn stored(body: Vec<u8>, etag: Option<String>, replayed: bool) -> Self {
        Self { body, etag, replayed, secret: false, live: false, of: PhantomData }
    }

    /// An answer that also shows what changes without a new version, such as stock: nobody may keep it, and it is never
    /// answered with 304. Its ETag is the version of what can be edited.
    #[must_use]
    pub fn live(mut self) -> Self {
        self.live = true;
        self
    }

    /// An answer that holds a secret: it is kept for a replay only so that the same caller can read it.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }
}

impl<T: Send, const STATUS: u16> IntoResponse for Reply<T, STATUS> {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(STATUS).unwrap_or(StatusCode::OK);
        let mut response = Response::builder().status(status);
        if status != StatusCode::NO_CONTENT {
            response = response.content_type("application/json");
        }
        if let Some(etag) = &self.etag {
            response = response.header(header::ETAG, etag);
        }
        if self.live {
            response = response.header(header::CACHE_CONTROL, NO_STORE);
        }
        if self.replayed {
            response = response.header("Idempotency-Replayed", "true");
        }
        response.body(self.body)
    }
}

fn response_header(name: &str, description: &str) -> MetaHeader {
    MetaHeader {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        required: false,
        deprecated: false,
        schema: MetaSchemaRef::Inline(Box::new(MetaSchema::new("string"))),
    }
}

fn meta(status: u16, content: Vec<MetaMediaType>) -> MetaResponses {
    let description = match status {
        201 => "It was made.",
        204 => "It was done.",
        _ => "What was asked for.",
    };
    let mut headers = Vec::new();
    if status != 204 {
        headers.push(response_header("ETag", "The version, when the thing has one."));
    }
    MetaResponses {
        responses: vec![MetaResponse {
            description,
            status: Some(status),
            status_range: None,
            content,
            headers,
        }],
    }
}

impl<T: ToJSON, const STATUS: u16> ApiResponse for Reply<T, STATUS> {
    fn meta() -> MetaResponses {
        let body = MetaMediaType { content_type: Json::<T>::CONTENT_TYPE, schema: T::schema_ref() };
        meta(STATUS, if STATUS == 204 { Vec::new() } else { vec![body] })
    }

    fn register(registry: &mut Registry) {
        if STATUS != 204 {
            T::register(registry);
        }
    }
}

/// `If-Match`: the version that a change starts from. Left out, or `*`: whatever it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Option<i32>);

impl IfMatch {
    /// Refuses to go on when the thing has another version.
    ///
    /// # Errors
    /// A `stale` problem.
    pub fn check(self, version: i32) -> Result<(), Problem> {
        match self.0 {
            Some(expected) if expected != version => Err(stale(version)),
            _ => Ok(()),
        }
    }
}

/// It was changed in the meantime.
pub(crate) fn stale(version: i32) -> Problem {
    Problem::new(Code::Stale, format!("its ETag is \"{version}\" now"))
}

impl<'a> ApiExtractor<'a> for IfMatch {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    type ParamType = ();
    type ParamRawType = ();

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Header)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(MetaSchemaRef::Inline(Box::new(MetaSchema {
            example: Some(serde_json::json!("\"3\"")),
            ..MetaSchema::new("string")
        })))
    }

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let Some(value) = request.header(header::IF_MATCH) else {
            return Ok(Self(None));
        };
        let value = value.trim();
        if value == "*" {
            return Ok(Self(None));
        }
        // What is no ETag of ours matches no version.
        let version = value
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .and_then(|digits| digits.parse().ok())
            .unwrap_or(-1);
        Ok(Self(Some(version)))
    }
}

impl Type for Nothing {
    const IS_REQUIRED: bool = false;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "Nothing".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema::ANY))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::empty())
    }
}

impl ToJSON for Nothing {
    fn to_json(&self) -> Option<serde_json::Value> {
        None
    }
}
