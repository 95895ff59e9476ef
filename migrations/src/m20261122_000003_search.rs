//! What is SQLite's own: the full-text index, and the guard that nobody edits the history.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// One row for each 32 messages of a ticket, the ticket's own words repeated in each; `status` is a word to search by.
/// Nothing but the index is stored: the texts stand in their own tables.
const SEARCH: &str = "CREATE VIRTUAL TABLE ticket_search USING fts5(
    description, place, messages, notes, status,
    content = '', contentless_delete = 1, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2'
)";

/// The index's words, one by one: a long prefix becomes the words that begin so.
const SEARCH_WORDS: &str = "CREATE VIRTUAL TABLE ticket_search_words USING fts5vocab(ticket_search, instance)";

const NO_UPDATE: &str = "CREATE TRIGGER history_is_not_edited BEFORE UPDATE ON history
    BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END";

const NO_DELETE: &str = "CREATE TRIGGER history_is_not_deleted BEFORE DELETE ON history
    BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [SEARCH, SEARCH_WORDS, NO_UPDATE, NO_DELETE] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            "DROP TRIGGER history_is_not_deleted",
            "DROP TRIGGER history_is_not_edited",
            "DROP TABLE ticket_search_words",
            "DROP TABLE ticket_search",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
