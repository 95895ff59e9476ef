//! What can go wrong, as a person may be told it. Crosses the wire; its words are in [`crate::texts`].

use crate::domain::{message::Message, status::Status, ticket::Ticket};
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A refusal or a failure, with what its reader needs to go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Error)]
#[error("{self:?}")]
pub enum AppError {
    /// 400: not understood at all.
    Malformed {
        /// What could not be read, in a few plain words.
        what: String,
    },
    /// 403: only staff do this.
    StaffOnly,
    /// 403: only a device that has the ticket among its own does this.
    NotYours,
    /// 403: sent by a page of another site.
    CrossSite,
    /// 404: no such ticket, or not the asker's to see.
    NoSuchTicket,
    /// 404: no such saved reply, or not any more.
    NoSuchReply,
    /// 404: no such claim code, or it works no more.
    NoSuchCode,
    /// 404: nothing is at this address.
    NoSuchPage,
    /// 404: this analysis is not served here.
    NoSuchService,
    /// 405.
    WrongMethod,
    /// 409: somebody changed the ticket since the writer saw it.
    Stale {
        /// The ticket as it now is.
        current: Box<Ticket>,
    },
    /// 409: the ticket cannot go there from where it stands.
    NoSuchMove {
        /// Where it was to go.
        to: Status,
        /// The ticket as it now is.
        current: Box<Ticket>,
    },
    /// 409: a message came since whoever wants to close the ticket saw it.
    Unread {
        /// The ticket as it now is.
        current: Box<Ticket>,
    },
    /// 409: it is closed, and a closed ticket is not changed.
    TicketClosed {
        /// The ticket as it now is.
        current: Box<Ticket>,
    },
    /// 409: staff decided no category yet that could be learned from.
    NothingToLearn,
    /// 409: the machine is learning already.
    Learning,
    /// 409: the idempotency key made something else before.
    KeyReused {
        /// What it made.
        current: Box<Made>,
    },
    /// 413.
    TooLarge {
        /// Most bytes that are taken.
        limit: usize,
    },
    /// 415.
    NotJson,
    /// 422: one field breaks a rule.
    Invalid {
        /// Which.
        field: Field,
        /// How.
        problem: FieldProblem,
    },
    /// 429.
    TooMany {
        /// When to try again, in seconds.
        retry_after: u32,
    },
    /// 503: an analysis service does not answer.
    ServiceDown,
    /// 503: the database is busy or full; nothing was stored.
    Unavailable,
    /// The server could not be reached.
    Offline,
    /// 500: our fault; the log has more under the reference.
    Internal {
        /// What to quote when asking.
        reference: String,
    },
}

/// What an idempotency key made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Made {
    /// A ticket, as it now is.
    Ticket(Ticket),
    /// A message.
    Message(Message),
}

