//! A ticket as the helpdesk sees it (R4–R6, R9): the next status as one button, the category to correct, internal notes.

use super::{
    ticket::{Conversation, TicketHead, TicketText, Writing, asked, follow, use_writing},
    ticket_id,
};
use crate::{
    api::helpdesk::{
        CorrectCategory, EditStaffTicket, MergeTicket, MoveTicket, PartTicket, PostStaffMessage, get_staff_ticket,
        list_duplicates,
    },
    api::saved_replies::get_reply,
    app::use_refetch,
    components::address::with_query,
    components::layout::PageHead,
    components::{
        company::{Company, CompanyNote, use_company},
        conversation::ComposerFields,
        dom, draft,
        editor::EditFields,
        failure::{FormFailure, ReadFailure, Skeleton, echoed, echoed_all, use_failure},
        key::new_key,
        notices::FollowButton,
        photos::leave_to_browser,
        reply_picker::{Picker, use_picker},
        shortcuts::Shortcuts,
        status::StatusBadge,
        time::Moment,
        unread::{use_attention, use_seen},
    },
    domain::{
        category::Category,
        history::Timeline,
        ids::TicketId,
        role::Role,
        saved_reply::SavedReply,
        status::Status,
        ticket::{Found, Ticket, TicketRow},
    },
    error::AppError,
    live::{EDITING, Live, LiveNews, LiveNote, use_kept, use_live},
    texts::{fill, texts},
};
use leptos::{
    html::{Select, Textarea},
    leptos_dom::helpers::TimeoutHandle,
    prelude::*,
};
use leptos_router::hooks::use_query_map;
use std::time::Duration;

/// What staff can do with a ticket; they outlive each drawing of it.
#[derive(Clone, Copy)]
struct Actions {
    edit: ServerAction<EditStaffTicket>,
    post: ServerAction<PostStaffMessage>,
    advance: ServerAction<MoveTicket>,
    rest: Rest,
    /// Whether the button with the next status takes no press: the ticket is being moved, or was a moment ago.
    busy: Signal<bool>,
    correct: ServerAction<CorrectCategory>,
    merge: ServerAction<MergeTicket>,
    part: ServerAction<PartTicket>,
    /// The category that was chosen of a ticket and not set yet: it stays chosen when others change the ticket.
    chosen: RwSignal<Option<(TicketId, Category)>>,
    writing: Writing,
    picker: Picker,
}

/// How long the button with the next status takes no press once the ticket moved: who presses twice meant the button that
/// was there before.
const REST: Duration = Duration::from_millis(1_500);

/// That the ticket moved a moment ago.
#[derive(Clone, Copy)]
struct Rest {
    is_on: RwSignal<bool>,
    timer: StoredValue<Option<TimeoutHandle>>,
    /// The ticket that was drawn last, and its status.
    drawn: StoredValue<Option<(TicketId, Status)>>,
}

fn use_rest() -> Rest {
    Rest { is_on: RwSignal::new(false), timer: StoredValue::new(None), drawn: StoredValue::new(None) }
}

impl Rest {
    fn begin(self) {
        if let Some(timer) = self.timer.get_value() {
            timer.clear();
        }
        // The page may be gone by then.
        let end = move || _ = self.is_on.try_set(false);
        let timer = set_timeout_with_handle(end, REST).ok();
        self.is_on.set(timer.is_some());
        self.timer.set_value(timer);
    }

    /// The ticket was drawn: where it moved, whoever moved it, the button means something else from now on.
    fn drew(self, id: TicketId, status: Status) {
        let before = self.drawn.get_value();
        self.drawn.set_value(Some((id, status)));
        if before.is_some_and(|(drawn, before)| drawn == id && before != status) {
            self.begin();
        }
    }
}

