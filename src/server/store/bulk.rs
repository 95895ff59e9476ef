//! Many tickets at once with all that ever happened to them: how demo data gets into the database.

use super::{
    Store,
    batch::Batch,
    error::StoreError,
    rollups::{Rollups, Share},
    sqlite, tickets,
};
use crate::{
    domain::{
        category::{Category, CategorySource, Classification},
        history::What,
        role::Role,
        status::Status,
        ticket::comes_back,
        time::Timestamp,
    },
    error::AppError,
    server::entity::{history, message, ticket},
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    DatabaseTransaction, EntityTrait, QueryOrder, QuerySelect,
};
use std::{cmp::Ordering, collections::BinaryHeap};

/// Tickets in a transaction.
const COMMIT: usize = 5_000;
/// Rows in an INSERT: below SQLite's limit of 32,766 values with the most columns.
const ROWS: usize = 500;

/// A ticket's whole life.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    pub description: String,
    pub place: Option<String>,
    pub classification: Classification,
    pub opened_at: Timestamp,
    /// Whether it reports again what was closed before.
    pub again: bool,
    /// In the order in which it happened.
    pub deeds: Vec<(Timestamp, Deed)>,
}

/// What happens to a ticket after it was opened.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// A requester says where it is.
    Place(String),
    Message(Role, String),
    Note(String),
    Corrected(Category),
    Activated,
    Closed,
}

impl Store {
    /// Writes these tickets, which come in the order of their opening, behind those that there are.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the disk is full: what was committed until then stays.
    pub(crate) async fn write_stories(&self, stories: impl Iterator<Item = Story> + Send) -> Result<(), AppError> {
        Ok(self.insert_stories(stories).await?)
    }

    async fn insert_stories(&self, mut stories: impl Iterator<Item = Story> + Send) -> Result<(), StoreError> {
        let mut writing = Writing::default();
        loop {
            let tx = self.begin().await?;
            writing.find_last_ids(&tx).await?;
            let mut count = 0;
            for story in stories.by_ref().take(COMMIT) {
                writing.happen_until(story.opened_at);
                writing.open(story, self.zone())?;
                count += 1;
            }
            if count < COMMIT {
                writing.happen_until(Timestamp(i64::MAX));
            }
            writing.flush(&tx).await?;
            tx.commit().await?;
            if count < COMMIT {
                return Ok(());
            }
        }
    }
}

/// What is to be written next, and what has yet to happen.
#[derive(Default)]
struct Writing {
    last_ticket: i64,
    last_message: i64,
    /// With the moment of its closing.
    last_closed: Option<(i64, i64)>,
    ahead: BinaryHeap<Ahead>,
    tickets: Vec<ticket::ActiveModel>,
    messages: Vec<message::ActiveModel>,
    history: Vec<history::ActiveModel>,
    search: Vec<sqlite::search::Entry>,
    rollups: Rollups,
}

/// A row of the history that is not due yet, and the message that it tells of.
struct Ahead {
    at: Timestamp,
    ticket: i64,
    number: usize,
    row: Row,
}

struct Row {
    role: Role,
    what: What,
    from: Option<String>,
    to: Option<String>,
    message: Option<String>,
}

/// What was written under a ticket.
#[derive(Default)]
struct Said {
    messages: Vec<String>,
    notes: Vec<String>,
}

impl Row {
    fn change(role: Role, what: What, from: Option<String>, to: &str) -> Self {
        Self { role, what, from, to: Some(to.to_owned()), message: None }
    }
}

impl Writing {
    async fn find_last_ids(&mut self, tx: &DatabaseTransaction) -> Result<(), StoreError> {
        let last = ticket::Entity::find().order_by_desc(ticket::Column::Id).limit(1).one(tx).await?;
        self.last_ticket = last.map_or(0, |row| row.id);
        let last = message::Entity::find().order_by_desc(message::Column::Id).limit(1).one(tx).await?;
        self.last_message = last.map_or(0, |row| row.id);
        Ok(())
    }

    fn open(&mut self, story: Story, zone: chrono_tz::Tz) -> Result<(), StoreError> {
        self.last_ticket += 1;
        let Story { description, place, classification, opened_at, again, deeds } = story;
        let mut row = ticket::Model {
            id: self.last_ticket,
            description,
            place,
            category: classification.category,
            category_source: CategorySource::Auto,
            category_because: tickets::to_json(&classification.because)?,
            category_confidence: f64::from(classification.confidence),
            doubtful: classification.doubtful,
            machine_category: None,
            status: Status::Open,
            opened_at: opened_at.0,
            modified_at: opened_at.0,
            closed_at: None,
            version: 1,
            message_count: 0,
            note_count: 0,
            last_message_role: None,
            first_response_at: None,
            again_of: self.last_closed.filter(|_| again).map(|(ticket, _)| ticket),
            returned: self
                .last_closed
                .is_some_and(|(_, closed_at)| again && comes_back(Timestamp(closed_at), opened_at)),
            photos: "[]".to_owned(),
            affected: 0,
            merged_into: None,
        };
        let mut said = Said::default();
        let opened = Row::change(Role::Requester, What::Opened, None, Status::Open.slug());
        self.ahead.push(Ahead { at: opened_at, ticket: row.id, number: 0, row: opened });
        for (number, (at, deed)) in deeds.into_iter().enumerate() {
            let happened = happen(&mut row, &mut said, at, deed)?;
            self.ahead.push(Ahead { at, ticket: row.id, number: number + 1, row: happened });
        }
        self.rollups.add(&Share::from(&row), zone, 1);
        self.search.push(sqlite::search::Entry::new(&row, said.messages.join("\n"), said.notes.join("\n")));
        self.tickets.push(ticket::ActiveModel::from(row).reset_all());
        Ok(())
    }

