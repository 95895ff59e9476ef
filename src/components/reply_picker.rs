//! Saved replies at hand where staff write: `/` lists them above the box, and the one that is chosen takes its place.
//!
//! Without script the list is a page of its own, which leads back to the box with the reply in it.

use super::{
    conversation::{Aid, BoxFollower},
    dom, draft,
};
use crate::{
    api::saved_replies::list_replies,
    domain::{
        ids::{SavedReplyId, TicketId},
        saved_reply::SavedReply,
        status::Status,
    },
    error::AppError,
    texts::texts,
};
use leptos::{ev, html::Textarea, prelude::*};

/// The list's id.
const LIST: &str = "saved-replies";
/// Characters behind a `/` that are still a search, and not a text that happens to begin so.
const SEARCH_MAX: usize = 60;
/// As the browser counts: in UTF-16.
const SLASH: u16 = 0x2f;

/// The list, what it was opened for, and what the reply that was taken last offers. It outlives each drawing of the ticket.
#[derive(Clone, Copy)]
pub struct Picker {
    /// All replies; asked for when the list is first opened.
    replies: Action<(), Result<Vec<SavedReply>, AppError>>,
    /// Which part of the box the chosen one will replace; none while the list is closed.
    place: RwSignal<Option<Place>>,
    search: RwSignal<String>,
    /// The replies that the search finds.
    found: Memo<Vec<SavedReply>>,
    /// Which of them is pointed at.
    pointed: RwSignal<usize>,
    /// Where the ticket may go with what is written.
    offered: RwSignal<Option<Status>>,
    /// The reply with which the page was asked for, once it was taken.
    begun_with: StoredValue<Option<SavedReplyId>>,
    is_live: RwSignal<bool>,
}

/// Nothing is open, nothing was taken.
pub fn use_picker() -> Picker {
    let (search, replies) = (RwSignal::new(String::new()), Action::new(|(): &()| list_replies(String::new())));
    Picker {
        replies,
        place: RwSignal::new(None),
        search,
        found: Memo::new(move |_| find(replies.value().read().as_ref(), &search.read())),
        pointed: RwSignal::new(0),
        offered: RwSignal::new(None),
        begun_with: StoredValue::new(None),
        is_live: dom::use_is_live(),
    }
}

/// What the search finds, first what it finds by its title.
fn find(replies: Option<&Result<Vec<SavedReply>, AppError>>, search: &str) -> Vec<SavedReply> {
    let Some(Ok(replies)) = replies else { return Vec::new() };
    let mut found: Vec<_> = replies.iter().filter(|reply| reply.matches(search)).cloned().collect();
    let search = search.trim().to_lowercase();
    found.sort_by_key(|reply| !reply.title.to_lowercase().contains(&search));
    found
}

/// Where the list was opened: by a `/`, or by its button at the caret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    from: usize,
    by_slash: bool,
}

impl Place {
    /// Where a `/` just typed opens the list: at the start of the box, or behind white space.
    fn at_slash(text: &[u16], caret: usize) -> Option<Self> {
        let from = caret.checked_sub(1)?;
        let is_space = |unit: &u16| char::from_u32(u32::from(*unit)).is_some_and(char::is_whitespace);
        let begins = from.checked_sub(1).is_none_or(|before| text.get(before).is_some_and(is_space));
        (begins && text.get(from) == Some(&SLASH)).then_some(Self { from, by_slash: true })
    }

    /// What is searched for; none where what was typed is no search any more.
    fn search(self, text: &[u16], caret: usize) -> Option<String> {
        let from =
            if self.by_slash { (text.get(self.from) == Some(&SLASH)).then_some(self.from + 1)? } else { self.from };
        let search = String::from_utf16_lossy(text.get(from..caret)?);
        let is_text =
            search.starts_with(char::is_whitespace) || search.contains('\n') || search.chars().count() > SEARCH_MAX;
        (!is_text).then_some(search)
    }
}

impl Picker {
    /// A reply with which the page was asked for: it stands in the box already, and offers what it offers. A draft that was
    /// kept on the device is not lost to it.
    pub fn begin_with(self, reply: &SavedReply, area: NodeRef<Textarea>, id: TicketId) {
        if self.begun_with.get_value() == Some(reply.id) {
            return;
        }
        self.begun_with.set_value(Some(reply.id));
        self.offered.set(reply.then);
        let body = reply.body.clone();
        Effect::new(move || {
            if let (Some(area), Some(kept)) = (area.get(), dom::stored(&draft::message_draft(id)))
                && area.value() == body
                && !kept.contains(&body)
            {
                area.set_value(&format!("{kept}\n\n{body}"));
            }
        });
    }

