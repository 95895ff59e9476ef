//! A page's heading, which takes the focus when the page is entered without a reload, as a reload would give it anew.

use super::dom;
use leptos::{html::H1, prelude::*};
use leptos_router::hooks::use_location;

/// The address that was entered without a reload and whose page has not taken the focus yet.
#[derive(Clone, Copy)]
struct Entered(RwSignal<Option<String>>);

/// Provides what [`FollowAddress`] tells to [`Heading`].
pub fn provide_entered() {
    provide_context(Entered(RwSignal::new(None)));
}

/// Notices that the address changed without a reload. Stands once, within the router.
#[component]
pub fn FollowAddress() -> impl IntoView {
    let (path, entered) = (use_location().pathname, use_context::<Entered>());
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if let Some(entered) = entered
            && before.is_some_and(|before| before != now)
        {
            entered.0.set(Some(now.clone()));
        }
        now
    });
}

/// The page's heading. A page that is a form gives the focus to its first box instead.
#[component]
pub fn Heading(
    /// What it says.
    children: Children,
) -> impl IntoView {
    let (heading, entered) = (NodeRef::<H1>::new(), use_context::<Entered>());
    // The heading of the page that is left may still stand when the address has changed: the focus is not its own.
    let here = use_location().pathname.get_untracked();
    Effect::new(move || {
        if let (Some(entered), Some(heading)) = (entered, heading.get())
            && entered.0.get().as_deref() == Some(here.as_str())
        {
            entered.0.set(None);
            request_animation_frame(move || {
                dom::focus(&dom::find("main [autofocus]").unwrap_or_else(|| heading.into()));
            });
        }
    });
    view! { <h1 tabindex="-1" node_ref=heading>{children()}</h1> }
}
