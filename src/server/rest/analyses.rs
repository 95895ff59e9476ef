//! `/api/v1/analytics`: the staff's three analyses, passed on to the services that make them.

use super::{
    asking::{Asker, QueryPairs},
    json::Json,
    problem::{NotFound, Problem, StaffOnly},
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
        BacklogParams,
    ),
    responses(
        (status = 200, description = "The count.", body = Backlog),
        StaffOnly,
        NotFound,
        QueryPairs,
        Asker,
        Problem,
    ),
)]
pub async fn get_backlog(state: State<AnalyticsClient>, asker: Asker, uri: Uri) -> Result<Json<Value>, Problem> {
    analyse(state, asker, Analysis::Backlog, &uri).await
}

/// Read the average resolution time by month (staff).
///
/// Service 2: opening to closing, by the month in which the ticket was opened, from the first ticket's month to the
/// current one.
#[utoipa::path(
    get,
    path = "/analytics/resolution",
    tag = "analytics",
    params(Asker),
    responses(
        (status = 200, description = "The months, oldest first.", body = Resolution),
        StaffOnly,
        NotFound,
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
        StaffOnly,
        NotFound,
        Asker,
        Problem,
    ),
)]
pub async fn get_categories(state: State<AnalyticsClient>, asker: Asker, uri: Uri) -> Result<Json<Value>, Problem> {
    analyse(state, asker, Analysis::Categories, &uri).await
}

/// The parameter of service 1, which reads it itself.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "says in the document what the service reads")]
struct BacklogParams {
    /// The period: `1h` to `87600h` or `1d` to `3650d`; `24h` unless said.
    #[param(pattern = "^[0-9]{1,6}[hd]$", example = "7d")]
    last: Option<String>,
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
