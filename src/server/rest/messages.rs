//! `/api/v1/tickets/{id}/messages` and `…/history`: the conversation under a ticket, and all that happened to it.

use super::{
    asking::{Asker, IdempotencyKey, QueryPairs, TicketPath},
    json::{Json, Members},
    problem::{Conflict, Problem, StaffOnly},
    tickets::required,
};
use crate::{
    domain::{
        history::HistoryPage,
        message::{Message, MessagePage, NewMessage},
        query::{PAGE_LIMIT, limit},
    },
    error::{AppError, Field},
    server::store::Store,
};
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use utoipa::ToSchema;

/// Read a ticket's conversation.
///
/// Oldest first. A requester is never shown an internal note.
#[utoipa::path(
    get,
    path = "/tickets/{id}/messages",
    tag = "messages",
    params(
        Asker,
        TicketPath,
        PageParams,
    ),
    responses(
        (status = 200, description = "A page of messages.", body = MessagePage),
        QueryPairs,
        Asker,
        TicketPath,
        Problem,
    ),
)]
pub async fn list_messages(
    State(store): State<Store>,
    Asker(role): Asker,
    TicketPath(id): TicketPath,
    query: QueryPairs,
) -> Result<Json<MessagePage>, Problem> {
    let page = Page::of(&query)?;
    Ok(Json(store.list_messages(role, id, page.limit, page.after).await?))
}

/// Post a message.
///
/// Sent again under the same idempotency key, it answers with the same message. Under a closed ticket, staff may post
/// internal notes only.
#[utoipa::path(
    post,
    path = "/tickets/{id}/messages",
    tag = "messages",
    params(Asker, TicketPath, IdempotencyKey),
    request_body = NewMessageBody,
    responses(
        (status = 201, description = "The message.", body = Message),
        StaffOnly,
        Conflict,
        Asker,
        TicketPath,
        Json<NewMessageBody>,
        Problem,
    ),
)]
pub async fn post_message(
    State(store): State<Store>,
    Asker(role): Asker,
    TicketPath(id): TicketPath,
    IdempotencyKey(key): IdempotencyKey,
    Json(body): Json<NewMessageBody>,
) -> Result<impl IntoResponse, Problem> {
    let message = store.post_message(role, id, &body.check()?, key.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(message)))
}

/// Read a ticket's history.
///
/// Every change: who (a role), what, from, to, when. Oldest first; ids rise with time and are never reused.
#[utoipa::path(
    get,
    path = "/tickets/{id}/history",
    tag = "messages",
    params(
        Asker,
        TicketPath,
        PageParams,
    ),
    responses(
        (status = 200, description = "A page of the history.", body = HistoryPage),
        QueryPairs,
        Asker,
        TicketPath,
        Problem,
    ),
)]
pub async fn list_history(
    State(store): State<Store>,
    Asker(role): Asker,
    TicketPath(id): TicketPath,
    query: QueryPairs,
) -> Result<Json<HistoryPage>, Problem> {
    let page = Page::of(&query)?;
    Ok(Json(store.list_history(role, id, page.limit, page.after).await?))
}

/// A message to post.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewMessage)]
pub struct NewMessageBody {
    /// What to say.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 5_000)]
    body: Option<String>,
    /// True for a note that only staff see; staff alone may post one.
    internal: Option<bool>,
}

impl Members for NewMessageBody {
    const REQUIRED: Field = Field::Body;
}

impl NewMessageBody {
    fn check(&self) -> Result<NewMessage, AppError> {
        NewMessage::new(required(self.body.as_deref(), Field::Body)?, self.internal.unwrap_or_default())
    }
}

/// The parameters that [`Page::of`] reads.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "says in the document what the page is read from")]
struct PageParams {
    /// Most items in the page: 25 unless said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u8>,
    /// `next` of the page before.
    after: Option<String>,
}

/// Which part of a list is asked for.
struct Page<'a> {
    limit: u8,
    after: Option<&'a str>,
}

impl<'a> Page<'a> {
    fn of(query: &'a QueryPairs) -> Result<Self, AppError> {
        let mut page = Self { limit: PAGE_LIMIT, after: None };
        for (name, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
            match name {
                "limit" => page.limit = limit(value)?,
                "after" => page.after = Some(value),
                _ => {}
            }
        }
        Ok(page)
    }
}
