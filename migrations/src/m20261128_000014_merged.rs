//! Which ticket a duplicate was merged into.

use sea_orm_migration::{prelude::*, schema::big_integer_null};

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
        // From a ticket to what was merged into it: few tickets were.
        let index = "CREATE INDEX tickets_by_merged_into ON tickets (merged_into) WHERE merged_into IS NOT NULL";
        manager.get_connection().execute_unprepared(index).await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP INDEX tickets_by_merged_into").await?;
        manager.alter_table(Table::alter().table("tickets").drop_column("merged_into").take()).await
    }
}
