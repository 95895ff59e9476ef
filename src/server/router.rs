//! Every address that the server answers, and what happens around each answer.

pub mod functions;
pub mod pages;

use super::{
    analytics::{self, AnalyticsState, client::AnalyticsClient, shown},
    assets, door, guard,
    live::Live,
    manifest,
    photos::{
        Photos,
        form::{self, FIELDS_MAX},
    },
    rest::{self, RestState, events, problem::Problem},
    store::Store,
    telemetry, worker,
};
use crate::{
    app::STYLE,
    components::similar::SimilarTickets,
    domain::{role::Role, status::Status, ticket::TicketRow},
    error::AppError,
    texts,
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header},
    middleware::from_fn,
    response::{IntoResponse, Redirect, Response},
    routing::{MethodFilter, get, on, post},
};
use leptos::{
    prelude::{Owner, RenderHtml, provide_context, view},
    server_fn::axum::server_fn_paths,
};
use leptos_axum::generate_route_list;
use pages::Pages;
use std::any::Any;
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate,
        predicate::{DefaultPredicate, SizeAbove},
    },
};

/// Answers shorter than this are not worth compressing: they fit one packet.
const COMPRESS_ABOVE: u16 = 1_024;
/// Gzip's level for what is made anew each time: above it, time doubles to save a tenth of the bytes. So it is with brotli,
/// which files that stay the same have been compressed with beforehand.
const COMPRESS_LEVEL: i32 = 2;

/// What the application stands on.
#[derive(Clone)]
pub struct AppState {
    /// Where tickets are kept.
    pub store: Store,
    /// Where analyses are made.
    pub analytics: AnalyticsClient,
    /// What happens.
    pub live: Live,
    /// Where photos are kept.
    pub photos: Photos,
    /// Most REST calls a minute from one address.
    pub rest_limit: Option<u32>,
}

/// Pages, their functions, the REST API, the site's files, and what watches over them.
///
/// Has to be called within a Tokio runtime.
pub fn app(state: AppState) -> Router {
    let AppState { store, analytics, live, photos, rest_limit } = state;
    let api = rest::router(RestState {
        store: store.clone(),
        analytics: analytics.clone(),
        live: live.clone(),
        photos: photos.clone(),
        rest_limit,
    });
    let pictures = Router::new()
        .route("/photos/{name}", get(get_photo))
        .method_not_allowed_fallback(refuse_method)
        .with_state(photos.clone());
    let downloads = Router::new()
        .route("/helpdesk/analytics/{file}", get(get_csv))
        .method_not_allowed_fallback(refuse_method)
        .with_state(analytics.clone());
    let pages = Pages::new(store.clone(), analytics, live.clone(), photos);
    let watch = Router::new()
        .route("/healthz", get(check_alive))
        .route("/readyz", get(check_ready))
        .route("/metrics", get(get_figures))
        .method_not_allowed_fallback(refuse_method)
        .with_state(store);
    let events = Router::new()
        .route("/rpc/events", get(tell_requesters))
        .route("/rpc/helpdesk/events", get(tell_staff))
        .method_not_allowed_fallback(refuse_method)
        .with_state(live);
    let site = pages_and_functions(pages)
        .merge(files())
        .merge(pictures)
        .merge(downloads)
        .merge(events)
        .merge(watch)
        .merge(api);
    around(site)
}

/// An analysis's table as a file: `/helpdesk/analytics/{slug}.csv`, for what the query asks.
async fn get_csv(
    State(client): State<AnalyticsClient>,
    Path(file): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let language = door::language_in(&headers);
    let card = async {
        if !door::role_in(&headers).is_some_and(Role::may_analyse) {
            return Err(AppError::StaffOnly);
        }
        let slug = file.strip_suffix(".csv").ok_or(AppError::NoSuchPage)?;
        shown::card(&client, slug, uri.query().unwrap_or_default(), language).await
    };
    match card.await {
        Ok(card) => {
            let kind = [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
            let name = [(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\""))];
            (kind, name, shown::csv(&card.figure.table)).into_response()
        }
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, texts::of(language).error(&error)).into_response()
        }
    }
}

/// A photo on its way, before the form that it belongs to: answers what that attaches it with, or why it is not taken, in the
/// sender's language.
async fn take_photo(State(pages): State<Pages>, request: Request) -> Response {
    let language = door::language_in(request.headers());
    let kept = async {
        pages.refuse_flood(request.headers(), request.extensions())?;
        let _room = pages.room(request.headers(), 1).await?;
        pages.keep_photo(form::read_whole(request, &pages.waiting_room()).await?).await
    };
    let headers = [(header::CACHE_CONTROL, "no-store")];
    match kept.await {
        Ok(token) => (StatusCode::CREATED, headers, Json(serde_json::json!({ "token": token }))).into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, headers, Json(serde_json::json!({ "error": texts::of(language).error(&error) }))).into_response()
        }
    }
}