/// `/helpdesk/tickets/{id}`, or `/helpdesk/tickets/{id}?reply=ID` to answer with a saved reply.
#[component]
pub fn StaffTicketPage() -> impl IntoView {
    let texts = texts();
    let (id, query, refetch) = (ticket_id(), use_query_map(), use_refetch());
    let view = Resource::new(
        move || (id.get(), asked(query, "before"), asked(query, "changed"), refetch.0.get()),
        |(id, before, changed, _)| get_staff_ticket(id, before, changed),
    );
    let reply = Resource::new(
        move || query.read().get("reply").and_then(|id| id.parse().ok()),
        |id| async move {
            match id {
                Some(id) => get_reply(id).await.map(Some),
                None => Ok(None),
            }
        },
    );
    // Asked for when somebody is about to merge the ticket.
    let duplicates = Resource::new(
        move || query.read().get("merge").map(|_| id.get()),
        |id| async move {
            match id {
                Some(id) => Some(list_duplicates(id).await.unwrap_or_default()),
                None => None,
            }
        },
    );
    let (advance, rest) = (ServerAction::new(), use_rest());
    let moving = advance.pending();
    let actions = Actions {
        edit: ServerAction::new(),
        post: ServerAction::new(),
        advance,
        rest,
        busy: Signal::derive(move || moving.get() || rest.is_on.get()),
        correct: ServerAction::new(),
        merge: ServerAction::new(),
        part: ServerAction::new(),
        chosen: RwSignal::new(None),
        writing: use_writing(),
        picker: use_picker(),
    };
    let kept = use_kept();
    let live = use_live(Role::Staff, Some(id), EDITING);
    let attention = use_attention(use_seen(Role::Staff));
    let company = use_company(live, Role::Staff, id, attention.visible);
    // What came meanwhile has to be seen before the ticket can be closed over it.
    Effect::new(move || {
        let (advanced, posted) = (actions.advance.value(), actions.post.value());
        let is_unread = |outcome: &Option<Result<(), AppError>>| matches!(outcome, Some(Err(AppError::Unread { .. })));
        if is_unread(&advanced.read()) || is_unread(&posted.read()) {
            // Nor by the second press of a double click.
            rest.begin();
            refetch.notify();
        }
    });
    follow(actions.edit, move || refetch.notify());
    follow(actions.advance, move || {
        rest.begin();
        refetch.notify();
    });
    follow(actions.merge, move || refetch.notify());
    follow(actions.part, move || refetch.notify());
    follow(actions.correct, move || {
        actions.chosen.set(None);
        refetch.notify();
    });
    view! {
        <PageHead title=Signal::derive(move || fill(texts.ticket_title, &[("id", &id.get())])) unread=attention.count() dense=true />
        <LiveNote live />
        <LiveNews live />
        <Transition fallback=|| view! { <Skeleton lines=12 /> }>
            {move || {
                let kept = kept.clone();
                Suspend::new(async move {
                    match kept.or(view.await) {
                        Ok(view) => {
                            live.drawn(view.last);
                            live.read_until(view.read);
                            match view.found {
                                Found::Ticket(ticket) => {
                                    attention.show(&ticket);
                                    company.show(&view.timeline);
                                    let reply = reply.await.ok().flatten();
                                    let duplicates = duplicates.await;
                                    view! {
                                        <StaffTicketView ticket=*ticket timeline=view.timeline actions reply live company duplicates
                                            may_part=view.may_part />
                                    }.into_any()
                                }
                                Found::Closed { .. } | Found::Merged { .. } => view! { <ReadFailure error=AppError::NoSuchTicket whole=true /> }.into_any(),
                            }
                        }
                        Err(error) => view! { <ReadFailure error whole=true /> }.into_any(),
                    }
                })
            }}
        </Transition>
        <Shortcuts />
    }
}

#[component]
fn StaffTicketView(
    ticket: Ticket,
    timeline: Timeline,
    actions: Actions,
    reply: Option<SavedReply>,
    live: Live,
    company: Company,
    duplicates: Option<Vec<TicketRow>>,
    may_part: bool,
) -> impl IntoView {
    let (id, closed) = (ticket.id, ticket.status == Status::Closed);
    let Actions { edit, post, writing, picker, rest, .. } = actions;
    let status = ticket.status;
    Effect::new(move || rest.drew(id, status));
    let refetch = use_refetch();
    let (key, area) = (writing.key, NodeRef::<Textarea>::new());
    if let Some(reply) = &reply {
        picker.begin_with(reply, area, id);
    }
    if let Some(then) = echoed::<PostStaffMessage>("then").as_deref().and_then(Status::from_slug) {
        picker.offer(then);
    }
    let internal = echoed::<PostStaffMessage>("internal").is_some_and(|internal| !internal.is_empty());
    let written = echoed::<PostStaffMessage>("body").or_else(|| reply.map(|reply| reply.body));
    let aid = picker.aid(
        area,
        id,
        ticket.status.next(),
        ticket.messages,
        Signal::derive(move || post.pending().get() || rest.is_on.get()),
    );
    let merged_into = ticket.merged_into;
    let (edit_error, post_error) = (use_failure(edit), use_failure(post));
    let sending = Signal::derive(move || {
        let input = post.input().get().filter(|_| post.pending().get());
        input.map(|input| (input.body, !input.internal.is_empty()))
    });
    let sent = StoredValue::new(String::new());
    Effect::new(move || {
        if let Some((body, _)) = sending.get() {
            sent.set_value(body);
        }
    });
    follow(post, move || {
        draft::clear(area, &draft::message_draft(id), &sent.get_value());
        key.set(new_key());
        picker.sent();
        post.clear();
        live.say(texts().message_sent.to_owned());
        refetch.notify();
    });
    let query = use_query_map();
    let editing = move || !closed && query.read().get("edit").is_some();
    let ticket = StoredValue::new(ticket);
    view! {
        <div class="staff-ticket">
            <article class="ticket">
                <TicketHead ticket=ticket.get_value() />
                <Side ticket=ticket.get_value() actions duplicates />
                <div class="ticket-rest">
                    <FollowButton id />
                    {merged_into.map(|into| view! { <MergedNote id into may_part part=actions.part /> })}
                    {move || if editing() {
                        view! {
                            <ActionForm action=edit attr:class="edit-form">
                                <FormFailure error=edit_error />
                                <EditFields ticket=writing.begin(ticket.get_value()) typed=writing.typed() error=edit_error pending=edit.pending()
                                    echoed_description={echoed::<EditStaffTicket>("description")}
                                    echoed_place={echoed::<EditStaffTicket>("place")}
                                    back=format!("/helpdesk/tickets/{id}") />
                            </ActionForm>
                        }.into_any()
                    } else {
                        writing.end();
                        view! { <TicketText ticket=ticket.get_value() editable=!closed /> }.into_any()
                    }}
                    <Conversation timeline reader=Role::Staff live sending changes=writing.changes />
                    {merged_into.is_none().then(|| view! {
                    <ActionForm action=post attr:class="composer" attr:enctype="multipart/form-data" on:submit:capture=leave_to_browser on:input=move |_| company.writes()>
                        <CompanyNote live />
                        <FormFailure error=post_error />
                        <ComposerFields id writer=Role::Staff key pending=post.pending() note_only=closed
                            internal echoed=written photos={echoed_all::<PostStaffMessage>("photos")} area aid />
                    </ActionForm>
                    })}
                </div>
            </article>
        </div>
    }
}

