//! JSON in and out: a body is read strictly, and what is wrong with it is said by name.

use super::problem::{Problem, problems};
use crate::error::{AppError, Field, FieldProblem};
use axum::{
    body::{Body, HttpBody},
    extract::{FromRequest, Request},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use serde::{
    Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use std::collections::BTreeMap;
use utoipa::{
    IntoResponses,
    openapi::{RefOr, Response as Documented},
};

/// Most bytes of a body.
pub const BODY_LIMIT: usize = 64 * 1024;
/// How much of a longer body is read and thrown away, so that its sender gets to read the refusal.
const DRAIN_LIMIT: usize = 16 * BODY_LIMIT;

/// A value that comes or goes as JSON.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

/// What a body has to be: a JSON object with at least one member.
pub trait Members: DeserializeOwned {
    /// The member that cannot be left out.
    const REQUIRED: Field;
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(json) => {
                let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
                (headers, json).into_response()
            }
            Err(error) => Problem::internal(&error).into_response(),
        }
    }
}

impl<S: Sync, T: Members> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem(AppError::NotJson));
        }
        let body = collect(request.into_body()).await?;
        let text = str::from_utf8(&body).map_err(|error| malformed(&error))?;
        Ok(Self(read(text)?))
    }
}

/// The problems that a body may end with.
impl<T: Members> IntoResponses for Json<T> {
    fn responses() -> BTreeMap<String, RefOr<Documented>> {
        problems([400, 413, 415, 422])
    }
}

/// Whether the body is declared as `application/json` or `application/*+json`, with or without parameters.
fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let media_type = media_type.split(|byte| *byte == b';').next().unwrap_or_default();
    let media_type = media_type.trim_ascii().to_ascii_lowercase();
    media_type.strip_prefix(b"application/").is_some_and(|subtype| subtype == b"json" || subtype.ends_with(b"+json"))
}

async fn collect(mut body: Body) -> Result<Vec<u8>, AppError> {
    let too_large = AppError::TooLarge { limit: BODY_LIMIT };
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > DRAIN_LIMIT {
        return Err(too_large);
    }
    let mut bytes = Vec::with_capacity(announced.min(BODY_LIMIT));
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| AppError::Malformed { what: "the body, which ended early".to_owned() })?;
        let Some(data) = frame.data_ref() else { continue };
        length += data.len();
        if length <= BODY_LIMIT {
            bytes.extend_from_slice(data);
        } else if length > DRAIN_LIMIT {
            break;
        }
    }
    if length > BODY_LIMIT { Err(too_large) } else { Ok(bytes) }
}

fn read<T: Members>(text: &str) -> Result<T, AppError> {
    if !text.trim_start().starts_with('{') {
        // serde would take an array for an object.
        check_syntax(text)?;
        return Err(T::REQUIRED.problem(FieldProblem::Missing));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| refusal(text, &error))?;
    json.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

/// What a body that does not fit is refused with: its syntax counts before its types.
fn refusal(text: &str, error: &serde_path_to_error::Error<serde_json::Error>) -> AppError {
    if !error.inner().is_data() {
        return malformed(error.inner());
    }
    if let Err(error) = check_syntax(text) {
        return error;
    }
    let member = error.path().iter().next().map(ToString::to_string);
    match member.as_deref().and_then(Field::from_name) {
        Some(field) => wrong_type(field),
        // What is left is a member that is given twice.
        None => malformed(error.inner()),
    }
}

fn check_syntax(text: &str) -> Result<(), AppError> {
    serde_json::from_str::<IgnoredAny>(text).map(drop).map_err(|error| malformed(&error))
}

fn malformed(error: &dyn std::error::Error) -> AppError {
    AppError::Malformed { what: format!("the JSON ({error})") }
}

/// The error that a member is not of its JSON type.
pub fn wrong_type(field: Field) -> AppError {
    let expected = match field {
        Field::Place => "a string or null",
        Field::Version | Field::AgainOf => "a whole number",
        Field::Internal => "true or false",
        _ => "a string",
    };
    field.problem(FieldProblem::WrongType { expected: expected.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Body {
        #[serde(default)]
        description: Option<String>,
        #[serde(default)]
        version: Option<i64>,
    }

    impl Members for Body {
        const REQUIRED: Field = Field::Description;
    }

    fn status(text: &str) -> u16 {
        read::<Body>(text).map_or_else(|error| error.status(), |_| 200)
    }

    #[test]
    fn json_is_json_whatever_its_parameters_and_case() {
        for good in
            ["application/json", "Application/JSON; charset=utf-8", "application/problem+json", "application/json;"]
        {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(good))]);
            assert!(is_json(&headers), "{good}");
        }
        for bad in ["", "text/json", "application/jsonp", "application/x-www-form-urlencoded", "json"] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(bad))]);
            assert!(!is_json(&headers), "{bad}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }

    #[test]
    fn syntax_is_400_and_types_are_422() {
        for good in ["{}", r#" {"description":"a","x":[{"y":null}]} "#, r#"{"version":1}"#, r#"{"version":null}"#] {
            assert_eq!(status(good), 200, "{good}");
        }
        for syntax in ["", " ", "{", "{]", r#"{"description":}"#, r#"{"description":"a"} x"#, r#"{"description":5"#] {
            assert_eq!(status(syntax), 400, "{syntax}");
        }
        for other in ["[]", r#"["a"]"#, "null", "5", r#""a""#, r#"{"description":5}"#, r#"{"version":1.5}"#] {
            assert_eq!(status(other), 422, "{other}");
        }
    }

    #[test]
    fn a_wrong_type_names_its_member() {
        let wrong = |text| read::<Body>(text).unwrap_err();
        let expected =
            |field: Field, expected: &str| field.problem(FieldProblem::WrongType { expected: expected.to_owned() });
        assert_eq!(wrong(r#"{"description":{"a":1}}"#), expected(Field::Description, "a string"));
        assert_eq!(wrong(r#"{"version":9223372036854775808}"#), expected(Field::Version, "a whole number"));
        assert_eq!(wrong("[]"), Field::Description.problem(FieldProblem::Missing));
    }

    #[test]
    fn a_member_given_twice_is_malformed() {
        assert_eq!(status(r#"{"description":"a","description":"b"}"#), 400);
        assert_eq!(status(r#"{"x":1,"x":2}"#), 200);
    }

    #[test]
    fn nesting_is_no_danger() {
        let (open, close) = ("[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(status(&format!("{open}{close}")), 422);
        assert_eq!(status(&format!(r#"{{"description":{open}{close}}}"#)), 422);
        assert_eq!(status(&format!(r#"{{"other":{open}{close}}}"#)), 200);
        assert_eq!(status(&open), 400);
    }

    #[test]
    fn a_lone_surrogate_is_malformed() {
        assert_eq!(status(r#"{"description":"\ud800"}"#), 400);
    }
}
