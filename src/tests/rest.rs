//! The REST API as its callers see it: every line of the contract, on a real database file.

mod analyses;
mod bodies;
mod bucket;
mod edits;
mod events;
mod hostile;
mod idempotency;
mod limits;
mod lists;
mod merging;
mod messages;
mod moves;
mod openapi;
mod photos;
mod problems;
mod tickets;

use crate::{
    domain::{role::Role, time::Timestamp},
    server::{
        analytics::{self, AnalyticsState, client::AnalyticsClient, database::AnalyticsDatabase},
        live::Live,
        photos::Photos,
        rest::{self, RestState},
        store::Store,
    },
};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, header},
};
use chrono_tz::Tz;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use tempfile::TempDir;
use tower::ServiceExt;

/// What tests end with.
type Tested = Result<(), Box<dyn Error>>;

const REQUESTER: Role = Role::Requester;
const STAFF: Role = Role::Staff;
/// 2026-11-02T08:00:00Z.
const START: i64 = 1_793_606_400_000;

/// The API over a database of its own, with a clock that is moved by hand.
struct App {
    router: Router,
    state: RestState,
    database: String,
    clock: Arc<AtomicI64>,
    _directory: TempDir,
}

async fn app() -> Result<App, Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let database = format!("sqlite:{}", directory.path().join("campusdesk.db").display());
    let clock = Arc::new(AtomicI64::new(START));
    let store = open(&database, &clock).await?;
    let now = Arc::clone(&clock);
    let services = AnalyticsState::new(AnalyticsDatabase::open(&database).await?)
        .with_clock(Arc::new(move || Timestamp(now.load(Ordering::Relaxed))));
    let analytics = AnalyticsClient::embedded(analytics::router(services));
    let photos = Photos::open(None, &database)?;
    let state = RestState { live: Live::start(store.clone()).await?, store, analytics, photos, rest_limit: None };
    Ok(App { router: rest::router(state.clone()), state, database, clock, _directory: directory })
}

async fn open(database: &str, clock: &Arc<AtomicI64>) -> Result<Store, Box<dyn Error>> {
    let now = Arc::clone(clock);
    let store = Store::open(database, Tz::UTC).await?;
    Ok(store.with_clock(Arc::new(move || Timestamp(now.load(Ordering::Relaxed)))))
}

