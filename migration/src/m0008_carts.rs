//! Carts that wait for an answer, carts that come to their end, links that open a chat with goods.

use sea_orm_migration::{prelude::*, schema::*};

use crate::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        db.alter_table(
            Table::alter().table("carts").add_column(json_binary_null("pending")).to_owned(),
        )
        .await?;
        db.alter_table(
            Table::alter().table("shops").add_column(integer("cart_days").default(30)).to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("links")
                .col(uuid("id").primary_key())
                .col(uuid("shop_id"))
                .col(uuid("channel_id"))
                .col(text("code"))
                .col(json_binary("opens"))
                .col(text("words"))
                .col(big_integer_null("expires_at"))
                .col(big_integer("uses"))
                .col(big_integer_null("last_used_at"))
                .col(big_integer("created_at"))
                .foreign_key(ForeignKey::create().from("links", "shop_id").to("shops", "id"))
                .foreign_key(ForeignKey::create().from("links", "channel_id").to("channels", "id"))
                .to_owned(),
        )
        .await?;
        run(
            db,
            &[
                "CREATE UNIQUE INDEX links_code ON links (code)",
                "CREATE INDEX links_page ON links (shop_id, id)",
            ],
        )
        .await
    }
}
