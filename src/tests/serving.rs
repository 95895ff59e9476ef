//! What holds for every answer: headers, refusals, statuses, plain forms, figures, and the command line's manual.

mod claims;
mod merging;
mod places;
mod worker;

use crate::{
    domain::{role::Role, status::Status, ticket::NewTicket},
    server::{
        analytics::{
            self, AnalyticsState,
            client::{AnalyticsClient, address_of},
            database::AnalyticsDatabase,
        },
        assets,
        config::{Arguments, Command, explain},
        live::Live,
        photos::Photos,
        router::{AppState, app},
        store::Store,
    },
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode},
};
use chrono_tz::Tz;
use clap::{CommandFactory, Parser};
use std::{collections::HashMap, error::Error, sync::Arc};
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};
use tower::ServiceExt;

type Done = Result<(), Box<dyn Error>>;

/// A whole application over an empty database.
struct Desk {
    router: Router,
    store: Store,
    _folder: TempDir,
    _turn: MutexGuard<'static, ()>,
}

/// A program has one runtime, tests have one each: Leptos, which keeps some of its state by process, has been seen to
/// wait for ever where two of them drew pages at once.
static TURN: Mutex<()> = Mutex::const_new(());

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Desk {
    async fn new() -> Result<Self, Box<dyn Error>> {
        let turn = TURN.lock().await;
        let folder = tempfile::tempdir()?;
        let database = format!("sqlite:{}", folder.path().join("campus.db").display());
        let store = Store::open(&database, Tz::UTC).await?;
        let services = AnalyticsState::new(AnalyticsDatabase::open(&database).await?);
        let analytics = AnalyticsClient::embedded(analytics::router(services));
        let router = app(AppState {
            store: store.clone(),
            analytics,
            live: Live::start(store.clone()).await?,
            photos: Photos::open(None, &database)?,
            rest_limit: None,
        });
        Ok(Self { router, store, _folder: folder, _turn: turn })
    }

    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "desk.example");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.answer(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    async fn answer(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: head.status, headers: head.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "").await
    }

    /// Sends a form as a browser without JavaScript does.
    async fn submit(&self, function: &str, page: &str, form: &str) -> Answer {
        let referer = format!("http://desk.example{page}");
        let headers = [
            ("accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", "http://desk.example"),
            ("sec-fetch-site", "same-origin"),
            ("referer", &referer),
        ];
        self.send(Method::POST, function, &headers, form).await
    }

    /// Calls a server function as the page's own script does.
    async fn call(&self, function: &str, form: &str) -> Answer {
        let headers = [("accept", "application/json"), ("content-type", "application/x-www-form-urlencoded")];
        self.send(Method::POST, function, &headers, form).await
    }
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

const PAGES: [&str; 12] = [
    "/",
    "/tickets/new",
    "/tickets",
    "/tickets/claim",
    "/outbox",
    "/r/library",
    "/helpdesk",
    "/helpdesk/places",
    "/helpdesk/places/posters",
    "/helpdesk/replies",
    "/helpdesk/analytics",
    "/there/is/nothing/here",
];

