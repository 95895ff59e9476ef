//! Statements that follow from a decision and give nothing back, sent to the database together.

use super::error::StoreError;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement, Value};

/// Statements that are sent together at most: what many of them say is prepared only once.
const TOGETHER: usize = 64;

/// What is left to write in a transaction, in order.
#[derive(Debug, Default)]
pub(crate) struct Batch(Vec<Statement>);

impl Batch {
    /// One more.
    pub(crate) fn add(&mut self, statement: Statement) {
        self.0.push(statement);
    }

    /// Writes it. On SQLite all of it goes to the connection's thread at once: a round trip costs more than most of the
    /// statements.
    pub(crate) async fn write(self, tx: &DatabaseTransaction) -> Result<(), StoreError> {
        if tx.get_database_backend() != DbBackend::Sqlite {
            for statement in self.0 {
                tx.execute_raw(statement).await?;
            }
            return Ok(());
        }
        let mut rest = self.0.into_iter().peekable();
        while rest.peek().is_some() {
            let mut sql = String::with_capacity(1024);
            let mut values: Vec<Value> = Vec::with_capacity(32);
            for statement in rest.by_ref().take(TOGETHER) {
                sql.push_str(&statement.sql);
                sql.push(';');
                values.extend(statement.values.into_iter().flat_map(|values| values.0));
            }
            tx.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)).await?;
        }
        Ok(())
    }
}