/// Where a duplicate went, and the way back while there is one.
#[component]
fn MergedNote(id: TicketId, into: TicketId, may_part: bool, part: ServerAction<PartTicket>) -> impl IntoView {
    let texts = texts();
    let error = use_failure(part);
    view! {
        <div class="notice merged">
            <p><a href=format!("/helpdesk/tickets/{into}")>{fill(texts.merged_into, &[("id", &into)])}</a></p>
            {may_part.then(|| view! {
                <ActionForm action=part>
                    <input type="hidden" name="id" value=id.0 />
                    <button class="button button-small" aria-describedby="part-hint"
                        aria-disabled=move || part.pending().get().to_string() on:click=dom::press_unless(part.pending())>{texts.merge_undo}</button>
                </ActionForm>
                <p id="part-hint" class="hint">{texts.merge_undo_hint}</p>
            })}
            <FormFailure error />
        </div>
    }
}

/// Into which ticket a duplicate is to be merged: one of those that look alike, or any by its number.
#[component]
fn MergeForm(
    id: TicketId,
    version: i64,
    duplicates: Vec<TicketRow>,
    merge: ServerAction<MergeTicket>,
) -> impl IntoView {
    let texts = texts();
    let error = use_failure(merge);
    let busy = merge.pending();
    let likely = move |ticket: TicketRow| {
        view! {
            <li>
                <a href=format!("/helpdesk/tickets/{}", ticket.id)>{ticket.summary}</a>
                <p class="card-facts card-minor">
                    <StatusBadge status=ticket.status />
                    {ticket.place.map(|place| view! { <span>{place}</span> })}
                    <span>{texts.row_opened}" "<Moment at=ticket.opened_at /></span>
                </p>
                <ActionForm action=merge>
                    <input type="hidden" name="id" value=id.0 />
                    <input type="hidden" name="into" value=ticket.id.0 />
                    <input type="hidden" name="version" value=version />
                    <button class="button button-small" aria-disabled=move || busy.get().to_string() on:click=dom::press_unless(busy)>{fill(texts.merge_into, &[("id", &ticket.id)])}</button>
                </ActionForm>
            </li>
        }
    };
    view! {
        <section class="merge" aria-labelledby="merge">
            <h2 id="merge" tabindex="-1">{texts.merge_title}</h2>
            <p id="merge-hint" class="hint">{texts.merge_hint}</p>
            <FormFailure error />
            {(!duplicates.is_empty()).then(|| view! {
                <h3>{texts.merge_similar}</h3>
                <ul>{duplicates.into_iter().map(likely).collect_view()}</ul>
            })}
            <ActionForm action=merge>
                <input type="hidden" name="id" value=id.0 />
                <input type="hidden" name="version" value=version />
                <label for="into">{texts.merge_label}</label>
                <input id="into" name="into" required inputmode="numeric" pattern=r"\s*#?[0-9]+\s*" maxlength="20" autocomplete="off"
                    aria-describedby="merge-hint" value={echoed::<MergeTicket>("into")} />
                <p class="actions">
                    <button class="button" aria-disabled=move || busy.get().to_string() on:click=dom::press_unless(busy)>{texts.merge_submit}</button>
                    <a class="button" href=with_query("")>{texts.ticket_cancel}</a>
                </p>
            </ActionForm>
        </section>
    }
}

