//! What protects the browsers of those who use Campusdesk: the security headers, and the refusal of changes that a page
//! of another site asks for.

use super::rest::problem::Problem;
use crate::{error::AppError, texts::EN};
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// What a page may ask of the device: nothing.
const NO_PERMISSIONS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), \
    geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()";
/// What is no page runs and loads nothing.
const NO_CONTENT: &str = "default-src 'none'; frame-ancestors 'none'";

/// The policy of a page whose scripts carry `nonce`: they, and what they load, run; nothing else does.
///
/// `connect_to` names what its scripts may call besides the site itself.
pub fn content_security_policy(nonce: &str, connect_to: &str) -> String {
    format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval' 'self'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'{connect_to}; worker-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'; object-src 'none'"
    )
}

/// Puts the security headers on every answer, and a policy on those that bring none of their own. Of the package's files, which are
/// no documents, all but the first would only be read over: 350 bytes of each.
pub async fn set_headers(request: Request, next: Next) -> Response {
    let is_file = request.uri().path().starts_with("/pkg/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let of_documents = [
        (header::REFERRER_POLICY, "same-origin"),
        (PERMISSIONS_POLICY, NO_PERMISSIONS),
        (OPENER_POLICY, "same-origin"),
    ];
    for (name, value) in of_documents.into_iter().filter(|_| !is_file) {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) && is_document(headers) {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(NO_CONTENT));
    }
    response
}

/// Refuses what would change something when a page of another site sent it.
pub async fn refuse_cross_site(request: Request, next: Next) -> Response {
    if is_safe(request.method()) || is_from_here(request.headers(), request.uri()) {
        return next.run(request).await;
    }
    if request.uri().path().starts_with("/api/") {
        return Problem(AppError::CrossSite).into_response();
    }
    plain(StatusCode::FORBIDDEN, &AppError::CrossSite)
}

/// An error outside the API and the pages, as a sentence.
pub fn plain(status: StatusCode, error: &AppError) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], EN.error(error)).into_response()
}

/// Whether a browser would show it: only that needs a policy.
fn is_document(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    [&b"text/html"[..], b"text/plain", b"application/json", b"application/problem+json"]
        .iter()
        .any(|document| kind.starts_with(document))
}

const fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Browsers say where a request comes from, newer ones in `Sec-Fetch-Site`, all of them in `Origin`; programs say neither.
fn is_from_here(headers: &HeaderMap, uri: &Uri) -> bool {
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).or(uri.authority().map(Authority::as_str));
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    matches!((origin, host), (Some(origin), Some(host)) if origin.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(HeaderName, &'static str)]) -> bool {
        let headers = pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
        is_from_here(&headers, &Uri::from_static("/rpc/open_ticket"))
    }

    #[test]
    fn programs_that_say_nothing_are_let_through() {
        assert!(sent(&[(header::HOST, "desk.example")]));
    }

    #[test]
    fn the_fetch_metadata_decide_where_they_are_sent() {
        assert!(sent(&[(SEC_FETCH_SITE, "same-origin")]));
        assert!(sent(&[(SEC_FETCH_SITE, "none")]));
        for refused in ["cross-site", "same-site", "", "Same-Origin"] {
            let here = (header::ORIGIN, "http://desk.example");
            assert!(!sent(&[(SEC_FETCH_SITE, refused), here, (header::HOST, "desk.example")]), "{refused}");
        }
    }

    #[test]
    fn else_the_origin_has_to_be_the_host() {
        let host = (header::HOST, "desk.example:3000");
        assert!(sent(&[(header::ORIGIN, "http://desk.example:3000"), host.clone()]));
        assert!(sent(&[(header::ORIGIN, "https://DESK.example:3000"), host.clone()]));
        for refused in
            ["http://desk.example", "http://evil.example:3000", "null", "", "http://desk.example:3000.evil.example"]
        {
            assert!(!sent(&[(header::ORIGIN, refused), host.clone()]), "{refused}");
        }
        assert!(!sent(&[(header::ORIGIN, "http://desk.example")]));
    }
}
