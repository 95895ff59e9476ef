//! What a wrong address says.

use crate::{
    app::set_status,
    components::{heading::Heading, layout::PageHead},
    texts::texts,
};
use leptos::prelude::*;

/// A helpful 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    set_status(404);
    let texts = texts();
    view! {
        <PageHead title=texts.not_found_title />
        <div class="state">
            <Heading>{texts.not_found_title}</Heading>
            <p>{texts.not_found_lead}</p>
            <p class="actions">
                <a class="button button-primary" href="/tickets/new">{texts.nav_report}</a>
                <a class="button" href="/tickets">{texts.nav_reports}</a>
                <a class="button" href="/?switch">{texts.not_found_home}</a>
            </p>
        </div>
    }
}
