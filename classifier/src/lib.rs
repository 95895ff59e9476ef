//! Which of three categories a report belongs to, and which of its words say so.
//!
//! A report is read ([`reading`]), a table of weighted words is looked up in it ([`evidence`], [`lexicon`]), and its words,
//! pairs of words and pieces of words are weighed by a linear model ([`model`]) that was learned ([`training`]) from
//! sentences labelled by hand ([`corpus`]) and judged by cross-validation ([`evaluation`]). The model that the program
//! carries is [`Model::embedded`]. Nothing here asks the network, the clock or a random number: the same text always gets
//! the same answer, and the same corpus the same model.

pub mod corpus;
pub mod evaluation;
pub mod evidence;
pub mod features;
pub mod lexicon;
pub mod model;
pub mod reading;
mod table;
pub mod training;

pub use model::{Decision, Model};

/// How many categories there are.
pub const CLASSES: usize = 3;
/// The first one: someone with tools, keys or a mop.
pub const FACILITY_MANAGEMENT: usize = 0;
/// The second one: someone who runs a device, account or program that carries data.
pub const TECHNICAL_IT: usize = 1;
/// The third one: a person, office or contractor who must serve, decide, charge or schedule differently.
pub const SERVICES_COMPLAINTS: usize = 2;
/// Their names, as the corpus and the program's interfaces spell them.
pub const SLUGS: [&str; CLASSES] = ["facility-management", "technical-it", "services-complaints"];
