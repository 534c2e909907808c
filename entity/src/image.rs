//! Pictures that were uploaded and that we serve.

use crate::{ImageId, ShopId, Timestamp};
use sea_orm::entity::prelude::*;

/// A picture under a name made of its content: a changed picture has another URL.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "images")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImageId,
    pub shop_id: ShopId,
    /// SHA-256 of the bytes, 64 hexadecimal digits; unique in the shop.
    pub sha256: String,
    /// `image/jpeg` or `image/png`.
    pub content_type: String,
    pub bytes: Vec<u8>,
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
