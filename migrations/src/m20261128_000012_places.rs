//! The places of the campus, as staff imported them, and what is not closed at each.

use sea_orm_migration::{prelude::*, schema::text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(Table::create().table("places").col(text("name").primary_key()).take()).await?;
        let index = "CREATE INDEX tickets_not_closed_by_place ON tickets (place, opened_at, category, status) \
                     WHERE status <> 'closed' AND place IS NOT NULL";
        manager.get_connection().execute_unprepared(index).await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP INDEX tickets_not_closed_by_place").await?;
        manager.drop_table(Table::drop().table("places").take()).await
    }
}
