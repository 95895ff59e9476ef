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
    let icon = match category {
        Category::FacilityManagement => Icon::Facility,
        Category::TechnicalIt => Icon::Technology,
        Category::ServicesComplaints => Icon::Services,
    };
    view! {
        <span class=format!("category category-{}", category.slug())>
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
