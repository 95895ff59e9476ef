//! Which tickets to list: read from a URL's query by pages and REST alike, so that a view is a link.

use super::{
    category::Category,
    status::Status,
    text::{PLACE_MAX, SEARCH_MAX},
    time::Timestamp,
};
use crate::error::{AppError, Field, FieldProblem};
use std::fmt;

/// Tickets in a page unless said.
pub const PAGE_LIMIT: u8 = 25;
/// Most tickets (messages, history rows) in a page.
pub const PAGE_LIMIT_MAX: u8 = 100;

/// In which order tickets are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(rename_all = "lowercase"))]
pub enum Sort {
    /// Last opened first.
    Newest,
    /// First opened first.
    Oldest,
    /// Last modified first.
    Activity,
    /// Those that affect most people first.
    Affected,
}

impl Sort {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Newest, Self::Oldest, Self::Activity, Self::Affected];

    /// The word used in URLs.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Activity => "activity",
            Self::Affected => "affected",
        }
    }

    /// The order of that word, if it is one.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.slug() == slug)
    }
}

/// A time from a moment, included, to another, not included; written `FROM..TO`, both as RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment behind it.
    pub to: Timestamp,
}

impl Span {
    /// The time of those words, in a parameter of that name.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for anything else.
    pub fn parse(value: &str, field: Field) -> Result<Self, AppError> {
        value
            .split_once("..")
            .and_then(|(from, to)| Some(Self { from: moment(from)?, to: moment(to)? }))
            .ok_or_else(|| wrong(field, SPAN))
    }

    /// The same time with the moment of its end: a period's last moment belongs to it.
    pub const fn until(from: Timestamp, last: Timestamp) -> Self {
        Self { from, to: Timestamp(last.0 + 1) }
    }

    /// How long it is, in whole days.
    pub const fn days(self) -> i64 {
        self.to.0.saturating_sub(self.from.0) / 86_400_000
    }

    /// Whether a moment is in it.
    pub fn holds(self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.from, self.to)
    }
}

/// An hour of the week, written `1-09`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeekHour {
    /// 1 for Monday to 7 for Sunday.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
}

impl WeekHour {
    /// The hour of those words.
    ///
    /// # Errors
    /// [`AppError::Invalid`] on the field `hour` for anything else.
    pub fn parse(value: &str) -> Result<Self, AppError> {
        let read = |value: &str| {
            let (weekday, hour) = value.split_once('-')?;
            let (weekday, hour) = (weekday.parse().ok()?, hour.parse().ok()?);
            ((1..=7).contains(&weekday) && hour < 24).then_some(Self { weekday, hour })
        };
        read(value).ok_or_else(|| wrong(Field::Hour, "a weekday and an hour, from 1-00 to 7-23"))
    }
}

impl fmt::Display for WeekHour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.weekday, self.hour)
    }
}

/// A moment as RFC 3339 writes it.
pub fn moment(value: &str) -> Option<Timestamp> {
    Timestamp::parse(value)
}

fn wrong(field: Field, expected: &str) -> AppError {
    field.problem(FieldProblem::WrongType { expected: expected.to_owned() })
}

/// What some parameters need beside them.
const BESIDE: &str = "beside opened, closed, left or place";
/// The longest time within which an hour of the week is looked for, in days: each week of it is a condition of its own.
const HOUR_DAYS: i64 = 3_660;
/// How a moment is written.
const MOMENT: &str = "a moment, such as 2026-11-01T00:00:00Z";
/// How a time is written.
const SPAN: &str = "FROM..TO, such as 2026-11-01T00:00:00Z..2026-12-01T00:00:00Z";

/// A list of tickets that somebody wants to see.
#[expect(clippy::struct_excessive_bools, reason = "each is a filter of its own")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketQuery {
    /// Only these statuses; all that the asker may see when empty.
    pub statuses: Vec<Status>,
    /// Only these categories; all when empty.
    pub categories: Vec<Category>,
    /// Only open and active tickets whose last message is not the helpdesk's.
    pub waiting: bool,
    /// Only open and active tickets whose category somebody should look at.
    pub doubtful: bool,
    /// Only tickets opened in that time.
    pub opened: Option<Span>,
    /// Of those opened in that time, only the ones of that hour of the week.
    pub hour: Option<WeekHour>,
    /// Only tickets closed in that time.
    pub closed: Option<Span>,
    /// Only tickets that were opened before then and not closed until then.
    pub left: Option<Timestamp>,
    /// Only tickets that report again what had been closed within the 30 days before.
    pub returned: bool,
    /// Only tickets that the helpdesk wrote a message under.
    pub answered: bool,
    /// Only tickets of that place, as it was written.
    pub place: Option<String>,
    /// Only tickets with all of these words, or words that begin so; a number alone also finds the ticket of that number, first.
    pub search: Option<String>,
    /// The order; when none is said, the newest first, and in a search the best match first.
    pub sort: Option<Sort>,
    /// 1 to [`PAGE_LIMIT_MAX`].
    pub limit: u8,
    /// Where the page before ended: a cursor that the store made.
    pub after: Option<String>,
}

