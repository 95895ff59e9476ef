//! What is reported already and may be the same, for whoever is about to report it. The server draws it, the form's script puts it in:
//! the browser's program knows nothing of it.

use super::{affected::Affected, status::StatusBadge};
use crate::{api::tickets::AffectsMe, domain::ticket::TicketRow, texts::texts};
use leptos::{prelude::*, server_fn::ServerFn};

/// Some tickets, each with enough to tell whether it is the same, and the way to say so.
#[component]
pub fn SimilarTickets(
    /// The likeliest first.
    tickets: Vec<TicketRow>,
) -> impl IntoView {
    let texts = texts();
    let item = |ticket: TicketRow| {
        view! {
            <li>
                <a href=format!("/tickets/{}", ticket.id)>{beginning(&ticket.summary)}</a>
                <p class="card-facts card-minor">
                    <StatusBadge status=ticket.status />
                    {ticket.place.map(|place| view! { <span>{place}</span> })}
                    // The form's script writes it in the reader's zone.
                    <span>{texts.row_opened}" "<time datetime=ticket.opened_at.to_string()>{texts.moment(ticket.opened_at)}</time></span>
                    <Affected count=ticket.affected />
                </p>
                // A form cannot be within the report's: the script sends it.
                <p><button type="button" class="button button-small" data-action=AffectsMe::url()
                    data-affects=ticket.id.0 data-failed=texts.failed_title>{texts.affects_me}</button></p>
            </li>
        }
    };
    view! {
        <h2>{texts.similar_title}</h2>
        <ul>{tickets.into_iter().map(item).collect_view()}</ul>
    }
}

/// Enough of a report to know it by: two lines of a phone.
fn beginning(text: &str) -> String {
    const MOST: usize = 90;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}
