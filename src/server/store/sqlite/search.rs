//! The full-text search over descriptions, places and conversations: SQLite's FTS5.
//!
//! There are two indexes: a small one of the tickets that are not closed, which takes nearly every write and answers every
//! requester, and one of the closed tickets, which grows. In each a ticket has a row for every [`CHUNK`] messages, in which
//! its own words stand again, so that words of both are found together; a message re-indexes one chunk, however long the
//! conversation is.

use super::super::{
    batch::Batch,
    error::StoreError,
    listing::{List, UNANSWERED},
};
use crate::{
    domain::{ids::TicketId, role::Role, status::Status},
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

/// Indexes the message that was just inserted under a ticket, with the others of its chunk. `family` is the ticket's number, and
/// those of what was merged into it.
pub(crate) fn index_message(before: &ticket::Model, family: &[i64], batch: &mut Batch) {
    let chunk = (before.message_count + before.note_count) / CHUNK;
    // More than a hundred thousand messages under one ticket: the rest is not found by its words.
    if chunk < CHUNKS {
        index_chunk(before, family, chunk, batch);
    }
}

/// Indexes a ticket anew, all of it, because its own words changed, or its conversation became another's too, or it was
/// closed: then it goes from the one index to the other.
pub(crate) fn index_anew(before: &ticket::Model, after: &ticket::Model, family: &[i64], batch: &mut Batch) {
    let (old, new) = (Index::of(before.status), Index::of(after.status));
    for chunk in chunks(before).filter(|chunk| old != new || !chunks(after).contains(chunk)) {
        let sql = format!("DELETE FROM {} WHERE rowid = ?", old.table());
        batch.add(statement(sql, [(before.id * CHUNKS + chunk).into()]));
    }
    for chunk in chunks(after) {
        index_chunk(after, family, chunk, batch);
    }
}

fn chunks(row: &ticket::Model) -> std::ops::Range<i64> {
    let messages = row.message_count + row.note_count;
    0..(messages + CHUNK - 1).div_euclid(CHUNK).clamp(1, CHUNKS)
}

fn index_chunk(row: &ticket::Model, family: &[i64], chunk: i64, batch: &mut Batch) {
    let chunk_of_messages = format!(
        "SELECT body, internal FROM messages WHERE ticket_id IN ({}) ORDER BY id LIMIT {CHUNK} OFFSET ?",
        marks(family.len())
    );
    let family = || family.iter().copied().map(Value::from);
    let offset = Value::from(chunk * CHUNK);
    let mut values = vec![Value::from(row.id * CHUNKS + chunk)];
    values.extend(family().chain([offset.clone()]));
    // What duplicates reported is found as something that was said.
    let duplicates: Vec<_> = family().filter(|id| chunk == 0 && *id != Value::from(row.id)).collect();
    let reported = if duplicates.is_empty() {
        String::new()
    } else {
        format!(" UNION ALL SELECT description, FALSE FROM tickets WHERE id IN ({})", marks(duplicates.len()))
    };
    values.extend(duplicates);
    values.extend(family().chain([offset, row.id.into()]));
    batch.add(statement(
        format!(
            "INSERT OR REPLACE INTO {index} (rowid, description, place, messages, notes) SELECT ?, description, place, \
             (SELECT group_concat(body, char(10)) FROM (SELECT * FROM ({chunk_of_messages}){reported}) \
             WHERE NOT internal), \
             (SELECT group_concat(body, char(10)) FROM ({chunk_of_messages}) WHERE internal) FROM tickets WHERE id = ?",
            index = Index::of(row.status).table()
        ),
        values,
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
    /// Where to look, only where there are tickets of the statuses asked for, and all the words as FTS5 writes them there.
    indexes: Vec<(Index, String)>,
    /// The columns that the asker may search.
    columns: &'static str,
    list: List,
    /// A ticket that is not looked for.
    without: Option<TicketId>,
}

impl Search {
    /// A search for all the words of `text`, or for words that begin so, in all tickets of a list but `without`; none when
    /// there is no word in it.
    pub(in super::super) async fn new<C: ConnectionTrait>(
        db: &C,
        role: Role,
        text: &str,
        list: List,
        without: Option<TicketId>,
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
        let mut indexes = Vec::with_capacity(Index::ALL.len());
        for index in Index::ALL {
            if list.statuses.iter().any(|status| Index::of(*status) == index) {
                let clauses = match index {
                    Index::Backlog => words.iter().map(|word| prefix(word)).collect(),
                    Index::Closed => whole_words(db, index, &words).await?,
                };
                indexes.push((index, format!("({})", clauses.join(" AND "))));
            }
        }
        let columns = if role.may_use_internal_notes() {
            "{description place messages notes}"
        } else {
            "{description place messages}"
        };
        Ok(Some(Self { indexes, columns, list, without }))
    }

    /// At most `limit` tickets behind the ticket `after` in that order.
    pub(in super::super) async fn by_id<C: ConnectionTrait>(
        &self,
        db: &C,
        place: Where,
        order: Order,
        after: i64,
        limit: usize,
    ) -> Result<Vec<ticket::Model>, StoreError> {
        let (beyond, direction, from) = match order {
            Order::Newest => ("<", "DESC", after.saturating_mul(CHUNKS)),
            Order::Oldest => (">", "ASC", after.saturating_mul(CHUNKS).saturating_add(CHUNKS - 1)),
        };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut values = Vec::new();
        // Each index gives what it finds in the order of its rows: a page is all that is read of it.
        let parts: Vec<_> = (self.indexes.iter())
            .map(|(index, words)| {
                let mut part = self.part(*index, words, place, &mut values);
                let table = index.table();
                let _ = write!(part, " AND {table}.rowid {beyond} ? ORDER BY {table}.rowid {direction} LIMIT ?");
                values.extend([from.into(), limit.into()]);
                format!("SELECT id FROM ({part})")
            })
            .collect();
        let sql = format!(
            "SELECT {columns} FROM tickets WHERE tickets.id IN ({parts}) ORDER BY tickets.id {direction} LIMIT ?",
            columns = *COLUMNS,
            parts = parts.join(" UNION ALL ")
        );
        values.push(limit.into());
        Ok(ticket::Model::find_by_statement(statement(sql, values)).all(db).await?)
    }

    /// At most `limit` tickets behind that value of a column and that id, in falling order of both. This reads everything that
    /// is found: asked for only when somebody sorts a search so.
    pub(in super::super) async fn by<C: ConnectionTrait>(
        &self,
        db: &C,
        column: &'static str,
        after: [i64; 2],
        limit: usize,
    ) -> Result<Vec<ticket::Model>, StoreError> {
        let mut values = Vec::new();
        let parts: Vec<_> = (self.indexes.iter())
            .map(|(index, words)| self.part(*index, words, Where::Anywhere, &mut values))
            .collect();
        let sql = format!(
            "SELECT {columns} FROM tickets WHERE tickets.id IN ({parts}) \
             AND (tickets.{column}, tickets.id) < (?, ?) \
             ORDER BY tickets.{column} DESC, tickets.id DESC LIMIT ?",
            columns = *COLUMNS,
            parts = parts.join(" UNION ALL ")
        );
        values.extend([after[0].into(), after[1].into(), i64::try_from(limit).unwrap_or(i64::MAX).into()]);
        Ok(ticket::Model::find_by_statement(statement(sql, values)).all(db).await?)
    }

    /// The ids of the tickets that an index finds, each once however many of its chunks are found.
    fn part(&self, index: Index, words: &str, place: Where, values: &mut Vec<Value>) -> String {
        let (table, columns, own) = (index.table(), self.columns, "{description place}");
        let expression = match place {
            Where::Ticket => format!("{own} : {words}"),
            Where::Conversation => format!("({columns} : {words}) NOT ({own} : {words})"),
            Where::Anywhere => format!("{columns} : {words}"),
        };
        values.push(expression.into());
        let mut conditions = format!("{table} MATCH ?");
        if let Some(id) = self.without {
            let _ = write!(conditions, " AND {table}.rowid / {CHUNKS} <> ?");
            values.push(id.0.into());
        }
        if place == Where::Ticket {
            // A ticket's own words stand in each of its chunks, and its first always exists.
            let _ = write!(conditions, " AND {table}.rowid % {CHUNKS} = 0");
        }
        let filters = self.filters(index, values);
        // CROSS JOIN keeps the index the outer loop, and with it its order.
        let tickets = if filters.is_empty() {
            String::new()
        } else {
            format!(" CROSS JOIN tickets ON tickets.id = {table}.rowid / {CHUNKS}")
        };
        format!("SELECT DISTINCT {table}.rowid / {CHUNKS} AS id FROM {table}{tickets} WHERE {conditions}{filters}")
    }

    /// What the index itself does not know of a ticket.
    fn filters(&self, index: Index, values: &mut Vec<Value>) -> String {
        let mut sql = String::new();
        let here = || Status::ALL.into_iter().filter(|status| Index::of(*status) == index);
        if !here().all(|status| self.list.statuses.contains(&status)) {
            let asked: Vec<_> = here().filter(|status| self.list.statuses.contains(status)).map(Value::from).collect();
            let _ = write!(sql, " AND tickets.status IN ({})", marks(asked.len()));
            values.extend(asked);
        }
        if !self.list.categories.is_empty() {
            let _ = write!(sql, " AND tickets.category IN ({})", marks(self.list.categories.len()));
            values.extend(self.list.categories.iter().copied().map(Value::from));
        }
        if self.list.waiting {
            let _ = write!(sql, " AND tickets.{UNANSWERED}");
        }
        if self.list.doubtful {
            sql.push_str(" AND tickets.doubtful");
        }
        for condition in self.list.narrow_conditions(false, values) {
            let _ = write!(sql, " AND {condition}");
        }
        sql
    }
}

/// At most `limit` tickets that are not closed and hold some of the words, those that hold the rarer ones first.
pub(in super::super) async fn with_some<C: ConnectionTrait>(
    db: &C,
    words: &[String],
    limit: u8,
) -> Result<Vec<ticket::Model>, StoreError> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let any: Vec<String> = words.iter().take(WORDS).map(|word| format!("\"{word}\"")).collect();
    let table = Index::Backlog.table();
    // What was said later is not what was reported. A ticket's first row always exists.
    let sql = format!(
        "SELECT {columns} FROM (SELECT rowid / {CHUNKS} AS id, rank FROM {table} WHERE {table} MATCH ? \
         AND rowid % {CHUNKS} = 0 ORDER BY rank LIMIT ?) AS found CROSS JOIN tickets ON tickets.id = found.id",
        columns = *COLUMNS
    );
    let values = [format!("{{description}} : ({})", any.join(" OR ")).into(), limit.into()];
    Ok(ticket::Model::find_by_statement(statement(sql, values)).all(db).await?)
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

/// A word of a search as FTS5 writes it: quoted, so that it is a word whatever stands in it, and a prefix.
fn prefix(word: &str) -> String {
    format!("\"{word}\" *")
}

/// The words of a search for a large index. For a prefix longer than those it indexes, FTS5 gathers all rows with any word that
/// begins so before it gives the first one. For whole words it reads no more than is asked for, so a long prefix becomes
/// the words that begin so.
async fn whole_words<C: ConnectionTrait>(db: &C, index: Index, words: &[String]) -> Result<Vec<String>, StoreError> {
    let mut values = Vec::new();
    for (number, word) in (0_i64..).zip(words).filter(|(_, word)| word.len() > PREFIX && word.is_ascii()) {
        values.extend([number.into(), word.as_str().into(), format!("{word}\u{10ffff}").into()]);
    }
    let mut whole: Vec<Vec<String>> = vec![Vec::new(); words.len()];
    if !values.is_empty() {
        let sql = format!(
            "WITH RECURSIVE wanted(number, start, beyond) AS (VALUES {rows}), found(number, word, beyond, nth) AS ( \
             SELECT number, (SELECT term FROM {table}_words WHERE term >= start LIMIT 1), beyond, 1 FROM wanted \
             UNION ALL \
             SELECT number, (SELECT term FROM {table}_words WHERE term >= word || char(1) LIMIT 1), beyond, nth + 1 \
             FROM found WHERE word < beyond AND nth <= {EXPANSIONS}) \
             SELECT number, word FROM found WHERE word < beyond",
            rows = vec!["(?, ?, ?)"; values.len() / 3].join(", "),
            table = index.table()
        );
        for row in db.query_all_raw(statement(sql, values)).await? {
            let number: i64 = row.try_get("", "number")?;
            if let Some(whole) = usize::try_from(number).ok().and_then(|number| whole.get_mut(number)) {
                whole.push(format!("\"{}\"", row.try_get::<String>("", "word")?));
            }
        }
    }
    let clauses = words.iter().zip(whole).map(|(word, whole)| match whole.len() {
        1..=EXPANSIONS => format!("({})", whole.join(" OR ")),
        _ => prefix(word),
    });
    Ok(clauses.collect())
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