/// Names of places for what is typed, `?q=…`, as JSON.
async fn suggest_places(State(pages): State<Pages>, uri: Uri) -> Response {
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let typed = query.filter(|(name, _)| name == "q").last().map(|(_, typed)| typed.into_owned()).unwrap_or_default();
    match pages.store().suggest_places(&typed).await {
        Ok(names) => ([(header::CACHE_CONTROL, "no-store")], Json(names)).into_response(),
        Err(error) => guard::plain(StatusCode::SERVICE_UNAVAILABLE, &error),
    }
}

/// Open tickets that may be what is being reported, `?text=…&place=…`, drawn in the reader's language; nothing where there are none.
async fn find_similar(State(pages): State<Pages>, headers: HeaderMap, body: Bytes) -> Response {
    let (mut text, mut place) = (String::new(), String::new());
    for (name, value) in form_urlencoded::parse(&body) {
        match &*name {
            "text" => text = value.into_owned(),
            "place" => place = value.trim().to_owned(),
            _ => {}
        }
    }
    let place = Some(place).filter(|place| !place.is_empty());
    match pages.store().find_similar(&text, place.as_deref(), None).await {
        Ok(tickets) if tickets.is_empty() => StatusCode::NO_CONTENT.into_response(),
        Ok(tickets) => {
            let tickets = tickets.into_iter().map(TicketRow::from).collect();
            let drawn = Owner::new().with(|| {
                provide_context(texts::of(door::language_in(&headers)));
                view! { <SimilarTickets tickets /> }.to_html()
            });
            ([(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "text/html; charset=utf-8")], drawn)
                .into_response()
        }
        Err(error) => guard::plain(StatusCode::SERVICE_UNAVAILABLE, &error),
    }
}

/// A photo, or its small picture. Its name is its content: it never changes. Nothing in it runs, whatever it is taken for.
async fn get_photo(State(photos): State<Photos>, Path(name): Path<String>) -> Response {
    match photos.read(&name).await {
        Ok(Some(picture)) => {
            let headers = [
                (header::CONTENT_TYPE, "image/jpeg"),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
                (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; sandbox"),
                (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
            ];
            (headers, picture).into_response()
        }
        Ok(None) => guard::plain(StatusCode::NOT_FOUND, &AppError::NoSuchPage),
        Err(error) => guard::plain(StatusCode::SERVICE_UNAVAILABLE, &error),
    }
}

/// The analysis services as a process of their own.
pub fn analytics_app(state: AnalyticsState) -> Router {
    let watch = Router::new()
        .route("/healthz", get(check_alive))
        .route("/readyz", get(check_services_ready))
        .route("/metrics", get(async || telemetry::render_figures()))
        .with_state(state.clone());
    around(analytics::router(state).merge(watch))
}

fn pages_and_functions(pages: Pages) -> Router {
    let mut router = Router::new();
    for page in generate_route_list(crate::app::App) {
        router = router.route(page.path(), get(get_page));
    }
    for (path, method) in server_fn_paths() {
        if let Ok(method) = MethodFilter::try_from(method) {
            router = router.route(path, on(method, functions::call));
        }
    }
    router = router
        .route("/rpc/photos", post(take_photo))
        .route("/rpc/places", get(suggest_places))
        .route("/rpc/similar", post(find_similar).layer(DefaultBodyLimit::max(3 * FIELDS_MAX)));
    router.method_not_allowed_fallback(refuse_method).fallback(find_nothing).with_state(pages)
}

fn files() -> Router {
    let mut router = Router::new()
        .route("/manifest.webmanifest", get(async |headers: HeaderMap| manifest::get_manifest(&headers)))
        .route("/pkg/{digest}/texts/{file}", get(assets::get_texts))
        .route("/pkg/{digest}/{*path}", get(assets::get_package_file));
    if cfg!(debug_assertions) {
        router = router.route(&format!("/{STYLE}"), get(async |headers: HeaderMap| assets::get_style(&headers)));
    }
    router = router
        .route(&format!("/{}", worker::SCRIPT), get(async |headers: HeaderMap| worker::get_worker(&headers)))
        .route("/share", post(worker::share));
    for path in assets::list_public().into_iter().filter(|path| path != worker::SCRIPT) {
        let route = format!("/{path}");
        router = router.route(&route, get(async move |headers: HeaderMap| assets::get_public(&path, &headers)));
    }
    router.method_not_allowed_fallback(refuse_method)
}

/// What holds for every answer. The last one named sees the request first.
fn around(router: Router) -> Router {
    let worth_it = DefaultPredicate::new().and(SizeAbove::new(COMPRESS_ABOVE));
    router
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(COMPRESS_LEVEL)).compress_when(worth_it))
        .layer(from_fn(guard::refuse_cross_site))
        .layer(CatchPanicLayer::custom(of_panic))
        .layer(from_fn(guard::set_headers))
        .layer(from_fn(telemetry::observe))
}

