//! The confirmation: the number, where it went and why, what happens next and how long it usually takes.

use super::{ticket::ClosedTicket, ticket_id};
use crate::{
    api::tickets::{Confirmation, Sent, get_confirmation},
    components::heading::Heading,
    components::layout::PageHead,
    components::{
        category::{CategoryLabel, reason},
        claim::ClaimLink,
        draft,
        failure::{ReadFailure, Skeleton},
        unread::use_seen,
    },
    domain::{category::Category, ids::TicketId, role::Role},
    texts::{fill, texts},
};
use leptos::prelude::*;

/// `/tickets/{id}/sent`.
#[component]
pub fn SentPage() -> impl IntoView {
    let texts = texts();
    let id = ticket_id();
    let confirmation = Resource::new(move || id.get(), get_confirmation);
    let seen = use_seen(Role::Requester);
    Effect::new(move || {
        // Whoever wrote it has seen its first edition: what comes next is new to them.
        seen.see(id.get_untracked(), 1);
    });
    view! {
        <PageHead title=texts.sent_title />
        <div class="narrow">
            <Suspense fallback=|| view! { <Skeleton lines=8 /> }>
                {move || Suspend::new(async move {
                    match confirmation.await {
                        Ok(Confirmation { sent: Sent::Closed { id, closed_at }, .. }) => {
                            view! { <ClosedTicket id closed_at /> }.into_any()
                        }
                        Ok(Confirmation { sent: Sent::Received { id, category, source, because, description, again_of }, expected, mine }) => {
                            // Sent before the page was live, it is still a draft.
                            Effect::new(move || draft::forget_report(again_of, &description));
                            view! { <Received id category why=reason(source, &because) expected /><ClaimLink id mine /> }.into_any()
                        }
                        Err(error) => view! { <ReadFailure error whole=true /> }.into_any(),
                    }
                })}
            </Suspense>
        </div>
    }
}

#[component]
fn Received(id: TicketId, category: Category, why: Option<String>, expected: Option<String>) -> impl IntoView {
    let texts = texts();
    view! {
        <Heading>{texts.sent_title}</Heading>
        <p class="lead">{fill(texts.sent_number, &[("id", &id)])}</p>
        <p class="sent-category">
            {texts.sent_category}" "<CategoryLabel category />" "{why}
        </p>
        <h2>{texts.sent_next}</h2>
        <ol class="steps">
            <li>{texts.sent_next_1}</li>
            <li>{texts.sent_next_2}</li>
            <li>{texts.sent_next_3}</li>
        </ol>
        {expected.map(|expected| view! { <p class="notice">{expected}</p> })}
        <p class="actions">
            <a class="button button-primary" href=format!("/tickets/{id}")>{texts.sent_view}</a>
            <a class="button" href="/tickets/new">{texts.sent_another}</a>
        </p>
    }
}
