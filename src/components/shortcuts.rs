//! The staff's keys: they rest while somebody types, and can be switched off.

use super::dom;
use crate::{domain::status::Status, texts::texts};
use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys};

const SWITCH: &str = "campusdesk.keys";

/// Listens to the keys of a staff page, and explains them.
#[component]
pub fn Shortcuts() -> impl IntoView {
    let texts = texts();
    let off = RwSignal::new(false);
    Effect::new(move || {
        off.set(dom::stored(SWITCH).is_some());
        let listener = window_event_listener(ev::keydown, move |event| {
            // An open dialog has the page behind it.
            if !off.get_untracked()
                && !is_typing()
                && dom::find("dialog[open]").is_none()
                && !event.ctrl_key()
                && !event.meta_key()
                && !event.alt_key()
                && act(&event.key(), event.repeat())
            {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    });
    let toggle = move |_| {
        off.update(|off| *off = !*off);
        dom::store(SWITCH, if off.get_untracked() { "off" } else { "" });
    };
    let keys = [
        ("j k", texts.keys_next),
        ("o", texts.keys_open),
        ("x", texts.keys_select),
        ("r", texts.keys_reply),
        ("a", texts.keys_status),
        ("/", texts.keys_search),
        ("?", texts.keys_help),
    ];
    view! {
        <details id="keys" class="keys">
            <summary>{texts.keys_title}</summary>
            <p>{texts.keys_lead}</p>
            <dl>{keys.map(|(key, what)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div> }).into_iter().collect_view()}</dl>
            <button type="button" class="button" on:click=toggle>
                {move || if off.get() { texts.keys_on } else { texts.keys_off }}
            </button>
        </details>
    }
}

fn is_typing() -> bool {
    document().active_element().is_some_and(|element| {
        ["INPUT", "TEXTAREA", "SELECT"].contains(&element.tag_name().as_str())
            && element.get_attribute("type").as_deref() != Some("checkbox")
    })
}

/// Does what the key says; whether it said anything. A key that is held down moves nothing on.
fn act(key: &str, is_held: bool) -> bool {
    match key {
        "j" => step(1),
        "k" => step(-1),
        "o" => on_row("a.row-link"),
        "x" => on_row("input[type=checkbox]"),
        "r" => focus("#body"),
        "a" => is_held || next_status(),
        "/" => search(),
        "?" => explain(),
        _ => false,
    }
}

fn focus(selector: &str) -> bool {
    let found = dom::find(selector);
    if let Some(element) = &found {
        dom::focus(element);
    }
    found.is_some()
}

/// Focuses the search; what is typed replaces what stands there.
fn search() -> bool {
    if let Some(Ok(search)) = dom::find("#q").map(JsCast::dyn_into::<web_sys::HtmlInputElement>) {
        search.select();
    }
    focus("#q")
}

fn current_row() -> Option<web_sys::Element> {
    document().active_element()?.closest("[data-row]").ok().flatten()
}

fn step(by: i32) -> bool {
    let Ok(rows) = document().query_selector_all("[data-row]") else { return false };
    let links = (0..rows.length()).filter_map(|at| rows.item(at)?.dyn_into::<web_sys::Element>().ok());
    let links: Vec<_> = links.collect();
    let now = current_row().and_then(|row| links.iter().position(|other| *other == row));
    let target = match (now, by) {
        (None, _) => 0,
        (Some(at), 1) => (at + 1).min(links.len().saturating_sub(1)),
        (Some(at), _) => at.saturating_sub(1),
    };
    let link = links.get(target).and_then(|row| row.query_selector("a.row-link").ok().flatten());
    if let Some(link) = &link {
        dom::focus(link);
    }
    link.is_some()
}

fn on_row(selector: &str) -> bool {
    let found = current_row().and_then(|row| row.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
        element.click();
        return true;
    }
    false
}

/// On a ticket: presses its next status. On the board: starts work on the row's ticket alone. What closes for good is
/// pressed where the ticket is read.
fn next_status() -> bool {
    if dom::find("[data-next-status]").is_some() {
        dom::press("[data-next-status]");
        return true;
    }
    let Some(row) = current_row() else { return false };
    let next = Status::Active.slug();
    if row.get_attribute("data-next").as_deref() != Some(next) {
        return false;
    }
    if let Ok(boxes) = document().query_selector_all("[data-row] input[type=checkbox]") {
        for at in 0..boxes.length() {
            if let Some(found) = boxes.item(at).and_then(|found| found.dyn_into::<web_sys::HtmlInputElement>().ok()) {
                found.set_checked(found.closest("[data-row]").ok().flatten().as_ref() == Some(&row));
            }
        }
    }
    dom::press(&format!("button[name=to][value={next}]"));
    true
}

fn explain() -> bool {
    let Some(help) = dom::find("#keys") else { return false };
    _ = if help.has_attribute("open") { help.remove_attribute("open") } else { help.set_attribute("open", "") };
    focus("#keys summary")
}
