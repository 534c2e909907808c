//! `GET /media/{sha256}.{jpg|png}`: pictures under a name made of their content, so they may be kept for ever.
//!
//! Open to everybody: WhatsApp fetches them, and the name cannot be guessed without the picture.

use std::sync::Arc;

use poem::{
    Request, Response, Route,
    endpoint::make,
    get,
    http::{StatusCode, header},
};

use super::problem::{Code, Problem};
use crate::{
    catalog::image::{self, MediaName},
    platform::Platform,
};

const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The route below `/media`.
pub(super) fn routes(platform: Arc<Platform>) -> Route {
    let serve = make(move |request: Request| {
        let platform = platform.clone();
        async move { Ok::<_, poem::Error>(serve(&platform, &request).await?) }
    });
    Route::new().at("/:name", get(serve))
}

async fn serve(platform: &Platform, request: &Request) -> Result<Response, Problem> {
    let none = || Problem::new(Code::NoRoute, "there is no such picture");
    let name = request.path_params::<String>().ok().and_then(|name| MediaName::parse(&name));
    let name = name.ok_or_else(none)?;
    let etag = format!("\"{}\"", name.sha256);
    let bytes = image::served(platform.db.reader(), &name).await?.ok_or_else(none)?;
    let answer = Response::builder()
        .header(header::CACHE_CONTROL, FOR_EVER)
        .header(header::ETAG, &etag)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    let known = request.header(header::IF_NONE_MATCH).unwrap_or_default();
    if known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag) {
        return Ok(answer.status(StatusCode::NOT_MODIFIED).finish());
    }
    Ok(answer.content_type(name.kind.content_type()).body(bytes))
}
