//! A requester's own tickets on another device: a code is made on the one, and taken on the other.

use crate::{
    domain::{claim::Claim, ids::TicketId},
    error::AppError,
};
use leptos::prelude::*;

/// Makes a claim code for a ticket of this device, and shows it.
#[server(prefix = "/rpc", endpoint = "make_claim")]
pub async fn make_claim(id: TicketId) -> Result<(), AppError> {
    use crate::server::door;
    door::answer(async {
        door::refuse_unless_mine(id)?;
        door::store()?.make_claim(id).await?;
        door::come_back(&format!("/tickets/{id}/claim"));
        Ok(())
    })
    .await
}

/// The newest claim code of a ticket of this device, if one works.
#[server(prefix = "/rpc", endpoint = "find_claim")]
pub async fn find_claim(id: TicketId) -> Result<Option<Claim>, AppError> {
    use crate::server::door;
    door::answer(async {
        door::refuse_unless_mine(id)?;
        door::store()?.find_claim(id).await
    })
    .await
}

/// Adds the ticket that a claim code is for to those of this device, and goes to it; also when it was closed meanwhile.
#[server(prefix = "/rpc", endpoint = "take_claim")]
pub async fn take_claim(code: String) -> Result<TicketId, AppError> {
    use crate::{domain::claim::ClaimCode, server::door};
    door::answer(async {
        let (store, code) = (door::store()?, ClaimCode::read(&code)?);
        let id = door::guess(store.find_claimed(&code)).await?.ok_or(AppError::NoSuchCode)?;
        door::remember_mine(id);
        leptos_axum::redirect(&format!("/tickets/{id}"));
        Ok(id)
    })
    .await
}
