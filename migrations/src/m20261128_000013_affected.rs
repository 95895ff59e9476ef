//! Who is affected by a ticket, too: a device once, named so that nobody can tell which of several tickets are one device's.

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
        let affected = big_integer("affected").default(0).take();
        manager.alter_table(Table::alter().table("tickets").add_column(affected).take()).await?;
        manager
            .create_table(
                Table::create()
                    .table("followers")
                    .col(big_integer("ticket_id"))
                    .col(string("device"))
                    .primary_key(Index::create().col("ticket_id").col("device"))
                    .foreign_key(ForeignKey::create().from("followers", "ticket_id").to("tickets", "id"))
                    .take(),
            )
            .await?;
        // The list by people affected: most tickets have none, and lists end there by id.
        let index = "CREATE INDEX tickets_by_affected ON tickets (status, affected, id)";
        manager.get_connection().execute_unprepared(index).await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP INDEX tickets_by_affected").await?;
        manager.drop_table(Table::drop().table("followers").take()).await?;
        manager.alter_table(Table::alter().table("tickets").drop_column("affected").take()).await
    }
}
