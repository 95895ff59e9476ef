//! The report form (R2): what is wrong, where, send. The category shows itself while it is being typed.

use crate::{
    api::{categories::suggest_category, tickets::OpenTicket},
    components::heading::Heading,
    components::layout::PageHead,
    components::{
        dom,
        draft::ReportDraft,
        failure::{FormFailure, echoed, echoed_all, invalid, use_failure},
        key::{KeyField, new_key, use_key},
        photos::{PhotoPicker, leave_to_browser},
        text_box,
    },
    domain::text::{DESCRIPTION_MAX, PLACE_MAX},
    error::{AppError, Field},
    texts::{fill, texts},
};
use leptos::{ev, html::Textarea, leptos_dom::helpers::TimeoutHandle, prelude::*};
use leptos_router::hooks::use_query_map;
use std::time::Duration;

/// How long typing has to pause before the category is asked for.
const PAUSE: Duration = Duration::from_millis(350);

/// A field that nobody sees or reaches: programs that fill in whatever they find give themselves away.
const TRAP: &str = "<input name=\"website\" tabindex=\"-1\" autocomplete=\"off\">";

/// `/tickets/new`, or `/tickets/new?again=ID` to report again what was closed.
#[component]
pub fn ReportPage() -> impl IntoView {
    // The header's link asks for a report of its own, not for one again.
    let again = use_query_map();
    let again = Memo::new(move |_| again.read().get("again").and_then(|id| id.parse::<i64>().ok()));
    move || view! { <Report again=again.get() place=String::new() above=None /> }
}

/// The form, with what stands above it.
#[component]
pub fn Report(
    /// The closed ticket that is reported again.
    again: Option<i64>,
    /// Where it is, where the address says so.
    place: String,
    /// What is known already.
    above: Option<AnyView>,
) -> impl IntoView {
    let texts = texts();
    // Where something stands above it, that is read first.
    let is_first = above.is_none();
    let open = ServerAction::<OpenTicket>::new();
    let (error, pending, key, area) = (use_failure(open), open.pending(), use_key(), NodeRef::<Textarea>::new());
    let again = again.or_else(|| echoed::<OpenTicket>("again_of").and_then(|id| id.parse().ok()));

    let suggestion = Action::new(|text: &String| {
        let text = text.clone();
        async move { if text.trim().is_empty() { Ok(None) } else { suggest_category(text).await } }
    });
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let ask_soon = move |text: String| {
        if let Some(timer) = timer.get_value() {
            timer.clear();
        }
        let ask = move || {
            // Nobody is left to ask for once the page is.
            if !timer.is_disposed() {
                suggestion.dispatch(text);
            }
        };
        timer.set_value(set_timeout_with_handle(ask, PAUSE).ok());
    };
    let begins = if again.is_some() { texts.report_again_prefill } else { "" };
    let draft = ReportDraft { again_of: again, what: area, place: NodeRef::new(), begins };
    draft.restore(ask_soon);
    let typed = move |event: ev::Event| {
        draft.keep();
        dom::load_form_script();
        ask_soon(event_target_value(&event));
    };
    let send_on_ctrl_enter = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter"
            && (event.ctrl_key() || event.meta_key())
            && let Some(area) = area.get()
        {
            event.prevent_default();
            dom::submit_form_of(&area);
        }
    };
    // This comes before the page goes on to the confirmation.
    Effect::new(move || match &*open.value().read() {
        Some(Ok(_)) => draft.forget(),
        // The key's first ticket stands; sending what was typed since makes another.
        Some(Err(AppError::KeyReused { .. })) => key.set(new_key()),
        _ => {}
    });
    let description = echoed::<OpenTicket>("description").or_else(|| again.map(|_| begins.to_owned()));
    let suggested = move || match &*suggestion.value().read() {
        Some(Ok(Some(found))) => fill(
            texts.suggestion,
            &[("category", &texts.category(found.category)), ("words", &texts.because(&found.because))],
        ),
        _ => texts.suggestion_wait.to_owned(),
    };
    view! {
        <PageHead title=texts.report_title />
        <div class="narrow">
            <Heading>{texts.report_title}</Heading>
            <p class="lead">{texts.report_lead}</p>
            {above}
            {again.map(|id| view! { <p class="notice">{fill(texts.report_again_note, &[("id", &id)])}</p> })}
            <ActionForm action=open attr:class="report-form" attr:enctype="multipart/form-data" on:submit:capture=leave_to_browser>
                <KeyField key />
                <input type="hidden" name="again_of" value=again.map(|id| id.to_string()).unwrap_or_default() />
                <div class="field">
                    <label for="description">{texts.report_what}</label>
                    <textarea id="description" name="description" rows="5" required autofocus=is_first
                        maxlength=DESCRIPTION_MAX.to_string() aria-describedby="description-hint"
                        aria-invalid=move || invalid(error, Field::Description) node_ref=area on:input=typed on:keydown=send_on_ctrl_enter
                    >{description.map(text_box::inside)}</textarea>
                    <p id="description-hint" class="hint">{texts.report_what_hint}</p>
                    <p class="suggestion needs-script" role="status">{suggested}</p>
                </div>
                <div class="field">
                    <label for="place">{texts.report_where}" "<span class="optional">{texts.optional}</span></label>
                    <input id="place" name="place" maxlength=PLACE_MAX.to_string() autocomplete="off"
                        aria-describedby="place-hint" aria-invalid=move || invalid(error, Field::Place) node_ref=draft.place on:focusin=|_| dom::load_form_script() on:input=move |_| draft.keep()
                        value={echoed::<OpenTicket>("place").unwrap_or(place)} />
                    <p id="place-hint" class="hint">{texts.report_where_hint}</p>
                </div>
                // The form's script fills it in.
                <div class="similar" role="status"></div>
                <PhotoPicker given={echoed_all::<OpenTicket>("photos")} />
                <p class="leave-empty" aria-hidden="true" inner_html=TRAP></p>
                <FormFailure error />
                {move || error.get().and_then(|error| error.current().map(|ticket| view! {
                    <p><a class="button" href=format!("/tickets/{}", ticket.id)>{texts.sent_view}</a></p>
                }))}
                // Whatever comes of it has the focus: the page that says so, or the reason.
                <button class="button button-primary button-wide" disabled=move || pending.get()>
                    {move || if pending.get() { texts.report_sending } else { texts.report_send }}
                </button>
            </ActionForm>
        </div>
    }
}
