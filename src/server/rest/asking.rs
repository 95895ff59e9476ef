//! What a call says outside its body: who asks, about which ticket, under which idempotency key.

use super::problem::{Problem, problems};
use crate::{
    domain::{ids::TicketId, role::Role, text},
    error::{AppError, Field, FieldProblem},
};
use axum::{
    extract::{FromRequestParts, Path},
    http::{HeaderMap, HeaderName, HeaderValue, request::Parts},
};
use std::{borrow::Cow, collections::BTreeMap};
use utoipa::{
    IntoParams, IntoResponses,
    openapi::{RefOr, Response},
};

/// Says which role asks.
pub const ROLE: HeaderName = HeaderName::from_static("campusdesk-role");
/// Makes a repeated creation one creation.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Who asks, by the header `Campusdesk-Role`; a requester where it is absent.
#[derive(Clone, Copy, Debug, IntoParams)]
#[into_params(names("Campusdesk-Role"), parameter_in = Header)]
pub struct Asker(
    /// Who asks. Without it, a requester.
    #[param(required = false)]
    pub Role,
);

impl<S: Sync> FromRequestParts<S> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let role = match single(&parts.headers, &ROLE) {
            Ok(None) => Some(Role::Requester),
            Ok(Some(value)) => value.to_str().ok().and_then(Role::from_slug),
            Err(Repeated) => None,
        };
        let what = || "the header Campusdesk-Role, which is staff or requester".to_owned();
        role.map(Self).ok_or_else(|| Problem(AppError::Malformed { what: what() }))
    }
}

impl IntoResponses for Asker {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems([400])
    }
}

/// The ticket that a path names. What is not the number of one is no ticket either: 404.
#[derive(Clone, Copy, Debug, IntoParams)]
#[into_params(names("id"), parameter_in = Path)]
pub struct TicketPath(
    /// The ticket's number.
    #[param(value_type = i64)]
    pub TicketId,
);

impl<S: Send + Sync> FromRequestParts<S> for TicketPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let id = Path::<String>::from_request_parts(parts, state).await.ok().and_then(|Path(id)| read_id(&id));
        id.map(Self).ok_or(Problem(AppError::NoSuchTicket))
    }
}

impl IntoResponses for TicketPath {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems([404])
    }
}

fn read_id(text: &str) -> Option<TicketId> {
    // "+7" is a number to Rust, and not how a ticket is addressed.
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// The header `Idempotency-Key`, if it is there.
#[derive(Clone, Debug, IntoParams)]
#[into_params(names("Idempotency-Key"), parameter_in = Header)]
pub struct IdempotencyKey(
    /// 1 to 200 visible ASCII characters of your choice: a creation sent again under the same key is made once.
    #[param(value_type = String, required = false, min_length = 1, max_length = 200, pattern = "^[!-~]{1,200}$")]
    pub Option<String>,
);

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let refused = || Field::Key.problem(FieldProblem::NotAKey { max: text::KEY_MAX });
        let Some(value) = single(&parts.headers, &IDEMPOTENCY_KEY).map_err(|Repeated| refused())? else {
            return Ok(Self(None));
        };
        let key = value.to_str().map_err(|_| refused())?;
        Ok(Self(Some(text::key(key)?)))
    }
}

/// The pairs of a call's query, decoded; bytes that are no UTF-8 become U+FFFD.
#[derive(Clone, Debug)]
pub struct QueryPairs(Vec<(String, String)>);

impl QueryPairs {
    /// In their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<S: Sync> FromRequestParts<S> for QueryPairs {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = form_urlencoded::parse(query.as_bytes());
        Ok(Self(pairs.map(|(name, value)| (Cow::into_owned(name), Cow::into_owned(value))).collect()))
    }
}

impl IntoResponses for QueryPairs {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems([422])
    }
}

/// A header that is given more than once says nothing.
struct Repeated;

fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a HeaderValue>, Repeated> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(Repeated),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_name_a_ticket() {
        assert_eq!(read_id("17"), Some(TicketId(17)));
        assert_eq!(read_id("9223372036854775807"), Some(TicketId(i64::MAX)));
        for refused in ["", "-1", "+1", "9223372036854775808", "1.0", "0x1", "١", "one"] {
            assert_eq!(read_id(refused), None, "{refused}");
        }
    }
}
