//! Photos: to be chosen for what is written, and of what was written. What the browser does with them is `assets-src/form/photos.js`,
//! which is fetched once somebody is likely to need it.

use super::dom;
use crate::{
    domain::photo::{PHOTOS_MAX, Photo},
    texts::{fill, texts},
};
use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys};
use std::time::Duration;

/// How long after a page is live its script is fetched, if nobody asked for it before.
const SOON: Duration = Duration::from_secs(4);

/// The fields for photos, within a form that has a key. Without script, one that takes several files.
#[component]
pub fn PhotoPicker(
    /// Photos of a refused form that was sent without script: they are kept, and only named again.
    given: Vec<String>,
) -> impl IntoView {
    let texts = texts();
    Effect::new(|| {
        _ = set_timeout_with_handle(dom::load_form_script, SOON);
    });
    let kept = (!given.is_empty()).then(|| {
        let count = fill(texts.photos_kept, &[("n", &given.len())]);
        let fields = given.into_iter().map(|token| view! { <input type="hidden" name="photos[]" value=token /> });
        view! { <p class="photos-given">{count}{fields.collect_view()}</p> }
    });
    let many = fill(texts.problem_too_many, &[("field", &texts.photos_label), ("max", &PHOTOS_MAX)]);
    // A line each, in the order in which the script reads them.
    let says = [
        texts.photos_alt,
        texts.photos_remove,
        texts.photos_sending,
        texts.photos_failed,
        texts.photos_again,
        &many,
        texts.error_offline,
    ]
    .join("\n");
    // Nothing of it changes by itself: written as it is, it weighs a tenth in the first download.
    let fields = [
        "<div class=\"photos-choose\"><label class=\"button photos-camera needs-script\">\
         <input type=\"file\" name=\"camera\" accept=\"image/*\" capture=\"environment\" aria-describedby=\"photos-hint\">",
        texts.photos_camera,
        "</label><label class=\"button\"><input type=\"file\" name=\"photo\" multiple \
         accept=\"image/jpeg,image/png,image/webp,image/*\" aria-describedby=\"photos-hint\">",
        texts.photos_choose,
        "</label><span id=\"photos-hint\" class=\"hint\">",
        texts.photos_hint,
        "</span></div><ul class=\"photos-list\" aria-label=\"",
        texts.photos_label,
        "\"></ul><p class=\"photos-says\" role=\"status\"></p>",
    ];
    view! {
        {kept}
        <photo-picker class="photos" on:focusin=|_| dom::load_form_script() on:change=chose data-says=says>
            <div class="photos-fields" inner_html=fields.concat()></div>
        </photo-picker>
    }
}

/// The photos of a ticket or a message, small, each leading to the whole.
#[component]
pub fn PhotoStrip(
    /// What is shown.
    photos: Vec<Photo>,
) -> impl IntoView {
    let texts = texts();
    (!photos.is_empty()).then(|| {
        let item = |(at, photo): (usize, Photo)| {
            let (width, height) = photo.small_size();
            let label = fill(texts.photos_open, &[("n", &(at + 1))]);
            // Where nobody said what it shows, it is at least named.
            let alt = if photo.alt.is_empty() { label } else { format!("{label}: {}", photo.alt) };
            view! {
                <li>
                    <a href=photo.url rel="external" on:click=press>
                        <img src=photo.thumbnail_url width=width height=height alt=alt data-alt=photo.alt loading="lazy" decoding="async" />
                    </a>
                </li>
            }
        };
        view! {
            <ul class="photo-strip" aria-label=texts.photos_label data-of=texts.photos_of data-open=texts.photos_open
                data-close=texts.viewer_close data-next=texts.viewer_next data-previous=texts.viewer_previous>
                {photos.into_iter().enumerate().map(item).collect_view()}
            </ul>
        }
    })
}

/// What was chosen is kept until its script is here: the form may be drawn anew before that.
fn chose(event: ev::Event) {
    let field = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    if let Some(files) = field.and_then(|field| field.files()) {
        dom::set_global("photosChosen", &files);
    }
    dom::load_form_script();
}

/// The first press on a photo: what shows it in its place is on its way.
fn press(event: ev::MouseEvent) {
    if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.shift_key() {
        return;
    }
    let pressed = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    if let Some(link) = pressed.and_then(|element| element.closest("a").ok().flatten()) {
        event.prevent_default();
        _ = link.set_attribute("data-pressed", "");
        dom::load_form_script();
    }
}

/// Leaves a form to the browser whose photos no script has taken over yet: sent as it is, they go with it.
pub fn leave_to_browser(event: ev::SubmitEvent) {
    let form = event_target::<web_sys::Element>(&event);
    let has_files = |field| {
        let field = form.query_selector(field).ok().flatten();
        let files = field.and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok()?.files());
        files.is_some_and(|files| files.length() > 0)
    };
    if ["[name=photo]", "[name=camera]"].into_iter().any(has_files) {
        event.stop_immediate_propagation();
    }
}
