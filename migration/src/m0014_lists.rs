//! A page of the admin API reads a page: what a list goes by has an index in the order of the list.

use sea_orm_migration::prelude::*;

use crate::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        run(
            db,
            &[
                "CREATE INDEX variants_page ON variants (shop_id, id)",
                "CREATE INDEX images_page ON images (shop_id, id)",
                "CREATE INDEX conversations_person ON conversations (shop_id, id) WHERE owner = 'person'",
                // In the order of their lists now.
                "DROP INDEX catalog_items_state",
                "CREATE INDEX catalog_items_state ON catalog_items (channel_id, state, sku)",
                "DROP INDEX conversations_customer",
                "CREATE INDEX conversations_customer ON conversations (customer_id, id)",
                "DROP INDEX carts_conversation",
                "CREATE INDEX carts_conversation ON carts (conversation_id, id)",
            ],
        )
        .await
    }
}
