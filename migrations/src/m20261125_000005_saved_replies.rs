//! What the helpdesk says again and again, kept to be said again.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_pk_auto, string_null, text},
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
                    .table("saved_replies")
                    .col(big_pk_auto("id"))
                    .col(text("title"))
                    .col(text("body"))
                    .col(string_null("then_status").check(Expr::col("then_status").is_in(["active", "closed"])))
                    .col(big_integer("created_at"))
                    .col(big_integer("changed_at"))
                    .take(),
            )
            .await?;
        let by_title = "CREATE INDEX saved_replies_by_title ON saved_replies (lower(title))";
        manager.get_connection().execute_unprepared(by_title).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("saved_replies").take()).await
    }
}
