//! Answers kept under an Idempotency-Key for 72 hours.

use crate::{ApiKeyId, Timestamp};
use sea_orm::entity::prelude::*;

/// What a write answered.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub api_key_id: ApiKeyId,
    /// As the client sent it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// SHA-256 of method, path and body, hexadecimal.
    pub request_hash: String,
    pub status: i32,
    /// The answer's body, JSON.
    pub body: Vec<u8>,
    /// The answer's ETag, when it has one.
    pub etag: Option<String>,
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
