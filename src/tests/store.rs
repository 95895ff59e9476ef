//! The store on real SQLite files: every rule, what happens when many act at once, and what happens when things fail.

mod affected;
mod claims;
mod conversation;
mod durability;
mod learning;
mod listing;
mod many;
mod merging;
mod opening;
mod places;
mod plans;
mod reading;
mod saved_replies;
mod search;
mod seeding;
mod sums;
mod tickets;

use crate::{
    domain::{
        history::{HistoryRow, What},
        ids::TicketId,
        message::{Message, NewMessage},
        query::TicketQuery,
        role::Role,
        ticket::{Edit, NewTicket, Ticket},
        time::Timestamp,
    },
    error::AppError,
    server::store::{Clock, Store, sqlite::Tuning},
};
use chrono_tz::Tz;
use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use tempfile::TempDir;

type Outcome = Result<(), Box<dyn Error>>;

/// 2026-10-01T08:00:00Z.
const START: i64 = 1_790_841_600_000;
const HOUR: i64 = 3_600_000;

const WIFI: &str = "WIFI malfunctioning";
const ELEVATOR: &str = "elevator is not working";
const CANTEEN: &str = "the canteen's food";

/// A store on a file of its own, with a clock that stands still until it is told otherwise.
struct Desk {
    store: Store,
    clock: Arc<AtomicI64>,
    folder: TempDir,
}

impl Desk {
    async fn new() -> Result<Self, Box<dyn Error>> {
        Self::tuned(Tz::UTC, &Tuning::default()).await
    }

    async fn tuned(zone: Tz, tuning: &Tuning) -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let clock = Arc::new(AtomicI64::new(START));
        let store = Store::open_tuned(&url(&folder), zone, tuning).await?.with_clock(clock_of(&clock));
        Ok(Self { store, clock, folder })
    }

    fn url(&self) -> String {
        url(&self.folder)
    }

    /// Lets time pass.
    fn pass(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    fn now(&self) -> Timestamp {
        self.store.now()
    }

    async fn report(&self, description: &str) -> Result<Ticket, AppError> {
        self.store.open_ticket(Role::Requester, &NewTicket::new(description, "", None)?, None).await
    }

    /// A ticket that was activated.
    async fn active(&self, description: &str) -> Result<Ticket, AppError> {
        let ticket = self.report(description).await?;
        self.pass(1);
        self.store.activate(Role::Staff, ticket.id, None).await
    }

    /// A ticket that was activated and closed.
    async fn closed(&self, description: &str) -> Result<Ticket, AppError> {
        let ticket = self.active(description).await?;
        self.pass(1);
        self.store.close(Role::Staff, ticket.id, None).await
    }

    async fn say(&self, role: Role, id: TicketId, body: &str) -> Result<Message, AppError> {
        self.store.post_message(role, id, &NewMessage::new(body, false)?, None).await
    }

    async fn note(&self, id: TicketId, body: &str) -> Result<Message, AppError> {
        self.store.post_message(Role::Staff, id, &NewMessage::new(body, true)?, None).await
    }

    async fn edit(&self, role: Role, ticket: &Ticket, description: &str) -> Result<Ticket, AppError> {
        self.store.edit_ticket(role, ticket.id, &Edit::new(Some(description), None, ticket.version)?).await
    }

    async fn history(&self, id: TicketId) -> Result<Vec<HistoryRow>, AppError> {
        Ok(self.store.list_history(Role::Staff, id, 100, None).await?.history)
    }

    /// What each row of the history tells of, with its values.
    async fn told(&self, id: TicketId) -> Result<Vec<(What, Option<String>, Option<String>)>, AppError> {
        Ok(self.history(id).await?.into_iter().map(|row| (row.what, row.from, row.to)).collect())
    }

    /// The ids of a whole list, in pages of `limit`.
    async fn walk(&self, role: Role, query: &TicketQuery, limit: u8) -> Result<Vec<i64>, AppError> {
        let mut query = TicketQuery { limit, ..query.clone() };
        let mut ids = Vec::new();
        loop {
            let page = self.store.list_tickets(role, &query).await?;
            assert!(page.tickets.len() <= usize::from(limit));
            ids.extend(page.tickets.iter().map(|ticket| ticket.id.0));
            match page.next {
                None => return Ok(ids),
                next => query.after = next,
            }
        }
    }
}

fn url(folder: &TempDir) -> String {
    format!("sqlite:{}", folder.path().join("desk.db").display())
}

fn clock_of(clock: &Arc<AtomicI64>) -> Clock {
    let clock = Arc::clone(clock);
    Arc::new(move || Timestamp(clock.load(Ordering::SeqCst)))
}

fn ids(tickets: &[Ticket]) -> Vec<i64> {
    tickets.iter().map(|ticket| ticket.id.0).collect()
}
