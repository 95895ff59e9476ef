//! The full-text index over descriptions, places and conversations: SQLite's FTS5.
//!
//! `ticket_search` has a row for each [`CHUNK`] messages of a ticket, in which the ticket's own words stand again, so that
//! words of both are found together; a message re-indexes one chunk, however long the conversation is. The status stands
//! in it as a word, because few tickets are not closed and the index finds those by itself.

use super::super::{batch::Batch, error::StoreError};
use crate::{
    domain::{category::Category, role::Role, status::Status},
    server::entity::ticket,
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Iterable, Statement, Value};
use std::{fmt::Write, sync::LazyLock};

/// Messages in a row of the index.
const CHUNK: i64 = 32;
/// Rows of the index that a ticket may have: its row is its id times this, plus the chunk.
const CHUNKS: i64 = 4_096;
/// Words of a search that count.
const WORDS: usize = 12;
/// Longest prefix that the index finds by itself.
const PREFIX: usize = 3;
/// Words that a longer prefix may stand for; beyond that SQLite gathers them, which takes longer.
const EXPANSIONS: u64 = 48;

fn statement(sql: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
}

/// Indexes a ticket just opened.
pub(crate) fn index_opened(row: &ticket::Model) -> Statement {
    statement(
        "INSERT INTO ticket_search (rowid, description, place, status) VALUES (?, ?, ?, ?)",
        [(row.id * CHUNKS).into(), row.description.clone().into(), row.place.clone().into(), row.status.into()],
    )
}

/// Indexes the message that was just inserted under a ticket, with the others of its chunk.
pub(crate) fn index_message(before: &ticket::Model, batch: &mut Batch) {
    index_chunk(before.id, (before.message_count + before.note_count) / CHUNK, batch);
}

/// Indexes a ticket anew, all of it.
pub(crate) fn index_all(row: &ticket::Model, batch: &mut Batch) {
    let messages = row.message_count + row.note_count;
    for chunk in 0..=(messages - 1).max(0) / CHUNK {
        index_chunk(row.id, chunk, batch);
    }
}

fn index_chunk(id: i64, chunk: i64, batch: &mut Batch) {
    // More than a hundred thousand messages under one ticket: the rest is not found by its words.
    if chunk >= CHUNKS {
        return;
    }
    let offset = chunk * CHUNK;
    batch.add(statement(
        "INSERT OR REPLACE INTO ticket_search (rowid, description, place, messages, notes, status) \
         SELECT ?, description, place, \
         (SELECT group_concat(body, char(10)) FROM \
         (SELECT body, internal FROM messages WHERE ticket_id = ? ORDER BY id LIMIT 32 OFFSET ?) WHERE NOT internal), \
         (SELECT group_concat(body, char(10)) FROM \
         (SELECT body, internal FROM messages WHERE ticket_id = ? ORDER BY id LIMIT 32 OFFSET ?) WHERE internal), \
         status FROM tickets WHERE id = ?",
        [(id * CHUNKS + chunk).into(), id.into(), offset.into(), id.into(), offset.into(), id.into()],
    ));
}

/// Where a word of a search has to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Where {
    /// In the description or the place.
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
    /// All the words, as FTS5 writes it.
    words: String,
    /// The columns that the asker may search.
    columns: &'static str,
    /// The statuses to find, none for all.
    statuses: Option<String>,
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
        let mut clauses = Vec::with_capacity(words.len());
        for word in words {
            clauses.push(clause(db, &word).await?);
        }
        let columns = if role.may_use_internal_notes() {
            "{description place messages notes}"
        } else {
            "{description place messages}"
        };
        let all = Status::ALL.iter().all(|status| statuses.contains(status));
        let slugs: Vec<_> = statuses.iter().map(|status| status.slug()).collect();
        Ok(Some(Self {
            words: format!("({})", clauses.join(" AND ")),
            columns,
            statuses: (!all).then(|| format!("status : ({})", slugs.join(" OR "))),
            categories: categories.to_vec(),
            waiting,
        }))
    }

    fn expression(&self, place: Where) -> String {
        let Self { words, columns, .. } = self;
        let own = format!("({{description place}} : {words})");
        let found = if place == Where::Ticket { own.clone() } else { format!("({columns} : {words})") };
        // The status narrows what is found before anything is taken away from it: NOT walks through all that it is given.
        let found = match &self.statuses {
            Some(statuses) => format!("({found} AND ({statuses}))"),
            None => found,
        };
        if place == Where::Conversation { format!("{found} NOT {own}") } else { found }
    }

    fn filters(&self, sql: &mut String, values: &mut Vec<Value>) {
        if !self.categories.is_empty() {
            let marks = vec!["?"; self.categories.len()].join(", ");
            let _ = write!(sql, " AND tickets.category IN ({marks})");
            values.extend(self.categories.iter().map(|category| Value::from(*category)));
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
        mut after: i64,
        limit: usize,
    ) -> Result<Vec<ticket::Model>, StoreError> {
        let mut found: Vec<ticket::Model> = Vec::with_capacity(limit);
        // A ticket stands once for each of its chunks: those of one follow each other, so that some pages are read again
        // only where conversations are very long.
        while found.len() < limit {
            let rows = ticket::Model::find_by_statement(self.page(place, order, after, limit)).all(db).await?;
            let last = rows.len() < limit;
            for row in rows {
                if found.len() < limit && found.last().is_none_or(|before| before.id != row.id) {
                    found.push(row);
                }
            }
            after = found.last().map_or(after, |row| row.id);
            if last {
                break;
            }
        }
        Ok(found)
    }

    fn page(&self, place: Where, order: Order, after: i64, limit: usize) -> Statement {
        let (beyond, direction, from) = match order {
            Order::Newest => ("<", "DESC", after.saturating_mul(CHUNKS)),
            Order::Oldest => (">", "ASC", after.saturating_mul(CHUNKS).saturating_add(CHUNKS - 1)),
        };
        // CROSS JOIN keeps the index the outer loop: what is found comes in the order of rowid, and a page is all that is
        // read. A ticket's own words stand in each of its chunks, and its first always exists.
        let first_chunk = if place == Where::Ticket { " AND ticket_search.rowid % 4096 = 0" } else { "" };
        let mut sql = format!(
            "SELECT {COLUMNS} FROM ticket_search CROSS JOIN tickets ON tickets.id = ticket_search.rowid / 4096 \
             WHERE ticket_search MATCH ? AND ticket_search.rowid {beyond} ?{first_chunk}",
            COLUMNS = *COLUMNS
        );
        let mut values = vec![self.expression(place).into(), from.into()];
        self.filters(&mut sql, &mut values);
        let _ = write!(sql, " ORDER BY ticket_search.rowid {direction} LIMIT ?");
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
        let mut sql = format!(
            "SELECT {COLUMNS} FROM tickets WHERE tickets.id IN \
             (SELECT rowid / 4096 FROM ticket_search WHERE ticket_search MATCH ?) \
             AND (tickets.modified_at, tickets.id) < (?, ?)",
            COLUMNS = *COLUMNS
        );
        let mut values = vec![self.expression(Where::Anywhere).into(), after[0].into(), after[1].into()];
        self.filters(&mut sql, &mut values);
        sql.push_str(" ORDER BY tickets.modified_at DESC, tickets.id DESC LIMIT ?");
        values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
        Ok(ticket::Model::find_by_statement(statement(sql, values)).all(db).await?)
    }
}

