//! Claim codes: by one of them another device takes a ticket among its own.

use sea_orm_migration::{prelude::*, schema::big_integer};

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
                    .table("claims")
                    .col(ColumnDef::new("code").text().not_null().primary_key())
                    .col(big_integer("ticket_id"))
                    .col(big_integer("made_at"))
                    .foreign_key(ForeignKey::create().from("claims", "ticket_id").to("tickets", "id"))
                    .take(),
            )
            .await?;
        // The newest of a ticket, and those that have expired.
        manager
            .create_index(
                Index::create().name("claims_by_ticket").table("claims").col("ticket_id").col("made_at").take(),
            )
            .await?;
        manager.create_index(Index::create().name("claims_by_age").table("claims").col("made_at").take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("claims").take()).await
    }
}
