//! Forms with files in them: read in bounded memory, whatever is sent and however slowly.

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
use std::{
    io::{self, SeekFrom},
    path::Path,
    time::Duration,
};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt},
    time::timeout,
};

/// Most bytes of all fields that are no files, as a sender is told. Three times as much is read, so that what was typed can be
/// given back with the refusal.
pub const FIELDS_MAX: usize = 64 * 1024;
/// How much of a form that is too large is read and thrown away, so that its sender gets to read the refusal.
const DRAIN_MAX: usize = 128 << 20;
/// How long a sender may pause.
const PAUSE_MAX: Duration = Duration::from_secs(20);
/// How long one may take: four photos as a camera makes them, over a network of half a megabit.
const SENDING_MAX: Duration = Duration::from_mins(10);
/// Most bytes of a file that wait in memory. What is longer waits on the disk: a slow network is no reason to hold memory.
pub const HELD_MAX: usize = 128 << 10;

/// A file that was sent.
#[derive(Debug)]
pub enum SentFile {
    /// A small one, in memory.
    Held(Bytes),
    /// A larger one, in a file without a name, which is gone with this.
    Written(File, usize),
}

impl From<Bytes> for SentFile {
    fn from(bytes: Bytes) -> Self {
        Self::Held(bytes)
    }
}

impl From<Vec<u8>> for SentFile {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Held(bytes.into())
    }
}

impl SentFile {
    /// How many bytes it has.
    pub const fn length(&self) -> usize {
        match self {
            Self::Held(bytes) => bytes.len(),
            Self::Written(_, length) => *length,
        }
    }

    /// All of it, in memory.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when it cannot be read again.
    pub async fn read(self) -> Result<Bytes, AppError> {
        match self {
            Self::Held(bytes) => Ok(bytes),
            Self::Written(mut file, length) => {
                let mut bytes = Vec::with_capacity(length);
                let read = async {
                    file.seek(SeekFrom::Start(0)).await?;
                    file.read_to_end(&mut bytes).await
                };
                read.await.map_err(|error| not_written(&error))?;
                Ok(bytes.into())
            }
        }
    }
}

/// A file on its way.
struct Arriving<'a> {
    folder: &'a Path,
    held: Vec<u8>,
    written: Option<File>,
    length: usize,
}

impl<'a> Arriving<'a> {
    const fn new(folder: &'a Path) -> Self {
        Self { folder, held: Vec::new(), written: None, length: 0 }
    }

    /// Takes what came next.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the disk is full, or does not take it for another reason.
    async fn push(&mut self, chunk: &[u8]) -> Result<(), AppError> {
        self.length += chunk.len();
        if self.written.is_none() && self.held.len() + chunk.len() <= HELD_MAX {
            self.held.extend_from_slice(chunk);
            return Ok(());
        }
        self.write(chunk).await.map_err(|error| not_written(&error))
    }

    async fn write(&mut self, chunk: &[u8]) -> io::Result<()> {
        let file = match &mut self.written {
            Some(file) => file,
            None => self.written.insert(File::from_std(tempfile::tempfile_in(self.folder)?)),
        };
        file.write_all(&std::mem::take(&mut self.held)).await?;
        file.write_all(chunk).await
    }

    /// Forgets what came.
    fn forget(&mut self) {
        *self = Self::new(self.folder);
    }

    async fn end(self) -> Result<SentFile, AppError> {
        let Some(mut file) = self.written else { return Ok(SentFile::Held(self.held.into())) };
        file.flush().await.map_err(|error| not_written(&error))?;
        Ok(SentFile::Written(file, self.length))
    }
}

fn not_written(error: &io::Error) -> AppError {
    tracing::error!(%error, "a file that was sent cannot be written to the disk or read again");
    AppError::Unavailable
}

/// A form that was read.
#[derive(Debug, Default)]
pub struct Form {
    /// Its fields, as they came.
    pub fields: Vec<(String, String)>,
    /// What its file fields hold; those that were left empty are not among them.
    pub files: Vec<SentFile>,
    /// Why the files are not taken: a file that is too large, or one too many. The fields are all there.
    pub refusal: Option<AppError>,
}

/// Whether a form with files is declared.
pub fn is_multipart(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.get(..19).is_some_and(|kind| kind.eq_ignore_ascii_case("multipart/form-data"))
}

/// Reads a form of at most that many files, of which the larger ones wait in that folder.
///
/// # Errors
/// [`AppError::TooLarge`] for fields that are, [`AppError::FormIncomplete`] for what is no such form, ends early or takes more than ten
/// minutes, [`AppError::Unavailable`] when the disk does not take a file.
pub async fn read(request: Request, files_max: usize, folder: &Path) -> Result<Form, AppError> {
    timeout(SENDING_MAX, read_parts(request, files_max, folder)).await.map_err(|_| AppError::FormIncomplete)?
}

