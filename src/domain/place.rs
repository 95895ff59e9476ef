//! Places of the campus, as the helpdesk's pages show them.

use super::ticket::TicketRow;
use serde::{Deserialize, Serialize};

/// Most places that staff may import.
pub const PLACES_MAX: usize = 20_000;
/// Reports from which on the place that they name is suggested: what one person wrote once is nobody else's to read.
pub const SUGGESTED_FROM: i64 = 2;
/// Most posters that are printed at once: fifty sheets.
pub const POSTERS_MAX: usize = 400;

/// A place that staff imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// What it is called.
    pub name: String,
    /// Tickets of it that are not closed.
    pub not_closed: i64,
}

/// The places that staff imported, or those of them with some words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// In alphabetical order, as many as are shown.
    pub places: Vec<Place>,
    /// How many there are.
    pub count: i64,
}

/// What hangs in a place: whoever reads it reports what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poster {
    /// The place.
    pub place: String,
    /// The address of its form, without the protocol.
    pub link: String,
    /// The same as a QR code, drawn in SVG.
    pub svg: String,
}

/// A place's form, and what is reported of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceView {
    /// What it is called.
    pub name: String,
    /// What is open or active there, the newest first.
    pub tickets: Vec<TicketRow>,
    /// Whether there is more.
    pub more: bool,
}
