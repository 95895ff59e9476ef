//! Tickets, their conversation, their history, and what keeps a repeated request from acting twice.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, big_pk_auto, blob, boolean, double, string, string_null, text, text_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_tickets(manager).await?;
        create_messages(manager).await?;
        create_history(manager).await?;
        manager
            .create_table(
                Table::create()
                    .table("idempotency_keys")
                    .col(string("scope"))
                    .col(string("key"))
                    .col(blob("fingerprint"))
                    .col(big_integer("made_id"))
                    .primary_key(Index::create().col("scope").col("key"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("settings")
                    .col(ColumnDef::new("key").string().not_null().primary_key())
                    .col(string("value"))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["settings", "idempotency_keys", "history", "messages", "tickets"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

async fn create_tickets(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("tickets")
                .col(big_pk_auto("id"))
                .col(text("description"))
                .col(text_null("place"))
                .col(string("category"))
                .col(string("category_source").check(Expr::col("category_source").is_in(["auto", "staff"])))
                .col(text("category_because"))
                .col(double("category_confidence"))
                .col(string("status").check(Expr::col("status").is_in(["open", "active", "closed"])))
                .col(big_integer("opened_at"))
                .col(big_integer("modified_at"))
                .col(big_integer_null("closed_at"))
                .col(big_integer("version"))
                .col(big_integer("message_count"))
                .col(big_integer("note_count"))
                .col(string_null("last_message_role"))
                .col(big_integer_null("again_of"))
                .check(Expr::cust("(status = 'closed') = (closed_at IS NOT NULL)"))
                .foreign_key(ForeignKey::create().from("tickets", "again_of").to("tickets", "id"))
                .take(),
        )
        .await?;
    // On SQLite the row's id is the last part of every index: each of these also lists by it.
    for (name, columns) in [
        ("tickets_by_status", &["status"][..]),
        ("tickets_by_status_and_category", &["status", "category"]),
        ("tickets_by_status_and_activity", &["status", "modified_at"]),
    ] {
        let mut index = Index::create();
        index.name(name).table("tickets");
        for column in columns {
            index.col(*column);
        }
        manager.create_index(index).await?;
    }
    manager
        .create_index(
            Index::create()
                .name("tickets_not_closed_by_last_word")
                .table("tickets")
                .col("status")
                .col("last_message_role")
                .and_where(Expr::cust("status <> 'closed'"))
                .take(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("tickets_not_closed_by_opening")
                .table("tickets")
                .col("opened_at")
                .and_where(Expr::cust("status <> 'closed'"))
                .take(),
        )
        .await
}

async fn create_messages(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("messages")
                .col(big_pk_auto("id"))
                .col(big_integer("ticket_id"))
                .col(string("role"))
                .col(text("body"))
                .col(boolean("internal"))
                .col(big_integer("created_at"))
                .foreign_key(ForeignKey::create().from("messages", "ticket_id").to("tickets", "id"))
                .take(),
        )
        .await?;
    manager.create_index(Index::create().name("messages_by_ticket").table("messages").col("ticket_id").take()).await
}

async fn create_history(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("history")
                .col(big_pk_auto("id"))
                .col(big_integer("ticket_id"))
                .col(string("role"))
                .col(string("what"))
                .col(text_null("old_value"))
                .col(text_null("new_value"))
                .col(big_integer("at"))
                .foreign_key(ForeignKey::create().from("history", "ticket_id").to("tickets", "id"))
                .take(),
        )
        .await?;
    manager.create_index(Index::create().name("history_by_ticket").table("history").col("ticket_id").take()).await
}
