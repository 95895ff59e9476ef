//! The browser's side of what happens: a page follows the stream of its events, and is read again when something changed.
//!
//! On the server all of this does nothing; without JavaScript a page is as of its last load.

use crate::{
    app::use_refetch,
    domain::{
        ids::{HistoryId, TicketId},
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

/// Where the events of a list, or of one ticket, are told to `role`.
pub fn address(role: Role, ticket: Option<TicketId>) -> String {
    let stream = match role {
        Role::Requester => "/rpc/events",
        Role::Staff => "/rpc/helpdesk/events",
    };
    ticket.map_or_else(|| stream.to_owned(), |ticket| format!("{stream}?ticket={ticket}"))
}

/// Follows `address` for as long as the page stands. While `busy` finds an element, changes wait to be shown.
pub fn use_live(address: impl Fn() -> String + Send + Sync + 'static, busy: &'static str) -> Live {
    let live = Live { shown: RwSignal::new(None), waiting: RwSignal::new(0), lost: RwSignal::new(false) };
    #[cfg(feature = "hydrate")]
    browser::follow(live, address, busy);
    #[cfg(not(feature = "hydrate"))]
    let _ = (address, busy);
    live
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

#[cfg(feature = "hydrate")]
mod browser {
    use super::{HistoryId, Live};
    use crate::{app::use_refetch, components::dom, domain::history::What};
    use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, wasm_bindgen::JsCast, web_sys};
    use std::{
        cell::{Cell, RefCell},
        rc::{Rc, Weak},
        time::Duration,
    };
    use wasm_bindgen::prelude::Closure;
    use web_sys::{Event, EventSource, MessageEvent};

    /// Events that come together are read together.
    const GATHER: Duration = Duration::from_millis(100);
    /// A page is read again once in this time at most.
    const PAUSE: Duration = Duration::from_secs(1);
    /// A connection that is gone for less is nobody's concern; a reading that failed again is tried again after it.
    const PATIENCE: Duration = Duration::from_secs(5);
    /// The first wait before the next attempt, and the longest, in milliseconds.
    const RETRY_MS: (f64, f64) = (500.0, 30_000.0);

    /// Follows the address that `address` says now; another one is another stream.
    pub(super) fn follow(live: Live, address: impl Fn() -> String + Send + Sync + 'static, busy: &'static str) {
        let refetch = use_refetch();
        let is_drawn = Memo::new(move |_| live.shown.read().is_some());
        let address = Memo::new(move |_| address());
        let stream = StoredValue::new_local(None::<Stream>);
        Effect::new(move || {
            let address = address.get();
            stream.set_value(None);
            if let Some(after) = live.shown.get_untracked().filter(|_| is_drawn.get()) {
                let page = Page { live, busy, read_again: Box::new(move || refetch.notify()) };
                stream.set_value(Some(Stream::open(address, after, page)));
            }
        });
        on_cleanup(move || {
            _ = stream.try_set_value(None);
        });
    }

    /// What is to be done with what is heard.
    struct Page {
        live: Live,
        busy: &'static str,
        read_again: Box<dyn Fn()>,
    }

    /// An open stream; it is closed when it is dropped.
    struct Stream(Rc<Inner>);

    struct Inner {
        address: String,
        page: Page,
        /// The last row that was heard.
        last: Cell<HistoryId>,
        /// How many were heard since the page was read.
        heard: Cell<u32>,
        attempts: Cell<i32>,
        source: RefCell<Option<EventSource>>,
        /// Reads the page.
        reading: Timer,
        /// Connects again.
        connecting: Timer,
        /// Tells that the connection is gone.
        losing: Timer,
        on_event: Closure<dyn Fn(MessageEvent)>,
        on_open: Closure<dyn Fn(Event)>,
        on_error: Closure<dyn Fn(Event)>,
        on_return: Closure<dyn Fn(Event)>,
    }

    /// At most one thing to do later.
    #[derive(Clone, Default)]
    struct Timer(Rc<Cell<Option<TimeoutHandle>>>);

    impl Timer {
        fn is_set(&self) -> bool {
            let handle = self.0.take();
            self.0.set(handle);
            handle.is_some()
        }

        fn set(&self, after: Duration, then: impl Fn() + 'static) {
            self.clear();
            let own = self.clone();
            let run = move || {
                own.0.set(None);
                then();
            };
            self.0.set(set_timeout_with_handle(run, after).ok());
        }

        fn clear(&self) {
            if let Some(handle) = self.0.take() {
                handle.clear();
            }
        }
    }

    impl Stream {
        fn open(address: String, after: HistoryId, page: Page) -> Self {
            let inner = Rc::new_cyclic(|own: &Weak<Inner>| {
                let with = |act: fn(&Rc<Inner>)| {
                    let own = own.clone();
                    Closure::<dyn Fn(Event)>::new(move |_| {
                        if let Some(inner) = own.upgrade() {
                            act(&inner);
                        }
                    })
                };
                let on_event = {
                    let own = own.clone();
                    Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                        if let (Some(inner), Ok(id)) = (own.upgrade(), event.last_event_id().parse()) {
                            inner.hear(HistoryId(id));
                        }
                    })
                };
                Inner {
                    address,
                    page,
                    last: Cell::new(after),
                    heard: Cell::new(0),
                    attempts: Cell::new(0),
                    source: RefCell::new(None),
                    reading: Timer::default(),
                    connecting: Timer::default(),
                    losing: Timer::default(),
                    on_event,
                    on_open: with(Inner::opened),
                    on_error: with(Inner::failed),
                    on_return: with(Inner::returned),
                }
            });
            let on_return = inner.on_return.as_ref().unchecked_ref();
            _ = window().add_event_listener_with_callback("online", on_return);
            _ = document().add_event_listener_with_callback("visibilitychange", on_return);
            inner.connect();
            Self(inner)
        }
    }

    impl Drop for Stream {
        fn drop(&mut self) {
            let on_return = self.0.on_return.as_ref().unchecked_ref();
            _ = window().remove_event_listener_with_callback("online", on_return);
            _ = document().remove_event_listener_with_callback("visibilitychange", on_return);
            for timer in [&self.0.reading, &self.0.connecting, &self.0.losing] {
                timer.clear();
            }
            self.0.disconnect();
        }
    }

    impl Inner {
        fn connect(self: &Rc<Self>) {
            self.disconnect();
            self.connecting.clear();
            let mark = if self.address.contains('?') { '&' } else { '?' };
            let address = format!("{}{mark}after={}", self.address, self.last.get());
            let Ok(source) = EventSource::new(&address) else { return };
            let on_event = self.on_event.as_ref().unchecked_ref();
            for what in What::ALL {
                _ = source.add_event_listener_with_callback(what.slug(), on_event);
            }
            source.set_onopen(Some(self.on_open.as_ref().unchecked_ref()));
            source.set_onerror(Some(self.on_error.as_ref().unchecked_ref()));
            *self.source.borrow_mut() = Some(source);
        }

        fn disconnect(&self) {
            if let Some(source) = self.source.borrow_mut().take() {
                source.close();
            }
        }

        fn opened(self: &Rc<Self>) {
            self.attempts.set(0);
            self.losing.clear();
            let live = self.page.live;
            live.lost.set(false);
            // What was heard and could not be read, because the network went in between.
            self.read_after(GATHER);
        }

        /// Tries again, later each time, and not at the same moment as everybody else.
        fn failed(self: &Rc<Self>) {
            self.disconnect();
            let attempts = self.attempts.get();
            self.attempts.set(attempts + 1);
            let wait = (RETRY_MS.0 * 2_f64.powi(attempts)).min(RETRY_MS.1) * (0.5 + js_sys::Math::random());
            let own = Rc::downgrade(self);
            self.connecting.set(Duration::from_secs_f64(wait / 1000.0), move || {
                if let Some(inner) = own.upgrade() {
                    inner.connect();
                }
            });
            let live = self.page.live;
            if !self.losing.is_set() && !live.lost.get_untracked() {
                self.losing.set(PATIENCE, move || live.lost.set(true));
            }
        }

        /// The network is back, or the page is looked at again: after a sleep, a connection may be dead and not know it.
        fn returned(self: &Rc<Self>) {
            if !document().hidden() {
                self.attempts.set(0);
                self.connect();
            }
        }

        fn hear(self: &Rc<Self>, id: HistoryId) {
            self.last.set(id);
            self.heard.set(self.heard.get() + 1);
            if !self.reading.is_set() {
                self.read_after(GATHER);
            }
        }

        fn read_after(self: &Rc<Self>, wait: Duration) {
            let own = Rc::downgrade(self);
            self.reading.set(wait, move || {
                if let Some(inner) = own.upgrade() {
                    inner.read();
                }
            });
        }

        fn read(self: &Rc<Self>) {
            let live = self.page.live;
            let heard = self.heard.take();
            // The page may have been read since, for another reason.
            if live.shown.get_untracked().is_some_and(|shown| shown >= self.last.get()) {
                return;
            }
            if dom::find(self.page.busy).is_some() {
                live.waiting.update(|waiting| *waiting += heard);
                return;
            }
            (self.page.read_again)();
            // Until this has passed, what is heard is gathered. Nothing heard, and not up to date: that reading failed.
            self.read_after(if heard == 0 { PATIENCE } else { PAUSE });
        }
    }
}
