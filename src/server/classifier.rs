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

/// A model that was learned here, with its number; none while the program's own is in force.
type Learned = Option<(i64, Arc<Model>)>;

impl Classifier {
    /// Decides what a report is about. Never fails: a text without a known word gets a guess with a low confidence, and no
    /// reason.
    pub fn classify(&self, text: &str) -> Classification {
        let learned = self.learned.read().unwrap_or_else(PoisonError::into_inner).clone();
        decide(learned.as_ref().map_or_else(|| Model::embedded(), |(_, model)| model), text)
    }

    /// The number of the learned model in force, none while it is the program's own.
    pub fn number(&self) -> Option<i64> {
        self.learned.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(|(number, _)| *number)
    }

    /// Puts a model in force, with its number, or the program's own again.
    pub fn take(&self, model: Option<(i64, Model)>) {
        let model = model.map(|(number, model)| (number, Arc::new(model)));
        *self.learned.write().unwrap_or_else(PoisonError::into_inner) = model;
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
