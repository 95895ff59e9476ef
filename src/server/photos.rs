//! Photos as they are kept: taken apart and written anew, so that nothing of a file goes on but what it shows; under the name of
//! their content, in a folder or wherever else `object_store` reaches.

pub mod form;
mod shape;

use crate::{
    domain::{
        ids::MessageId,
        photo::{SIDE, SMALL_SIDE, UPLOAD_MAX, fit},
    },
    error::{AppError, Field, FieldProblem},
    server::{
        assets::hex,
        store::{Store, sqlite::path_of},
    },
};
use axum::{body::Bytes, http::HeaderMap};
use form::SentFile;
use futures_util::TryStreamExt;
use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage, codecs::jpeg::JpegEncoder, imageops,
};
use object_store::{
    ClientOptions, ObjectMeta, ObjectStore, ObjectStoreExt, ObjectStoreScheme, PutPayload, RetryConfig,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    local::LocalFileSystem,
    path::Path,
    prefix::PrefixStore,
};
use sha2::{Digest, Sha256};
use shape::Kind;
use std::{
    collections::HashSet,
    ffi::OsStr,
    io::{self, Cursor, Read},
    path::PathBuf,
    process::Stdio,
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::{
    io::AsyncWriteExt,
    process::Command,
    sync::{OwnedSemaphorePermit, RwLock, Semaphore},
    time::timeout,
};

/// How large a JPEG of SIDE pixels becomes: about 300 KB, and nothing is seen of it.
const QUALITY: u8 = 82;
/// Of the small picture.
const SMALL_QUALITY: u8 = 75;
/// Most memory that a decoder may ask for, in bytes.
const DECODER_MAX: u64 = 128 << 20;
/// How long decoding may take. Nothing that [`shape::examine`] lets through takes as long on a machine that does anything else.
const PATIENCE: Duration = Duration::from_secs(20);
/// Bytes of memory for files on their way in: of each no more than [`form::HELD_MAX`] are in memory.
const ROOM: usize = 32 << 20;
/// In which pieces it is given away.
const UNIT: usize = 16 << 10;
/// How long one waits for room.
const QUEUING: Duration = Duration::from_secs(30);
/// A file that nothing refers to yet may still be on its way into the database.
const GRACE: Duration = Duration::from_hours(1);

/// How long a bucket may take to be reached.
const CONNECT_PATIENCE: Duration = Duration::from_secs(3);
/// How long one may take to answer, and to be tried again.
const BUCKET_PATIENCE: Duration = Duration::from_secs(10);

/// Where photos are kept. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Photos {
    files: Arc<dyn ObjectStore>,
    /// Decoding is memory: one at a time.
    decoding: Arc<Semaphore>,
    /// The program that decodes in a process of its own: what that takes goes with it. None decodes here.
    apart: Option<Arc<PathBuf>>,
    /// Files on their way in take memory, too: a part of [`ROOM`].
    taking: Arc<Semaphore>,
    /// The folder that they are in, if they are in one.
    folder: Option<Arc<PathBuf>>,
    /// Held while a photo's files are written, and by nobody else while they are removed: what is sent again meanwhile stays.
    files_lock: Arc<RwLock<()>>,
}

/// A photo whose files are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPhoto {
    /// The name of its content: SHA-256 in hexadecimal.
    pub content: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// A photo whose files are kept, to be attached.
#[derive(Clone, Debug)]
pub struct NewPhoto {
    /// Its files.
    pub kept: KeptPhoto,
    /// What it shows.
    pub alt: String,
    /// The message that it belongs to; none where it is the ticket's own.
    pub message: Option<MessageId>,
}

/// What is written of a photo.
struct Written {
    whole: Vec<u8>,
    small: Vec<u8>,
    size: (u32, u32),
}

impl Photos {
    /// Keeps them in that folder or bucket (`s3://bucket/folder`), or, where none is given, beside the database:
    /// `campusdesk.db` has `campusdesk.photos`.
    ///
    /// # Errors
    /// One sentence when the folder cannot be made or written to, or the address of the bucket cannot be understood.
    pub fn open(place: Option<&str>, database: &str) -> Result<Self, String> {
        match place {
            Some(address) if address.contains("://") => Self::in_bucket(address, std::env::vars()),
            Some(folder) => Self::in_folder(std::path::Path::new(folder)),
            None => {
                let path = path_of(database).map_err(|error| error.to_string())?;
                Self::in_folder(&beside(&path))
            }
        }
    }

