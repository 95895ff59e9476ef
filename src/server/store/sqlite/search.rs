//! The full-text search over descriptions, places and conversations: SQLite's FTS5.
//!
//! There are two indexes: a small one of the tickets that are not closed, which takes nearly every write and answers every
//! requester, and one of the closed tickets, which grows. In each a ticket has a row for every [`CHUNK`] messages, in which
//! its own words stand again, so that words of both are found together; a message re-indexes one chunk, however long the
//! conversation is.

use super::super::{batch::Batch, error::StoreError};
use crate::{
    domain::{category::Category, role::Role, status::Status},
    server::entity::ticket,
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, IdenStatic, Iterable, Statement, Value};
use std::{fmt::Write, sync::LazyLock};

/// Messages in a row of an index.
const CHUNK: i64 = 32;
/// Rows of an index that a ticket may have: its row is its id times this, plus the chunk.
const CHUNKS: i64 = 4_096;
/// Words of a search that count.
const WORDS: usize = 12;
/// Longest prefix that the indexes find by themselves.
const PREFIX: usize = 3;
/// Words that a longer prefix may stand for; beyond that SQLite gathers them, which takes longer.
const EXPANSIONS: usize = 48;

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Index {
    Backlog,
    Closed,
}

impl Index {
    const ALL: [Self; 2] = [Self::Backlog, Self::Closed];

    /// Where tickets of that status stand.
    const fn of(status: Status) -> Self {
        match status {
            Status::Open | Status::Active => Self::Backlog,
            Status::Closed => Self::Closed,
        }
    }

    const fn table(self) -> &'static str {
        match self {
            Self::Backlog => "search_backlog",
            Self::Closed => "search_closed",
        }
    }
}

fn statement(sql: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
}

/// Indexes a ticket just opened.
pub(crate) fn index_opened(row: &ticket::Model) -> Statement {
    statement(
        "INSERT INTO search_backlog (rowid, description, place) VALUES (?, ?, ?)",
        [(row.id * CHUNKS).into(), row.description.clone().into(), row.place.clone().into()],
    )
}

/// Indexes the message that was just inserted under a ticket, with the others of its chunk.
pub(crate) fn index_message(before: &ticket::Model, batch: &mut Batch) {
    let chunk = (before.message_count + before.note_count) / CHUNK;
    // More than a hundred thousand messages under one ticket: the rest is not found by its words.
    if chunk < CHUNKS {
        index_chunk(before, chunk, batch);
    }
}

/// Indexes a ticket anew, all of it, because its own words changed.
pub(crate) fn index_all(row: &ticket::Model, batch: &mut Batch) {
    for chunk in chunks(row) {
        index_chunk(row, chunk, batch);
    }
}

/// Moves a ticket that was just closed from the one index to the other.
pub(crate) fn index_closed(row: &ticket::Model, batch: &mut Batch) {
    for chunk in chunks(row) {
        batch.add(statement("DELETE FROM search_backlog WHERE rowid = ?", [(row.id * CHUNKS + chunk).into()]));
        index_chunk(row, chunk, batch);
    }
}

fn chunks(row: &ticket::Model) -> std::ops::Range<i64> {
    let messages = row.message_count + row.note_count;
    0..(messages + CHUNK - 1).div_euclid(CHUNK).clamp(1, CHUNKS)
}

fn index_chunk(row: &ticket::Model, chunk: i64, batch: &mut Batch) {
    let (id, offset) = (Value::from(row.id), Value::from(chunk * CHUNK));
    batch.add(statement(
        format!(
            "INSERT OR REPLACE INTO {index} (rowid, description, place, messages, notes) SELECT ?, description, place, \
             (SELECT group_concat(body, char(10)) FROM (SELECT body, internal FROM messages WHERE ticket_id = ? \
             ORDER BY id LIMIT {CHUNK} OFFSET ?) WHERE NOT internal), \
             (SELECT group_concat(body, char(10)) FROM (SELECT body, internal FROM messages WHERE ticket_id = ? \
             ORDER BY id LIMIT {CHUNK} OFFSET ?) WHERE internal) FROM tickets WHERE id = ?",
            index = Index::of(row.status).table()
        ),
        [(row.id * CHUNKS + chunk).into(), id.clone(), offset.clone(), id.clone(), offset, id],
    ));
}

/// Where the words of a search have to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Where {
    /// In the description and the place.
    Ticket,
    /// In the conversation, or partly there; not in the description and place alone.
    Conversation,
    /// Anywhere.
    Anywhere,
}

/// In which order what is found is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Order {
    Newest,
    Oldest,
}

/// A search, ready to be asked.
#[derive(Debug)]
pub(in super::super) struct Search {
    /// Where to look: only where there are tickets of the statuses asked for.
    indexes: Vec<Index>,
    /// All the words, as FTS5 writes it.
    words: String,
    /// The columns that the asker may search.
    columns: &'static str,
    statuses: Vec<Status>,
    categories: Vec<Category>,
    waiting: bool,
}

