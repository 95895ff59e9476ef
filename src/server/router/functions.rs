//! The door of the pages' server functions, for scripts and for plain forms alike. A form that is refused comes back as
//! its page, with what was typed and why it was refused: nothing is lost without JavaScript.

use super::{is_straight, pages::Pages};
use crate::{
    app::{FormEcho, area},
    components::key,
    domain::{photo::PHOTOS_MAX, role::Role},
    error::AppError,
    server::{
        door,
        photos::form::{self as photos, FIELDS_MAX},
        places,
    },
    texts,
};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use leptos::server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER, ServerFnUrlError};
use leptos_axum::handle_server_fns_with_context;
use std::time::Duration;

/// Most bytes of a form on its way, where each byte of a field may take three.
const FORM_MAX: usize = 3 * FIELDS_MAX;
/// Stands for this site in the address of the page that a form is on: server functions want a whole one, and what a
/// request says about its host is not for them to repeat.
const HERE: &str = "http://campusdesk.invalid";

/// What is wrong, encoded as in a form.
const PROBLEM: HeaderName = HeaderName::from_static("campusdesk-problem");
/// Most characters of that.
const PROBLEM_MAX: usize = 200;

/// What the files of a form are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Files {
    /// Photos of what is wrong, kept and named by tokens.
    Photos,
    /// A table, which stands for the field `csv`.
    Table,
}

/// The functions whose forms may have files.
const TAKES_FILES: [(&str, Files); 4] = [
    ("/rpc/open_ticket", Files::Photos),
    ("/rpc/post_message", Files::Photos),
    ("/rpc/helpdesk/post_message", Files::Photos),
    ("/rpc/helpdesk/import_places", Files::Table),
];
/// Most bytes of a table: what 20,000 places need.
const TABLE_MAX: usize = 4 << 20;

/// The function whose form has a field that nobody sees: who fills it in is a program, and a naive one.
const TRAPPED: &str = "/rpc/open_ticket";

/// A report that is sent sooner than that after its form was drawn, in milliseconds, waits until then: programs that fill in what
/// they find get through one form a second, and a person who is as quick loses nothing.
const QUICK: i64 = 1_000;

type Fields = Vec<(String, String)>;

/// Calls the server function at the request's address.
pub async fn call(State(pages): State<Pages>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let caller = Caller::of(&head);
    if photos::is_multipart(&head.headers)
        && let Some(kind) = caller.files()
    {
        let sent = match with_files(&pages, kind, &head, body).await {
            Ok(sent) => sent,
            Err((fields, error)) => return caller.refuse(&pages, fields, error).await,
        };
        return call_with(pages, caller, head, sent).await;
    }
    if !is_form(&head.headers) {
        let what = "the body, which is not declared as a form".to_owned();
        return caller.refuse(&pages, Fields::new(), AppError::Malformed { what }).await;
    }
    let Ok(form) = to_bytes(body, FORM_MAX).await else {
        return caller.refuse(&pages, Fields::new(), AppError::TooLarge { limit: FIELDS_MAX }).await;
    };
    if !is_unicode(&form) {
        return caller
            .refuse(&pages, Fields::new(), AppError::Malformed { what: "the form, which is not in UTF-8".to_owned() })
            .await;
    }
    let fields: Fields = form_urlencoded::parse(&form).into_owned().collect();
    call_with(pages, caller, head, fields).await
}

/// What a form with files says: its fields, and what stands for the files.
///
/// # Errors
/// Why it was refused, with the fields as far as they are known: what was typed comes back.
async fn with_files(pages: &Pages, kind: Files, head: &Parts, body: Body) -> Result<Fields, (Fields, AppError)> {
    let nothing = |error| (Fields::new(), error);
    let most = if kind == Files::Photos { PHOTOS_MAX } else { 1 };
    let room = pages.room(&head.headers, most).await.map_err(nothing)?;
    let request = Request::from_parts(head.clone(), body);
    let form = photos::read(request, most, &pages.waiting_room()).await.map_err(nothing)?;
    let photos::Form { mut fields, files, refusal } = form;
    let kept: Result<Vec<(&str, String)>, AppError> = match (refusal, kind) {
        (Some(error), _) => Err(error),
        (None, Files::Photos) => {
            // Only now that the form is read: what was typed comes back.
            let counted = files.iter().try_for_each(|_| pages.refuse_flood(&head.headers, &head.extensions));
            let tokens = async {
                counted?;
                pages.keep_photos(files).await
            };
            tokens.await.map(|tokens| tokens.into_iter().map(|token| ("photos[]", token)).collect())
        }
        (None, Files::Table) => match files.into_iter().next() {
            Some(file) => file.read().await.map(|table| vec![("csv", places::decode(&table))]),
            None => Ok(Vec::new()),
        },
    };
    drop(room);
    match kept {
        Ok(kept) => {
            fields.extend(kept.into_iter().map(|(name, value)| (name.to_owned(), value)));
            Ok(fields)
        }
        Err(error) => Err((fields, error)),
    }
}

