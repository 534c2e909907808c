//! Apps, shops, their numbers and API keys.

use sea_orm_migration::{prelude::*, schema::*};

use crate::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        db.create_table(
            Table::create()
                .table("apps")
                .col(uuid("id").primary_key())
                .col(text("meta_app_id").unique_key())
                .col(json_binary("secrets"))
                .col(text("verify_token"))
                .col(big_integer("created_at"))
                .col(big_integer("updated_at"))
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("shops")
                .col(uuid("id").primary_key())
                .col(text("handle").unique_key())
                .col(text("name"))
                .col(text("currency"))
                .col(json_binary("languages"))
                .col(text("time_zone"))
                .col(boolean("prices_include_tax"))
                .col(json_binary("checkout"))
                .col(big_integer("next_code"))
                .col(big_integer("next_order"))
                .col(blob("number_key"))
                .col(integer("version"))
                .col(big_integer("created_at"))
                .col(big_integer("updated_at"))
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("channels")
                .col(uuid("id").primary_key())
                .col(uuid("shop_id"))
                .col(uuid("app_id"))
                .col(text("phone_number_id").unique_key())
                .col(text("display_phone_number"))
                .col(text("waba_id"))
                .col(text("portfolio_id"))
                .col(text_null("catalog_id"))
                .col(text("graph_url"))
                .col(text("graph_version"))
                .col(text("access_token"))
                .col(integer("pace_per_second"))
                .col(integer("pair_seconds"))
                .col(integer("pair_burst"))
                .col(big_integer("pace_tat_us"))
                .col(integer("unknown_seconds"))
                .col(boolean("read_marks"))
                .col(big_integer_null("paused_until"))
                .col(text_null("stopped_reason"))
                .col(integer("version"))
                .col(big_integer("created_at"))
                .col(big_integer("updated_at"))
                .foreign_key(ForeignKey::create().from("channels", "shop_id").to("shops", "id"))
                .foreign_key(ForeignKey::create().from("channels", "app_id").to("apps", "id"))
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("api_keys")
                .col(uuid("id").primary_key())
                .col(uuid("shop_id"))
                .col(text("name"))
                .col(text("hint"))
                .col(text("hash").unique_key())
                .col(json_binary("scopes"))
                .col(big_integer_null("expires_at"))
                .col(big_integer_null("revoked_at"))
                .col(big_integer_null("last_used_at"))
                .col(big_integer("created_at"))
                .foreign_key(ForeignKey::create().from("api_keys", "shop_id").to("shops", "id"))
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("idempotency_keys")
                .col(uuid("api_key_id"))
                .col(text("key"))
                .col(text("request_hash"))
                .col(integer("status"))
                .col(blob("body"))
                .col(text_null("etag"))
                .col(big_integer("created_at"))
                .primary_key(Index::create().col("api_key_id").col("key"))
                .foreign_key(
                    ForeignKey::create()
                        .from("idempotency_keys", "api_key_id")
                        .to("api_keys", "id"),
                )
                .to_owned(),
        )
        .await?;
        run(
            db,
            &[
                "CREATE INDEX channels_shop ON channels (shop_id, id)",
                "CREATE INDEX api_keys_shop ON api_keys (shop_id, id)",
                "CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at)",
            ],
        )
        .await
    }
}
