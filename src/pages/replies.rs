//! The helpdesk's saved replies: found, added, changed and deleted; with a ticket in the address, the way back to it with one.

use super::ticket::follow;
use crate::{
    api::saved_replies::{AddReply, ChangeReply, RemoveReply, list_replies},
    app::use_refetch,
    components::{
        address::with_query,
        dom,
        failure::{FormFailure, ReadFailure, Skeleton, echoed, use_failure},
        heading::Heading,
        layout::PageHead,
        search_box::SearchBox,
        text_box,
    },
    domain::{
        ids::{SavedReplyId, TicketId},
        saved_reply::SavedReply,
        status::Status,
        text::{BODY_MAX, TITLE_MAX},
    },
    texts::{fill, texts},
};
use leptos::{html::Input, prelude::*};
use leptos_router::hooks::use_query_map;

/// What can be done to the list; it outlives each drawing of it.
#[derive(Clone, Copy)]
struct Actions {
    add: ServerAction<AddReply>,
    change: ServerAction<ChangeReply>,
    remove: ServerAction<RemoveReply>,
}

/// `/helpdesk/replies`; `?q=…` searches, `?edit=ID` edits one, `?ticket=ID` takes one along to that ticket.
#[component]
pub fn RepliesPage() -> impl IntoView {
    let texts = texts();
    let (query, refetch) = (use_query_map(), use_refetch());
    let search = Memo::new(move |_| query.read().get("q").unwrap_or_default());
    let replies = Resource::new(move || (search.get(), refetch.0.get()), |(search, _)| list_replies(search));
    let ticket = number_in_address::<TicketId>("ticket");
    let actions = Actions { add: ServerAction::new(), change: ServerAction::new(), remove: ServerAction::new() };
    let added = move || matches!(&*actions.add.value().read(), Some(Ok(()))).then_some(texts.replies_added);
    follow(actions.add, move || {
        dom::reset(".reply-add");
        refetch.notify();
    });
    follow(actions.change, move || refetch.notify());
    follow(actions.remove, move || refetch.notify());
    view! {
        <PageHead title=texts.replies_title />
        <div class="replies">
            <Heading>{texts.replies_title}</Heading>
            <p class="lead">{texts.replies_lead}</p>
            <Transition fallback=|| view! { <Skeleton lines=12 /> }>
                {move || Suspend::new(async move {
                    match replies.await {
                        Ok(replies) => view! {
                            <BackToTicket />
                            <SearchBox page="/helpdesk/replies" search hint=texts.replies_search_hint>
                                {move || ticket().map(|id| view! { <input type="hidden" name="ticket" value=id.0 /> })}
                            </SearchBox>
                            <FormFailure error=use_failure(actions.remove) />
                            <Replies replies search actions />
                            <AddForm add=actions.add />
                        }.into_any(),
                        Err(error) => view! { <ReadFailure error /> }.into_any(),
                    }
                })}
            </Transition>
            <p role="status" class="hint">{added}</p>
        </div>
    }
}

/// A number that the address carries.
fn number_in_address<T: std::str::FromStr>(name: &'static str) -> impl Fn() -> Option<T> + Copy + Send + Sync {
    let query = use_query_map();
    move || query.read().get(name).and_then(|number| number.parse().ok())
}

/// The page's address with that parameter, or without it.
fn link(name: &'static str, value: Option<String>) -> String {
    let mut query = use_query_map().get();
    query.remove(name);
    if let Some(value) = value {
        query.insert(name, value);
    }
    with_query(query.to_query_string().trim_start_matches('?'))
}

#[component]
fn BackToTicket() -> impl IntoView {
    let ticket = number_in_address::<TicketId>("ticket");
    move || {
        ticket().map(|id| {
            view! { <p class="replies-back"><a href=format!("/helpdesk/tickets/{id}")>{fill(texts().replies_back, &[("id", &id)])}</a></p> }
        })
    }
}