impl Search {
    /// A search for all the words of `text`, or for words that begin so; none when there is no word in it.
    pub(in super::super) async fn new<C: ConnectionTrait>(
        db: &C,
        role: Role,
        text: &str,
        statuses: &[Status],
        categories: &[Category],
        waiting: bool,
    ) -> Result<Option<Self>, StoreError> {
        let mut words: Vec<String> = Vec::new();
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let word = word.to_lowercase();
            if !words.contains(&word) && words.len() < WORDS {
                words.push(word);
            }
        }
        if words.is_empty() {
            return Ok(None);
        }
        let indexes: Vec<_> =
            Index::ALL.into_iter().filter(|index| statuses.iter().any(|status| Index::of(*status) == *index)).collect();
        let mut clauses = Vec::with_capacity(words.len());
        for word in words {
            clauses.push(clause(db, &indexes, &word).await?);
        }
        let columns = if role.may_use_internal_notes() {
            "{description place messages notes}"
        } else {
            "{description place messages}"
        };
        Ok(Some(Self {
            indexes,
            words: format!("({})", clauses.join(" AND ")),
            columns,
            statuses: statuses.to_vec(),
            categories: categories.to_vec(),
            waiting,
        }))
    }

    fn expression(&self, place: Where) -> String {
        let Self { words, columns, .. } = self;
        let own = "{description place}";
        match place {
            Where::Ticket => format!("{own} : {words}"),
            Where::Conversation => format!("({columns} : {words}) NOT ({own} : {words})"),
            Where::Anywhere => format!("{columns} : {words}"),
        }
    }

    /// What the index itself does not know of a ticket.
    fn filters(&self, index: Index, sql: &mut String, values: &mut Vec<Value>) {
        let here = || Status::ALL.into_iter().filter(|status| Index::of(*status) == index);
        if !here().all(|status| self.statuses.contains(&status)) {
            let asked: Vec<_> = here().filter(|status| self.statuses.contains(status)).map(Value::from).collect();
            let _ = write!(sql, " AND tickets.status IN ({})", marks(asked.len()));
            values.extend(asked);
        }
        if !self.categories.is_empty() {
            let _ = write!(sql, " AND tickets.category IN ({})", marks(self.categories.len()));
            values.extend(self.categories.iter().copied().map(Value::from));
        }
        if self.waiting {
            sql.push_str(" AND tickets.last_message_role IS DISTINCT FROM 'staff'");
        }
    }

    /// At most `limit` tickets behind the ticket `after` in that order, each once.
    pub(in super::super) async fn by_id<C: ConnectionTrait>(
        &self,
        db: &C,
        place: Where,
        order: Order,
        after: i64,
        limit: usize,
    ) -> Result<Vec<ticket::Model>, StoreError> {
        let mut found = Vec::with_capacity(limit);
        for index in &self.indexes {
            found.extend(self.by_id_in(*index, db, place, order, after, limit).await?);
        }
        if self.indexes.len() > 1 {
            match order {
                Order::Newest => found.sort_by_key(|row| std::cmp::Reverse(row.id)),
                Order::Oldest => found.sort_by_key(|row| row.id),
            }
            // One that is closed between the two looks is found by both.
            found.dedup_by_key(|row| row.id);
            found.truncate(limit);
        }
        Ok(found)
    }

    async fn by_id_in<C: ConnectionTrait>(
        &self,
        index: Index,
        db: &C,
        place: Where,
        order: Order,
        mut after: i64,
        limit: usize,
    ) -> Result<Vec<ticket::Model>, StoreError> {
        let mut found: Vec<ticket::Model> = Vec::with_capacity(limit);
        // A ticket stands once for each of its chunks: those of one follow each other, so that some pages are read again
        // only where conversations are very long.
        loop {
            let rows = ticket::Model::find_by_statement(self.page(index, place, order, after, limit)).all(db).await?;
            let last = rows.len() < limit;
            for row in rows {
                if found.len() < limit && found.last().is_none_or(|before| before.id != row.id) {
                    found.push(row);
                }
            }
            after = found.last().map_or(after, |row| row.id);
            if last || found.len() == limit {
                return Ok(found);
            }
        }
    }

    fn page(&self, index: Index, place: Where, order: Order, after: i64, limit: usize) -> Statement {
        let table = index.table();
        let (beyond, direction, from) = match order {
            Order::Newest => ("<", "DESC", after.saturating_mul(CHUNKS)),
            Order::Oldest => (">", "ASC", after.saturating_mul(CHUNKS).saturating_add(CHUNKS - 1)),
        };
        // CROSS JOIN keeps the index the outer loop: what is found comes in the order of rowid, and a page is all that is
        // read. A ticket's own words stand in each of its chunks, and its first always exists.
        let mut sql = format!(
            "SELECT {columns} FROM {table} CROSS JOIN tickets ON tickets.id = {table}.rowid / {CHUNKS} \
             WHERE {table} MATCH ? AND {table}.rowid {beyond} ?",
            columns = *COLUMNS
        );
        let mut values = vec![self.expression(place).into(), from.into()];
        if place == Where::Ticket {
            let _ = write!(sql, " AND {table}.rowid % {CHUNKS} = 0");
        }
        self.filters(index, &mut sql, &mut values);
        let _ = write!(sql, " ORDER BY {table}.rowid {direction} LIMIT ?");
        values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
        statement(sql, values)
    }

    /// At most `limit` tickets that were last modified before the moment and id in `after`, the last modified first. This
    /// reads everything that is found: asked for only when somebody sorts a search by activity.
    pub(in super::super) async fn by_activity<C: ConnectionTrait>(
        &self,
        db: &C,
        after: [i64; 2],
        limit: usize,
    ) -> Result<Vec<ticket::Model>, StoreError> {
        let mut found = Vec::with_capacity(limit);
        for index in &self.indexes {
            let table = index.table();
            let mut sql = format!(
                "SELECT {columns} FROM tickets WHERE tickets.id IN \
                 (SELECT rowid / {CHUNKS} FROM {table} WHERE {table} MATCH ?) \
                 AND (tickets.modified_at, tickets.id) < (?, ?)",
                columns = *COLUMNS
            );
            let mut values = vec![self.expression(Where::Anywhere).into(), after[0].into(), after[1].into()];
            self.filters(*index, &mut sql, &mut values);
            sql.push_str(" ORDER BY tickets.modified_at DESC, tickets.id DESC LIMIT ?");
            values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
            found.extend(ticket::Model::find_by_statement(statement(sql, values)).all(db).await?);
        }
        found.sort_by_key(|row| std::cmp::Reverse((row.modified_at, row.id)));
        found.dedup_by_key(|row| row.id);
        found.truncate(limit);
        Ok(found)
    }
}

