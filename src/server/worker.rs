//! The service worker: `assets-src/worker.js`, with what differs between builds and languages written before it. A new build,
//! or another language, is another script: browsers notice, and fetch their shell anew.

use super::{assets, door, photos::form};
use crate::texts::{self, worker};
use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde_json::json;

/// The script within the site.
pub const SCRIPT: &str = "worker.js";
/// Pages that can be opened without network though nobody opened them before.
const PAGES: [&str; 3] = ["/tickets/new", "/outbox", "/tickets"];

/// `GET /worker.js`.
pub fn get_worker(headers: &HeaderMap) -> Response {
    let Some(script) = assets::find(SCRIPT) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let language = door::language_in(headers);
    let (tag, build) = (texts::of(language).lang, assets::package_url());
    let is_shell = |file: &str| {
        let is_loaded = [".js", ".wasm", ".css"].iter().any(|kind| file.ends_with(kind));
        is_loaded && !["helpdesk", "charming"].iter().any(|part| file.contains(part))
    };
    let files: Vec<String> = assets::list_package()
        .filter(|file| is_shell(file))
        .map(|file| format!("{build}/{file}"))
        .chain([format!("{build}/texts/{tag}.json")])
        .chain(["outbox", "form"].map(|script| format!("/{script}.js?v={}", assets::digest())))
        .collect();
    let shell =
        json!({ "build": build, "language": tag, "pages": PAGES, "files": files, "texts": worker::of(language) });
    let mut body = format!("const SHELL={shell};").into_bytes();
    body.extend_from_slice(script.bytes());
    let about = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::VARY, "accept-language, cookie"),
    ];
    (about, body).into_response()
}

/// `POST /share`: what another application shares while there is no worker yet. A form that is empty is better than an error; what
/// is sent is read to its end, else its sender hears of no answer.
pub async fn share(request: Request) -> Redirect {
    form::drain(request).await;
    Redirect::to("/tickets/new")
}
