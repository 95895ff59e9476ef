//! The category of a report (R9), why, and how sure: the crate [`classifier`] in this program's words.
//!
//! Called when a ticket is opened, when its description changes, and while a report is being typed. Pure, and quick.

use crate::domain::category::{Category, Classification};
use classifier::Model;
use std::sync::{Arc, PoisonError, RwLock};

/// The model in force: the program's own, until one that was learned here takes its place. Cheap to clone; all clones have
/// the same.
#[derive(Clone, Debug, Default)]
pub struct Classifier {
    learned: Arc<RwLock<Learned>>,
}

/// What was learned here.
#[derive(Clone, Debug, Default)]
struct Learned {
    /// The number of the model that was looked at last.
    number: Option<i64>,
    /// The model itself; none while the program's own is in force.
    model: Option<Arc<Model>>,
}

impl Classifier {
    /// Decides what a report is about. Never fails: a text without a known word gets a guess with a low confidence, and no
    /// reason.
    pub fn classify(&self, text: &str) -> Classification {
        let learned = self.learned.read().unwrap_or_else(PoisonError::into_inner).clone();
        decide(learned.model.as_deref().unwrap_or_else(|| Model::embedded()), text)
    }

    /// The number of the learned model in force, none while it is the program's own.
    pub fn number(&self) -> Option<i64> {
        let learned = self.learned.read().unwrap_or_else(PoisonError::into_inner);
        learned.number.filter(|_| learned.model.is_some())
    }

    /// The number of the model that was looked at last, whether it could be read or not.
    pub fn looked_at(&self) -> Option<i64> {
        self.learned.read().unwrap_or_else(PoisonError::into_inner).number
    }

    /// Puts a learned model in force, or the program's own where that one could not be read.
    pub fn take(&self, number: Option<i64>, model: Option<Model>) {
        let learned = Learned { number, model: model.map(Arc::new) };
        *self.learned.write().unwrap_or_else(PoisonError::into_inner) = learned;
    }
}

/// What the program's own model decides.
pub fn classify(text: &str) -> Classification {
    decide(Model::embedded(), text)
}

fn decide(model: &Model, text: &str) -> Classification {
    let decision = model.classify(text);
    Classification {
        category: Category::ALL[decision.class],
        because: decision.because,
        confidence: decision.confidence,
        doubtful: model.doubts(decision.confidence),
    }
}
