//! What poem refuses by itself, as problems.

use std::any::Any;

use poem::{
    Error, Response,
    error::{
        MethodNotAllowedError, NotFoundError, ParseJsonError, ReadBodyError, ResponseError,
        SizedLimitError,
    },
    http::StatusCode,
};
use poem_openapi::error::{
    AuthorizationError, ContentTypeError, ParseMultipartError, ParseParamError, ParsePathError,
    ParseRequestPayloadError,
};

use super::{Code, Problem};

/// Any error of the framework or of a handler.
pub(crate) async fn catch(error: Error) -> Response {
    problem_of(&error).as_response()
}

/// A panic: nothing of it is told, all of it is logged by the panic hook.
pub(crate) fn from_panic(_: Box<dyn Any + Send + 'static>) -> Problem {
    tracing::error!("a request panicked");
    Problem::new(Code::Internal, "the request was not carried out")
}

/// What an error is to the sender.
pub(crate) fn problem_of(error: &Error) -> Problem {
    if let Some(problem) = error.downcast_ref::<Problem>() {
        return problem.clone();
    }
    if error.is::<NotFoundError>() {
        return Problem::new(Code::NoRoute, "no operation has this path");
    }
    if error.is::<MethodNotAllowedError>() {
        return Problem::new(Code::MethodNotAllowed, "the path takes other methods");
    }
    if error.is::<AuthorizationError>() {
        return Problem::new(Code::KeyMissing, "the request carries no API key");
    }
    if let Some(refused) = error.downcast_ref::<ParseRequestPayloadError>() {
        return Problem::new(Code::InvalidBody, plain(&refused.reason));
    }
    if let Some(refused) = error.downcast_ref::<ParseMultipartError>() {
        return Problem::new(Code::InvalidBody, plain(&refused.reason));
    }
    if let Some(refused) = error.downcast_ref::<ParseParamError>() {
        let detail = format!("`{}`: {}", refused.name, plain(&refused.reason));
        return Problem::new(Code::InvalidParameter, detail);
    }
    if let Some(refused) = error.downcast_ref::<ParsePathError>() {
        return Problem::new(Code::InvalidParameter, plain(&refused.reason));
    }
    if let Some(refused) = error.downcast_ref::<ContentTypeError>() {
        return Problem::new(Code::UnsupportedMediaType, refused.to_string());
    }
    if matches!(error.downcast_ref::<SizedLimitError>(), Some(SizedLimitError::PayloadTooLarge))
        || matches!(error.downcast_ref::<ReadBodyError>(), Some(ReadBodyError::PayloadTooLarge))
    {
        return too_large(None);
    }
    if error.is::<ParseJsonError>() {
        return Problem::new(Code::InvalidBody, plain(&error.to_string()));
    }
    by_status(error)
}

/// The body is over `limit` bytes.
pub(crate) fn too_large(limit: Option<usize>) -> Problem {
    let detail = match limit {
        Some(limit) => format!("at most {} KiB are read here", limit / 1024),
        None => "more is sent than is read here".to_owned(),
    };
    Problem::new(Code::BodyTooLarge, detail)
}

fn by_status(error: &Error) -> Problem {
    let code = match error.status() {
        StatusCode::UNAUTHORIZED => Code::KeyMissing,
        StatusCode::FORBIDDEN => Code::ScopeMissing,
        StatusCode::NOT_FOUND => Code::NoRoute,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
        status if status.is_client_error() => Code::BadRequest,
        _ => return Problem::internal(error),
    };
    Problem::new(code, plain(&error.to_string()))
}

/// What the framework says, without the names of Rust types and in one line.
fn plain(reason: &str) -> String {
    let mut text = reason.replace('\n', " ");
    // `failed to parse "NewKey": …` names our types; what follows is what matters.
    while let Some(rest) = text.strip_prefix("failed to parse \"")
        && let Some((_, after)) = rest.split_once("\": ")
    {
        text = after.to_owned();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_types_are_left_out() {
        let says =
            "failed to parse \"NewKey\": failed to parse \"string\": Type \"string\" expects";
        assert_eq!(plain(says), "Type \"string\" expects");
        assert_eq!(plain("unknown field `x`."), "unknown field `x`.");
    }
}
