//! A ticket as a requester sees it (R3, R6): what it says, its conversation, and an edit in place.

use super::ticket_id;
use crate::{
    api::tickets::{AffectsMe, EditTicket, PostMessage, get_ticket},
    app::{FormEcho, use_refetch},
    components::address::with_query,
    components::affected::Affected,
    components::heading::Heading,
    components::layout::PageHead,
    components::{
        category::{CategoryLabel, reason},
        claim::ClaimLink,
        company::{Company, CompanyNote, use_company},
        conversation::{ComposerFields, TimelineList},
        dom, draft,
        editor::EditFields,
        failure::{FormFailure, ReadFailure, Skeleton, echoed, echoed_all, use_failure},
        icons::{Glyph, Icon},
        key::{new_key, use_key},
        linked::Linked,
        notices::{self, FollowButton},
        photos::{PhotoStrip, leave_to_browser},
        status::StatusBadge,
        time::Moment,
        unread::{use_attention, use_seen},
    },
    domain::{
        history::Timeline,
        ids::TicketId,
        role::Role,
        ticket::{Found, Ticket},
        time::Timestamp,
    },
    error::{AppError, Field},
    live::{EDITING, Live, LiveNews, LiveNote, use_kept, use_live},
    texts::{fill, texts},
};
use leptos::{html::Textarea, prelude::*, server_fn::ServerFn};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
    params::ParamsMap,
};

