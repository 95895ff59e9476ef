//! What happens, told as it happens.
//!
//! Every change leaves a row in the history. One task reads what the history gained and hands each to those who listen: to
//! everything, or to its ticket. The table alone is the truth. Whoever comes back, or was too slow, names the last row
//! they saw, and is told from the table what came after: nothing is missed, nothing comes twice, all of it in order.
//!
//! Those who listen to a ticket also hear what is kept nowhere ([`Passing`]): who else is there, and who is writing. It
//! lives in this process alone.

use crate::{
    domain::{
        history::Happening,
        ids::{HistoryId, TicketId, Visitor},
        presence::{Presence, Reading, Typing},
        role::Role,
        ticket::Found,
    },
    error::AppError,
    server::store::Store,
};
use futures_util::{Stream, stream};
use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{
        broadcast::{Receiver, Sender, error::RecvError},
        watch,
    },
    time::{Instant, sleep, timeout},
};

/// Rows that a listener to everything may be behind before it is let go, to come back when it can.
const BEHIND: usize = 1024;
/// The same for a ticket, of which less happens: there are as many of these as tickets that are looked at.
const BEHIND_OF_TICKET: usize = 64;
/// Rows read from the table at once.
const ROWS: u64 = 500;
/// How often the table is looked at although nobody said that it grew: another process may have written.
const LOOK: Duration = Duration::from_secs(1);

/// Who has not shown that they are still there for so long is there no more: a network that is lost ends no stream. Devices
/// show it only while somebody else is there to see it.
const FADED: Duration = Duration::from_secs(9);
/// How often a listener who sees others looks whether they have faded.
const GLANCE: Duration = Duration::from_secs(1);

/// A happening and its JSON, made once for everybody.
#[derive(Debug)]
pub struct Told {
    /// What happened.
    pub happening: Happening,
    /// The row as JSON.
    pub json: String,
}

/// What a listener hears.
#[derive(Clone, Debug)]
pub enum Said {
    /// A row of the history.
    Row(Arc<Told>),
    /// Who else is there now.
    Presence(Presence),
    /// Somebody is writing.
    Typing(Typing),
    /// A side has read.
    Read(Reading),
}

/// Who listens to what. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Live {
    store: Store,
    rooms: Arc<Rooms>,
}

#[derive(Debug)]
struct Rooms {
    /// The last row that was told.
    last: AtomicI64,
    /// Becomes true when the process is to end.
    ended: watch::Sender<bool>,
    everything: Sender<Heard>,
    tickets: Mutex<HashMap<TicketId, Room>>,
}

/// Those who listen to one ticket.
#[derive(Debug)]
struct Room {
    sender: Sender<Heard>,
    /// The devices that have a stream open.
    present: HashMap<(Role, Visitor), Person>,
}

/// A device in a room.
#[derive(Debug)]
struct Person {
    /// One for each of its tabs.
    streams: u32,
    /// When it last showed that it is there.
    shown: Instant,
}

impl Person {
    fn is_there(&self) -> bool {
        self.shown.elapsed() < FADED
    }
}

/// What is handed to all listeners of a room; each makes of it what it may be told.
#[derive(Clone, Debug)]
enum Heard {
    Row(Arc<Told>),
    Passing(Arc<Passing>),
}

/// What is kept nowhere.
#[derive(Debug)]
enum Passing {
    /// Somebody came or went.
    Presence,
    /// Somebody of that side is writing, perhaps what only staff may know of.
    Typing { who: (Role, Visitor), internal: bool },
    /// A side has read.
    Read(Reading),
}

impl Rooms {
    fn tickets(&self) -> MutexGuard<'_, HashMap<TicketId, Room>> {
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, told: Arc<Told>) {
        let (id, ticket) = (told.happening.row.id, told.happening.row.ticket_id);
        // First: a page that is read because of it is then as of it, and need not be read again.
        self.last.store(id.0, Ordering::Release);
        // An error means that nobody listens.
        if let Some(room) = self.tickets().get(&ticket) {
            _ = room.sender.send(Heard::Row(Arc::clone(&told)));
        }
        _ = self.everything.send(Heard::Row(told));
    }

    fn pass(&self, ticket: TicketId, passing: Passing) {
        if let Some(room) = self.tickets().get(&ticket) {
            _ = room.sender.send(Heard::Passing(Arc::new(passing)));
        }
    }

    /// Who is in a ticket's room besides `who`.
    fn others(&self, ticket: TicketId, who: Option<(Role, Visitor)>) -> Presence {
        let mut others = Presence::default();
        if let Some(room) = self.tickets().get(&ticket) {
            for ((role, _), _) in
                room.present.iter().filter(|(other, person)| Some(**other) != who && person.is_there())
            {
                match role {
                    Role::Requester => others.requester += 1,
                    Role::Staff => others.staff += 1,
                }
            }
        }
        others
    }
}