#[tokio::test]
async fn every_answer_carries_the_security_headers() -> Done {
    let desk = Desk::new().await?;
    for path in
        PAGES.iter().copied().chain(["/api/v1/tickets", "/api/v1/nothing", "/healthz", "/metrics", "/rpc/nothing"])
    {
        let answer = desk.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(answer.header("permissions-policy").contains("camera=()"), "{path}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header("server"), "", "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_page_s_scripts_carry_the_nonce_of_its_policy_and_no_other_script_is_inline() -> Done {
    let desk = Desk::new().await?;
    let mut nonces = Vec::new();
    for path in PAGES {
        let page = desk.get(path).await;
        let policy = page.header("content-security-policy");
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).ok_or("no nonce")?;
        assert!(
            nonce.len() >= 22 && !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{policy}"
        );
        assert!(page.body.contains("<script"), "{path}");
        for script in page.body.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap_or_default();
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{path}: <script{tag}>");
        }
        assert!(!page.body.contains("style=\""), "{path}: an inline style is blocked");
        assert!(page.body.starts_with("<!DOCTYPE html>"), "{path}");
        assert_eq!(page.header("cache-control"), "private, no-cache", "{path}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{path}");
        nonces.push(nonce.to_owned());
    }
    nonces.sort_unstable();
    nonces.dedup();
    assert_eq!(nonces.len(), PAGES.len());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_drawn_at_the_same_time_do_not_disturb_each_other() -> Done {
    let desk = Arc::new(Desk::new().await?);
    let mut titles = HashMap::new();
    for path in PAGES {
        titles.insert(path, title(&desk.get(path).await)?);
    }
    let drawn: Vec<_> = (0..300)
        .map(|n| {
            let (desk, path) = (desk.clone(), PAGES[n % PAGES.len()]);
            tokio::spawn(async move { (path, desk.get(path).await) })
        })
        .collect();
    for page in drawn {
        let (path, page) = page.await?;
        assert!(!page.status.is_server_error(), "{path}");
        assert_eq!(title(&page)?, titles[path]);
    }
    Ok(())
}

fn title(page: &Answer) -> Result<String, Box<dyn Error>> {
    let title = page.body.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next());
    Ok(title.ok_or("a page without a title")?.to_owned())
}

#[tokio::test]
async fn what_another_site_sends_changes_nothing() -> Done {
    let desk = Desk::new().await?;
    let form = ("content-type", "application/x-www-form-urlencoded");
    for elsewhere in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://evil.example"),
        ("origin", "null"),
    ] {
        let fields = "description=x&place=&again_of=&key=k";
        let page =
            desk.send(Method::POST, "/rpc/open_ticket", &[form, elsewhere, ("accept", "text/html")], fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        let json = ("content-type", "application/json");
        let call = desk.send(Method::POST, "/api/v1/tickets", &[json, elsewhere], r#"{"description":"x"}"#).await;
        assert_eq!((call.status, call.header("content-type")), (StatusCode::FORBIDDEN, "application/problem+json"));
        assert_eq!(desk.send(Method::GET, "/tickets", &[elsewhere], "").await.status, StatusCode::OK);
    }
    assert_eq!(desk.store.count_views().await?.open, 0);
    // A program says nothing of where it is.
    let sent = desk
        .send(Method::POST, "/api/v1/tickets", &[("content-type", "application/json")], r#"{"description":"x"}"#)
        .await;
    assert_eq!(sent.status, StatusCode::CREATED);
    Ok(())
}

#[tokio::test]
async fn what_is_nowhere_is_404_and_tells_its_reader_in_its_own_way() -> Done {
    let desk = Desk::new().await?;
    let page = desk.get("/there/is/nothing/here").await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::NOT_FOUND, "text/html; charset=utf-8"));
    assert!(page.body.contains("href=\"/tickets/new\""), "it helps on");
    for (path, kind) in [
        ("/api/v1/nothing", "application/problem+json"),
        ("/api/v2/tickets", "application/problem+json"),
        ("/api/v1", "application/problem+json"),
        ("/rpc/nothing", "text/plain; charset=utf-8"),
    ] {
        let answer = desk.get(path).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::NOT_FOUND, kind), "{path}");
    }
    for path in ["/pkg/000000000000/campusdesk.js", "/pkg/", "/pkg/campusdesk.js"] {
        assert_eq!(desk.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(desk.send(Method::POST, "/nothing", &[], "").await.status, StatusCode::NOT_FOUND);
    Ok(())
}

#[tokio::test]
async fn a_wrong_method_is_405_and_says_which_are_right() -> Done {
    let desk = Desk::new().await?;
    for (method, path, allowed) in [
        (Method::POST, "/tickets", "GET,HEAD"),
        (Method::DELETE, "/healthz", "GET,HEAD"),
        (Method::GET, "/rpc/open_ticket", "POST"),
        (Method::DELETE, "/api/v1/analytics/backlog", "GET,HEAD"),
    ] {
        let answer = desk.send(method, path, &[], "").await;
        assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, allowed), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_slash_at_the_end_leads_to_the_page_and_nowhere_else() -> Done {
    let desk = Desk::new().await?;
    let moved = desk.get("/tickets/?status=open").await;
    assert_eq!((moved.status, moved.header("location")), (StatusCode::PERMANENT_REDIRECT, "/tickets?status=open"));
    let stays = desk.get("//evil.example/").await;
    assert_eq!((stays.status, stays.header("location")), (StatusCode::NOT_FOUND, ""));
    Ok(())
}

#[tokio::test]
async fn strange_addresses_are_no_fault_of_the_server() -> Done {
    let desk = Desk::new().await?;
    for path in [
        "/%00",
        "/%ff%fe",
        "/tickets/%00",
        "/tickets/%ff",
        "/tickets/99999999999999999999",
        "/tickets/-1",
        "/tickets/1e3",
        "/tickets/%3Cscript%3E",
        "/tickets?q=%ff%00",
        "/tickets?after=%00&sort=x&limit=0",
        "/helpdesk/tickets/../../etc/passwd",
        "/tickets?__err=AAAA&__path=/rpc/open_ticket",
        "/tickets/new?again_of=%27%22%3E",
        "/helpdesk/analytics?last=-1&show=x",
        "/pkg/%2e%2e/%2e%2e/Cargo.toml",
        "/?%",
        "/tickets?%zz=%",
        "*",
        "/tickets/1/sent",
        "/helpdesk?category=%00",
    ] {
        for accept in ["text/html", "*/*"] {
            let answer = desk
                .send(Method::GET, path, &[("accept", accept), ("cookie", "campusdesk_role=staff; =;\u{e9}")], "")
                .await;
            assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
        }
    }
    let connect = desk.send(Method::CONNECT, "desk.example:80", &[], "").await;
    assert!(connect.status.is_client_error(), "{}", connect.status);
    Ok(())
}

#[tokio::test]
async fn r02_a_plain_form_opens_a_ticket_and_goes_on_to_its_confirmation() -> Done {
    let desk = Desk::new().await?;
    let form = "description=The+WIFI+is+malfunctioning&place=Library&again_of=&key=k1";
    for _ in 0..2 {
        let answer = desk.submit("/rpc/open_ticket", "/tickets/new", form).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/tickets/1/sent"));
    }
    assert_eq!(desk.store.count_views().await?.open, 1);
    Ok(())
}

#[tokio::test]
async fn nothing_typed_into_a_refused_form_is_lost() -> Done {
    let desk = Desk::new().await?;
    let form = "description=%07%3C%2Ftextarea%3E%3Cb%3Ebell+%26+whistle&place=Room+%22101%22&again_of=&key=k1";
    // The second time the browser stands at the function's own address.
    for page in ["/tickets/new", "/rpc/open_ticket", "//evil.example/"] {
        let answer = desk.submit("/rpc/open_ticket", page, form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
        assert!(
            answer.body.contains("&lt;/textarea") && answer.body.contains("Room &quot;101&quot;"),
            "{}",
            answer.body
        );
        assert!(answer.body.contains("action=\"/rpc/open_ticket\"") && answer.header("location").is_empty());
        assert!(!answer.body.contains("<b>bell"), "what was typed is text");
        assert!(!answer.body.contains("m.hydrate"), "no script runs at an address that is no page");
    }
    assert_eq!(desk.store.count_views().await?.open, 0);
    Ok(())
}

#[tokio::test]
async fn r06_a_refused_message_comes_back_under_its_ticket() -> Done {
    let desk = Desk::new().await?;
    desk.store.open_ticket(Role::Requester, &NewTicket::new("No light", "", None)?, None).await?;
    let form = format!("id=1&key=k&body={}", "x".repeat(5_001));
    let answer = desk.submit("/rpc/post_message", "/tickets/1", &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains(&"x".repeat(5_001)) && answer.body.contains("No light"));
    let answer = desk.submit("/rpc/post_message", "/tickets/1", "id=1&key=k&body=Which+room%3F").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/tickets/1#latest"));
    Ok(())
}

/// The headers of a form that a browser without JavaScript sends for staff.
const AS_STAFF: [(&str, &str); 4] = [
    ("accept", "text/html"),
    ("content-type", "application/x-www-form-urlencoded"),
    ("cookie", "campusdesk_role=staff"),
    ("referer", "http://desk.example/helpdesk/replies?q=x"),
];

#[tokio::test]
async fn r06_plain_forms_keep_saved_replies_and_answer_with_one() -> Done {
    let desk = Desk::new().await?;
    let send = async |function: &str, form: &str| {
        desk.send(Method::POST, &format!("/rpc/helpdesk/{function}"), &AS_STAFF, form).await
    };
    for (function, form) in [
        ("add_reply", "title=Solved&body=Please+check+%3Cb%3E&then=closed"),
        ("change_reply", "id=1&title=Solved+now&body=Please+check+%3Cb%3E&then=closed"),
    ] {
        let answer = send(function, form).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/helpdesk/replies"));
    }
    let page = async |path: &str| desk.send(Method::GET, path, &AS_STAFF[2..3], "").await;
    let list = page("/helpdesk/replies?ticket=1").await;
    assert!(list.status == StatusCode::OK && list.body.contains("Solved now"), "{}", list.body);
    assert!(list.body.contains("/helpdesk/tickets/1?reply=1#body"), "{}", list.body);

    // What is refused comes back with what was typed, on the page that it was typed on.
    let refused = send("change_reply", &format!("id=1&title=x&body={}&then=", "y".repeat(5_001))).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refused = send("add_reply", "title=Kept+title&body=+&then=open").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Kept title") && refused.body.contains("action=\"/rpc/helpdesk/add_reply\""));

    // The composer is drawn with it, and offers to close what can be closed.
    let ticket = desk.store.open_ticket(Role::Requester, &NewTicket::new("No light", "", None)?, None).await?;
    let composer = page("/helpdesk/tickets/1?reply=1").await;
    assert!(composer.body.contains("Please check &lt;b&gt;") && !composer.body.contains("Send and close"));
    desk.store.activate(Role::Staff, ticket.id, None).await?;
    assert!(page("/helpdesk/tickets/1?reply=1").await.body.contains("Send and close"));
    let gone = page("/helpdesk/tickets/1?reply=99").await;
    assert!(gone.status == StatusCode::OK && !gone.body.contains("Send and close"));
    let posted = send("post_message", "id=1&key=k&body=Please+check&then=closed").await;
    assert_eq!((posted.status, posted.header("location")), (StatusCode::SEE_OTHER, "/helpdesk/tickets/1#latest"));
    assert_eq!(desk.store.get_ticket(Role::Staff, ticket.id).await?.status, Status::Closed);

    let removed = send("remove_reply", "id=1").await;
    assert_eq!((removed.status, removed.header("location")), (StatusCode::SEE_OTHER, "/helpdesk/replies"));
    assert_eq!(send("remove_reply", "id=1").await.status, StatusCode::NOT_FOUND);
    Ok(())
}

#[tokio::test]
async fn a_form_without_a_redirect_of_its_own_returns_to_its_page() -> Done {
    let desk = Desk::new().await?;
    let answer = desk.submit("/rpc/set_theme", "/tickets?q=x&__err=eA&__path=%2Frpc%2Fy", "theme=dark").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/tickets?q=x"));
    assert!(answer.header("set-cookie").contains("SameSite=Lax"));
    let headers = [
        ("accept", "text/html"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("referer", "http://evil.example/trap"),
    ];
    let answer = desk.send(Method::POST, "/rpc/set_theme", &headers, "theme=dark").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/"));
    Ok(())
}

#[tokio::test]
async fn a_script_learns_of_a_refusal_by_its_status() -> Done {
    let desk = Desk::new().await?;
    for (function, form, status) in [
        ("/rpc/open_ticket", "description=&place=&again_of=&key=k", 422),
        ("/rpc/open_ticket", "place=", 400),
        ("/rpc/get_ticket", "id=7&before=", 404),
        ("/rpc/get_ticket", "id=seven&before=", 400),
        ("/rpc/helpdesk/move_ticket", "id=7&to=closed&version=1", 403),
        ("/rpc/helpdesk/analyses", "", 403),
        ("/rpc/helpdesk/analysis", "slug=backlog&query=", 403),
        ("/rpc/helpdesk/list_replies", "search=", 403),
        ("/rpc/helpdesk/list_places", "search=", 403),
        ("/rpc/helpdesk/import_places", "csv=Library", 403),
        ("/rpc/helpdesk/list_posters", "asked=", 403),
        ("/rpc/helpdesk/get_reply", "id=1", 403),
        ("/rpc/helpdesk/add_reply", "title=x&body=y&then=", 403),
        ("/rpc/helpdesk/change_reply", "id=1&title=x&body=y&then=", 403),
        ("/rpc/helpdesk/remove_reply", "id=1", 403),
        ("/rpc/open_ticket", "description=%ff&place=&again_of=&key=k", 400),
    ] {
        let answer = desk.call(function, form).await;
        assert_eq!(answer.status.as_u16(), status, "{function} {form}: {}", answer.body);
        assert!(answer.header("content-type").starts_with("application/json"), "{function} {form}");
    }
    Ok(())
}

#[tokio::test]
async fn a_form_may_hold_64_kib_however_it_travels() -> Done {
    let desk = Desk::new().await?;
    // 10,000 characters of four bytes, each of which takes three on the way.
    let longest = "%F0%9F%9B%97".repeat(10_000);
    let form = format!("description={longest}&place=&again_of=&key=k1");
    assert_eq!(desk.submit("/rpc/open_ticket", "/tickets/new", &form).await.status, StatusCode::SEE_OTHER);
    for form in ["x".repeat(70_000), "x".repeat(300_000)] {
        let form = format!("description={form}&place=&again_of=&key=k2");
        assert_eq!(desk.call("/rpc/open_ticket", &form).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(desk.submit("/rpc/open_ticket", "/tickets/new", &form).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    }
    let json = [("content-type", "application/json"), ("accept", "application/json")];
    assert_eq!(desk.send(Method::POST, "/rpc/open_ticket", &json, "{}").await.status, StatusCode::BAD_REQUEST);
    Ok(())
}

#[tokio::test]
async fn health_and_figures_are_there_and_figures_do_not_grow_with_tickets() -> Done {
    let desk = Desk::new().await?;
    assert_eq!(desk.get("/healthz").await.body, "alive\n");
    assert_eq!(desk.get("/readyz").await.body, "ready\n");
    for n in 1..=30 {
        desk.get(&format!("/tickets/{n}")).await;
        desk.get(&format!("/api/v1/tickets/{n}")).await;
        desk.get(&format!("/nowhere/{n}")).await;
        desk.send(Method::from_bytes(format!("ODD{n}").as_bytes())?, "/tickets", &[], "").await;
    }
    let report = "{\"description\":\"The elevator is not working\"}";
    let json = [("content-type", "application/json")];
    assert_eq!(desk.send(Method::POST, "/api/v1/tickets", &json, report).await.status, StatusCode::CREATED);
    let figures = desk.get("/metrics").await;
    assert!(figures.body.contains("campusdesk_changes_total{what=\"opened\",role=\"requester\"}"), "{}", figures.body);
    assert!(figures.header("content-type").starts_with("text/plain; version=0.0.4"));
    assert!(figures.body.contains("route=\"/tickets/{id}\""), "{}", figures.body);
    assert!(figures.body.contains("route=\"/api/v1/tickets/{id}\""));
    assert!(figures.body.contains("campusdesk_tickets{status=\"open\"}"));
    assert!(figures.body.contains("campusdesk_request_seconds_bucket"));
    assert!(
        !figures.body.contains("/tickets/7") && !figures.body.contains("/nowhere") && !figures.body.contains("ODD")
    );
    Ok(())
}

#[tokio::test]
async fn long_answers_are_compressed_and_short_ones_are_not() -> Done {
    let desk = Desk::new().await?;
    let accepts = [("accept-encoding", "gzip, br")];
    let page = desk.send(Method::GET, "/tickets/new", &accepts, "").await;
    assert_eq!(page.header("content-encoding"), "gzip");
    let vary: Vec<_> = page.headers.get_all("vary").iter().collect();
    assert!(vary.iter().any(|name| *name == "accept-encoding"), "{vary:?}");
    let gzip = desk.send(Method::GET, "/tickets/new", &[("accept-encoding", "gzip")], "").await;
    assert_eq!(gzip.header("content-encoding"), "gzip");
    assert_eq!(desk.send(Method::GET, "/healthz", &accepts, "").await.header("content-encoding"), "");
    let plain = desk.get("/tickets/new").await;
    assert_eq!(plain.header("content-length"), plain.body.len().to_string());
    let head = desk.send(Method::HEAD, "/tickets/new", &[], "").await;
    assert_eq!((head.status, &*head.body), (StatusCode::OK, ""));
    Ok(())
}

#[tokio::test]
async fn the_package_s_files_are_known_by_the_digest_of_the_whole_site() -> Done {
    let desk = Desk::new().await?;
    let (url, style) = (assets::package_url(), "campusdesk.css");
    assert!(url.len() == "/pkg/".len() + 12 && url.ends_with(assets::digest()));
    assert!(desk.get("/tickets/new").await.body.contains(&format!("{url}/{style}")));
    // The site is made by its own build, which may not have been run yet.
    let answer = desk.get(&format!("{url}/{style}")).await;
    if assets::find(&format!("pkg/{style}")).is_none() {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        return Ok(());
    }
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/css; charset=utf-8"));
    let tag = answer.header("etag");
    let again = desk.send(Method::GET, &format!("{url}/{style}"), &[("if-none-match", tag)], "").await;
    assert_eq!((again.status, &*again.body), (StatusCode::NOT_MODIFIED, ""));
    Ok(())
}

#[test]
fn every_flag_is_an_environment_variable_and_explained() {
    let mut program = Arguments::command();
    program.build();
    for command in program.get_subcommands().filter(|command| command.get_name() != "help") {
        for argument in command.get_arguments().filter(|argument| argument.get_id() != "help") {
            let name = argument.get_long().unwrap_or("file").to_uppercase().replace('-', "_");
            let variable = argument.get_env().and_then(|variable| variable.to_str());
            assert_eq!(variable, Some(format!("CAMPUSDESK_{name}").as_str()), "{}", command.get_name());
            assert!(argument.get_help().is_some(), "{} {name}", command.get_name());
        }
    }
    let manual = program.render_long_help().to_string();
    for command in ["serve", "analytics", "migrate", "seed", "backup", "train"] {
        assert!(manual.contains(&format!("\n  {command}")), "{manual}");
    }
}

#[test]
fn the_command_line_is_read() -> Done {
    let Command::Serve(serve) = Arguments::try_parse_from(["campusdesk", "serve"])?.command else {
        return Err("not serve".into());
    };
    assert_eq!((serve.listen.as_str(), serve.database.url.as_str()), ("127.0.0.1:3000", "sqlite:campusdesk.db"));
    assert_eq!((serve.time_zone, serve.analytics_url, serve.rest_limit), (Tz::UTC, vec![], None));
    let arguments = ["campusdesk", "serve", "--analytics-url", "http://a:1,flow=http://b:2/x"];
    let Command::Serve(serve) = Arguments::try_parse_from(arguments)?.command else {
        return Err("not serve".into());
    };
    let at = |slug| address_of(slug, &serve.analytics_url).map(ToString::to_string);
    assert_eq!((at("flow").as_deref(), at("backlog").as_deref()), (Some("http://b:2/x"), Some("http://a:1/")));
    let arguments = ["campusdesk", "analytics", "--listen", "127.0.0.1:1", "--services", "backlog,categories"];
    let Command::Analytics(services) = Arguments::try_parse_from(arguments)?.command else {
        return Err("not analytics".into());
    };
    assert_eq!((services.services.len(), services.time_zone), (2, None));
    Ok(())
}

#[test]
fn a_value_that_cannot_be_is_one_sentence() {
    for (flag, value) in [
        ("--time-zone", "Mars/Base"),
        ("--analytics-url", "https://desk.example"),
        ("--analytics-url", "desk.example"),
        ("--rest-limit", "-1"),
        ("--rest-limit", "many"),
    ] {
        let error = Arguments::try_parse_from(["campusdesk", "serve", &format!("{flag}={value}")]).unwrap_err();
        let (text, code) = explain(&error);
        assert!(code == 1 && text.ends_with(".\n") && text.contains(value) && text.lines().count() == 1, "{text}");
    }
    let strange = Arguments::try_parse_from(["campusdesk", "serve", "--analytics-url=weather=http://desk.example"]);
    let (text, code) = explain(&strange.unwrap_err());
    assert!(code == 1 && text.contains("\"weather\" is not an analysis") && text.contains("backlog"), "{text}");
    let (text, code) = explain(&Arguments::try_parse_from(["campusdesk", "serve", "--colour"]).unwrap_err());
    assert!(code == 2 && text.contains("--colour"), "{text}");
    let (text, code) = explain(&Arguments::try_parse_from(["campusdesk", "--help"]).unwrap_err());
    assert!(code == 0 && text.contains("campusdesk serve"), "{text}");
}

/// All behind one address, as a campus is.
#[tokio::test]
async fn r02_one_device_that_floods_is_slowed_down_and_two_hundred_that_report_are_not() -> Done {
    let desk = Desk::new().await?;
    let report = async |device: u128, n: u32| {
        let form = format!("description=The+lift+is+stuck+{n}&place=&again_of=&key={device}-{n}");
        let cookie = format!("campusdesk_device={device:032x}");
        let headers = [
            ("accept", "text/html"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("cookie", cookie.as_str()),
        ];
        desk.send(Method::POST, "/rpc/open_ticket", &headers, &form).await
    };
    for device in 1..=200 {
        assert_eq!(report(device, 0).await.status, StatusCode::SEE_OTHER, "{device}");
    }
    let mut refused = 0;
    for n in 0..50 {
        let answer = report(7_000, n).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            refused += 1;
            assert!(answer.header("retry-after").parse::<u32>().is_ok_and(|seconds| (1..=60).contains(&seconds)));
            // What was written is still there.
            assert!(answer.body.contains(&format!("The lift is stuck {n}")), "{}", answer.body);
        }
    }
    assert!((28..=30).contains(&refused), "{refused}");
    Ok(())
}

#[tokio::test]
async fn r02_a_form_that_is_sent_as_soon_as_it_is_drawn_waits_for_a_second_and_is_taken() -> Done {
    let desk = Desk::new().await?;
    let began = std::time::Instant::now();
    let page = desk.get("/tickets/new").await;
    let key = page.body.split("name=\"key\"").nth(1).and_then(|rest| rest.split("value=\"").nth(1)?.split('"').next());
    let form = format!("description=A+lamp&place=&again_of=&key={}&website=", key.ok_or("no key")?);
    let sent = desk.submit("/rpc/open_ticket", "/tickets/new", &form).await;
    assert!(began.elapsed().as_millis() >= 999, "{:?}", began.elapsed());
    assert_eq!((sent.status, desk.store.count_views().await?.open), (StatusCode::SEE_OTHER, 1));
    // The same form again waits no more, and neither does one whose key says no time.
    let began = std::time::Instant::now();
    assert_eq!(
        desk.submit("/rpc/open_ticket", "/tickets/new", &form).await.header("location"),
        sent.header("location")
    );
    let other = format!("description=A+lamp&place=&again_of=&key={:032x}&website=", u128::MAX / 3);
    assert_eq!(desk.submit("/rpc/open_ticket", "/tickets/new", &other).await.status, StatusCode::SEE_OTHER);
    assert!(began.elapsed().as_millis() < 900, "{:?}", began.elapsed());
    Ok(())
}

#[tokio::test]
async fn r02_a_form_whose_unseen_field_is_filled_in_opens_no_ticket_and_comes_back() -> Done {
    let desk = Desk::new().await?;
    let form = "description=Cheap+watches&place=&again_of=&key=a&website=http%3A%2F%2Fx.example";
    let refused = desk.submit("/rpc/open_ticket", "/tickets/new", form).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.body.contains("Cheap watches") && refused.body.contains("Send it again"), "{}", refused.body);
    assert_eq!(desk.store.count_views().await?.open, 0);
    let empty =
        desk.submit("/rpc/open_ticket", "/tickets/new", "description=A+lamp&place=&again_of=&key=a&website=").await;
    assert_eq!((empty.status, desk.store.count_views().await?.open), (StatusCode::SEE_OTHER, 1));
    Ok(())
}
