//! The document, the whole route table, and what every page shares.

use crate::{
    components::{
        heading::{FollowAddress, provide_entered},
        layout::{Footer, Header},
        time::provide_clock,
    },
    domain::role::Role,
    error::AppError,
    pages::{
        entry::EntryPage,
        not_found::NotFoundPage,
        parts::{
            AnalyticsRoute, BoardRoute, ClaimCodeRoute, ClaimRoute, OutboxRoute, PlaceRoute, PlacesRoute, PostersRoute,
            RepliesRoute, ReportsRoute, StaffTicketRoute, TicketRoute, WallRoute,
        },
        report::ReportPage,
        sent::SentPage,
    },
    texts::texts,
};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{Route, Router, Routes},
    path,
};
use std::sync::LazyLock;

/// What the document needs to know of the files that it loads.
#[derive(Clone, Debug)]
pub struct ShellOptions {
    /// Where they are: `/pkg/` and the digest of them all.
    pub pkg: String,
    /// The script that reloads the page while developing.
    pub auto_reload: Option<LeptosOptions>,
}

/// The style sheet's path within the site.
pub const STYLE: &str = "pkg/campusdesk.css";

/// A link into a part of the program that is not to be had (the next build's server has nothing of this one's) ends the
/// WebAssembly: its page is then opened as a document, once, as nothing was pressed in that one yet.
/// A script that could not be fetched goes, so that whoever needs it next fetches it again.
const LINKS: &str = "let l;const f=e=>e.target.localName=='script'?e.target.remove():l&&(e.error||e.reason)instanceof WebAssembly.RuntimeError&&location.assign(l);\
    addEventListener('error',f,true);addEventListener('unhandledrejection',f);addEventListener('submit',()=>l=0,true);\
    addEventListener('click',e=>{const a=e.target.closest?.('a[href]');l=a&&a.href;";
/// On a requester's page: the helpdesk's are a new document, as their texts are not loaded.
const TO_HELPDESK: &str = "a&&a.pathname.startsWith('/helpdesk')&&e.stopPropagation()";
const LINKS_END: &str = "},true);";

/// Once the page is live and at rest, the service worker comes; where there is one, so does what tells of its outbox.
const WORKER: &str = "const s=navigator.serviceWorker;\
    s&&addEventListener('load',()=>setTimeout(()=>s.register('/worker.js',{updateViaCache:'none'})\
    .then(()=>s.ready).then(()=>import('/outbox.js?v=";
/// What ends it, behind the digest of the build.
const WORKER_END: &str = "')).catch(()=>{}),2500))";

/// The icon as an address: a file of its own would be one more request for 400 bytes.
static ICON: LazyLock<String> = LazyLock::new(|| {
    let svg = include_str!("../public/favicon.svg").lines().map(str::trim).collect::<String>();
    let escaped = svg.replace('"', "'").replace('#', "%23").replace('<', "%3C").replace('>', "%3E").replace(' ', "%20");
    format!("data:image/svg+xml,{escaped}")
});

/// A form that was sent without JavaScript and refused: the page is drawn again with what was typed and why.
#[derive(Clone, Debug, PartialEq)]
pub struct FormEcho {
    /// The server function's address.
    pub path: String,
    /// The form's fields as they were sent.
    pub fields: Vec<(String, String)>,
    /// Why it was refused.
    pub error: AppError,
}

/// Light, dark, or as the system has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The word in the cookie and in `<html data-theme>`.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of that word, if it is one.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.slug() == slug)
    }
}

/// Raised when something may have changed: every read of a page follows it.
#[derive(Clone, Copy)]
pub struct Refetch(pub RwSignal<u32>);

impl Refetch {
    /// Reads everything on the page again.
    pub fn notify(self) {
        self.0.update(|n| *n = n.wrapping_add(1));
    }
}

/// The signal that every read follows.
pub fn use_refetch() -> Refetch {
    use_context().unwrap_or_else(|| Refetch(RwSignal::new(0)))
}

/// Whose page a path is; nobody's is the one on which a role is chosen.
pub fn area(path: &str) -> Option<Role> {
    match path {
        "/" => None,
        path if path == "/helpdesk" || path.starts_with("/helpdesk/") => Some(Role::Staff),
        _ => Some(Role::Requester),
    }
}

/// The first page of a role.
pub const fn home(role: Role) -> &'static str {
    match role {
        Role::Requester => "/tickets",
        Role::Staff => "/helpdesk",
    }
}

