//! `/api/v1/events`: everything, once, in order, to whom it may be told.

use super::{App, REQUESTER, STAFF, Tested, app, open, request};
use crate::{
    domain::{message::NewMessage, role::Role, ticket::NewTicket},
    server::{live::Live, rest, rest::RestState},
};
use axum::{
    Router,
    body::BodyDataStream,
    http::{Method, StatusCode},
    response::Response,
};
use futures_util::{StreamExt, future::join_all};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

const EVENTS: &str = "/api/v1/events";
/// Longer than anything takes that is on its way.
const QUIET: Duration = Duration::from_millis(300);

/// One event as it arrived.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    id: i64,
    event: String,
    data: Value,
}

/// An open stream.
struct Ear {
    body: BodyDataStream,
    text: String,
}

impl Ear {
    async fn open(router: &Router, role: Role, query: &str, last: Option<i64>) -> Self {
        let response = ask(router, role, query, last).await;
        assert_eq!(response.status(), StatusCode::OK);
        Self { body: response.into_body().into_data_stream(), text: String::new() }
    }

    /// The next event; none when the stream has ended. Heartbeats are none.
    async fn next(&mut self) -> Option<Seen> {
        timeout(Duration::from_secs(20), self.read()).await.expect("nothing came")
    }

    async fn read(&mut self) -> Option<Seen> {
        loop {
            while let Some(end) = self.text.find("\n\n") {
                let block: String = self.text.drain(..end + 2).collect();
                if let Some(seen) = read(&block) {
                    return Some(seen);
                }
            }
            let bytes = self.body.next().await?.unwrap();
            self.text.push_str(str::from_utf8(&bytes).unwrap());
        }
    }

    async fn take(&mut self, count: usize) -> Vec<Seen> {
        let mut seen = Vec::with_capacity(count);
        while seen.len() < count {
            seen.push(self.next().await.expect("the stream ended"));
        }
        seen
    }

    /// Fails when anything comes.
    async fn stays_quiet(&mut self) {
        if let Ok(seen) = timeout(QUIET, self.next()).await {
            panic!("{seen:?}");
        }
    }
}

fn read(block: &str) -> Option<Seen> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let event = field("event")?.to_owned();
    Some(Seen { id: field("id")?.parse().ok()?, event, data: serde_json::from_str(field("data")?).ok()? })
}

async fn ask(router: &Router, role: Role, query: &str, last: Option<i64>) -> Response {
    let mut request = request(role, Method::GET, &format!("{EVENTS}{query}"), None);
    if let Some(last) = last {
        request.headers_mut().insert("last-event-id", last.into());
    }
    router.clone().oneshot(request).await.unwrap()
}

fn kinds(seen: &[Seen]) -> Vec<&str> {
    seen.iter().map(|seen| seen.event.as_str()).collect()
}

async fn say(app: &App, role: Role, id: i64, body: &str, internal: bool) {
    let path = format!("/api/v1/tickets/{id}/messages");
    let answer = app.post(role, &path, json!({"body": body, "internal": internal})).await;
    assert_eq!(answer.status, 201);
}

