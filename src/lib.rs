//! Campusdesk: the ticket system of a university campus.
//!
//! One crate, compiled twice: with `ssr` it is the server, with `hydrate` the code that makes the same pages live in the
//! browser. Where things are:
//!
//! - [`domain`]: what a ticket is and what may be done to it; pure.
//! - [`error`]: what can go wrong, as a person may be told it.
//! - [`texts`]: every sentence a person reads.
//! - [`app`]: the document and the table of routes; [`pages`] one file each; [`components`] what they share.
//! - [`api`]: the server functions, the pages' door into the store.
//! - [`live`]: the browser's side of what happens while a page stands.
//! - [`charts`]: an analysis as a chart.
//! - `server` (only with `ssr`): store, REST, analyses, classifier, the router around them.
// The types of Leptos views nest deeply.
#![recursion_limit = "512"]

pub mod api;
pub mod app;
pub mod charts;
pub mod components;
pub mod domain;
pub mod error;
pub mod live;
pub mod pages;
pub mod texts;

#[cfg(feature = "ssr")]
pub mod server;

#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests;

/// Room for the tool that splits the WebAssembly: it lays the data of the parts out anew, each aligned, and where that is a few
/// bytes longer than before it leaves the data of all parts in the first one, a quarter more to download. No part has these
/// bytes.
#[cfg(feature = "hydrate")]
#[used]
static ROOM: [u8; 4096] = [b'.'; 4096];

/// Makes the server's page live: called by the page's script once the WebAssembly and the texts of the page's language are
/// loaded.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate(list: Vec<String>) {
    console_error_panic_hook::set_once();
    texts::load(list);
    leptos::mount::hydrate_lazy(app::App);
}
