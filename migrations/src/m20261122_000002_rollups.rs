//! The sums that the analyses read, kept in the transaction of every write.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("rollup_months")
                    .col(string("month"))
                    .col(string("category"))
                    .col(big_integer("opened"))
                    .col(big_integer("closed"))
                    .col(big_integer("resolution_ms"))
                    .primary_key(Index::create().col("month").col("category"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("rollup_categories")
                    .col(ColumnDef::new("category").string().not_null().primary_key())
                    .col(big_integer("open"))
                    .col(big_integer("active"))
                    .col(big_integer("closed"))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["rollup_categories", "rollup_months"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}
