//! Terms of sale: every version that ever held, never changed and never deleted.

use crate::{ShopId, TermsId, Timestamp};
use sea_orm::entity::prelude::*;

/// One version in one language. Orders name the one they were placed under.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "terms")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TermsId,
    pub shop_id: ShopId,
    /// Language tag; empty: for every language that has none of its own.
    pub language: String,
    /// The whole text; empty when it stands behind `url` only.
    pub body: String,
    pub url: Option<String>,
    /// Of `url`, a line feed and `body`; unique for shop and language.
    pub sha256: String,
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
