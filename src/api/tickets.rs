//! What a requester does with tickets (R2, R3, R6). These functions act as a requester, whoever calls them.

use crate::{
    domain::{
        category::{Category, CategorySource},
        history::Timeline,
        ids::{HistoryId, TicketId},
        ticket::{Found, Rows, TicketRow},
        time::Timestamp,
    },
    error::AppError,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The requester's list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequesterList {
    /// Open and active tickets, everybody's.
    pub page: Rows,
    /// Those of them that are the device's own: reported on it, or added to it.
    pub mine: Vec<TicketRow>,
    /// Those of the device's own that were closed in the last weeks, the last one first: all that a requester learns of them.
    pub closed: Vec<(TicketId, Timestamp)>,
    /// The change up to which this is the state of things.
    pub last: HistoryId,
}

/// A ticket's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TicketView {
    /// The ticket, or that it was closed.
    pub found: Found,
    /// Its timeline; empty of a closed ticket that the reader may not see.
    pub timeline: Timeline,
    /// The last row of its history that the other side was shown.
    pub read: HistoryId,
    /// Whether the reader is a requester whose device has it among its own.
    pub mine: bool,
    /// What may be expected of it, in a sentence, where it is the reader's own and enough were closed to say.
    pub expected: Option<String>,
    /// Whether it was merged into another so lately that it can be parted again.
    pub may_part: bool,
    /// The change up to which this is the state of things.
    pub last: HistoryId,
}

/// What a confirmation tells of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Sent {
    /// Its number, where it went and why.
    Received {
        /// Its number.
        id: TicketId,
        /// Where it went.
        category: Category,
        /// Who decided that.
        source: CategorySource,
        /// The words that decided.
        because: Vec<String>,
        /// What it says.
        description: String,
        /// The closed ticket that it reports again.
        again_of: Option<TicketId>,
    },
    /// It was closed meanwhile.
    Closed {
        /// Its number.
        id: TicketId,
        /// When.
        closed_at: Timestamp,
    },
}

/// The confirmation's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Confirmation {
    /// What became of the report.
    pub sent: Sent,
    /// What may be expected of such tickets, in a sentence, where enough were closed to say.
    pub expected: Option<String>,
    /// Whether the device has it among its own.
    pub mine: bool,
}

/// R2: opens a ticket and goes to its confirmation. `again_of` is empty or a closed ticket's number.
#[server(prefix = "/rpc", endpoint = "open_ticket")]
pub async fn open_ticket(
    description: String,
    place: String,
    again_of: String,
    key: String,
    #[server(default)] photos: Vec<String>,
) -> Result<TicketId, AppError> {
    use crate::{
        domain::{photo, role::Role, ticket::NewTicket},
        server::door,
    };
    door::answer(async {
        door::refuse_flood()?;
        let new = NewTicket::new(&description, &place, again_of.parse().ok())?.with_photos(photo::sent(&photos)?);
        let ticket = door::store()?.open_ticket(Role::Requester, &new, Some(&key)).await?;
        door::remember_mine(ticket.id);
        leptos_axum::redirect(&format!("/tickets/{}/sent", ticket.id));
        Ok(ticket.id)
    })
    .await
}

/// R3: the tickets that a requester sees, by the page's own query.
#[server(prefix = "/rpc", endpoint = "list_tickets")]
pub async fn list_tickets(query: String) -> Result<RequesterList, AppError> {
    use crate::{domain::role::Role, server::door};
    door::answer(async {
        let (last, store, query) = (door::last_told()?, door::store()?, door::ticket_query(&query)?);
        let page = store.list_tickets(Role::Requester, &query).await?;
        let remembered = store.follow_merged(&door::remembered_mine()).await?;
        let mine = store.list_tickets_by_ids(Role::Requester, &remembered).await?;
        let closed = store.list_closed_lately(&remembered).await?;
        Ok(RequesterList { page: page.into(), mine: mine.into_iter().map(TicketRow::from).collect(), closed, last })
    })
    .await
}

