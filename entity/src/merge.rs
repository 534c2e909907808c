//! Merges: two customers that turned out to be one person. Append-only.

use crate::{CustomerId, MergeId, ShopId, Timestamp};
use sea_orm::entity::prelude::*;

/// One merge.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "merges")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MergeId,
    pub shop_id: ShopId,
    /// Who stayed. When that customer is merged too, it points to whom they became.
    pub into_id: CustomerId,
    /// Who is gone; unique, and no row any more.
    #[sea_orm(unique)]
    pub from_id: CustomerId,
    pub why: Why,
    /// The input (`in_…`) or the API key (`key_…`) that brought it about.
    pub by: String,
    /// What was moved, and what the one who is gone was: numbers, names and ids, for whoever has to explain it.
    #[sea_orm(column_type = "JsonBinary")]
    pub moved: Json,
    pub created_at: Timestamp,
}

/// What showed that they are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Why {
    /// WhatsApp said that the one became the other.
    Moved,
    /// One message named both: the phone of the one, the BSUID of the other.
    SeenTogether,
    /// Somebody of the shop said so.
    Asked,
}

impl ActiveModelBehavior for ActiveModel {}
