//! What became of each row of an import.

use crate::ImportId;
use sea_orm::entity::prelude::*;

/// One row of the file.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_rows")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: ImportId,
    /// Line of the file, the header is 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub line: i32,
    pub sku: Option<String>,
    pub outcome: Outcome,
    /// Why it was refused, or what was left out of it.
    pub message: Option<String>,
}

/// What became of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Outcome {
    Created,
    Updated,
    Unchanged,
    Refused,
}

impl ActiveModelBehavior for ActiveModel {}