/// The columns of a ticket, named as its entity reads them.
static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    let columns = ticket::Column::iter().map(|column| format!("tickets.{}", sea_orm::IdenStatic::as_str(&column)));
    columns.collect::<Vec<_>>().join(", ")
});

/// One word of a search as FTS5 writes it: quoted, so that it is a word whatever stands in it, and a prefix.
async fn clause<C: ConnectionTrait>(db: &C, word: &str) -> Result<String, StoreError> {
    let prefix = format!("\"{word}\" *");
    if word.len() <= PREFIX || !word.is_ascii() {
        return Ok(prefix);
    }
    // For a prefix longer than those it indexes, FTS5 gathers all rows with any word that begins so before it gives the
    // first one. For whole words it reads no more than is asked for, so the prefix becomes the words that begin so.
    let words = "WITH RECURSIVE found(word) AS ( \
         SELECT (SELECT term FROM ticket_search_words WHERE term >= ? LIMIT 1) \
         UNION ALL \
         SELECT (SELECT term FROM ticket_search_words WHERE term >= found.word || char(1) LIMIT 1) \
         FROM found WHERE found.word < ?) \
         SELECT word FROM found WHERE word < ? LIMIT ?";
    let end = format!("{word}\u{10ffff}");
    let limit = i64::try_from(EXPANSIONS + 1).unwrap_or(i64::MAX);
    let rows = db.query_all_raw(statement(words, [word.into(), end.clone().into(), end.into(), limit.into()])).await?;
    let words = rows.iter().map(|row| row.try_get::<String>("", "word")).collect::<Result<Vec<_>, _>>()?;
    if words.is_empty() || words.len() as u64 > EXPANSIONS {
        return Ok(prefix);
    }
    let quoted: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
    Ok(format!("({})", quoted.join(" OR ")))
}

/// What the index holds of one ticket of demo data, whose conversation is one chunk.
#[derive(Debug, Default)]
pub(in super::super) struct Entry {
    id: i64,
    description: String,
    place: Option<String>,
    messages: String,
    notes: String,
    status: Option<Status>,
}

impl Entry {
    pub(in super::super) fn add_message(&mut self, body: &str) {
        self.messages.push_str(body);
        self.messages.push('\n');
    }

    pub(in super::super) fn add_note(&mut self, body: &str) {
        self.notes.push_str(body);
        self.notes.push('\n');
    }

    pub(in super::super) fn take(&mut self, row: &ticket::Model) {
        self.id = row.id;
        self.description.clone_from(&row.description);
        self.place.clone_from(&row.place);
        self.status = Some(row.status);
    }
}

/// Indexes many tickets.
pub(in super::super) async fn index_many<C: ConnectionTrait>(db: &C, entries: &[Entry]) -> Result<(), StoreError> {
    for some in entries.chunks(200) {
        let rows = vec!["(?, ?, ?, ?, ?, ?)"; some.len()].join(", ");
        let sql =
            format!("INSERT INTO ticket_search (rowid, description, place, messages, notes, status) VALUES {rows}");
        let values = some.iter().flat_map(|entry| {
            [
                (entry.id * CHUNKS).into(),
                entry.description.clone().into(),
                entry.place.clone().into(),
                entry.messages.clone().into(),
                entry.notes.clone().into(),
                entry.status.into(),
            ]
        });
        db.execute_raw(statement(sql, values)).await?;
    }
    Ok(())
}
