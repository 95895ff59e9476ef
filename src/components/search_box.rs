//! A search by words, kept in the address, of a list that has no other filters.

use super::dom;
use crate::{domain::text::SEARCH_MAX, texts::texts};
use leptos::prelude::*;
use leptos_router::components::Form;

/// The form with its field and button.
#[component]
pub fn SearchBox(
    /// The page that it searches.
    page: &'static str,
    /// What is looked for.
    search: Memo<String>,
    /// What stands in the empty field.
    hint: &'static str,
    /// Fields of the form that are not seen.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (texts, field) = (texts(), NodeRef::new());
    dom::use_value(field, move || search.get());
    view! {
        <Form method="GET" action=page attr:class="filters" attr:role="search" attr:autocomplete="off">
            {children.map(|children| children())}
            <div class="field field-search">
                <label for="q" class="visually-hidden">{texts.list_search}</label>
                <input id="q" type="search" name="q" maxlength=SEARCH_MAX.to_string() placeholder=hint
                    value=search node_ref=field />
            </div>
            <button class="button">{texts.list_search_button}</button>
        </Form>
    }
}
