//! `/api/v1/events`: what happens, as server-sent events.

use super::{
    asking::{Asker, QueryPairs},
    problem::{Problem, StaffOnly},
};
use crate::{
    domain::{
        ids::{HistoryId, TicketId, Visitor},
        presence::{PRESENCE, READ, TYPING},
        role::Role,
    },
    error::{AppError, Field, FieldProblem},
    server::live::{Live, Said},
};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{StreamExt, stream};
use serde::Serialize;
use std::{convert::Infallible, time::Duration};

/// Where a browser was when its connection broke.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Tells nginx, and proxies like it, to pass on what comes as it comes.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
/// A line that says nothing, so that no proxy takes a quiet stream for a dead one.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Listen to what happens.
///
/// Each row of the history as it is written, in order: its `what` is the event's name, its JSON the data, its id the
/// event's. Named in `Last-Event-ID` or `after`, that id continues behind it with nothing missed and nothing twice. A
/// requester hears of a closed ticket that it was closed, and nothing else, and never of an internal note. A reader that is
/// too slow is disconnected, and continues when it comes back.
///
/// Narrowed to a ticket, the stream also tells what is kept nowhere, in events without an id: `presence` (how many others
/// look at it, by side), `typing` (which side is writing) and `read` (how far a side has read).
#[utoipa::path(
    get,
    path = "/events",
    tag = "messages",
    params(Asker, EventParams),
    responses(
        (status = 200, description = "The events.", content_type = "text/event-stream", body = String),
        StaffOnly,
        super::problem::NotFound,
        QueryPairs,
        Asker,
        Problem,
    ),
)]
pub async fn listen(
    State(live): State<Live>,
    Asker(role): Asker,
    headers: HeaderMap,
    query: QueryPairs,
) -> Result<Response, Problem> {
    let wanted = Wanted::of(query.iter(), &headers)?;
    let role = match wanted.board {
        Some(Role::Staff) if role != Role::Staff => return Err(Problem(AppError::StaffOnly)),
        Some(board) => board,
        None => role,
    };
    Ok(stream_to(&live, role, wanted).await?)
}

/// The answer that tells `role` what it wants to know.
///
/// # Errors
/// Those of [`Live::listen`].
pub async fn stream_to(live: &Live, role: Role, wanted: Wanted) -> Result<Response, AppError> {
    let said = live.listen(role, wanted.ticket, wanted.after, wanted.visitor).await?;
    // The first line opens the stream for whoever waits for its beginning.
    let begin = stream::once(async { Event::default().comment("listening") });
    let events = begin.chain(said.map(|said| event(&said))).map(Ok::<_, Infallible>);
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response();
    response.headers_mut().insert(BUFFERING, HeaderValue::from_static("no"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn event(said: &Said) -> Event {
    match said {
        Said::Row(told) => {
            let row = &told.happening.row;
            Event::default().id(row.id.to_string()).event(row.what.slug()).data(&told.json)
        }
        Said::Presence(presence) => passing(PRESENCE, presence),
        Said::Typing(typing) => passing(TYPING, typing),
        Said::Read(reading) => passing(READ, reading),
    }
}

/// An event that nobody can resume from: it has no id.
fn passing(name: &str, data: &impl Serialize) -> Event {
    Event::default().event(name).data(serde_json::to_string(data).unwrap_or_default())
}

/// Which events somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    ticket: Option<TicketId>,
    board: Option<Role>,
    after: Option<HistoryId>,
    visitor: Option<Visitor>,
}

impl Wanted {
    /// The same by a device that is present where it listens.
    #[must_use]
    pub fn present_as(self, visitor: Option<Visitor>) -> Self {
        Self { visitor, ..self }
    }

    /// By the query and, where a connection broke, the header of whoever comes back.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a `board` or an `after` that is none, [`AppError::NoSuchTicket`] for a `ticket` that
    /// cannot be one.
    pub fn of<'a>(query: impl Iterator<Item = (&'a str, &'a str)>, headers: &HeaderMap) -> Result<Self, AppError> {
        let not_an_id = || Field::After.problem(FieldProblem::NotACursor);
        let mut wanted = Self { ticket: None, board: None, after: None, visitor: None };
        for (name, value) in query.filter(|(_, value)| !value.is_empty()) {
            match name {
                "ticket" => wanted.ticket = Some(value.parse().map_err(|_| AppError::NoSuchTicket)?),
                "after" => wanted.after = Some(value.parse().map_err(|_| not_an_id())?),
                "board" => wanted.board = Some(board(value)?),
                _ => {}
            }
        }
        if let Some(last) = headers.get(LAST_EVENT_ID) {
            // The browser sends its own with each attempt; it is newer than the address, which stays the same.
            let last = last.to_str().ok().and_then(|last| last.parse().ok()).ok_or_else(not_an_id)?;
            wanted.after = Some(last);
        }
        Ok(wanted)
    }
}

fn board(value: &str) -> Result<Role, AppError> {
    let unknown = || FieldProblem::Unknown { value: value.to_owned(), allowed: Role::ALL.map(Role::slug).join(", ") };
    Role::from_slug(value).ok_or_else(|| Field::Board.problem(unknown()))
}

/// The parameters that [`Wanted::of`] reads.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "says in the document what is read")]
struct EventParams {
    /// Only what happens to this ticket.
    ticket: Option<i64>,
    /// As this board is told: `staff` only to staff.
    #[param(value_type = Option<Role>)]
    board: Option<String>,
    /// The id of the last event seen; without it, from now on.
    #[param(minimum = 0)]
    after: Option<i64>,
}
