//! Products and what WhatsApp holds of them.

use sea_orm_migration::{prelude::*, schema::*};

use crate::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        db.create_table(
            Table::create()
                .table("products")
                .col(uuid("id").primary_key())
                .col(uuid("shop_id"))
                .col(text("handle"))
                .col(big_integer("code"))
                .col(text("title"))
                .col(text("description"))
                .col(text("brand"))
                .col(text("condition"))
                .col(text_null("link"))
                .col(text("status"))
                .col(json_binary("options"))
                .col(json_binary("images"))
                .col(integer("version"))
                .col(big_integer("created_at"))
                .col(big_integer("updated_at"))
                .foreign_key(ForeignKey::create().from("products", "shop_id").to("shops", "id"))
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("variants")
                .col(uuid("id").primary_key())
                .col(uuid("shop_id"))
                .col(uuid("product_id"))
                .col(text("sku"))
                .col(big_integer("code"))
                .col(json_binary("option_values"))
                .col(big_integer("price_minor"))
                .col(big_integer_null("sale_price_minor"))
                .col(big_integer_null("sale_starts_at"))
                .col(big_integer_null("sale_ends_at"))
                .col(boolean("tracked"))
                .col(big_integer("on_hand"))
                .col(big_integer("reserved"))
                .col(text("status"))
                .col(text_null("image"))
                .col(integer("position"))
                .col(integer("version"))
                .col(big_integer("created_at"))
                .col(big_integer("updated_at"))
                .foreign_key(
                    ForeignKey::create().from("variants", "product_id").to("products", "id"),
                )
                .check(Expr::cust("on_hand >= 0"))
                .check(Expr::cust("reserved >= 0"))
                .check(Expr::cust("price_minor >= 0"))
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("collections")
                .col(uuid("id").primary_key())
                .col(uuid("shop_id"))
                .col(text("handle"))
                .col(big_integer("code"))
                .col(text("title"))
                .col(integer("position"))
                .col(integer("version"))
                .col(big_integer("created_at"))
                .col(big_integer("updated_at"))
                .foreign_key(ForeignKey::create().from("collections", "shop_id").to("shops", "id"))
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("collection_products")
                .col(uuid("collection_id"))
                .col(uuid("product_id"))
                .col(uuid("shop_id"))
                .col(integer("position"))
                .primary_key(Index::create().col("collection_id").col("product_id"))
                .foreign_key(
                    ForeignKey::create()
                        .from("collection_products", "collection_id")
                        .to("collections", "id"),
                )
                .foreign_key(
                    ForeignKey::create()
                        .from("collection_products", "product_id")
                        .to("products", "id"),
                )
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("images")
                .col(uuid("id").primary_key())
                .col(uuid("shop_id"))
                .col(text("sha256"))
                .col(text("content_type"))
                .col(blob("bytes"))
                .col(big_integer("created_at"))
                .foreign_key(ForeignKey::create().from("images", "shop_id").to("shops", "id"))
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("imports")
                .col(uuid("id").primary_key())
                .col(uuid("shop_id"))
                .col(integer("created"))
                .col(integer("updated"))
                .col(integer("unchanged"))
                .col(integer("refused"))
                .col(json_binary("ignored_columns"))
                .col(big_integer("created_at"))
                .foreign_key(ForeignKey::create().from("imports", "shop_id").to("shops", "id"))
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("import_rows")
                .col(uuid("import_id"))
                .col(integer("line"))
                .col(text_null("sku"))
                .col(text("outcome"))
                .col(text_null("message"))
                .primary_key(Index::create().col("import_id").col("line"))
                .foreign_key(
                    ForeignKey::create().from("import_rows", "import_id").to("imports", "id"),
                )
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("catalog_items")
                .col(uuid("channel_id"))
                .col(text("sku"))
                .col(uuid("shop_id"))
                .col(text_null("sent_hash"))
                .col(text("state"))
                .col(text_null("reason"))
                .col(uuid_null("batch_id"))
                .col(big_integer("updated_at"))
                .primary_key(Index::create().col("channel_id").col("sku"))
                .foreign_key(
                    ForeignKey::create().from("catalog_items", "channel_id").to("channels", "id"),
                )
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("catalog_batches")
                .col(uuid("id").primary_key())
                .col(uuid("shop_id"))
                .col(uuid("channel_id"))
                .col(text("state"))
                .col(text_null("handle"))
                .col(integer("items"))
                .col(integer("refused"))
                .col(text_null("reason"))
                .col(big_integer("due_at"))
                .col(integer("attempts"))
                .col(big_integer_null("leased_until"))
                .col(big_integer("created_at"))
                .col(big_integer("updated_at"))
                .foreign_key(
                    ForeignKey::create().from("catalog_batches", "channel_id").to("channels", "id"),
                )
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("catalog_syncs")
                .col(uuid("channel_id").primary_key())
                .col(uuid("shop_id"))
                .col(text("catalog_id"))
                .col(big_integer("compared_at"))
                .col(big_integer("compare_due_at"))
                .col(big_integer("review_due_at"))
                .col(integer("review_attempts"))
                .col(big_integer_null("paused_until"))
                .col(integer("failures"))
                .col(text_null("reason"))
                .col(big_integer_null("leased_until"))
                .foreign_key(
                    ForeignKey::create().from("catalog_syncs", "channel_id").to("channels", "id"),
                )
                .to_owned(),
        )
        .await?;
        run(
            db,
            &[
                "CREATE UNIQUE INDEX products_handle ON products (shop_id, handle)",
                "CREATE UNIQUE INDEX products_code ON products (shop_id, code)",
                "CREATE INDEX products_page ON products (shop_id, id)",
                "CREATE INDEX products_changed ON products (shop_id, updated_at)",
                "CREATE INDEX variants_changed ON variants (shop_id, updated_at)",
                "CREATE UNIQUE INDEX variants_sku ON variants (shop_id, sku)",
                "CREATE UNIQUE INDEX variants_code ON variants (shop_id, code)",
                "CREATE INDEX variants_product ON variants (product_id, position)",
                "CREATE UNIQUE INDEX collections_handle ON collections (shop_id, handle)",
                "CREATE UNIQUE INDEX collections_code ON collections (shop_id, code)",
                "CREATE INDEX collection_products_product ON collection_products (product_id)",
                "CREATE UNIQUE INDEX images_content ON images (shop_id, sha256)",
                "CREATE INDEX images_served ON images (sha256)",
                "CREATE INDEX imports_page ON imports (shop_id, id)",
                "CREATE INDEX catalog_items_state ON catalog_items (channel_id, state)",
                "CREATE INDEX catalog_items_batch ON catalog_items (batch_id) WHERE batch_id IS NOT NULL",
                "CREATE INDEX catalog_batches_due ON catalog_batches (due_at) WHERE state IN ('sending', 'polling')",
                "CREATE INDEX catalog_batches_page ON catalog_batches (channel_id, id)",
            ],
        )
        .await
    }
}
