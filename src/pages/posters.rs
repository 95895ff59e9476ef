//! Posters to hang up: eight to a sheet of A4, each with the address of its place's form as a QR code and in words.

use crate::{
    api::places::list_posters,
    components::{
        dom,
        failure::{ReadFailure, Skeleton},
        heading::Heading,
        layout::PageHead,
    },
    domain::place::Poster,
    texts::{fill, texts},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// `/helpdesk/places/posters?place=…&place=…`, or of all places.
#[component]
pub fn PostersPage() -> impl IntoView {
    let texts = texts();
    let search = use_location().search;
    let posters = Resource::new(move || search.get(), |query| list_posters(query.trim_start_matches('?').to_owned()));
    view! {
        <PageHead title=texts.posters_title />
        <div class="posters-about">
            <Heading>{texts.posters_title}</Heading>
            <p class="lead">{texts.posters_lead}</p>
            <p class="posters-ways">
                <button type="button" class="button button-primary needs-script" on:click=|_| dom::print()>{texts.posters_print}</button>
                <a class="button" href="/helpdesk/places">{texts.places_title}</a>
            </p>
        </div>
        <Transition fallback=|| view! { <Skeleton lines=12 /> }>
            {move || Suspend::new(async move {
                match posters.await {
                    Ok(posters) if posters.is_empty() => view! { <div class="state"><p>{texts.places_none}</p></div> }.into_any(),
                    Ok(posters) => view! { <Sheets posters /> }.into_any(),
                    Err(error) => view! { <ReadFailure error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Sheets(posters: Vec<Poster>) -> impl IntoView {
    let texts = texts();
    let poster = |Poster { place, link, svg }: Poster| {
        let alt = fill(texts.posters_code, &[("place", &place)]);
        view! {
            <li class="poster">
                <p class="poster-call">{texts.posters_call}</p>
                <div class="poster-code" role="img" aria-label=alt inner_html=svg></div>
                <p class="poster-place">{place}</p>
                <p class="poster-link">{link}</p>
            </li>
        }
    };
    view! { <ul class="posters">{posters.into_iter().map(poster).collect_view()}</ul> }
}
