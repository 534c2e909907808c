//! People who turn out to be one, messages that were edited or taken back, what WhatsApp tells of chats and numbers.

use sea_orm_migration::{prelude::*, schema::*};

use crate::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        db.create_table(
            Table::create()
                .table("merges")
                .col(uuid("id").primary_key())
                .col(uuid("shop_id"))
                .col(uuid("into_id"))
                .col(uuid("from_id"))
                .col(text("why"))
                .col(text("by"))
                .col(json_binary("moved"))
                .col(big_integer("created_at"))
                .foreign_key(ForeignKey::create().from("merges", "shop_id").to("shops", "id"))
                .foreign_key(ForeignKey::create().from("merges", "into_id").to("customers", "id"))
                .to_owned(),
        )
        .await?;
        run(
            db,
            &[
                "CREATE UNIQUE INDEX merges_from ON merges (from_id)",
                "CREATE INDEX merges_into ON merges (into_id, id)",
                "ALTER TABLE inbox ADD COLUMN edited_at bigint",
                "ALTER TABLE inbox ADD COLUMN revoked_at bigint",
                "ALTER TABLE conversations ADD COLUMN echoed_at bigint",
                "ALTER TABLE channels ADD COLUMN messaging_limit text",
            ],
        )
        .await
    }
}
