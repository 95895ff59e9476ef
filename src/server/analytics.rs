//! The analysis services of R13–R15 and those beside them: a router of their own over a read-only handle on the database.
//! `campusdesk serve` mounts it in process, `campusdesk analytics` on a port; the application reaches both through
//! [`client`].

pub(crate) mod backlog;
mod board;
pub(crate) mod categories;
pub mod client;
pub mod database;
pub(crate) mod expectation;
pub(crate) mod flow;
pub(crate) mod hours;
mod kept;
pub(crate) mod places;
pub(crate) mod resolution;
pub(crate) mod response;
pub(crate) mod service;
pub(crate) mod shown;
pub(crate) mod sums;

use crate::{
    domain::{role::Role, time::Timestamp},
    error::AppError,
    server::rest::{asking::Asker, problem::Problem},
};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::Utc;
use chrono_tz::Tz;
use database::{AnalyticsDatabase, Contents, Snapshot};
use kept::KeptAnswers;
use sea_orm::DbErr;
use service::Service;
use std::sync::Arc;

/// Every analysis, in the order in which the page shows them: a line each.
pub(crate) static SERVICES: [Service; 8] = [
    Service::of::<backlog::BacklogAnalysis>(),
    Service::of::<resolution::ResolutionAnalysis>(),
    Service::of::<categories::CategoriesAnalysis>(),
    Service::of::<flow::FlowAnalysis>(),
    Service::of::<response::ResponseAnalysis>(),
    Service::of::<hours::HoursAnalysis>(),
    Service::of::<places::PlacesAnalysis>(),
    Service::of::<expectation::ExpectationAnalysis>(),
];

/// The analysis of that word, if there is one.
pub(crate) fn find(slug: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| service.slug == slug)
}

/// The words of all analyses.
pub fn slugs() -> impl Iterator<Item = &'static str> {
    SERVICES.iter().map(|service| service.slug)
}

/// Where the services read the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What the services stand on. Cheap to clone.
#[derive(Clone)]
pub struct AnalyticsState {
    database: AnalyticsDatabase,
    services: Option<Arc<[String]>>,
    zone: Option<Tz>,
    clock: Clock,
    kept: Arc<KeptAnswers>,
}

impl AnalyticsState {
    /// All services over that database, in the time zone that the database is kept in, by the system's clock.
    pub fn new(database: AnalyticsDatabase) -> Self {
        let clock = Arc::new(|| Timestamp(Utc::now().timestamp_millis()));
        Self { database, services: None, zone: None, clock, kept: Arc::default() }
    }

    /// Only the services of those words; the others answer 404.
    #[must_use]
    pub fn with_services(self, services: &[String]) -> Self {
        Self { services: Some(services.into()), ..self }
    }

    /// Months of that zone. Where the database is kept in another one, they are counted ticket by ticket.
    #[must_use]
    pub fn with_zone(self, zone: Option<Tz>) -> Self {
        Self { zone, ..self }
    }

    /// Another clock.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// The database's own.
    pub async fn check_ready(&self) -> Result<(), DbErr> {
        self.database.check_ready().await
    }
}

/// The services under `/api/v1/analytics`. Everything else is a 404 problem.
pub fn router(state: AnalyticsState) -> Router {
    let mut router = Router::new();
    for service in &SERVICES {
        let handler = async move |State(state): State<AnalyticsState>, uri: Uri, asker: Asker, headers: HeaderMap| {
            state.answer(service, &uri, asker, &headers).await
        };
        router = router.route(&format!("/api/v1/analytics/{}", service.slug), get(handler));
    }
    router
        .method_not_allowed_fallback(async || Problem(AppError::WrongMethod))
        .fallback(async || Problem(AppError::NoSuchPage))
        .with_state(state)
}

impl AnalyticsState {
    /// What a service answers; nothing anew to whoever has the answer of this state already.
    async fn answer(
        &self,
        service: &'static Service,
        uri: &Uri,
        Asker(role): Asker,
        headers: &HeaderMap,
    ) -> Result<Response, Problem> {
        check_role(service, role)?;
        if self.services.as_ref().is_some_and(|served| !served.iter().any(|slug| slug == service.slug)) {
            return Err(AppError::NoSuchService.into());
        }
        let asked = service.ask(uri.query())?;
        let now = (self.clock)();
        let read = async {
            let snapshot = self.database.snapshot(self.zone, now).await?;
            let tag = tag(&snapshot);
            let known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
            let anew = wants_anew(headers);
            let answer = if known { None } else { Some(self.kept.answer(service, &asked, &snapshot, anew).await?) };
            snapshot.end().await?;
            Ok((tag, answer))
        };
        let (tag, answer) = read.await.map_err(problem)?;
        let headers = [(header::ETAG, tag.as_str()), (header::CACHE_CONTROL, REVALIDATED)];
        Ok(match answer {
            None => (StatusCode::NOT_MODIFIED, headers).into_response(),
            Some(json) => (headers, [(header::CONTENT_TYPE, "application/json")], json).into_response(),
        })
    }
}

/// An answer may be kept, and has to be asked for again: the tag says whether it changed.
pub(crate) const REVALIDATED: &str = "private, no-cache";
/// How long an answer is as good as a new one, in milliseconds, while nothing is written.
const ANSWER_MILLIS: i64 = 10_000;

/// What an answer's state is called. What is counted back from now changes with it, a little: an answer is good for ten
/// seconds.
fn tag(Snapshot { contents, now, .. }: &Snapshot) -> String {
    let Contents { through, target, recounts, .. } = contents;
    format!("\"{through}-{}-{recounts}-{}\"", target.unwrap_or_default(), now.0 / ANSWER_MILLIS)
}

/// Whether whoever asks has it counted anew, whatever is kept.
pub(crate) fn wants_anew(headers: &HeaderMap) -> bool {
    headers.get(header::CACHE_CONTROL).is_some_and(|said| said.as_bytes() == b"no-cache")
}

/// Whether the role may ask for that analysis.
pub(crate) fn check_role(service: &Service, role: Role) -> Result<(), AppError> {
    if service.is_public || role.may_analyse() { Ok(()) } else { Err(AppError::StaffOnly) }
}

/// The single crossing from a database's failure to what a person is told: logged once, quoted by its reference.
fn problem(error: DbErr) -> Problem {
    match error {
        DbErr::ConnectionAcquire(_) => AppError::Unavailable.into(),
        error => Problem::internal(&error),
    }
}
