//! Files: upload, address, download, delete.
//!
//! Source: media reference (read 2026): uploads live 30 days, an address five minutes, and the download wants the
//! token too. The `sha256` is hexadecimal here and base64 in webhooks.

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;
use serde_json::json;

use super::errors::GraphError;
use crate::config::Account;
use crate::server::{Answer, Call};
use crate::sim::{Sim, State};
use crate::world::media;

/// What an upload brought.
pub(crate) struct Upload {
    mime_type: String,
    bytes: Vec<u8>,
}

/// Reads the form of an upload.
pub(crate) async fn read(call: &Call) -> Result<Upload, GraphError> {
    let broken = |what: String| GraphError::new(100, what);
    let (mut product, mut mime_type, mut file) = (None, None, None);
    for field in call.multipart().await.map_err(broken)? {
        let words = || String::from_utf8(field.bytes.clone()).ok();
        match field.name.as_str() {
            "messaging_product" => product = words(),
            "type" => mime_type = words(),
            "file" => file = Some((field.has_file_name, field.content_type, field.bytes)),
            other => return Err(broken(format!("unexpected key {other}"))),
        }
    }
    if product.as_deref() != Some("whatsapp") {
        return Err(GraphError::new(131_008, "messaging_product must be whatsapp"));
    }
    let Some((named, typed, bytes)) = file else {
        return Err(GraphError::new(131_008, "file is required"));
    };
    if !named {
        return Err(broken("file needs a filename".into()));
    }
    let mime_type =
        typed.or(mime_type).ok_or_else(|| broken("file needs a Content-Type".into()))?;
    let Some(most) = media::limit(&mime_type) else {
        return Err(GraphError::new(
            131_053,
            format!("Files of type {mime_type} are not supported"),
        ));
    };
    if bytes.is_empty() || bytes.len() > most {
        let size = bytes.len();
        return Err(GraphError::new(
            131_053,
            format!("A file of type {mime_type} has 1 to {most} bytes, not {size}"),
        ));
    }
    Ok(Upload { mime_type, bytes })
}

/// `POST /{phone_number_id}/media`
pub(crate) fn store(sim: &Sim, state: &mut State, account: &Account, upload: Upload) -> Answer {
    let id = state.ids.digits(16);
    let number = &account.phone_number_id;
    state.media.add(&id, number, &upload.mime_type, upload.bytes, sim.now(), 30);
    Answer::json(200, json!({"id": id}))
}

/// `GET /{media_id}` with a fresh address.
pub(crate) fn info(sim: &Sim, state: &mut State, id: &str) -> Option<Answer> {
    let now = sim.now();
    state.media.get(id, now)?;
    let token = state.ids.token();
    state.media.address(id, &token, now);
    let medium = state.media.get(id, now)?;
    Some(Answer::json(
        200,
        json!({
            "messaging_product": "whatsapp",
            "url": format!("{}/media-download/{token}", sim.base_url),
            "mime_type": medium.mime_type,
            "sha256": HEXLOWER.encode(digest::digest(&digest::SHA256, &medium.bytes).as_ref()),
            "file_size": medium.bytes.len(),
            "id": id,
        }),
    ))
}

/// The bytes behind an address; 404 once it is too old.
pub(crate) fn download(sim: &Sim, state: &State, token: &str) -> Answer {
    match state.media.by_address(token, sim.now()) {
        Some(medium) => Answer::bytes(&medium.mime_type, medium.bytes.clone()),
        None => Answer::json(404, json!({"error": "this address is not good any more"})),
    }
}
