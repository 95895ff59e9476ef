//! What changed since it was last looked at on this device. The device alone keeps that.
//!
//! A ticket has as many editions as it had changes and messages that its reader may see. Those of the tickets that were
//! looked at are kept; one that has more by now is unread. A ticket that was never looked at here is merely new.

use super::dom;
use crate::{
    domain::{
        ids::TicketId,
        role::Role,
        ticket::{Ticket, TicketRow},
    },
    texts::texts,
};
use leptos::{ev, prelude::*};

/// How many tickets are kept.
const SEEN_MAX: usize = 500;

/// The editions that were seen, the last looked at first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Editions(Vec<(TicketId, i64)>);

impl Editions {
    /// Reads what [`Editions::write`] wrote.
    fn read(kept: &str) -> Self {
        let pair = |pair: &str| {
            let (id, edition) = pair.split_once(':')?;
            Some((id.parse().ok()?, edition.parse().ok()?))
        };
        Self(kept.split(' ').filter_map(pair).collect())
    }

    fn write(&self) -> String {
        self.0.iter().map(|(id, edition)| format!("{id}:{edition}")).collect::<Vec<_>>().join(" ")
    }

    fn of(&self, id: TicketId) -> Option<i64> {
        self.0.iter().find(|(other, _)| *other == id).map(|(_, edition)| *edition)
    }

    fn see(&mut self, id: TicketId, edition: i64) {
        self.0.retain(|(other, _)| *other != id);
        self.0.insert(0, (id, edition));
        self.0.truncate(SEEN_MAX);
    }
}

/// What this device has seen as one of the roles: each sees other messages, so that each counts for itself.
#[derive(Clone, Copy)]
pub struct Seen {
    role: Role,
    /// None on the server, and until the page is live.
    editions: RwSignal<Option<Editions>>,
}

/// Reads what the device has seen, and follows what its other tabs see.
pub fn use_seen(role: Role) -> Seen {
    let seen = Seen { role, editions: RwSignal::new(None) };
    Effect::new(move || {
        seen.load();
        let elsewhere = window_event_listener(ev::storage, move |_| seen.load());
        on_cleanup(move || elsewhere.remove());
    });
    provide_context(seen);
    seen
}

impl Seen {
    const fn key(self) -> &'static str {
        match self.role {
            Role::Requester => "campusdesk.seen.requester",
            Role::Staff => "campusdesk.seen.staff",
        }
    }

    fn load(self) {
        self.editions.set(Some(Editions::read(&dom::stored(self.key()).unwrap_or_default())));
    }

    /// A ticket is looked at, as it is now.
    pub fn see(self, id: TicketId, edition: i64) {
        let mut editions = Editions::read(&dom::stored(self.key()).unwrap_or_default());
        if editions.of(id) != Some(edition) {
            editions.see(id, edition);
            dom::store(self.key(), &editions.write());
            self.editions.set(Some(editions));
        }
    }

    /// This device has just changed tickets without looking at them: what it had seen, it has seen still.
    pub fn changed(self, ids: &[TicketId]) {
        for &id in ids {
            if let Some(edition) = self.editions.get_untracked().and_then(|editions| editions.of(id)) {
                self.see(id, edition + 1);
            }
        }
    }

    /// How many editions came since the ticket was looked at.
    pub fn unread(self, id: TicketId, edition: i64) -> i64 {
        let seen = self.editions.read().as_ref().and_then(|editions| editions.of(id));
        seen.map_or(0, |seen| (edition - seen).max(0))
    }
}

/// The mark of a ticket in a list that changed since it was looked at.
#[component]
pub fn UnreadMark(
    /// Which ticket.
    id: TicketId,
    /// As it is now.
    edition: i64,
) -> impl IntoView {
    let (seen, texts) = (use_context::<Seen>(), texts());
    // What the server drew has no mark, and what the device has seen may be known before this very element is live.
    let live = RwSignal::new(false);
    Effect::new(move || live.set(true));
    move || {
        let unread = live.get() && seen.is_some_and(|seen| seen.unread(id, edition) > 0);
        unread.then(|| view! { <span class="unread">{texts.unread}</span> })
    }
}

/// How many tickets of a list are unread, for the page's title; `show` says which are shown.
#[derive(Clone, Copy)]
pub struct UnreadCount {
    seen: Seen,
    shown: RwSignal<Vec<(TicketId, i64)>>,
}

/// Nothing is shown yet.
pub fn use_unread_count(seen: Seen) -> UnreadCount {
    UnreadCount { seen, shown: RwSignal::new(Vec::new()) }
}

impl UnreadCount {
    /// These are shown now; one that stands there twice counts once.
    pub fn show<'a>(self, rows: impl Iterator<Item = &'a TicketRow>) {
        if cfg!(feature = "hydrate") {
            let mut shown: Vec<_> = rows.map(|row| (row.id, row.edition)).collect();
            shown.sort_unstable();
            shown.dedup();
            self.shown.set(shown);
        }
    }

    /// How many of them are unread.
    pub fn count(self) -> Signal<usize> {
        Signal::derive(move || {
            self.shown.read().iter().filter(|(id, edition)| self.seen.unread(*id, *edition) > 0).count()
        })
    }
}

/// What came under a ticket whose page is in the background, for its title.
#[derive(Clone, Copy)]
pub struct Attention {
    seen: Seen,
    shown: RwSignal<Option<(TicketId, i64)>>,
    /// Whether the page is looked at.
    pub visible: RwSignal<bool>,
}

/// Sees what is shown while the page is looked at.
pub fn use_attention(seen: Seen) -> Attention {
    let attention = Attention { seen, shown: RwSignal::new(None), visible: RwSignal::new(true) };
    Effect::new(move || {
        attention.visible.set(dom::is_visible());
        let turned =
            window_event_listener_untyped("visibilitychange", move |_| attention.visible.set(dom::is_visible()));
        on_cleanup(move || turned.remove());
    });
    Effect::new(move || {
        if let (true, Some((id, edition))) = (attention.visible.get(), attention.shown.get()) {
            seen.see(id, edition);
        }
    });
    attention
}

impl Attention {
    /// This is shown now.
    pub fn show(self, ticket: &Ticket) {
        if cfg!(feature = "hydrate") {
            self.shown.set(Some((ticket.id, ticket.edition())));
        }
    }

    /// How many changes came since the page was looked at.
    pub fn count(self) -> Signal<usize> {
        Signal::derive(move || {
            let unread = self.shown.get().map_or(0, |(id, edition)| self.seen.unread(id, edition));
            if self.visible.get() { 0 } else { usize::try_from(unread).unwrap_or(0) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_reads_back() {
        let mut editions = Editions::default();
        editions.see(TicketId(7), 1);
        editions.see(TicketId(9), 4);
        editions.see(TicketId(7), 3);
        assert_eq!(editions.write(), "7:3 9:4");
        assert_eq!(Editions::read(&editions.write()), editions);
        assert_eq!((editions.of(TicketId(9)), editions.of(TicketId(1))), (Some(4), None));
    }

    #[test]
    fn what_the_device_kept_badly_is_left_out() {
        assert_eq!(Editions::read("7:3 x 8: :4 9:5:6 10:2"), Editions::read("7:3 10:2"));
    }

    #[test]
    fn the_longest_unseen_is_forgotten_first() {
        let mut editions = Editions::default();
        for id in 0..=500 {
            editions.see(TicketId(id), 1);
        }
        assert_eq!(editions.0.len(), SEEN_MAX);
        assert_eq!((editions.of(TicketId(0)), editions.of(TicketId(500))), (None, Some(1)));
    }
}
