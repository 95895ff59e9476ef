//! A ticket as everybody reads it, and what it takes to open or edit one.

use super::{
    category::{Category, CategorySource},
    ids::TicketId,
    photo::{Photo, SentPhoto},
    role::Role,
    status::Status,
    text,
    time::Timestamp,
};
use crate::error::AppError;
use serde::{Deserialize, Serialize};

/// A ticket, as the asker may see it. This is also its JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Ticket {
    /// Its number.
    #[cfg_attr(feature = "ssr", schema(value_type = i64))]
    pub id: TicketId,
    /// What is wrong, in the reporter's words.
    pub description: String,
    /// Where, if it was said.
    #[cfg_attr(feature = "ssr", schema(required = true))]
    pub place: Option<String>,
    /// What it is about.
    pub category: Category,
    /// Who decided the category.
    pub category_source: CategorySource,
    /// The words of the description that decided the category; none when staff did.
    pub category_because: Vec<String>,
    /// Whether the machine decided the category so unsurely that staff should look.
    pub category_doubtful: bool,
    /// Where it stands.
    pub status: Status,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it last changed or a message was last posted (R10).
    pub modified_at: Timestamp,
    /// When it was closed, none until then.
    #[cfg_attr(feature = "ssr", schema(required = true))]
    pub closed_at: Option<Timestamp>,
    /// Counts the changes of the ticket itself, from 1; messages do not raise it.
    pub version: i64,
    /// How many messages the asker may see.
    pub messages: i64,
    /// The closed ticket of which this reports that the problem is back.
    #[cfg_attr(feature = "ssr", schema(value_type = Option<i64>, required = true))]
    pub again_of: Option<TicketId>,
    /// What its reporter showed of it.
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schema(required = true))]
    pub photos: Vec<Photo>,
    /// How many beside the reporter said that it affects them, too.
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schema(required = true))]
    pub affected: i64,
    /// The ticket that it was merged into, which reports the same: everything goes on there.
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schema(value_type = Option<i64>, required = true))]
    pub merged_into: Option<TicketId>,
}

impl Ticket {
    /// How many changes and messages its reader has been able to see: it grows with each of them, and with nothing else.
    pub const fn edition(&self) -> i64 {
        self.version + self.messages
    }

    /// Whether a message came since somebody saw `seen` of them: a ticket is not closed over what nobody read.
    pub const fn has_news_since(&self, seen: i64) -> bool {
        seen < self.messages
    }
}

/// A report that passed the rules, ready to be opened. R7: it has no status to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTicket {
    /// What is wrong.
    pub description: String,
    /// Where.
    pub place: Option<String>,
    /// The closed ticket it reports again.
    pub again_of: Option<TicketId>,
    /// Photos that were sent before.
    pub photos: Vec<SentPhoto>,
}

impl NewTicket {
    /// # Errors
    /// [`AppError::Invalid`] when the description or the place breaks a rule of [`text`].
    pub fn new(description: &str, place: &str, again_of: Option<TicketId>) -> Result<Self, AppError> {
        let photos = Vec::new();
        Ok(Self { description: text::description(description)?, place: text::place(place)?, again_of, photos })
    }

    /// The same with photos.
    #[must_use]
    pub fn with_photos(self, photos: Vec<SentPhoto>) -> Self {
        Self { photos, ..self }
    }
}

/// A change of what a ticket says, against the version that the writer saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The new description, `None` to leave it.
    pub description: Option<String>,
    /// The new place: `None` to leave it, `Some(None)` to clear it.
    pub place: Option<Option<String>>,
    /// The version that the writer saw.
    pub version: i64,
}

impl Edit {
    /// # Errors
    /// [`AppError::Invalid`] when the description or the place breaks a rule of [`text`].
    pub fn new(description: Option<&str>, place: Option<&str>, version: i64) -> Result<Self, AppError> {
        Ok(Self {
            description: description.map(text::description).transpose()?,
            place: place.map(text::place).transpose()?,
            version,
        })
    }
}

/// Where somebody wants a ticket to go, and what of it they saw before they asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The status that it is to have.
    pub to: Status,
    /// The version that they saw; `None` moves any.
    pub version: Option<i64>,
    /// How many of its messages they saw; `None` closes it over any.
    pub messages: Option<i64>,
}

