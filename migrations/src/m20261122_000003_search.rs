//! What is SQLite's own: the full-text index, and the guard that nobody edits the history.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The two full-text indexes: of the tickets that are not closed, which stays small and takes nearly every write, and of the
/// closed ones, which grows for ever. A ticket moves from the one to the other when it is closed. Each has a row for every 32
/// messages of a ticket, the ticket's own words repeated in it. Only the index is stored: the texts stand in their own
/// tables.
const INDEXES: [&str; 2] = ["search_backlog", "search_closed"];

fn create_index(name: &str) -> String {
    format!(
        "CREATE VIRTUAL TABLE {name} USING fts5(description, place, messages, notes, content = '', \
         contentless_delete = 1, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2')"
    )
}

/// An index's words, one by one: a long prefix becomes the words that begin so.
fn create_words(name: &str) -> String {
    format!("CREATE VIRTUAL TABLE {name}_words USING fts5vocab({name}, instance)")
}

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
        let connection = manager.get_connection();
        for index in INDEXES {
            connection.execute_unprepared(&create_index(index)).await?;
            connection.execute_unprepared(&create_words(index)).await?;
        }
        for guard in [NO_UPDATE, NO_DELETE] {
            connection.execute_unprepared(guard).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for guard in ["history_is_not_deleted", "history_is_not_edited"] {
            connection.execute_unprepared(&format!("DROP TRIGGER {guard}")).await?;
        }
        for index in INDEXES {
            connection.execute_unprepared(&format!("DROP TABLE {index}_words")).await?;
            connection.execute_unprepared(&format!("DROP TABLE {index}")).await?;
        }
        Ok(())
    }
}
