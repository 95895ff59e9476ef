//! A ticket's claim code, for a device that has the ticket among its own: made on demand, shown while it works.

use super::{ticket::follow, ticket_id};
use crate::{
    api::claims::{MakeClaim, find_claim},
    app::use_refetch,
    components::heading::Heading,
    components::layout::PageHead,
    components::{
        claim::claim_address,
        dom,
        failure::{FormFailure, ReadFailure, Skeleton, use_failure},
        time::Moment,
    },
    domain::claim::Claim,
    texts::{fill, texts},
};
use leptos::prelude::*;

/// `/tickets/{id}/claim`.
#[component]
pub fn ClaimCodePage() -> impl IntoView {
    let texts = texts();
    let (id, refetch) = (ticket_id(), use_refetch());
    let claim = Resource::new(move || (id.get(), refetch.0.get()), |(id, _)| find_claim(id));
    let make = ServerAction::<MakeClaim>::new();
    let (error, pending) = (use_failure(make), make.pending());
    follow(make, move || refetch.notify());
    let title = Signal::derive(move || fill(texts.claim_make_title, &[("id", &id.get())]));
    let form = move || {
        view! {
            <ActionForm action=make attr:class="claim-form">
                <input type="hidden" name="id" value=id.get_untracked().to_string() />
                <FormFailure error />
                <button class="button button-primary button-wide"
                    aria-disabled=move || pending.get().to_string() on:click=dom::press_unless(pending)>
                    {move || if pending.get() { texts.moving } else { texts.claim_make }}
                </button>
            </ActionForm>
        }
    };
    view! {
        <PageHead title />
        <div class="narrow">
            <Transition fallback=|| view! { <Skeleton lines=8 /> }>
                {move || Suspend::new(async move {
                    match claim.await {
                        Ok(claim) => {
                            let form = claim.is_none().then(form);
                            if claim.is_some() {
                                dom::pass_focus(".claim-form:focus-within", "h1");
                            }
                            view! {
                                <Heading>{title}</Heading>
                                <p class="lead">{texts.claim_make_lead}</p>
                                <div role="status">{claim.map(|claim| view! { <Code claim /> })}</div>
                                {form}
                                <p class="claim-way"><a href=format!("/tickets/{}", id.get_untracked())>{texts.claim_back}</a></p>
                            }
                            .into_any()
                        }
                        Err(error) => view! { <ReadFailure error whole=true /> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

/// The code to say or type, its address, and until when it works.
#[component]
fn Code(claim: Claim) -> impl IntoView {
    let texts = texts();
    let path = claim_address(&claim.code);
    // Only the browser knows by which name the site was reached, and whether it may copy.
    let whole = RwSignal::new(None::<String>);
    let (copied, can_copy) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new({
        let path = path.clone();
        move || {
            whole.set(dom::origin().map(|origin| origin + &path));
            can_copy.set(dom::can_copy());
        }
    });
    let shown = {
        let path = path.clone();
        move || whole.get().unwrap_or_else(|| path.clone())
    };
    let copy = move |_| {
        if let Some(address) = whole.get() {
            dom::copy(&address, move || copied.set(true));
        }
    };
    view! {
        <div class="claim">
            <p>{texts.claim_type}</p>
            <p class="claim-code" lang="en" translate="no">{claim.code.to_string()}</p>
            <p>{texts.claim_link}</p>
            <p class="claim-address"><a href=path translate="no">{shown}</a></p>
            {move || can_copy.get().then(|| view! {
                <button type="button" class="button" on:click=copy>
                    {move || if copied.get() { texts.claim_copied } else { texts.claim_copy }}
                </button>
            })}
            <p class="hint">{texts.claim_until}" "<Moment at=claim.until exact=true />"."</p>
        </div>
    }
}
