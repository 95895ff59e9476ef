//! How well categories are assigned, and what was learned from the staff's corrections (R9).

use super::{category::Category, time::Timestamp};
use serde::{Deserialize, Serialize};

/// What staff made of the machine's categories.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learning {
    /// By month of opening, the latest first.
    pub months: Vec<CorrectedMonth>,
    /// How often staff decided what where the machine had decided what.
    pub confusion: Vec<Confused>,
    /// What was learned, the latest first.
    pub models: Vec<LearnedModel>,
    /// Which of those is in force; the program's own model where none is.
    pub in_force: Option<i64>,
    /// The accuracy of the program's own model in cross-validation, 0 to 1.
    pub own_accuracy: f64,
}

/// The tickets opened in a month, and what of their categories staff looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectedMonth {
    /// `YYYY-MM`, in the campus time zone.
    pub month: String,
    /// Tickets.
    pub opened: i64,
    /// Those that staff put into another category.
    pub corrected: i64,
    /// Those whose category staff confirmed.
    pub confirmed: i64,
}

/// How many tickets the machine had put into one category and staff into another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confused {
    /// The machine's.
    pub machine: Category,
    /// The staff's; the same where they confirmed it.
    pub staff: Category,
    /// Tickets.
    pub count: i64,
}

/// What is learned from corrections is used only where it decides no fewer rightly than what did not learn from them.
pub fn is_good_enough(accuracy_before: f64, accuracy: f64) -> bool {
    accuracy >= accuracy_before
}

/// A model that was learned from corrections.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearnedModel {
    /// Its number.
    pub id: i64,
    /// When it was learned.
    pub made_at: Timestamp,
    /// From how many corrections.
    pub corrections: i64,
    /// The share decided rightly, in cross-validation over the program's sentences and the corrections, without them.
    pub accuracy_before: f64,
    /// The same with them.
    pub accuracy: f64,
    /// Whether it was good enough to be used.
    pub taken: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r09_what_is_learned_may_be_as_good_and_not_worse() {
        assert!(is_good_enough(0.86, 0.861) && is_good_enough(0.86, 0.86));
        assert!(!is_good_enough(0.86, 0.859) && !is_good_enough(0.86, f64::NAN));
    }
}
