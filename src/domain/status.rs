//! The three states of a ticket and the two moves between them.

use super::role::Role;
use serde::{Deserialize, Serialize};

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub enum Status {
    /// Nobody has picked it up.
    Open,
    /// Being worked on.
    Active,
    /// Done.
    Closed,
}

impl Status {
    /// In the order a ticket passes them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Active, Self::Closed];

    /// The word used in JSON, URLs and the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Active => "active",
            Self::Closed => "closed",
        }
    }

    /// The status of that word, if it is one.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.slug() == slug)
    }

    /// R5: the one status that may follow, none after closed.
    pub const fn next(self) -> Option<Self> {
        match self {
            Self::Open => Some(Self::Active),
            Self::Active => Some(Self::Closed),
            Self::Closed => None,
        }
    }

    /// R5: whether `to` may follow. There is no way back, no skipping and no standing still.
    pub fn may_become(self, to: Self) -> bool {
        self.next() == Some(to)
    }

    /// Whether a ticket that stands here waits for the helpdesk: it is not closed, and the helpdesk did not say the last
    /// word under it.
    pub fn waits(self, last_message: Option<Role>) -> bool {
        self != Self::Closed && last_message != Some(Role::Staff)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r05_of_nine_conceivable_moves_only_two_exist() {
        let moves: Vec<_> = Status::ALL
            .into_iter()
            .flat_map(|from| Status::ALL.map(|to| (from, to)))
            .filter(|(from, to)| from.may_become(*to))
            .collect();
        assert_eq!(moves, [(Status::Open, Status::Active), (Status::Active, Status::Closed)]);
    }

    #[test]
    fn r04_what_is_not_closed_waits_until_the_helpdesk_has_answered() {
        let waiting = |last| Status::ALL.map(|status| status.waits(last));
        assert_eq!(waiting(None), [true, true, false]);
        assert_eq!(waiting(Some(Role::Requester)), [true, true, false]);
        assert_eq!(waiting(Some(Role::Staff)), [false; 3]);
    }

    #[test]
    fn slugs_read_back() {
        for status in Status::ALL {
            assert_eq!(Status::from_slug(status.slug()), Some(status));
        }
        assert_eq!(Status::from_slug("OPEN"), None);
    }
}
