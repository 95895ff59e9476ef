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
    server::store::{Store, sqlite::path_of},
};
use axum::body::Bytes;
use futures_util::TryStreamExt;
use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage, codecs::jpeg::JpegEncoder, imageops,
};
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path};
use sha2::{Digest, Sha256};
use shape::{Kind, Shape};
use std::{
    collections::HashSet,
    fmt::Write,
    io::Cursor,
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::sync::Semaphore;

/// How large a JPEG of SIDE pixels becomes: about 300 KB, and nothing is seen of it.
const QUALITY: u8 = 82;
/// Of the small picture.
const SMALL_QUALITY: u8 = 75;
/// Most memory that a decoder may ask for, in bytes.
const DECODER_MAX: u64 = 128 << 20;
/// How long decoding may take. Nothing that [`shape::examine`] lets through takes as long on a machine that does anything else.
const PATIENCE: Duration = Duration::from_secs(20);
/// A file that nothing refers to yet may still be on its way into the database.
const GRACE: Duration = Duration::from_hours(1);

/// Where photos are kept. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Photos {
    files: Arc<dyn ObjectStore>,
    /// Decoding is memory: one at a time.
    decoding: Arc<Semaphore>,
    /// Files on their way in take memory, too.
    taking: Arc<Semaphore>,
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
    /// Keeps them in that folder, or, where none is given, beside the database: `campusdesk.db` has `campusdesk.photos`.
    ///
    /// # Errors
    /// One sentence when the folder cannot be made or written to.
    pub fn open(folder: Option<&std::path::Path>, database: &str) -> Result<Self, String> {
        if let Some(folder) = folder {
            return Self::in_folder(folder);
        }
        let path = path_of(database).map_err(|error| error.to_string())?;
        Self::in_folder(&path.with_extension("photos"))
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
        Ok(Self::new(Arc::new(files.with_fsync(true))))
    }

    fn new(files: Arc<dyn ObjectStore>) -> Self {
        Self { files, decoding: Arc::new(Semaphore::new(1)), taking: Arc::new(Semaphore::new(4)) }
    }

    /// A place among those whose files are being read. It is given back when it is dropped.
    pub(crate) async fn place(&self) -> Result<tokio::sync::OwnedSemaphorePermit, AppError> {
        self.taking.clone().acquire_owned().await.map_err(|_| AppError::Unavailable)
    }

    /// Keeps what a file shows, and nothing else of it.
    ///
    /// # Errors
    /// [`AppError::TooLarge`], [`AppError::Invalid`] of [`Field::File`] when it is no picture, broken, too large or more than a
    /// picture, [`AppError::Unavailable`] when it cannot be stored.
    pub async fn keep(&self, file: Bytes) -> Result<KeptPhoto, AppError> {
        if file.len() > UPLOAD_MAX {
            return Err(AppError::TooLarge { limit: UPLOAD_MAX });
        }
        let shape = shape::examine(&file).map_err(|problem| Field::File.problem(problem))?;
        let permit = self.decoding.clone().acquire_owned().await.map_err(|_| AppError::Unavailable)?;
        let work = tokio::task::spawn_blocking(move || {
            // Held until the work ends, whoever still waits for it.
            let _permit = permit;
            write_anew(&file, shape)
        });
        let written = match tokio::time::timeout(PATIENCE, work).await {
            Ok(Ok(written)) => written.map_err(|problem| Field::File.problem(problem))?,
            // It took too long, or the decoder panicked: either way it is the file.
            Ok(Err(_)) | Err(_) => return Err(Field::File.problem(FieldProblem::Broken)),
        };
        let content = Sha256::digest(&written.whole).iter().fold(String::new(), |mut name, byte| {
            // Writing to a string cannot fail.
            _ = write!(name, "{byte:02x}");
            name
        });
        for (name, bytes) in
            [(format!("{content}-small.jpg"), written.small), (format!("{content}.jpg"), written.whole)]
        {
            self.put(name, bytes).await?;
        }
        Ok(KeptPhoto { content, width: written.size.0, height: written.size.1 })
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
        for content in store.sweep_photos(self.list_old().await?).await? {
            self.remove(&content).await?;
        }
        Ok(())
    }

    async fn put(&self, name: String, bytes: impl Into<PutPayload>) -> Result<(), AppError> {
        self.files.put(&Path::from(name), bytes.into()).await.map_err(|error| unavailable(&error))?;
        Ok(())
    }

    /// The contents of all files that are older than an hour.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the folder cannot be read.
    async fn list_old(&self) -> Result<HashSet<String>, AppError> {
        let before = SystemTime::now().checked_sub(GRACE).map(chrono::DateTime::<chrono::Utc>::from);
        let files: Vec<_> = self.files.list(None).try_collect().await.map_err(|error| unavailable(&error))?;
        let old = files.into_iter().filter(|file| before.is_some_and(|before| file.last_modified < before));
        Ok(old.filter_map(|file| content_of(file.location.as_ref()).map(str::to_owned)).collect())
    }

    /// Removes both files of a content.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when they cannot be removed.
    async fn remove(&self, content: &str) -> Result<(), AppError> {
        for name in [format!("{content}.jpg"), format!("{content}-small.jpg")] {
            match self.files.delete(&Path::from(name)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(unavailable(&error)),
            }
        }
        Ok(())
    }
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
fn write_anew(file: &[u8], shape: Shape) -> Result<Written, FieldProblem> {
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
