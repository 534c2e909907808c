//! Customers, their chats and what came in.

use sea_orm_migration::{prelude::*, schema::*};

use crate::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        db.create_table(
            Table::create()
                .table("customers")
                .col(uuid("id").primary_key())
                .col(uuid("shop_id"))
                .col(text("name"))
                .col(text_null("phone"))
                .col(text_null("bsuid"))
                .col(text_null("language"))
                .col(big_integer_null("notices_stopped_at"))
                .col(text_null("last_delivery"))
                .col(text_null("last_payment"))
                .col(integer("version"))
                .col(big_integer("created_at"))
                .col(big_integer("updated_at"))
                .foreign_key(ForeignKey::create().from("customers", "shop_id").to("shops", "id"))
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("identities")
                .col(uuid("id").primary_key())
                .col(uuid("shop_id"))
                .col(text("kind"))
                .col(text("scope"))
                .col(text("value"))
                .col(uuid("customer_id"))
                .col(big_integer("created_at"))
                .foreign_key(
                    ForeignKey::create().from("identities", "customer_id").to("customers", "id"),
                )
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("conversations")
                .col(uuid("id").primary_key())
                .col(uuid("shop_id"))
                .col(uuid("channel_id"))
                .col(uuid("customer_id"))
                .col(text("owner"))
                .col(json_binary("step"))
                .col(big_integer("out_sequence"))
                .col(big_integer_null("window_ends_at"))
                .col(big_integer_null("last_inbound_at"))
                .col(text_null("unread_wamid"))
                .col(big_integer("pair_tat_ms"))
                .col(integer("version"))
                .col(big_integer("created_at"))
                .col(big_integer("updated_at"))
                .foreign_key(
                    ForeignKey::create().from("conversations", "channel_id").to("channels", "id"),
                )
                .foreign_key(
                    ForeignKey::create().from("conversations", "customer_id").to("customers", "id"),
                )
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("addresses")
                .col(uuid("id").primary_key())
                .col(uuid("shop_id"))
                .col(uuid("customer_id"))
                .col(big_integer("number"))
                .col(text("text"))
                .col(text_null("coordinates"))
                .col(big_integer("last_used_at"))
                .col(big_integer("created_at"))
                .foreign_key(
                    ForeignKey::create().from("addresses", "customer_id").to("customers", "id"),
                )
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("inbox")
                .col(uuid("id").primary_key())
                .col(uuid("app_id"))
                .col(uuid_null("channel_id"))
                .col(text("kind"))
                .col(text("dedupe_key").unique_key())
                .col(text_null("lane"))
                .col(blob("payload"))
                .col(big_integer("sent_at"))
                .col(big_integer("arrival"))
                .col(text("state"))
                .col(big_integer("due_at"))
                .col(integer("attempts"))
                .col(text_null("reason"))
                .col(uuid_null("conversation_id"))
                .col(big_integer("received_at"))
                .col(big_integer_null("done_at"))
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("lanes")
                .col(text("key").primary_key())
                .col(uuid("channel_id"))
                .col(big_integer_null("due_at"))
                .to_owned(),
        )
        .await?;
        run(
            db,
            &[
                "CREATE INDEX customers_page ON customers (shop_id, id)",
                "CREATE UNIQUE INDEX identities_name ON identities (shop_id, kind, scope, value)",
                "CREATE INDEX identities_customer ON identities (customer_id)",
                "CREATE UNIQUE INDEX conversations_pair ON conversations (channel_id, customer_id)",
                "CREATE INDEX conversations_page ON conversations (shop_id, id)",
                "CREATE INDEX conversations_customer ON conversations (customer_id)",
                "CREATE INDEX conversations_unread ON conversations (channel_id) WHERE unread_wamid IS NOT NULL",
                "CREATE UNIQUE INDEX addresses_number ON addresses (customer_id, number)",
                "CREATE INDEX inbox_lane ON inbox (lane, sent_at, arrival) WHERE state = 'due' AND lane IS NOT NULL",
                "CREATE INDEX inbox_round ON inbox (due_at) WHERE state = 'due' AND lane IS NULL",
                "CREATE INDEX inbox_conversation ON inbox (conversation_id, received_at) WHERE conversation_id IS NOT NULL",
                "CREATE INDEX inbox_dead ON inbox (channel_id, id) WHERE state IN ('dead', 'kept')",
                "CREATE INDEX lanes_due ON lanes (due_at) WHERE due_at IS NOT NULL",
            ],
        )
        .await
    }
}