async fn read_parts(mut request: Request, files_max: usize, folder: &Path) -> Result<Form, AppError> {
    let announced = announced(request.headers());
    if announced.is_some_and(|length| length > DRAIN_MAX) {
        return Err(AppError::TooLarge { limit: UPLOAD_MAX });
    }
    // Of one that is too large as a whole no file is kept in memory first.
    let is_too_large = announced.is_some_and(|length| length > files_max * UPLOAD_MAX + 4 * FIELDS_MAX);
    // Counted here, part by part.
    DefaultBodyLimit::disable().apply(&mut request);
    let mut parts = request.extract::<Multipart, _>().await.map_err(|_| AppError::FormIncomplete)?;
    let (mut form, mut refusal, mut length) = (Form::default(), None, 0);
    let (mut seen, mut is_long) = (0, false);
    while let Some(mut part) = in_time(parts.next_field()).await? {
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part.file_name().is_some() || name == "file";
        let limit = if is_file { UPLOAD_MAX } else { (3 * FIELDS_MAX).saturating_sub(length) };
        if is_file && is_too_large {
            refusal.get_or_insert(AppError::TooLarge { limit: UPLOAD_MAX });
        }
        let (mut file, mut bytes) = (Arriving::new(folder), Vec::new());
        while let Some(chunk) = in_time(part.chunk()).await? {
            seen += chunk.len();
            if seen > DRAIN_MAX {
                return Err(AppError::TooLarge { limit: UPLOAD_MAX });
            }
            // One that was left empty is none.
            if is_file && form.files.len() == files_max && !chunk.is_empty() {
                refusal.get_or_insert_with(|| Field::Photos.problem(FieldProblem::TooMany { max: files_max }));
            }
            if file.length + bytes.len() + chunk.len() > limit {
                (bytes, is_long) = (Vec::new(), is_long || !is_file);
                refusal.get_or_insert(AppError::TooLarge { limit: if is_file { UPLOAD_MAX } else { FIELDS_MAX } });
            }
            if !is_file && !is_long {
                bytes.extend_from_slice(&chunk);
            } else if is_file && refusal.is_none() {
                file.push(&chunk).await?;
            } else if is_file {
                file.forget();
            }
        }
        if is_file {
            if refusal.is_none() && file.length > 0 {
                form.files.push(file.end().await?);
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

/// Reads a body that is one photo, which waits in that folder if it is not small.
///
/// # Errors
/// Those of [`read`].
pub async fn read_whole(request: Request, folder: &Path) -> Result<SentFile, AppError> {
    timeout(SENDING_MAX, read_file(request, folder)).await.map_err(|_| AppError::FormIncomplete)?
}

async fn read_file(request: Request, folder: &Path) -> Result<SentFile, AppError> {
    let is_too_large = announced(request.headers()).is_some_and(|announced| announced > UPLOAD_MAX);
    let mut file = Arriving::new(folder);
    let (mut chunks, mut seen) = (request.into_body().into_data_stream(), 0);
    while let Some(chunk) = timeout(PAUSE_MAX, chunks.next()).await.map_err(|_| AppError::FormIncomplete)? {
        let chunk = chunk.map_err(|_| AppError::FormIncomplete)?;
        seen += chunk.len();
        if seen > DRAIN_MAX {
            break;
        }
        if seen <= UPLOAD_MAX && !is_too_large {
            file.push(&chunk).await?;
        } else {
            file.forget();
        }
    }
    if seen > UPLOAD_MAX { Err(AppError::TooLarge { limit: UPLOAD_MAX }) } else { file.end().await }
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
    timeout(PAUSE_MAX, next).await.map_err(|_| AppError::FormIncomplete)?.map_err(|_| AppError::FormIncomplete)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_long_waits_on_the_disk_and_leaves_nothing_there() {
        let folder = tempfile::tempdir().unwrap();
        let chunk = vec![7; 50_000];
        for (chunks, is_held) in [(0, true), (2, true), (3, false), (40, false)] {
            let mut file = Arriving::new(folder.path());
            for _ in 0..chunks {
                file.push(&chunk).await.unwrap();
            }
            let file = file.end().await.unwrap();
            assert_eq!((matches!(file, SentFile::Held(_)), file.length()), (is_held, chunks * chunk.len()));
            assert_eq!(file.read().await.unwrap(), chunk.repeat(chunks));
        }
        let mut forgotten = Arriving::new(folder.path());
        forgotten.push(&chunk.repeat(4)).await.unwrap();
        forgotten.forget();
        assert_eq!(forgotten.end().await.unwrap().length(), 0);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_disk_that_takes_nothing_is_unavailable() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("gone");
        let mut file = Arriving::new(&gone);
        file.push(&vec![0; HELD_MAX]).await.unwrap();
        assert_eq!(file.push(&[0]).await, Err(AppError::Unavailable));
    }
}
