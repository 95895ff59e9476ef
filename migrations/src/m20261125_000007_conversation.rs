//! How far each side has read a ticket's conversation, and why the machine chose a category.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string, text_null},
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
                    .table("readings")
                    .col(big_integer("ticket_id"))
                    .col(string("role"))
                    .col(big_integer("history_id"))
                    .primary_key(Index::create().col("ticket_id").col("role"))
                    .foreign_key(ForeignKey::create().from("readings", "ticket_id").to("tickets", "id"))
                    .take(),
            )
            .await?;
        manager.alter_table(Table::alter().table("history").add_column(text_null("because")).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("history").drop_column("because").take()).await?;
        manager.drop_table(Table::drop().table("readings").take()).await
    }
}
