//! Photos: a table of all that were sent, and what a ticket and a message show of theirs in their own rows, so that a list
//! costs nothing more.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, integer, pk_auto, text, text_uniq},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[derive(DeriveIden)]
enum Photos {
    Table,
    Id,
    Token,
    Content,
    Width,
    Height,
    Alt,
    TicketId,
    MessageId,
    At,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Photos::Table)
                    .col(pk_auto(Photos::Id))
                    .col(text_uniq(Photos::Token))
                    .col(text(Photos::Content))
                    .col(integer(Photos::Width))
                    .col(integer(Photos::Height))
                    .col(text(Photos::Alt))
                    .col(big_integer_null(Photos::TicketId))
                    .col(big_integer_null(Photos::MessageId))
                    .col(big_integer(Photos::At))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(Index::create().name("photos_content").table(Photos::Table).col(Photos::Content).to_owned())
            .await?;
        let db = manager.get_connection();
        for sql in [
            "CREATE INDEX photos_waiting ON photos (at) WHERE ticket_id IS NULL",
            "ALTER TABLE tickets ADD COLUMN photos TEXT NOT NULL DEFAULT '[]'",
            "ALTER TABLE messages ADD COLUMN photos TEXT NOT NULL DEFAULT '[]'",
        ] {
            db.execute_unprepared(sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Photos::Table).to_owned()).await?;
        let db = manager.get_connection();
        for sql in ["ALTER TABLE tickets DROP COLUMN photos", "ALTER TABLE messages DROP COLUMN photos"] {
            db.execute_unprepared(sql).await?;
        }
        Ok(())
    }
}
