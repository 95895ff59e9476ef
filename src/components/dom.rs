//! The few things that are asked of the browser directly; all of them do nothing on the server.

use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys};

/// Focuses an element.
pub fn focus(element: &web_sys::Element) {
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        _ = element.focus();
    }
}

/// The first element that `selector` finds.
pub fn find(selector: &str) -> Option<web_sys::Element> {
    document().query_selector(selector).ok().flatten()
}

/// Presses the first button or link that `selector` finds.
pub fn press(selector: &str) {
    if let Some(element) = find(selector).and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
        element.click();
    }
}

/// How many elements `selector` finds.
pub fn count(selector: &str) -> u32 {
    document().query_selector_all(selector).map_or(0, |found| found.length())
}

/// Takes the tick out of every box that `selector` finds.
pub fn uncheck(selector: &str) {
    if let Ok(found) = document().query_selector_all(selector) {
        for at in 0..found.length() {
            if let Some(tick) = found.item(at).and_then(|found| found.dyn_into::<web_sys::HtmlInputElement>().ok()) {
                tick.set_checked(false);
            }
        }
    }
}

/// Sends the form that `element` stands in, as pressing its button would.
pub fn submit_form_of(element: &web_sys::Element) {
    if let Ok(Some(form)) = element.closest("form")
        && let Ok(form) = form.dyn_into::<web_sys::HtmlFormElement>()
    {
        _ = form.request_submit();
    }
}

/// How the site is reached, up to its paths: `https://desk.example`.
pub fn origin() -> Option<String> {
    window().location().origin().ok()
}

/// Whether pages may write to the clipboard: browsers allow it where nobody can change what they load.
pub fn can_copy() -> bool {
    window().is_secure_context()
}

/// Puts `text` on the clipboard, then calls `done`.
#[cfg(feature = "hydrate")]
pub fn copy(text: &str, done: impl FnOnce() + 'static) {
    let copied = window().navigator().clipboard().write_text(text);
    leptos::task::spawn_local(async move {
        if wasm_bindgen_futures::JsFuture::from(copied).await.is_ok() {
            done();
        }
    });
}

/// There is no clipboard on the server.
#[cfg(not(feature = "hydrate"))]
pub fn copy(_: &str, _: impl FnOnce() + 'static) {}

/// What the device's storage keeps under `key`; none where it keeps nothing or may not be used.
pub fn stored(key: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(key).ok().flatten()
}

/// Keeps `value` under `key` on the device, or forgets it when it is empty.
pub fn store(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        _ = if value.is_empty() { storage.remove_item(key) } else { storage.set_item(key, value) };
    }
}

/// Shows the page in `theme` and remembers it on the device; whether that worked.
pub fn choose_theme(theme: &str) -> bool {
    let (Some(root), Some(page)) =
        (document().document_element(), document().dyn_ref::<web_sys::HtmlDocument>().cloned())
    else {
        return false;
    };
    let secure =
        if window().location().protocol().is_ok_and(|protocol| protocol == "https:") { "; Secure" } else { "" };
    let cookie = format!("campusdesk_theme={theme}; Path=/; Max-Age=31536000; SameSite=Lax{secure}");
    page.set_cookie(&cookie).is_ok() && root.set_attribute("data-theme", theme).is_ok()
}
