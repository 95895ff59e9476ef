//! Who else looks at a ticket, and who is writing: told while it lasts, kept nowhere.

use super::dom;
use crate::{
    api::presence::{mark_read, mark_staff_read, tell_presence, tell_staff_presence},
    domain::{
        history::Timeline,
        ids::{HistoryId, TicketId},
        presence::Presence,
        role::Role,
    },
    live::Live,
    texts::{fill, texts},
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// How often a device shows that it is still there, while others are there to see it.
const SHOWN: Duration = Duration::from_secs(4);
/// How often whoever writes says so.
const WRITES: Duration = Duration::from_secs(3);

/// The page of a ticket in company: tells others that it is there, that somebody writes on it, and how far it was read.
#[derive(Clone, Copy)]
pub struct Company {
    role: Role,
    id: Memo<TicketId>,
    /// Whether it was said a moment ago that somebody writes.
    told: StoredValue<bool>,
    /// What is shown: the last row of all, and the last that the other side wrote.
    shown: RwSignal<Option<(HistoryId, HistoryId)>>,
}

/// Shows that this page is there for as long as others are, and tells what is read while it is `visible`.
pub fn use_company(live: Live, role: Role, id: Memo<TicketId>, visible: RwSignal<bool>) -> Company {
    let company = Company { role, id, told: StoredValue::new(false), shown: RwSignal::new(None) };
    let is_alone = Memo::new(move |_| live.others.get() == Presence::default());
    Effect::new(move || {
        if is_alone.get() {
            return;
        }
        let show = move || {
            if dom::is_visible() {
                company.tell("");
            }
        };
        if let Ok(often) = set_interval_with_handle(show, SHOWN) {
            on_cleanup(move || often.clear());
        }
    });
    let marked = StoredValue::new((TicketId(0), HistoryId(0)));
    Effect::new(move || {
        let (true, Some((last, theirs))) = (visible.get(), company.shown.get()) else { return };
        let id = company.id.get_untracked();
        let (marked_of, until) = marked.get_value();
        // Nothing of theirs is new: there is nothing to tell them.
        if theirs > HistoryId(0) && (marked_of != id || until < theirs) {
            marked.set_value((id, last));
            spawn_local(async move {
                _ = match role {
                    Role::Requester => mark_read(id, last).await,
                    Role::Staff => mark_staff_read(id, last).await,
                };
            });
        }
    });
    company
}

impl Company {
    /// This is shown now.
    pub fn show(self, timeline: &Timeline) {
        let row = |theirs: bool| {
            let rows = timeline.entries.iter().rev();
            let mut rows = rows.filter(|entry| !theirs || (entry.message.is_some() && entry.row.role != self.role));
            rows.next().map_or(HistoryId(0), |entry| entry.row.id)
        };
        if cfg!(feature = "hydrate") {
            self.shown.set(Some((row(false), row(true))));
        }
    }

    /// Something is typed into the composer.
    pub fn writes(self) {
        if self.told.get_value() {
            return;
        }
        self.told.set_value(true);
        set_timeout(move || _ = self.told.try_set_value(false), WRITES);
        self.tell(if dom::find(".composer :is(#internal:checked, [type=hidden][name=internal])").is_some() {
            "note"
        } else {
            "message"
        });
    }

    fn tell(self, writing: &'static str) {
        let (role, id) = (self.role, self.id.get_untracked());
        spawn_local(async move {
            let (who, writing) = (dom::device(), writing.to_owned());
            // Nobody misses what could not be told.
            _ = match role {
                Role::Requester => tell_presence(id, who, writing).await,
                Role::Staff => tell_staff_presence(id, who, writing).await,
            };
        });
    }
}

/// Who else is here, and who is writing.
#[component]
pub fn CompanyNote(
    /// What the page follows.
    live: Live,
) -> impl IntoView {
    let texts = texts();
    let others = move || {
        let Presence { requester, staff } = live.others.get();
        let side = |count: u32, one, other| (count > 0).then(|| texts.counted(count.into(), one, other));
        let sides = [
            side(staff, texts.here_staff_one, texts.here_staff_other),
            side(requester, texts.here_requester_one, texts.here_requester_other),
        ];
        let sides = sides.into_iter().flatten().collect::<Vec<_>>().join(", ");
        // One line has room for one of the two: nothing moves when somebody begins to write.
        (!sides.is_empty() && live.typing.get().is_none())
            .then(|| view! { <span class="company-others">{fill(texts.here, &[("who", &sides)])}</span> })
    };
    let typing = move || {
        live.typing.get().map(|role| {
            view! { <span class="company-typing">{fill(texts.typing, &[("role", &texts.role(role))])}</span> }
        })
    };
    view! { <p class="company" role="status">{others}{typing}</p> }
}