impl Default for TicketQuery {
    fn default() -> Self {
        Self {
            statuses: Vec::new(),
            categories: Vec::new(),
            waiting: false,
            doubtful: false,
            opened: None,
            hour: None,
            closed: None,
            left: None,
            returned: false,
            answered: false,
            place: None,
            search: None,
            sort: None,
            limit: PAGE_LIMIT,
            after: None,
        }
    }
}

impl TicketQuery {
    /// The query of those parameters, already percent-decoded. Unknown names are passed over, an empty value is as good
    /// as none; of a repeated name the last counts.
    ///
    /// # Errors
    /// [`AppError::Invalid`] naming the first parameter whose value is not one of those allowed.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, AppError> {
        let mut query = Self::default();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            match name {
                "status" => query.statuses = words(value, Field::Status, "open, active, closed", Status::from_slug)?,
                "category" => {
                    query.categories = words(
                        value,
                        Field::Category,
                        "facility-management, technical-it, services-complaints",
                        Category::from_slug,
                    )?;
                }
                "waiting" => query.waiting = value == "1",
                "check" => query.doubtful = value == "1",
                "opened" => query.opened = Some(Span::parse(value, Field::Opened)?),
                "closed" => query.closed = Some(Span::parse(value, Field::Closed)?),
                "hour" => query.hour = Some(WeekHour::parse(value)?),
                "left" => query.left = Some(moment(value).ok_or_else(|| wrong(Field::Left, MOMENT))?),
                "returned" => query.returned = value == "1",
                "answered" => query.answered = value == "1",
                "place" => query.place = Some(place(value)?),
                "q" => query.search = search(value)?,
                "sort" => {
                    let sort = words(value, Field::Sort, "newest, oldest, activity, affected", Sort::from_slug)?;
                    query.sort = sort.last().copied();
                }
                "limit" => query.limit = limit(value)?,
                "after" => query.after = Some(value.to_owned()),
                _ => {}
            }
        }
        // Nothing lists the tickets of these alone without reading all there are.
        let alone =
            [(query.hour.is_some(), Field::Hour), (query.returned, Field::Returned), (query.answered, Field::Answered)];
        match alone.into_iter().find(|(is_asked, _)| *is_asked && !query.is_narrow()) {
            Some((_, field)) => Err(wrong(field, BESIDE)),
            None if query.hour.is_some() && query.opened.is_some_and(|span| span.days() > HOUR_DAYS) => {
                Err(wrong(Field::Opened, &format!("a time of at most {HOUR_DAYS} days beside hour")))
            }
            None => Ok(query),
        }
    }

    /// Whether it is of a time's tickets or a place's.
    pub fn is_narrow(&self) -> bool {
        self.opened.is_some() || self.closed.is_some() || self.left.is_some() || self.place.is_some()
    }

    /// The parameters that say the same, all but the page.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        fn list<T: Copy>(words: &[T], slug: fn(T) -> &'static str) -> Option<String> {
            (!words.is_empty()).then(|| words.iter().map(|word| slug(*word)).collect::<Vec<_>>().join(","))
        }
        let set = |is_set: bool| is_set.then(|| "1".to_owned());
        let pairs = [
            ("status", list(&self.statuses, Status::slug)),
            ("category", list(&self.categories, Category::slug)),
            ("waiting", set(self.waiting)),
            ("check", set(self.doubtful)),
            ("opened", self.opened.map(|span| span.to_string())),
            ("hour", self.hour.map(|hour| hour.to_string())),
            ("closed", self.closed.map(|span| span.to_string())),
            ("left", self.left.map(|then| then.to_string())),
            ("returned", set(self.returned)),
            ("answered", set(self.answered)),
            ("place", self.place.clone()),
            ("q", self.search.clone()),
            ("sort", self.sort.map(|sort| sort.slug().to_owned())),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// A page's length from its word.
///
/// # Errors
/// [`AppError::Invalid`] on the field `limit` for anything but a whole number from 1 to [`PAGE_LIMIT_MAX`].
pub fn limit(value: &str) -> Result<u8, AppError> {
    value
        .parse()
        .ok()
        .filter(|limit| (1..=PAGE_LIMIT_MAX).contains(limit))
        .ok_or_else(|| Field::Limit.problem(FieldProblem::OutOfRange { min: 1, max: i64::from(PAGE_LIMIT_MAX) }))
}

/// The words of a search, none where nothing is written.
///
/// # Errors
/// [`AppError::Invalid`] on the field `q` for more than [`SEARCH_MAX`] characters.
pub fn search(value: &str) -> Result<Option<String>, AppError> {
    let value = value.trim();
    let length = value.chars().count();
    if length > SEARCH_MAX {
        return Err(Field::Search.problem(FieldProblem::TooLong { max: SEARCH_MAX, length }));
    }
    Ok((!value.is_empty()).then(|| value.to_owned()))
}

/// A place whose tickets are meant, as it was written.
///
/// # Errors
/// [`AppError::Invalid`] on the field `place` for more than [`PLACE_MAX`] characters.
pub fn place(value: &str) -> Result<String, AppError> {
    let value = value.trim();
    let length = value.chars().count();
    if length > PLACE_MAX {
        return Err(Field::Place.problem(FieldProblem::TooLong { max: PLACE_MAX, length }));
    }
    Ok(value.to_owned())
}

fn words<T>(value: &str, field: Field, allowed: &str, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, AppError> {
    value
        .split(',')
        .map(|word| {
            read(word).ok_or_else(|| {
                field.problem(FieldProblem::Unknown { value: word.to_owned(), allowed: allowed.to_owned() })
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_reads_back_and_empty_values_count_for_nothing() -> Result<(), AppError> {
        let query = TicketQuery::from_pairs([
            ("status", "open,active"),
            ("category", "technical-it"),
            ("q", "  wifi "),
            ("sort", "oldest"),
            ("limit", "100"),
            ("after", ""),
            ("utm", "x"),
        ])?;
        assert_eq!(query.statuses, [Status::Open, Status::Active]);
        assert_eq!(query.categories, [Category::TechnicalIt]);
        assert_eq!(query.search.as_deref(), Some("wifi"));
        assert_eq!((query.sort, query.limit, query.after), (Some(Sort::Oldest), 100, None));
        Ok(())
    }

    #[test]
    fn a_query_is_read_back_from_what_it_says() -> Result<(), AppError> {
        let span = Some(Span::until(Timestamp(1_790_000_000_000), Timestamp(1_790_000_999_999)));
        for query in [
            TicketQuery::default(),
            TicketQuery { statuses: vec![Status::Open, Status::Active], opened: span, ..TicketQuery::default() },
            TicketQuery {
                closed: span,
                left: Some(Timestamp(7)),
                waiting: true,
                doubtful: true,
                ..TicketQuery::default()
            },
            TicketQuery {
                opened: span,
                hour: Some(WeekHour { weekday: 7, hour: 9 }),
                categories: vec![Category::TechnicalIt],
                answered: true,
                sort: Some(Sort::Oldest),
                ..TicketQuery::default()
            },
            TicketQuery {
                place: Some("Café, room 1".to_owned()),
                returned: true,
                search: Some("wifi".to_owned()),
                ..TicketQuery::default()
            },
        ] {
            let pairs = query.pairs();
            assert_eq!(TicketQuery::from_pairs(pairs.iter().map(|(name, value)| (*name, value.as_str())))?, query);
        }
        Ok(())
    }

    #[test]
    fn what_would_read_all_tickets_is_asked_beside_something_else() {
        for (name, value) in [("returned", "1"), ("answered", "1"), ("hour", "1-09")] {
            assert!(TicketQuery::from_pairs([(name, value)]).is_err(), "{name}");
            assert!(TicketQuery::from_pairs([(name, value), ("place", "Library")]).is_ok(), "{name}");
        }
    }

    #[test]
    fn an_unknown_value_is_refused_by_its_name() {
        for (name, value, field) in [
            ("status", "opne", Field::Status),
            ("status", "open,", Field::Status),
            ("category", "it", Field::Category),
            ("sort", "random", Field::Sort),
            ("limit", "0", Field::Limit),
            ("limit", "101", Field::Limit),
            ("limit", "ten", Field::Limit),
            ("opened", "yesterday", Field::Opened),
            ("opened", "2026-11-01..2026-12-01", Field::Opened),
            ("closed", "2026-11-01T00:00:00Z", Field::Closed),
            ("left", "2026-11-01", Field::Left),
            ("hour", "0-09", Field::Hour),
            ("hour", "1-24", Field::Hour),
            ("hour", "monday", Field::Hour),
        ] {
            match TicketQuery::from_pairs([(name, value)]) {
                Err(AppError::Invalid { field: named, .. }) => assert_eq!(named, field),
                other => panic!("{name}={value} gave {other:?}"),
            }
        }
    }
}