/// `/tickets/{id}`.
#[component]
pub fn TicketPage() -> impl IntoView {
    let texts = texts();
    let (id, query, refetch) = (ticket_id(), use_query_map(), use_refetch());
    let view = Resource::new(
        move || (id.get(), asked(query, "before"), asked(query, "changed"), refetch.0.get()),
        |(id, before, changed, _)| get_ticket(id, before, changed),
    );
    let edit = ServerAction::<EditTicket>::new();
    let post = ServerAction::<PostMessage>::new();
    let writing = use_writing();
    follow(edit, move || refetch.notify());
    let kept = use_kept();
    let live = use_live(Role::Requester, Some(id), EDITING);
    let attention = use_attention(use_seen(Role::Requester));
    let company = use_company(live, Role::Requester, id, attention.visible);
    view! {
        <PageHead title=Signal::derive(move || fill(texts.ticket_title, &[("id", &id.get())])) unread=attention.count() />
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
                                    view! {
                                        <OpenTicketView ticket=*ticket mine=view.mine timeline=view.timeline edit post writing live company />
                                        {view.expected.map(|expected| view! { <p class="notice">{expected}</p> })}
                                        <ClaimLink id=id.get_untracked() mine=view.mine />
                                    }.into_any()
                                }
                                Found::Merged { id, into, .. } => view! { <Elsewhere id into /> }.into_any(),
                                Found::Closed { id, closed_at } => view! { <div class="narrow"><ClosedTicket id closed_at /></div> }.into_any(),
                            }
                        }
                        Err(error) => view! { <ReadFailure error whole=true /> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

/// Goes on to what a ticket was merged into, with what is being written under it.
#[component]
fn Elsewhere(id: TicketId, into: TicketId) -> impl IntoView {
    let navigate = use_navigate();
    let address = format!("/tickets/{into}");
    Effect::new({
        let address = address.clone();
        move || {
            draft::pass_on(&draft::message_draft(id), &draft::message_draft(into));
            notices::follow_on(id, into);
            navigate(&address, NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
    let title = fill(texts().history_merged, &[("to", &into)]);
    view! { <div class="state"><Heading>{title}</Heading><p class="actions"><a class="button" href=address>{fill(texts().ticket_title, &[("id", &into)])}</a></p></div> }
}

/// What the page's address asks for under that name.
pub fn asked(query: Memo<ParamsMap>, name: &str) -> String {
    query.read().get(name).unwrap_or_default()
}

/// What is being written on a ticket's page; it outlives each drawing of the ticket.
#[derive(Clone, Copy)]
pub struct Writing {
    /// The key of the message: the same for each attempt to send it.
    pub key: RwSignal<String>,
    /// The ticket as it was when the edit of it began, with what was typed since: others may change it meanwhile.
    began: StoredValue<Option<Ticket>>,
    /// Whether changes are shown between the messages.
    pub changes: RwSignal<bool>,
}

/// Nothing is written yet.
pub fn use_writing() -> Writing {
    Writing { key: use_key(), began: StoredValue::new(None), changes: RwSignal::new(true) }
}

impl Writing {
    /// The ticket as it is being edited: of later versions the writer is told when they save.
    pub fn begin(self, ticket: Ticket) -> Ticket {
        let began = self.began.get_value().filter(|began| began.id == ticket.id).unwrap_or(ticket);
        self.began.set_value(Some(began.clone()));
        began
    }

    /// What was typed into a field; the form may be drawn anew and has to show it then.
    pub fn typed(self) -> Callback<(Field, String)> {
        Callback::new(move |(field, text)| {
            self.began.update_value(|began| match (began, field) {
                (Some(ticket), Field::Description) => ticket.description = text,
                (Some(ticket), Field::Place) => ticket.place = Some(text),
                _ => {}
            });
        })
    }

    /// Nothing is edited.
    pub fn end(self) {
        self.began.set_value(None);
    }
}

/// Runs `then` after each success of an action.
pub fn follow<S>(action: ServerAction<S>, then: impl Fn() + 'static)
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let value = action.value();
    Effect::new(move || {
        if matches!(&*value.read(), Some(Ok(_))) {
            then();
        }
    });
}

#[component]
fn OpenTicketView(
    ticket: Ticket,
    mine: bool,
    timeline: Timeline,
    edit: ServerAction<EditTicket>,
    post: ServerAction<PostMessage>,
    writing: Writing,
    live: Live,
    company: Company,
) -> impl IntoView {
    let id = ticket.id;
    let refetch = use_refetch();
    let (key, area) = (writing.key, NodeRef::<Textarea>::new());
    let (edit_error, post_error) = (use_failure(edit), use_failure(post));
    // Its form goes without script alone: only a server knows why it was refused.
    let affects_error = use_context::<FormEcho>().filter(|echo| echo.path == AffectsMe::url()).map(|echo| echo.error);
    let affects_error = Signal::stored(affects_error);
    let sending = Signal::derive(move || {
        let input = post.input().get().filter(|_| post.pending().get());
        input.map(|input| (input.body, false))
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
        post.clear();
        live.say(texts().message_sent.to_owned());
        refetch.notify();
    });
    let editing = use_query_map();
    let editing = move || editing.read().get("edit").is_some();
    let ticket = StoredValue::new(ticket);
    view! {
        <article class="ticket">
            <TicketHead ticket=ticket.get_value() />
            <FollowButton id />
            {(!mine).then(|| view! {
                // A plain form: the device's own tickets are kept in a cookie, which the whole page then knows.
                <form method="post" action=AffectsMe::url() class="affects-me">
                    <input type="hidden" name="id" value=id.0 />
                    <FormFailure error=affects_error />
                    <button class="button">{texts().affects_me}</button>
                </form>
            })}
            {move || if editing() {
                view! {
                    <ActionForm action=edit attr:class="edit-form">
                        <FormFailure error=edit_error />
                        <EditFields ticket=writing.begin(ticket.get_value()) typed=writing.typed() error=edit_error pending=edit.pending()
                            echoed_description={echoed::<EditTicket>("description")} echoed_place={echoed::<EditTicket>("place")}
                            back=format!("/tickets/{id}") />
                    </ActionForm>
                }.into_any()
            } else {
                writing.end();
                view! { <TicketText ticket=ticket.get_value() /> }.into_any()
            }}
            <Conversation timeline reader=Role::Requester live sending changes=writing.changes />
            <ActionForm action=post attr:class="composer" attr:enctype="multipart/form-data" on:submit:capture=leave_to_browser on:input=move |_| company.writes()>
                <CompanyNote live />
                <FormFailure error=post_error />
                <ComposerFields id writer=Role::Requester key pending=post.pending() echoed={echoed::<PostMessage>("body")}
                    photos={echoed_all::<PostMessage>("photos")} area />
            </ActionForm>
        </article>
    }
}

/// Number, status, category and dates.
#[component]
pub fn TicketHead(
    /// Of which ticket.
    ticket: Ticket,
) -> impl IntoView {
    let texts = texts();
    view! {
        <header class="ticket-head">
            <Heading>{fill(texts.ticket_title, &[("id", &ticket.id)])}</Heading>
            <p class="card-facts">
                <StatusBadge status=ticket.status />
                <CategoryLabel category=ticket.category />
                <span class="reason">{reason(ticket.category_source, &ticket.category_because)}</span>
            </p>
            <p class="card-facts card-minor">
                <span>{texts.ticket_opened}" "<Moment at=ticket.opened_at /></span>
                <span>{texts.ticket_modified}" "<Moment at=ticket.modified_at /></span>
                {ticket.closed_at.map(|at| view! { <span>{texts.ticket_closed_on}" "<Moment at /></span> })}
                <Affected count=ticket.affected />
            </p>
        </header>
    }
}

/// What a ticket says, and the way to change it.
#[component]
pub fn TicketText(
    /// Which.
    ticket: Ticket,
    /// Whether it can be changed.
    #[prop(default = true)]
    editable: bool,
) -> impl IntoView {
    let texts = texts();
    // From the form that was left, or from the same link of the drawing before.
    dom::pass_focus(".edit-form:focus-within, .ticket-text .actions a:focus", ".ticket-text .actions a");
    view! {
        <div class="ticket-text">
            <p class="description"><Linked text=ticket.description /></p>
            <PhotoStrip photos=ticket.photos />
            {ticket.place.map(|place| view! { <p class="place"><Glyph icon=Icon::Place /><span>{place}</span></p> })}
            {ticket.again_of.map(|id| view! { <p class="hint">{fill(texts.ticket_again_of, &[("id", &id)])}</p> })}
            {editable.then(|| view! { <p class="actions"><a class="button button-small" href=with_query("edit")>{texts.ticket_edit}</a></p> })}
        </div>
    }
}

/// The conversation's heading and timeline.
#[component]
pub fn Conversation(
    /// What happened.
    timeline: Timeline,
    /// Who reads.
    reader: Role,
    /// What the page follows.
    live: Live,
    /// What is being sent.
    #[prop(into)]
    sending: Signal<Option<(String, bool)>>,
    /// Whether changes are shown between the messages.
    changes: RwSignal<bool>,
) -> impl IntoView {
    // Whoever reads at the end of a conversation goes on reading there.
    let is_drawn_anew = cfg!(feature = "hydrate") && dom::find("[data-hydrated] #conversation").is_some();
    let was_at_end = is_drawn_anew && dom::is_at_end();
    Effect::new(move || {
        if was_at_end {
            request_animation_frame(dom::scroll_to_end);
        }
    });
    view! {
        <section class="conversation" aria-labelledby="conversation">
            <h2 id="conversation">{texts().conversation}</h2>
            <TimelineList timeline reader read=live.read sending changes />
            <div id="latest"></div>
        </section>
    }
}

/// All that a requester learns of a closed ticket, and how to say that the problem is back.
#[component]
pub fn ClosedTicket(
    /// Its number.
    id: TicketId,
    /// When it was closed.
    closed_at: Timestamp,
) -> impl IntoView {
    let texts = texts();
    view! {
        <div class="state">
            <Heading>{texts.closed_title}</Heading>
            // The date has a line of its own: nothing moves when it becomes shorter.
            <p class="closed-when">{fill(texts.closed_lead, &[("id", &id)])}" "<Moment at=closed_at /></p>
            <p>{texts.closed_again_hint}</p>
            <p class="actions">
                <a class="button button-primary" href=format!("/tickets/new?again={id}")>{texts.closed_again}</a>
                <a class="button" href="/tickets">{texts.nav_reports}</a>
            </p>
        </div>
    }
}
