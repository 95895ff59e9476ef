//! What a page tells of whoever looks at a ticket: that they are there, that they write, how far they have read.
//!
//! None of it is kept but the last, and nothing of it says who they are.

use crate::{
    domain::ids::{HistoryId, TicketId},
    error::AppError,
};
use leptos::prelude::*;

/// A requester's device `who` is still there; with `writing` set to anything, it is writing.
#[server(prefix = "/rpc", endpoint = "tell_presence")]
pub async fn tell_presence(id: TicketId, who: String, #[server(default)] writing: String) -> Result<(), AppError> {
    use crate::{domain::role::Role, server::door};
    door::answer(async { door::tell_presence(Role::Requester, id, &who, &writing) }).await
}

/// The same of staff. `writing` is `note` where staff alone may know of it.
#[server(prefix = "/rpc/helpdesk", endpoint = "tell_presence")]
pub async fn tell_staff_presence(
    id: TicketId,
    who: String,
    #[server(default)] writing: String,
) -> Result<(), AppError> {
    use crate::server::door;
    door::answer(async { door::tell_presence(door::staff()?, id, &who, &writing) }).await
}

/// R6: the reporter's side was shown a ticket up to the row `last`.
#[server(prefix = "/rpc", endpoint = "mark_read")]
pub async fn mark_read(id: TicketId, last: HistoryId) -> Result<(), AppError> {
    use crate::{domain::role::Role, server::door};
    door::answer(door::mark_read(Role::Requester, id, last)).await
}

/// R6: the helpdesk was.
#[server(prefix = "/rpc/helpdesk", endpoint = "mark_read")]
pub async fn mark_staff_read(id: TicketId, last: HistoryId) -> Result<(), AppError> {
    use crate::server::door;
    door::answer(async { door::mark_read(door::staff()?, id, last).await }).await
}
