//! How far each side has read a ticket's conversation. Reading changes no ticket: it leaves no row in the history, and the
//! ticket's dates stay.

use super::{Store, error::StoreError, tickets};
use crate::{
    domain::{
        ids::{HistoryId, TicketId},
        role::Role,
    },
    error::AppError,
    server::entity::{history, reading},
};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};

impl Store {
    /// Notes that `role` has been shown a ticket up to the row `last`; whether that is further than before. It never goes
    /// back, and never beyond what has happened.
    ///
    /// # Errors
    /// [`AppError::NoSuchTicket`].
    pub async fn mark_read(&self, role: Role, id: TicketId, last: HistoryId) -> Result<bool, AppError> {
        // Most who look have looked before: that is known without a turn at writing.
        if find_read(&self.readers, role, id).await? >= last {
            return Ok(false);
        }
        let store = self.clone();
        self.writing.turn(move |tx| Box::pin(async move { store.update_reading(tx, role, id, last).await })).await
    }

    /// The last row of a ticket's history that was shown to the side `role`; 0 where none was.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_read(&self, role: Role, id: TicketId) -> Result<HistoryId, AppError> {
        Ok(find_read(&self.readers, role, id).await?)
    }

    async fn update_reading(
        &self,
        tx: &DatabaseTransaction,
        role: Role,
        id: TicketId,
        last: HistoryId,
    ) -> Result<bool, StoreError> {
        tickets::get_row(tx, role, id).await?;
        let shown = history::Entity::find()
            .select_only()
            .column(history::Column::Id)
            .filter(history::COLUMN.ticket_id.eq(id.0))
            .filter(history::COLUMN.id.lte(last.0))
            .order_by_desc(history::Column::Id)
            .limit(1)
            .into_tuple::<i64>()
            .one(tx)
            .await?;
        let Some(shown) = shown.filter(|shown| *shown > 0) else { return Ok(false) };
        if find_read(tx, role, id).await?.0 >= shown {
            return Ok(false);
        }
        let row = reading::ActiveModel { ticket_id: Set(id.0), role: Set(role), history_id: Set(shown) };
        let further = OnConflict::columns([reading::Column::TicketId, reading::Column::Role])
            .update_column(reading::Column::HistoryId)
            .to_owned();
        reading::Entity::insert(row).on_conflict(further).exec_without_returning(tx).await?;
        Ok(true)
    }
}

async fn find_read<C: ConnectionTrait>(db: &C, role: Role, id: TicketId) -> Result<HistoryId, StoreError> {
    let row = reading::Entity::find_by_id((id.0, role)).one(db).await?;
    Ok(HistoryId(row.map_or(0, |row| row.history_id)))
}
