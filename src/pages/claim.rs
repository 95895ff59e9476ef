//! A claim code is typed, or comes with a link, and its ticket becomes one of this device's own.

use crate::{
    api::claims::TakeClaim,
    components::dom,
    components::failure::{FormFailure, echoed, use_failure},
    components::heading::Heading,
    components::layout::PageHead,
    texts::texts,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/tickets/claim`, or `/tickets/claim?code=WORDS`. The link fills the form in and no more: one that is fetched ahead,
/// by a messenger or a browser, must change nothing.
#[component]
pub fn ClaimPage() -> impl IntoView {
    let texts = texts();
    let take = ServerAction::<TakeClaim>::new();
    let (error, pending, query) = (use_failure(take), take.pending(), use_query_map());
    let code = echoed::<TakeClaim>("code").or_else(|| query.with_untracked(|query| query.get("code")));
    view! {
        <PageHead title=texts.claim_title />
        <div class="narrow">
            <Heading>{texts.claim_title}</Heading>
            <p class="lead">{texts.claim_lead}</p>
            <ActionForm action=take attr:class="claim-form">
                <div class="field">
                    <label for="code">{texts.claim_code}</label>
                    <input id="code" name="code" required autofocus maxlength="200" autocomplete="off" autocapitalize="none"
                        spellcheck="false" aria-describedby="code-hint" value=code.unwrap_or_default() />
                    <p id="code-hint" class="hint">{texts.claim_code_hint}</p>
                </div>
                <FormFailure error />
                <button class="button button-primary button-wide" aria-disabled=move || pending.get().to_string() on:click=dom::press_unless(pending)>
                    {move || if pending.get() { texts.moving } else { texts.claim_take }}
                </button>
            </ActionForm>
        </div>
    }
}
