//! A duplicate is merged into the ticket that reports the same, and parted from it again.
//!
//! No row of a conversation or a history is moved: what was said under a duplicate is read with the ticket that it was merged
//! into. So nothing is lost, and parting them gives each what it had.

use super::{
    Store,
    error::StoreError,
    history::Change,
    tickets::{check_version, find_row, get_row, shown},
};
use crate::{
    domain::{
        history::What,
        ids::TicketId,
        role::Role,
        status::Status,
        ticket::{Ticket, may_part},
        time::Timestamp,
    },
    error::{AppError, Field, FieldProblem},
    server::entity::{history, message, ticket},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Statement,
};
use std::collections::HashSet;

/// A ticket, and where it was merged into.
#[derive(FromQueryResult)]
struct Merged {
    id: i64,
    merged_into: i64,
}

impl Store {
    /// Merges a duplicate into the ticket `into`: it is closed, its reporter and those affected count there, and its
    /// conversation is read there. The answer is the duplicate.
    ///
    /// # Errors
    /// [`AppError::NoSuchTicket`], [`AppError::StaffOnly`], [`AppError::Stale`], [`AppError::TicketClosed`] for a duplicate that
    /// is closed, [`AppError::Invalid`] when `into` is no other ticket that is not closed.
    pub async fn merge(
        &self,
        role: Role,
        id: TicketId,
        into: TicketId,
        version: Option<i64>,
    ) -> Result<Ticket, AppError> {
        let store = self.clone();
        self.writing
            .turn(move |tx| Box::pin(async move { store.update_merged(tx, role, id, into, version).await }))
            .await
    }

    /// Undoes [`Store::merge`] within ten minutes: the duplicate stands where it stood. The answer is that ticket.
    ///
    /// # Errors
    /// [`AppError::NoSuchTicket`], [`AppError::StaffOnly`], [`AppError::Settled`] when it is not merged, was so too long ago,
    /// or what it was merged into was itself merged since.
    pub async fn part(&self, role: Role, id: TicketId) -> Result<Ticket, AppError> {
        let store = self.clone();
        self.writing.turn(move |tx| Box::pin(async move { store.update_parted(tx, role, id).await })).await
    }

    /// These tickets, in their order, each once: of one that was merged, the one that it leads to.
    ///
    /// # Errors
    /// The database's.
    pub async fn follow_merged(&self, ids: &[TicketId]) -> Result<Vec<TicketId>, AppError> {
        let mut ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        loop {
            let merged = ticket::Entity::find()
                .select_only()
                .columns([ticket::Column::Id, ticket::Column::MergedInto])
                .filter(ticket::COLUMN.id.is_in(ids.iter().copied()))
                .filter(ticket::COLUMN.merged_into.is_not_null())
                .into_model::<Merged>()
                .all(&self.readers)
                .await
                .map_err(StoreError::from)?;
            if merged.is_empty() {
                let mut seen = HashSet::new();
                ids.retain(|id| seen.insert(*id));
                return Ok(ids.into_iter().map(TicketId).collect());
            }
            for id in &mut ids {
                if let Some(merged) = merged.iter().find(|merged| merged.id == *id) {
                    *id = merged.merged_into;
                }
            }
        }
    }

    async fn update_merged(
        &self,
        tx: &DatabaseTransaction,
        role: Role,
        id: TicketId,
        into: TicketId,
        version: Option<i64>,
    ) -> Result<Ticket, StoreError> {
        let before = get_row(tx, role, id).await?;
        if !role.may_merge() {
            return Err(AppError::StaffOnly.into());
        }
        if before.status == Status::Closed {
            return Err(AppError::TicketClosed { current: Box::new(shown(before, role)?) }.into());
        }
        check_version(&before, role, version)?;
        let target = find_row(tx, into).await?.filter(|row| row.id != id.0 && row.status != Status::Closed);
        let target = target.ok_or_else(|| Field::Into.problem(FieldProblem::NotAnother))?;
        let status = |status: Status| Some(status.slug().to_owned());
        let changes = vec![
            Change { what: What::Status, from: status(before.status), to: status(Status::Closed) },
            Change { what: What::Merged, from: None, to: Some(into.to_string()) },
        ];
        let after = ticket::Model { status: Status::Closed, merged_into: Some(into.0), ..before.clone() };
        let merged = self.save(tx, role, before, after, changes).await?;
        let took = Change { what: What::Took, from: None, to: Some(id.to_string()) };
        self.take(tx, role, target, id, 1, took).await?;
        Ok(merged)
    }

