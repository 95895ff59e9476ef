//! How the application asks the analysis services: the same request and the same JSON, whether they run in this process
//! or behind an address of their own.

use super::service::Service;
use crate::{
    domain::{role::Role, time::Timestamp},
    error::AppError,
    server::rest::asking::ROLE,
};
use axum::{
    BoxError, Router,
    body::{Body, Bytes, to_bytes},
    http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header},
};
use chrono::Utc;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use std::{collections::HashMap, fmt, sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::Instant};
use tower::ServiceExt;

/// How long a service of another process may take for a whole answer.
const PATIENCE: Duration = Duration::from_secs(1);
/// Longest answer that is read: some 20,000 months of service 2.
const ANSWER_MAX: usize = 8 << 20;
/// Questions of one analysis whose last answers are kept.
const KEPT_MAX: usize = 64;

/// Where services run that are not in this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAddress {
    /// The analysis that answers there; none is all that have no address of their own.
    pub slug: Option<&'static str>,
    /// `http://host:port`, with or without a path before `/api/v1`.
    pub at: Uri,
}

/// The one way from the application to the analyses. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AnalyticsClient {
    here: Router,
    elsewhere: Arc<HashMap<&'static str, Elsewhere>>,
    http: Client<HttpConnector, Body>,
}

/// An analysis of another process.
#[derive(Debug)]
struct Elsewhere {
    base: String,
    /// Whoever holds this asks; the others wait for that answer.
    heard: Mutex<HeardLast>,
}

/// What a service of another process said.
#[derive(Debug, Default)]
struct HeardLast {
    /// What it answered last, by question.
    kept: HashMap<String, Kept>,
    /// When it was heard last that it does not answer.
    failed: Option<Instant>,
}

/// What a service answered.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The JSON.
    pub json: Bytes,
    /// What its state is called.
    pub tag: Option<HeaderValue>,
    /// When it was heard, where the service does not answer now.
    pub stale_since: Option<Timestamp>,
}

#[derive(Debug)]
struct Kept {
    answer: Answer,
    heard: Timestamp,
    /// When the service was asked last, and whether it did not answer then.
    asked: Instant,
    failed: bool,
}

impl AnalyticsClient {
    /// Asks that router, in this process.
    pub fn embedded(router: Router) -> Self {
        Self::new(router, &[])
    }

    /// Asks the process at that address.
    pub fn remote(address: &Uri) -> Self {
        Self::new(Router::new(), &[ServiceAddress { slug: None, at: address.clone() }])
    }

    /// Asks the services that have an address there, and the others of that router, in this process.
    pub fn new(here: Router, addresses: &[ServiceAddress]) -> Self {
        let elsewhere = super::slugs().filter_map(|slug| {
            let base = address_of(slug, addresses)?.to_string().trim_end_matches('/').to_owned();
            Some((slug, Elsewhere { base, heard: Mutex::default() }))
        });
        let elsewhere = Arc::new(elsewhere.collect());
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self { here, elsewhere, http: Client::builder(TokioExecutor::new()).build(connector) }
    }

    /// What `service` answers now to `query` (percent-encoded, without the question mark).
    ///
    /// # Errors
    /// What the service answered ([`AppError::Invalid`], [`AppError::NoSuchService`], …), or
    /// [`AppError::ServiceDown`] when it does not answer within a second or not as one of ours would.
    pub(crate) async fn ask(&self, service: &Service, query: Option<&str>) -> Result<Answer, AppError> {
        let answer = self.ask_or_last(service, query).await?;
        if answer.stale_since.is_some() { Err(AppError::ServiceDown) } else { Ok(answer) }
    }

    /// The same, or what it answered last when it does not answer now.
    ///
    /// # Errors
    /// As [`Self::ask`], where there is no last answer.
    pub(crate) async fn ask_or_last(&self, service: &Service, query: Option<&str>) -> Result<Answer, AppError> {
        self.ask_as(service, query, false).await
    }

