//! What passes under a ticket without being kept: who else looks at it, who is writing, how far a side has read.
//!
//! Each is told as an event without an id, under the name beside its type; its fields are the event's JSON.

use super::{ids::HistoryId, role::Role};
use serde::{Deserialize, Serialize};

/// Tells [`Presence`].
pub const PRESENCE: &str = "presence";
/// Tells [`Typing`].
pub const TYPING: &str = "typing";
/// Tells [`Reading`].
pub const READ: &str = "read";

/// How many devices look at a ticket, besides the one that is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// On the reporter's side.
    pub requester: u32,
    /// At the helpdesk.
    pub staff: u32,
}

/// Somebody is writing a message. Who writes says so again every few seconds; it holds no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typing {
    /// On which side.
    pub role: Role,
}

/// A side has seen the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Which side.
    pub role: Role,
    /// The last row of the history that it was shown.
    pub last: HistoryId,
}
