//! The analysis services of R13–R15: a router of their own over a read-only handle on the database. `campusdesk serve`
//! mounts it in process, `campusdesk analytics` on a port; the application reaches both through [`client`].

pub(crate) mod backlog;
pub(crate) mod categories;
pub mod client;
pub mod database;
pub(crate) mod resolution;

use crate::{
    domain::{
        analytics::{Analysis, Period},
        time::Timestamp,
    },
    error::{AppError, Field},
    server::rest::{asking::Asker, problem::Problem},
};
use axum::{
    Json, Router,
    extract::State,
    http::Uri,
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::Utc;
use chrono_tz::Tz;
use database::AnalyticsDatabase;
use sea_orm::DbErr;
use serde::Serialize;
use std::sync::Arc;

/// Where the services read the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What the services stand on. Cheap to clone.
#[derive(Clone)]
pub struct AnalyticsState {
    database: AnalyticsDatabase,
    services: Arc<[Analysis]>,
    zone: Option<Tz>,
    clock: Clock,
}

impl AnalyticsState {
    /// All three services over that database, in the time zone that the database is kept in, by the system's clock.
    pub fn new(database: AnalyticsDatabase) -> Self {
        let clock = Arc::new(|| Timestamp(Utc::now().timestamp_millis()));
        Self { database, services: Arc::new(Analysis::ALL), zone: None, clock }
    }

    /// Only those services; the others answer 404.
    #[must_use]
    pub fn with_services(self, services: &[Analysis]) -> Self {
        Self { services: services.into(), ..self }
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

    fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

/// The three services under `/api/v1/analytics`. Everything else is a 404 problem.
pub fn router(state: AnalyticsState) -> Router {
    Router::new()
        .route("/api/v1/analytics/backlog", get(backlog))
        .route("/api/v1/analytics/resolution", get(resolution))
        .route("/api/v1/analytics/categories", get(categories))
        .method_not_allowed_fallback(async || Problem(AppError::WrongMethod))
        .fallback(async || Problem(AppError::NoSuchPage))
        .with_state(state)
}

async fn backlog(State(state): State<AnalyticsState>, uri: Uri, asker: Asker) -> Result<Response, Problem> {
    state.admit(Analysis::Backlog, asker)?;
    let period = period(uri.query())?;
    answer(backlog::count(&state.database, period, state.now()).await)
}

async fn resolution(State(state): State<AnalyticsState>, asker: Asker) -> Result<Response, Problem> {
    state.admit(Analysis::Resolution, asker)?;
    answer(resolution::by_month(&state.database, state.zone, state.now()).await)
}

async fn categories(State(state): State<AnalyticsState>, asker: Asker) -> Result<Response, Problem> {
    state.admit(Analysis::Categories, asker)?;
    answer(categories::active(&state.database, state.now()).await)
}

impl AnalyticsState {
    /// The services answer to staff only, and only those that this process runs.
    fn admit(&self, analysis: Analysis, Asker(role): Asker) -> Result<(), Problem> {
        if !role.may_analyse() {
            return Err(AppError::StaffOnly.into());
        }
        if !self.services.contains(&analysis) {
            return Err(AppError::NoSuchService.into());
        }
        Ok(())
    }
}

/// The period that a query asks for with `last`: the last one where it is said more than once.
fn period(query: Option<&str>) -> Result<Period, AppError> {
    let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs
        .filter(|(name, _)| name == Field::Last.name())
        .last()
        .map_or(Ok(Period::DEFAULT), |(_, last)| Period::parse(&last))
}

/// The single crossing from a database's failure to what a person is told: logged once, quoted by its reference.
fn answer<T: Serialize>(result: Result<T, DbErr>) -> Result<Response, Problem> {
    match result {
        Ok(found) => Ok(Json(found).into_response()),
        Err(DbErr::ConnectionAcquire(_)) => Err(AppError::Unavailable.into()),
        Err(error) => Err(Problem::internal(&error)),
    }
}