async fn go_to(app: &App, id: i64, status: &str) {
    let answer = app.put(STAFF, &format!("/api/v1/tickets/{id}/status"), json!({"status": status})).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn r06_each_change_is_told_as_it_commits_as_its_history_row() -> Tested {
    let app = app().await?;
    let mut ear = Ear::open(&app.router, STAFF, "", None).await;
    let id = app.opened("The lift is stuck").await;
    say(&app, REQUESTER, id, "Somebody is in it", false).await;
    say(&app, STAFF, id, "Call the fire brigade?", true).await;
    go_to(&app, id, "active").await;
    let seen = ear.take(4).await;
    assert_eq!(kinds(&seen), ["opened", "message", "note", "status"]);
    let history = app.get(STAFF, &format!("/api/v1/tickets/{id}/history")).await.json();
    let told: Vec<_> = seen.iter().map(|seen| seen.data.clone()).collect();
    assert_eq!(json!(told), history["history"]);
    assert!(seen.iter().all(|seen| seen.data["id"] == seen.id && seen.data["what"] == seen.event));
    ear.stays_quiet().await;
    Ok(())
}

#[tokio::test]
async fn r03_a_requester_hears_no_note_and_of_a_closed_ticket_only_that_it_was_closed() -> Tested {
    let app = app().await?;
    let mut ear = Ear::open(&app.router, REQUESTER, "", None).await;
    let id = app.opened("The lift is stuck").await;
    say(&app, STAFF, id, "A secret", true).await;
    go_to(&app, id, "active").await;
    assert_eq!(kinds(&ear.take(2).await), ["opened", "status"]);
    go_to(&app, id, "closed").await;
    say(&app, STAFF, id, "Another secret", true).await;
    let closed = ear.take(1).await;
    assert_eq!((closed[0].data["what"].clone(), closed[0].data["to"].clone()), (json!("status"), json!("closed")));
    ear.stays_quiet().await;
    // Who comes back later does not learn what the ticket said, either.
    for query in ["?after=0".to_owned(), format!("?after=0&ticket={id}"), "?after=0&board=requester".to_owned()] {
        let mut late = Ear::open(&app.router, REQUESTER, &query, None).await;
        assert_eq!(late.take(1).await, closed, "{query}");
        late.stays_quiet().await;
    }
    let mut staff = Ear::open(&app.router, STAFF, "?after=0&board=requester", None).await;
    assert_eq!(staff.take(1).await, closed);
    Ok(())
}

#[tokio::test]
async fn a_stream_can_be_of_one_ticket() -> Tested {
    let app = app().await?;
    let (first, second) = (app.opened("The lift is stuck").await, app.opened("No hot water").await);
    let mut ear = Ear::open(&app.router, REQUESTER, &format!("?ticket={second}"), None).await;
    say(&app, REQUESTER, first, "Not for this one", false).await;
    say(&app, REQUESTER, second, "For this one", false).await;
    assert_eq!(ear.take(1).await[0].data["ticket_id"], second);
    ear.stays_quiet().await;
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_listened_to_is_refused() -> Tested {
    let app = app().await?;
    for (role, query, status) in [
        (REQUESTER, "?ticket=17", 404),
        (REQUESTER, "?ticket=one", 404),
        (REQUESTER, "?board=staff", 403),
        (STAFF, "?board=everybody", 422),
        (STAFF, "?after=yesterday", 422),
    ] {
        let answer = app.get(role, &format!("{EVENTS}{query}")).await;
        assert_eq!(answer.status, status, "{query}");
        assert_eq!(answer.json()["status"], status, "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn nothing_between_holds_a_stream_back() -> Tested {
    let app = app().await?;
    let response = ask(&app.router, STAFF, "", None).await;
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!(header("content-type"), "text/event-stream");
    assert_eq!((header("x-accel-buffering"), header("cache-control")), ("no", "no-store"));
    Ok(())
}

#[tokio::test]
async fn who_comes_back_is_told_what_was_missed_once_and_in_order() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    let mut ear = Ear::open(&app.router, REQUESTER, &format!("?ticket={id}"), None).await;
    say(&app, STAFF, id, "1", false).await;
    let last = ear.take(1).await[0].id;
    drop(ear);
    // More than is read from the table at once.
    for n in 2..=1_201 {
        let new = NewMessage::new(&n.to_string(), false)?;
        app.state.store.post_message(STAFF, crate::domain::ids::TicketId(id), &new, None).await?;
    }
    // The header of a browser that comes back is newer than its address.
    let mut ear = Ear::open(&app.router, REQUESTER, &format!("?ticket={id}&after=0"), Some(last)).await;
    let seen = ear.take(1_200).await;
    assert!(seen.windows(2).all(|pair| pair[0].id < pair[1].id) && seen[0].id > last);
    say(&app, STAFF, id, "and now", false).await;
    assert!(ear.take(1).await[0].id > seen[1_199].id);
    ear.stays_quiet().await;
    Ok(())
}

#[tokio::test]
async fn a_reader_that_is_too_slow_is_let_go_and_continues_where_it_was() -> Tested {
    let app = app().await?;
    let mut ear = Ear::open(&app.router, STAFF, "", None).await;
    let id = app.opened("The lift is stuck").await;
    let last = ear.take(1).await[0].id;
    let new = NewMessage::new("still stuck", false)?;
    let store = app.state.store.clone();
    let posts = (0..1_500).map(|_| store.post_message(REQUESTER, crate::domain::ids::TicketId(id), &new, None));
    assert!(join_all(posts).await.iter().all(Result::is_ok));
    sleep(QUIET).await;
    let mut seen = Vec::new();
    while let Some(one) = ear.next().await {
        seen.push(one.id);
    }
    assert!(seen.len() < 1_500, "it was not let go");
    let last = seen.last().copied().unwrap_or(last);
    let rest = Ear::open(&app.router, STAFF, "", Some(last)).await.take(1_500 - seen.len()).await;
    seen.extend(rest.iter().map(|one| one.id));
    assert!(seen.windows(2).all(|pair| pair[0] < pair[1]));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_listeners_hear_many_writers_exactly_once_and_in_order() -> Tested {
    const WRITERS: usize = 20;
    const WRITES: usize = 25;
    let app = app().await?;
    let mut ears = Vec::new();
    for _ in 0..50 {
        ears.push(Ear::open(&app.router, STAFF, "", None).await);
    }
    let writers = (0..WRITERS).map(|writer| {
        let store = app.state.store.clone();
        tokio::spawn(async move {
            for n in 0..WRITES {
                let new = NewTicket::new(&format!("Report {n} of writer {writer}"), "", None).unwrap();
                store.open_ticket(REQUESTER, &new, None).await.unwrap();
            }
        })
    });
    let heard = ears.into_iter().map(|mut ear| {
        tokio::spawn(async move {
            let ids: Vec<_> =
                ear.take(WRITERS * WRITES).await.iter().map(|seen| seen.data["ticket_id"].clone()).collect();
            ear.stays_quiet().await;
            ids
        })
    });
    let (heard, writers): (Vec<_>, Vec<_>) = (heard.collect(), writers.collect());
    assert!(join_all(writers).await.iter().all(Result::is_ok));
    let in_order: Vec<_> = (1..=WRITERS * WRITES).map(|id| json!(id)).collect();
    for ids in join_all(heard).await {
        assert_eq!(ids?, in_order);
    }
    Ok(())
}

#[tokio::test]
async fn what_another_process_writes_is_told_too() -> Tested {
    let app = app().await?;
    let mut ear = Ear::open(&app.router, STAFF, "", None).await;
    let other = open(&app.database, &app.clock).await?;
    other.open_ticket(REQUESTER, &NewTicket::new("The lift is stuck", "", None)?, None).await?;
    assert_eq!(kinds(&ear.take(1).await), ["opened"]);
    Ok(())
}

#[tokio::test]
async fn a_server_that_stops_ends_its_streams() -> Tested {
    let app = app().await?;
    let mut ear = Ear::open(&app.router, STAFF, "", None).await;
    app.state.live.end();
    assert_eq!(ear.next().await, None);
    // One that was drawn before it started anew is not told of rows that there never were.
    let live = Live::start(app.state.store.clone()).await?;
    let router = rest::router(RestState { live, ..app.state.clone() });
    let mut ear = Ear::open(&router, STAFF, "?after=1000", None).await;
    app.opened("The lift is stuck").await;
    assert_eq!(kinds(&ear.take(1).await), ["opened"]);
    Ok(())
}
