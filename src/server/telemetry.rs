//! What the operator sees: a log on stderr and figures for Prometheus.

use crate::domain::{history::What, role::Role, status::Status};
use axum::{
    extract::{MatchedPath, Request},
    http::{Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::{
    io::{IsTerminal, stderr},
    sync::OnceLock,
    time::{Duration, Instant},
};
use tracing_subscriber::EnvFilter;

/// Which lines are logged, as tracing's filters say it: `info` unless given, `debug`, `campusdesk=debug,sqlx=warn`, ….
pub const LOG_VARIABLE: &str = "CAMPUSDESK_LOG";
/// How often the samples of the durations are put into their buckets, so that they do not pile up unread.
const UPKEEP: Duration = Duration::from_secs(5);
/// Upper ends of the buckets of the durations, in seconds.
const BUCKETS: [f64; 12] = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// Starts to log on stderr. Only the first call in a process counts.
pub fn log_to_stderr() {
    let filter = EnvFilter::builder().with_env_var(LOG_VARIABLE).from_env_lossy();
    let is_told = std::env::var_os(LOG_VARIABLE).is_some_and(|filter| !filter.is_empty());
    let filter = if is_told { filter } else { EnvFilter::new("info,sqlx=warn,sea_orm_migration=warn") };
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).with_ansi(stderr().is_terminal());
    // A second subscriber is refused: the first one goes on.
    drop(log.try_init());
}

/// Keeps the figures small for as long as the process runs.
pub async fn keep_figures() {
    let figures = figures();
    let mut ticks = tokio::time::interval(UPKEEP);
    loop {
        ticks.tick().await;
        figures.run_upkeep();
    }
}

/// Counts and times every request by its route, never by its address, and logs one line for each that failed.
pub async fn observe(request: Request, next: Next) -> Response {
    figures();
    let start = Instant::now();
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let (taken, status) = (start.elapsed(), response.status());
    let route = route.as_ref().map_or("none", MatchedPath::as_str).to_owned();
    if status.is_server_error() {
        tracing::error!(method, route, status = status.as_u16(), ms = taken.as_millis(), "a request failed");
    }
    let class = match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    metrics::counter!("campusdesk_requests_total", "method" => method, "route" => route.clone(), "status" => class)
        .increment(1);
    metrics::histogram!("campusdesk_request_seconds", "method" => method, "route" => route).record(taken.as_secs_f64());
    response
}

/// Every figure, as Prometheus reads it.
pub fn render_figures() -> Response {
    let text = figures().render();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

/// Notes how many tickets stand at a status now.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53 tickets")]
pub fn note_tickets(status: Status, count: i64) {
    metrics::gauge!("campusdesk_tickets", "status" => status.slug()).set(count as f64);
}

/// Counts a change of a ticket's history. It is counted as it is written: the rare one whose commit then fails, too.
pub fn count_change(what: What, role: Role) {
    metrics::counter!("campusdesk_changes_total", "what" => what.slug(), "role" => role.slug()).increment(1);
}

/// The process's one recorder.
fn figures() -> &'static PrometheusHandle {
    static FIGURES: OnceLock<PrometheusHandle> = OnceLock::new();
    FIGURES.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        let recorder = builder.set_buckets(&BUCKETS).unwrap_or_default().build_recorder();
        let handle = recorder.handle();
        // Refused only where another recorder was set before: then that one counts.
        drop(metrics::set_global_recorder(recorder));
        metrics::describe_counter!("campusdesk_requests_total", "Requests answered, by route and class of status.");
        metrics::describe_histogram!("campusdesk_request_seconds", "Seconds until the answer's head, by route.");
        metrics::describe_counter!("campusdesk_changes_total", "What this process wrote into tickets' histories.");
        metrics::describe_gauge!("campusdesk_tickets", "Tickets, by status.");
        handle
    })
}

/// The method's name, one of a handful: callers may invent others, and each would be a figure of its own.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
