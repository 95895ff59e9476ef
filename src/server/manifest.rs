//! The web manifest: what a device needs to know to keep Campusdesk among its applications, in the reader's language.

use super::door;
use crate::texts;
use axum::{
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// `GET /manifest.webmanifest`.
pub fn get_manifest(headers: &HeaderMap) -> Response {
    let texts = texts::of(door::language_in(headers));
    let png = |file: &str, size: &str, purpose: &str| json!({ "src": file, "sizes": size, "type": "image/png", "purpose": purpose });
    let small = || png("/icon-192.png", "192x192", "any");
    let manifest = json!({
        "id": "/",
        "name": texts.product,
        "short_name": texts.product,
        "description": texts.tagline,
        "lang": texts.lang,
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f7f8fb",
        "theme_color": "#2456c4",
        "categories": ["education", "utilities"],
        "icons": [
            { "src": "/favicon.svg", "sizes": "any", "type": "image/svg+xml" },
            small(),
            png("/icon-512.png", "512x512", "any"),
            png("/icon-maskable-512.png", "512x512", "maskable"),
        ],
        "shortcuts": [
            { "name": texts.report_title, "url": "/tickets/new", "icons": [small()] },
            { "name": texts.nav_reports, "url": "/tickets", "icons": [small()] },
        ],
        "share_target": {
            "action": "/share",
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": "title",
                "text": "text",
                "url": "url",
                "files": [{ "name": "photo", "accept": ["image/*"] }],
            },
        },
    });
    let about = [
        (header::CONTENT_TYPE, "application/manifest+json"),
        (header::CACHE_CONTROL, "private, max-age=3600"),
        (header::VARY, "accept-language, cookie"),
    ];
    (about, manifest.to_string()).into_response()
}
