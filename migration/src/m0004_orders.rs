//! Carts and orders.

use sea_orm_migration::{prelude::*, schema::*};

use crate::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        db.create_table(
            Table::create()
                .table("carts")
                .col(uuid("id").primary_key())
                .col(uuid("shop_id"))
                .col(uuid("customer_id"))
                .col(uuid("conversation_id"))
                .col(big_integer("number"))
                .col(text("status"))
                .col(json_binary("lines"))
                .col(json_binary("set_aside"))
                .col(text("note"))
                .col(text_null("delivery_method"))
                .col(uuid_null("address_id"))
                .col(text_null("payment_method"))
                .col(integer("version"))
                .col(big_integer("created_at"))
                .col(big_integer("updated_at"))
                .foreign_key(
                    ForeignKey::create().from("carts", "conversation_id").to("conversations", "id"),
                )
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("orders")
                .col(uuid("id").primary_key())
                .col(uuid("shop_id"))
                .col(uuid("customer_id"))
                .col(uuid("conversation_id"))
                .col(uuid("cart_id"))
                .col(integer("cart_version"))
                .col(text("number"))
                .col(text("status"))
                .col(text("payment_status"))
                .col(text("payment_method"))
                .col(text("delivery_method"))
                .col(text_null("delivery_address"))
                .col(text("currency"))
                .col(big_integer("lines_minor"))
                .col(big_integer("tax_minor"))
                .col(big_integer("delivery_minor"))
                .col(big_integer("discount_minor"))
                .col(big_integer("total_minor"))
                .col(big_integer("paid_minor"))
                .col(text("note"))
                .col(text("language"))
                .col(big_integer_null("pay_until"))
                .col(integer("version"))
                .col(big_integer("placed_at"))
                .col(big_integer("updated_at"))
                .foreign_key(ForeignKey::create().from("orders", "cart_id").to("carts", "id"))
                .foreign_key(
                    ForeignKey::create().from("orders", "customer_id").to("customers", "id"),
                )
                .check(Expr::cust("paid_minor >= 0"))
                .check(Expr::cust(
                    "total_minor = lines_minor + tax_minor + delivery_minor - discount_minor",
                ))
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("order_lines")
                .col(uuid("id").primary_key())
                .col(uuid("order_id"))
                .col(integer("position"))
                .col(uuid("variant_id"))
                .col(text("sku"))
                .col(text("title"))
                .col(integer("quantity"))
                .col(big_integer("unit_price_minor"))
                .col(big_integer("line_total_minor"))
                .foreign_key(
                    ForeignKey::create().from("order_lines", "order_id").to("orders", "id"),
                )
                .foreign_key(
                    ForeignKey::create().from("order_lines", "variant_id").to("variants", "id"),
                )
                .check(Expr::cust("quantity > 0"))
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("order_events")
                .col(uuid("id").primary_key())
                .col(uuid("order_id"))
                .col(integer("sequence"))
                .col(text("event"))
                .col(text("actor"))
                .col(text("status"))
                .col(text("payment_status"))
                .col(text("note"))
                .col(big_integer("at"))
                .foreign_key(
                    ForeignKey::create().from("order_events", "order_id").to("orders", "id"),
                )
                .to_owned(),
        )
        .await?;
        db.create_table(
            Table::create()
                .table("reservations")
                .col(uuid("order_id"))
                .col(uuid("variant_id"))
                .col(uuid("shop_id"))
                .col(big_integer("quantity"))
                .col(text("state"))
                .col(big_integer("updated_at"))
                .primary_key(Index::create().col("order_id").col("variant_id"))
                .foreign_key(
                    ForeignKey::create().from("reservations", "order_id").to("orders", "id"),
                )
                .foreign_key(
                    ForeignKey::create().from("reservations", "variant_id").to("variants", "id"),
                )
                .check(Expr::cust("quantity > 0"))
                .to_owned(),
        )
        .await?;
        run(
            db,
            &[
                "CREATE UNIQUE INDEX carts_number ON carts (shop_id, number)",
                "CREATE INDEX carts_conversation ON carts (conversation_id)",
                "CREATE UNIQUE INDEX carts_open ON carts (conversation_id) WHERE status = 'open'",
                "CREATE INDEX carts_page ON carts (shop_id, id)",
                "CREATE UNIQUE INDEX orders_once ON orders (cart_id, cart_version)",
                "CREATE UNIQUE INDEX orders_number ON orders (shop_id, number)",
                "CREATE INDEX orders_page ON orders (shop_id, id)",
                "CREATE INDEX orders_status ON orders (shop_id, status, id)",
                "CREATE INDEX orders_changed ON orders (shop_id, updated_at, id)",
                "CREATE INDEX orders_customer ON orders (customer_id, id)",
                "CREATE INDEX orders_unpaid ON orders (pay_until) WHERE status = 'awaiting_payment'",
                "CREATE UNIQUE INDEX order_lines_position ON order_lines (order_id, position)",
                "CREATE UNIQUE INDEX order_events_sequence ON order_events (order_id, sequence)",
                "CREATE INDEX reservations_live ON reservations (variant_id) WHERE state = 'live'",
            ],
        )
        .await
    }
}