    /// Keeps them in a bucket of S3 or of what speaks as it does. `settings` are those that other programs take from the
    /// environment, too: `AWS_ENDPOINT`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_ALLOW_HTTP` and others.
    ///
    /// # Errors
    /// One sentence when the address or a setting cannot be understood. Whether the bucket is there shows when it is used.
    pub fn in_bucket(address: &str, settings: impl IntoIterator<Item = (String, String)>) -> Result<Self, String> {
        let refusal = |error: &dyn std::fmt::Display| {
            format!(
                "The photos' bucket {address} cannot be used: {error}. Give --photos a folder, or s3://bucket/folder."
            )
        };
        let url = url::Url::parse(address).map_err(|error| refusal(&error))?;
        let (kind, folder) = ObjectStoreScheme::parse(&url).map_err(|error| refusal(&error))?;
        if kind != ObjectStoreScheme::AmazonS3 {
            return Err(refusal(&"it is none of S3"));
        }
        // Another part of the program may have said so before.
        _ = rustls::crypto::ring::default_provider().install_default();
        // Whoever waits for a photo hears soon that it cannot be had.
        let client = ClientOptions::new().with_connect_timeout(CONNECT_PATIENCE).with_timeout(BUCKET_PATIENCE);
        let retry = RetryConfig { max_retries: 2, retry_timeout: BUCKET_PATIENCE, ..RetryConfig::default() };
        let mut bucket = AmazonS3Builder::new().with_url(address).with_client_options(client).with_retry(retry);
        for (name, value) in settings {
            if let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>()
                && name.starts_with("AWS_")
            {
                bucket = bucket.with_config(key, value);
            }
        }
        let bucket = bucket.build().map_err(|error| refusal(&error))?;
        Ok(Self::new(Arc::new(PrefixStore::new(bucket, folder)), None))
    }

    /// Keeps them in that folder, which is made if it is not there.
    ///
    /// # Errors
    /// One sentence when the folder cannot be made or written to.
    pub fn in_folder(folder: &std::path::Path) -> Result<Self, String> {
        let refusal = |error: &dyn std::fmt::Display| {
            format!(
                "The photos' folder {} cannot be used: {error}. Make it writable, or give another with --photos.",
                folder.display()
            )
        };
        std::fs::create_dir_all(folder).map_err(|error| refusal(&error))?;
        let files = LocalFileSystem::new_with_prefix(folder).map_err(|error| refusal(&error))?;
        Ok(Self::new(Arc::new(files.with_fsync(true)), Some(folder)))
    }

    fn new(files: Arc<dyn ObjectStore>, folder: Option<&std::path::Path>) -> Self {
        Self {
            files,
            decoding: Arc::new(Semaphore::new(1)),
            apart: None,
            taking: Arc::new(Semaphore::new(ROOM / UNIT)),
            folder: folder.map(|folder| Arc::new(folder.to_owned())),
            files_lock: Arc::default(),
        }
    }

    /// Where a copy of these goes.
    ///
    /// # Errors
    /// As [`Self::in_folder`], and one sentence where it is the folder of these themselves: the copy of `campusdesk.db` as
    /// `campusdesk.bak` would have it.
    pub fn copies_in(&self, folder: &std::path::Path) -> Result<Self, String> {
        let copies = Self::in_folder(folder)?;
        let real = |folder: &std::path::Path| folder.canonicalize().ok();
        if self.folder.as_ref().is_some_and(|own| real(own) == real(folder)) {
            return Err(format!(
                "The copy's photos would be in {}, where the photos are themselves. Give the copy another name.",
                folder.display()
            ));
        }
        Ok(copies)
    }

    /// The same, where each photo is decoded by that program in a process of its own (`campusdesk photo`).
    #[must_use]
    pub fn decoding_apart(self, program: PathBuf) -> Self {
        Self { apart: Some(Arc::new(program)), ..self }
    }

