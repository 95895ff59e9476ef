//! Who is acting, and what each may do. A role is a view that a person picks, not an account.

use super::status::Status;
use serde::{Deserialize, Serialize};

/// The two ways to enter (R1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub enum Role {
    /// The simple user: anyone with a problem.
    Requester,
    /// The helpdesk.
    Staff,
}

impl Role {
    /// Both, for listings and tests.
    pub const ALL: [Self; 2] = [Self::Requester, Self::Staff];

    /// The word used in headers, cookies, JSON and the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Requester => "requester",
            Self::Staff => "staff",
        }
    }

    /// The role of that word, if it is one.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.slug() == slug)
    }

    /// The one whom this one talks with.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Requester => Self::Staff,
            Self::Staff => Self::Requester,
        }
    }

    /// R3, R4: everybody sees what is open or active; a closed ticket is for staff.
    pub const fn may_see(self, status: Status) -> bool {
        match self {
            Self::Staff => true,
            Self::Requester => !matches!(status, Status::Closed),
        }
    }

    /// R5: only staff move a ticket.
    pub const fn may_move(self) -> bool {
        matches!(self, Self::Staff)
    }

    /// R9: only staff correct a category.
    pub const fn may_correct_category(self) -> bool {
        matches!(self, Self::Staff)
    }

    /// Only staff say that two tickets report the same.
    pub const fn may_merge(self) -> bool {
        matches!(self, Self::Staff)
    }

    /// Internal notes are written and read by staff alone.
    pub const fn may_use_internal_notes(self) -> bool {
        matches!(self, Self::Staff)
    }

    /// Saved replies are kept and read by staff alone.
    pub const fn may_keep_saved_replies(self) -> bool {
        matches!(self, Self::Staff)
    }

    /// The campus's places are imported and printed by staff alone.
    pub const fn may_keep_places(self) -> bool {
        matches!(self, Self::Staff)
    }

    /// R12–R16: the analyses are the helpdesk's.
    pub const fn may_analyse(self) -> bool {
        matches!(self, Self::Staff)
    }

    /// R3: the description and place of an open or active ticket are anybody's to change; a closed one is nobody's.
    pub const fn may_edit(self, status: Status) -> bool {
        !matches!(status, Status::Closed)
    }

    /// R6: everybody writes under what is not closed; under a closed ticket only an internal note may follow.
    pub const fn may_post(self, status: Status, internal: bool) -> bool {
        match status {
            Status::Open | Status::Active => !internal || self.may_use_internal_notes(),
            Status::Closed => internal && self.may_use_internal_notes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r03_a_requester_sees_open_and_active_and_no_closed_ticket() {
        assert!(Role::Requester.may_see(Status::Open));
        assert!(Role::Requester.may_see(Status::Active));
        assert!(!Role::Requester.may_see(Status::Closed));
    }

    #[test]
    fn r04_staff_see_every_status() {
        assert!(Status::ALL.into_iter().all(|status| Role::Staff.may_see(status)));
    }

    #[test]
    fn r06_a_closed_ticket_takes_internal_notes_only() {
        assert!(Role::Staff.may_post(Status::Closed, true));
        assert!(!Role::Staff.may_post(Status::Closed, false));
        assert!(!Role::Requester.may_post(Status::Closed, false));
        assert!(!Role::Requester.may_post(Status::Closed, true));
        assert!(!Role::Requester.may_post(Status::Open, true));
    }

    #[test]
    fn saved_replies_are_the_staffs_alone() {
        assert!(Role::Staff.may_keep_saved_replies());
        assert!(!Role::Requester.may_keep_saved_replies());
    }

    #[test]
    fn slugs_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::from_slug(role.slug()), Some(role));
        }
        assert_eq!(Role::from_slug("Staff"), None);
    }
}
