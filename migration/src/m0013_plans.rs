//! Messages that are open are found by the index of those alone, whatever SQLite believes to know of its tables.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use crate::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        if db.get_database_backend() == DbBackend::Sqlite {
            // Counted when the shop was small, they would have whole tables read when it is not.
            run(db, &["DROP TABLE IF EXISTS sqlite_stat1"]).await?;
        } else {
            // Everything that this step and the next lock, before what takes long, and conversations first, as chats do: one
            // that holds its conversation would wait for the outbox, and this step for the chat.
            run(
                db,
                &[
                    "LOCK TABLE conversations, carts, outbox, catalog_items IN ACCESS EXCLUSIVE MODE",
                    "LOCK TABLE variants, images IN SHARE MODE",
                ],
            )
            .await?;
        }
        run(
            db,
            &[
                "DROP INDEX outbox_place",
                "DROP INDEX outbox_open",
                // Of indexes that seem equal SQLite takes the youngest. Two that wait never have one place; what is over
                // was in the place that nobody else could have meanwhile.
                "CREATE UNIQUE INDEX outbox_open ON outbox (conversation_id, sequence) WHERE state IN ('due', 'leased', 'unknown', 'held')",
            ],
        )
        .await
    }
}
