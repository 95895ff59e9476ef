//! The history: a row with every change, listed whole or as the latest part of a ticket's timeline.

use super::{Store, batch::Batch, conversation, cursor, error::StoreError, merging, photos, tickets};
use crate::{
    domain::{
        history::{Happening, HistoryPage, HistoryRow, TIMELINE_LIMIT, Timeline, TimelineEntry, What},
        ids::{HistoryId, MessageId, TicketId},
        message::Message,
        role::Role,
        status::Status,
        time::Timestamp,
    },
    error::AppError,
    server::{
        entity::{history, message, ticket},
        telemetry,
    },
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use std::collections::{HashMap, HashSet};

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
        self.write_because(None, tx, id, role, at, batch);
    }

    /// [`Change::write`] of what the machine decided, with the words that decided it, as the ticket keeps them.
    pub(super) fn write_because(
        self,
        because: Option<String>,
        tx: &DatabaseTransaction,
        id: TicketId,
        role: Role,
        at: Timestamp,
        batch: &mut Batch,
    ) {
        telemetry::count_change(self.what, role);
        let row = history::ActiveModel {
            id: NotSet,
            ticket_id: Set(id.0),
            role: Set(role),
            what: Set(self.what),
            old_value: Set(self.from),
            new_value: Set(self.to),
            at: Set(at.0),
            because: Set(because),
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

    /// The last row of all, 0 where there is none.
    ///
    /// # Errors
    /// The database's.
    pub async fn last_happening(&self) -> Result<HistoryId, AppError> {
        let last = history::Entity::find()
            .select_only()
            .column(history::Column::Id)
            .order_by_desc(history::Column::Id)
            .limit(1)
            .into_tuple::<i64>()
            .one(&self.readers)
            .await
            .map_err(StoreError::from)?;
        Ok(HistoryId(last.unwrap_or(0)))
    }

    /// Rows behind `after`, of one ticket or of all, in order, each with where its ticket stands now.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_happenings(
        &self,
        ticket: Option<TicketId>,
        after: HistoryId,
        limit: u64,
    ) -> Result<Vec<Happening>, AppError> {
        Ok(self.select_happenings(ticket, after, limit).await?)
    }

    async fn select_happenings(
        &self,
        ticket: Option<TicketId>,
        after: HistoryId,
        limit: u64,
    ) -> Result<Vec<Happening>, StoreError> {
        let mut select = history::Entity::find().filter(history::COLUMN.id.gt(after.0));
        if let Some(ticket) = ticket {
            select = select.filter(history::COLUMN.ticket_id.eq(ticket.0));
        }
        let rows = select.order_by_asc(history::Column::Id).limit(limit).all(&self.readers).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let tickets = rows.iter().map(|row| row.ticket_id).collect::<HashSet<_>>();
        let stand = ticket::Entity::find()
            .select_only()
            .columns([ticket::Column::Id, ticket::Column::Status])
            .filter(ticket::Column::Id.is_in(tickets))
            .into_tuple::<(i64, Status)>()
            .all(&self.readers)
            .await?;
        let stand: HashMap<_, _> = stand.into_iter().collect();
        let happening = |row: history::Model| {
            // A row whose ticket is missing is told to nobody who may not see every ticket.
            let status = stand.get(&row.ticket_id).copied().unwrap_or(Status::Closed);
            Happening { row: shown(row), status }
        };
        Ok(rows.into_iter().map(happening).collect())
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
        let family = merging::with_merged(&self.readers, id).await?;
        let mut rows = Vec::new();
        for member in &family {
            let mut select = visible_rows(role, TicketId(*member));
            if *member != id.0 {
                // What else happened to a duplicate is its own.
                select = select.filter(history::COLUMN.what.is_in([What::Message, What::Note]));
            }
            let part = select
                .filter(history::COLUMN.id.lt(before.map_or(i64::MAX, |before| before.0)))
                .order_by_desc(history::Column::Id)
                .limit(TIMELINE_LIMIT + 1)
                .all(&self.readers)
                .await?;
            rows.extend(part);
        }
        if family.len() > 1 {
            rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.id));
        }
        let more = rows.len() as u64 > TIMELINE_LIMIT;
        rows.truncate(usize::try_from(TIMELINE_LIMIT).unwrap_or(usize::MAX));
        let earlier = rows.last().filter(|_| more).map(|last| HistoryId(last.id));
        let mut messages = self.find_messages(&family, &rows).await?;
        let mut reports = self.find_reports(&rows).await?;
        let entries = rows
            .into_iter()
            .rev()
            .map(|row| {
                let message = match row.what {
                    What::Took => took(&row).and_then(|id| reports.remove(&id)),
                    _ => message_of(&row).and_then(|id| messages.remove(&id)),
                };
                let because =
                    row.because.as_deref().map_or(Ok(Vec::new()), |because| tickets::words(row.ticket_id, because))?;
                Ok(TimelineEntry { row: shown(row), message, because, difference: Vec::new() })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Timeline { entries, earlier })
    }

    /// The messages that these rows tell of.
    async fn find_messages(
        &self,
        family: &[i64],
        rows: &[history::Model],
    ) -> Result<HashMap<i64, Message>, StoreError> {
        let ids = || rows.iter().filter_map(message_of);
        let (Some(first), Some(last)) = (ids().min(), ids().max()) else { return Ok(HashMap::new()) };
        let found = message::Entity::find()
            .filter(message::COLUMN.ticket_id.is_in(family.iter().copied()))
            .filter(message::COLUMN.id.between(first, last))
            .all(&self.readers)
            .await?;
        found.into_iter().map(|row| Ok((row.id, conversation::shown(row)?))).collect()
    }

    /// What the duplicates reported whose merging these rows tell of, by their numbers, as something that was said.
    async fn find_reports(&self, rows: &[history::Model]) -> Result<HashMap<i64, Message>, StoreError> {
        let ids: Vec<i64> = rows.iter().filter(|row| row.what == What::Took).filter_map(took).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let found = ticket::Entity::find().filter(ticket::COLUMN.id.is_in(ids)).all(&self.readers).await?;
        let report = |row: ticket::Model| {
            let message = Message {
                id: MessageId(0),
                ticket_id: TicketId(row.id),
                role: Role::Requester,
                body: row.description,
                internal: false,
                created_at: Timestamp(row.opened_at),
                photos: photos::read(&row.photos)?,
            };
            Ok((row.id, message))
        };
        found.into_iter().map(report).collect()
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
        What::Opened
        | What::Description
        | What::Place
        | What::Category
        | What::Status
        | What::Photo
        | What::NotePhoto
        | What::Affected
        | What::Merged
        | What::Took => None,
    }
}

/// The number of the duplicate that a row says was merged into its ticket.
fn took(row: &history::Model) -> Option<i64> {
    row.new_value.as_deref()?.parse().ok()
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
