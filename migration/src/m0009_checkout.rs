//! The checkout: who receives, a number to call, forms, and the terms that an order was placed under.

use sea_orm_migration::{prelude::*, schema::*};

use crate::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        db.create_table(
            Table::create()
                .table("terms")
                .col(uuid("id").primary_key())
                .col(uuid("shop_id"))
                .col(text("language"))
                .col(text("body"))
                .col(text_null("url"))
                .col(text("sha256"))
                .col(big_integer("created_at"))
                .foreign_key(ForeignKey::create().from("terms", "shop_id").to("shops", "id"))
                .to_owned(),
        )
        .await?;
        let empty = |name: &'static str| json_binary(name).default("{}").to_owned();
        let columns = [
            ("carts", empty("details")),
            ("addresses", text_null("receiver_name")),
            ("addresses", text_null("receiver_phone")),
            ("customers", text_null("contact_phone")),
            ("orders", text_null("receiver_name")),
            ("orders", text_null("receiver_phone")),
            ("orders", uuid_null("terms_id")),
            ("orders", big_integer_null("terms_accepted_at")),
            ("orders", text_null("terms_wamid")),
            ("channels", empty("address_flows")),
        ];
        for (table, column) in columns {
            db.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        run(db, &["CREATE UNIQUE INDEX terms_once ON terms (shop_id, language, sha256)"]).await
    }
}