impl From<Status> for Move {
    /// The move of somebody who does not say what they saw.
    fn from(to: Status) -> Self {
        Self { to, version: None, messages: None }
    }
}

/// One page of tickets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TicketPage {
    /// At most as many as were asked for.
    pub tickets: Vec<Ticket>,
    /// Goes back as `after` for the page that follows; none on the last.
    #[cfg_attr(feature = "ssr", schema(required = true))]
    pub next: Option<String>,
}

/// What a page's list tells of a ticket: the rest is the ticket's own page's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRow {
    /// Its number.
    pub id: TicketId,
    /// The description's beginning.
    pub summary: String,
    /// Where.
    pub place: Option<String>,
    /// What it is about.
    pub category: Category,
    /// Whether somebody should look at that.
    pub doubtful: bool,
    /// Where it stands.
    pub status: Status,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it last changed.
    pub modified_at: Timestamp,
    /// How many messages the asker may see.
    pub messages: i64,
    /// [`Ticket::edition`].
    pub edition: i64,
    /// [`Ticket::affected`].
    pub affected: i64,
}

impl From<Ticket> for TicketRow {
    fn from(ticket: Ticket) -> Self {
        let edition = ticket.edition();
        let doubtful = ticket.category_doubtful;
        let Ticket { id, description, place, category, status, opened_at, modified_at, messages, affected, .. } =
            ticket;
        let summary = summary(description);
        Self { id, summary, place, category, doubtful, status, opened_at, modified_at, messages, edition, affected }
    }
}

/// The most characters of a description in a list: more than its two lines show on the widest screen.
const SUMMARY_MAX: usize = 300;

fn summary(mut description: String) -> String {
    if let Some((end, _)) = description.char_indices().nth(SUMMARY_MAX) {
        description.truncate(end);
        description.push('…');
    }
    description
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// The tickets, in the list's order.
    pub tickets: Vec<TicketRow>,
    /// Goes into the address as `after` for the page that follows; none on the last.
    pub next: Option<String>,
}

impl From<TicketPage> for Rows {
    fn from(TicketPage { tickets, next }: TicketPage) -> Self {
        Self { tickets: tickets.into_iter().map(TicketRow::from).collect(), next }
    }
}

/// How many tickets each view of the board holds, now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Open: untriaged.
    pub open: i64,
    /// Active.
    pub active: i64,
    /// Open or active, and the last message is not from the helpdesk.
    pub waiting: i64,
    /// Open or active, and of a category to be checked.
    pub doubtful: i64,
    /// Closed.
    pub closed: i64,
}

/// What somebody who follows a link to a ticket finds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Found {
    /// The ticket, which they may see.
    Ticket(Box<Ticket>),
    /// It was closed, and its reader is a requester: this is all they learn of it (R3).
    Closed {
        /// Its number.
        id: TicketId,
        /// When it was closed.
        closed_at: Timestamp,
    },
    /// It was merged into another, and its reader is a requester: everything goes on there.
    Merged {
        /// Its number.
        id: TicketId,
        /// That of the other.
        into: TicketId,
        /// When it was merged.
        closed_at: Timestamp,
    },
}

/// Whether what is reported again comes back: it had been closed no longer than 30 days before.
pub const fn comes_back(closed_at: Timestamp, opened_at: Timestamp) -> bool {
    opened_at.millis_since(closed_at) <= 30 * 24 * 3_600_000
}

/// Whether a device is still reminded that one of its tickets was closed: four weeks.
pub const fn was_closed_lately(closed_at: Timestamp, now: Timestamp) -> bool {
    now.millis_since(closed_at) <= 28 * 24 * 3_600_000
}

/// Whether a duplicate may still be parted from what it was merged into: ten minutes.
pub const fn may_part(merged_at: Timestamp, now: Timestamp) -> bool {
    now.millis_since(merged_at) <= 10 * 60_000
}

/// Whether `role` may be shown `ticket` at all.
pub const fn is_visible(ticket: &Ticket, role: Role) -> bool {
    role.may_see(ticket.status)
}
