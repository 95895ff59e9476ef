//! The browser's side of what happens: a page follows the stream of its events, and is read again when something changed.
//!
//! On the server all of this does nothing; without JavaScript a page is as of its last load.

#[cfg(feature = "hydrate")]
mod browser;

use crate::{
    app::use_refetch,
    components::dom,
    domain::{
        ids::{HistoryId, TicketId},
        presence::Presence,
        role::Role,
    },
    error::AppError,
    texts::texts,
};
use leptos::prelude::*;
use leptos_router::{hooks::use_location, location::Location};

/// What is pointed at, focused or selected in a list: it must not move away under a finger.
pub const MOVING: &str = "[data-live]:hover, [data-live]:focus-within, [data-live] input:checked";

/// The form that edits a ticket: drawing it anew would take the caret from whoever types in it.
pub const EDITING: &str = ".edit-form";

/// What a page knows of the events that it follows.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    /// The row up to which the page shows everything; none until it was drawn.
    shown: RwSignal<Option<HistoryId>>,
    /// Changes that are known and not shown, because somebody points at what they would move.
    waiting: RwSignal<u32>,
    /// Whether the connection has been gone for a while.
    lost: RwSignal<bool>,
    /// Who else looks at the ticket.
    pub others: RwSignal<Presence>,
    /// The side of somebody else who is writing.
    pub typing: RwSignal<Option<Role>>,
    /// The last row of the ticket's history that the other side was shown.
    pub read: RwSignal<HistoryId>,
    /// What came last, in words, for those who do not see it come.
    news: RwSignal<String>,
}

impl Live {
    /// The page was drawn from data as of `last`: what happened until then is shown.
    pub fn drawn(self, last: HistoryId) {
        if cfg!(feature = "hydrate") {
            self.shown.set(Some(last));
            self.waiting.set(0);
        }
    }
}

impl Live {
    /// Says it to those who hear the page.
    pub fn say(self, mut news: String) {
        // The same again is heard only where the text changes.
        if self.news.with_untracked(|said| *said == news) {
            news.push('\u{a0}');
        }
        self.news.set(news);
    }

    /// The page was drawn when the other side had been shown this.
    pub fn read_until(self, read: HistoryId) {
        if self.read.get_untracked() < read {
            self.read.set(read);
        }
    }
}

/// The last reading of the page that came through: what is shown stays when a later one finds no network.
#[derive(Clone, Debug)]
pub struct Kept<T: Send + Sync + 'static> {
    location: Location,
    read: StoredValue<Option<(String, T)>>,
}

/// Nothing was read yet.
pub fn use_kept<T: Send + Sync + 'static>() -> Kept<T> {
    Kept { location: use_location(), read: StoredValue::new(None) }
}

impl<T: Clone + Send + Sync + 'static> Kept<T> {
    /// What was read now or, where that failed for want of a network, what was read before at the same address.
    ///
    /// # Errors
    /// The reading's, where nothing stands in for it.
    pub fn or(&self, now: Result<T, AppError>) -> Result<T, AppError> {
        if !cfg!(feature = "hydrate") {
            return now;
        }
        let Location { pathname, search, .. } = &self.location;
        let address = format!("{}?{}", pathname.get_untracked(), search.get_untracked());
        match now {
            Ok(read) => {
                self.read.set_value(Some((address, read.clone())));
                Ok(read)
            }
            Err(error @ (AppError::Offline | AppError::Unavailable)) => {
                let kept = self.read.get_value().filter(|(at, _)| *at == address);
                kept.map(|(_, read)| read).ok_or(error)
            }
            Err(error) => Err(error),
        }
    }
}

/// Follows what `role` is told of a ticket, or of everything where there is none, for as long as the page stands. While
/// `busy` finds an element, changes wait to be shown.
pub fn use_live(role: Role, ticket: Option<Memo<TicketId>>, busy: &'static str) -> Live {
    let live = Live {
        shown: RwSignal::new(None),
        waiting: RwSignal::new(0),
        lost: RwSignal::new(false),
        others: RwSignal::new(Presence::default()),
        typing: RwSignal::new(None),
        read: RwSignal::new(HistoryId(0)),
        news: RwSignal::new(String::new()),
    };
    #[cfg(feature = "hydrate")]
    browser::follow(live, role, ticket, busy);
    #[cfg(not(feature = "hydrate"))]
    let _ = (role, ticket, busy);
    live
}

/// Tells those who hear a ticket's page what comes while it stands.
#[component]
pub fn LiveNews(
    /// What the page follows.
    live: Live,
) -> impl IntoView {
    view! { <p class="visually-hidden" role="status">{move || live.news.get()}</p> }
}

/// Says that changes wait, and that the connection is gone.
#[component]
pub fn LiveNote(
    /// What the page follows.
    live: Live,
    /// Called before what waits is shown.
    #[prop(optional, into)]
    before: Option<Callback<()>>,
) -> impl IntoView {
    let texts = texts();
    let refetch = use_refetch();
    let show = move |_| {
        if let Some(before) = before {
            before.run(());
        }
        dom::pass_focus(".live-note button:focus", "h1");
        live.waiting.set(0);
        refetch.notify();
    };
    let lost = move || live.lost.get().then(|| view! { <span class="live-lost">{texts.live_lost}</span> });
    let waiting = move || {
        let count = live.waiting.get();
        (count > 0).then(|| {
            let label = texts.counted(count.into(), texts.live_waiting_one, texts.live_waiting_other);
            view! { <button type="button" class="button button-primary button-small" on:click=show>{label}</button> }
        })
    };
    view! { <div class="live-note" role="status">{lost}{waiting}</div> }
}