/// The list, or what stands where there is none.
#[component]
fn Replies(replies: Vec<SavedReply>, search: Memo<String>, actions: Actions) -> impl IntoView {
    let texts = texts();
    // From the one that was deleted, whose form may be closed by now.
    dom::pass_focus(".reply-remove:focus, .reply > .actions :focus", "h1");
    if !replies.is_empty() {
        return view! {
            <ul class="cards">{replies.into_iter().map(|reply| view! { <Reply reply actions /> }).collect_view()}</ul>
        }
        .into_any();
    }
    if search.with_untracked(|search| search.trim().is_empty()) {
        return view! {
            <div class="state">
                <h2>{texts.replies_empty_title}</h2>
                <p>{texts.replies_empty}</p>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="state">
            <h2>{texts.replies_nothing_title}</h2>
            <p>{texts.replies_nothing}</p>
            <p><a class="button" href=link("q", None)>{texts.replies_all}</a></p>
        </div>
    }
    .into_any()
}

/// One of them, or the form that changes it.
#[component]
fn Reply(reply: SavedReply, actions: Actions) -> impl IntoView {
    let (id, edited) = (reply.id, number_in_address::<SavedReplyId>("edit"));
    let reply = StoredValue::new(reply);
    view! {
        <li id=format!("reply-{id}") class="card reply">
            {move || if edited() == Some(id) {
                view! { <ChangeForm reply=reply.get_value() actions /> }.into_any()
            } else {
                view! { <ReplyText reply=reply.get_value() /> }.into_any()
            }}
        </li>
    }
}

#[component]
fn ReplyText(reply: SavedReply) -> impl IntoView {
    let texts = texts();
    let SavedReply { id, title, body, then } = reply;
    // From the form that was left.
    dom::pass_focus(&format!("#reply-{id} form:focus-within"), format!("#reply-{id} .actions a:last-child"));
    let ticket = number_in_address::<TicketId>("ticket");
    // Several links say the same: which reply each is about is said to those who do not see it.
    let of = fill(texts.reply_of, &[("title", &title)]);
    let of = move || view! { " "<span class="visually-hidden">{of.clone()}</span> };
    let (of_edit, of_use) = (of.clone(), of);
    view! {
        <h2 class="reply-title">{title}</h2>
        <p class="reply-body">{body}</p>
        {then.map(|then| view! { <p class="hint">{fill(texts.reply_offers, &[("button", &texts.send_and(then))])}</p> })}
        <p class="actions">
            {move || ticket().map(|ticket| view! {
                <a class="button button-small button-primary" href=format!("/helpdesk/tickets/{ticket}?reply={id}#body")>{texts.reply_use}{of_use()}</a>
            })}
            <a class="button button-small" href=move || link("edit", Some(id.to_string()))>{texts.reply_edit}{of_edit()}</a>
        </p>
    }
}

#[component]
fn ChangeForm(reply: SavedReply, actions: Actions) -> impl IntoView {
    let texts = texts();
    let Actions { change, remove, .. } = actions;
    let (id, error) = (reply.id, use_failure(change));
    let title = NodeRef::<Input>::new();
    Effect::new(move || {
        if let Some(title) = title.get() {
            dom::focus(&title);
        }
    });
    let written = Written {
        title: echoed::<ChangeReply>("title").unwrap_or(reply.title),
        body: echoed::<ChangeReply>("body").unwrap_or(reply.body),
        then: echoed::<ChangeReply>("then").unwrap_or_else(|| reply.then.map_or("", Status::slug).to_owned()),
    };
    view! {
        <ActionForm action=change attr:class="reply-form">
            <input type="hidden" name="id" value=id.0 />
            <FormFailure error />
            <Fields prefix="change" written first=title />
            <div class="actions">
                <button class="button button-primary"
                    aria-disabled=move || change.pending().get().to_string() on:click=dom::press_unless(change.pending())>
                    {move || if change.pending().get() { texts.ticket_saving } else { texts.ticket_save }}
                </button>
                <a class="button" href=move || link("edit", None)>{texts.ticket_cancel}</a>
            </div>
        </ActionForm>
        <ActionForm action=remove>
            <input type="hidden" name="id" value=id.0 />
            <button class="button button-small reply-remove"
                aria-disabled=move || remove.pending().get().to_string() on:click=dom::press_unless(remove.pending())>{texts.reply_remove}</button>
        </ActionForm>
    }
}

#[component]
fn AddForm(add: ServerAction<AddReply>) -> impl IntoView {
    let texts = texts();
    let error = use_failure(add);
    let field = |name| echoed::<AddReply>(name).unwrap_or_default();
    let written = Written { title: field("title"), body: field("body"), then: field("then") };
    view! {
        <section class="reply-new" aria-labelledby="reply-new">
            <h2 id="reply-new">{texts.reply_new}</h2>
            <ActionForm action=add attr:class="reply-form reply-add">
                <FormFailure error />
                <Fields prefix="add" written first=NodeRef::new() />
                <div class="actions">
                    <button class="button button-primary"
                        aria-disabled=move || add.pending().get().to_string() on:click=dom::press_unless(add.pending())>
                        {move || if add.pending().get() { texts.reply_adding } else { texts.reply_add }}
                    </button>
                </div>
            </ActionForm>
        </section>
    }
}

/// What stands in a form when it is drawn.
#[derive(Clone)]
struct Written {
    title: String,
    body: String,
    then: String,
}

/// The fields of both forms. Their ids begin with `prefix`: both may be on the page.
#[component]
fn Fields(prefix: &'static str, written: Written, first: NodeRef<Input>) -> impl IntoView {
    let texts = texts();
    let id = |name: &str| format!("{prefix}-{name}");
    let Written { title, body, then } = written;
    let choices = [
        ("", texts.reply_then_none),
        (Status::Active.slug(), texts.send_and_start),
        (Status::Closed.slug(), texts.send_and_close),
    ];
    view! {
        <div class="field">
            <label for=id("title")>{texts.reply_title}</label>
            <input id=id("title") name="title" required maxlength=TITLE_MAX.to_string() autocomplete="off" value=title node_ref=first />
        </div>
        <div class="field">
            <label for=id("body")>{texts.reply_body}</label>
            <textarea id=id("body") name="body" rows="4" required maxlength=BODY_MAX.to_string()>{text_box::inside(body)}</textarea>
        </div>
        <div class="field">
            <label for=id("then")>{texts.reply_then}</label>
            <select id=id("then") name="then">
                {choices.map(|(value, name)| view! { <option value=value selected=value == then>{name}</option> }).into_iter().collect_view()}
            </select>
        </div>
    }
}
