//! Of which tickets the machine is unsure what they are about: for the view of those to check, and its count.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let doubtful = || boolean("doubtful").default(false).take();
        manager.alter_table(Table::alter().table("tickets").add_column(doubtful()).take()).await?;
        let sum = big_integer("doubtful").default(0).take();
        manager.alter_table(Table::alter().table("rollup_categories").add_column(sum).take()).await?;
        let index = "CREATE INDEX tickets_doubtful ON tickets (id) WHERE doubtful AND status <> 'closed'";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP INDEX tickets_doubtful").await?;
        manager.alter_table(Table::alter().table("rollup_categories").drop_column("doubtful").take()).await?;
        manager.alter_table(Table::alter().table("tickets").drop_column("doubtful").take()).await
    }
}