    /// What is written may move the ticket there as it is sent.
    pub fn offer(self, then: Status) {
        self.offered.set(Some(then));
    }

    /// The picker as the help at hand in the box of a ticket that may go to `next`, whose drawing has `messages` of them;
    /// `pending` while what is written is being sent, or should not be.
    pub fn aid(
        self,
        area: NodeRef<Textarea>,
        id: TicketId,
        next: Option<Status>,
        messages: i64,
        pending: Signal<bool>,
    ) -> Aid {
        let follows = BoxFollower {
            takes: Callback::new(move |event| self.takes(&event, area, id)),
            typed: Callback::new(move |()| self.typed(area)),
            clicked: Callback::new(move |()| self.close()),
            left: Callback::new(move |()| self.left()),
            list: Signal::derive(move || self.list_id()),
            pointed: Signal::derive(move || self.pointed_id()),
        };
        Aid {
            follows,
            hidden: view! { <input type="hidden" name="messages" value=messages /> }.into_any(),
            before: view! { <RepliesButton picker=self area id /> }.into_any(),
            behind: view! { <SendThen picker=self next pending /> }.into_any(),
            end: view! { <ReplyList picker=self area id /> }.into_any(),
        }
    }

    /// Something was typed or deleted.
    fn typed(self, area: NodeRef<Textarea>) {
        let Some(area) = area.get_untracked() else { return };
        let text: Vec<u16> = area.value().encode_utf16().collect();
        let Some(caret) = caret(area.selection_end()) else { return };
        if text.is_empty() {
            self.offered.set(None);
        }
        let search = self.place.get_untracked().and_then(|place| place.search(&text, caret));
        match (search, Place::at_slash(&text, caret)) {
            (Some(search), _) => self.look_for(search),
            (None, Some(place)) => self.open(place),
            (None, None) => self.close(),
        }
    }

    /// Does what a key means while the list is open; whether it meant something.
    fn takes(self, event: &ev::KeyboardEvent, area: NodeRef<Textarea>, id: TicketId) -> bool {
        let with_others = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
        if !self.is_open_now() || with_others || event.is_composing() {
            return false;
        }
        let (count, pointed) = (self.found.with_untracked(Vec::len), self.pointed.get_untracked());
        match (event.key().as_str(), count) {
            ("Escape", _) => self.close(),
            ("ArrowLeft" | "ArrowRight" | "Home" | "End" | "PageUp" | "PageDown", _) => {
                // The caret leaves what was searched for.
                self.close();
                return false;
            }
            (_, 0) => return false,
            ("ArrowDown", count) => self.pointed.set((pointed + 1) % count),
            ("ArrowUp", count) => self.pointed.set((pointed + count - 1) % count),
            ("Enter" | "Tab", _) => {
                if let Some(reply) = self.found.with_untracked(|found| found.get(pointed).cloned()) {
                    self.insert(&reply, area, id);
                }
            }
            _ => return false,
        }
        event.prevent_default();
        true
    }

    /// The focus left the box: the list closes, unless the focus went into it.
    fn left(self) {
        // Where it went is known a moment later, when the page may be gone.
        request_animation_frame(move || {
            if dom::find("#body:focus, .reply-picker:focus-within").is_none() {
                _ = self.place.try_set(None);
            }
        });
    }

    /// Closes the list.
    fn close(self) {
        if self.is_open_now() {
            self.place.set(None);
        }
    }

    /// What was written is sent: nothing more is offered with it.
    pub fn sent(self) {
        self.close();
        self.offered.set(None);
    }