    /// Room for a request that brings at most so many files: it is given back when it is dropped.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when others have taken the room for half a minute.
    pub(crate) async fn room(&self, headers: &HeaderMap, files: usize) -> Result<OwnedSemaphorePermit, AppError> {
        let most = files * form::HELD_MAX;
        let bytes = form::announced(headers).map_or(most, |announced| announced.min(most));
        let units = u32::try_from(bytes.div_ceil(UNIT).max(1)).unwrap_or(u32::MAX);
        let room = timeout(QUEUING, self.taking.clone().acquire_many_owned(units)).await;
        room.map_err(|_| AppError::Unavailable)?.map_err(|_| AppError::Unavailable)
    }

    /// Where files wait that are on their way in: beside the photos, if those are in a folder.
    pub(crate) fn waiting_room(&self) -> PathBuf {
        self.folder.as_deref().cloned().unwrap_or_else(std::env::temp_dir)
    }

    /// Keeps what a file shows, and nothing else of it.
    ///
    /// # Errors
    /// [`AppError::TooLarge`], [`AppError::Invalid`] of [`Field::File`] when it is no picture, broken, too large or more than a
    /// picture, [`AppError::Unavailable`] when it cannot be stored.
    pub async fn keep(&self, file: impl Into<SentFile>) -> Result<KeptPhoto, AppError> {
        let file = file.into();
        if file.length() > UPLOAD_MAX {
            return Err(AppError::TooLarge { limit: UPLOAD_MAX });
        }
        // Decoding is memory, and so is the file: one at a time.
        let permit = self.decoding.clone().acquire_owned().await.map_err(|_| AppError::Unavailable)?;
        let file = file.read().await?;
        shape::examine(&file).map_err(|problem| Field::File.problem(problem))?;
        let written = self.decode(file, permit).await?.map_err(|problem| Field::File.problem(problem))?;
        let content = hex(&Sha256::digest(&written.whole));
        let _writes = self.files_lock.read().await;
        for (name, bytes) in
            [(format!("{content}-small.jpg"), written.small), (format!("{content}.jpg"), written.whole)]
        {
            self.put(name, bytes).await?;
        }
        Ok(KeptPhoto { content, width: written.size.0, height: written.size.1 })
    }

    /// What is kept of a file, or why it is not taken: also when that takes too long, or the decoder breaks.
    async fn decode(
        &self,
        file: Bytes,
        permit: OwnedSemaphorePermit,
    ) -> Result<Result<Written, FieldProblem>, AppError> {
        if let Some(program) = &self.apart {
            // One that takes too long is killed.
            let written = timeout(PATIENCE, remake_apart(program, file)).await;
            drop(permit);
            return written.unwrap_or(Ok(Err(FieldProblem::Broken)));
        }
        let work = tokio::task::spawn_blocking(move || {
            // Held until the work ends, whoever still waits for it.
            let _permit = permit;
            write_anew(&file)
        });
        let written = timeout(PATIENCE, work).await.ok().and_then(Result::ok);
        Ok(written.unwrap_or(Err(FieldProblem::Broken)))
    }

