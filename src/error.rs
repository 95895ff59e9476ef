//! What can go wrong, as a person may be told it. Crosses the wire; its words are in [`crate::texts`].

#[cfg(not(feature = "ssr"))]
use crate::domain::ids::TicketId;
use crate::domain::status::Status;
#[cfg(feature = "ssr")]
use crate::domain::{message::Message, ticket::Ticket};
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A refusal or a failure, with what its reader needs to go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Error)]
#[serde(try_from = "Refusal", into = "Refusal")]
#[cfg_attr(feature = "ssr", error("{self:?}"))]
#[cfg_attr(not(feature = "ssr"), error("refused with {}", self.status()))]
pub enum AppError {
    /// 400: not understood at all.
    Malformed {
        /// What could not be read, in a few plain words.
        what: String,
    },
    /// 400: a form that ended early, or that no person filled in.
    FormIncomplete,
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
        current: Box<Current>,
    },
    /// 409: the ticket cannot go there from where it stands.
    NoSuchMove {
        /// Where it was to go.
        to: Status,
        /// The ticket as it now is.
        current: Box<Current>,
    },
    /// 409: a message came since whoever wants to close the ticket saw it.
    Unread {
        /// The ticket as it now is.
        current: Box<Current>,
    },
    /// 409: what was merged can no longer be parted.
    Settled {
        /// The ticket as it now is.
        current: Box<Current>,
    },
    /// 409: it is closed, and a closed ticket is not changed.
    TicketClosed {
        /// The ticket as it now is.
        current: Box<Current>,
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

/// The ticket that a conflict is about: whole, where the server makes it.
#[cfg(feature = "ssr")]
pub type Current = Ticket;

/// The ticket that a conflict is about: what a page says of it. The rest would be code that reads it, in the first download.
#[cfg(not(feature = "ssr"))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Current {
    /// Its number.
    pub id: TicketId,
    /// What is wrong.
    pub description: String,
    /// Where.
    pub place: Option<String>,
    /// Where it stands.
    pub status: Status,
    /// Counts its changes.
    pub version: i64,
}

/// The message that a key made: whole, where the server makes it.
#[cfg(feature = "ssr")]
pub type Posted = Message;

/// The message that a key made: no page says anything of it.
#[cfg(not(feature = "ssr"))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Posted {}

/// What an idempotency key made.
#[derive(Clone, Debug, PartialEq)]
pub enum Made {
    /// A ticket, as it now is.
    Ticket(Current),
    /// A message.
    Message(Posted),
}

/// The fields, parameters and headers that a person can get wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ssr", schema(rename_all = "snake_case"))]
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
    #[cfg_attr(feature = "ssr", schema(rename = "q"))]
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
    #[cfg_attr(feature = "ssr", schema(rename = "message_id"))]
    Message,
    /// `into`
    Into,
    /// `Idempotency-Key`
    #[cfg_attr(feature = "ssr", schema(rename = "Idempotency-Key"))]
    Key,
}

impl TryFrom<String> for Field {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::from_name(&name).ok_or("no field of that name")
    }
}

impl From<Field> for &'static str {
    fn from(field: Field) -> Self {
        field.name()
    }
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 30] = [
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
        Self::Into,
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
            Self::Into => "into",
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
#[serde(try_from = "Wire", into = "Wire")]
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
    /// Not the number of another ticket that is not closed.
    NotAnother,
}

/// An error as it crosses the wire: a shape for all of them is a reader for all of them, which the first download holds.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Refusal {
    error: String,
    text: String,
    number: u32,
    to: Option<Status>,
    current: Option<Box<Current>>,
    posted: Option<Box<Posted>>,
    field: Option<Field>,
    problem: Option<FieldProblem>,
}

/// The errors that say nothing more than which they are.
const PLAIN: [(&str, AppError); 17] = [
    ("form", AppError::FormIncomplete),
    ("staff only", AppError::StaffOnly),
    ("not yours", AppError::NotYours),
    ("cross site", AppError::CrossSite),
    ("no ticket", AppError::NoSuchTicket),
    ("no reply", AppError::NoSuchReply),
    ("no code", AppError::NoSuchCode),
    ("no page", AppError::NoSuchPage),
    ("no service", AppError::NoSuchService),
    ("method", AppError::WrongMethod),
    ("nothing to learn", AppError::NothingToLearn),
    ("learning", AppError::Learning),
    ("no JSON", AppError::NotJson),
    ("service down", AppError::ServiceDown),
    ("unavailable", AppError::Unavailable),
    ("offline", AppError::Offline),
    // Where a reader knows of no such error.
    ("", AppError::Internal { reference: String::new() }),
];

impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        let named = |name: &str| Self { error: name.to_owned(), ..Self::default() };
        let about = |name: &str, current| Self { current: Some(current), ..named(name) };
        let number = |limit: usize| u32::try_from(limit).unwrap_or(u32::MAX);
        match error {
            AppError::Malformed { what } => Self { text: what, ..named("malformed") },
            AppError::Stale { current } => about("stale", current),
            AppError::NoSuchMove { to, current } => Self { to: Some(to), ..about("no move", current) },
            AppError::Unread { current } => about("unread", current),
            AppError::Settled { current } => about("settled", current),
            AppError::TicketClosed { current } => about("closed", current),
            AppError::KeyReused { current } => match *current {
                Made::Ticket(ticket) => about("key", Box::new(ticket)),
                Made::Message(message) => Self { posted: Some(Box::new(message)), ..named("key") },
            },
            AppError::TooLarge { limit } => Self { number: number(limit), ..named("large") },
            AppError::Invalid { field, problem } => {
                Self { field: Some(field), problem: Some(problem), ..named("invalid") }
            }
            AppError::TooMany { retry_after } => Self { number: retry_after, ..named("many") },
            AppError::Internal { reference } => Self { text: reference, ..named("internal") },
            plain => named(PLAIN.iter().find(|(_, error)| *error == plain).map_or("", |(name, _)| name)),
        }
    }
}

impl TryFrom<Refusal> for AppError {
    type Error = &'static str;

    fn try_from(refusal: Refusal) -> Result<Self, Self::Error> {
        const LACKS: &str = "an error that lacks something";
        let Refusal { error, text, number, to, current, posted, field, problem } = refusal;
        let ticket = current.ok_or(LACKS);
        Ok(match error.as_str() {
            "malformed" => Self::Malformed { what: text },
            "stale" => Self::Stale { current: ticket? },
            "no move" => Self::NoSuchMove { to: to.ok_or(LACKS)?, current: ticket? },
            "unread" => Self::Unread { current: ticket? },
            "settled" => Self::Settled { current: ticket? },
            "closed" => Self::TicketClosed { current: ticket? },
            "key" => {
                let made = match posted {
                    Some(message) => Made::Message(*message),
                    None => Made::Ticket(*ticket?),
                };
                Self::KeyReused { current: Box::new(made) }
            }
            "large" => Self::TooLarge { limit: usize::try_from(number).unwrap_or_default() },
            "invalid" => Self::Invalid { field: field.ok_or(LACKS)?, problem: problem.ok_or(LACKS)? },
            "many" => Self::TooMany { retry_after: number },
            "internal" => Self::Internal { reference: text },
            name => PLAIN.into_iter().find(|(plain, _)| *plain == name).map(|(_, error)| error).ok_or(LACKS)?,
        })
    }
}

/// A problem as it crosses the wire: a shape for all of them is a reader for all of them, which the first download holds.
#[derive(Serialize, Deserialize)]
struct Wire(String, i64, i64, String, String);

impl From<FieldProblem> for Wire {
    fn from(problem: FieldProblem) -> Self {
        let counted = |name: &str, one: i64, two: i64| Self(name.to_owned(), one, two, String::new(), String::new());
        let number = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        match problem {
            FieldProblem::Missing => counted("missing", 0, 0),
            FieldProblem::Empty => counted("empty", 0, 0),
            FieldProblem::TooLong { max, length } => counted("long", number(max), number(length)),
            FieldProblem::ControlCharacter { code } => counted("control", code.into(), 0),
            FieldProblem::Unknown { value, allowed } => Self("unknown".to_owned(), 0, 0, value, allowed),
            FieldProblem::WrongType { expected } => Self("type".to_owned(), 0, 0, expected, String::new()),
            FieldProblem::OutOfRange { min, max } => counted("range", min, max),
            FieldProblem::NotAPeriod { value } => Self("period".to_owned(), 0, 0, value, String::new()),
            FieldProblem::NotACursor => counted("cursor", 0, 0),
            FieldProblem::NotAKey { max } => counted("key", number(max), 0),
            FieldProblem::NotClosed => counted("not closed", 0, 0),
            FieldProblem::TooMany { max } => counted("many", number(max), 0),
            FieldProblem::NotAPhoto => counted("no photo", 0, 0),
            FieldProblem::Broken => counted("broken", 0, 0),
            FieldProblem::TooManyPixels { megapixels } => {
                counted("pixels", number(megapixels.try_into().unwrap_or(usize::MAX)), 0)
            }
            FieldProblem::MoreThanAPhoto => counted("more", 0, 0),
            FieldProblem::Gone => counted("gone", 0, 0),
            FieldProblem::NotYourMessage => counted("not yours", 0, 0),
            FieldProblem::NotAnother => counted("no other", 0, 0),
        }
    }
}

impl TryFrom<Wire> for FieldProblem {
    type Error = &'static str;

