//! The helpdesk's board (R4, R5): views with counts, a dense table, and moves of several tickets at once.

use super::ticket::follow;
use crate::{
    api::helpdesk::{Board, MoveTickets, list_board},
    app::use_refetch,
    components::heading::Heading,
    components::layout::PageHead,
    components::{
        affected::Affected,
        category::CategoryLabel,
        dom,
        failure::{FormFailure, ReadFailure, Skeleton, use_failure},
        list::{EmptyList, Filters, Pages},
        shortcuts::Shortcuts,
        status::StatusBadge,
        time::Moment,
        unread::{UnreadMark, use_seen, use_unread_count},
    },
    domain::{
        query::{Span, WeekHour, moment},
        role::Role,
        status::Status,
        ticket::{Counts, TicketRow},
        time::Timestamp,
    },
    error::{AppError, Field},
    live::{LiveNote, MOVING, use_kept, use_live},
    texts::{fill, texts},
};
use leptos::{ev, prelude::*};
use leptos_router::{
    hooks::{use_location, use_query_map},
    params::ParamsMap,
};

/// The ticked boxes of the table's rows.
const SELECTED: &str = "[data-row] input:checked";

/// What is selected. It outlives each drawing of the table, whose listeners may hear of an event once more.
#[derive(Clone, Copy)]
struct Selection {
    selected: RwSignal<u32>,
    missing: RwSignal<bool>,
    error: Signal<Option<AppError>>,
}

/// `/helpdesk`.
#[component]
pub fn BoardPage() -> impl IntoView {
    let texts = texts();
    let (search, refetch) = (use_location().search, use_refetch());
    let board = Resource::new(move || (search.get(), refetch.0.get()), |(query, _)| list_board(query));
    let advance = ServerAction::<MoveTickets>::new();
    let selection =
        Selection { selected: RwSignal::new(0), missing: RwSignal::new(false), error: use_failure(advance) };
    let seen = use_seen(Role::Staff);
    let unread = use_unread_count(seen);
    follow(advance, move || {
        if let Some(Ok(outcome)) = &*advance.value().read_untracked() {
            seen.changed(&outcome.ids);
        }
        dom::uncheck(SELECTED);
        refetch.notify();
    });
    // Rows are drawn over by those of the next view: what was selected in them is not selected in these, nor moved.
    Effect::new(move |before: Option<String>| {
        let now = search.get();
        if before.is_some_and(|before| before != now) {
            dom::uncheck(SELECTED);
            advance.clear();
        }
        now
    });
    let kept = use_kept();
    let live = use_live(Role::Staff, None, MOVING);
    view! {
        <PageHead title=texts.board_title unread=unread.count() dense=true />
        <LiveNote live before=|()| dom::uncheck(SELECTED) />
        <Heading>{texts.board_title}</Heading>
        <Transition fallback=|| view! { <Skeleton lines=20 /> }>
            {move || {
                let kept = kept.clone();
                Suspend::new(async move {
                    match kept.or(board.await) {
                        Ok(Board { page, total, as_of, counts, last }) => {
                            live.drawn(last);
                            unread.show(page.tickets.iter());
                            view! {
                            <Views counts />
                            {total.map(|total| view! { <Narrowed total as_of /> })}
                            <Filters statuses=&[] keep=&["status", "waiting", "check", "opened", "closed", "place", "left", "hour", "returned", "answered"] />
                            {if page.tickets.is_empty() {
                                // What was pressed went with the last row.
                                dom::pass_focus(".board-form :focus", "h1");
                                view! { <EmptyList base="/helpdesk" /> }.into_any()
                            } else {
                                view! { <BoardTable tickets=page.tickets advance selection /> <Pages next=page.next /> }.into_any()
                            }}
                            }.into_any()
                        }
                        Err(error) => view! { <ReadFailure error /> }.into_any(),
                    }
                })
            }}
        </Transition>
        // It stays when nothing is left to select. Where there is a bar, it is only heard: it is seen there.
        <p class="bulk-outcome" role="status">{move || outcome(advance)}</p>
        <Shortcuts />
    }
}

