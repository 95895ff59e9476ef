//! The category of a report (R9), why, and how sure: the crate [`classifier`] in this program's words.
//!
//! Called when a ticket is opened, when its description changes, and while a report is being typed. Pure, and quick.

use crate::domain::category::{Category, Classification};
use classifier::Model;

/// Decides what a report is about. Never fails: a text without a known word gets a guess with a low confidence, and no
/// reason.
pub fn classify(text: &str) -> Classification {
    let model = Model::embedded();
    let decision = model.classify(text);
    Classification {
        category: Category::ALL[decision.class],
        because: decision.because,
        confidence: decision.confidence,
        doubtful: model.doubts(decision.confidence),
    }
}
