//! Runs of a catalog import.

use crate::{ImportId, ShopId, StringList, Timestamp};
use sea_orm::entity::prelude::*;

/// One imported file.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "imports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportId,
    pub shop_id: ShopId,
    pub created: i32,
    pub updated: i32,
    pub unchanged: i32,
    pub refused: i32,
    /// Columns of the file that mean nothing here.
    pub ignored_columns: StringList,
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