    /// The same, counted anew whatever is kept where that is wanted.
    ///
    /// # Errors
    /// As [`Self::ask_or_last`].
    pub(crate) async fn ask_as(&self, service: &Service, query: Option<&str>, anew: bool) -> Result<Answer, AppError> {
        service.ask(query)?;
        let Some(Elsewhere { base, heard }) = self.elsewhere.get(service.slug) else {
            // A database that is busy is no service that is down: there is nothing to keep.
            return fresh(service, self.hear(service, request("", service, query, Known::of(anew, None))?).await?);
        };
        let wanted = Instant::now();
        // One request at a time: those that wait take what it brings, if they ask the same. None of them waits for long: what is
        // asked of a process that hangs would come to a second each.
        let turn = tokio::time::timeout(PATIENCE, heard.lock()).await;
        let mut heard_last = turn.map_err(|elapsed| down(service, &elapsed))?;
        let HeardLast { kept, failed } = &mut *heard_last;
        let key = query.unwrap_or_default().to_owned();
        if let Some(last) = kept.get(&key)
            && last.asked >= wanted
            && !anew
        {
            return Ok(last.tell());
        }
        // Who asked something else before them heard nothing.
        if failed.is_some_and(|failed| failed >= wanted) {
            return match kept.get_mut(&key) {
                Some(last) => {
                    last.failed = true;
                    Ok(last.tell())
                }
                None => Err(AppError::ServiceDown),
            };
        }
        let known = kept.get(&key).and_then(|last| last.answer.tag.clone());
        let asked = Instant::now();
        let heard = self.send(service, request(base, service, query, Known::of(anew, known))?).await;
        let now = Timestamp(Utc::now().timestamp_millis());
        *failed = heard.is_err().then(Instant::now);
        match (heard, kept.get_mut(&key)) {
            (Ok(Heard { status: StatusCode::NOT_MODIFIED, .. }), Some(last)) => {
                (last.heard, last.asked, last.failed) = (now, asked, false);
                Ok(last.tell())
            }
            (Ok(heard), _) => {
                let answer = fresh(service, heard)?;
                if kept.len() >= KEPT_MAX {
                    kept.clear();
                }
                kept.insert(key, Kept { answer: answer.clone(), heard: now, asked, failed: false });
                Ok(answer)
            }
            (Err(_), Some(last)) => {
                (last.asked, last.failed) = (asked, true);
                Ok(last.tell())
            }
            (Err(error), None) => Err(error),
        }
    }

    /// The answer of a service of this process.
    async fn hear(&self, service: &Service, request: Request<Body>) -> Result<Heard, AppError> {
        let response = self.here.clone().oneshot(request).await;
        read(response.unwrap_or_else(|never| match never {})).await.map_err(|error| down(service, &error))
    }

    /// The answer of a service of another process.
    async fn send(&self, service: &Service, request: Request<Body>) -> Result<Heard, AppError> {
        let answer = async { read(self.http.request(request).await?.map(Body::new)).await };
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(heard)) if heard.status.is_server_error() => Err(down(service, &heard.status)),
            Ok(Ok(heard)) => Ok(heard),
            Ok(Err(error)) => Err(down(service, &*error)),
            Err(elapsed) => Err(down(service, &elapsed)),
        }
    }
}

/// Where that analysis runs, if not in this process.
pub fn address_of<'a>(slug: &str, addresses: &'a [ServiceAddress]) -> Option<&'a Uri> {
    let own = addresses.iter().find(|address| address.slug == Some(slug));
    own.or_else(|| addresses.iter().find(|address| address.slug.is_none())).map(|address| &address.at)
}

impl Kept {
    fn tell(&self) -> Answer {
        Answer { stale_since: self.failed.then_some(self.heard), ..self.answer.clone() }
    }
}

/// What whoever asks has of the answer already.
enum Known {
    Nothing,
    /// That of the state with this tag.
    Tag(HeaderValue),
    /// Whatever it is, it is to be counted anew.
    Whatever,
}

impl Known {
    fn of(anew: bool, tag: Option<HeaderValue>) -> Self {
        if anew { Self::Whatever } else { tag.map_or(Self::Nothing, Self::Tag) }
    }
}

fn request(base: &str, service: &Service, query: Option<&str>, known: Known) -> Result<Request<Body>, AppError> {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let mut request = Request::builder()
        .method(Method::GET)
        .uri(format!("{base}/api/v1/analytics/{}{query}", service.slug))
        .header(ROLE, Role::Staff.slug())
        .header(header::ACCEPT, "application/json");
    match known {
        Known::Nothing => {}
        Known::Tag(tag) => request = request.header(header::IF_NONE_MATCH, tag),
        Known::Whatever => request = request.header(header::CACHE_CONTROL, "no-cache"),
    }
    request.body(Body::empty()).map_err(|_| AppError::Malformed { what: "the query".to_owned() })
}

struct Heard {
    status: StatusCode,
    tag: Option<HeaderValue>,
    json: Bytes,
}

/// The answer, read to its end.
async fn read(response: Response<Body>) -> Result<Heard, BoxError> {
    let (head, body) = response.into_parts();
    let tag = head.headers.get(header::ETAG).cloned();
    Ok(Heard { status: head.status, tag, json: to_bytes(body, ANSWER_MAX).await? })
}

/// What was heard just now, if it is one of our services' answers.
fn fresh(service: &Service, heard: Heard) -> Result<Answer, AppError> {
    let is_json = |json: &Bytes| serde_json::from_slice::<serde::de::IgnoredAny>(json).is_ok();
    match heard.status {
        StatusCode::OK if is_json(&heard.json) => Ok(Answer { json: heard.json, tag: heard.tag, stale_since: None }),
        StatusCode::NOT_FOUND => Err(AppError::NoSuchService),
        StatusCode::BAD_REQUEST => Err(AppError::Malformed { what: "the query".to_owned() }),
        status => Err(down(service, &status)),
    }
}

fn down(service: &Service, why: &dyn fmt::Display) -> AppError {
    tracing::warn!(service = service.slug, %why, "an analysis service does not answer");
    AppError::ServiceDown
}