/// What the list was narrowed to by a chart, how many that were and when, and the way back to all of them.
#[component]
fn Narrowed(total: i64, as_of: Timestamp) -> impl IntoView {
    let texts = texts();
    let query = use_query_map().get_untracked();
    let span = |name: &str, field: Field, text: &'static str| {
        let Span { from, to } = Span::parse(query.get_str(name)?, field).ok()?;
        Some(view! { <span>{text}" "<Moment at=from exact=true />" – "<Moment at=to exact=true /></span> })
    };
    let place = query.get("place").filter(|place| !place.is_empty());
    let is_set = |name| query.get_str(name) == Some("1");
    view! {
        <p class="narrowed">
            <strong>{texts.counted(total, texts.narrowed_one, texts.narrowed_other)}</strong>
            {place.map(|place| view! { <span class="place">{place}</span> })}
            {span("opened", Field::Opened, texts.row_opened)}
            {span("closed", Field::Closed, texts.row_closed)}
            {query.get_str("left").and_then(moment).map(|then| view! { <span>{texts.narrowed_left}" "<Moment at=then exact=true /></span> })}
            {query.get_str("hour").and_then(|hour| WeekHour::parse(hour).ok()).map(|hour| view! { <span>{texts.week_hour(hour)}</span> })}
            {is_set("returned").then(|| view! { <span>{texts.narrowed_returned}</span> })}
            {is_set("answered").then(|| view! { <span>{texts.narrowed_answered}</span> })}
            <span class="counted-at">{texts.analytics_as_of}" "<Moment at=as_of exact=true /></span>
            <a href="/helpdesk">{texts.list_clear}</a>
        </p>
    }
}

/// The views, each a link, each with how many tickets it holds.
#[component]
fn Views(counts: Counts) -> impl IntoView {
    let texts = texts();
    let query = use_query_map();
    let now = move || {
        let query = query.read();
        let is_set = |name| query.get(name).is_some_and(|value| value == "1");
        match query.get("status").unwrap_or_default() {
            _ if is_set("waiting") => "?waiting=1".to_owned(),
            _ if is_set("check") => "?check=1".to_owned(),
            status if status.is_empty() => "/helpdesk".to_owned(),
            status => format!("?status={status}"),
        }
    };
    let all = counts.open + counts.active + counts.closed;
    let views = [
        ("/helpdesk", texts.view_all, all),
        ("?status=open", texts.view_untriaged, counts.open),
        ("?status=active", texts.view_active, counts.active),
        ("?waiting=1", texts.view_waiting, counts.waiting),
        ("?check=1", texts.view_check, counts.doubtful),
        ("?status=closed", texts.view_closed, counts.closed),
    ];
    view! {
        <nav class="views" aria-label=texts.views_label>
            {views.map(|(href, name, count)| view! {
                <a href=if href.starts_with('?') { format!("/helpdesk{href}") } else { href.to_owned() }
                    aria-current=move || (now() == href).then_some("page")>
                    {name}" "<span class="count">{texts.number(count)}</span>
                </a>
            }).into_iter().collect_view()}
        </nav>
    }
}

/// Where the tickets of a view can go: each of them, or some where it holds several statuses.
fn moves(query: &ParamsMap) -> Vec<Status> {
    match query.get_str("status").and_then(Status::from_slug) {
        Some(status) => status.next().into_iter().collect(),
        None => vec![Status::Active, Status::Closed],
    }
}

/// What the last move came to, in words.
fn outcome(advance: ServerAction<MoveTickets>) -> Option<String> {
    let texts = texts();
    let moved = advance.value().get()?.ok()?;
    let mut said = fill(texts.bulk_done, &[("n", &moved.ids.len())]);
    if moved.refused > 0 {
        said.push(' ');
        said.push_str(&fill(texts.bulk_refused, &[("n", &moved.refused)]));
    }
    Some(said)
}

