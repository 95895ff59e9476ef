//! A category with its sign, and why it was chosen.

use super::icons::{Glyph, Icon};
use crate::{
    domain::category::{Category, CategorySource},
    texts::{fill, texts},
};
use leptos::prelude::*;

/// A category's sign and name.
#[component]
pub fn CategoryLabel(
    /// Which.
    category: Category,
) -> impl IntoView {
    let (class, icon) = match category {
        Category::FacilityManagement => ("category category-facility-management", Icon::Facility),
        Category::TechnicalIt => ("category category-technical-it", Icon::Technology),
        Category::ServicesComplaints => ("category category-services-complaints", Icon::Services),
    };
    view! {
        <span class=class>
            <Glyph icon />
            <span>{texts().category(category)}</span>
        </span>
    }
}

/// Why a ticket has its category: the reporter's own words, or the helpdesk.
pub fn reason(source: CategorySource, because: &[String]) -> Option<String> {
    let texts = texts();
    match source {
        CategorySource::Staff => Some(texts.ticket_by_staff.to_owned()),
        CategorySource::Auto if because.is_empty() => None,
        CategorySource::Auto => Some(fill(texts.ticket_because, &[("words", &texts.because(because))])),
    }
}
