//! The board's address that lists exactly the tickets that a number counts.

use crate::domain::{category::Category, time::Timestamp};

/// What the list holds; all tickets until something is said.
#[derive(Clone, Debug, Default)]
pub(super) struct Board {
    statuses: Option<&'static str>,
    category: Option<Category>,
    opened: Option<(Timestamp, Timestamp)>,
    closed: Option<(Timestamp, Timestamp)>,
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

    /// Only tickets of that place.
    pub(super) fn place(self, place: &str) -> Self {
        Self { place: Some(place.to_owned()), ..self }
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
        if let Some(place) = &self.place {
            query.append_pair("place", place);
        }
        query.finish()
    }
}