async fn get_page(State(pages): State<Pages>, request: Request) -> Response {
    if !is_straight(request.uri().path()) {
        return guard::plain(StatusCode::NOT_FOUND, &AppError::NoSuchPage);
    }
    pages.render(request, None).await
}

/// Whether a path goes nowhere but down. The pages' router resolves `..` and `\`, a proxy in front may not: without
/// this, what it guards could be reached by a detour.
fn is_straight(path: &str) -> bool {
    let is_step = |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    let path = path.replace("%5c", "\\").replace("%5C", "\\");
    !path.contains('\\') && !path.split('/').any(is_step)
}

/// Whatever has no address here: to a person a page that helps on, to a program a sentence.
async fn find_nothing(State(pages): State<Pages>, request: Request) -> Response {
    let path = request.uri().path();
    if path.starts_with("/api/") {
        return Problem(AppError::NoSuchPage).into_response();
    }
    let is_page = !["/rpc", "/pkg"].iter().any(|prefix| path.starts_with(prefix));
    if !is_page || !is_straight(path) || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return guard::plain(StatusCode::NOT_FOUND, &AppError::NoSuchPage);
    }
    // A page's address with a slash at its end. Two at its beginning would lead to another host.
    match path.strip_suffix('/') {
        Some(page) if !page.is_empty() && !path.starts_with("//") => {
            let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
            Redirect::permanent(&format!("{page}{query}")).into_response()
        }
        _ => pages.render(request, None).await,
    }
}

async fn refuse_method() -> Response {
    guard::plain(StatusCode::METHOD_NOT_ALLOWED, &AppError::WrongMethod)
}

/// The answer to a request whose handler panicked. The panic itself is in the log already.
fn of_panic(_: Box<dyn Any + Send>) -> Response {
    guard::plain(StatusCode::INTERNAL_SERVER_ERROR, &AppError::Internal { reference: "panic".to_owned() })
}

async fn check_alive() -> &'static str {
    "alive\n"
}

async fn check_ready(State(store): State<Store>) -> Response {
    match store.check_ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(_) => guard::plain(StatusCode::SERVICE_UNAVAILABLE, &AppError::Unavailable),
    }
}

async fn check_services_ready(State(services): State<AnalyticsState>) -> Response {
    match services.check_ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(_) => guard::plain(StatusCode::SERVICE_UNAVAILABLE, &AppError::Unavailable),
    }
}

/// What happens, to the pages of a requester.
async fn tell_requesters(State(live): State<Live>, uri: Uri, headers: HeaderMap) -> Response {
    tell(&live, Role::Requester, &uri, &headers).await
}

/// What happens, to the pages of a device that entered as staff. A proxy guards it with the other functions of staff.
async fn tell_staff(State(live): State<Live>, uri: Uri, headers: HeaderMap) -> Response {
    if door::role_in(&headers) == Some(Role::Staff) {
        tell(&live, Role::Staff, &uri, &headers).await
    } else {
        guard::plain(StatusCode::FORBIDDEN, &AppError::StaffOnly)
    }
}

async fn tell(live: &Live, role: Role, uri: &Uri, headers: &HeaderMap) -> Response {
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let query: Vec<_> = query.collect();
    let told = async {
        let wanted = events::Wanted::of(query.iter().map(|(name, value)| (&**name, &**value)), headers)?;
        let visitor = query.iter().find(|(name, _)| name == "who").and_then(|(_, who)| who.parse().ok());
        events::stream_to(live, role, wanted.present_as(visitor)).await
    };
    told.await.unwrap_or_else(|error| {
        guard::plain(StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &error)
    })
}

async fn get_figures(State(store): State<Store>) -> Response {
    if let Ok(counts) = store.count_views().await {
        for (status, count) in
            [(Status::Open, counts.open), (Status::Active, counts.active), (Status::Closed, counts.closed)]
        {
            telemetry::note_tickets(status, count);
        }
    }
    telemetry::render_figures()
}
