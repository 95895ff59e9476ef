//! What the helpdesk says again and again: kept once, inserted into a message, and perhaps followed by a move.

use super::{ids::SavedReplyId, status::Status, text};
use crate::error::{AppError, Field, FieldProblem};
use serde::{Deserialize, Serialize};

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedReply {
    /// Its number.
    pub id: SavedReplyId,
    /// What it is found by: one line.
    pub title: String,
    /// What it says.
    pub body: String,
    /// Where the ticket may go in the moment in which it is sent.
    pub then: Option<Status>,
}

impl SavedReply {
    /// Whether each word of `search` stands in the title or in the body, in capitals or not.
    pub fn matches(&self, search: &str) -> bool {
        let (title, body) = (self.title.to_lowercase(), self.body.to_lowercase());
        search.to_lowercase().split_whitespace().all(|word| title.contains(word) || body.contains(word))
    }
}

/// A saved reply that passed the rules, ready to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSavedReply {
    /// What it is found by.
    pub title: String,
    /// What it says.
    pub body: String,
    /// Where the ticket may go with it.
    pub then: Option<Status>,
}

impl NewSavedReply {
    /// # Errors
    /// [`AppError::Invalid`] when the title or the body breaks a rule of [`text`], or when no ticket can be sent where
    /// `then` says.
    pub fn new(title: &str, body: &str, then: Option<Status>) -> Result<Self, AppError> {
        if let Some(nowhere) = then.filter(|then| !may_follow(*then)) {
            return Err(unknown(nowhere.slug()));
        }
        Ok(Self { title: text::title(title)?, body: text::body(body)?, then })
    }
}

/// The status that is to follow a message, by its word; none where none is written.
///
/// # Errors
/// [`AppError::Invalid`] for a word that is no status to which a ticket can be moved.
pub fn then(word: &str) -> Result<Option<Status>, AppError> {
    if word.is_empty() {
        return Ok(None);
    }
    Status::from_slug(word).filter(|then| may_follow(*then)).map(Some).ok_or_else(|| unknown(word))
}

/// R5: whether some status has this one as its next.
fn may_follow(then: Status) -> bool {
    Status::ALL.into_iter().any(|from| from.may_become(then))
}

fn unknown(value: &str) -> AppError {
    Field::Then.problem(FieldProblem::Unknown { value: value.to_owned(), allowed: "active, closed".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(title: &str, body: &str) -> SavedReply {
        SavedReply { id: SavedReplyId(1), title: title.to_owned(), body: body.to_owned(), then: None }
    }

    #[test]
    fn a_saved_reply_keeps_the_rules_of_a_title_and_of_a_message() {
        let kept = NewSavedReply::new(" Ask for\nthe room ", " Which room?\r\nThank you. ", None);
        let expected = NewSavedReply {
            title: "Ask for the room".to_owned(),
            body: "Which room?\nThank you.".to_owned(),
            then: None,
        };
        assert_eq!(kept, Ok(expected));
        assert_eq!(NewSavedReply::new(" ", "x", None), Err(Field::Title.problem(FieldProblem::Empty)));
        assert_eq!(NewSavedReply::new("x", " ", None), Err(Field::Body.problem(FieldProblem::Empty)));
        assert!(NewSavedReply::new("x", &"x".repeat(text::BODY_MAX + 1), None).is_err());
    }

    #[test]
    fn r05_only_a_status_that_follows_another_goes_with_a_reply() {
        for (status, allowed) in [(Status::Open, false), (Status::Active, true), (Status::Closed, true)] {
            assert_eq!(NewSavedReply::new("x", "y", Some(status)).is_ok(), allowed, "{status:?}");
            assert_eq!(then(status.slug()).is_ok(), allowed, "{status:?}");
        }
        assert_eq!(then(""), Ok(None));
        assert_eq!(then("closed"), Ok(Some(Status::Closed)));
        assert_eq!(then("Closed"), Err(unknown("Closed")));
    }

    #[test]
    fn every_word_of_a_search_has_to_be_there_in_capitals_or_not() {
        let reply = reply("Überprüft", "Solved: 100% of the \"hall's\" lamps_work.");
        for found in ["", "  ", "überprüft SOLVED", "100%", "lamps_", "\"hall's\"", "olve"] {
            assert!(reply.matches(found), "{found}");
        }
        for missing in ["solved twice", "100%%", "l_mps", "%"] {
            assert_eq!(reply.matches(missing), missing == "%", "{missing}");
        }
    }
}
