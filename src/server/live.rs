//! What happens, told as it happens.
//!
//! A commit wakes one task, which reads the rows that the history has gained and hands each to those who listen: to
//! everything, or to its ticket. The table alone is the truth. Whoever comes back, or was too slow, names the last row
//! they saw, and is told from the table what came after: nothing is missed, nothing comes twice, all of it in order.

use crate::{
    domain::{
        history::Happening,
        ids::{HistoryId, TicketId},
        role::Role,
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
        broadcast::{Receiver, Sender},
        watch,
    },
    time::{sleep, timeout},
};

/// Rows that a listener may be behind before it is let go, to come back when it can.
const BEHIND: usize = 1024;
/// Rows read from the table at once.
const ROWS: u64 = 500;
/// How often the table is looked at although nobody said that it grew: another process may have written.
const LOOK: Duration = Duration::from_secs(1);

/// A happening and its JSON, made once for everybody.
#[derive(Debug)]
pub struct Told {
    /// What happened.
    pub happening: Happening,
    /// The row as JSON.
    pub json: String,
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
    everything: Sender<Arc<Told>>,
    tickets: Mutex<HashMap<TicketId, Sender<Arc<Told>>>>,
}

impl Rooms {
    fn tickets(&self) -> MutexGuard<'_, HashMap<TicketId, Sender<Arc<Told>>>> {
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, told: Arc<Told>) {
        let (id, ticket) = (told.happening.row.id, told.happening.row.ticket_id);
        // First: a page that is read because of it is then as of it, and need not be read again.
        self.last.store(id.0, Ordering::Release);
        // An error means that nobody listens.
        if let Some(room) = self.tickets().get(&ticket) {
            _ = room.send(Arc::clone(&told));
        }
        _ = self.everything.send(told);
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

    /// What happens to one ticket or to all of them, as `role` may hear it: from behind the row `after`, or from now.
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
    ) -> Result<impl Stream<Item = Arc<Told>> + Send + use<>, AppError> {
        if let Some(ticket) = ticket {
            self.store.look_up(role, ticket).await?;
        }
        // A seat first, then the table: what happens in between is in both, and told once.
        let (heard, seat) = self.take_seat(ticket);
        let now = self.store.last_happening().await?;
        let listener = Listener {
            store: self.store.clone(),
            role,
            ticket,
            last: after.map_or(now, |after| after.min(now)),
            is_behind: after.is_some_and(|after| after < now),
            waiting: VecDeque::new(),
            heard,
            ended: self.rooms.ended.subscribe(),
            _seat: seat,
        };
        Ok(stream::unfold(listener, async |mut listener| listener.next().await.map(|told| (told, listener))))
    }

    /// The last row that was told, from which a page drawn now can continue.
    pub fn last(&self) -> HistoryId {
        HistoryId(self.rooms.last.load(Ordering::Acquire))
    }

    /// Ends every stream: the process is to stop, and they would never end by themselves.
    pub fn end(&self) {
        self.rooms.ended.send_replace(true);
    }

    fn take_seat(&self, ticket: Option<TicketId>) -> (Receiver<Arc<Told>>, Option<Seat>) {
        let Some(ticket) = ticket else { return (self.rooms.everything.subscribe(), None) };
        let heard = self.rooms.tickets().entry(ticket).or_insert_with(|| Sender::new(BEHIND)).subscribe();
        (heard, Some(Seat { rooms: Arc::clone(&self.rooms), ticket }))
    }
}

/// A place in a ticket's room, which is closed behind the last who leaves it.
struct Seat {
    rooms: Arc<Rooms>,
    ticket: TicketId,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut tickets = self.rooms.tickets();
        // The listener's own receiver is dropped before its seat.
        if tickets.get(&self.ticket).is_some_and(|room| room.receiver_count() == 0) {
            tickets.remove(&self.ticket);
        }
    }
}

/// Its fields are dropped in their order: what is heard before the seat.
struct Listener {
    store: Store,
    role: Role,
    ticket: Option<TicketId>,
    last: HistoryId,
    is_behind: bool,
    waiting: VecDeque<Arc<Told>>,
    heard: Receiver<Arc<Told>>,
    ended: watch::Receiver<bool>,
    _seat: Option<Seat>,
}

impl Listener {
    async fn next(&mut self) -> Option<Arc<Told>> {
        loop {
            while let Some(told) = self.waiting.pop_front() {
                let id = told.happening.row.id;
                if id > self.last {
                    self.last = id;
                    if told.happening.is_for(self.role) {
                        return Some(told);
                    }
                }
            }
            if self.is_behind {
                let rows = self.store.list_happenings(self.ticket, self.last, ROWS).await.ok()?;
                self.is_behind = rows.len() as u64 == ROWS;
                self.waiting = rows.into_iter().map(tell).collect();
            } else {
                let heard = tokio::select! {
                    heard = self.heard.recv() => heard.ok()?,
                    _ = self.ended.wait_for(|ended| *ended) => return None,
                };
                self.waiting.push_back(heard);
            }
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