async fn call_with(pages: Pages, caller: Caller, mut head: Parts, fields: Fields) -> Response {
    if caller.function == TRAPPED && fields.iter().any(|(name, value)| name == "website" && !value.is_empty()) {
        // Some programs fill in forms for people: the field comes back empty, and sending it again helps.
        return caller.refuse(&pages, fields, AppError::FormIncomplete).await;
    }
    let age = fields.iter().find(|(name, _)| name == "key").and_then(|(_, key)| key::age(key));
    if let Some(age) = age.filter(|age| caller.function == TRAPPED && (0..QUICK).contains(age)) {
        tokio::time::sleep(Duration::from_millis(age.abs_diff(QUICK))).await;
    }
    let limit = if caller.files() == Some(Files::Table) { TABLE_MAX } else { FIELDS_MAX };
    if fields.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > limit {
        return caller.refuse(&pages, fields, AppError::TooLarge { limit }).await;
    }
    if let Ok(page) = HeaderValue::try_from(format!("{HERE}{}", caller.page(&fields))) {
        head.headers.insert(header::REFERER, page);
    }
    let provide = {
        let pages = pages.clone();
        move || pages.provide()
    };
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    for about_the_form in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING] {
        head.headers.remove(about_the_form);
    }
    head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let request = Request::from_parts(head, Body::from(form));
    let response = handle_server_fns_with_context(provide, request).await.into_response();
    if !caller.wants_page {
        return with_the_errors_status(response, &caller.headers).await;
    }
    match location(&response).and_then(error_in) {
        Some(error) => caller.refuse(&pages, fields, error).await,
        None => with_the_page_to_see(response),
    }
}

/// Who called, and from where.
struct Caller {
    function: String,
    headers: HeaderMap,
    /// A form sent by the browser itself, whose answer is what the person sees next.
    wants_page: bool,
    /// The page that the form is on.
    referer: Option<String>,
}

impl Caller {
    fn of(head: &Parts) -> Self {
        let accept = head.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        Self {
            function: head.uri.path().to_owned(),
            wants_page: accept.is_some_and(|accept| accept.contains("text/html")),
            referer: referring_page(&head.headers),
            headers: head.headers.clone(),
        }
    }

    /// The page that the form is on. A refused form's page stands at the function's own address, and says no more than
    /// its fields do.
    fn page(&self, fields: &Fields) -> String {
        self.referer.clone().unwrap_or_else(|| self.likely_page(fields))
    }

    /// The page to draw again. A staff page is drawn for a staff function only: a proxy that guards both by their
    /// addresses has then seen whoever gets it.
    fn page_to_draw(&self, fields: &Fields) -> String {
        let fits = |page: &&String| is_staff_page(page) == self.is_staff();
        self.referer.as_ref().filter(fits).cloned().unwrap_or_else(|| self.likely_page(fields))
    }

    /// What the files of its form are, if it may have some.
    fn files(&self) -> Option<Files> {
        TAKES_FILES.iter().find(|(function, _)| *function == self.function).map(|(_, files)| *files)
    }

    fn is_staff(&self) -> bool {
        self.function.starts_with("/rpc/helpdesk/")
    }

