//! `/api/v1/analytics`: the staff's three analyses, passed on to the services that make them.

use super::{
    asking::Asker,
    json::Json,
    problem::{PROBLEM_JSON, Problem, ProblemDocument},
};
use crate::{
    domain::{
        analytics::{Analysis, Backlog, Categories, Resolution},
        role::Role,
    },
    error::AppError,
    server::analytics::client::AnalyticsClient,
};
use axum::{extract::State, http::Uri};
use serde_json::Value;

/// Count what was opened in a period and is not closed (staff).
///
/// Service 1: tickets opened in the last X hours or days, the beginning included, that are open or active now.
#[utoipa::path(
    get,
    path = "/analytics/backlog",
    tag = "analytics",
    params(
        Asker,
        ("last" = Option<String>, Query, pattern = "^[0-9]{1,6}[hd]$", example = "7d", description = "The period: `1h` to `87600h` or `1d` to `3650d`; `24h` unless said."),
    ),
    responses(
        (status = 200, description = "The count.", body = Backlog),
        (status = 403, description = "The analyses are the staff's.", body = ProblemDocument, content_type = PROBLEM_JSON),
        (status = 404, description = "This analysis is not served here.", body = ProblemDocument, content_type = PROBLEM_JSON),
        (status = 422, description = "`last` is no period.", body = ProblemDocument, content_type = PROBLEM_JSON),
        Asker,
        Problem,
    ),
)]
pub async fn get_backlog(state: State<AnalyticsClient>, asker: Asker, uri: Uri) -> Result<Json<Value>, Problem> {
    analyse(state, asker, Analysis::Backlog, &uri).await
}

/// Read the average resolution time by month (staff).
///
/// Service 2: opening to closing, by the month in which the ticket was opened, from the first ticket's month to the current one.
#[utoipa::path(
    get,
    path = "/analytics/resolution",
    tag = "analytics",
    params(Asker),
    responses(
        (status = 200, description = "The months, oldest first.", body = Resolution),
        (status = 403, description = "The analyses are the staff's.", body = ProblemDocument, content_type = PROBLEM_JSON),
        (status = 404, description = "This analysis is not served here.", body = ProblemDocument, content_type = PROBLEM_JSON),
        Asker,
        Problem,
    ),
)]
pub async fn get_resolution(state: State<AnalyticsClient>, asker: Asker, uri: Uri) -> Result<Json<Value>, Problem> {
    analyse(state, asker, Analysis::Resolution, &uri).await
}

/// Count the active tickets of each category (staff).
///
/// Service 3: all three categories, zeros too.
#[utoipa::path(
    get,
    path = "/analytics/categories",
    tag = "analytics",
    params(Asker),
    responses(
        (status = 200, description = "The categories.", body = Categories),
        (status = 403, description = "The analyses are the staff's.", body = ProblemDocument, content_type = PROBLEM_JSON),
        (status = 404, description = "This analysis is not served here.", body = ProblemDocument, content_type = PROBLEM_JSON),
        Asker,
        Problem,
    ),
)]
pub async fn get_categories(state: State<AnalyticsClient>, asker: Asker, uri: Uri) -> Result<Json<Value>, Problem> {
    analyse(state, asker, Analysis::Categories, &uri).await
}

async fn analyse(
    State(services): State<AnalyticsClient>,
    Asker(role): Asker,
    analysis: Analysis,
    uri: &Uri,
) -> Result<Json<Value>, Problem> {
    if !Role::may_analyse(role) {
        return Err(Problem(AppError::StaffOnly));
    }
    Ok(Json(services.get(analysis, uri.query()).await?))
}
