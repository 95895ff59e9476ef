//! Draws a page on the server: whole, in one piece, with a policy that lets only its own scripts run.

use crate::{
    app::{FormEcho, ShellOptions, shell},
    domain::claim::WRONG_TRIES,
    error::AppError,
    server::{
        analytics::client::AnalyticsClient,
        assets, door, guard,
        live::Live,
        photos::{Photos, form::SentFile},
        rate::{Flood, Limiter},
        store::Store,
    },
    texts,
};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{Extensions, HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use leptos::{
    config::get_configuration,
    nonce::use_nonce,
    prelude::{provide_context, use_context},
};
use leptos_axum::{ResponseOptions, render_app_async_with_context};
use memchr::memmem;
use std::path::PathBuf;
use tokio::sync::OwnedSemaphorePermit;

/// What pages and server functions find in their context, and the document around pages. Cheap to clone.
#[derive(Clone)]
pub struct Pages {
    store: Store,
    analytics: AnalyticsClient,
    live: Live,
    photos: Photos,
    wrong_codes: Limiter,
    flood: Flood,
    /// Photos are counted by themselves: a report may have four.
    photo_flood: Flood,
    shell: ShellOptions,
    connect_to: &'static str,
}

impl Pages {
    /// Pages over that store and those analyses, which follow what happens.
    pub fn new(store: Store, analytics: AnalyticsClient, live: Live, photos: Photos) -> Self {
        // Set by cargo-leptos while it watches: then the page listens for its next build.
        let is_watched = std::env::var_os("LEPTOS_WATCH").is_some();
        let watched = is_watched.then(|| get_configuration(None).ok()).flatten();
        let connect_to = if watched.is_some() { " ws:" } else { "" };
        let auto_reload = watched.map(|configuration| configuration.leptos_options);
        let shell = ShellOptions { pkg: assets::package_url(), auto_reload };
        Self {
            store,
            analytics,
            live,
            photos,
            wrong_codes: Limiter::new(WRONG_TRIES),
            flood: Flood::default(),
            photo_flood: Flood::of_photos(),
            shell,
            connect_to,
        }
    }

    /// Where tickets are kept.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Gives all of that to what runs in this context.
    pub fn provide(&self) {
        provide_context(self.store.clone());
        provide_context(self.analytics.clone());
        provide_context(self.live.clone());
        provide_context(self.wrong_codes.clone());
        provide_context(self.flood.clone());
        provide_context(texts::of(door::language()));
    }

    /// Keeps the photos of a form, and answers what each is attached with.
    ///
    /// # Errors
    /// [`Photos::keep`]'s, of the first that is refused.
    pub(super) async fn keep_photos(&self, files: Vec<SentFile>) -> Result<Vec<String>, AppError> {
        let mut tokens = Vec::with_capacity(files.len());
        for file in files {
            tokens.push(self.keep_photo(file).await?);
        }
        Ok(tokens)
    }

    /// Counts that a device sends a photo.
    ///
    /// # Errors
    /// [`AppError::TooMany`] where it sends more than people do.
    pub(super) fn refuse_flood(&self, headers: &HeaderMap, extensions: &Extensions) -> Result<(), AppError> {
        door::refuse_flood_of(&self.photo_flood, headers, extensions)
    }

    /// Keeps one photo.
    ///
    /// # Errors
    /// [`Photos::keep`]'s.
    pub(super) async fn keep_photo(&self, file: SentFile) -> Result<String, AppError> {
        self.store.add_photo(self.photos.keep(file).await?).await
    }

    /// Room for a request that brings at most so many files.
    pub(super) async fn room(&self, headers: &HeaderMap, files: usize) -> Result<OwnedSemaphorePermit, AppError> {
        self.photos.room(headers, files).await
    }

    /// Where files wait that are on their way in.
    pub(super) fn waiting_room(&self) -> PathBuf {
        self.photos.waiting_room()
    }

    /// The page at the request's address; with a refused form, that page with what was typed and why it was refused.
    pub async fn render(&self, request: Request, echo: Option<FormEcho>) -> Response {
        let refused = echo.as_ref().and_then(|echo| StatusCode::from_u16(echo.error.status()).ok());
        let (pages, options) = (self.clone(), self.shell.clone());
        let context = move || {
            pages.provide();
            if let Some(echo) = echo.clone() {
                provide_context(echo);
            }
            pages.set_headers();
        };
        let draw = render_app_async_with_context(context, move || shell(options.clone()));
        let (mut head, body) = draw(request).await.into_parts();
        let html = to_bytes(body, usize::MAX).await;
        if let Some(status) = refused {
            head.status = status;
        }
        match html {
            Ok(html) => Response::from_parts(head, Body::from(closed_at_the_end(html))),
            Err(error) => {
                tracing::error!(%error, "a page broke off while it was drawn");
                guard::plain(StatusCode::INTERNAL_SERVER_ERROR, &AppError::Internal { reference: "page".to_owned() })
            }
        }
    }

    fn set_headers(&self) {
        let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce()) else {
            return;
        };
        let policy = guard::content_security_policy(&nonce, self.connect_to);
        if let Ok(policy) = HeaderValue::try_from(policy) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
        door::number_device();
        response.insert_header(header::CONTENT_LANGUAGE, HeaderValue::from_static(door::language().tag()));
        response.append_header(header::VARY, HeaderValue::from_static("accept-language, cookie"));
        // Asked for anew each time, yet kept for going back to.
        response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
}

/// The page with its end tags at its end: Leptos writes what makes the page live behind them, where HTML has no place.
fn closed_at_the_end(html: Bytes) -> Bytes {
    const END: &str = "</body></html>";
    let Some(at) = memmem::rfind(&html, END.as_bytes()) else { return html };
    let (page, scripts) = (&html[..at], &html[at + END.len()..]);
    [page, scripts, END.as_bytes()].concat().into()
}