    /// The file of that name, if there is one.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when it cannot be read.
    pub async fn read(&self, name: &str) -> Result<Option<Bytes>, AppError> {
        if !is_name(name) {
            return Ok(None);
        }
        let found = async { self.files.get(&Path::from(name)).await?.bytes().await };
        match found.await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// Copies the files of all photos that the store knows into another folder.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when one cannot be read or written.
    pub async fn copy_to(&self, other: &Self, store: &Store) -> Result<(), AppError> {
        for content in store.list_photo_contents().await? {
            for name in [format!("{content}-small.jpg"), format!("{content}.jpg")] {
                // What is swept away meanwhile belonged to nothing.
                if let Some(bytes) = self.read(&name).await? {
                    other.put(name, bytes).await?;
                }
            }
        }
        Ok(())
    }

    /// Forgets photos that never came to belong to anything, and removes the files that no photo has.
    ///
    /// # Errors
    /// The store's, and [`AppError::Unavailable`] when the folder cannot be read or written.
    pub async fn sweep(&self, store: &Store) -> Result<(), AppError> {
        store.forget_photos().await?;
        for content in store.find_unused_photos(self.list_old().await?).await? {
            self.remove_unused(content, store).await?;
        }
        Ok(())
    }

    async fn put(&self, name: String, bytes: impl Into<PutPayload>) -> Result<(), AppError> {
        self.files.put(&Path::from(name), bytes.into()).await.map_err(|error| unavailable(&error))?;
        Ok(())
    }

    /// The contents of all files that are older than an hour, each once.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the folder cannot be read.
    async fn list_old(&self) -> Result<Vec<String>, AppError> {
        let files = self.files.list(None).try_filter(|file| std::future::ready(is_old(file)));
        let old = files.map_ok(|file| content_of(file.location.as_ref()).map(str::to_owned));
        let old: HashSet<_> = old
            .try_filter_map(|content| std::future::ready(Ok(content)))
            .try_collect()
            .await
            .map_err(|error| unavailable(&error))?;
        Ok(old.into_iter().collect())
    }

    /// Removes both files of a content, unless the same photo was sent again since it was found to be unused.
    ///
    /// # Errors
    /// The store's, and [`AppError::Unavailable`] when they cannot be removed.
    async fn remove_unused(&self, content: String, store: &Store) -> Result<(), AppError> {
        let _nobody_writes = self.files_lock.write().await;
        let names = [format!("{content}.jpg"), format!("{content}-small.jpg")];
        for name in &names {
            match self.files.head(&Path::from(name.as_str())).await {
                Ok(file) if !is_old(&file) => return Ok(()),
                Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(unavailable(&error)),
            }
        }
        if store.find_unused_photos(vec![content]).await?.is_empty() {
            return Ok(());
        }
        for name in names {
            match self.files.delete(&Path::from(name)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(unavailable(&error)),
            }
        }
        Ok(())
    }
}

/// Where the photos of a database, or of a copy of one, are: `campusdesk.db` has `campusdesk.photos`, `desk-2026.11.28`, which ends
/// in no kind of file, `desk-2026.11.28.photos`.
pub fn beside(database: &std::path::Path) -> PathBuf {
    let kind = database.extension().and_then(OsStr::to_str).unwrap_or_default();
    if kind.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return database.with_extension("photos");
    }
    let mut name = database.as_os_str().to_owned();
    name.push(".photos");
    name.into()
}

/// `campusdesk photo`: reads a photo, and writes what is kept of it or why it is not taken. Whether that could be written.
pub fn remake(mut from: impl Read, mut to: impl io::Write) -> bool {
    let mut file = Vec::new();
    let read = from.by_ref().take(UPLOAD_MAX as u64 + 1).read_to_end(&mut file);
    let answer = match read.map_err(|_| FieldProblem::Broken).and_then(|_| write_anew(&file)) {
        Ok(Written { whole, small, size: (width, height) }) => {
            let lengths =
                [width, height, u32::try_from(whole.len()).unwrap_or(u32::MAX)].map(u32::to_be_bytes).concat();
            [vec![TAKEN], lengths, whole, small].concat()
        }
        Err(problem) => [vec![REFUSED], serde_json::to_vec(&problem).unwrap_or_default()].concat(),
    };
    to.write_all(&answer).and_then(|()| to.flush()).is_ok()
}

/// How an answer of [`remake`] begins.
const TAKEN: u8 = b'+';
const REFUSED: u8 = b'-';