/// The columns of a ticket, named as its entity reads them.
static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    let columns: Vec<_> = ticket::Column::iter().map(|column| format!("tickets.{}", column.as_str())).collect();
    columns.join(", ")
});

/// That many places for values.
fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

/// One word of a search as FTS5 writes it: quoted, so that it is a word whatever stands in it, and a prefix.
async fn clause<C: ConnectionTrait>(db: &C, indexes: &[Index], word: &str) -> Result<String, StoreError> {
    let prefix = format!("\"{word}\" *");
    if word.len() <= PREFIX || !word.is_ascii() {
        return Ok(prefix);
    }
    // For a prefix longer than those it indexes, FTS5 gathers all rows with any word that begins so before it gives the
    // first one. For whole words it reads no more than is asked for, so the prefix becomes the words that begin so.
    let mut words: Vec<String> = Vec::new();
    for index in indexes {
        let end = format!("{word}\u{10ffff}");
        let limit = i64::try_from(EXPANSIONS + 1).unwrap_or(i64::MAX);
        let sql = format!(
            "WITH RECURSIVE found(word) AS ( \
             SELECT (SELECT term FROM {table}_words WHERE term >= ? LIMIT 1) \
             UNION ALL \
             SELECT (SELECT term FROM {table}_words WHERE term >= found.word || char(1) LIMIT 1) \
             FROM found WHERE found.word < ?) \
             SELECT word FROM found WHERE word < ? LIMIT ?",
            table = index.table()
        );
        let values = [word.into(), end.clone().into(), end.into(), limit.into()];
        for row in db.query_all_raw(statement(sql, values)).await? {
            let word: String = row.try_get("", "word")?;
            if !words.contains(&word) {
                words.push(word);
            }
        }
    }
    if words.is_empty() || words.len() > EXPANSIONS {
        return Ok(prefix);
    }
    let quoted: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
    Ok(format!("({})", quoted.join(" OR ")))
}

/// What the index holds of one ticket of demo data, whose conversation is one chunk.
#[derive(Debug)]
pub(in super::super) struct Entry {
    index: Index,
    id: i64,
    description: String,
    place: Option<String>,
    messages: String,
    notes: String,
}

impl Entry {
    pub(in super::super) fn new(row: &ticket::Model, messages: String, notes: String) -> Self {
        Self {
            index: Index::of(row.status),
            id: row.id,
            description: row.description.clone(),
            place: row.place.clone(),
            messages,
            notes,
        }
    }
}

/// Indexes many tickets.
pub(in super::super) async fn index_many<C: ConnectionTrait>(db: &C, entries: Vec<Entry>) -> Result<(), StoreError> {
    let (backlog, closed): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.index == Index::Backlog);
    for (index, entries) in [(Index::Backlog, backlog), (Index::Closed, closed)] {
        let mut entries = entries.into_iter();
        loop {
            let some: Vec<_> = entries.by_ref().take(200).collect();
            if some.is_empty() {
                break;
            }
            let rows = vec!["(?, ?, ?, ?, ?)"; some.len()].join(", ");
            let table = index.table();
            let sql = format!("INSERT INTO {table} (rowid, description, place, messages, notes) VALUES {rows}");
            let values = some.into_iter().flat_map(|entry| {
                let Entry { id, description, place, messages, notes, .. } = entry;
                [(id * CHUNKS).into(), description.into(), place.into(), messages.into(), notes.into()]
            });
            db.execute_raw(statement(sql, values)).await?;
        }
    }
    Ok(())
}