/// R3, R6: one ticket and the latest of its timeline, up to the row `before` if one is given; with what the edit in the row
/// `changed` changed.
#[server(prefix = "/rpc", endpoint = "get_ticket")]
pub async fn get_ticket(
    id: TicketId,
    before: String,
    #[server(default)] changed: String,
) -> Result<TicketView, AppError> {
    use crate::{domain::role::Role, server::door};
    door::answer(door::ticket_view(Role::Requester, id, &before, &changed)).await
}

/// What the confirmation says of a ticket just sent.
#[server(prefix = "/rpc", endpoint = "get_confirmation")]
pub async fn get_confirmation(id: TicketId) -> Result<Confirmation, AppError> {
    use crate::{
        domain::{role::Role, ticket::Ticket},
        server::door,
    };
    door::answer(async {
        let (store, mine) = (door::store()?, door::is_mine(id));
        match store.look_up(Role::Requester, id).await? {
            Found::Ticket(ticket) => {
                let expected = door::expect(ticket.category, id).await;
                let Ticket {
                    category, category_source: source, category_because: because, description, again_of, ..
                } = *ticket;
                let sent = Sent::Received { id, category, source, because, description, again_of };
                Ok(Confirmation { sent, expected, mine })
            }
            // Its link leads to what it was merged into.
            Found::Merged { id, into, closed_at } => {
                leptos_axum::redirect(&format!("/tickets/{into}"));
                Ok(Confirmation { sent: Sent::Closed { id, closed_at }, expected: None, mine })
            }
            Found::Closed { id, closed_at } => {
                Ok(Confirmation { sent: Sent::Closed { id, closed_at }, expected: None, mine })
            }
        }
    })
    .await
}

/// R3: changes what a ticket says, against the version that the writer saw.
#[server(prefix = "/rpc", endpoint = "edit_ticket")]
pub async fn edit_ticket(id: TicketId, description: String, place: String, version: i64) -> Result<(), AppError> {
    use crate::{
        domain::{role::Role, ticket::Edit},
        server::door,
    };
    door::answer(async {
        let edit = Edit::new(Some(&description), Some(&place), version)?;
        door::store()?.edit_ticket(Role::Requester, id, &edit).await?;
        leptos_axum::redirect(&format!("/tickets/{id}"));
        Ok(())
    })
    .await
}

/// Says that a ticket affects this device's person, too, and makes it one of the device's own: its closing is told there.
#[server(prefix = "/rpc", endpoint = "affects_me")]
pub async fn affects_me(id: TicketId) -> Result<(), AppError> {
    use crate::server::door;
    door::answer(async {
        door::refuse_flood()?;
        let store = door::store()?;
        // A page that was open while its ticket was merged still says the number that it had.
        let id = store.follow_merged(&[id]).await?.first().copied().unwrap_or(id);
        // Whoever reported it is counted as that.
        if !door::is_mine_by_merging(&store, id).await? {
            store.add_affected(id, door::device_under(id)?).await?;
            door::remember_mine(id);
        }
        leptos_axum::redirect(&format!("/tickets/{id}"));
        Ok(())
    })
    .await
}

/// R6: posts a message from the reporter's side.
#[server(prefix = "/rpc", endpoint = "post_message")]
pub async fn post_message(
    id: TicketId,
    body: String,
    key: String,
    #[server(default)] photos: Vec<String>,
) -> Result<(), AppError> {
    use crate::{
        domain::{message::NewMessage, photo, role::Role},
        server::door,
    };
    door::answer(async {
        door::refuse_flood()?;
        let new = NewMessage::new(&body, false)?.with_photos(photo::sent(&photos)?);
        door::store()?.post_message(Role::Requester, id, &new, Some(&key)).await?;
        door::come_back(&format!("/tickets/{id}#latest"));
        Ok(())
    })
    .await
}
