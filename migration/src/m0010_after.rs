//! After placing: until when customers change their minds, which order a person is asked about, what was said last.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        // SQLite takes one column at a time.
        let columns = [
            ("shops", json_binary("orders").default("{}").to_owned()),
            ("conversations", uuid_null("about_order")),
            ("conversations", big_integer_null("untold_since")),
            ("conversations", big_integer_null("said")),
            ("conversations", integer("said_times").default(0).to_owned()),
            ("conversations", integer("misses").default(0).to_owned()),
        ];
        for (table, column) in columns {
            db.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
