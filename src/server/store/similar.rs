//! What is reported already and may be the same as what is being reported.

use super::{Store, sqlite::search, tickets::shown};
use crate::{
    domain::{
        ids::TicketId,
        query::TicketQuery,
        role::Role,
        similar::{SIMILAR_MAX, WORD_MIN, is_similar},
        ticket::Ticket,
    },
    error::AppError,
    server::places::fold,
};
use std::collections::BTreeSet;

/// Tickets that are looked at.
const LOOKED_AT: u8 = 25;

impl Store {
    /// Open and active tickets that may report the same: those of the same place with a word in common first, then those with
    /// several. At most three. `without` is the ticket of which duplicates are looked for.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_similar(
        &self,
        description: &str,
        place: Option<&str>,
        without: Option<TicketId>,
    ) -> Result<Vec<Ticket>, AppError> {
        let wanted = words(&fold(description));
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let mut rows = match place {
            Some(place) => {
                let there = TicketQuery { place: Some(place.to_owned()), limit: LOOKED_AT, ..TicketQuery::default() };
                self.list_tickets(Role::Requester, &there).await?.tickets
            }
            None => Vec::new(),
        };
        // The index folds in its own way: it is asked for the words as they stand.
        let asked: Vec<String> = words(&description.to_lowercase()).into_iter().collect();
        for row in search::with_some(&self.readers, &asked, LOOKED_AT).await? {
            if rows.iter().all(|other| other.id.0 != row.id) {
                rows.push(shown(row, Role::Requester)?);
            }
        }
        let mut found: Vec<(bool, usize, Ticket)> = (rows.into_iter())
            .filter(|ticket| Some(ticket.id) != without)
            .filter_map(|ticket| {
                let is_there = place.is_some() && ticket.place.as_deref() == place;
                let common = words(&fold(&ticket.description)).intersection(&wanted).count();
                is_similar(common, wanted.len(), is_there).then_some((is_there, common, ticket))
            })
            .collect();
        found.sort_by(|(there, common, one), (other_there, other_common, other)| {
            other_there.cmp(there).then(other_common.cmp(common)).then(other.id.cmp(&one.id))
        });
        Ok(found.into_iter().take(SIMILAR_MAX).map(|(_, _, ticket)| ticket).collect())
    }
}

/// The words of a text that may say what is wrong.
fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= WORD_MIN);
    words.map(str::to_owned).collect()
}