    /// Lets happen what is due by then, over all tickets in the order of time.
    fn happen_until(&mut self, end: Timestamp) {
        while self.ahead.peek().is_some_and(|next| next.at <= end) {
            let Some(Ahead { at, ticket, row, .. }) = self.ahead.pop() else { return };
            let Row { role, what, from, mut to, message } = row;
            if let Some(body) = message {
                self.last_message += 1;
                to = Some(self.last_message.to_string());
                self.messages.push(message::ActiveModel {
                    id: Set(self.last_message),
                    ticket_id: Set(ticket),
                    role: Set(role),
                    body: Set(body),
                    internal: Set(what == What::Note),
                    created_at: Set(at.0),
                    photos: Set("[]".to_owned()),
                });
            }
            if to.as_deref() == Some(Status::Closed.slug()) {
                self.last_closed = Some((ticket, at.0));
            }
            self.history.push(history::ActiveModel {
                id: NotSet,
                ticket_id: Set(ticket),
                role: Set(role),
                what: Set(what),
                old_value: Set(from),
                new_value: Set(to),
                at: Set(at.0),
                because: Set(None),
            });
        }
    }

    async fn flush(&mut self, tx: &DatabaseTransaction) -> Result<(), StoreError> {
        insert(&mut self.tickets, tx).await?;
        insert(&mut self.messages, tx).await?;
        insert(&mut self.history, tx).await?;
        let mut batch = Batch::default();
        std::mem::take(&mut self.rollups).write(tx, &mut batch).await?;
        batch.write(tx).await?;
        sqlite::search::index_many(tx, std::mem::take(&mut self.search)).await
    }
}

/// What a deed makes of the ticket, and its row in the history.
fn happen(row: &mut ticket::Model, said: &mut Said, at: Timestamp, deed: Deed) -> Result<Row, StoreError> {
    row.modified_at = at.0;
    let (old_status, old_category) = (row.status.slug().to_owned(), row.category.slug().to_owned());
    let moved = |to: Status| Row::change(Role::Staff, What::Status, Some(old_status), to.slug());
    match deed {
        Deed::Message(role, body) => {
            row.message_count += 1;
            row.last_message_role = Some(role);
            if role == Role::Staff {
                row.first_response_at.get_or_insert(at.0);
            }
            said.messages.push(body.clone());
            Ok(Row { role, what: What::Message, from: None, to: None, message: Some(body) })
        }
        Deed::Note(body) => {
            row.note_count += 1;
            said.notes.push(body.clone());
            Ok(Row { role: Role::Staff, what: What::Note, from: None, to: None, message: Some(body) })
        }
        Deed::Place(place) => {
            row.version += 1;
            let changed = Row::change(Role::Requester, What::Place, row.place.take(), &place);
            row.place = Some(place);
            Ok(changed)
        }
        Deed::Corrected(category) => {
            row.version += 1;
            if row.category_source == CategorySource::Auto {
                row.machine_category = Some(row.category);
            }
            row.category = category;
            row.doubtful = false;
            row.category_source = CategorySource::Staff;
            row.category_because = tickets::to_json(&[])?;
            Ok(Row::change(Role::Staff, What::Category, Some(old_category), category.slug()))
        }
        Deed::Activated => {
            row.version += 1;
            row.status = Status::Active;
            Ok(moved(Status::Active))
        }
        Deed::Closed => {
            row.version += 1;
            row.status = Status::Closed;
            row.closed_at = Some(at.0);
            Ok(moved(Status::Closed))
        }
    }
}

async fn insert<A>(rows: &mut Vec<A>, tx: &DatabaseTransaction) -> Result<(), StoreError>
where
    A: ActiveModelTrait + Send,
{
    let mut rows = std::mem::take(rows).into_iter();
    loop {
        let some: Vec<A> = rows.by_ref().take(ROWS).collect();
        if some.is_empty() {
            return Ok(());
        }
        A::Entity::insert_many(some).exec_without_returning(tx).await?;
    }
}

impl PartialEq for Ahead {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ahead {}

impl PartialOrd for Ahead {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ahead {
    /// The first to happen is the greatest: a heap gives that one.
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |ahead: &Self| (ahead.at, ahead.ticket, ahead.number);
        key(other).cmp(&key(self))
    }
}
