//! Who is affected by a ticket, beside its reporter.

use super::{
    Store,
    batch::Batch,
    error::StoreError,
    history::Change,
    merging,
    tickets::{get_row, shown},
};
use crate::{
    domain::{history::What, ids::TicketId, role::Role, ticket::Ticket},
    error::AppError,
    server::entity::{follower, ticket},
};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ConnectionTrait, DatabaseTransaction, EntityTrait, QueryTrait,
    sea_query::OnConflict,
};

impl Store {
    /// Counts that a ticket affects somebody else, too: a device, once. `device` is what stands for it under this ticket alone.
    ///
    /// # Errors
    /// [`AppError::NoSuchTicket`] when there is none, or none that a requester may see (R3).
    pub async fn add_affected(&self, id: TicketId, device: String) -> Result<Ticket, AppError> {
        let store = self.clone();
        self.writing.turn(move |tx| Box::pin(async move { store.insert_follower(tx, id, device).await })).await
    }

    async fn insert_follower(
        &self,
        tx: &DatabaseTransaction,
        id: TicketId,
        device: String,
    ) -> Result<Ticket, StoreError> {
        let id = merging::follow(tx, id).await?;
        let before = get_row(tx, Role::Requester, id).await?;
        let row = follower::ActiveModel { ticket_id: Set(id.0), device: Set(device) };
        let once = OnConflict::columns([follower::Column::TicketId, follower::Column::Device]).do_nothing().to_owned();
        let insert = follower::Entity::insert(row).on_conflict(once).build(tx.get_database_backend());
        if tx.execute_raw(insert).await?.rows_affected() == 0 {
            return shown(before, Role::Requester);
        }
        let now = self.next_moment(&before);
        let after = ticket::Model { affected: before.affected + 1, modified_at: now.0, ..before.clone() };
        let count = |row: &ticket::Model| Some(row.affected.to_string());
        let mut batch = Batch::default();
        let changed = ticket::ActiveModel {
            id: Unchanged(id.0),
            affected: Set(after.affected),
            modified_at: Set(after.modified_at),
            ..Default::default()
        };
        batch.add(ticket::Entity::update(changed).validate()?.build(tx.get_database_backend()));
        let change = Change { what: What::Affected, from: count(&before), to: count(&after) };
        change.write(tx, id, Role::Requester, now, &mut batch);
        batch.write(tx).await?;
        shown(after, Role::Requester)
    }
}
