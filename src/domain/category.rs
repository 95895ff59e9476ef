//! The three categories: who has to act to put it right.

use serde::{Deserialize, Serialize};

/// What a ticket is about (R9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub enum Category {
    /// Someone with tools, keys or a mop.
    FacilityManagement,
    /// Someone who runs a device, account or program that carries data.
    TechnicalIt,
    /// A person, office or contractor who must serve, decide, charge or schedule differently.
    ServicesComplaints,
}

impl Category {
    /// All three, in the order in which they are listed everywhere.
    pub const ALL: [Self; 3] = [Self::FacilityManagement, Self::TechnicalIt, Self::ServicesComplaints];

    /// The word used in JSON, URLs and the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::FacilityManagement => "facility-management",
            Self::TechnicalIt => "technical-it",
            Self::ServicesComplaints => "services-complaints",
        }
    }

    /// The category of that word, if it is one.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.slug() == slug)
    }
}

/// Who decided a ticket's category. What staff decided, the machine never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub enum CategorySource {
    /// The classifier, from the description.
    Auto,
    /// Helpdesk staff, by hand.
    Staff,
}

impl CategorySource {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Auto, Self::Staff];

    /// The word used in JSON and the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Staff => "staff",
        }
    }

    /// The source of that word, if it is one.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.slug() == slug)
    }
}

/// What the classifier makes of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Classification {
    /// The category decided for.
    pub category: Category,
    /// At most three words of the text that decided, as they were typed.
    pub because: Vec<String>,
    /// How sure: the probability that it is right, 1/3 to 1.
    pub confidence: f32,
    /// Whether that is so little that somebody should look.
    pub doubtful: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r09_slugs_read_back_and_are_those_of_the_json() -> Result<(), serde_json::Error> {
        for category in Category::ALL {
            assert_eq!(Category::from_slug(category.slug()), Some(category));
            assert_eq!(serde_json::to_string(&category)?, format!("\"{}\"", category.slug()));
        }
        Ok(())
    }
}