#[component]
fn BoardTable(tickets: Vec<TicketRow>, advance: ServerAction<MoveTickets>, selection: Selection) -> impl IntoView {
    let texts = texts();
    let Selection { selected, missing, error } = selection;
    let count_selected = move || {
        selected.set(dom::count(SELECTED));
        missing.set(false);
    };
    // Boxes may have been ticked before the page was live.
    Effect::new(count_selected);
    // Nothing selected is nothing to send: say so here, without asking the server.
    let refuse_empty = move |event: ev::SubmitEvent| {
        missing.set(dom::count(SELECTED) == 0);
        if missing.get_untracked() {
            event.prevent_default();
        }
    };
    let says = move || match selected.get() {
        0 => missing.get().then(|| texts.bulk_none.to_owned()),
        n => Some(fill(texts.bulk_selected, &[("n", &n)])),
    };
    // A button that could only be refused is not there.
    let moves = use_query_map().with_untracked(moves);
    let still = moves.is_empty();
    let buttons = moves.into_iter().map(|to| {
        let name = if to == Status::Active { texts.bulk_start } else { texts.bulk_close };
        view! { <button class="button button-small" name="to" value=to.slug()>{name}</button> }
    });
    let bulk = (!still).then(|| {
        view! {
            <div class="bulk" role="group" aria-label=texts.bulk_label>
                <span class="bulk-label">{texts.bulk_label}</span>
                {buttons.collect_view()}
                <span role="status" class="bulk-status">{says}</span>
                <span class="bulk-status" aria-hidden="true">{move || outcome(advance)}</span>
            </div>
        }
    });
    view! {
        <ActionForm action=advance attr:class="board-form" on:submit:capture=refuse_empty on:change=move |_| count_selected()>
            {bulk}
            <FormFailure error />
            <div class="table-scroll">
                <table class="board" class:board-still=still data-live="">
                    <thead>
                        <tr>
                            <th scope="col"><span class="visually-hidden">{texts.bulk_label}</span></th>
                            <th scope="col">{texts.column_number}</th>
                            <th scope="col">{texts.column_what}</th>
                            <th scope="col">{texts.column_place}</th>
                            <th scope="col">{texts.column_category}</th>
                            <th scope="col">{texts.column_status}</th>
                            <th scope="col">{texts.column_opened}</th>
                            <th scope="col">{texts.column_modified}</th>
                            <th scope="col" class="number">{texts.column_messages}</th>
                        </tr>
                    </thead>
                    <tbody>{tickets.into_iter().map(|ticket| view! { <BoardRow ticket still /> }).collect_view()}</tbody>
                </table>
            </div>
        </ActionForm>
    }
}

#[component]
fn BoardRow(ticket: TicketRow, still: bool) -> impl IntoView {
    let texts = texts();
    let id = ticket.id;
    view! {
        <tr data-row="" data-next=ticket.status.next().map(Status::slug)>
            <td class="select">
                {(!still).then(|| view! {
                    <label class="tap">
                        <input type="checkbox" name="ids[]" value=id.0 autocomplete="off" aria-label=fill(texts.column_select, &[("id", &id)]) />
                    </label>
                })}
            </td>
            <td class="number">{id.0}</td>
            <td class="what">
                <a class="row-link" href=format!("/helpdesk/tickets/{id}")>{ticket.summary}</a>
                <UnreadMark id edition=ticket.edition />
                <Affected count=ticket.affected />
            </td>
            <td class="place-cell">{ticket.place}</td>
            <td>
                <CategoryLabel category=ticket.category />
                {ticket.doubtful.then(|| view! { <span class="check-mark">{texts.category_check}</span> })}
            </td>
            <td><StatusBadge status=ticket.status /></td>
            <td data-label=texts.column_opened><Moment at=ticket.opened_at /></td>
            <td data-label=texts.column_modified><Moment at=ticket.modified_at /></td>
            <td class="number" data-label=texts.column_messages>{ticket.messages}</td>
        </tr>
    }
}
