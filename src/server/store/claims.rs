//! Claim codes: made for a ticket, found by it, and found by whoever types one.

use super::{Store, batch::Batch, error::StoreError, tickets};
use crate::{
    domain::{
        claim::{Claim, ClaimCode, expired_at},
        ids::TicketId,
        role::Role,
        time::Timestamp,
    },
    error::AppError,
    server::{claim_words, entity::claim},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QueryTrait,
};

impl Store {
    /// Makes a code for a ticket, and forgets those that work no more.
    ///
    /// That is no change of the ticket: there is no row in its history, and its last modification stays when it was (R10).
    ///
    /// # Errors
    /// [`AppError::NoSuchTicket`] when there is none, or none that a requester may see (R3).
    pub async fn make_claim(&self, id: TicketId) -> Result<Claim, AppError> {
        let now = self.now();
        self.writing.turn(move |tx| Box::pin(insert_claim(tx, id, now))).await
    }

    /// The newest code of a ticket, if one works.
    ///
    /// # Errors
    /// [`AppError::NoSuchTicket`] when there is no ticket, or none that a requester may see (R3).
    pub async fn find_claim(&self, id: TicketId) -> Result<Option<Claim>, AppError> {
        tickets::get_row(&self.readers, Role::Requester, id).await?;
        let newest = claim::Entity::find()
            .filter(claim::Column::TicketId.eq(id.0))
            .filter(claim::Column::MadeAt.gt(expired_at(self.now()).0))
            .order_by_desc(claim::Column::MadeAt)
            .one(&self.readers)
            .await
            .map_err(StoreError::from)?;
        Ok(newest.map(|row| shown(&row)).transpose()?)
    }

    /// The ticket that a code is for, whoever may see it; none when there is no such code, or it works no more.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_claimed(&self, code: &ClaimCode) -> Result<Option<TicketId>, AppError> {
        let Some(code) = claim_words::complete(code) else { return Ok(None) };
        let row = find_code(&self.readers, &code).await?;
        Ok(row.filter(|row| row.made_at > expired_at(self.now()).0).map(|row| TicketId(row.ticket_id)))
    }
}

async fn insert_claim(tx: &DatabaseTransaction, id: TicketId, now: Timestamp) -> Result<Claim, StoreError> {
    tickets::get_row(tx, Role::Requester, id).await?;
    let mut code = claim_words::draw();
    // As good as never: yet nobody's code may become another's.
    while find_code(tx, &code).await?.is_some() {
        code = claim_words::draw();
    }
    let backend = tx.get_database_backend();
    let row = claim::ActiveModel { code: Set(code.to_string()), ticket_id: Set(id.0), made_at: Set(now.0) };
    let mut batch = Batch::default();
    batch.add(claim::Entity::delete_many().filter(claim::Column::MadeAt.lte(expired_at(now).0)).build(backend));
    batch.add(claim::Entity::insert(row).build(backend));
    batch.write(tx).await?;
    Ok(Claim::new(code, now))
}

fn shown(row: &claim::Model) -> Result<Claim, StoreError> {
    let code = ClaimCode::read(&row.code).map_err(|_| StoreError::Corrupt(format!("claim code {:?}", row.code)))?;
    Ok(Claim::new(code, Timestamp(row.made_at)))
}

async fn find_code<C: ConnectionTrait>(db: &C, code: &ClaimCode) -> Result<Option<claim::Model>, StoreError> {
    Ok(claim::Entity::find_by_id(code.to_string()).one(db).await?)
}
