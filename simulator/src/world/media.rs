//! Uploaded and received files, in memory.

use std::collections::VecDeque;

/// Bytes kept in all; the oldest files go first.
const KEPT_BYTES: usize = 256 * 1024 * 1024;
/// How long a download address is good for.
const ADDRESS_MS: i64 = 5 * 60 * 1_000;
const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// One file.
pub(crate) struct Medium {
    pub(crate) id: String,
    pub(crate) phone_number_id: String,
    pub(crate) mime_type: String,
    pub(crate) bytes: Vec<u8>,
    /// Uploads live 30 days, received files 7.
    expires_ms: i64,
    address: Option<(String, i64)>,
}

/// All files, oldest first.
#[derive(Default)]
pub(crate) struct Media {
    all: VecDeque<Medium>,
}

impl Media {
    pub(crate) fn add(
        &mut self,
        id: &str,
        phone_number_id: &str,
        mime_type: &str,
        bytes: Vec<u8>,
        now_ms: i64,
        days: i64,
    ) {
        self.all.push_back(Medium {
            id: id.to_owned(),
            phone_number_id: phone_number_id.to_owned(),
            mime_type: mime_type.to_owned(),
            bytes,
            expires_ms: now_ms + days * DAY_MS,
            address: None,
        });
        let mut total: usize = self.all.iter().map(|m| m.bytes.len()).sum();
        while total > KEPT_BYTES && self.all.len() > 1 {
            total -= self.all.pop_front().map_or(0, |m| m.bytes.len());
        }
    }

    pub(crate) fn get(&self, id: &str, now_ms: i64) -> Option<&Medium> {
        self.all.iter().find(|m| m.id == id && m.expires_ms > now_ms)
    }

    pub(crate) fn remove(&mut self, id: &str) {
        self.all.retain(|m| m.id != id);
    }

    /// Gives the file a new download address, good for five minutes.
    pub(crate) fn address(&mut self, id: &str, token: &str, now_ms: i64) {
        if let Some(medium) = self.all.iter_mut().find(|m| m.id == id) {
            medium.address = Some((token.to_owned(), now_ms + ADDRESS_MS));
        }
    }

    /// The file behind a download address that is still good.
    pub(crate) fn by_address(&self, token: &str, now_ms: i64) -> Option<&Medium> {
        self.all
            .iter()
            .find(|m| m.address.as_ref().is_some_and(|(t, until)| t == token && *until > now_ms))
    }
}

/// The largest file of a type in bytes; None: WhatsApp does not take the type.
///
/// Source: supported media types (read 2026). A sticker may be 100 KB, animated 500 KB; the larger is used.
pub(crate) fn limit(mime_type: &str) -> Option<usize> {
    const KB: usize = 1_024;
    const MB: usize = 1_024 * KB;
    let plain = mime_type.split(';').next().unwrap_or("").trim();
    match plain {
        "audio/aac" | "audio/amr" | "audio/mpeg" | "audio/mp4" | "audio/ogg" => Some(16 * MB),
        "image/jpeg" | "image/png" => Some(5 * MB),
        "video/mp4" | "video/3gpp" => Some(16 * MB),
        "image/webp" => Some(500 * KB),
        "application/pdf"
        | "text/plain"
        | "application/msword"
        | "application/vnd.ms-excel"
        | "application/vnd.ms-powerpoint" => Some(100 * MB),
        _ if plain.starts_with("application/vnd.openxmlformats-officedocument.") => Some(100 * MB),
        _ => None,
    }
}
