//! Failed reads and refused forms: what went wrong, in words, and the next step.

use super::{address::here, heading::Heading, staff_only::StaffOnly};
use crate::{
    app::{FormEcho, area, home, use_refetch},
    domain::role::Role,
    error::{AppError, Field},
    texts::texts,
};
use leptos::{ev, prelude::*, server_fn::ServerFn};

/// Why the last sending of a form failed, whether it was sent by script or without.
pub fn use_failure<S>(action: ServerAction<S>) -> Signal<Option<AppError>>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let echoed = use_context::<FormEcho>().filter(|echo| echo.path == S::url()).map(|echo| echo.error);
    let value = action.value();
    let pending = action.pending();
    Signal::derive(move || {
        if pending.get() {
            return None;
        }
        match &*value.read() {
            Some(Err(error)) => Some(error.clone()),
            Some(Ok(_)) => None,
            None => echoed.clone(),
        }
    })
}

/// What was typed into the field `name` of a form that was refused without JavaScript.
pub fn echoed<S: ServerFn>(name: &str) -> Option<String> {
    let echo = use_context::<FormEcho>().filter(|echo| echo.path == S::url())?;
    echo.fields.into_iter().find(|(field, _)| field == name).map(|(_, value)| value)
}

/// All that were sent as the list `name` with a form that was refused without JavaScript.
pub fn echoed_all<S: ServerFn>(name: &str) -> Vec<String> {
    let Some(echo) = use_context::<FormEcho>().filter(|echo| echo.path == S::url()) else { return Vec::new() };
    let is_one = |field: &str| field.strip_prefix(name).is_some_and(|rest| rest.starts_with('['));
    echo.fields.into_iter().filter(|(field, _)| is_one(field)).map(|(_, value)| value).collect()
}

/// The value of a field's `aria-invalid`, while that field is why the form was refused.
pub fn invalid(error: Signal<Option<AppError>>, field: Field) -> Option<&'static str> {
    let is_it =
        |error: &Option<AppError>| matches!(error, Some(AppError::Invalid { field: wrong, .. }) if *wrong == field);
    error.with(is_it).then_some("true")
}

/// A refused form's reason, announced as it appears.
#[component]
pub fn FormFailure(
    /// Why it failed, if it did.
    #[prop(into)]
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    view! {
        <div role="alert" class="form-failure">
            {move || error.get().map(|error| texts().error(&error))}
        </div>
    }
}

/// A read that failed: says why and offers to try again; of what is not there, it leads to the list of what is.
#[component]
pub fn ReadFailure(
    /// Why.
    error: AppError,
    /// Whether it stands for the whole page, which has no other heading.
    #[prop(optional)]
    whole: bool,
) -> impl IntoView {
    let (texts, refetch) = (texts(), use_refetch());
    if error == AppError::StaffOnly {
        return view! { <StaffOnly whole /> }.into_any();
    }
    let here = here();
    // A service that is not there may come back.
    let (heading, way) = if error.status() == 404 && error != AppError::NoSuchService {
        let (list, name) = match area(here.split('?').next().unwrap_or_default()) {
            Some(Role::Staff) => (home(Role::Staff), texts.missing_to_board),
            _ => (home(Role::Requester), texts.missing_to_reports),
        };
        (texts.missing_title, view! { <a class="button" href=list>{name}</a> }.into_any())
    } else {
        // Without network the document may be had all the same: the service worker keeps those that were seen.
        let is_offline = matches!(error, AppError::Offline);
        let again = move |event: ev::MouseEvent| {
            if !is_offline {
                event.prevent_default();
                refetch.notify();
            }
        };
        (
            texts.failed_title,
            view! { <a class="button" href=here rel="external" on:click=again>{texts.retry}</a> }.into_any(),
        )
    };
    view! {
        <section class="state state-failed" role="alert">
            {title(heading, whole)}
            <p>{texts.error(&error)}</p>
            <p>{way}</p>
        </section>
    }
    .into_any()
}

/// A title of the page or of a part of it.
pub fn title(title: &'static str, whole: bool) -> AnyView {
    if whole { view! { <Heading>{title}</Heading> }.into_any() } else { view! { <h2>{title}</h2> }.into_any() }
}

/// What stands where a list or card will be, in its final size.
#[component]
pub fn Skeleton(
    /// How many lines.
    #[prop(default = 6)]
    lines: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton" aria-busy="true">
            <p class="visually-hidden">{texts().loading}</p>
            {(0..lines).map(|_| view! { <div class="skeleton-line"></div> }).collect_view()}
        </div>
    }
}
