//! What was sent from this device without network: what waits, and what became of it. The device knows; the server does not.

use crate::{
    components::{heading::Heading, layout::PageHead},
    texts::texts,
};
use leptos::prelude::*;

/// `/outbox`. `assets-src/outbox.js` fills its list in, and is loaded with the service worker that keeps it.
#[component]
pub fn OutboxPage() -> impl IntoView {
    let texts = texts();
    view! {
        <PageHead title=texts.outbox_title />
        <div class="narrow">
            <Heading>{texts.outbox_title}</Heading>
            <p class="lead">{texts.outbox_lead}</p>
            <outbox-list></outbox-list>
            <p class="outbox-on">
                <a class="button" href="/tickets/new">{texts.nav_report}</a>
                <a class="button" href="/tickets">{texts.nav_reports}</a>
            </p>
        </div>
    }
}
