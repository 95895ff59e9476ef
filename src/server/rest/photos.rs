//! `/api/v1/tickets/{id}/photos`: photos of what is wrong.

use super::{
    asking::{Asker, IdempotencyKey, TicketPath},
    json::Json,
    problem::{Conflict, Problem, problems},
};
use crate::{
    domain::{ids::MessageId, photo::Photo, text},
    error::{AppError, Field, FieldProblem},
    server::{
        photos::{NewPhoto, Photos, form},
        store::Store,
    },
};
use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::IntoResponse,
};
use std::collections::BTreeMap;
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{RefOr, Response as Documented},
};

/// Add a photo.
///
/// To a ticket, or to a message that the asker's side wrote under it; at most four to each. JPEG, PNG or WebP, at most 10 MiB
/// and about 30 megapixels, decided by what the file holds. It is kept as a JPEG of at most 1600 pixels, without metadata.
#[utoipa::path(
    post,
    path = "/tickets/{id}/photos",
    tag = "tickets",
    params(Asker, TicketPath, IdempotencyKey),
    request_body(content = PhotoForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "The photo.", body = Photo),
        Conflict,
        Asker,
        TicketPath,
        Refused,
        Problem,
    ),
)]
pub async fn add_photo(
    State(store): State<Store>,
    State(photos): State<Photos>,
    Asker(role): Asker,
    TicketPath(id): TicketPath,
    IdempotencyKey(key): IdempotencyKey,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    if !form::is_multipart(request.headers()) {
        return Err(AppError::Malformed { what: "the body, which has to be multipart/form-data".to_owned() }.into());
    }
    // Before it is read: who may not add anything need not send it.
    store.get_ticket(role, id).await?;
    let room = photos.room(request.headers(), 1).await?;
    let form = form::read(request, 1, &photos.waiting_room()).await?;
    if let Some(error) = form.refusal {
        return Err(error.into());
    }
    let value = |name: &str| form.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    let alt = text::alt(value("alt").unwrap_or_default())?;
    let message = match value("message_id").filter(|id| !id.is_empty()) {
        Some(message) => Some(message.parse::<MessageId>().map_err(|_| {
            Field::Message.problem(FieldProblem::WrongType { expected: "the number of a message".to_owned() })
        })?),
        None => None,
    };
    let file = form.files.into_iter().next().ok_or_else(|| Field::File.problem(FieldProblem::Missing))?;
    let kept = photos.keep(file).await?;
    drop(room);
    let photo = store.attach_photo(role, id, NewPhoto { kept, alt, message }, key.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(photo)))
}

/// A photo to add.
#[derive(ToSchema)]
#[expect(dead_code, reason = "says in the document what the form is read from")]
struct PhotoForm {
    /// The picture.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// What it shows, for those who do not see it.
    #[schema(max_length = 300)]
    alt: Option<String>,
    /// Under which of the ticket's messages; without it, it belongs to the report.
    message_id: Option<i64>,
}

/// The problems that the form may end with.
struct Refused;

impl IntoResponses for Refused {
    fn responses() -> BTreeMap<String, RefOr<Documented>> {
        problems([400, 413, 422])
    }
}