/// Next status and category, beside the ticket.
#[component]
fn Side(ticket: Ticket, actions: Actions, duplicates: Option<Vec<TicketRow>>) -> impl IntoView {
    let texts = texts();
    let Actions { advance, busy, correct, chosen, .. } = actions;
    let (advance_error, correct_error) = (use_failure(advance), use_failure(correct));
    let (id, closed) = (ticket.id, ticket.status == Status::Closed);
    dom::pass_focus("[data-next-status]:focus", if closed { "h1" } else { "[data-next-status]" });
    // From the way into a merge to its form, from there to the way in or to what was merged; from the way back.
    let merging = match &duplicates {
        _ if closed => "h1",
        Some(_) => "#merge",
        None => ".merge-open",
    };
    dom::pass_focus(".merge-open:focus, .merge:focus-within", merging);
    dom::pass_focus(".merged form:focus-within", "h1");
    let category = ticket.category;
    let current = move || chosen.get().filter(|(of, _)| *of == id).map_or(category, |(_, chosen)| chosen);
    let choose = move |event| chosen.set(Category::from_slug(&event_target_value(&event)).map(|chosen| (id, chosen)));
    let option = move |one: Category| {
        view! { <option value=one.slug() selected=one == category>{texts.category(one)}</option> }
    };
    let select = NodeRef::<Select>::new();
    let drawn_by_server = Owner::current_shared_context().is_some_and(|context| context.during_hydration());
    Effect::new(move |before: Option<()>| {
        let (current, Some(select)) = (current(), select.get()) else { return };
        let seen = Category::from_slug(&select.value()).filter(|seen| *seen != category);
        match seen {
            // What was chosen before the page was live stays chosen.
            Some(seen) if drawn_by_server && before.is_none() => chosen.set(Some((id, seen))),
            _ => select.set_value(current.slug()),
        }
    });
    let next = ticket.status.next().map(|next| {
        let label = if next == Status::Active { texts.move_to_active } else { texts.move_to_closed };
        view! {
            <ActionForm action=advance>
                <input type="hidden" name="id" value=ticket.id.0 />
                <input type="hidden" name="to" value=next.slug() />
                <input type="hidden" name="version" value=ticket.version />
                <input type="hidden" name="messages" value=ticket.messages />
                <button class="button button-primary button-wide" data-next-status=""
                    aria-disabled=move || busy.get().to_string() on:click=dom::press_unless(busy)>
                    {move || if advance.pending().get() { texts.moving } else { label }}
                </button>
            </ActionForm>
        }
    });
    let stale = move |error: Signal<Option<AppError>>| {
        let is_stale = |error: &AppError| error.status() == 409 && !matches!(error, AppError::Unread { .. });
        error.get().filter(is_stale).map(|_| {
            view! {
                <p><a class="button" href=format!("/helpdesk/tickets/{id}") rel="external">{texts.retry}</a></p>
            }
        })
    };
    view! {
        <aside class="side" aria-label=texts.ticket_details>
            {next}
            <FormFailure error=advance_error />
            {move || stale(advance_error)}
            {(!closed).then(|| view! {
                <ActionForm action=correct attr:class="category-form">
                    <input type="hidden" name="id" value=ticket.id.0 />
                    <input type="hidden" name="version" value=ticket.version />
                    <label for="category">{texts.category_correct}</label>
                    {ticket.category_doubtful.then(|| view! { <p class="hint" id="category-check">{texts.category_doubtful}</p> })}
                    <select id="category" name="category" node_ref=select on:change=choose
                        aria-describedby=ticket.category_doubtful.then_some("category-check")>
                        {Category::ALL.map(option).into_iter().collect_view()}
                    </select>
                    <button class="button" aria-disabled=move || correct.pending().get().to_string()
                        on:click=dom::press_unless(correct.pending())>{texts.category_save}</button>
                </ActionForm>
            })}
            <FormFailure error=correct_error />
            {match duplicates {
                Some(duplicates) if !closed => view! { <MergeForm id version=ticket.version duplicates merge=actions.merge /> }.into_any(),
                None if !closed => view! { <p><a class="button button-small merge-open" href=with_query("merge")>{texts.merge_open}</a></p> }.into_any(),
                _ => ().into_any(),
            }}
        </aside>
    }
}
