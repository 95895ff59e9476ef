//! The history: a row with every change, listed whole or as the latest part of a ticket's timeline.

use super::{Store, batch::Batch, conversation, cursor, error::StoreError, tickets};
use crate::{
    domain::{
        history::{HistoryPage, HistoryRow, TIMELINE_LIMIT, Timeline, TimelineEntry, What},
        ids::{HistoryId, TicketId},
        message::Message,
        role::Role,
        time::Timestamp,
    },
    error::AppError,
    server::entity::{history, message},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use std::collections::HashMap;

/// The name of a history's cursors.
const CURSOR: &str = "history";

/// A change that is about to be written.
#[derive(Debug)]
pub(super) struct Change {
    pub what: What,
    pub from: Option<String>,
    pub to: Option<String>,
}

impl Change {
    pub(super) fn write(self, tx: &DatabaseTransaction, id: TicketId, role: Role, at: Timestamp, batch: &mut Batch) {
        let row = history::ActiveModel {
            id: NotSet,
            ticket_id: Set(id.0),
            role: Set(role),
            what: Set(self.what),
            old_value: Set(self.from),
            new_value: Set(self.to),
            at: Set(at.0),
        };
        batch.add(history::Entity::insert(row).build(tx.get_database_backend()));
    }
}

impl Store {
    /// A page of a ticket's history, oldest first, without the notes' rows for a requester.
    ///
    /// # Errors
    /// [`AppError::NoSuchTicket`], and [`AppError::Invalid`] for an `after` that is no cursor of this list.
    pub async fn list_history(
        &self,
        role: Role,
        id: TicketId,
        limit: u8,
        after: Option<&str>,
    ) -> Result<HistoryPage, AppError> {
        Ok(self.select_history(role, id, limit, after).await?)
    }

    /// The latest part of a ticket's timeline, or of what lies before `before`: its history with the messages in it.
    ///
    /// # Errors
    /// [`AppError::NoSuchTicket`].
    pub async fn list_timeline(
        &self,
        role: Role,
        id: TicketId,
        before: Option<HistoryId>,
    ) -> Result<Timeline, AppError> {
        Ok(self.select_timeline(role, id, before).await?)
    }

    async fn select_history(
        &self,
        role: Role,
        id: TicketId,
        limit: u8,
        after: Option<&str>,
    ) -> Result<HistoryPage, StoreError> {
        let [after] = after.map_or(Ok([0]), |after| cursor::read(CURSOR, after))?;
        tickets::get_row(&self.readers, role, id).await?;
        let mut rows = visible_rows(role, id)
            .filter(history::COLUMN.id.gt(after))
            .order_by_asc(history::Column::Id)
            .limit(u64::from(limit) + 1)
            .all(&self.readers)
            .await?;
        let more = rows.len() > usize::from(limit);
        rows.truncate(usize::from(limit));
        let next = rows.last().filter(|_| more).map(|last| cursor::write(CURSOR, [last.id]));
        Ok(HistoryPage { history: rows.into_iter().map(shown).collect(), next })
    }

    async fn select_timeline(
        &self,
        role: Role,
        id: TicketId,
        before: Option<HistoryId>,
    ) -> Result<Timeline, StoreError> {
        tickets::get_row(&self.readers, role, id).await?;
        let mut rows = visible_rows(role, id)
            .filter(history::COLUMN.id.lt(before.map_or(i64::MAX, |before| before.0)))
            .order_by_desc(history::Column::Id)
            .limit(TIMELINE_LIMIT + 1)
            .all(&self.readers)
            .await?;
        let more = rows.len() as u64 > TIMELINE_LIMIT;
        rows.truncate(usize::try_from(TIMELINE_LIMIT).unwrap_or(usize::MAX));
        let earlier = rows.last().filter(|_| more).map(|last| HistoryId(last.id));
        let mut messages = self.find_messages(id, &rows).await?;
        let entries = rows
            .into_iter()
            .rev()
            .map(|row| {
                let message = message_of(&row).and_then(|id| messages.remove(&id));
                TimelineEntry { row: shown(row), message }
            })
            .collect();
        Ok(Timeline { entries, earlier })
    }

    /// The messages that these rows tell of.
    async fn find_messages(&self, id: TicketId, rows: &[history::Model]) -> Result<HashMap<i64, Message>, StoreError> {
        let ids = || rows.iter().filter_map(message_of);
        let (Some(first), Some(last)) = (ids().min(), ids().max()) else { return Ok(HashMap::new()) };
        let found = message::Entity::find()
            .filter(message::COLUMN.ticket_id.eq(id.0))
            .filter(message::COLUMN.id.between(first, last))
            .all(&self.readers)
            .await?;
        Ok(found.into_iter().map(|row| (row.id, conversation::shown(row))).collect())
    }
}

fn visible_rows(role: Role, id: TicketId) -> sea_orm::Select<history::Entity> {
    let rows = history::Entity::find().filter(history::COLUMN.ticket_id.eq(id.0));
    let hidden = What::ALL.into_iter().filter(|what| !what.is_visible(role));
    hidden.fold(rows, |rows, what| rows.filter(history::COLUMN.what.ne(what)))
}

/// The id of the message that a row tells of.
fn message_of(row: &history::Model) -> Option<i64> {
    match row.what {
        What::Message | What::Note => row.new_value.as_deref()?.parse().ok(),
        What::Opened | What::Description | What::Place | What::Category | What::Status => None,
    }
}

fn shown(row: history::Model) -> HistoryRow {
    HistoryRow {
        id: HistoryId(row.id),
        ticket_id: TicketId(row.ticket_id),
        role: row.role,
        what: row.what,
        from: row.old_value,
        to: row.new_value,
        at: Timestamp(row.at),
    }
}
