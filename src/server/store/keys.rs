//! Idempotency keys: the same request twice makes one thing.

use super::{batch::Batch, error::StoreError};
use crate::{
    domain::{
        ids::{MessageId, TicketId},
        message::NewMessage,
        role::Role,
        text,
        ticket::NewTicket,
    },
    error::AppError,
    server::entity::idempotency_key,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryTrait};
use sha2::{Digest, Sha256};

/// A request that carries a key.
#[derive(Debug)]
pub(super) struct Keyed {
    scope: String,
    key: String,
    fingerprint: Vec<u8>,
}

/// What a key made before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing: it is new.
    Nothing,
    /// This, and the same was asked for.
    Same(i64),
    /// This, but something else was asked for.
    Other(i64),
}

impl Keyed {
    /// The key of a report, if it has one.
    pub(super) fn ticket(key: Option<&str>, new: &NewTicket) -> Result<Option<Self>, AppError> {
        let Some(key) = key.map(text::key).transpose()? else { return Ok(None) };
        let again_of = new.again_of.map_or_else(String::new, |id| id.to_string());
        let place = new.place.as_deref().unwrap_or_default();
        let fingerprint = fingerprint([&new.description, place, &again_of]);
        Ok(Some(Self { scope: "ticket".to_owned(), key, fingerprint }))
    }

    /// The key of a message, if it has one.
    pub(super) fn message(
        key: Option<&str>,
        role: Role,
        ticket: TicketId,
        new: &NewMessage,
    ) -> Result<Option<Self>, AppError> {
        let Some(key) = key.map(text::key).transpose()? else { return Ok(None) };
        let fingerprint = fingerprint([&new.body, if new.internal { "internal" } else { "public" }]);
        Ok(Some(Self { scope: format!("message:{ticket}:{}", role.slug()), key, fingerprint }))
    }

    /// The key of a photo, if it has one: of what it shows, and under which message.
    pub(super) fn photo(
        key: Option<&str>,
        role: Role,
        ticket: TicketId,
        content: &str,
        message: Option<MessageId>,
    ) -> Result<Option<Self>, AppError> {
        let Some(key) = key.map(text::key).transpose()? else { return Ok(None) };
        let message = message.map_or_else(String::new, |id| id.to_string());
        let fingerprint = fingerprint([content, &message]);
        Ok(Some(Self { scope: format!("photo:{ticket}:{}", role.slug()), key, fingerprint }))
    }

    /// What the key made before.
    pub(super) async fn made_before(&self, tx: &DatabaseTransaction) -> Result<Before, StoreError> {
        let found = idempotency_key::Entity::find_by_id((self.scope.clone(), self.key.clone())).one(tx).await?;
        Ok(match found {
            None => Before::Nothing,
            Some(row) if row.fingerprint == self.fingerprint => Before::Same(row.made_id),
            Some(row) => Before::Other(row.made_id),
        })
    }

    /// Keeps the key with what it made.
    pub(super) fn remember(self, made_id: i64, tx: &DatabaseTransaction, batch: &mut Batch) {
        let row = idempotency_key::ActiveModel {
            scope: Set(self.scope),
            key: Set(self.key),
            fingerprint: Set(self.fingerprint),
            made_id: Set(made_id),
        };
        batch.add(idempotency_key::Entity::insert(row).build(tx.get_database_backend()));
    }
}

/// SHA-256 of the parts, each behind its length, so that no two requests run together into the same bytes.
fn fingerprint<const N: usize>(parts: [&str; N]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}
