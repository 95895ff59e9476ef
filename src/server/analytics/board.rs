//! The board's address that lists exactly the tickets that a number counts.

use super::service::Asked;
use crate::domain::{category::Category, query::WeekHour, time::Timestamp};

/// What the list holds; all tickets until something is said.
#[derive(Clone, Debug, Default)]
pub(super) struct Board {
    statuses: Option<&'static str>,
    category: Option<Category>,
    opened: Option<(Timestamp, Timestamp)>,
    closed: Option<(Timestamp, Timestamp)>,
    left: Option<Timestamp>,
    hour: Option<WeekHour>,
    returned: bool,
    answered: bool,
    place: Option<String>,
}

impl Board {
    /// All tickets.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Only open and active ones.
    pub(super) fn not_closed(self) -> Self {
        self.statuses("open,active")
    }

    /// Only those statuses.
    pub(super) fn statuses(self, statuses: &'static str) -> Self {
        Self { statuses: Some(statuses), ..self }
    }

    /// Only that category, if one is said.
    pub(super) fn category(self, category: Option<Category>) -> Self {
        Self { category, ..self }
    }

    /// Only tickets opened from then, included, to then, not included.
    pub(super) fn opened(self, from: Timestamp, to: Timestamp) -> Self {
        Self { opened: Some((from, to)), ..self }
    }

    /// Only tickets closed from then, included, to then, not included.
    pub(super) fn closed(self, from: Timestamp, to: Timestamp) -> Self {
        Self { closed: Some((from, to)), ..self }
    }

    /// Only tickets of that place, if one is said.
    pub(super) fn place(self, place: Option<&String>) -> Self {
        Self { place: place.cloned(), ..self }
    }

    /// Only tickets that were opened before then and not closed until then.
    pub(super) fn left(self, then: Timestamp) -> Self {
        Self { left: Some(then), ..self }
    }

    /// Of those opened in a time, only the ones of that hour of the week.
    pub(super) fn hour(self, hour: WeekHour) -> Self {
        Self { hour: Some(hour), ..self }
    }

    /// Only tickets that came back.
    pub(super) fn returned(self) -> Self {
        Self { returned: true, ..self }
    }

    /// Only tickets that the helpdesk answered.
    pub(super) fn answered(self) -> Self {
        Self { answered: true, ..self }
    }

    /// Only what the analysis was asked for.
    pub(super) fn of(asked: &Asked) -> Self {
        Self::new().category(asked.category).place(asked.place.as_ref())
    }

    /// Its address.
    pub(super) fn href(&self) -> String {
        let path = "/helpdesk?";
        let mut query = form_urlencoded::Serializer::for_suffix(path.to_owned(), path.len());
        if let Some(statuses) = self.statuses {
            query.append_pair("status", statuses);
        }
        if let Some(category) = self.category {
            query.append_pair("category", category.slug());
        }
        for (name, range) in [("opened", self.opened), ("closed", self.closed)] {
            if let Some((from, to)) = range {
                query.append_pair(name, &format!("{from}..{to}"));
            }
        }
        if let Some(then) = self.left {
            query.append_pair("left", &then.to_string());
        }
        if let Some(WeekHour { weekday, hour }) = self.hour {
            query.append_pair("hour", &format!("{weekday}-{hour:02}"));
        }
        for (name, is_set) in [("returned", self.returned), ("answered", self.answered)] {
            if is_set {
                query.append_pair(name, "1");
            }
        }
        if let Some(place) = &self.place {
            query.append_pair("place", place);
        }
        query.finish()
    }
}
