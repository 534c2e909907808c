//! The steps of the database, embedded and run at start. A released step is never edited: the next change is a new file.

pub use sea_orm_migration::prelude::*;

mod m0001_shops;
mod m0002_catalog;
mod m0003_people;
mod m0004_orders;
mod m0005_outbox;
mod m0006_search;
mod m0007_merges;
mod m0008_carts;
mod m0009_checkout;
mod m0010_after;
mod m0011_texts;
mod m0012_rest;
mod m0013_plans;
mod m0014_lists;

/// All steps in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_shops::Migration),
            Box::new(m0002_catalog::Migration),
            Box::new(m0003_people::Migration),
            Box::new(m0004_orders::Migration),
            Box::new(m0005_outbox::Migration),
            Box::new(m0006_search::Migration),
            Box::new(m0007_merges::Migration),
            Box::new(m0008_carts::Migration),
            Box::new(m0009_checkout::Migration),
            Box::new(m0010_after::Migration),
            Box::new(m0011_texts::Migration),
            Box::new(m0012_rest::Migration),
            Box::new(m0013_plans::Migration),
            Box::new(m0014_lists::Migration),
        ]
    }
}

/// Statements that read the same on both databases: the builder knows no partial index.
async fn run(db: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        db.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}
