//! The requester's list (R3): what is open or active, everybody's; those reported on this device first.

use crate::{
    api::tickets::{RequesterList, list_tickets},
    app::use_refetch,
    components::heading::Heading,
    components::layout::PageHead,
    components::{
        failure::{ReadFailure, Skeleton},
        list::{EmptyList, Filters, Pages, TicketCard, is_filtered},
        time::Moment,
        unread::{use_seen, use_unread_count},
    },
    domain::{ids::TicketId, role::Role, status::Status, time::Timestamp},
    live::{LiveNote, MOVING, use_kept, use_live},
    texts::{fill, texts},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// `/tickets`.
#[component]
pub fn ReportsPage() -> impl IntoView {
    let texts = texts();
    let (search, refetch) = (use_location().search, use_refetch());
    let list = Resource::new(move || (search.get(), refetch.0.get()), |(query, _)| list_tickets(query));
    let kept = use_kept();
    let live = use_live(Role::Requester, None, MOVING);
    let unread = use_unread_count(use_seen(Role::Requester));
    view! {
        <PageHead title=texts.list_title unread=unread.count() />
        <LiveNote live />
        <Heading>{texts.list_title}</Heading>
        <p class="lead">{texts.list_lead}</p>
        <Filters statuses=&[Status::Open, Status::Active] />
        <Transition fallback=|| view! { <Skeleton lines=12 /> }>
            {move || {
                let kept = kept.clone();
                Suspend::new(async move {
                    match kept.or(list.await) {
                        Ok(list) => {
                            live.drawn(list.last);
                            unread.show(list.mine.iter().chain(&list.page.tickets));
                            view! { <Lists list /> }.into_any()
                        }
                        Err(error) => view! { <ReadFailure error /> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

#[component]
fn Lists(list: RequesterList) -> impl IntoView {
    let texts = texts();
    let RequesterList { page, mine, closed, .. } = list;
    let query = use_query_map();
    let narrowed = query.with_untracked(|query| is_filtered(query) || query.get("after").is_some());
    let mine = (!narrowed && !mine.is_empty()).then(|| {
        view! {
            <section aria-labelledby="mine">
                <h2 id="mine">{texts.list_mine}</h2>
                <ul class="cards" data-live="">{mine.into_iter().map(|ticket| view! { <TicketCard ticket /> }).collect_view()}</ul>
            </section>
        }
    });
    let closed = (!narrowed && !closed.is_empty()).then(|| {
        let line = |(id, at): (TicketId, Timestamp)| view! {
            <li><a href=format!("/tickets/{id}")>{fill(texts.ticket_title, &[("id", &id)])}</a>" "{texts.ticket_closed_on}" "<Moment at /></li>
        };
        view! {
            <section aria-labelledby="closed-lately">
                <h2 id="closed-lately">{texts.list_closed}</h2>
                <ul class="closed-lately">{closed.into_iter().map(line).collect_view()}</ul>
            </section>
        }
    });
    let add = (!narrowed).then(|| view! { <p class="claim-way"><a href="/tickets/claim">{texts.claim_add}</a></p> });
    if page.tickets.is_empty() {
        return view! {
            {closed}
            <EmptyList base="/tickets" />
        }
        .into_any();
    }
    view! {
        {mine}
        {closed}
        {add}
        <section aria-labelledby="everybody">
            <h2 id="everybody">{texts.list_everybody}</h2>
            <ul class="cards" data-live="">{page.tickets.into_iter().map(|ticket| view! { <TicketCard ticket /> }).collect_view()}</ul>
            <Pages next=page.next />
        </section>
    }
    .into_any()
}
