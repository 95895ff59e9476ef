//! The board's address that lists exactly the tickets that a number counts.

use super::service::Asked;
use crate::domain::{
    query::TicketQuery,
    status::Status::{self, Active, Open},
};

/// Those that the analysis was asked for.
pub(super) fn of(asked: &Asked) -> TicketQuery {
    TicketQuery {
        categories: asked.category.into_iter().collect(),
        place: asked.place.clone(),
        ..TicketQuery::default()
    }
}

/// The statuses of what is not closed.
pub(super) fn not_closed() -> Vec<Status> {
    vec![Open, Active]
}

/// Where the board lists them.
pub(super) fn href(query: &TicketQuery) -> String {
    let path = "/helpdesk?";
    let mut address = form_urlencoded::Serializer::for_suffix(path.to_owned(), path.len());
    address.extend_pairs(query.pairs()).finish()
}