impl Live {
    /// Starts to follow the history of `store` from now on, until [`Live::end`].
    ///
    /// # Errors
    /// The database's.
    pub async fn start(store: Store) -> Result<Self, AppError> {
        // Known before anybody listens: whatever comes behind it is told.
        let last = store.last_happening().await?;
        let rooms = Arc::new(Rooms {
            last: AtomicI64::new(last.0),
            ended: watch::Sender::new(false),
            everything: Sender::new(BEHIND),
            tickets: Mutex::default(),
        });
        tokio::spawn(follow(store.clone(), Arc::clone(&rooms), last));
        Ok(Self { store, rooms })
    }

    /// What happens to one ticket or to all of them, as `role` may hear it: from behind the row `after`, or from now. A
    /// `visitor` who listens to a ticket is present there, and others are told so.
    ///
    /// The stream ends when the listener is too slow, or the database fails: whoever listens comes back with the id of the
    /// last row it was told.
    ///
    /// # Errors
    /// [`AppError::NoSuchTicket`] when there is no such ticket, and the database's.
    pub async fn listen(
        &self,
        role: Role,
        ticket: Option<TicketId>,
        after: Option<HistoryId>,
        visitor: Option<Visitor>,
    ) -> Result<impl Stream<Item = Said> + Send + use<>, AppError> {
        let is_hidden = match ticket {
            Some(ticket) => !matches!(self.store.look_up(role, ticket).await?, Found::Ticket(_)),
            None => false,
        };
        // Of a ticket that a requester may not see, they are told nothing and tell nothing.
        let who = visitor.filter(|_| !is_hidden).map(|visitor| (role, visitor));
        // A seat first, then the table: what happens in between is in both, and told once.
        let (heard, seat) = self.take_seat(ticket, who);
        let now = self.store.last_happening().await?;
        let listener = Listener {
            store: self.store.clone(),
            role,
            ticket,
            who,
            is_hidden,
            others: Presence::default(),
            last: after.map_or(now, |after| after.min(now)),
            is_behind: after.is_some_and(|after| after < now),
            waiting: VecDeque::new(),
            heard,
            ended: self.rooms.ended.subscribe(),
            rooms: Arc::clone(&self.rooms),
            _seat: seat,
        };
        Ok(stream::unfold(listener, async |mut listener| listener.next().await.map(|said| (said, listener))))
    }

    /// The last row that was told, from which a page drawn now can continue.
    pub fn last(&self) -> HistoryId {
        HistoryId(self.rooms.last.load(Ordering::Acquire))
    }

    /// `visitor` shows that they still look at a ticket.
    pub fn tell_presence(&self, role: Role, ticket: TicketId, visitor: Visitor) {
        if let Some(room) = self.rooms.tickets().get_mut(&ticket)
            && let Some(person) = room.present.get_mut(&(role, visitor))
        {
            let was_there = person.is_there();
            person.shown = Instant::now();
            if !was_there {
                _ = room.sender.send(Heard::Passing(Arc::new(Passing::Presence)));
            }
        }
    }

    /// Tells those who look at a ticket that `visitor` is writing; of what is `internal`, staff alone.
    pub fn tell_typing(&self, role: Role, ticket: TicketId, visitor: Visitor, internal: bool) {
        self.rooms.pass(ticket, Passing::Typing { who: (role, visitor), internal });
    }

    /// Tells those who look at a ticket how far a side has read.
    pub fn tell_read(&self, ticket: TicketId, reading: Reading) {
        self.rooms.pass(ticket, Passing::Read(reading));
    }

    /// Ends every stream: the process is to stop, and they would never end by themselves.
    pub fn end(&self) {
        self.rooms.ended.send_replace(true);
    }

    fn take_seat(&self, ticket: Option<TicketId>, who: Option<(Role, Visitor)>) -> (Receiver<Heard>, Option<Seat>) {
        let Some(ticket) = ticket else { return (self.rooms.everything.subscribe(), None) };
        let mut tickets = self.rooms.tickets();
        let room = tickets
            .entry(ticket)
            .or_insert_with(|| Room { sender: Sender::new(BEHIND_OF_TICKET), present: HashMap::new() });
        let heard = room.sender.subscribe();
        if let Some(who) = who {
            room.present.entry(who).or_insert(Person { streams: 0, shown: Instant::now() }).streams += 1;
            // Until now there may have been nobody to show it to.
            for person in room.present.values_mut() {
                person.shown = Instant::now();
            }
        }
        // Whoever comes hears it too, and so who is there already.
        _ = room.sender.send(Heard::Passing(Arc::new(Passing::Presence)));
        (heard, Some(Seat { rooms: Arc::clone(&self.rooms), ticket, who }))
    }
}

