//! How many tickets wait for the helpdesk, kept beside the other sums.

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
            .alter_table(Table::alter().table("rollup_categories").add_column(big_integer("waiting").default(0)).take())
            .await?;
        let counted = "UPDATE rollup_categories SET waiting = (SELECT count(*) FROM tickets \
             WHERE tickets.category = rollup_categories.category AND tickets.status <> 'closed' \
             AND tickets.last_message_role IS DISTINCT FROM 'staff')";
        manager.get_connection().execute_unprepared(counted).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("rollup_categories").drop_column("waiting").take()).await
    }
}
