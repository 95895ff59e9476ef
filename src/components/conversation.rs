//! A ticket's timeline, messages and changes in the order in which they happened, and the box to write into.

use super::{
    address::with_query,
    draft,
    key::KeyField,
    linked::Linked,
    photos::{PhotoPicker, PhotoStrip},
    text_box,
    time::{DayBreak, Moment, use_local_days},
};
use crate::{
    domain::{
        category::Category,
        history::{Fate, HistoryRow, Part, Timeline, TimelineEntry, What},
        ids::{HistoryId, TicketId},
        message::Message,
        role::Role,
        status::Status,
        text::BODY_MAX,
    },
    texts::{fill, texts},
};
use leptos::{ev, html::Textarea, prelude::*, web_sys};

/// The timeline as `reader` sees it; `earlier` leads to what came before its first line.
#[component]
pub fn TimelineList(
    /// What happened.
    timeline: Timeline,
    /// Who reads.
    reader: Role,
    /// The last row that the other side was shown.
    #[prop(into)]
    read: Signal<HistoryId>,
    /// What is being sent right now, and whether it is a note.
    #[prop(into)]
    sending: Signal<Option<(String, bool)>>,
    /// Whether changes are shown between the messages; it outlives each drawing.
    changes: RwSignal<bool>,
) -> impl IntoView {
    let (texts, is_local) = (texts(), use_local_days());
    let is_said = |entry: &TimelineEntry| matches!(entry.row.what, What::Message | What::Note);
    let has_messages = timeline.entries.iter().any(is_said);
    let has_changes = !timeline.entries.iter().all(is_said);
    let earlier = timeline.earlier.map(|id| {
        view! { <p class="timeline-earlier"><a href=with_query(&format!("before={id}"))>{texts.conversation_earlier}</a></p> }
    });
    let mine = |entry: &TimelineEntry| is_mine(entry, reader).then_some(entry.row.id);
    let mine: Vec<_> = timeline.entries.iter().filter_map(mine).collect();
    // One mark is enough: what stands above the last that was seen was seen too.
    let seen = Memo::new(move |_| mine.iter().rev().find(|id| **id <= read.get()).copied());
    let lines = timeline.entries.into_iter().scan(None, |before, entry| {
        let (above, at) = (before.replace(entry.row.at), entry.row.at);
        Some(view! { <DayBreak before=above at is_local /> <Line entry reader seen /> })
    });
    view! {
        {has_changes.then(|| view! {
            <p class="timeline-switch">
                <label class="check">
                    <input type="checkbox" id="show-changes" autocomplete="off" checked=true prop:checked=move || changes.get()
                        on:change=move |event| changes.set(event_target_checked(&event)) />
                    {texts.history_show}
                </label>
            </p>
        })}
        {earlier}
        <ol class="timeline">
            {lines.collect_view()}
            {move || sending.get().map(|(body, internal)| view! {
                <li class="message message-sending" class:message-note=internal class:message-mine=!internal>
                    <p class="message-head"><strong>{texts.message_from_you}</strong>" "<span>{texts.message_sending}</span></p>
                    <p class="message-body">{body}</p>
                </li>
            })}
        </ol>
        {(!has_messages).then(|| view! { <p class="timeline-empty">{texts.conversation_empty}</p> })}
    }
}

/// Whether it is a message of the reader's side that the other side can see.
fn is_mine(entry: &TimelineEntry, reader: Role) -> bool {
    entry.row.what == What::Message && entry.row.role == reader
}

#[component]
fn Line(entry: TimelineEntry, reader: Role, seen: Memo<Option<HistoryId>>) -> impl IntoView {
    let (row, mine) = (entry.row.id, is_mine(&entry, reader));
    match entry.message {
        // What a duplicate reported belongs to what is said of it.
        Some(report) if entry.row.what == What::Took => {
            let text = view! {
                <blockquote class="reported"><Linked text=report.body /><PhotoStrip photos=report.photos /></blockquote>
            };
            let entry = TimelineEntry { message: None, ..entry };
            view! { <Event entry text=text.into_any() /> }.into_any()
        }
        Some(message) => {
            let is_last_seen = Signal::derive(move || mine && seen.get() == Some(row));
            view! { <Bubble message mine is_last_seen reader /> }.into_any()
        }
        None => view! { <Event entry /> }.into_any(),
    }
}