/// A place in a ticket's room, which is closed behind the last who leaves it.
struct Seat {
    rooms: Arc<Rooms>,
    ticket: TicketId,
    who: Option<(Role, Visitor)>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut tickets = self.rooms.tickets();
        let Some(room) = tickets.get_mut(&self.ticket) else { return };
        if let Some(who) = self.who
            && let Some(person) = room.present.get_mut(&who)
        {
            person.streams -= 1;
            if person.streams == 0 {
                room.present.remove(&who);
                _ = room.sender.send(Heard::Passing(Arc::new(Passing::Presence)));
            }
        }
        // The listener's own receiver is dropped before its seat.
        if room.sender.receiver_count() == 0 {
            tickets.remove(&self.ticket);
        }
    }
}

/// Its fields are dropped in their order: what is heard before the seat.
struct Listener {
    store: Store,
    role: Role,
    ticket: Option<TicketId>,
    /// The device that is present, if one is.
    who: Option<(Role, Visitor)>,
    /// Whether the ticket is closed and its listener a requester.
    is_hidden: bool,
    /// Who else was there when it was last told.
    others: Presence,
    last: HistoryId,
    is_behind: bool,
    waiting: VecDeque<Arc<Told>>,
    heard: Receiver<Heard>,
    ended: watch::Receiver<bool>,
    rooms: Arc<Rooms>,
    _seat: Option<Seat>,
}

impl Listener {
    async fn next(&mut self) -> Option<Said> {
        loop {
            while let Some(told) = self.waiting.pop_front() {
                let id = told.happening.row.id;
                if id > self.last {
                    self.last = id;
                    self.is_hidden = self.ticket.is_some() && !self.role.may_see(told.happening.status);
                    if told.happening.is_for(self.role) {
                        return Some(Said::Row(told));
                    }
                }
            }
            if self.is_behind {
                // In a box: it is large and rare, and the room for it would be kept for as long as the stream is open.
                let rows = Box::pin(self.store.list_happenings(self.ticket, self.last, ROWS)).await.ok()?;
                self.is_behind = rows.len() as u64 == ROWS;
                self.waiting = rows.into_iter().map(tell).collect();
                continue;
            }
            let heard = tokio::select! {
                heard = self.heard.recv() => heard,
                () = sleep(GLANCE), if self.others != Presence::default() => Ok(Heard::Passing(Arc::new(Passing::Presence))),
                _ = self.ended.wait_for(|ended| *ended) => return None,
            };
            match heard {
                Ok(Heard::Row(told)) => self.waiting.push_back(told),
                Ok(Heard::Passing(passing)) => {
                    if let Some(said) = self.say(&passing) {
                        return Some(said);
                    }
                }
                // Much happened to this ticket at once: the table has it. Of everything there may be too much to catch up
                // with while more comes.
                Err(RecvError::Lagged(_)) if self.ticket.is_some() => self.is_behind = true,
                Err(_) => return None,
            }
        }
    }

    /// What this listener is told of what passes.
    fn say(&mut self, passing: &Passing) -> Option<Said> {
        if self.is_hidden {
            return None;
        }
        match passing {
            Passing::Presence => {
                let others = self.rooms.others(self.ticket?, self.who);
                (std::mem::replace(&mut self.others, others) != others).then_some(Said::Presence(others))
            }
            Passing::Typing { who, .. } if self.who == Some(*who) => None,
            Passing::Typing { internal: true, .. } if !self.role.may_use_internal_notes() => None,
            Passing::Typing { who: (role, _), .. } => Some(Said::Typing(Typing { role: *role })),
            Passing::Read(reading) => Some(Said::Read(*reading)),
        }
    }
}

/// Reads what the history gains, and tells it.
async fn follow(store: Store, rooms: Arc<Rooms>, mut last: HistoryId) {
    let (mut grown, mut ended) = (store.grown(), rooms.ended.subscribe());
    loop {
        match store.list_happenings(None, last, ROWS).await {
            Ok(rows) if rows.is_empty() => {
                // However that ends, the table is looked at: when it grew here, and each second in case it grew elsewhere.
                tokio::select! {
                    _ = timeout(LOOK, grown.changed()) => {}
                    _ = ended.wait_for(|ended| *ended) => return,
                }
            }
            Ok(rows) => {
                for row in rows {
                    last = row.row.id;
                    rooms.tell(tell(row));
                }
            }
            Err(_) => sleep(LOOK).await,
        }
    }
}

fn tell(happening: Happening) -> Arc<Told> {
    let json = serde_json::to_string(&happening.row).unwrap_or_default();
    Arc::new(Told { happening, json })
}