/// The fields, parameters and headers that a person can get wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub enum Field {
    /// `description`
    Description,
    /// `place`
    Place,
    /// `body`
    Body,
    /// `internal`
    Internal,
    /// `title`
    Title,
    /// `then`
    Then,
    /// `version`
    Version,
    /// `status`
    Status,
    /// `category`
    Category,
    /// `again_of`
    AgainOf,
    /// `q`
    #[serde(rename = "q")]
    Search,
    /// `sort`
    Sort,
    /// `limit`
    Limit,
    /// `after`
    After,
    /// `last`
    Last,
    /// `board`
    Board,
    /// `ticket`
    Ticket,
    /// `opened`
    Opened,
    /// `closed`
    Closed,
    /// `left`
    Left,
    /// `hour`
    Hour,
    /// `target`
    Target,
    /// `returned`
    Returned,
    /// `answered`
    Answered,
    /// `photos`
    Photos,
    /// `file`
    File,
    /// `alt`
    Alt,
    /// `message_id`
    #[serde(rename = "message_id")]
    Message,
    /// `Idempotency-Key`
    #[serde(rename = "Idempotency-Key")]
    Key,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 29] = [
        Self::Description,
        Self::Place,
        Self::Body,
        Self::Internal,
        Self::Title,
        Self::Then,
        Self::Version,
        Self::Status,
        Self::Category,
        Self::AgainOf,
        Self::Search,
        Self::Sort,
        Self::Limit,
        Self::After,
        Self::Last,
        Self::Board,
        Self::Ticket,
        Self::Opened,
        Self::Closed,
        Self::Left,
        Self::Hour,
        Self::Target,
        Self::Returned,
        Self::Answered,
        Self::Photos,
        Self::File,
        Self::Alt,
        Self::Message,
        Self::Key,
    ];

    /// Its name in JSON, URLs and headers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::Place => "place",
            Self::Body => "body",
            Self::Internal => "internal",
            Self::Title => "title",
            Self::Then => "then",
            Self::Version => "version",
            Self::Status => "status",
            Self::Category => "category",
            Self::AgainOf => "again_of",
            Self::Search => "q",
            Self::Sort => "sort",
            Self::Limit => "limit",
            Self::After => "after",
            Self::Last => "last",
            Self::Board => "board",
            Self::Ticket => "ticket",
            Self::Opened => "opened",
            Self::Closed => "closed",
            Self::Left => "left",
            Self::Hour => "hour",
            Self::Target => "target",
            Self::Returned => "returned",
            Self::Answered => "answered",
            Self::Photos => "photos",
            Self::File => "file",
            Self::Alt => "alt",
            Self::Message => "message_id",
            Self::Key => "Idempotency-Key",
        }
    }

    /// The field of that name, if it is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// The error that this field has that problem.
    pub const fn problem(self, problem: FieldProblem) -> AppError {
        AppError::Invalid { field: self, problem }
    }
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldProblem {
    /// It has to be there.
    Missing,
    /// It has to say something.
    Empty,
    /// Lengths in characters.
    TooLong {
        /// Most allowed.
        max: usize,
        /// How long it is.
        length: usize,
    },
    /// A character that cannot be shown.
    ControlCharacter {
        /// Its Unicode code point.
        code: u32,
    },
    /// Not one of the words allowed.
    Unknown {
        /// What was given.
        value: String,
        /// What is allowed.
        allowed: String,
    },
    /// Another JSON type than it should have.
    WrongType {
        /// What it should be.
        expected: String,
    },
    /// Not a whole number within bounds.
    OutOfRange {
        /// Least.
        min: i64,
        /// Most.
        max: i64,
    },
    /// Not `Nh` or `Nd`.
    NotAPeriod {
        /// What was given.
        value: String,
    },
    /// Not a cursor of this list.
    NotACursor,
    /// Not an idempotency key.
    NotAKey {
        /// Most characters.
        max: usize,
    },
    /// Not the number of a closed ticket.
    NotClosed,
    /// More than go together.
    TooMany {
        /// Most allowed.
        max: usize,
    },
    /// Not a picture of a kind that is taken.
    NotAPhoto,
    /// A picture that ends early or cannot be decoded.
    Broken,
    /// A picture that is too large to be decoded.
    TooManyPixels {
        /// How many it has.
        megapixels: u64,
    },
    /// A picture with another file in it, or behind it.
    MoreThanAPhoto,
    /// A photo that was sent so long ago that it is not kept any more, or that belongs to something already.
    Gone,
    /// Not the number of a message that the asker's side wrote under this ticket.
    NotYourMessage,
}

impl AppError {
    /// The HTTP status that says so.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Malformed { .. } => 400,
            Self::StaffOnly | Self::NotYours | Self::CrossSite => 403,
            Self::NoSuchTicket | Self::NoSuchReply | Self::NoSuchCode | Self::NoSuchPage | Self::NoSuchService => 404,
            Self::WrongMethod => 405,
            Self::Stale { .. }
            | Self::NoSuchMove { .. }
            | Self::Unread { .. }
            | Self::NothingToLearn
            | Self::Learning
            | Self::TicketClosed { .. }
            | Self::KeyReused { .. } => 409,
            Self::TooLarge { .. } => 413,
            Self::NotJson => 415,
            Self::Invalid { .. } => 422,
            Self::TooMany { .. } => 429,
            Self::Internal { .. } => 500,
            Self::ServiceDown | Self::Unavailable | Self::Offline => 503,
        }
    }

    /// When to try again, in seconds, where that is known.
    pub const fn retry_after(&self) -> Option<u32> {
        match self {
            Self::TooMany { retry_after } => Some(*retry_after),
            _ => None,
        }
    }

    /// The ticket as it now is, where a conflict carries it.
    pub fn current(&self) -> Option<&Ticket> {
        match self {
            Self::Stale { current }
            | Self::NoSuchMove { current, .. }
            | Self::Unread { current }
            | Self::TicketClosed { current } => Some(current),
            Self::KeyReused { current } => match &**current {
                Made::Ticket(ticket) => Some(ticket),
                Made::Message(_) => None,
            },
            _ => None,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Offline,
            ServerFnErrorErr::Args(what)
            | ServerFnErrorErr::MissingArg(what)
            | ServerFnErrorErr::Deserialization(what) => Self::Malformed { what },
            other => Self::Internal { reference: other.to_string() },
        }
    }
}