    fn likely_page(&self, fields: &Fields) -> String {
        let value = |name| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
        let id = value("id").filter(|id| id.parse::<i64>().is_ok());
        if self.is_staff() && self.function.ends_with("_reply") {
            // Its id is a saved reply's.
            let edit = id.map(|id| format!("?edit={id}")).unwrap_or_default();
            return format!("/helpdesk/replies{edit}");
        }
        if ["/learn", "/set_target"].iter().any(|end| self.function.ends_with(end)) {
            return "/helpdesk/analytics".to_owned();
        }
        if self.function.ends_with("_places") {
            return "/helpdesk/places".to_owned();
        }
        match (id, self.is_staff()) {
            (Some(id), true) => format!("/helpdesk/tickets/{id}"),
            (Some(id), false) if self.function.ends_with("/make_claim") => format!("/tickets/{id}/claim"),
            (Some(id), false) => format!("/tickets/{id}"),
            (None, true) => "/helpdesk".to_owned(),
            (None, false) if self.function.ends_with("/open_ticket") => "/tickets/new".to_owned(),
            (None, false) if self.function.ends_with("/take_claim") => "/tickets/claim".to_owned(),
            (None, false) => "/".to_owned(),
        }
    }

    /// The answer to a call that failed, with the error's status: to a person the page again, to a script the error.
    async fn refuse(&self, pages: &Pages, fields: Fields, error: AppError) -> Response {
        if !self.wants_page {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let headers =
                [(header::CONTENT_TYPE.as_str(), "application/json"), (SERVER_FN_ERROR_HEADER, &self.function)];
            return about(&error, &self.headers, (status, headers, error.ser()).into_response());
        }
        let page = self.page_to_draw(&fields).parse().unwrap_or_else(|_| Uri::from_static("/"));
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = page;
        *request.headers_mut() = self.headers.clone();
        for about_the_form in [header::CONTENT_LENGTH, header::CONTENT_TYPE, header::TRANSFER_ENCODING] {
            request.headers_mut().remove(about_the_form);
        }
        let echo = FormEcho { path: self.function.clone(), fields, error: error.clone() };
        about(&error, &self.headers, pages.render(request, Some(echo)).await)
    }
}

/// The path and the query of the `Referer`, where it is a page of this host.
fn referring_page(headers: &HeaderMap) -> Option<String> {
    let referer: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let host = headers.get(header::HOST)?.to_str().ok()?;
    if !referer.authority()?.as_str().eq_ignore_ascii_case(host) {
        return None;
    }
    let is_page = !["/rpc/", "/api/", "//"].iter().any(|prefix| referer.path().starts_with(prefix));
    (is_page && is_straight(referer.path())).then(|| without_error(referer.path(), referer.query()))
}

fn is_staff_page(page: &str) -> bool {
    area(page.split('?').next().unwrap_or_default()) == Some(Role::Staff)
}

/// An address without what an earlier refusal may have left in it.
fn without_error(path: &str, query: Option<&str>) -> String {
    let is_left = |pair: &&str| pair.starts_with("__err=") || pair.starts_with("__path=");
    let pairs: Vec<_> =
        query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !is_left(pair)).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Whether a form's decoded bytes are UTF-8: server functions would put U+FFFD where they are not.