    /// The list's id, while there is one.
    fn list_id(self) -> Option<&'static str> {
        (self.is_open() && !self.found.read().is_empty()).then_some(LIST)
    }

    /// The id of what is pointed at.
    fn pointed_id(self) -> Option<String> {
        let pointed = self.pointed.get();
        let found = self.is_open().then(|| self.found.with(|found| found.get(pointed).map(|reply| reply.id)));
        found.flatten().map(option_id)
    }

    fn is_open(self) -> bool {
        self.place.read().is_some()
    }

    fn is_open_now(self) -> bool {
        self.place.get_untracked().is_some()
    }

    fn open(self, place: Place) {
        self.place.set(Some(place));
        self.look_for(String::new());
        let is_here = matches!(&*self.replies.value().read_untracked(), Some(Ok(_)));
        if !is_here && !self.replies.pending().get_untracked() {
            self.replies.dispatch(());
        }
    }

    fn look_for(self, search: String) {
        self.search.set(search);
        self.pointed.set(0);
    }

    /// Opens the list at the caret, or closes it.
    fn toggle(self, area: NodeRef<Textarea>) {
        if self.is_open_now() {
            return self.close();
        }
        if let Some(area) = area.get_untracked() {
            dom::focus(&area);
            if let Some(from) = caret(area.selection_start()) {
                self.open(Place { from, by_slash: false });
            }
        }
    }

    /// Puts a reply in the place for which the list was opened, and the caret behind it.
    fn insert(self, reply: &SavedReply, area: NodeRef<Textarea>, id: TicketId) {
        let (Some(place), Some(area)) = (self.place.get_untracked(), area.get_untracked()) else { return };
        let Ok(from) = u32::try_from(place.from) else { return };
        let to = area.selection_end().ok().flatten().map_or(from, |end| end.max(from));
        let end = u32::try_from(place.from + reply.body.encode_utf16().count()).unwrap_or(to);
        dom::focus(&area);
        if area.set_range_text_with_start_and_end(&reply.body, from, to).is_ok() {
            _ = area.set_selection_range(end, end);
        }
        draft::keep(&draft::message_draft(id), &area.value());
        if reply.then.is_some() {
            self.offered.set(reply.then);
        }
        self.close();
    }
}

/// A position in the box, as the browser tells it.
fn caret<E>(told: Result<Option<u32>, E>) -> Option<usize> {
    told.ok().flatten().and_then(|at| usize::try_from(at).ok())
}

fn option_id(id: SavedReplyId) -> String {
    format!("saved-reply-{id}")
}

/// Leads to the saved replies: once the page is live to their list above the box, before it to their page.
#[component]
fn RepliesButton(
    /// What it opens.
    picker: Picker,
    /// The box.
    area: NodeRef<Textarea>,
    /// Under which ticket.
    id: TicketId,
) -> impl IntoView {
    let press = move |event: ev::MouseEvent| {
        // With one of these it is another tab or window.
        if !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
            event.prevent_default();
            picker.toggle(area);
        }
    };
    let press_by_key = move |event: ev::KeyboardEvent| {
        if event.key() == " " {
            event.prevent_default();
            picker.toggle(area);
        }
    };
    view! {
        <a class="button button-small composer-replies" href=format!("/helpdesk/replies?ticket={id}") rel="external"
            role=move || picker.is_live.get().then_some("button")
            aria-expanded=move || picker.is_live.get().then(|| picker.is_open().to_string())
            on:mousedown=keep_focus on:click=press on:keydown=press_by_key
        >{texts().replies_title}</a>
    }
}

/// The list above the box, while it is open.
#[component]
fn ReplyList(
    /// What is open.
    picker: Picker,
    /// The box.
    area: NodeRef<Textarea>,
    /// Under which ticket.
    id: TicketId,
) -> impl IntoView {
    let texts = texts();
    // Everything, once: nothing yet, why not, or whether there is none.
    let state = move || {
        let replies = picker.replies.value();
        replies.with(|replies| replies.as_ref().map(|read| read.as_ref().map(Vec::is_empty).map_err(Clone::clone)))
    };
    let count = move || i64::try_from(picker.found.read().len()).unwrap_or(i64::MAX);
    let says = move || {
        picker.is_open().then(|| match state() {
            None => texts.loading.to_owned(),
            Some(Err(error)) => texts.error(&error),
            Some(Ok(_)) => texts.counted(count(), texts.replies_found_one, texts.replies_found_other),
        })
    };
    let content = move || match state() {
        None => view! { <p class="hint">{texts.loading}</p> }.into_any(),
        Some(Err(error)) => view! { <p>{texts.error(&error)}</p> }.into_any(),
        Some(Ok(true)) => view! {
            <p>{texts.replies_empty_title}". "<a href="/helpdesk/replies">{texts.replies_write}</a></p>
        }
        .into_any(),
        Some(Ok(false)) if count() == 0 => view! { <p class="hint">{texts.replies_nothing}</p> }.into_any(),
        Some(Ok(false)) => view! { <Options picker area id /> }.into_any(),
    };
    Effect::new(move || {
        picker.pointed.track();
        request_animation_frame(|| dom::show_within(".reply-picker ul", ".reply-picker [aria-selected=true]"));
    });
    view! {
        <p role="status" class="visually-hidden">{says}</p>
        {move || picker.is_open().then(|| view! { <div class="reply-picker" on:mousedown=keep_focus>{content}</div> })}
    }
}

