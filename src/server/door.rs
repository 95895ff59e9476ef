//! What a server function needs of the request it serves: the store, the role, the device's cookies, and the status of a
//! refusal. The pages' counterpart to `rest`.

use crate::{
    api::tickets::TicketView,
    app::area,
    domain::{
        category::Category,
        history::{Timeline, What},
        ids::{HistoryId, TicketId, Visitor},
        language::Language,
        presence::Reading,
        query::TicketQuery,
        role::Role,
        ticket::{Found, may_part},
    },
    error::{AppError, Field, FieldProblem},
    server::{
        analytics::{client::AnalyticsClient, shown},
        assets::hex,
        difference,
        live::Live,
        rate::{self, Flood, Limiter},
        store::Store,
    },
};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use sha2::{Digest, Sha256};
use std::future::Future;

/// Remembers the role.
pub const ROLE_COOKIE: &str = "campusdesk_role";
/// Remembers the theme.
pub const THEME_COOKIE: &str = "campusdesk_theme";
/// Remembers the language.
pub const LANGUAGE_COOKIE: &str = "campusdesk_language";
/// A number that a device keeps, so that one that sends too much can be told from the others behind its address.
const DEVICE_COOKIE: &str = "campusdesk_device";
/// Remembers which tickets were reported on this device, or added to it.
const MINE_COOKIE: &str = "campusdesk_mine";
/// How many of them: a cookie travels with every request.
const MINE_MAX: usize = 20;
/// How long a device remembers: a year, in seconds.
const COOKIE_AGE: u32 = 31_536_000;

/// The store.
pub fn store() -> Result<Store, AppError> {
    use_context().ok_or(AppError::Unavailable)
}

/// The last row of the history that was told: a page drawn now follows what comes after it.
pub fn last_told() -> Result<HistoryId, AppError> {
    Ok(live()?.last())
}

/// What happens.
pub fn live() -> Result<Live, AppError> {
    use_context().ok_or(AppError::Unavailable)
}

/// Tells others who look at a ticket that the device `who` does, and whether it writes, to staff alone where that is a `note`.
pub fn tell_presence(role: Role, id: TicketId, who: &str, writing: &str) -> Result<(), AppError> {
    let who: Visitor = who.parse().map_err(|_| AppError::Malformed { what: "who".to_owned() })?;
    let live = live()?;
    live.tell_presence(role, id, who);
    if !writing.is_empty() {
        live.tell_typing(role, id, who, writing == "note");
    }
    Ok(())
}

/// Keeps that `role` was shown a ticket up to the row `last`, and tells those who look at it.
pub async fn mark_read(role: Role, id: TicketId, last: HistoryId) -> Result<(), AppError> {
    if store()?.mark_read(role, id, last).await? {
        live()?.tell_read(id, Reading { role, last });
    }
    Ok(())
}

/// The client of the analysis services.
pub fn analytics() -> Result<AnalyticsClient, AppError> {
    use_context().ok_or(AppError::ServiceDown)
}

/// What a reporter may expect of a ticket of that category, in a sentence: none where too little is known, or the service
/// does not answer.
pub async fn expect(category: Category, ticket: TicketId) -> Option<String> {
    shown::expectation(&analytics().ok()?, category, ticket, language()).await.ok().flatten()
}

/// The staff's role, if the device entered as staff.
///
/// # Errors
/// [`AppError::StaffOnly`] otherwise.
pub fn staff() -> Result<Role, AppError> {
    remembered_role().filter(|role| *role == Role::Staff).ok_or(AppError::StaffOnly)
}

/// Refuses what only a device with the ticket among its own may do.
///
/// # Errors
/// [`AppError::NotYours`] when it is not.
pub fn refuse_unless_mine(id: TicketId) -> Result<(), AppError> {
    if is_mine(id) { Ok(()) } else { Err(AppError::NotYours) }
}

/// Looks up what must not be found by trying: an address has so many wrong tries a minute, right ones cost nothing.
///
/// # Errors
/// [`AppError::TooMany`] when there were too many, and those of the look-up.
pub async fn guess<T>(look_up: impl Future<Output = Result<Option<T>, AppError>>) -> Result<Option<T>, AppError> {
    let wrong = use_context::<Limiter>().ok_or(AppError::Unavailable)?;
    let parts = use_context::<Parts>().ok_or(AppError::Unavailable)?;
    let address = rate::address(&parts.extensions);
    // Counted before it is known whether it is wrong: tries sent all at once count, too.
    wrong.take(address)?;
    let found = look_up.await;
    if !matches!(found, Ok(None)) {
        wrong.give_back(address);
    }
    found
}

/// Counts that the device sends something.
///
/// # Errors
/// [`AppError::TooMany`] where it sends more than people do.
pub fn refuse_flood() -> Result<(), AppError> {
    let flood = use_context::<Flood>().ok_or(AppError::Unavailable)?;
    let parts = use_context::<Parts>().ok_or(AppError::Unavailable)?;
    refuse_flood_of(&flood, &parts.headers, &parts.extensions)
}