#[component]
fn Bubble(message: Message, mine: bool, is_last_seen: Signal<bool>, reader: Role) -> impl IntoView {
    let texts = texts();
    let internal = message.internal;
    let seen = match reader {
        Role::Requester => texts.seen_by_staff,
        Role::Staff => texts.seen_by_requester,
    };
    view! {
        <li id=format!("message-{}", message.id) class="message" class:message-mine=mine class:message-note=internal>
            <p class="message-head">
                <strong>{if internal { texts.note } else { texts.role(message.role) }}</strong>
                " "
                <Moment at=message.created_at />
            </p>
            <p class="message-body"><Linked text=message.body /></p>
            <PhotoStrip photos=message.photos />
            {mine.then_some(move || is_last_seen.get().then(|| view! { <p class="message-seen">{seen}</p> }))}
        </li>
    }
}

#[component]
fn Event(entry: TimelineEntry, #[prop(optional)] text: Option<AnyView>) -> impl IntoView {
    let texts = texts();
    let TimelineEntry { row, because, difference, .. } = entry;
    let by = fill(texts.history_by, &[("role", &texts.role(row.role))]);
    let because = (!because.is_empty())
        .then(|| format!(" {}", fill(texts.ticket_because, &[("words", &texts.because(&because))])));
    let anchor = format!("change-{}", row.id);
    let asks = (row.what == What::Description).then(|| {
        if difference.is_empty() {
            let ask = format!("{}#{anchor}", with_query(&format!("changed={}", row.id)));
            view! { " "<a href=ask>{texts.difference_show}</a> }.into_any()
        } else {
            view! { " "<a href=format!("{}#{anchor}", with_query(""))>{texts.difference_hide}</a> }.into_any()
        }
    });
    let difference =
        (!difference.is_empty()).then(|| view! { <p class="difference"><Difference parts=difference /></p> });
    view! {
        <li id=anchor class="event"><span>{words(&row)}{because}" "{by}{asks}</span>" "<Moment at=row.at />{difference}{text}</li>
    }
}

/// Both versions of a text in one: struck through what went, underlined what came.
#[component]
pub fn Difference(
    /// In reading order.
    parts: Vec<Part>,
) -> impl IntoView {
    let texts = texts();
    let mark = |text: &'static str| view! { <span class="visually-hidden">" ["{text}": "</span> };
    parts
        .into_iter()
        .map(|Part { fate, text }| match fate {
            Fate::Kept => view! { <span>{text}</span> }.into_any(),
            Fate::Removed => {
                view! { <del>{mark(texts.difference_removed)}{text}<span class="visually-hidden">"] "</span></del> }
                    .into_any()
            }
            Fate::Added => {
                view! { <ins>{mark(texts.difference_added)}{text}<span class="visually-hidden">"] "</span></ins> }
                    .into_any()
            }
        })
        .collect_view()
}

/// A change in words.
fn words(row: &HistoryRow) -> String {
    let texts = texts();
    let change = |template, name: &dyn Fn(&str) -> String| {
        let side = |value: &Option<String>| value.as_deref().map_or_else(|| texts.history_place_none.to_owned(), name);
        fill(template, &[("from", &side(&row.from)), ("to", &side(&row.to))])
    };
    let category = |slug: &str| {
        Category::from_slug(slug).map_or_else(|| slug.to_owned(), |category| texts.category(category).to_owned())
    };
    match row.what {
        What::Opened => texts.history_opened.to_owned(),
        What::Description => texts.history_description.to_owned(),
        What::Place => change(texts.history_place, &str::to_owned),
        What::Category if row.from == row.to => change(texts.history_category_confirmed, &category),
        What::Category => change(texts.history_category, &category),
        What::Status => change(texts.history_status, &|slug| {
            Status::from_slug(slug).map_or_else(|| slug.to_owned(), |status| texts.status(status).to_owned())
        }),
        What::Photo | What::NotePhoto => texts.history_photo.to_owned(),
        What::Affected => texts.history_affected.to_owned(),
        What::Merged if row.to.is_some() => change(texts.history_merged, &str::to_owned),
        What::Merged => change(texts.history_parted, &str::to_owned),
        What::Took if row.to.is_some() => change(texts.history_took, &str::to_owned),
        What::Took => change(texts.history_gave, &str::to_owned),
        What::Message | What::Note => texts.message_from_requester.to_owned(),
    }
}

/// What is at hand to a writer besides the box. Its page brings it, so that a page without it does not load its code.
pub struct Aid {
    /// What the box tells it and asks of it.
    pub follows: BoxFollower,
    /// Fields of the form that are not seen.
    pub hidden: AnyView,
    /// What stands before the button that sends.
    pub before: AnyView,
    /// What stands behind it.
    pub behind: AnyView,
    /// What stands at the form's end.
    pub end: AnyView,
}

