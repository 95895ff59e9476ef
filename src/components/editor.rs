//! The fields that change what a ticket says, and what to do when somebody else changed it meanwhile.

use super::{failure::invalid, text_box};
use crate::{
    domain::{
        text::{DESCRIPTION_MAX, PLACE_MAX},
        ticket::Ticket,
    },
    error::{AppError, Field},
    texts::texts,
};
use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys};

/// Puts what the ticket says now above what is being written, to be made into one by hand.
fn put_both(typed: Callback<(Field, String)>, theirs: &str) {
    let area = super::dom::find(".edit-form #description")
        .and_then(|found| found.dyn_into::<web_sys::HtmlTextAreaElement>().ok());
    if let Some(area) = area {
        let both = format!("{theirs}\n\n{}", area.value());
        area.set_value(&both);
        typed.run((Field::Description, both));
        super::dom::focus(&area);
    }
}

/// The fields of the edit form; they stand in an `ActionForm` of the page. After a conflict both texts are shown, what
/// was typed stays, and saving again is against the version just shown.
#[component]
pub fn EditFields(
    /// The ticket as the writer saw it.
    ticket: Ticket,
    /// Hears what is typed.
    typed: Callback<(Field, String)>,
    /// Why the last attempt failed.
    #[prop(into)]
    error: Signal<Option<AppError>>,
    /// The description of a refused form that was sent without script.
    echoed_description: Option<String>,
    /// Its place.
    echoed_place: Option<String>,
    /// Whether it is being saved.
    #[prop(into)]
    pending: Signal<bool>,
    /// Where to go without saving.
    back: String,
) -> impl IntoView {
    let texts = texts();
    super::dom::pass_focus(".ticket-text .actions a:focus", ".edit-form #description");
    let current = Memo::new(move |_| match error.get() {
        Some(AppError::Stale { current }) => Some(*current),
        _ => None,
    });
    let version = move || current.with(|current| current.as_ref().map_or(ticket.version, |current| current.version));
    let saved = StoredValue::new(back.clone());
    let conflict = move || {
        current.get().map(|current| {
            let theirs = current.description.clone();
            view! {
                <section class="conflict" aria-labelledby="conflict-title">
                    <h2 id="conflict-title">{texts.conflict_title}</h2>
                    <p>{texts.conflict_lead}</p>
                    <h3>{texts.conflict_theirs}</h3>
                    <blockquote>
                        <p class="description">{current.description}</p>
                        {current.place.map(|place| view! { <p>{place}</p> })}
                    </blockquote>
                    <p class="actions">
                        <a class="button" href=saved.get_value() rel="external">{texts.conflict_discard}</a>
                        <button type="button" class="button needs-script" on:click=move |_| put_both(typed, &theirs)>
                            {texts.conflict_both}
                        </button>
                    </p>
                    <h3>{texts.conflict_yours}</h3>
                </section>
            }
        })
    };
    let (pending_label, idle_label) = (texts.ticket_saving, texts.ticket_save);
    view! {
        {conflict}
        <input type="hidden" name="id" value=ticket.id.0 />
        <input type="hidden" name="version" value=version prop:value=version />
        <div class="field">
            <label for="description">{texts.ticket_description}</label>
            <textarea id="description" name="description" rows="5" required maxlength=DESCRIPTION_MAX.to_string()
                autofocus aria-invalid=move || invalid(error, Field::Description)
                on:input=move |event| typed.run((Field::Description, event_target_value(&event)))>
                {text_box::inside(echoed_description.unwrap_or(ticket.description))}
            </textarea>
        </div>
        <div class="field">
            <label for="place">{texts.ticket_place}" "<span class="optional">{texts.optional}</span></label>
            <input id="place" name="place" maxlength=PLACE_MAX.to_string() autocomplete="off"
                aria-invalid=move || invalid(error, Field::Place)
                on:input=move |event| typed.run((Field::Place, event_target_value(&event)))
                value=echoed_place.or(ticket.place).unwrap_or_default() />
        </div>
        <div class="actions">
            <button class="button button-primary" aria-disabled=move || pending.get().to_string() on:click=super::dom::press_unless(pending)>
                {move || if pending.get() { pending_label } else { idle_label }}
            </button>
            <a class="button" href=back>{texts.ticket_cancel}</a>
        </div>
    }
}