/// The same outside a page or a function.
///
/// # Errors
/// [`AppError::TooMany`].
pub fn refuse_flood_of(flood: &Flood, headers: &HeaderMap, extensions: &Extensions) -> Result<(), AppError> {
    flood.take(device_in(headers), rate::address(extensions))
}

/// The number of the device that sent these headers, if it keeps one.
fn device_in(headers: &HeaderMap) -> Option<u128> {
    u128::from_str_radix(&find_cookie(headers, DEVICE_COOKIE)?, 16).ok()
}

/// Gives the device a number, unless it has one.
pub fn number_device() {
    let has_one = use_context::<Parts>().is_some_and(|parts| device_in(&parts.headers).is_some());
    if !has_one {
        remember(DEVICE_COOKIE, &format!("{:032x}", rand::random::<u128>()));
    }
}

/// What stands for the device under one ticket: the same device under another is another.
///
/// # Errors
/// [`AppError::Malformed`] of a device that keeps no cookies: it would count with each press.
pub fn device_under(id: TicketId) -> Result<String, AppError> {
    let device = use_context::<Parts>().and_then(|parts| device_in(&parts.headers));
    let device = device
        .ok_or_else(|| AppError::Malformed { what: "the cookie of this device, which has to be kept".to_owned() })?;
    Ok(hex(&Sha256::digest(format!("{device:032x} {id}"))[..16]))
}

/// Runs a page's read or write; a refusal's HTTP status becomes that of the answer, page or not.
pub async fn answer<T>(work: impl Future<Output = Result<T, AppError>>) -> Result<T, AppError> {
    let result = work.await;
    if let Err(error) = &result {
        set_status(error.status());
    }
    result
}

/// Like [`answer`], for one part of a page: when it fails while the page is drawn, the rest of the page stands.
pub async fn part<T>(work: impl Future<Output = Result<T, AppError>>) -> Result<T, AppError> {
    let result = work.await;
    if let Err(error) = &result
        && !is_page()
    {
        set_status(error.status());
    }
    result
}

/// Whether a page is being drawn, and not a function answered.
fn is_page() -> bool {
    use_context::<Parts>().is_some_and(|parts| !parts.uri.path().starts_with("/rpc/"))
}

/// After a form that was sent without script: back to `path`. A script stays where it is and reads again.
pub fn come_back(path: &str) {
    let is_plain = use_context::<Parts>().is_some_and(|parts| {
        parts
            .headers
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"))
    });
    if is_plain {
        leptos_axum::redirect(path);
    }
}

/// Sets the status of the answer being made.
pub fn set_status(status: u16) {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}

/// A ticket's page for `role`: what it finds and, where it may see it, the timeline up to `before`, with what the edit in
/// the row `changed` changed.
pub async fn ticket_view(role: Role, id: TicketId, before: &str, changed: &str) -> Result<TicketView, AppError> {
    let (last, store) = (last_told()?, store()?);
    let row = |id: &str| match id {
        "" => Ok(None),
        id => id.parse::<HistoryId>().map(Some).map_err(|_| Field::After.problem(FieldProblem::NotACursor)),
    };
    let (before, changed) = (row(before)?, row(changed)?);
    let found = store.look_up(role, id).await?;
    let mine = role == Role::Requester && is_mine_by_merging(&store, id).await?;
    if let Found::Merged { into, .. } = found {
        if mine {
            remember_mine(into);
        }
        if is_page() {
            leptos_axum::redirect(&format!("/tickets/{into}"));
        }
    }
    let Found::Ticket(ticket) = &found else {
        let timeline = Timeline { entries: Vec::new(), earlier: None };
        return Ok(TicketView { found, timeline, read: HistoryId(0), mine, expected: None, may_part: false, last });
    };
    let expected = if mine { expect(ticket.category, id).await } else { None };
    let may_part =
        ticket.merged_into.is_some() && ticket.closed_at.is_some_and(|merged_at| may_part(merged_at, store.now()));
    let mut timeline = store.list_timeline(role, id, before).await?;
    for entry in timeline.entries.iter_mut().filter(|entry| entry.row.what == What::Description) {
        // Both texts may be long, and a page shows them where they are asked for alone.
        let (from, to) = (entry.row.from.take().unwrap_or_default(), entry.row.to.take().unwrap_or_default());
        if changed == Some(entry.row.id) {
            entry.difference = difference::between(&from, &to);
        }
    }
    let read = store.find_read(role.other(), id).await?;
    Ok(TicketView { found, timeline, read, mine, expected, may_part, last })
}

/// The list that a page's own query asks for.
pub fn ticket_query(query: &str) -> Result<TicketQuery, AppError> {
    let pairs: Vec<_> = form_urlencoded::parse(query.trim_start_matches('?').as_bytes()).collect();
    TicketQuery::from_pairs(pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref())))
}

