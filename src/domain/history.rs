//! The history: one row for every change, written with it, changed by nobody.

use super::{
    ids::{HistoryId, TicketId},
    role::Role,
    status::Status,
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
    /// A photo was added to the ticket or a message; `to` is its id.
    Photo,
    /// A photo was added to an internal note; `to` is its id. Staff alone see the row.
    #[serde(rename = "note_photo")]
    NotePhoto,
    /// Somebody else said that it affects them, too; `from` and `to` are how many had beside the reporter.
    Affected,
    /// The ticket was merged into another, the number in `to`, or parted from it, the number in `from`.
    Merged,
    /// A duplicate was merged into the ticket, the number in `to`, or parted from it, the number in `from`.
    Took,
}

impl What {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Opened,
        Self::Description,
        Self::Place,
        Self::Category,
        Self::Status,
        Self::Message,
        Self::Note,
        Self::Photo,
        Self::NotePhoto,
        Self::Affected,
        Self::Merged,
        Self::Took,
    ];

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
            Self::Photo => "photo",
            Self::NotePhoto => "note_photo",
            Self::Affected => "affected",
            Self::Merged => "merged",
            Self::Took => "took",
        }
    }

    /// What that word says, if it is one.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.slug() == slug)
    }

    /// Whether `role` may read such a row.
    pub const fn is_visible(self, role: Role) -> bool {
        !matches!(self, Self::Note | Self::NotePhoto) || role.may_use_internal_notes()
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

/// A row of the history, with what decides who may hear of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// What happened.
    pub row: HistoryRow,
    /// Where its ticket stands now, not where it stood then.
    pub status: Status,
}

impl Happening {
    /// Whether `role` may hear of it: of a closed ticket, a requester hears that it was closed and nothing else (R3).
    pub fn is_for(&self, role: Role) -> bool {
        let is_closing = self.row.what == What::Status && self.row.to.as_deref() == Some(Status::Closed.slug());
        self.row.what.is_visible(role) && (is_closing || role.may_see(self.status))
    }
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
    /// The message or note, for [`What::Message`] and [`What::Note`]; what the duplicate reported, for [`What::Took`].
    pub message: Option<super::message::Message>,
    /// The words that decided, where the machine changed the category.
    pub because: Vec<String>,
    /// What changed in the description, where it was asked for.
    pub difference: Vec<Part>,
}

/// A piece of a text that was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What became of it.
    pub fate: Fate,
    /// The piece.
    pub text: String,
}

/// What became of a piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// It stands in both versions.
    Kept,
    /// It stands in the old one alone.
    Removed,
    /// It stands in the new one alone.
    Added,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn row(what: What, to: &str) -> HistoryRow {
        let (id, ticket_id, at) = (HistoryId(1), TicketId(1), Timestamp(0));
        HistoryRow { id, ticket_id, role: Role::Staff, what, from: None, to: Some(to.to_owned()), at }
    }

    #[test]
    fn r03_of_a_closed_ticket_a_requester_hears_that_it_was_closed_and_nothing_else() {
        let heard = |what, to, status| Happening { row: row(what, to), status }.is_for(Role::Requester);
        assert!(heard(What::Status, "closed", Status::Closed));
        assert!(!heard(What::Status, "active", Status::Closed));
        for what in What::ALL.into_iter().filter(|what| *what != What::Status) {
            assert!(!heard(what, "closed", Status::Closed), "{what:?}");
            assert_eq!(heard(what, "3", Status::Active), what.is_visible(Role::Requester), "{what:?}");
        }
    }

    #[test]
    fn r04_staff_hear_everything() {
        for (what, status) in What::ALL.into_iter().flat_map(|what| Status::ALL.map(|status| (what, status))) {
            assert!(Happening { row: row(what, "3"), status }.is_for(Role::Staff));
        }
    }
}
