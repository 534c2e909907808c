//! Files that a person sends.

use aws_lc_rs::digest;
use data_encoding::BASE64;
use serde_json::{Value, json};

use super::super::{Refused, Result, text};
use crate::config::Account;
use crate::sim::{Sim, State};

/// The file given as base64 in `data` with its `mime_type`, or one made up.
pub(super) fn given(
    sim: &Sim,
    state: &mut State,
    account: &Account,
    kind: &str,
    said: &Value,
) -> Result<Value> {
    const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const PDF: &str = "JVBERi0xLjQKJSVFT0YK";
    const OGG: &str = "T2dnUwACAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    const WEBP: &str = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==";
    const MP4: &str = "AAAAGGZ0eXBpc29tAAAAAGlzb21pc28y";
    let (mime_type, made_up) = match kind {
        "image" => ("image/png", PNG),
        "audio" => ("audio/ogg; codecs=opus", OGG),
        "sticker" => ("image/webp", WEBP),
        "video" => ("video/mp4", MP4),
        _ => ("application/pdf", PDF),
    };
    let mime_type = text(said, "mime_type").unwrap_or(mime_type);
    let bytes = BASE64
        .decode(text(said, "data").unwrap_or(made_up).as_bytes())
        .map_err(|_| Refused::bad("data is base64"))?;
    let mut file = store(sim, state, account, mime_type, bytes);
    match kind {
        "audio" => file["voice"] = json!(said.get("voice") != Some(&json!(false))),
        "sticker" => file["animated"] = json!(said.get("animated") == Some(&json!(true))),
        _ => {
            if let Some(caption) = text(said, "caption") {
                file["caption"] = json!(caption);
            }
        }
    }
    if kind == "document" {
        file["filename"] = json!(text(said, "filename").unwrap_or("document.pdf"));
    }
    Ok(file)
}

/// The same file once more under another id: of the person's own, or of a picture that the business sent. What lies
/// behind a link is not fetched; a made-up file stands for it.
pub(super) fn again(
    sim: &Sim,
    state: &mut State,
    account: &Account,
    kind: &str,
    old: &Value,
) -> Result<Value> {
    let known = text(old, "id").and_then(|id| state.media.get(id, sim.now()));
    let known = known.map(|medium| (medium.mime_type.clone(), medium.bytes.clone()));
    let Some((mime_type, bytes)) = known else { return given(sim, state, account, kind, old) };
    let mut file = store(sim, state, account, &mime_type, bytes);
    for key in ["caption", "filename", "voice", "animated"] {
        if let Some(value) = old.get(key) {
            file[key] = value.clone();
        }
    }
    Ok(file)
}

fn store(
    sim: &Sim,
    state: &mut State,
    account: &Account,
    mime_type: &str,
    bytes: Vec<u8>,
) -> Value {
    let id = state.ids.digits(16);
    let hash = BASE64.encode(digest::digest(&digest::SHA256, &bytes).as_ref());
    state.media.add(&id, &account.phone_number_id, mime_type, bytes, sim.now(), 7);
    json!({"id": id, "mime_type": mime_type, "sha256": hash})
}
