//! What a shop says in its own words, and whether a customer chose the language.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        db.create_table(
            Table::create()
                .table("shop_texts")
                .col(uuid("shop_id"))
                .col(text("language"))
                .col(text("key"))
                .col(text("text"))
                .col(integer("version"))
                .col(big_integer("updated_at"))
                .primary_key(Index::create().col("shop_id").col("language").col("key"))
                .foreign_key(ForeignKey::create().from("shop_texts", "shop_id").to("shops", "id"))
                .to_owned(),
        )
        .await?;
        db.alter_table(
            Table::alter()
                .table("shops")
                .add_column(integer("texts_version").default(0))
                .to_owned(),
        )
        .await?;
        db.alter_table(
            Table::alter()
                .table("customers")
                .add_column(boolean("language_chosen").default(false))
                .to_owned(),
        )
        .await
    }
}
