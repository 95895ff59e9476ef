//! One open stream of events, and what is done with what is heard.

use super::Live;
use crate::{
    app::use_refetch,
    components::{dom, notices},
    domain::{
        history::{HistoryRow, What},
        ids::{HistoryId, TicketId},
        presence::{PRESENCE, Presence, READ, Reading, TYPING, Typing},
        role::Role,
        status::Status,
    },
    texts::{fill, texts},
};
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

/// Somebody who writes says so every few seconds: after this they have stopped.
const WRITES: Duration = Duration::from_secs(6);

/// Where the events of a list, or of one ticket, are told to `role`.
fn address(role: Role, ticket: Option<TicketId>) -> String {
    let stream = match role {
        Role::Requester => "/rpc/events",
        Role::Staff => "/rpc/helpdesk/events",
    };
    match ticket {
        Some(ticket) => format!("{stream}?ticket={ticket}&who={}&", dom::device()),
        None => format!("{stream}?"),
    }
}

/// What is said of a row to `reader`: a message of the other side, and where the ticket stands now.
fn news(row: &HistoryRow, reader: Role) -> Option<String> {
    let texts = texts();
    match row.what {
        What::Message if row.role != reader => Some(fill(texts.notice_body, &[("role", &texts.role(row.role))])),
        What::Status => row.to.as_deref().and_then(Status::from_slug).map(|now| texts.status(now).to_owned()),
        _ => None,
    }
}

/// Follows what `role` is told of `ticket`; another ticket is another stream.
pub(super) fn follow(live: Live, role: Role, ticket: Option<Memo<TicketId>>, busy: &'static str) {
    let refetch = use_refetch();
    let is_drawn = Memo::new(move |_| live.shown.read().is_some());
    let stream = StoredValue::new_local(None::<Stream>);
    Effect::new(move || {
        let address = address(role, ticket.map(|ticket| ticket.get()));
        stream.set_value(None);
        if let Some(after) = live.shown.get_untracked().filter(|_| is_drawn.get()) {
            let page = Page { live, role, busy, read_again: Box::new(move || refetch.notify()) };
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
    /// Who reads it.
    role: Role,
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
    /// Forgets that somebody writes.
    writing: Timer,
    on_event: Closure<dyn Fn(MessageEvent)>,
    on_passing: Closure<dyn Fn(MessageEvent)>,
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
            let of_message = |act: fn(&Rc<Inner>, &MessageEvent, &str)| {
                let own = own.clone();
                Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                    if let (Some(inner), Some(data)) = (own.upgrade(), event.data().as_string()) {
                        act(&inner, &event, &data);
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
                writing: Timer::default(),
                on_event: of_message(Inner::hear),
                on_passing: of_message(Inner::notice),
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
        for timer in [&self.0.reading, &self.0.connecting, &self.0.losing, &self.0.writing] {
            timer.clear();
        }
        self.0.disconnect();
        self.0.is_alone();
    }
}

impl Inner {
    fn connect(self: &Rc<Self>) {
        self.disconnect();
        self.connecting.clear();
        let address = format!("{}after={}", self.address, self.last.get());
        let Ok(source) = EventSource::new(&address) else { return };
        let on_event = self.on_event.as_ref().unchecked_ref();
        for what in What::ALL {
            _ = source.add_event_listener_with_callback(what.slug(), on_event);
        }
        let on_passing = self.on_passing.as_ref().unchecked_ref();
        for name in [PRESENCE, TYPING, READ] {
            _ = source.add_event_listener_with_callback(name, on_passing);
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
        self.is_alone();
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

    /// Nobody is known to be there.
    fn is_alone(&self) {
        // The page may be on its way out, and its signals gone.
        _ = self.page.live.others.try_set(Presence::default());
        _ = self.page.live.typing.try_set(None);
    }

    /// What is told without an id: who is there, who writes, who has read.
    fn notice(self: &Rc<Self>, event: &MessageEvent, data: &str) {
        let live = self.page.live;
        match event.type_().as_str() {
            PRESENCE => {
                if let Ok(others) = serde_json::from_str(data) {
                    live.others.set(others);
                }
            }
            TYPING => {
                if let Ok(Typing { role }) = serde_json::from_str(data) {
                    live.typing.set(Some(role));
                    self.writing.set(WRITES, move || live.typing.set(None));
                }
            }
            READ => {
                if let Ok(Reading { role, last }) = serde_json::from_str(data)
                    && role != self.page.role
                {
                    live.read_until(last);
                }
            }
            _ => {}
        }
    }

    fn hear(self: &Rc<Self>, event: &MessageEvent, data: &str) {
        let Ok(id) = event.last_event_id().parse() else { return };
        if let Ok(row) = serde_json::from_str::<HistoryRow>(data) {
            if self.page.live.typing.get_untracked() == Some(row.role) {
                self.page.live.typing.set(None);
            }
            notices::tell(&row, self.page.role);
            if let Some(news) = news(&row, self.page.role) {
                self.page.live.say(news);
            }
        }
        self.last.set(HistoryId(id));
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
