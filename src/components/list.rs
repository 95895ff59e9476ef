//! What the two lists of tickets share: search and filters, the states of a list, and the way through its pages.

use super::{
    address::with_query,
    affected::Affected,
    category::CategoryLabel,
    icons::{Glyph, Icon},
    status::StatusBadge,
    time::Moment,
    unread::UnreadMark,
};
use crate::{
    domain::{category::Category, query::Sort, status::Status, ticket::TicketRow},
    texts::texts,
};
use leptos::{ev, prelude::*, web_sys};
use leptos_router::{components::Form, hooks::use_query_map};

/// Search, category, status and order, kept in the address. `statuses` are those that may be chosen.
#[component]
pub fn Filters(
    /// Which statuses may be chosen; no such filter when there are none.
    statuses: &'static [Status],
    /// Parameters of the address that searching keeps: the board's view.
    #[prop(optional)]
    keep: &'static [&'static str],
) -> impl IntoView {
    let texts = texts();
    let query = use_query_map();
    let now = move |name: &'static str| query.read().get(name).unwrap_or_default();
    let apply = |event: ev::Event| {
        super::dom::submit_form_of(&event_target::<web_sys::Element>(&event));
    };
    let option = move |name: &'static str, value: &'static str, label: &'static str| {
        let selected = move || query.read().get_str(name).unwrap_or_default() == value;
        view! { <option value=value selected=selected>{label}</option> }
    };
    let (search, field) = (move || now("q"), NodeRef::new());
    super::dom::use_value(field, search);
    view! {
        <Form method="GET" action="" attr:class="filters" attr:role="search" attr:autocomplete="off">
            {keep.iter().map(|&name| view! {
                <Show when=move || !now(name).is_empty()><input type="hidden" name=name value=move || now(name) /></Show>
            }).collect_view()}
            <div class="field field-search">
                <label for="q" class="visually-hidden">{texts.list_search}</label>
                <input id="q" type="search" name="q" maxlength="200" placeholder=texts.list_search_hint value=search node_ref=field />
            </div>
            <div class="field">
                <label for="category">{texts.filter_category}</label>
                <select id="category" name="category" on:change=apply>
                    {option("category", "", texts.filter_all)}
                    {Category::ALL.map(|category| option("category", category.slug(), texts.category(category))).into_iter().collect_view()}
                </select>
            </div>
            {(!statuses.is_empty()).then(|| view! {
                <div class="field">
                    <label for="status">{texts.filter_status}</label>
                    <select id="status" name="status" on:change=apply>
                        {option("status", "", texts.filter_all)}
                        {statuses.iter().map(|&status| option("status", status.slug(), texts.status(status))).collect_view()}
                    </select>
                </div>
            })}
            <div class="field">
                <label for="sort">{texts.sort_label}</label>
                <select id="sort" name="sort" on:change=apply>
                    {move || option("sort", "", if search().is_empty() { texts.sort_newest } else { texts.sort_best })}
                    <Show when=move || !search().is_empty()>{option("sort", Sort::Newest.slug(), texts.sort_newest)}</Show>
                    {option("sort", Sort::Oldest.slug(), texts.sort_oldest)}
                    {option("sort", Sort::Activity.slug(), texts.sort_activity)}
                    {option("sort", Sort::Affected.slug(), texts.sort_affected)}
                </select>
            </div>
            <button class="button">{texts.list_search_button}</button>
        </Form>
    }
}

/// Whether the address narrows the list.
pub fn is_filtered(query: &leptos_router::params::ParamsMap) -> bool {
    ["q", "category", "status", "waiting", "check", "opened", "closed", "place", "left", "returned", "answered"]
        .iter()
        .any(|name| query.get(name).is_some_and(|value| !value.is_empty()))
}

/// What stands where a list has nothing to show.
#[component]
pub fn EmptyList(
    /// Where the list stands without filters.
    base: &'static str,
) -> impl IntoView {
    let texts = texts();
    if use_query_map().with_untracked(is_filtered) {
        view! {
            <div class="state" role="status">
                <h2>{texts.list_nothing_title}</h2>
                <p>{texts.list_nothing}</p>
                <p><a class="button" href=base>{texts.list_clear}</a></p>
            </div>
        }
        .into_any()
    } else {
        view! {
            <div class="state">
                <h2>{texts.list_empty_title}</h2>
                <p>{texts.list_empty}</p>
                <p><a class="button" href="/tickets/new">{texts.nav_report}</a></p>
            </div>
        }
        .into_any()
    }
}

/// The way to the next page and back to the first.
#[component]
pub fn Pages(
    /// The next page's cursor, if there is one.
    next: Option<String>,
) -> impl IntoView {
    let texts = texts();
    let query = use_query_map().get_untracked();
    let first = query.get("after").is_some_and(|after| !after.is_empty());
    let link = |after: Option<String>| {
        let mut query = query.clone();
        query.remove("after");
        if let Some(after) = after {
            query.insert("after", after);
        }
        with_query(query.to_query_string().trim_start_matches('?'))
    };
    view! {
        <p class="pages">
            {first.then(|| view! { <a class="button" href=link(None)>{texts.list_first}</a> })}
            {next.map(|next| view! { <a class="button" rel="next" href=link(Some(next))>{texts.list_older}</a> })}
        </p>
    }
}

/// A ticket in the requester's list.
#[component]
pub fn TicketCard(
    /// Which.
    ticket: TicketRow,
) -> impl IntoView {
    let texts = texts();
    view! {
        <li class="card">
            <a class="card-link" href=format!("/tickets/{}", ticket.id)>
                <span class="card-what">{ticket.summary}</span>
                <UnreadMark id=ticket.id edition=ticket.edition />
            </a>
            <p class="card-facts">
                <StatusBadge status=ticket.status />
                <CategoryLabel category=ticket.category />
                {ticket.place.map(|place| view! { <span class="place"><Glyph icon=Icon::Place /><span>{place}</span></span> })}
            </p>
            <p class="card-facts card-minor">
                <span>"#"{ticket.id.0}</span>
                <span>{texts.row_opened}" "<Moment at=ticket.opened_at /></span>
                <Affected count=ticket.affected />
                {(ticket.messages > 0).then(|| view! {
                    <span>{texts.counted(ticket.messages, texts.row_messages_one, texts.row_messages_other)}</span>
                })}
            </p>
        </li>
    }
}
