//! Takes in a product feed: a CSV file with the columns of Meta's product feed, in any order.
//!
//! Promises: a result for each row; a bad row never harms a good one; the same file again changes nothing. A SKU that the
//! file does not name stays as it is. A column that the file does not have, and a blank cell, leave what is known; but a
//! blank `sale_price` ends the sale. Rows of one `item_group_id` become variants of one product, told apart by `color`,
//! `size`, `pattern` and `material`; what belongs to the product (title, description …) is taken from the first of them.
//! `product_type` adds the product to the collection named by its last part, which is made when missing. An `id` that
//! stands twice is refused everywhere, as Meta does.
//!
//! [`read`] parses, `family` tells variants apart, `draft` sees a row against what is there (all pure), `apply` writes: everything in one transaction, in sets.

mod apply;
mod draft;
mod family;
mod known;
mod read;
mod row;

use entity::{
    ImportId, ShopId, Timestamp, import,
    import_row::{self, Outcome},
    shop,
};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};

use super::CatalogError;
use crate::platform::db::Write;

pub use read::{BYTES, File, Unusable, read};

/// Rows of one INSERT: five columns each, below SQLite's 32,766 parameters.
const ROWS: usize = 1_000;

/// Why nothing of a file was taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Unusable(#[from] Unusable),
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub import: import::Model,
    /// In the order of the file.
    pub rows: Vec<import_row::Model>,
}

/// Takes in a file. [`read`] and [`take`] are the two halves, for those who want the first outside of the write.
///
/// # Errors
/// [`ImportError::Unusable`] when it is no such file at all; the database's.
pub async fn csv(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    bytes: &[u8],
) -> Result<Report, ImportError> {
    Ok(take(txn, now, shop, read(bytes)?).await?)
}

/// Takes in a file that was read: products, stock, collections, and a row of the report for each line.
///
/// # Errors
/// The database's: nothing was taken then.
pub async fn take(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    file: File,
) -> Result<Report, CatalogError> {
    let owner = shop::Entity::find_by_id(shop).one(txn).await?.ok_or(CatalogError::NoShop(shop))?;
    let results = apply::apply(txn, now, &owner, &file).await?;
    let count = |wanted: Outcome| {
        i32::try_from(results.iter().filter(|r| r.outcome == wanted).count()).unwrap_or(i32::MAX)
    };
    let import = import::Model {
        id: ImportId::new(now),
        shop_id: shop,
        created: count(Outcome::Created),
        updated: count(Outcome::Updated),
        unchanged: count(Outcome::Unchanged),
        refused: count(Outcome::Refused),
        ignored_columns: file.ignored.iter().collect(),
        created_at: now,
    };
    import::Entity::insert(import.clone().into_active_model())
        .exec_without_returning(txn)
        .await
        .map_err(CatalogError::Db)?;
    let rows: Vec<import_row::Model> = file
        .lines
        .into_iter()
        .zip(results)
        .map(|(line, result)| import_row::Model {
            import_id: import.id,
            line: line.number,
            sku: line.sku,
            outcome: result.outcome,
            message: result.message,
        })
        .collect();
    for chunk in rows.chunks(ROWS) {
        let chunk = chunk.iter().cloned().map(|row| import_row::ActiveModel {
            import_id: Set(row.import_id),
            line: Set(row.line),
            sku: Set(row.sku),
            outcome: Set(row.outcome),
            message: Set(row.message),
        });
        import_row::Entity::insert_many(chunk)
            .exec_without_returning(txn)
            .await
            .map_err(CatalogError::Db)?;
    }
    Ok(Report { import, rows })
}

/// What became of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RowResult {
    outcome: Outcome,
    message: Option<String>,
}

impl RowResult {
    fn refused(why: impl Into<String>) -> Self {
        Self { outcome: Outcome::Refused, message: Some(why.into()) }
    }
}
