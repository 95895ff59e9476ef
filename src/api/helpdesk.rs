//! What helpdesk staff do (R4–R6, R9). Each function answers 403 to a device that did not enter as staff.

use super::tickets::TicketView;
use crate::{
    domain::{
        category::Category,
        ids::{HistoryId, TicketId},
        status::Status,
        ticket::{Counts, Rows, TicketRow},
        time::Timestamp,
    },
    error::AppError,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The staff's board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Board {
    /// The tickets of the view.
    pub page: Rows,
    /// How many the list holds, where it is a time's tickets or a place's.
    pub total: Option<i64>,
    /// When they were counted.
    pub as_of: Timestamp,
    /// How many each view holds.
    pub counts: Counts,
    /// The change up to which this is the state of things.
    pub last: HistoryId,
}

/// What became of a move of several tickets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Those that went where they were sent.
    pub ids: Vec<TicketId>,
    /// How many could not, because somebody moved them before or they stand elsewhere.
    pub refused: usize,
}

/// R4: the tickets of a view of the board, by the page's own query, with every view's count.
#[server(prefix = "/rpc/helpdesk", endpoint = "list_board")]
pub async fn list_board(query: String) -> Result<Board, AppError> {
    use crate::server::door;
    door::answer(async {
        let (role, store, query) = (door::staff()?, door::store()?, door::ticket_query(&query)?);
        let (last, as_of) = (door::last_told()?, store.now());
        let page = store.list_tickets(role, &query).await?.into();
        let total = store.count_tickets(role, &query).await?;
        Ok(Board { page, total, as_of, counts: store.count_views().await?, last })
    })
    .await
}

/// R4, R6: one ticket and the latest of its timeline, notes included.
#[server(prefix = "/rpc/helpdesk", endpoint = "get_ticket")]
pub async fn get_staff_ticket(
    id: TicketId,
    before: String,
    #[server(default)] changed: String,
) -> Result<TicketView, AppError> {
    use crate::server::door;
    door::answer(async { door::ticket_view(door::staff()?, id, &before, &changed).await }).await
}

/// R5: moves a ticket to its next status, against the version and the number of messages that the presser saw.
#[server(prefix = "/rpc/helpdesk", endpoint = "move_ticket")]
pub async fn move_ticket(
    id: TicketId,
    to: Status,
    version: i64,
    #[server(default)] messages: Option<i64>,
) -> Result<(), AppError> {
    use crate::{domain::ticket::Move, server::door};
    door::answer(async {
        door::store()?.make_move(door::staff()?, id, Move { to, version: Some(version), messages }).await?;
        door::come_back(&format!("/helpdesk/tickets/{id}"));
        Ok(())
    })
    .await
}

/// R5: moves the selected tickets, each in its own transaction; those that cannot go there stay where they are.
#[server(prefix = "/rpc/helpdesk", endpoint = "move_tickets")]
pub async fn move_tickets(#[server(default)] ids: Vec<TicketId>, to: Status) -> Result<Moved, AppError> {
    use crate::server::door;
    door::answer(async {
        let (role, store) = (door::staff()?, door::store()?);
        let mut outcome = Moved { ids: Vec::new(), refused: 0 };
        for id in ids {
            match store.move_ticket(role, id, to, None).await {
                Ok(_) => outcome.ids.push(id),
                Err(AppError::NoSuchMove { .. } | AppError::NoSuchTicket) => outcome.refused += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(outcome)
    })
    .await
}

/// Tickets that may report the same as this one, the likeliest first.
#[server(prefix = "/rpc/helpdesk", endpoint = "list_duplicates")]
pub async fn list_duplicates(id: TicketId) -> Result<Vec<TicketRow>, AppError> {
    use crate::server::door;
    door::part(async {
        let (role, store) = (door::staff()?, door::store()?);
        let ticket = store.get_ticket(role, id).await?;
        let found = store.find_similar(&ticket.description, ticket.place.as_deref(), Some(id)).await?;
        Ok(found.into_iter().map(TicketRow::from).collect())
    })
    .await
}

/// Merges a duplicate into the ticket of the number `into`, and goes there.
#[server(prefix = "/rpc/helpdesk", endpoint = "merge_ticket")]
pub async fn merge_ticket(id: TicketId, into: String, version: i64) -> Result<(), AppError> {
    use crate::{
        error::{Field, FieldProblem},
        server::door,
    };
    door::answer(async {
        let number = into.trim().trim_start_matches('#').parse();
        let into = number.map_err(|_| Field::Into.problem(FieldProblem::NotAnother))?;
        door::store()?.merge(door::staff()?, id, into, Some(version)).await?;
        leptos_axum::redirect(&format!("/helpdesk/tickets/{id}"));
        Ok(())
    })
    .await
}

/// Parts a duplicate again from what it was merged into, within ten minutes.
#[server(prefix = "/rpc/helpdesk", endpoint = "part_ticket")]
pub async fn part_ticket(id: TicketId) -> Result<(), AppError> {
    use crate::server::door;
    door::answer(async {
        door::store()?.part(door::staff()?, id).await?;
        door::come_back(&format!("/helpdesk/tickets/{id}"));
        Ok(())
    })
    .await
}

/// R9: corrects a category, or confirms it; the machine never overwrites it.
#[server(prefix = "/rpc/helpdesk", endpoint = "correct_category")]
pub async fn correct_category(id: TicketId, category: Category, version: i64) -> Result<(), AppError> {
    use crate::server::door;
    door::answer(async {
        door::store()?.decide_category(door::staff()?, id, category, Some(version)).await?;
        door::come_back(&format!("/helpdesk/tickets/{id}"));
        Ok(())
    })
    .await
}

/// R3: changes what a ticket says, as staff.
#[server(prefix = "/rpc/helpdesk", endpoint = "edit_ticket")]
pub async fn edit_staff_ticket(id: TicketId, description: String, place: String, version: i64) -> Result<(), AppError> {
    use crate::{domain::ticket::Edit, server::door};
    door::answer(async {
        let edit = Edit::new(Some(&description), Some(&place), version)?;
        door::store()?.edit_ticket(door::staff()?, id, &edit).await?;
        leptos_axum::redirect(&format!("/helpdesk/tickets/{id}"));
        Ok(())
    })
    .await
}

/// R6: posts a message or, with `internal` set to anything, a note for staff. R5: with a status in `then`, the ticket goes
/// there in the same moment, unless it would be closed over a message that came after the first `messages`.
#[server(prefix = "/rpc/helpdesk", endpoint = "post_message")]
pub async fn post_staff_message(
    id: TicketId,
    body: String,
    key: String,
    #[server(default)] internal: String,
    #[server(default)] then: String,
    #[server(default)] messages: Option<i64>,
    #[server(default)] photos: Vec<String>,
) -> Result<(), AppError> {
    use crate::{
        domain::{message::NewMessage, photo, saved_reply, ticket::Move},
        server::door,
    };
    door::answer(async {
        let new = NewMessage::new(&body, !internal.is_empty())?.with_photos(photo::sent(&photos)?);
        let then = saved_reply::then(&then)?;
        let then = then.map(|to| Move { messages, ..to.into() });
        door::store()?.post_message_then(door::staff()?, id, &new, Some(&key), then).await?;
        door::come_back(&format!("/helpdesk/tickets/{id}#latest"));
        Ok(())
    })
    .await
}
