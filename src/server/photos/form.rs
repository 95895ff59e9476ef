//! Forms with files in them: read in bounded memory, whatever is sent.

use crate::{
    domain::photo::UPLOAD_MAX,
    error::{AppError, Field, FieldProblem},
};
use axum::{
    RequestExt,
    body::Bytes,
    extract::{DefaultBodyLimit, Multipart, Request, multipart},
    http::{HeaderMap, header},
};
use futures_util::StreamExt;
use std::time::Duration;
use tokio::time::timeout;

/// Most bytes of all fields that are no files, as a sender is told. Three times as much is read, so that what was typed can be
/// given back with the refusal.
pub const FIELDS_MAX: usize = 64 * 1024;
/// How much of a form that is too large is read and thrown away, so that its sender gets to read the refusal.
const DRAIN_MAX: usize = 128 << 20;
/// How long a sender may pause.
const PAUSE_MAX: Duration = Duration::from_secs(20);

/// A form that was read.
#[derive(Debug, Default)]
pub struct Form {
    /// Its fields, as they came.
    pub fields: Vec<(String, String)>,
    /// What its file fields hold; those that were left empty are not among them.
    pub files: Vec<Bytes>,
    /// Why the files are not taken: a file that is too large, or one too many. The fields are all there.
    pub refusal: Option<AppError>,
}

/// Whether a form with files is declared.
pub fn is_multipart(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.get(..19).is_some_and(|kind| kind.eq_ignore_ascii_case("multipart/form-data"))
}

/// Reads a form of at most that many files.
///
/// # Errors
/// [`AppError::TooLarge`] for fields that are, [`AppError::Malformed`] for what is no such form or ends early.
pub async fn read(mut request: Request, files_max: usize) -> Result<Form, AppError> {
    let announced = announced(request.headers());
    if announced.is_some_and(|length| length > DRAIN_MAX) {
        return Err(AppError::TooLarge { limit: UPLOAD_MAX });
    }
    // Of one that is too large as a whole no file is kept in memory first.
    let is_too_large = announced.is_some_and(|length| length > files_max * UPLOAD_MAX + 4 * FIELDS_MAX);
    // Counted here, part by part.
    DefaultBodyLimit::disable().apply(&mut request);
    let mut parts = request.extract::<Multipart, _>().await.map_err(|_| malformed())?;
    let (mut form, mut refusal, mut length) = (Form::default(), None, 0);
    let (mut seen, mut is_long) = (0, false);
    while let Some(mut part) = in_time(parts.next_field()).await? {
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part.file_name().is_some() || name == "file";
        if is_file && form.files.len() == files_max && refusal.is_none() {
            refusal = Some(Field::Photos.problem(FieldProblem::TooMany { max: files_max }));
        }
        let limit = if is_file { UPLOAD_MAX } else { (3 * FIELDS_MAX).saturating_sub(length) };
        if is_file && is_too_large {
            refusal.get_or_insert(AppError::TooLarge { limit: UPLOAD_MAX });
        }
        // In one piece: what grows is there twice while it does.
        let mut bytes = Vec::with_capacity(if is_file && refusal.is_none() {
            announced.map_or(0, |announced| announced.saturating_sub(seen).min(UPLOAD_MAX))
        } else {
            0
        });
        while let Some(chunk) = in_time(part.chunk()).await? {
            seen += chunk.len();
            if seen > DRAIN_MAX {
                return Err(AppError::TooLarge { limit: UPLOAD_MAX });
            }
            if bytes.len() + chunk.len() > limit {
                bytes = Vec::new();
                is_long |= !is_file;
                refusal.get_or_insert(AppError::TooLarge { limit: if is_file { UPLOAD_MAX } else { FIELDS_MAX } });
            }
            if !is_long && (refusal.is_none() || !is_file) {
                bytes.extend_from_slice(&chunk);
            }
        }
        if is_file {
            // One that was left empty is none.
            if refusal.is_none() && !bytes.is_empty() {
                form.files.push(bytes.into());
            }
        } else if !is_long {
            length += name.len() + bytes.len();
            let text = String::from_utf8(bytes);
            let what = || AppError::Malformed { what: "the form, which is not in UTF-8".to_owned() };
            form.fields.push((name, text.map_err(|_| what())?));
        }
    }
    match refusal {
        Some(error) if is_long => Err(error),
        Some(error) => Ok(Form { files: Vec::new(), refusal: Some(error), ..form }),
        None => Ok(form),
    }
}

/// How many bytes a request says that it brings.
pub fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads a body that is one photo.
///
/// # Errors
/// [`AppError::TooLarge`] and [`AppError::Malformed`], as [`read`].
pub async fn read_whole(request: Request) -> Result<Bytes, AppError> {
    let announced = announced(request.headers()).unwrap_or(0);
    let is_too_large = announced > UPLOAD_MAX;
    let mut file = Vec::with_capacity(if is_too_large { 0 } else { announced });
    let (mut chunks, mut seen) = (request.into_body().into_data_stream(), 0);
    while let Some(chunk) = timeout(PAUSE_MAX, chunks.next()).await.map_err(|_| malformed())? {
        let chunk = chunk.map_err(|_| malformed())?;
        seen += chunk.len();
        if seen > DRAIN_MAX {
            break;
        }
        if seen <= UPLOAD_MAX && !is_too_large {
            file.extend_from_slice(&chunk);
        } else {
            file = Vec::new();
        }
    }
    if seen > UPLOAD_MAX { Err(AppError::TooLarge { limit: UPLOAD_MAX }) } else { Ok(file.into()) }
}

/// Reads what a request brings and keeps nothing of it, so that its sender gets to read the answer.
pub async fn drain(request: Request) {
    let (mut chunks, mut seen) = (request.into_body().into_data_stream(), 0);
    while let Ok(Some(Ok(chunk))) = timeout(PAUSE_MAX, chunks.next()).await {
        seen += chunk.len();
        if seen > DRAIN_MAX {
            break;
        }
    }
}

async fn in_time<T>(next: impl Future<Output = Result<T, multipart::MultipartError>>) -> Result<T, AppError> {
    timeout(PAUSE_MAX, next).await.map_err(|_| malformed())?.map_err(|_| malformed())
}

fn malformed() -> AppError {
    AppError::Malformed { what: "the form, which ended early or is none".to_owned() }
}
