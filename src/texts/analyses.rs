//! What the analyses say. The server fills it in: the browser loads none of it.

use super::Texts;
use crate::domain::category::Category;

by_language! {
    /// The analyses' texts of a language.
    AnalysisTexts
}

/// Declares the texts by name; each language gives all of them, or the build fails.
macro_rules! texts {
    ($($name:ident,)*) => {
        /// The analyses' texts of one language. In braces stand the places that are filled in.
        #[derive(Debug)]
        pub struct AnalysisTexts {
            /// Everything else in that language.
            pub all: &'static Texts,
            $(
                #[doc = concat!("Text `", stringify!($name), "`.")]
                pub $name: &'static str,
            )*
            /// How old a ticket is, the youngest first.
            pub ages: [&'static str; 5],
        }
    };
}

texts! {
    not_yet_closed, opened, closed, month, day, week, zone, hours_unit,
    backlog_name, backlog_definition, backlog_group, backlog_period, backlog_age, backlog_before,
    resolution_name, resolution_definition, resolution_mean, resolution_median, resolution_ninth, resolution_none, resolution_unfinished,
    categories_name, categories_definition, categories_active, categories_open,
    flow_name, flow_definition, flow_backlog,
    response_name, response_definition, response_answered, response_median, response_ninth, response_within, response_none, response_target, response_set,
    hours_name, hours_definition, hours_weekday,
    facility_reports, it_reports, services_reports, expectation_half, expectation_first, expectation_one, expectation_other,
    places_name, places_definition, places_place, places_returned, places_none,
}

impl AnalysisTexts {
    /// The reports of a category, within a sentence.
    pub const fn reports_of(&self, category: Category) -> &'static str {
        match category {
            Category::FacilityManagement => self.facility_reports,
            Category::TechnicalIt => self.it_reports,
            Category::ServicesComplaints => self.services_reports,
        }
    }

    /// The name and the definition of an analysis; its own word where there are none.
    pub fn named(&self, slug: &'static str) -> (&'static str, &'static str) {
        match slug {
            "backlog" => (self.backlog_name, self.backlog_definition),
            "resolution" => (self.resolution_name, self.resolution_definition),
            "categories" => (self.categories_name, self.categories_definition),
            "flow" => (self.flow_name, self.flow_definition),
            "response" => (self.response_name, self.response_definition),
            "hours" => (self.hours_name, self.hours_definition),
            "places" => (self.places_name, self.places_definition),
            other => (other, ""),
        }
    }
}
