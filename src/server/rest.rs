//! The REST API under `/api/v1`: a thin door into the store's verbs. Handlers stand beside their documentation, and one
//! table of routes makes both the router and the OpenAPI document.

pub mod analyses;
pub mod asking;
pub mod events;
pub mod json;
pub mod messages;
pub mod photos;
pub mod problem;
pub mod rate;
pub mod tickets;

use crate::{
    domain::query::Sort,
    error::AppError,
    server::{analytics::client::AnalyticsClient, live::Live, photos::Photos, rate::Limiter, store::Store},
};
use axum::{Router, extract::FromRef, middleware, routing::any};
use json::Json;
use problem::{Problem, ProblemDocument};
use std::{num::NonZeroU32, sync::LazyLock};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Where the API stands.
pub const PREFIX: &str = "/api/v1";

/// What the handlers stand on. Cheap to clone.
#[derive(Clone)]
pub struct RestState {
    /// Where tickets are kept.
    pub store: Store,
    /// Where analyses are made.
    pub analytics: AnalyticsClient,
    /// What happens.
    pub live: Live,
    /// Where photos are kept.
    pub photos: Photos,
    /// Most requests a minute from one address; none or 0 for no limit.
    pub rest_limit: Option<u32>,
}

impl FromRef<RestState> for Store {
    fn from_ref(state: &RestState) -> Self {
        state.store.clone()
    }
}

impl FromRef<RestState> for Live {
    fn from_ref(state: &RestState) -> Self {
        state.live.clone()
    }
}

impl FromRef<RestState> for Photos {
    fn from_ref(state: &RestState) -> Self {
        state.photos.clone()
    }
}

impl FromRef<RestState> for AnalyticsClient {
    fn from_ref(state: &RestState) -> Self {
        state.analytics.clone()
    }
}

/// Everything under `/api/v1`, to be merged into a router that has other paths. Every error in it is a problem document.
pub fn router(state: RestState) -> Router {
    let limiter = state.rest_limit.and_then(NonZeroU32::new).map(Limiter::new);
    let no_such_page = async || Problem(AppError::NoSuchPage);
    let (mut api, _) = routes().split_for_parts();
    api = api.method_not_allowed_fallback(async || Problem(AppError::WrongMethod)).fallback(no_such_page);
    if let Some(limiter) = limiter {
        api = api.layer(middleware::from_fn_with_state(limiter, rate::limit));
    }
    let api = api.layer(CatchPanicLayer::custom(problem::of_panic)).with_state(state);
    // A nested fallback answers under the prefix and at it, but not at the prefix and a slash.
    Router::new().nest(PREFIX, api).route(&format!("{PREFIX}/"), any(no_such_page))
}

/// The OpenAPI document.
pub fn document() -> utoipa::openapi::OpenApi {
    OpenApiRouter::<RestState>::with_openapi(Document::openapi()).nest(PREFIX, routes()).into_openapi()
}

/// The table of routes.
fn routes() -> OpenApiRouter<RestState> {
    OpenApiRouter::default()
        .routes(routes!(tickets::list_tickets, tickets::open_ticket))
        .routes(routes!(tickets::get_ticket, tickets::edit_ticket))
        .routes(routes!(tickets::move_ticket))
        .routes(routes!(tickets::correct_category))
        .routes(routes!(tickets::merge, tickets::part))
        .routes(routes!(photos::add_photo))
        .routes(routes!(messages::list_messages, messages::post_message))
        .routes(routes!(messages::list_history))
        .routes(routes!(events::listen))
        .merge(analyses::routes())
        .routes(routes!(get_openapi))
}

/// Read this document.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "document",
    responses((status = 200, description = "The OpenAPI document.", body = Object), Problem),
)]
async fn get_openapi() -> Json<&'static utoipa::openapi::OpenApi> {
    static DOCUMENT: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(document);
    Json(&DOCUMENT)
}

/// What the document says beside the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Campusdesk",
        description = "The ticket system of a university campus: tickets, their conversation and history, analyses.\n\n\
            The header `Campusdesk-Role` says who asks; without it, a requester does. A role is a view, not a security \
            boundary: there are no accounts. Times are RFC 3339 in UTC with milliseconds. Every error is a problem \
            document (RFC 9457). Callers are not limited unless the server was started with `--rest-limit`, which \
            counts the requests of an address; behind a reverse proxy that is the proxy's.",
        license(name = "MIT", identifier = "MIT"),
    ),
    components(schemas(ProblemDocument, Sort)),
    tags(
        (name = "tickets", description = "Reports of problems on campus."),
        (name = "messages", description = "What was said and done about a ticket."),
        (name = "analytics", description = "What the data says. For staff."),
        (name = "document", description = "This document."),
    ),
)]
struct Document;