/// [`remake`] in a process of its own.
///
/// # Errors
/// [`AppError::Unavailable`] when it cannot be started. One that breaks off broke over the file.
async fn remake_apart(program: &PathBuf, file: Bytes) -> Result<Result<Written, FieldProblem>, AppError> {
    let unavailable = |error: io::Error| {
        tracing::error!(%error, program = %program.display(), "photos cannot be decoded: the program does not start");
        AppError::Unavailable
    };
    let mut child = Command::new(program)
        .arg("photo")
        .env_clear()
        // The allocator gives back at once what is freed: what follows the pixels does not come on top of them.
        .env("MIMALLOC_PURGE_DELAY", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(unavailable)?;
    if let Some(mut input) = child.stdin.take() {
        // It may have ended already, and answered.
        _ = input.write_all(&file).await;
    }
    // The other has it: while it decodes, the file is in memory once.
    drop(file);
    let answer = child.wait_with_output().await.map_err(unavailable)?.stdout;
    Ok(answered(&answer).unwrap_or(Err(FieldProblem::Broken)))
}

/// What [`remake`] wrote, if it came to that.
fn answered(answer: &[u8]) -> Option<Result<Written, FieldProblem>> {
    let (kind, rest) = answer.split_first()?;
    if *kind == REFUSED {
        return serde_json::from_slice(rest).ok().map(Err);
    }
    let number = |at: usize| Some(u32::from_be_bytes(rest.get(at..at + 4)?.try_into().ok()?));
    let (size, length) = ((number(0)?, number(4)?), usize::try_from(number(8)?).ok()?);
    let (whole, small) = rest.get(12..)?.split_at_checked(length)?;
    Some(Ok(Written { whole: whole.to_vec(), small: small.to_vec(), size }))
}

/// Whether nobody can be about to refer to a file any more.
fn is_old(file: &ObjectMeta) -> bool {
    let before = SystemTime::now().checked_sub(GRACE).map(chrono::DateTime::<chrono::Utc>::from);
    before.is_some_and(|before| file.last_modified < before)
}

/// Whether it is the name of a file of ours.
fn is_name(name: &str) -> bool {
    content_of(name).is_some()
}

fn content_of(name: &str) -> Option<&str> {
    let content = name.strip_suffix("-small.jpg").or_else(|| name.strip_suffix(".jpg"))?;
    let is_hash = content.len() == 64 && content.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_hash.then_some(content)
}

/// What the picture shows, upright and no larger than it has to be. Blocks; takes up to some hundred milliseconds.
fn write_anew(file: &[u8]) -> Result<Written, FieldProblem> {
    let shape = shape::examine(file)?;
    let broken = |_| FieldProblem::Broken;
    let format = match shape.kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::WebP => ImageFormat::WebP,
    };
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(shape.width), Some(shape.height));
    limits.max_alloc = Some(DECODER_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    // What cannot be told stands as it is.
    let turned = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    let mut picture = shrink(picture, SIDE);
    picture.apply_orientation(turned);
    let whole = on_white(&picture);
    drop(picture);
    let small = shrink(DynamicImage::ImageRgb8(whole.clone()), SMALL_SIDE).into_rgb8();
    let size = whole.dimensions();
    Ok(Written { whole: jpeg(&whole, QUALITY)?, small: jpeg(&small, SMALL_QUALITY)?, size })
}

fn shrink(picture: DynamicImage, side: u32) -> DynamicImage {
    let (width, height) = fit(picture.width(), picture.height(), side);
    if (width, height) == (picture.width(), picture.height()) {
        picture
    } else {
        picture.thumbnail_exact(width, height)
    }
}

/// What is seen of a picture on paper: a JPEG knows no transparency.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let mut paper = image::RgbaImage::from_pixel(picture.width(), picture.height(), image::Rgba([255; 4]));
    imageops::overlay(&mut paper, &picture.to_rgba8(), 0, 0);
    DynamicImage::ImageRgba8(paper).into_rgb8()
}

fn jpeg(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, FieldProblem> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture).map_err(|_| FieldProblem::Broken)?;
    Ok(bytes)
}

fn unavailable(error: &object_store::Error) -> AppError {
    tracing::error!(%error, "photos cannot be read or written");
    AppError::Unavailable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_are_beside_their_database_and_those_of_dated_copies_are_apart() {
        let of = |database: &str| beside(std::path::Path::new(database)).to_string_lossy().into_owned();
        for (database, photos) in [
            ("campusdesk.db", "campusdesk.photos"),
            ("/var/lib/desk.sqlite3", "/var/lib/desk.photos"),
            ("desk", "desk.photos"),
            ("a/desk-2026.11.27", "a/desk-2026.11.27.photos"),
            ("a/desk-2026.11.28", "a/desk-2026.11.28.photos"),
        ] {
            assert_eq!(of(database), photos);
        }
    }

    #[test]
    fn what_the_other_process_says_is_understood() {
        let picture = || DynamicImage::new_rgb8(40, 30);
        let mut png = Cursor::new(Vec::new());
        picture().write_to(&mut png, ImageFormat::Png).unwrap();
        let mut said = Vec::new();
        assert!(remake(png.get_ref().as_slice(), &mut said));
        let Some(Ok(written)) = answered(&said) else { panic!("not taken") };
        assert_eq!((written.size, written.whole.starts_with(b"\xff\xd8")), ((40, 30), true));
        assert!(written.small.starts_with(b"\xff\xd8"));
        let mut said = Vec::new();
        assert!(remake(&b"no picture"[..], &mut said));
        assert!(matches!(answered(&said), Some(Err(FieldProblem::NotAPhoto))));
        for cut in [&b""[..], b"+", b"+\0\0\0\x01", b"-{"] {
            assert!(answered(cut).is_none());
        }
    }
}
