//! Channels whose provider gives no answers rest.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        // SQLite takes one column at a time.
        let columns =
            [integer("failures").default(0).to_owned(), big_integer_null("resting_until")];
        for column in columns {
            db.alter_table(Table::alter().table("channels").add_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
