//! What a REST caller is told when it goes wrong: problem documents as of RFC 9457.

use crate::{
    domain::{message::Message, ticket::Ticket},
    error::{AppError, Field, Made},
    texts::EN,
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::{
    any::Any,
    collections::BTreeMap,
    fmt::Display,
    hash::{BuildHasher, Hasher, RandomState},
};
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder},
};

/// The media type of a problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// An error on its way to a REST caller.
#[derive(Debug)]
pub struct Problem(pub AppError);

impl Problem {
    /// The server's own fault: logged here, under the reference that the caller is given.
    pub fn internal(why: &dyn Display) -> Self {
        let reference = format!("{:08x}", RandomState::new().build_hasher().finish() >> 32);
        tracing::error!(%reference, %why, "a REST call failed");
        Self(AppError::Internal { reference })
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // A struct of strings and numbers always serialises; an empty body would still carry the status.
        let body = serde_json::to_vec(&ProblemDocument::of(&self.0)).unwrap_or_default();
        let headers = [(header::CONTENT_TYPE, PROBLEM_JSON), (header::CACHE_CONTROL, "no-store")];
        let mut response = (status, headers, body).into_response();
        if let Some(seconds) = self.0.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The problems that any call may end with.
impl IntoResponses for Problem {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        problems([429, 500, 503])
    }
}

/// The problem of a call that is the staff's.
pub struct StaffOnly;

impl IntoResponses for StaffOnly {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        problems([403])
    }
}

/// The problem of an address that may lead nowhere.
pub struct NotFound;

impl IntoResponses for NotFound {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        problems([404])
    }
}

/// The problem of a change that does not fit what is there.
pub struct Conflict;

impl IntoResponses for Conflict {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        problems([409])
    }
}

/// The answer to a request whose handler panicked. The panic itself is in the log already.
pub fn of_panic(_: Box<dyn Any + Send>) -> Response {
    Problem::internal(&"its handler panicked").into_response()
}

/// Why a call was refused or failed, for programs (`type`, `status`, `field`, …) and people (`title`, `detail`).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument<'a> {
    /// The kind of problem: a relative URI that never changes.
    #[schema(examples("/problems/stale"))]
    r#type: &'static str,
    /// The kind of problem in a few words.
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What happened and what to do about it.
    detail: String,
    /// With 422: the member, parameter or header that breaks a rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    field: Option<Field>,
    /// With 409: the ticket (or the message that the idempotency key made) as it now is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    current: Option<Current<'a>>,
    /// With 429: when to try again, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    retry_after: Option<u32>,
    /// With 500: what to quote when asking for help.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reference: Option<&'a str>,
}

/// What a conflict is about.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum Current<'a> {
    Ticket(&'a Ticket),
    Message(&'a Message),
}

impl<'a> ProblemDocument<'a> {
    /// The document of `error`.
    pub fn of(error: &'a AppError) -> Self {
        Self {
            r#type: kind(error),
            title: EN.error_title(error),
            status: error.status(),
            detail: EN.error(error),
            field: match error {
                AppError::Invalid { field, .. } => Some(*field),
                _ => None,
            },
            current: current(error),
            retry_after: error.retry_after(),
            reference: match error {
                AppError::Internal { reference } => Some(reference),
                _ => None,
            },
        }
    }
}

/// The responses of those statuses, for the OpenAPI document.
pub fn problems(statuses: impl IntoIterator<Item = u16>) -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
    let response = |status| {
        let schema = Ref::from_schema_name(ProblemDocument::name());
        let content = ContentBuilder::new().schema(Some(schema)).build();
        ResponseBuilder::new().description(meaning(status)).content(PROBLEM_JSON, content).build()
    };
    statuses.into_iter().map(|status| (status.to_string(), RefOr::T(response(status)))).collect()
}

/// What a status means in this API.
const fn meaning(status: u16) -> &'static str {
    match status {
        400 => "The role or the JSON could not be understood.",
        403 => "Only staff may do this.",
        404 => "There is nothing there, or nothing that the asker may see.",
        409 => {
            "The state or the version of the ticket does not allow it, or the key made something else; `current` has it."
        }
        413 => "The body has more than 64 KiB.",
        415 => "The body is not declared as JSON.",
        422 => "A value breaks a rule; `field` names it.",
        429 => "Too many calls from this address; `Retry-After` says when to try again.",
        503 => "The database or the analysis service cannot answer now; nothing was stored.",
        _ => "A fault of the server; its log has more under `reference`.",
    }
}

const fn kind(error: &AppError) -> &'static str {
    match error {
        AppError::Malformed { .. } => "/problems/malformed",
        AppError::FormIncomplete => "/problems/form-incomplete",
        AppError::StaffOnly => "/problems/staff-only",
        AppError::NotYours => "/problems/not-yours",
        AppError::CrossSite => "/problems/cross-site",
        AppError::NoSuchTicket => "/problems/no-such-ticket",
        AppError::Learning => "/problems/learning",
        AppError::NothingToLearn => "/problems/nothing-to-learn",
        AppError::NoSuchReply => "/problems/no-such-reply",
        AppError::NoSuchCode => "/problems/no-such-code",
        AppError::NoSuchPage => "/problems/no-such-page",
        AppError::NoSuchService => "/problems/no-such-service",
        AppError::WrongMethod => "/problems/wrong-method",
        AppError::Stale { .. } => "/problems/stale",
        AppError::NoSuchMove { .. } => "/problems/no-such-move",
        AppError::Unread { .. } => "/problems/unread",
        AppError::Settled { .. } => "/problems/settled",
        AppError::TicketClosed { .. } => "/problems/ticket-closed",
        AppError::KeyReused { .. } => "/problems/key-reused",
        AppError::TooLarge { .. } => "/problems/too-large",
        AppError::NotJson => "/problems/not-json",
        AppError::Invalid { .. } => "/problems/invalid",
        AppError::TooMany { .. } => "/problems/too-many",
        AppError::ServiceDown => "/problems/service-down",
        AppError::Unavailable => "/problems/unavailable",
        AppError::Offline => "/problems/offline",
        AppError::Internal { .. } => "/problems/internal",
    }
}

fn current(error: &AppError) -> Option<Current<'_>> {
    if let AppError::KeyReused { current } = error
        && let Made::Message(message) = &**current
    {
        return Some(Current::Message(message));
    }
    error.current().map(Current::Ticket)
}
