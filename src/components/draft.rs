//! Keeps what is being written on the device, so that a reload, a crash or a dead battery costs nothing.

use super::dom;
use crate::domain::ids::TicketId;
use leptos::{
    html::{Input, Textarea},
    prelude::*,
};

/// What is being reported: what is wrong, and where. What reports a closed ticket again has a draft of its own.
#[derive(Clone, Copy)]
pub struct ReportDraft {
    /// The closed ticket that is reported again.
    pub again_of: Option<i64>,
    /// The box for what is wrong.
    pub what: NodeRef<Textarea>,
    /// The field for the place.
    pub place: NodeRef<Input>,
    /// With what the box begins, before anybody wrote.
    pub begins: &'static str,
}

impl ReportDraft {
    fn key(self) -> String {
        report_draft(self.again_of)
    }

    /// Fills what is empty once the page is live; `then` hears what stands in the box.
    pub fn restore(self, then: impl Fn(String) + 'static) {
        restore(self.what, self.key(), self.begins, then);
        Effect::new(move || {
            let (Some(what), Some(place)) = (self.what.get(), self.place.get()) else { return };
            // The place of another text than was typed before the page was live is not the place of that one.
            let is_its =
                what.value() == self.begins || dom::stored(&self.key()).is_some_and(|kept| kept == what.value());
            if is_its
                && place.value().is_empty()
                && let Some(kept) = dom::stored(&place_of(&self.key()))
            {
                place.set_value(&kept);
            }
        });
    }

    /// Keeps both at once: they belong together.
    pub fn keep(self) {
        if let (Some(what), Some(place)) = (self.what.get_untracked(), self.place.get_untracked()) {
            store_report(&self.key(), &what.value(), &place.value());
        }
    }

    /// Forgets both: they were sent.
    pub fn forget(self) {
        store_report(&self.key(), "", "");
    }
}

/// Where the draft of a report is kept.
fn report_draft(again_of: Option<i64>) -> String {
    again_of.map_or_else(|| "campusdesk.draft.report".to_owned(), |id| format!("campusdesk.draft.again.{id}"))
}

/// Where the place of that draft is kept.
fn place_of(draft: &str) -> String {
    format!("{draft}.place")
}

fn store_report(draft: &str, what: &str, place: &str) {
    dom::store(draft, what);
    dom::store(&place_of(draft), place);
}

/// Forgets the draft of a report that says what was sent.
pub fn forget_report(again_of: Option<TicketId>, sent: &str) {
    let key = report_draft(again_of.map(|id| id.0));
    if dom::stored(&key).is_some_and(|kept| kept.replace("\r\n", "\n").trim() == sent) {
        store_report(&key, "", "");
    }
}

/// Where the draft of a message under a ticket is kept.
pub fn message_draft(id: TicketId) -> String {
    format!("campusdesk.draft.message.{id}")
}

/// Fills a text box that stands as it `begins` with its draft once the page is live. Without one, its writer goes on behind
/// the beginning.
pub fn restore(area: NodeRef<Textarea>, key: String, begins: &'static str, then: impl Fn(String) + 'static) {
    Effect::new(move || {
        let Some(area) = area.get() else { return };
        if area.value() == begins
            && let Some(draft) = dom::stored(&key)
        {
            area.set_value(&draft);
        }
        // What was typed before the page was live counts too.
        if area.value() != begins {
            then(area.value());
        } else if let Ok(end) = u32::try_from(begins.encode_utf16().count()) {
            _ = area.set_selection_range(end, end);
        }
    });
}

/// Lets a draft be that of another box, unless that has one.
pub fn pass_on(from: &str, to: &str) {
    if let Some(draft) = dom::stored(from) {
        if dom::stored(to).is_none() {
            dom::store(to, &draft);
        }
        dom::store(from, "");
    }
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
        dom::store(key, "");
    }
}