    fn try_from(Wire(name, one, two, text, more): Wire) -> Result<Self, Self::Error> {
        let length = |number: i64| usize::try_from(number).unwrap_or_default();
        Ok(match name.as_str() {
            "missing" => Self::Missing,
            "empty" => Self::Empty,
            "long" => Self::TooLong { max: length(one), length: length(two) },
            "control" => Self::ControlCharacter { code: u32::try_from(one).unwrap_or_default() },
            "unknown" => Self::Unknown { value: text, allowed: more },
            "type" => Self::WrongType { expected: text },
            "range" => Self::OutOfRange { min: one, max: two },
            "period" => Self::NotAPeriod { value: text },
            "cursor" => Self::NotACursor,
            "key" => Self::NotAKey { max: length(one) },
            "not closed" => Self::NotClosed,
            "many" => Self::TooMany { max: length(one) },
            "no photo" => Self::NotAPhoto,
            "broken" => Self::Broken,
            "pixels" => Self::TooManyPixels { megapixels: one.unsigned_abs() },
            "more" => Self::MoreThanAPhoto,
            "gone" => Self::Gone,
            "not yours" => Self::NotYourMessage,
            "no other" => Self::NotAnother,
            _ => return Err("no problem of that name"),
        })
    }
}

impl AppError {
    /// The HTTP status that says so.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Malformed { .. } | Self::FormIncomplete => 400,
            Self::StaffOnly | Self::NotYours | Self::CrossSite => 403,
            Self::NoSuchTicket | Self::NoSuchReply | Self::NoSuchCode | Self::NoSuchPage | Self::NoSuchService => 404,
            Self::WrongMethod => 405,
            Self::Stale { .. }
            | Self::NoSuchMove { .. }
            | Self::Unread { .. }
            | Self::Settled { .. }
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
    pub fn current(&self) -> Option<&Current> {
        match self {
            Self::Stale { current }
            | Self::NoSuchMove { current, .. }
            | Self::Unread { current }
            | Self::Settled { current }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_field_crosses_the_wire() -> Result<(), serde_json::Error> {
        let text = || "“x”".to_owned();
        for problem in [
            FieldProblem::Missing,
            FieldProblem::Empty,
            FieldProblem::TooLong { max: 120, length: 4_000 },
            FieldProblem::ControlCharacter { code: 7 },
            FieldProblem::Unknown { value: text(), allowed: "a, b".to_owned() },
            FieldProblem::WrongType { expected: text() },
            FieldProblem::OutOfRange { min: -1, max: 100 },
            FieldProblem::NotAPeriod { value: text() },
            FieldProblem::NotACursor,
            FieldProblem::NotAKey { max: 200 },
            FieldProblem::NotClosed,
            FieldProblem::TooMany { max: 4 },
            FieldProblem::NotAPhoto,
            FieldProblem::Broken,
            FieldProblem::TooManyPixels { megapixels: 2_500 },
            FieldProblem::MoreThanAPhoto,
            FieldProblem::Gone,
            FieldProblem::NotYourMessage,
            FieldProblem::NotAnother,
        ] {
            for field in Field::ALL {
                let error = field.problem(problem.clone());
                assert_eq!(serde_json::from_str::<AppError>(&serde_json::to_string(&error)?)?, error);
            }
        }
        Ok(())
    }

    #[test]
    fn every_error_crosses_the_wire() -> Result<(), serde_json::Error> {
        let ticket: Current = serde_json::from_value(serde_json::json!({
            "id": 7, "description": "The lift", "place": null, "category": "technical-it", "category_source": "auto",
            "category_because": [], "category_doubtful": false, "status": "active", "opened_at": "2026-11-02T08:00:00.000Z",
            "modified_at": "2026-11-02T08:00:00.000Z", "closed_at": null, "version": 3, "messages": 0, "again_of": null,
            "photos": [],
        }))?;
        let message: Posted = serde_json::from_value(serde_json::json!({
            "id": 1, "ticket_id": 7, "role": "staff", "body": "Hello", "internal": false,
            "created_at": "2026-11-02T08:00:00.000Z", "photos": [],
        }))?;
        let current = || Box::new(ticket.clone());
        let with_more = [
            AppError::Malformed { what: "the query".to_owned() },
            AppError::Stale { current: current() },
            AppError::NoSuchMove { to: Status::Closed, current: current() },
            AppError::Unread { current: current() },
            AppError::Settled { current: current() },
            AppError::TicketClosed { current: current() },
            AppError::KeyReused { current: Box::new(Made::Ticket(ticket.clone())) },
            AppError::KeyReused { current: Box::new(Made::Message(message)) },
            AppError::TooLarge { limit: 65_536 },
            AppError::TooMany { retry_after: 12 },
            AppError::Internal { reference: "4f2a".to_owned() },
        ];
        for error in with_more.into_iter().chain(PLAIN.map(|(_, error)| error)) {
            assert_eq!(serde_json::from_str::<AppError>(&serde_json::to_string(&error)?)?, error);
        }
        Ok(())
    }
}
