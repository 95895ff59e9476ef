//! How many tickets are not closed, by the hour and by the day in which they were opened.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("rollup_backlog")
            .col(big_integer("hours"))
            .col(big_integer("since"))
            .col(string("category"))
            .col(big_integer("count"))
            .primary_key(Index::create().col("hours").col("since").col("category"));
        if manager.get_database_backend() == DbBackend::Sqlite {
            // The rows of a time lie side by side: a sum of them looks nothing up.
            table.extra("WITHOUT ROWID");
        }
        manager.create_table(table).await?;
        let recount = "INSERT INTO settings (key, value) VALUES ('recount', '1') ON CONFLICT (key) DO NOTHING";
        manager.get_connection().execute_unprepared(recount).await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("rollup_backlog").take()).await
    }
}
