//! Words to search by, and the ad that a chat came from.

use sea_orm_migration::{prelude::*, schema::*};

use crate::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        db.create_table(
            Table::create()
                .table("search_words")
                .col(uuid("thing"))
                .col(integer("field"))
                .col(text("word"))
                .col(uuid("shop_id"))
                .col(uuid_null("product_id"))
                .col(boolean("live"))
                .primary_key(Index::create().col("thing").col("field").col("word"))
                .foreign_key(ForeignKey::create().from("search_words", "shop_id").to("shops", "id"))
                .to_owned(),
        )
        .await?;
        run(
            db,
            &[
                "CREATE INDEX search_words_word ON search_words (shop_id, word)",
                // Shops of before have form 0: their words are read anew.
                "ALTER TABLE shops ADD COLUMN words_version bigint NOT NULL DEFAULT 1",
                "ALTER TABLE shops ADD COLUMN words_form integer NOT NULL DEFAULT 0",
                "ALTER TABLE products ADD COLUMN keywords text NOT NULL DEFAULT ''",
                "ALTER TABLE conversations ADD COLUMN ad_source_id text",
                "ALTER TABLE conversations ADD COLUMN ctwa_clid text",
            ],
        )
        .await
    }
}
