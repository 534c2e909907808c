//! What must go out.

use sea_orm_migration::{prelude::*, schema::*};

use crate::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        db.create_table(
            Table::create()
                .table("outbox")
                .col(uuid("id").primary_key())
                .col(uuid("shop_id"))
                .col(uuid("channel_id"))
                .col(uuid("conversation_id"))
                .col(big_integer("sequence"))
                .col(text("purpose"))
                .col(json_binary("message"))
                .col(uuid_null("answers"))
                .col(text("state"))
                .col(text_null("reason"))
                .col(big_integer("due_at"))
                .col(big_integer_null("leased_until"))
                .col(integer("attempts"))
                .col(big_integer_null("tried_at"))
                .col(boolean("repeated"))
                .col(text_null("wamid"))
                .col(integer("delivery"))
                .col(big_integer_null("delivery_at"))
                .col(big_integer_null("error_code"))
                .col(text_null("error_text"))
                .col(json_binary_null("pricing"))
                .col(big_integer_null("expires_at"))
                .col(big_integer("created_at"))
                .col(big_integer_null("sent_at"))
                .foreign_key(
                    ForeignKey::create()
                        .from("outbox", "conversation_id")
                        .to("conversations", "id"),
                )
                .to_owned(),
        )
        .await?;
        run(
            db,
            &[
                "CREATE UNIQUE INDEX outbox_place ON outbox (conversation_id, sequence)",
                "CREATE INDEX outbox_due ON outbox (channel_id, due_at) WHERE state = 'due'",
                "CREATE INDEX outbox_leased ON outbox (leased_until) WHERE state IN ('leased', 'unknown')",
                "CREATE INDEX outbox_open ON outbox (conversation_id, sequence) WHERE state IN ('due', 'leased', 'unknown', 'held')",
                "CREATE INDEX outbox_expiry ON outbox (expires_at) WHERE expires_at IS NOT NULL AND state IN ('due', 'held')",
                "CREATE UNIQUE INDEX outbox_wamid ON outbox (wamid) WHERE wamid IS NOT NULL",
                "CREATE INDEX outbox_page ON outbox (conversation_id, created_at)",
            ],
        )
        .await
    }
}
