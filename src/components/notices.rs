//! The browser's notifications: asked for on a press, shown for the tickets that the device follows, while its page is in
//! the background.

use super::dom;
use crate::{
    domain::{
        history::{HistoryRow, What},
        ids::TicketId,
        role::Role,
    },
    texts::{fill, texts},
};
use leptos::{prelude::*, web_sys};

/// Where the device keeps which tickets it follows.
const FOLLOWED: &str = "campusdesk.followed";
/// How many of them.
const FOLLOWED_MAX: usize = 200;

/// The tickets of a list as it is kept: numbers with spaces between, the last followed first.
fn read(kept: &str) -> Vec<TicketId> {
    kept.split(' ').filter_map(|id| id.parse().ok()).collect()
}

fn write(followed: &[TicketId]) -> String {
    followed.iter().take(FOLLOWED_MAX).map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn followed() -> Vec<TicketId> {
    read(&dom::stored(FOLLOWED).unwrap_or_default())
}

fn follow(id: TicketId, follows: bool) {
    let mut followed = followed();
    followed.retain(|other| *other != id);
    if follows {
        followed.insert(0, id);
    }
    dom::store(FOLLOWED, &write(&followed));
}

/// Follows what a ticket was merged into as that ticket was followed.
pub fn follow_on(id: TicketId, into: TicketId) {
    if followed().contains(&id) {
        follow(into, true);
    }
}

/// Tells of an answer to a ticket that is followed, unless the page is looked at.
pub fn tell(row: &HistoryRow, reader: Role) {
    let is_answer = row.what == What::Message && row.role != reader;
    if !is_answer || dom::is_visible() || !followed().contains(&row.ticket_id) {
        return;
    }
    let texts = texts();
    let options = web_sys::NotificationOptions::new();
    options.set_body(&fill(texts.notice_body, &[("role", &texts.role(row.role))]));
    // Two tabs that tell the same tell it once.
    options.set_tag(&format!("campusdesk-{}", row.id));
    // Some phones know no notification of a page: then the mark in the title has to do.
    _ = web_sys::Notification::new_with_options(&fill(texts.ticket_title, &[("id", &row.ticket_id)]), &options);
}

/// The button that follows a ticket, and asks the browser for leave to tell of answers.
#[component]
pub fn FollowButton(
    /// Which.
    id: TicketId,
) -> impl IntoView {
    let texts = texts();
    let (follows, refused) = (RwSignal::new(false), RwSignal::new(false));
    // Some phones know no notifications of a page, which only they can tell.
    let unknown = RwSignal::new(false);
    Effect::new(move || {
        if !dom::knows("Notification") {
            return unknown.set(true);
        }
        let allowed = web_sys::Notification::permission() == web_sys::NotificationPermission::Granted;
        follows.set(allowed && followed().contains(&id));
    });
    let press = move |_| {
        if follows.get_untracked() {
            follow(id, false);
            follows.set(false);
            return;
        }
        ask(move |allowed| {
            follow(id, allowed);
            // The page may have been left while the browser asked.
            _ = follows.try_set(allowed);
            _ = refused.try_set(!allowed);
        });
    };
    view! {
        <p class="follow needs-script" hidden=move || unknown.get()>
            <button type="button" class="button button-small" aria-pressed=move || follows.get().to_string() on:click=press>
                {move || if follows.get() { texts.notice_on } else { texts.notice_ask }}
            </button>
            <span role="status" class="hint">{move || refused.get().then_some(texts.notice_refused)}</span>
        </p>
    }
}

/// Asks the browser, which asks the person; `then` hears whether they allow it.
#[cfg(feature = "hydrate")]
fn ask(then: impl Fn(bool) + 'static) {
    leptos::task::spawn_local(async move {
        let answer = match web_sys::Notification::request_permission() {
            Ok(asked) => wasm_bindgen_futures::JsFuture::from(asked).await,
            Err(error) => Err(error),
        };
        then(answer.is_ok_and(|answer| answer.as_string().as_deref() == Some("granted")));
    });
}

#[cfg(not(feature = "hydrate"))]
fn ask(then: impl Fn(bool) + 'static) {
    then(false);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_reads_back_and_stays_short() {
        let many: Vec<_> = (1..=300).map(TicketId).collect();
        let kept = read(&write(&many));
        assert_eq!(kept.len(), FOLLOWED_MAX);
        assert_eq!(kept[..3], many[..3]);
        assert_eq!(read("7 x 9  "), [TicketId(7), TicketId(9)]);
    }
}
