//! Not the tenth duplicate: what is reported already, and who is affected by it, too.

use super::{
    Store,
    batch::Batch,
    error::StoreError,
    history::Change,
    sqlite::search,
    tickets::{get_row, shown},
};
use crate::{
    domain::{
        history::What,
        ids::TicketId,
        query::TicketQuery,
        role::Role,
        ticket::{Ticket, TicketPage},
    },
    error::AppError,
    server::{
        entity::{follower, ticket},
        places::fold,
    },
};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ConnectionTrait, DatabaseTransaction, EntityTrait, QueryTrait,
    sea_query::OnConflict,
};
use std::collections::BTreeSet;

/// Tickets that are shown as similar.
const SHOWN: usize = 3;
/// Tickets that are looked at for that.
const LOOKED_AT: u8 = 25;
/// Shorter words say nothing of what is wrong; "no", "hot" and "wc" are not looked for by themselves.
const WORD_MIN: usize = 4;
/// Words in common from which on a ticket elsewhere is similar.
const IN_COMMON: usize = 2;

impl Store {
    /// Open and active tickets that may report the same: those of the same place with a word in common first, then those with
    /// several. At most three.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_similar(&self, description: &str, place: Option<&str>) -> Result<Vec<Ticket>, AppError> {
        let wanted = words(description);
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let mut rows = Vec::new();
        if let Some(place) = place {
            let there = TicketQuery { place: Some(place.to_owned()), limit: LOOKED_AT, ..TicketQuery::default() };
            let TicketPage { tickets, .. } = self.list_tickets(Role::Requester, &there).await?;
            rows.extend(tickets);
        }
        let asked: Vec<String> = wanted.iter().cloned().collect();
        for row in search::with_some(&self.readers, &asked, LOOKED_AT).await? {
            if rows.iter().all(|other| other.id.0 != row.id) {
                rows.push(shown(row, Role::Requester)?);
            }
        }
        let mut found: Vec<(bool, usize, Ticket)> = (rows.into_iter())
            .filter_map(|ticket| {
                let is_there = place.is_some() && ticket.place.as_deref() == place;
                let common = words(&ticket.description).intersection(&wanted).count();
                let is_similar = common >= IN_COMMON.min(wanted.len()) || (is_there && common > 0);
                is_similar.then_some((is_there, common, ticket))
            })
            .collect();
        found.sort_by(|(there, common, one), (other_there, other_common, other)| {
            other_there.cmp(there).then(other_common.cmp(common)).then(other.id.cmp(&one.id))
        });
        Ok(found.into_iter().take(SHOWN).map(|(_, _, ticket)| ticket).collect())
    }

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
        let before = get_row(tx, Role::Requester, id).await?;
        let row = follower::ActiveModel { ticket_id: Set(id.0), device: Set(device) };
        let once = OnConflict::columns([follower::Column::TicketId, follower::Column::Device]).do_nothing().to_owned();
        let insert = follower::Entity::insert(row).on_conflict(once).build(tx.get_database_backend());
        if tx.execute_raw(insert).await?.rows_affected() == 0 {
            return shown(before, Role::Requester);
        }
        let now = self.now();
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

/// The words of a text that may say what is wrong, without capitals and accents.
fn words(text: &str) -> BTreeSet<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= WORD_MIN);
    words.map(str::to_owned).collect()
}
