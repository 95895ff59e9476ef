//! Keeps what is being written on the device, so that a reload, a crash or a dead battery costs nothing.

use super::dom;
use leptos::{html::Textarea, prelude::*};

/// Where the draft of the report form is kept.
pub const REPORT_DRAFT: &str = "campusdesk.draft.report";

/// Where the draft of a message under a ticket is kept.
pub fn message_draft(id: crate::domain::ids::TicketId) -> String {
    format!("campusdesk.draft.message.{id}")
}

/// Fills an empty text box with its draft once the page is live, and grows it to its text.
pub fn restore(area: NodeRef<Textarea>, key: String, then: impl Fn(String) + 'static) {
    Effect::new(move || {
        let Some(area) = area.get() else { return };
        if area.value().is_empty()
            && let Some(draft) = dom::stored(&key)
        {
            area.set_value(&draft);
        }
        // What was typed before the page was live counts too.
        if !area.value().is_empty() {
            then(area.value());
        }
    });
}

/// Keeps the draft.
pub fn keep(key: &str, text: &str) {
    dom::store(key, text);
}

/// After `sent` was sent from the box: empties it and forgets its draft, unless something else was typed meanwhile.
pub fn clear(area: NodeRef<Textarea>, key: &str, sent: &str) {
    if let Some(area) = area.get_untracked()
        && area.value().trim() == sent.replace("\r\n", "\n").trim()
    {
        area.set_value("");
        forget(key);
    }
}

/// Forgets the draft: it was sent.
pub fn forget(key: &str) {
    dom::store(key, "");
}