/// The role that the device remembers.
pub fn remembered_role() -> Option<Role> {
    cookie(ROLE_COOKIE).as_deref().and_then(Role::from_slug)
}

/// The role that the device remembers, by a request's headers.
pub fn role_in(headers: &HeaderMap) -> Option<Role> {
    find_cookie(headers, ROLE_COOKIE).as_deref().and_then(Role::from_slug)
}

/// The theme that the device remembers.
pub fn remembered_theme() -> Option<String> {
    cookie(THEME_COOKIE)
}

/// The language of whoever asks: the one that the device remembers, else what its browser would rather have.
pub fn language() -> Language {
    use_context::<Parts>().map_or_else(Language::default, |parts| language_in(&parts.headers))
}

/// The same by a request's headers.
pub fn language_in(headers: &HeaderMap) -> Language {
    let remembered = find_cookie(headers, LANGUAGE_COOKIE).as_deref().and_then(Language::from_tag);
    let preferred = || Language::preferred(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?);
    remembered.or_else(preferred).unwrap_or_default()
}

/// The tickets of the device, reported on it or added to it, last one first.
pub fn remembered_mine() -> Vec<TicketId> {
    let remembered = cookie(MINE_COOKIE).unwrap_or_default();
    remembered.split('.').filter_map(|id| id.parse().ok()).take(MINE_MAX).collect()
}

/// Whether a ticket is among those of the device.
pub fn is_mine(id: TicketId) -> bool {
    remembered_mine().contains(&id)
}

/// The same where one of them may have been merged into it: then it is among them from now on.
///
/// # Errors
/// The database's.
pub async fn is_mine_by_merging(store: &Store, id: TicketId) -> Result<bool, AppError> {
    let mine = remembered_mine();
    if mine.contains(&id) {
        return Ok(true);
    }
    let leads_here = !mine.is_empty() && store.follow_merged(&mine).await?.contains(&id);
    if leads_here {
        remember_mine(id);
    }
    Ok(leads_here)
}

/// Adds a ticket to those of the device.
pub fn remember_mine(id: TicketId) {
    let mut mine = remembered_mine();
    mine.retain(|other| *other != id);
    mine.insert(0, id);
    mine.truncate(MINE_MAX);
    let ids: Vec<_> = mine.iter().map(ToString::to_string).collect();
    remember(MINE_COOKIE, &ids.join("."));
}

/// Sets a cookie that lasts a year. `Secure` where the browser came by HTTPS; the theme's alone is set by scripts too.
pub fn remember(name: &str, value: &str) {
    let http_only = if name == THEME_COOKIE { "" } else { "; HttpOnly" };
    let secure = if came_by_https() { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age={COOKIE_AGE}; SameSite=Lax{http_only}{secure}");
    if let (Some(response), Ok(cookie)) = (use_context::<ResponseOptions>(), HeaderValue::try_from(cookie)) {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

/// Whether the page being drawn is one of the helpdesk's.
pub fn is_staffs_page() -> bool {
    use_context::<Parts>().is_some_and(|parts| area(parts.uri.path()) == Some(Role::Staff))
}

/// The site as its visitors reach it, `https://desk.example`: what a printed address begins with.
pub fn origin() -> String {
    let host =
        use_context::<Parts>().and_then(|parts| Some(parts.headers.get(header::HOST)?.to_str().ok()?.to_owned()));
    let protocol = if came_by_https() { "https" } else { "http" };
    format!("{protocol}://{}", host.unwrap_or_default())
}

fn came_by_https() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        parts.headers.get("x-forwarded-proto").is_some_and(|proto| proto.as_bytes().starts_with(b"https"))
    })
}

fn cookie(name: &str) -> Option<String> {
    use_context::<Parts>().and_then(|parts| find_cookie(&parts.headers, name))
}

fn find_cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; campusdesk_role=staff"));
        headers.append(header::COOKIE, HeaderValue::from_static("xcampusdesk_theme=dark"));
        assert_eq!(find_cookie(&headers, ROLE_COOKIE).as_deref(), Some("staff"));
        assert_eq!(find_cookie(&headers, THEME_COOKIE), None);
    }

    #[test]
    fn the_device_s_choice_of_language_comes_before_its_browser_s() {
        let mut headers =
            HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static("fr-CA, it;q=0.5"))]);
        assert_eq!(language_in(&headers), Language::French);
        headers.append(header::COOKIE, HeaderValue::from_static("campusdesk_language=de"));
        assert_eq!(language_in(&headers), Language::German);
        headers.insert(header::COOKIE, HeaderValue::from_static("campusdesk_language=tlh"));
        assert_eq!(language_in(&headers), Language::French);
        assert_eq!(language_in(&HeaderMap::new()), Language::English);
    }
}
