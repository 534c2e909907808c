//! `/imports`: product feeds, taken in row by row.

use entity::{ImportId, import, import_row};
use poem_openapi::{
    ApiRequest, Enum, Object, OpenApi,
    param::{Path, Query},
};

use super::Tag;
use crate::{
    catalog::{
        import::{self as feed, ImportError},
        list,
    },
    http::{
        auth::{CatalogRead, CatalogWrite, Key},
        once::{Edge, Once},
        page::{Cursor, Limit, Page, Wanted},
        problem::Problem,
        raw::Csv,
        reply::{Answer, Made, Reply},
        types::{At, Id},
    },
};

/// Operations under `/imports`.
#[derive(Clone)]
pub struct ImportsApi(pub(super) Edge);

/// A file that was taken in.
#[derive(Clone, Debug, Object)]
pub struct Import {
    pub id: Id<ImportId>,
    /// Rows that made a new variant.
    pub created: i32,
    /// Rows that changed something.
    pub updated: i32,
    /// Rows that said what was so already.
    pub unchanged: i32,
    /// Rows of which nothing was taken; each says why.
    pub refused: i32,
    /// Columns that mean nothing here.
    pub ignored_columns: Vec<String>,
    pub created_at: At,
}

/// What became of one row.
#[derive(Clone, Debug, Object)]
pub struct ImportRow {
    /// Line of the file; the header is 1.
    pub line: i32,
    /// Its `id`, when one could be read.
    pub sku: Option<String>,
    pub outcome: RowOutcome,
    /// Why it was refused, or what was left out of it.
    pub message: Option<String>,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum RowOutcome {
    Created,
    Updated,
    Unchanged,
    Refused,
}

impl From<RowOutcome> for import_row::Outcome {
    fn from(outcome: RowOutcome) -> Self {
        match outcome {
            RowOutcome::Created => Self::Created,
            RowOutcome::Updated => Self::Updated,
            RowOutcome::Unchanged => Self::Unchanged,
            RowOutcome::Refused => Self::Refused,
        }
    }
}

impl From<import_row::Outcome> for RowOutcome {
    fn from(outcome: import_row::Outcome) -> Self {
        match outcome {
            import_row::Outcome::Created => Self::Created,
            import_row::Outcome::Updated => Self::Updated,
            import_row::Outcome::Unchanged => Self::Unchanged,
            import_row::Outcome::Refused => Self::Refused,
        }
    }
}

/// A product feed as it is: UTF-8, at most 10 MiB, the first line names the columns.
#[derive(ApiRequest)]
pub enum FeedFile {
    Csv(Csv),
}

impl Import {
    fn of(row: import::Model) -> Self {
        Self {
            id: Id(row.id),
            created: row.created,
            updated: row.updated,
            unchanged: row.unchanged,
            refused: row.refused,
            ignored_columns: row.ignored_columns.0,
            created_at: At(row.created_at),
        }
    }
}

impl ImportRow {
    fn of(row: import_row::Model) -> Self {
        Self { line: row.line, sku: row.sku, outcome: row.outcome.into(), message: row.message }
    }
}

#[OpenApi(prefix_path = "/imports", tag = "Tag::Imports")]
impl ImportsApi {
    /// List imports
    ///
    /// Newest first.
    #[oai(path = "/", method = "get", operation_id = "list_imports")]
    async fn list(
        &self,
        key: Key<CatalogRead>,
        limit: Query<Limit>,
        cursor: Query<Option<Cursor>>,
    ) -> Answer<Page<Import>> {
        let wanted = Wanted::read("imports", limit.0, cursor.0)?;
        let (db, shop) = (self.0.reader(), key.shop());
        let rows = list::imports(db, shop, wanted.after()?, wanted.rows()).await?;
        Ok(Reply::new(&wanted.page(rows, |row| row.id.to_string(), Import::of)))
    }

    /// Take in a product feed
    ///
    /// The body is the file itself, in UTF-8, with commas, semicolons or tabs between the cells and the columns of Meta's
    /// product feed in any order: `id` (always); `title`, and `price` as `12.50 TRY` (for something new); `description`,
    /// `availability`, `condition`, `sale_price` (blank ends the sale), `sale_price_effective_date`, `link`,
    /// `image_link` (a link, or the `path` of an uploaded image), `brand`, `item_group_id`, `color`, `size`, `pattern`,
    /// `material`, `quantity_to_sell_on_facebook` or `inventory`, `product_type` (its last part is the collection, which
    /// is made when it is missing); and `keywords`, other words that people may look for it by. `ignored_columns` names
    /// the others. Bad rows never harm good ones, and the same file again changes nothing. What the file does not name
    /// stays.
    #[oai(path = "/", method = "post", operation_id = "create_import")]
    async fn create(
        &self,
        key: Key<CatalogWrite>,
        #[oai(name = "Idempotency-Key")] once: Once,
        body: FeedFile,
    ) -> Made<Import> {
        let FeedFile::Csv(Csv(bytes)) = body;
        // Before the write begins: reading a large file holds up nobody.
        let file = feed::read(&bytes).map_err(|e| Problem::from(ImportError::from(e)))?;
        self.0
            .write(&key, once, async |txn, now| {
                let report = feed::take(txn, now, key.shop(), file).await?;
                Ok(Reply::new(&Import::of(report.import)))
            })
            .await
    }

    /// Read an import
    #[oai(path = "/:id", method = "get", operation_id = "get_import")]
    async fn get(&self, key: Key<CatalogRead>, id: Path<Id<ImportId>>) -> Answer<Import> {
        let row = list::import(self.0.reader(), key.shop(), id.0.0)
            .await?
            .ok_or_else(|| Problem::not_found("import", id.0))?;
        Ok(Reply::new(&Import::of(row)))
    }

    /// List the rows of an import
    ///
    /// In the order of the file.
    #[oai(path = "/:id/rows", method = "get", operation_id = "list_import_rows")]
    async fn rows(
        &self,
        key: Key<CatalogRead>,
        id: Path<Id<ImportId>>,
        outcome: Query<Option<RowOutcome>>,
        limit: Query<Limit>,
        cursor: Query<Option<Cursor>>,
    ) -> Answer<Page<ImportRow>> {
        let wanted = Wanted::read("import-rows", limit.0, cursor.0)?;
        let db = self.0.reader();
        list::import(db, key.shop(), id.0.0)
            .await?
            .ok_or_else(|| Problem::not_found("import", id.0))?;
        let outcome = outcome.0.map(Into::into);
        let rows = list::import_rows(db, id.0.0, outcome, wanted.after()?, wanted.rows()).await?;
        Ok(Reply::new(&wanted.page(rows, |row| row.line.to_string(), ImportRow::of)))
    }
}
