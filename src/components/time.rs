//! Dates as people say them, with the exact one beside.

use crate::{
    domain::time::{Civil, Timestamp},
    texts::texts,
};
use leptos::prelude::*;

/// The browser's time, renewed every half minute; none on the server and until the page is live.
#[derive(Clone, Copy)]
struct Clock(RwSignal<Option<Timestamp>>);

/// Starts the clock that [`Moment`] follows.
pub fn provide_clock() {
    let clock = Clock(RwSignal::new(None));
    provide_context(clock);
    Effect::new(move || {
        clock.0.set(now());
        _ = set_interval_with_handle(move || clock.0.set(now()), std::time::Duration::from_secs(30));
    });
}

#[cfg(feature = "hydrate")]
#[expect(
    clippy::unnecessary_wraps,
    clippy::cast_possible_truncation,
    reason = "the server has none; a date is far below 2^53"
)]
fn now() -> Option<Timestamp> {
    Some(Timestamp(js_sys::Date::now() as i64))
}

#[cfg(not(feature = "hydrate"))]
const fn now() -> Option<Timestamp> {
    None
}

/// Day and time where the reader is, in the shape that the server wrote them in: nothing beside it moves.
#[cfg(feature = "hydrate")]
#[expect(clippy::unnecessary_wraps, reason = "the server has none")]
fn local(at: Timestamp) -> Option<String> {
    let (texts, date, Day { year, month, of_month }) = (texts(), at.to_date(), day(at, true));
    Some(texts.time_of(&texts.day(year, month, of_month), date.get_hours(), date.get_minutes()))
}

#[cfg(not(feature = "hydrate"))]
const fn local(_: Timestamp) -> Option<String> {
    None
}

/// A day of a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Day {
    year: i32,
    /// From 0.
    month: u32,
    of_month: u32,
}

/// The day of a moment in UTC, or where its reader is.
fn day(at: Timestamp, is_local: bool) -> Day {
    #[cfg(feature = "hydrate")]
    if is_local {
        let date = at.to_date();
        #[expect(clippy::cast_possible_wrap, reason = "a year is far below 2^31")]
        return Day { year: date.get_full_year() as i32, month: date.get_month(), of_month: date.get_date() };
    }
    let _ = is_local;
    let Civil { year, month, day: of_month, .. } = at.in_utc();
    Day { year, month, of_month }
}

/// Whether days are the reader's own yet: UTC's until the page is live, as the server wrote them.
pub fn use_local_days() -> RwSignal<bool> {
    let is_local = RwSignal::new(false);
    Effect::new(move || is_local.set(true));
    is_local
}

/// A line before the first of a day, of which `before` is the moment before.
#[component]
pub fn DayBreak(
    /// The moment of the line above, if there is one.
    before: Option<Timestamp>,
    /// The moment of the line below.
    at: Timestamp,
    /// See [`use_local_days`].
    is_local: RwSignal<bool>,
) -> impl IntoView {
    const DAY: i64 = 86_400_000;
    let (texts, clock) = (texts(), use_context::<Clock>());
    move || {
        let is_local = is_local.get();
        let this = day(at, is_local);
        if before.is_some_and(|before| day(before, is_local) == this) {
            return None;
        }
        let now = clock.and_then(|clock| clock.0.get()).filter(|_| is_local);
        let label = match now {
            Some(now) if day(now, true) == this => texts.today.to_owned(),
            Some(now) if day(Timestamp(now.0 - DAY), true) == this => texts.yesterday.to_owned(),
            _ => texts.day(this.year, this.month, this.of_month),
        };
        let written = format!("{:04}-{:02}-{:02}", this.year, this.month + 1, this.of_month);
        Some(view! { <li class="day"><time datetime=written>{label}</time></li> })
    }
}

/// A moment: the UTC time until the page is live, then how long ago it was, with the reader's own time on hover.
#[component]
pub fn Moment(
    /// When.
    at: Timestamp,
    /// Says day and time instead of how long ago it was: for what is yet to come.
    #[prop(optional)]
    exact: bool,
) -> impl IntoView {
    let texts = texts();
    if cfg!(feature = "ssr") {
        let said = texts.moment(at);
        return view! { <time datetime=at.to_string() title=said.clone()>{said.clone()}</time> }.into_any();
    }
    let clock = use_context::<Clock>();
    // What the server drew stays as it wrote it until this very element is live: the clock may have started before it is.
    let drawn_by_server = Owner::current_shared_context().is_some_and(|context| context.during_hydration());
    let live = RwSignal::new(!drawn_by_server);
    Effect::new(move || live.set(true));
    let now = move || live.get().then(|| clock.and_then(|clock| clock.0.get())).flatten();
    let whole = move || now().and_then(|_| local(at)).unwrap_or_else(|| texts.moment(at));
    let spoken = move || {
        let ago = now().filter(|_| !exact).and_then(|now| texts.ago(now.millis_since(at)));
        ago.unwrap_or_else(whole)
    };
    view! { <time datetime=at.to_string() title=whole>{spoken}</time> }.into_any()
}