fn is_unicode(form: &[u8]) -> bool {
    let hexadecimal = |digit: &u8| char::from(*digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (mut decoded, mut rest) = (Vec::with_capacity(form.len()), form);
    while let [first, after @ ..] = rest {
        let escaped = match after {
            [high, low, ..] if *first == b'%' => hexadecimal(high).zip(hexadecimal(low)),
            _ => None,
        };
        decoded.push(escaped.map_or(*first, |(high, low)| high * 16 + low));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    std::str::from_utf8(&decoded).is_ok()
}

fn location(response: &Response) -> Option<&str> {
    response.headers().get(header::LOCATION)?.to_str().ok()
}

/// The error that a server function left in the address of the page to return to.
fn error_in(location: &str) -> Option<AppError> {
    let (_, query) = location.split_once('?')?;
    let query = query.split('#').next()?;
    let (_, error) = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "__err").last()?;
    Some(ServerFnUrlError::<AppError>::decode_err(&error))
}

/// 303: the browser goes on to the page that the function names, or back to the form's own.
fn with_the_page_to_see(mut response: Response) -> Response {
    let Some(page) = location(&response) else {
        return response;
    };
    // A query whose last pair was taken away leaves its mark.
    let page = page.strip_prefix(HERE).unwrap_or(page).trim_end_matches('?');
    if let Ok(page) = HeaderValue::from_str(page) {
        *response.status_mut() = StatusCode::SEE_OTHER;
        response.headers_mut().insert(header::LOCATION, page);
    }
    response
}

/// A server function answers every error with 500: this gives it the error's own status.
async fn with_the_errors_status(response: Response, asked: &HeaderMap) -> Response {
    if !response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let sent = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let error = AppError::de(sent.clone());
    head.status = StatusCode::from_u16(error.status()).unwrap_or(head.status);
    about(&error, asked, Response::from_parts(head, Body::from(sent)))
}

/// Says when to come again, and what is wrong in the asker's language: what sends a form later than its page is open, the
/// service worker, knows no texts.
fn about(error: &AppError, asked: &HeaderMap, mut response: Response) -> Response {
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    // It may quote what was typed; a header that is long is refused by proxies.
    let says: String = texts::of(door::language_in(asked)).error(error).chars().take(PROBLEM_MAX).collect();
    if let Ok(says) = HeaderValue::try_from(form_urlencoded::byte_serialize(says.as_bytes()).collect::<String>()) {
        response.headers_mut().insert(PROBLEM, says);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(function: &str, referer: Option<&'static str>) -> Caller {
        let mut headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("desk.example:3000"))]);
        headers.extend(referer.map(|referer| (header::REFERER, HeaderValue::from_static(referer))));
        let referer = referring_page(&headers);
        Caller { function: function.to_owned(), headers, wants_page: true, referer }
    }

    fn id(id: &str) -> Fields {
        vec![("id".to_owned(), id.to_owned())]
    }

    #[test]
    fn a_form_returns_to_its_page_of_this_host_alone() {
        let here = caller("/rpc/edit_ticket", Some("http://desk.example:3000/tickets/7?before=3&__err=x&__path=y"));
        assert_eq!(here.page(&Fields::new()), "/tickets/7?before=3");
        for elsewhere in
            ["http://evil.example/tickets/7", "http://desk.example/tickets/7", "http://desk.example:3000//evil", "x"]
        {
            assert_eq!(caller("/rpc/set_theme", Some(elsewhere)).page(&Fields::new()), "/", "{elsewhere}");
        }
    }

    #[test]
    fn a_form_refused_twice_finds_its_page_by_its_fields() {
        let again = Some("http://desk.example:3000/rpc/edit_ticket");
        assert_eq!(caller("/rpc/open_ticket", again).page(&Fields::new()), "/tickets/new");
        assert_eq!(caller("/rpc/take_claim", again).page(&Fields::new()), "/tickets/claim");
        assert_eq!(caller("/rpc/make_claim", again).page(&id("7")), "/tickets/7/claim");
        assert_eq!(caller("/rpc/edit_ticket", again).page(&id("7")), "/tickets/7");
        assert_eq!(caller("/rpc/helpdesk/move_ticket", again).page(&id("7")), "/helpdesk/tickets/7");
        assert_eq!(caller("/rpc/helpdesk/move_tickets", again).page(&Fields::new()), "/helpdesk");
        assert_eq!(caller("/rpc/edit_ticket", again).page(&id("//evil")), "/");
        assert_eq!(caller("/rpc/helpdesk/change_reply", again).page(&id("7")), "/helpdesk/replies?edit=7");
        assert_eq!(caller("/rpc/helpdesk/add_reply", again).page(&Fields::new()), "/helpdesk/replies");
    }

    #[test]
    fn broken_utf_8_is_seen_through_its_escapes() {
        for whole in ["", "a=b&c=%", "a=%e2%82%ACx", "a=%F0%9F%9B%97+%zz%4", "a=é"] {
            assert!(is_unicode(whole.as_bytes()), "{whole}");
        }
        for broken in ["a=%ff", "a=%e2%82", "a=%C0%80", "a=%ed%a0%80"] {
            assert!(!is_unicode(broken.as_bytes()), "{broken}");
        }
    }

    #[test]
    fn the_error_is_read_from_where_the_function_left_it() {
        let left =
            ServerFnUrlError::new("/rpc/x", AppError::StaffOnly).to_url("http://campusdesk.invalid/a?b=c").unwrap();
        assert_eq!(error_in(left.as_str()), Some(AppError::StaffOnly));
        assert_eq!(error_in("/tickets/7#latest"), None);
    }
}