#[component]
fn Options(picker: Picker, area: NodeRef<Textarea>, id: TicketId) -> impl IntoView {
    let option = move |(at, reply): (usize, SavedReply)| {
        let (title, body) = (reply.title.clone(), reply.body.clone());
        view! {
            <li id=option_id(reply.id) role="option" aria-selected=move || (picker.pointed.get() == at).to_string()
                on:click=move |_| picker.insert(&reply, area, id)>
                <span class="reply-option-title">{title}</span>
                <span class="reply-option-body">{body}</span>
            </li>
        }
    };
    // It scrolls, so it takes the focus; the keys mean the same there.
    view! {
        <ul id=LIST role="listbox" tabindex="0" aria-label=texts().replies_title
            on:keydown=move |event| { picker.takes(&event, area, id); }
        >{move || picker.found.get().into_iter().enumerate().map(option).collect_view()}</ul>
    }
}

/// Sends what is written and moves the ticket on, where a saved reply offers that and the ticket can go there next.
#[component]
fn SendThen(
    /// What was taken.
    picker: Picker,
    /// The ticket's next status.
    next: Option<Status>,
    /// Whether the message is being sent.
    #[prop(into)]
    pending: Signal<bool>,
) -> impl IntoView {
    move || {
        picker.offered.get().filter(|then| next == Some(*then)).map(|then| {
            view! {
                <button class="button send-then" name="then" value=then.slug()
                    aria-disabled=move || pending.get().to_string() on:click=dom::press_unless(pending)>
                    {texts().send_and(then)}
                </button>
            }
        })
    }
}

/// Pressing here leaves the focus, and the caret with it, in the box.
fn keep_focus(event: ev::MouseEvent) {
    event.prevent_default();
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    /// Where the list opens when the text was just typed up to its end.
    fn opens(text: &str) -> Option<usize> {
        let text = units(text);
        Place::at_slash(&text, text.len()).map(|place| place.from)
    }

    #[test]
    fn a_slash_opens_the_list_where_a_word_begins() {
        assert_eq!(opens("/"), Some(0));
        assert_eq!(opens("Hello /"), Some(6));
        assert_eq!(opens("Hello\n/"), Some(6));
        assert_eq!(opens("🔧 /"), Some(3), "the browser counts in UTF-16");
        for closed in ["", "and/", "//", "/x", "Hello "] {
            assert_eq!(opens(closed), None, "{closed}");
        }
    }

    #[test]
    fn what_stands_behind_the_slash_is_searched_for_until_it_is_a_text() {
        let place = Place { from: 6, by_slash: true };
        let search = |text: &str, caret| place.search(&units(text), caret);
        assert_eq!(search("Hello /ask for and more", 14).as_deref(), Some("ask for"));
        assert_eq!(search("Hello /", 7).as_deref(), Some(""));
        for (text, caret) in [("Hello / or", 10), ("Hello /ask\n", 11), ("Hello /", 6), ("Hello ask", 9), ("", 0)] {
            assert_eq!(search(text, caret), None, "{text:?}");
        }
        assert_eq!(search(&format!("Hello /{}", "x".repeat(61)), 68), None);
        let at_caret = Place { from: 6, by_slash: false };
        assert_eq!(at_caret.search(&units("Hello room"), 10).as_deref(), Some("room"));
    }

    #[test]
    fn a_reply_is_found_by_its_title_first() {
        let reply = |id, title: &str, body: &str| SavedReply {
            id: SavedReplyId(id),
            title: title.to_owned(),
            body: body.to_owned(),
            then: None,
        };
        let all = Ok(vec![reply(1, "Ask", "which room?"), reply(2, "Room", "Where?"), reply(3, "Other", "x")]);
        let ids: Vec<_> = find(Some(&all), "room").iter().map(|reply| reply.id.0).collect();
        assert_eq!(ids, [2, 1]);
        assert_eq!(find(Some(&all), "").len(), 3);
        assert!(find(Some(&Err(AppError::Offline)), "").is_empty() && find(None, "").is_empty());
    }
}
