//! The way to a ticket's claim code, and the claim code's address.

use crate::{
    domain::{claim::ClaimCode, ids::TicketId},
    texts::texts,
};
use leptos::prelude::*;

/// The way to the page that makes a code: for a device that has the ticket among its own, and nothing for others.
#[component]
pub fn ClaimLink(
    /// For which ticket.
    id: TicketId,
    /// Whether the device has it among its own.
    mine: bool,
) -> impl IntoView {
    mine.then(|| view! { <p class="claim-way"><a href=format!("/tickets/{id}/claim")>{texts().claim_continue}</a></p> })
}

/// Where a code can be taken, with the code filled in: words and hyphens stand in an address as they are.
pub fn claim_address(code: &ClaimCode) -> String {
    format!("/tickets/claim?code={code}")
}
