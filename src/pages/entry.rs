//! The entry page (R1): two large choices. Whoever chose before goes straight on.

use crate::{
    api::preferences::Enter,
    app::go_straight_on,
    components::heading::Heading,
    components::icons::{Glyph, Icon},
    components::layout::PageHead,
    domain::role::Role,
    texts::texts,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;

/// `/`, and `/?switch` to choose again.
#[component]
pub fn EntryPage() -> impl IntoView {
    let texts = texts();
    // A link here asks for the choice; a person who types the address has made it before.
    if use_query_map().with_untracked(|query| query.get("switch").is_none()) {
        go_straight_on();
    }
    view! {
        <PageHead title="" />
        <div class="entry">
            <Heading>{texts.tagline}</Heading>
            <p class="lead">{texts.entry_title}" "{texts.entry_lead}</p>
            <form method="post" action=Enter::url() class="entry-choices">
                <button class="choice" name="role" value=Role::Requester.slug()>
                    <Glyph icon=Icon::Report />
                    <strong>{texts.entry_requester}</strong>
                    <span>{texts.entry_requester_hint}</span>
                </button>
                <button class="choice" name="role" value=Role::Staff.slug()>
                    <Glyph icon=Icon::Board />
                    <strong>{texts.entry_staff}</strong>
                    <span>{texts.entry_staff_hint}</span>
                </button>
            </form>
        </div>
    }
}
