//! Typed ids, so that a message's id is never taken for a ticket's.

use serde::{Deserialize, Serialize};
use std::{fmt, num::ParseIntError, str::FromStr};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(s: &str) -> Result<Self, ParseIntError> {
                s.parse().map(Self)
            }
        }
    };
}

/// A device that looks at a ticket: a random number that it keeps, so that two of its tabs are one. It names nobody, and
/// is forgotten when it has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Visitor(u128);

impl FromStr for Visitor {
    type Err = ParseIntError;

    /// Reads up to 32 hexadecimal digits.
    fn from_str(s: &str) -> Result<Self, ParseIntError> {
        u128::from_str_radix(s, 16).map(Self)
    }
}

id!(
    /// A ticket's number, as people say it: "ticket 17". Rises by time, is never reused.
    TicketId
);
id!(
    /// A message's number. Rises by time over all tickets.
    MessageId
);
id!(
    /// A photo's number.
    PhotoId
);
id!(
    /// A history row's number. Rises by time over all tickets: the order in which things happened.
    HistoryId
);
id!(
    /// A saved reply's number.
    SavedReplyId
);
