//! How many are affected by a ticket, beside its reporter.

use crate::texts::texts;
use leptos::prelude::*;

/// Says so, where there is anybody.
#[component]
pub fn Affected(
    /// How many.
    count: i64,
) -> impl IntoView {
    let texts = texts();
    (count > 0).then(|| {
        view! { <span class="affected">{texts.counted(count, texts.affected_one, texts.affected_other)}</span> }
    })
}