/// The document around the pages: only the server renders it.
pub fn shell(options: ShellOptions) -> impl IntoView {
    let texts = texts();
    let pkg = options.pkg;
    // A refused form is answered at the form's own address, where the browser's router knows no page: it stays plain.
    let live = use_context::<FormEcho>().is_none();
    let scripts = live.then(|| {
        let (js, wasm) = (format!("{pkg}/campusdesk.js"), format!("{pkg}/campusdesk.wasm"));
        // The WebAssembly holds no language: the page's comes beside it.
        let (staff, to_helpdesk) = if is_staffs_page() { ("-staff", "") } else { ("", TO_HELPDESK) };
        let said = format!("{pkg}/texts/{}{staff}.json", texts.lang);
        let script = format!(
            "{LINKS}{to_helpdesk}{LINKS_END}const t=fetch({said:?}).then(r=>r.json());\
             import({js:?}).then(m=>m.default({{module_or_path:{wasm:?}}}).then(()=>t).then(t=>m.hydrate(t)));{WORKER}{digest}{WORKER_END}",
            digest = pkg.rsplit('/').next().unwrap_or_default(),
        );
        let nonce = use_nonce();
        view! {
            <link rel="modulepreload" href=js nonce=nonce.clone() />
            <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
            <link rel="preload" href=said r#as="fetch" r#type="application/json" crossorigin="anonymous" />
            <script type="module" nonce=nonce>{script}</script>
        }
    });
    // The script that reloads while developing puts a new style into the page by this address.
    let style = match options.auto_reload {
        Some(_) => format!("/{STYLE}"),
        None => format!("{pkg}/campusdesk.css"),
    };
    view! {
        <!DOCTYPE html>
        <html lang=texts.lang data-theme=remembered_theme().slug() data-pkg=pkg.clone()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content" />
                <meta name="description" content=texts.tagline />
                <link rel="stylesheet" href=style />
                // A page that is half there would move as the rest comes. It is sent whole: waiting for its end costs next to
                // nothing.
                <link rel="expect" href="#end" blocking="render" />
                <link rel="icon" href=ICON.as_str() type="image/svg+xml" />
                <link rel="manifest" href="/manifest.webmanifest" />
                {scripts}
                {options.auto_reload.map(|options| view! { <AutoReload options /> })}
                <MetaTags />
            </head>
            <body>
                <App />
                <span id="end" hidden></span>
            </body>
        </html>
    }
}

/// The theme that the device remembers, on the server: the browser finds the page drawn.
pub fn remembered_theme() -> Theme {
    #[cfg(feature = "ssr")]
    let remembered = crate::server::door::remembered_theme();
    #[cfg(not(feature = "ssr"))]
    let remembered: Option<String> = None;
    remembered.as_deref().and_then(Theme::from_slug).unwrap_or_default()
}

/// Sends somebody who picked a role before to its first page, where a server draws the page.
pub fn go_straight_on() {
    #[cfg(feature = "ssr")]
    if let Some(role) = crate::server::door::remembered_role() {
        leptos_axum::redirect(home(role));
    }
}

/// Whether the device entered as staff. Where no server draws the page, it came from another of the staff's pages.
pub fn entered_as_staff() -> bool {
    #[cfg(feature = "ssr")]
    return crate::server::door::remembered_role() == Some(Role::Staff);
    #[cfg(not(feature = "ssr"))]
    true
}

/// Whether the document is one of the helpdesk's pages, whose texts nobody else loads.
fn is_staffs_page() -> bool {
    #[cfg(feature = "ssr")]
    return crate::server::door::is_staffs_page();
    #[cfg(not(feature = "ssr"))]
    false
}

/// Sets the HTTP status of the page being drawn, where a server draws it.
pub fn set_status(status: u16) {
    #[cfg(feature = "ssr")]
    crate::server::door::set_status(status);
    #[cfg(not(feature = "ssr"))]
    let _ = status;
}

/// The application: routes, and the header and footer around them.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Refetch(RwSignal::new(0)));
    provide_clock();
    provide_entered();
    view! {
        <Router>
            <a class="skip-link" href="#content" rel="external">{texts().skip_to_content}</a>
            <Header />
            <main id="content">
                <FollowAddress />
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=EntryPage ssr=SsrMode::Async />
                    <Route path=path!("/tickets/new") view=ReportPage ssr=SsrMode::Async />
                    <Route path=path!("/tickets") view={Lazy::<ReportsRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/tickets/claim") view={Lazy::<ClaimRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/tickets/:id") view={Lazy::<TicketRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/tickets/:id/sent") view=SentPage ssr=SsrMode::Async />
                    <Route path=path!("/tickets/:id/claim") view={Lazy::<ClaimCodeRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/outbox") view={Lazy::<OutboxRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/r/:place") view={Lazy::<PlaceRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/helpdesk") view={Lazy::<BoardRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/helpdesk/tickets/:id") view={Lazy::<StaffTicketRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/helpdesk/replies") view={Lazy::<RepliesRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/helpdesk/places") view={Lazy::<PlacesRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/helpdesk/places/posters") view={Lazy::<PostersRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/helpdesk/analytics") view={Lazy::<AnalyticsRoute>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/helpdesk/analytics/wall") view={Lazy::<WallRoute>::new()} ssr=SsrMode::Async />
                </Routes>
            </main>
            <Footer />
        </Router>
    }
}