/// What the box tells the help at hand, and asks of it.
#[derive(Clone, Copy)]
pub struct BoxFollower {
    /// Does what a key means to it; whether it meant something.
    pub takes: Callback<ev::KeyboardEvent, bool>,
    /// Something was typed or deleted.
    pub typed: Callback<()>,
    /// The caret was put elsewhere.
    pub clicked: Callback<()>,
    /// The focus left the box.
    pub left: Callback<()>,
    /// The id of its list, while there is one.
    pub list: Signal<Option<&'static str>>,
    /// The id of what is pointed at in its list.
    pub pointed: Signal<Option<String>>,
}

/// The fields of the form that writes under a ticket; they stand in an `ActionForm` of the page.
#[component]
pub fn ComposerFields(
    /// Under which ticket.
    id: TicketId,
    /// Who writes.
    writer: Role,
    /// The key of what is being written.
    key: RwSignal<String>,
    /// Whether it is being sent.
    #[prop(into)]
    pending: Signal<bool>,
    /// Whether only an internal note may be written.
    #[prop(optional)]
    note_only: bool,
    /// Whether what was written already is an internal note.
    #[prop(optional)]
    internal: bool,
    /// The text of a refused form that was sent without script.
    echoed: Option<String>,
    /// Its photos.
    photos: Vec<String>,
    /// The box, which the page empties once its text was sent.
    area: NodeRef<Textarea>,
    /// What is at hand besides.
    #[prop(optional)]
    aid: Option<Aid>,
) -> impl IntoView {
    let texts = texts();
    let label = match writer {
        Role::Requester => texts.message_label_requester.into_any(),
        Role::Staff if note_only => texts.note_label.into_any(),
        Role::Staff => view! {
            <span class="send-message">{texts.message_label_staff}</span><span class="send-note">{texts.note}</span>
        }
        .into_any(),
    };
    // The hint is of keys that only a live page takes: before it, and without it, nobody is told of them.
    let is_live = super::dom::use_is_live();
    let draft_key = draft::message_draft(id);
    draft::restore(area, draft_key.clone(), "", |_| {});
    let follower = aid.as_ref().map(|aid| aid.follows);
    let (hidden, before, behind, end) = match aid {
        Some(Aid { hidden, before, behind, end, .. }) => (Some(hidden), Some(before), Some(behind), Some(end)),
        None => (None, None, None, None),
    };
    let pressed = move |event: ev::KeyboardEvent| {
        if follower.is_some_and(|follower| follower.takes.run(event.clone())) {
            return;
        }
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            super::dom::submit_form_of(&event_target::<web_sys::Element>(&event));
        }
    };
    view! {
        <input type="hidden" name="id" value=id.0 />
        <KeyField key />
        {hidden}
        <label for="body">{label}</label>
        <textarea id="body" name="body" rows="2" required maxlength=BODY_MAX.to_string() node_ref=area
            aria-describedby=move || is_live.get().then_some("body-hint") aria-autocomplete=follower.map(|_| "list")
            aria-controls=move || follower.and_then(|follower| follower.list.get())
            aria-activedescendant=move || follower.and_then(|follower| follower.pointed.get())
            on:input=move |event| {
                draft::keep(&draft_key, &event_target_value(&event));
                if let Some(follower) = follower {
                    follower.typed.run(());
                }
            }
            on:keydown=pressed
            on:click=move |_| if let Some(follower) = follower { follower.clicked.run(()) }
            on:blur=move |_| if let Some(follower) = follower { follower.left.run(()) }
        >{echoed.map(text_box::inside)}</textarea>
        <PhotoPicker given=photos />
        <div class="composer-actions">
            {match (writer, note_only) {
                (Role::Requester, _) => None,
                (Role::Staff, false) => Some(view! {
                    <label class="check note-toggle"><input type="checkbox" name="internal" value="1" id="internal" checked=internal />{texts.note_label}</label>
                }.into_any()),
                (Role::Staff, true) => Some(view! {
                    <input type="hidden" name="internal" value="1" />
                    <span class="hint">{texts.note_closed_only}</span>
                }.into_any()),
            }}
            <span id="body-hint" class="hint needs-script">{if follower.is_some() { texts.message_hint_staff } else { texts.message_hint }}</span>
            {before}
            <button class="button button-primary composer-send" aria-disabled=move || pending.get().to_string() aria-busy=move || pending.get().to_string()
                on:click=super::dom::press_unless(pending)>
                {move || if pending.get() {
                    view! { <span>{texts.message_sending}</span> }.into_any()
                } else {
                    view! { <span class="send-message">{texts.message_send}</span><span class="send-note">{texts.note_send}</span> }.into_any()
                }}
            </button>
            {behind}
        </div>
        {end}
    }
}
