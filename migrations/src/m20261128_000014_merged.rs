//! Which ticket a duplicate was merged into, and what is not closed at each place.

use sea_orm_migration::{prelude::*, schema::big_integer_null};

/// From a ticket to what was merged into it: few tickets were. From a place to what is not closed there, for its analyses.
const INDEXES: [&str; 2] = [
    "CREATE INDEX tickets_by_merged_into ON tickets (merged_into) WHERE merged_into IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS tickets_not_closed_by_place ON tickets (place, opened_at, category, status) \
     WHERE status <> 'closed' AND place IS NOT NULL",
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let into = big_integer_null("merged_into").take();
        manager.alter_table(Table::alter().table("tickets").add_column(into).take()).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in ["tickets_not_closed_by_place", "tickets_by_merged_into"] {
            manager.get_connection().execute_unprepared(&format!("DROP INDEX {index}")).await?;
        }
        manager.alter_table(Table::alter().table("tickets").drop_column("merged_into").take()).await
    }
}