impl App {
    /// Lets time pass.
    fn wait(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::Relaxed);
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        send(&self.router, request).await
    }

    async fn get(&self, role: Role, path: &str) -> Answer {
        self.send(request(role, Method::GET, path, None)).await
    }

    async fn post(&self, role: Role, path: &str, body: Value) -> Answer {
        self.send(request(role, Method::POST, path, Some(&body))).await
    }

    async fn patch(&self, role: Role, path: &str, body: Value) -> Answer {
        self.send(request(role, Method::PATCH, path, Some(&body))).await
    }

    async fn put(&self, role: Role, path: &str, body: Value) -> Answer {
        self.send(request(role, Method::PUT, path, Some(&body))).await
    }

    async fn post_with_key(&self, role: Role, path: &str, key: &str, body: Value) -> Answer {
        let mut request = request(role, Method::POST, path, Some(&body));
        request.headers_mut().insert("idempotency-key", key.parse().unwrap());
        self.send(request).await
    }

    /// The number of a ticket just opened.
    async fn opened(&self, description: &str) -> i64 {
        let answer = self.post(REQUESTER, "/api/v1/tickets", json!({"description": description})).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()["id"].as_i64().unwrap()
    }

    /// The number of a ticket just opened and moved.
    async fn active(&self, description: &str) -> i64 {
        let id = self.opened(description).await;
        self.moved(id, "active").await;
        id
    }

    /// The number of a ticket just opened, moved and closed.
    async fn closed(&self, description: &str) -> i64 {
        let id = self.active(description).await;
        self.moved(id, "closed").await;
        id
    }

    async fn moved(&self, id: i64, status: &str) {
        let answer = self.put(STAFF, &format!("/api/v1/tickets/{id}/status"), json!({"status": status})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// The ticket as staff see it.
    async fn ticket(&self, id: i64) -> Value {
        let answer = self.get(STAFF, &format!("/api/v1/tickets/{id}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }
}

/// A call with a JSON body, if any.
fn request(role: Role, method: Method, path: &str, body: Option<&Value>) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header("campusdesk-role", role.slug());
    match body {
        Some(json) => request.header(header::CONTENT_TYPE, "application/json").body(Body::from(json.to_string())),
        None => request.body(Body::empty()),
    }
    .unwrap()
}

async fn send(router: &Router, request: Request<Body>) -> Answer {
    let call = format!("{} {}", request.method(), request.uri());
    let response = router.clone().oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let answer = Answer { status: head.status.as_u16(), headers: head.headers, text };
    answer.check(&call);
    answer
}

/// What came back.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    /// What holds for every answer: JSON, or a problem document that gives nothing away and says what to do.
    fn check(&self, call: &str) {
        let media_type = match self.status {
            400.. => "application/problem+json",
            _ if call.ends_with("/events") => "text/event-stream",
            _ => "application/json",
        };
        assert_eq!(self.header("content-type"), Some(media_type), "{call}: {} {}", self.status, self.text);
        let is_analysis = call.contains("/analytics/") && self.status < 400;
        let kept = if is_analysis { "private, no-cache" } else { "no-store" };
        assert_eq!((self.header("cache-control"), self.header("etag").is_some()), (Some(kept), is_analysis), "{call}");
        if self.status < 400 || self.text.is_empty() {
            return;
        }
        assert_ne!(self.status, 500, "{call}: {}", self.text);
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{call}: {problem}");
        assert!(problem["type"].as_str().unwrap().starts_with("/problems/"), "{call}: {problem}");
        assert!(!problem["title"].as_str().unwrap().is_empty(), "{call}: {problem}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.len() > 10 && detail.ends_with('.'), "{call}: {detail}");
        // What was sent is quoted back.
        let own_words = detail.split('“').next().unwrap_or_default();
        for leak in ["SELECT ", "INSERT ", "sqlite", "sqlx", "sea_orm", "/tmp", ".rs", "panicked"] {
            assert!(!own_words.contains(leak), "{call}: {detail}");
        }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Asserts a refusal, and gives its problem document.
    #[track_caller]
    fn refused(&self, status: u16, kind: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        let problem = self.json();
        assert_eq!(problem["type"], format!("/problems/{kind}"), "{problem}");
        problem
    }

    /// Asserts that one field was refused.
    #[track_caller]
    fn names(&self, field: &str) {
        let problem = self.refused(422, "invalid");
        assert_eq!(problem["field"], field, "{problem}");
    }

    /// The ids of the things in a list.
    fn ids(&self, list: &str) -> Vec<i64> {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()[list].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect()
    }
}

#[tokio::test]
async fn the_role_is_a_requester_unless_the_header_says_staff() -> Tested {
    let app = app().await?;
    let id = app.closed("The lift is stuck").await;
    let path = format!("/api/v1/tickets/{id}");
    let ask = |roles: &[&str]| {
        let mut request = Request::get(&path).body(Body::empty()).unwrap();
        for role in roles {
            request.headers_mut().append("Campusdesk-Role", role.parse().unwrap());
        }
        request
    };
    assert_eq!(app.send(ask(&[])).await.status, 404);
    assert_eq!(app.send(ask(&["requester"])).await.status, 404);
    assert_eq!(app.send(ask(&["staff"])).await.status, 200);
    for unknown in [&["Staff"][..], &["admin"], &[""], &["staff", "staff"], &["staff, requester"]] {
        app.send(ask(unknown)).await.refused(400, "malformed");
    }
    Ok(())
}

/// What each role may do to a ticket in each status, as HTTP statuses of requester and staff.
#[tokio::test]
async fn r03_r04_r05_r06_what_each_role_may_do() -> Tested {
    let app = app().await?;
    let tickets = [
        ("open", app.opened("The lift is stuck").await),
        ("active", app.active("The projector has no signal").await),
        ("closed", app.closed("The soup was cold").await),
    ];
    for (status, id) in tickets {
        let path = format!("/api/v1/tickets/{id}");
        let closed = status == "closed";
        for role in [REQUESTER, STAFF] {
            let expected = |granted: u16, to_requester: u16, when_closed: u16| match (role, closed) {
                (Role::Requester, true) => 404,
                (Role::Requester, false) => to_requester,
                (Role::Staff, true) => when_closed,
                (Role::Staff, false) => granted,
            };
            let context = format!("{role:?} on {status}");
            assert_eq!(app.get(role, &path).await.status, expected(200, 200, 200), "{context}");
            assert_eq!(app.get(role, &format!("{path}/messages")).await.status, expected(200, 200, 200), "{context}");
            assert_eq!(app.get(role, &format!("{path}/history")).await.status, expected(200, 200, 200), "{context}");
            let version = app.ticket(id).await["version"].clone();
            let edit = app.patch(role, &path, json!({"place": "A", "version": version})).await;
            assert_eq!(edit.status, expected(200, 200, 409), "{context}");
            let message = app.post(role, &format!("{path}/messages"), json!({"body": "Any news?"})).await;
            assert_eq!(message.status, expected(201, 201, 409), "{context}");
            let note = json!({"body": "Parts ordered", "internal": true});
            let note = app.post(role, &format!("{path}/messages"), note).await;
            assert_eq!(note.status, expected(201, 403, 201), "{context}");
            let correction = app.put(role, &format!("{path}/category"), json!({"category": "technical-it"})).await;
            assert_eq!(correction.status, expected(200, 403, 409), "{context}");
            let back = app.put(role, &format!("{path}/status"), json!({"status": "open"})).await;
            assert_eq!(back.status, expected(409, 403, 409), "{context}");
            assert_eq!(app.ticket(id).await["status"], status, "{context}");
        }
    }
    Ok(())
}
