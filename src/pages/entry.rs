//! The entry page (R1): two large choices. Whoever chose before goes straight on.

use crate::{
    api::preferences::{Enter, go_straight_on},
    components::icons::{Glyph, Icon},
    components::layout::PageHead,
    domain::role::Role,
    texts::texts,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/`, and `/?switch` to choose again.
#[component]
pub fn EntryPage() -> impl IntoView {
    let texts = texts();
    let enter = ServerAction::<Enter>::new();
    let query = use_query_map();
    let going = Resource::new(
        move || query.read().get("switch").is_none(),
        |may_go| async move { if may_go { go_straight_on().await.ok() } else { None } },
    );
    view! {
        <PageHead title="" />
        <Suspense>{move || Suspend::new(async move { going.await; })}</Suspense>
        <div class="entry">
            <h1 tabindex="-1">{texts.tagline}</h1>
            <p class="lead">{texts.entry_title}" "{texts.entry_lead}</p>
            <ActionForm action=enter attr:class="entry-choices">
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
            </ActionForm>
        </div>
    }
}
