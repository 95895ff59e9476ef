//! The few things that are asked of the browser directly; all of them do nothing on the server.

use leptos::{ev, html::Input, prelude::*, wasm_bindgen::JsCast, web_sys};

/// Focuses an element.
pub fn focus(element: &web_sys::Element) {
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        _ = element.focus();
    }
}

/// Passes the focus on: what `from` finds may have it and go with the drawing that is being made; then what `to` finds
/// gets it. Nobody loses it to this.
pub fn pass_focus(from: &str, to: impl AsRef<str> + 'static) {
    if cfg!(feature = "hydrate") && find(from).is_some() {
        request_animation_frame(move || {
            let is_lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
            if let Some(element) = find(to.as_ref()).filter(|_| is_lost) {
                focus(&element);
            }
        });
    }
}

/// Whether the page is live: not where it is drawn first, on the server and from its HTML.
pub fn use_is_live() -> RwSignal<bool> {
    let is_live = RwSignal::new(false);
    Effect::new(move || is_live.set(true));
    is_live
}

/// Puts `value` into a field whenever it changes. Until then what was typed stays, before the page was live too: a property
/// that is bound would be set when the page becomes live.
pub fn use_value(field: NodeRef<Input>, value: impl Fn() -> String + 'static) {
    use_changes(value, move |now| {
        if let Some(field) = field.get_untracked() {
            field.set_value(now);
        }
    });
}

/// The same of a box that is ticked.
pub fn use_tick(field: NodeRef<Input>, ticked: impl Fn() -> bool + 'static) {
    use_changes(ticked, move |now| {
        if let Some(field) = field.get_untracked() {
            field.set_checked(*now);
        }
    });
}

fn use_changes<T: PartialEq + 'static>(value: impl Fn() -> T + 'static, changed: impl Fn(&T) + 'static) {
    Effect::new(move |before: Option<T>| {
        let now = value();
        if before.is_some_and(|before| before != now) {
            changed(&now);
        }
        now
    });
}

/// Lets a button's press pass unless it is busy. A button that is disabled would lose the focus, and one that is being drawn
/// anew is not pressed either.
pub fn press_unless(busy: impl Into<Signal<bool>>) -> impl Fn(ev::MouseEvent) + Copy {
    let busy = busy.into();
    move |event: ev::MouseEvent| {
        if busy.try_get_untracked() != Some(false) {
            event.prevent_default();
        }
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

/// Prints the page.
pub fn print() {
    _ = window().print();
}

/// Sends the form that `element` stands in, as pressing its button would.
pub fn submit_form_of(element: &web_sys::Element) {
    if let Ok(Some(form)) = element.closest("form")
        && let Ok(form) = form.dyn_into::<web_sys::HtmlFormElement>()
    {
        _ = form.request_submit();
    }
}

/// Empties the fields of the first form that `selector` finds.
pub fn reset(selector: &str) {
    if let Some(form) = find(selector).and_then(|found| found.dyn_into::<web_sys::HtmlFormElement>().ok()) {
        form.reset();
    }
}

/// Scrolls the box that `list` finds, and nothing around it, until what `item` finds in it is seen.
pub fn show_within(list: &str, item: &str) {
    let item = find(item).and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok());
    if let (Some(list), Some(item)) = (find(list), item) {
        let (top, end) = (item.offset_top(), item.offset_top() + item.offset_height());
        if top < list.scroll_top() {
            list.set_scroll_top(top);
        } else if end > list.scroll_top() + list.client_height() {
            list.set_scroll_top(end - list.client_height());
        }
    }
}

/// Whether the browser has what scripts know by this name.
pub fn knows(name: &str) -> bool {
    web_sys::js_sys::Reflect::has(&window(), &name.into()).unwrap_or(false)
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

/// The random number by which this device is present somewhere. It leaves it to nobody, and a browser that keeps nothing has
/// another one on each page.
pub fn device() -> String {
    const KEY: &str = "campusdesk.device";
    stored(KEY).unwrap_or_else(|| {
        let device = super::key::new_key();
        store(KEY, &device);
        device
    })
}

/// Whether the page can be seen: its tab is in front.
pub fn is_visible() -> bool {
    !document().hidden()
}

/// Whether the page's end is in sight.
pub fn is_at_end() -> bool {
    let (window, number) = (window(), |value: Result<leptos::wasm_bindgen::JsValue, _>| value.ok()?.as_f64());
    let (height, scrolled) = (number(window.inner_height()).unwrap_or(0.0), window.scroll_y().unwrap_or(0.0));
    document().document_element().is_some_and(|root| f64::from(root.scroll_height()) - scrolled - height < 160.0)
}

/// Brings the page's end into sight.
pub fn scroll_to_end() {
    if let Some(root) = document().document_element() {
        window().scroll_to_with_x_and_y(0.0, root.scroll_height().into());
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

/// Goes where a link would lead, as the browser's router does.
pub fn follow_link(href: &str) {
    press_link(&[("href", href)]);
}

/// Saves what stands at an address under a name.
pub fn save(href: &str, name: &str) {
    press_link(&[("href", href), ("download", name), ("rel", "external")]);
}

fn press_link(attributes: &[(&str, &str)]) {
    if !cfg!(feature = "hydrate") {
        return;
    }
    let Ok(link) = document().create_element("a") else { return };
    if attributes.iter().any(|(name, value)| link.set_attribute(name, value).is_err()) {
        return;
    }
    if let (Some(body), Some(link)) = (document().body(), link.dyn_ref::<web_sys::HtmlElement>()) {
        _ = body.append_child(link);
        link.click();
        link.remove();
    }
}

/// Leaves something to a script that is on its way, under a name of the window.
#[cfg(feature = "hydrate")]
pub fn set_global(name: &str, value: &wasm_bindgen::JsValue) {
    _ = js_sys::Reflect::set(&window(), &name.into(), value);
}

/// The server has no window.
#[cfg(not(feature = "hydrate"))]
pub fn set_global(_: &str, _: &leptos::wasm_bindgen::JsValue) {}

/// Fetches a script of the site that stands beside the package, unless the page has it.
pub fn load_once(id: &str, path: &str) {
    if !cfg!(feature = "hydrate") || document().get_element_by_id(id).is_some() {
        return;
    }
    let (Ok(script), Some(head)) = (document().create_element("script"), document().head()) else { return };
    let version = document().document_element().and_then(|root| root.get_attribute("data-pkg")).unwrap_or_default();
    script.set_id(id);
    let address = format!("{path}?v={}", version.rsplit('/').next().unwrap_or_default());
    if script.set_attribute("src", &address).is_ok() {
        _ = head.append_child(&script);
    }
}

/// Fetches what a form needs once somebody is likely to write in it, `assets-src/form.js`.
pub fn load_form_script() {
    load_once("form-script", "/form.js");
}

/// Whether the page is behind another one.
pub fn is_hidden() -> bool {
    cfg!(feature = "hydrate") && document().hidden()
}