    async fn update_parted(&self, tx: &DatabaseTransaction, role: Role, id: TicketId) -> Result<Ticket, StoreError> {
        let before = get_row(tx, role, id).await?;
        if !role.may_merge() {
            return Err(AppError::StaffOnly.into());
        }
        let target = match before.merged_into {
            Some(into) if may_part(Timestamp(before.closed_at.unwrap_or(0)), self.now()) => {
                find_row(tx, TicketId(into)).await?.filter(|target| target.merged_into.is_none())
            }
            _ => None,
        };
        let Some(target) = target else {
            return Err(AppError::Settled { current: Box::new(shown(before, role)?) }.into());
        };
        let stood = stood_before(tx, id).await?;
        let changes = vec![
            Change { what: What::Merged, from: Some(target.id.to_string()), to: None },
            Change {
                what: What::Status,
                from: Some(Status::Closed.slug().to_owned()),
                to: Some(stood.slug().to_owned()),
            },
        ];
        let after = ticket::Model { status: stood, closed_at: None, merged_into: None, ..before.clone() };
        let parted = self.save(tx, role, before, after, changes).await?;
        let gave = Change { what: What::Took, from: Some(id.to_string()), to: None };
        self.take(tx, role, target, id, -1, gave).await?;
        Ok(parted)
    }

    /// What a ticket counts with a duplicate, or with `sign` −1 without it.
    async fn take(
        &self,
        tx: &DatabaseTransaction,
        role: Role,
        before: ticket::Model,
        duplicate: TicketId,
        sign: i64,
        change: Change,
    ) -> Result<(), StoreError> {
        let duplicate = get_row(tx, Role::Staff, duplicate).await?;
        let after = ticket::Model {
            // Its reporter is one of them.
            affected: before.affected + sign * (1 + duplicate.affected),
            message_count: before.message_count + sign * duplicate.message_count,
            note_count: before.note_count + sign * duplicate.note_count,
            last_message_role: last_word(tx, TicketId(before.id)).await?,
            ..before.clone()
        };
        self.save(tx, role, before, after, vec![change]).await.map(|_| ())
    }
}

/// A ticket's own number, then those of the tickets that were merged into it, or into one of those.
pub(super) async fn with_merged<C: ConnectionTrait>(db: &C, id: TicketId) -> Result<Vec<i64>, StoreError> {
    let sql = "WITH RECURSIVE family (id) AS (SELECT $1 UNION SELECT tickets.id FROM family \
               CROSS JOIN tickets ON tickets.merged_into = family.id) SELECT id FROM family";
    let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, [id.0.into()])).await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}

/// The ticket that one leads to: itself, unless it was merged.
pub(super) async fn follow<C: ConnectionTrait>(db: &C, mut id: TicketId) -> Result<TicketId, StoreError> {
    while let Some(into) = find_row(db, id).await?.and_then(|row| row.merged_into) {
        id = TicketId(into);
    }
    Ok(id)
}

/// Who wrote the last message under a ticket that both sides read.
async fn last_word(tx: &DatabaseTransaction, id: TicketId) -> Result<Option<Role>, StoreError> {
    let mut last: Option<(i64, Role)> = None;
    for member in with_merged(tx, id).await? {
        let found = message::Entity::find()
            .select_only()
            .columns([message::Column::Id, message::Column::Role])
            .filter(message::COLUMN.ticket_id.eq(member))
            .filter(message::COLUMN.internal.eq(false))
            .order_by_desc(message::Column::Id)
            .limit(1)
            .into_tuple::<(i64, Role)>()
            .one(tx)
            .await?;
        if found.map(|(id, _)| id) > last.map(|(id, _)| id) {
            last = found;
        }
    }
    Ok(last.map(|(_, role)| role))
}

/// Where a ticket stood before it was merged.
async fn stood_before(tx: &DatabaseTransaction, id: TicketId) -> Result<Status, StoreError> {
    let row = history::Entity::find()
        .filter(history::COLUMN.ticket_id.eq(id.0))
        .filter(history::COLUMN.what.eq(What::Status))
        .order_by_desc(history::Column::Id)
        .one(tx)
        .await?;
    row.and_then(|row| Status::from_slug(row.old_value.as_deref()?))
        .ok_or_else(|| StoreError::Corrupt(format!("ticket {id} was merged without a move")))
}
