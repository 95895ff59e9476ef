//! A status in colour, word and shape.

use crate::{domain::status::Status, texts::texts};
use leptos::{prelude::*, tachys::html::InertElement};

macro_rules! shape {
    ($path:literal) => {
        concat!(
            r#"<svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false"><path d=""#,
            $path,
            r#""></path></svg>"#
        )
    };
}

/// Open is an amber dot, active a blue half-ring, closed a green check; the word stands beside it.
#[component]
pub fn StatusBadge(
    /// Which.
    status: Status,
) -> impl IntoView {
    let (class, shape) = match status {
        Status::Open => ("status status-open", shape!("M8 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8z")),
        Status::Active => ("status status-active", shape!("M8 2.5a5.5 5.5 0 0 1 0 11")),
        Status::Closed => ("status status-closed", shape!("M3 8.5 6.5 12 13 4.5")),
    };
    view! {
        <span class=class title=texts().status_hint(status)>
            {InertElement::new(shape)}
            {texts().status(status)}
        </span>
    }
}
