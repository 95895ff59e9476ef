//! The places of the campus, as staff import them: suggested to whoever reports, and printed as posters.

use crate::{
    api::places::{ImportPlaces, list_places},
    components::{
        failure::{FormFailure, ReadFailure, Skeleton, use_failure},
        heading::Heading,
        layout::PageHead,
        search_box::SearchBox,
    },
    domain::{
        place::{POSTERS_MAX, Place, Places},
        text::PLACE_MAX,
    },
    texts::{fill, texts},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::{hooks::use_query_map, params::ParamsMap};

/// `/helpdesk/places`; `?q=…` searches, `?new=N&refused=LINES` tells what an import did.
#[component]
pub fn PlacesPage() -> impl IntoView {
    let texts = texts();
    let query = use_query_map();
    let search = Memo::new(move |_| query.read().get("q").unwrap_or_default());
    let places = Resource::new(move || search.get(), list_places);
    view! {
        <PageHead title=texts.places_title />
        <Heading>{texts.places_title}</Heading>
        <p class="lead">{texts.places_lead}</p>
        <Done />
        <Transition fallback=|| view! { <Skeleton lines=12 /> }>
            {move || Suspend::new(async move {
                match places.await {
                    Ok(places) => view! { <Import /><SearchBox page="/helpdesk/places" search hint=texts.list_search /><List places search /> }.into_any(),
                    Err(error) => view! { <ReadFailure error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// What the import that led here did.
#[component]
fn Done() -> impl IntoView {
    let (texts, query) = (texts(), use_query_map());
    let said = move || {
        let query = query.read();
        let new = query.get("new")?.parse::<usize>().ok()?;
        let lines: Vec<u64> =
            query.get("refused").unwrap_or_default().split(',').filter_map(|line| line.parse().ok()).collect();
        let lines = lines.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        let refused =
            (!lines.is_empty()).then(|| fill(texts.places_refused, &[("max", &PLACE_MAX), ("lines", &lines)]));
        Some(view! { <p class="notice" role="status">{fill(texts.places_new, &[("n", &new)])}" "{refused}</p> })
    };
    view! { {said} }
}

/// A form of the browser's own: it carries a file.
#[component]
fn Import() -> impl IntoView {
    let texts = texts();
    let error = use_failure(ServerAction::<ImportPlaces>::new());
    view! {
        <form method="post" action=ImportPlaces::url() enctype="multipart/form-data" class="places-import">
            <div class="field">
                <label for="table">{texts.places_table}</label>
                <input id="table" type="file" name="table" accept=".csv,.tsv,.txt,text/csv" required aria-describedby="table-hint" />
                <p id="table-hint" class="hint">{texts.places_table_hint}</p>
            </div>
            <label class="tick"><input type="checkbox" name="replace" value="on" />{texts.places_replace}</label>
            <FormFailure error />
            <button class="button button-primary">{texts.places_import}</button>
        </form>
    }
}

/// The list, whose chosen places are printed.
#[component]
fn List(places: Places, search: Memo<String>) -> impl IntoView {
    let texts = texts();
    let Places { places, count } = places;
    if places.is_empty() {
        return view! { <div class="state"><p>{texts.places_none}</p></div> }.into_any();
    }
    let row = |Place { name, not_closed }: Place| {
        let mut query = ParamsMap::new();
        query.insert("place", name.clone());
        let board = format!("/helpdesk{}", query.to_query_string());
        view! {
            <li>
                <label class="tick"><input type="checkbox" name="place" value=name.clone() />{name}</label>
                {(not_closed > 0).then(|| view! { <a href=board>{fill(texts.places_not_closed, &[("n", &not_closed)])}</a> })}
            </li>
        }
    };
    view! {
        <form action="/helpdesk/places/posters" class="places-list">
            // Where none is ticked, those that were found are meant.
            <input type="hidden" name="q" value=search />
            <h2>{fill(texts.places_count, &[("n", &count)])}</h2>
            <ul>{places.into_iter().map(row).collect_view()}</ul>
            <p class="places-print">
                <button class="button button-primary">{texts.places_print}</button>
                <span class="hint">{fill(texts.places_print_hint, &[("max", &POSTERS_MAX)])}</span>
            </p>
        </form>
    }
    .into_any()
}
