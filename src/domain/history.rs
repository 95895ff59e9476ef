//! The history: one row for every change, written with it, changed by nobody.

use super::{
    ids::{HistoryId, TicketId},
    role::Role,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// What a history row tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub enum What {
    /// The ticket was opened; `to` is its status.
    Opened,
    /// The description changed; `from` and `to` are the texts.
    Description,
    /// The place changed; none where there was or is none.
    Place,
    /// The category changed; `from` and `to` are its words.
    Category,
    /// The status moved.
    Status,
    /// A message was posted; `to` is its id.
    Message,
    /// An internal note was posted; `to` is its id. Staff alone see the row.
    Note,
}

impl What {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Opened, Self::Description, Self::Place, Self::Category, Self::Status, Self::Message, Self::Note];

    /// The word used in JSON and the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Description => "description",
            Self::Place => "place",
            Self::Category => "category",
            Self::Status => "status",
            Self::Message => "message",
            Self::Note => "note",
        }
    }

    /// What that word says, if it is one.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.slug() == slug)
    }

    /// Whether `role` may read such a row.
    pub const fn is_visible(self, role: Role) -> bool {
        !matches!(self, Self::Note) || role.may_use_internal_notes()
    }
}

/// One change. This is also its JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct HistoryRow {
    /// Its number, which rises with time.
    #[cfg_attr(feature = "ssr", schema(value_type = i64))]
    pub id: HistoryId,
    /// Of which ticket.
    #[cfg_attr(feature = "ssr", schema(value_type = i64))]
    pub ticket_id: TicketId,
    /// Who: a role, never a person. The classifier acts for whoever wrote the description.
    pub role: Role,
    /// What changed.
    pub what: What,
    /// What it was.
    #[cfg_attr(feature = "ssr", schema(required = true))]
    pub from: Option<String>,
    /// What it became.
    #[cfg_attr(feature = "ssr", schema(required = true))]
    pub to: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// One page of a history, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct HistoryPage {
    /// At most as many as were asked for.
    pub history: Vec<HistoryRow>,
    /// Goes back as `after` for the page that follows; none on the last.
    #[cfg_attr(feature = "ssr", schema(required = true))]
    pub next: Option<String>,
}

/// One line of a ticket's timeline: a change and, where it is one, the message posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// The change.
    pub row: HistoryRow,
    /// The message or note, for [`What::Message`] and [`What::Note`].
    pub message: Option<super::message::Message>,
}

/// The latest part of a ticket's timeline, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// The entries, at most [`TIMELINE_LIMIT`].
    pub entries: Vec<TimelineEntry>,
    /// Where the part before ends; none when this is all.
    pub earlier: Option<HistoryId>,
}

/// Most entries of a timeline sent at once.
pub const TIMELINE_LIMIT: u64 = 200;
