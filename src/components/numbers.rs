//! A table of numbers that scrolls by itself where it is wider, or higher, than its place.

use leptos::prelude::*;

/// The table around its head and rows.
#[component]
pub fn NumbersTable(
    /// What it is called.
    name: &'static str,
    /// Whether its name is seen.
    #[prop(optional)]
    named: bool,
    /// Whether it may be high, and scrolls then.
    #[prop(optional)]
    tall: bool,
    /// Head and rows.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="table-scroll" class:table-tall=tall tabindex="0" role="region" aria-label=name>
            <table class="numbers">
                <caption class:visually-hidden=!named>{name}</caption>
                {children()}
            </table>
        </div>
    }
}
