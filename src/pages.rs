//! The pages, one file each: what they read and write, and their markup.

pub mod analytics;
pub mod board;
pub mod claim;
pub mod claim_code;
pub mod entry;
pub mod learning;
pub mod not_found;
pub mod outbox;
pub mod parts;
pub mod place;
pub mod places;
pub mod posters;
pub mod replies;
pub mod report;
pub mod reports;
pub mod sent;
pub mod staff_ticket;
pub mod ticket;

use crate::domain::ids::TicketId;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The ticket that the address names; a number that no ticket has where it names none.
fn ticket_id() -> Memo<TicketId> {
    let params = use_params_map();
    Memo::new(move |_| params.read().get("id").and_then(|id| id.parse().ok()).unwrap_or(TicketId(0)))
}
