//! Photos in a bucket, over what of S3 a server of this test speaks.

use super::Tested;
use crate::{
    error::AppError,
    server::{photos::Photos, store::Store},
};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use image::{DynamicImage, ImageFormat, RgbImage};
use std::{
    collections::BTreeMap,
    fmt::Write,
    io::Cursor,
    sync::{Arc, Mutex, MutexGuard},
    time::Instant,
};
use tokio::net::TcpListener;

/// What is in the bucket, by its keys.
#[derive(Clone, Default)]
struct Bucket(Arc<Mutex<BTreeMap<String, Bytes>>>);

/// When everything in it was written: long ago.
const WRITTEN: [&str; 2] = ["2026-11-02T08:00:00.000Z", "Mon, 02 Nov 2026 08:00:00 GMT"];

impl Bucket {
    fn files(&self) -> MutexGuard<'_, BTreeMap<String, Bytes>> {
        self.0.lock().unwrap()
    }
}

async fn read(State(bucket): State<Bucket>, Path(key): Path<String>) -> Response {
    match bucket.files().get(&key) {
        Some(bytes) => ([(header::LAST_MODIFIED, WRITTEN[1]), (header::ETAG, "\"1\"")], bytes.clone()).into_response(),
        None => (StatusCode::NOT_FOUND, "<Error><Code>NoSuchKey</Code></Error>").into_response(),
    }
}

async fn write(State(bucket): State<Bucket>, Path(key): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    if !headers.get("authorization").is_some_and(|signed| signed.as_bytes().starts_with(b"AWS4-HMAC-SHA256")) {
        return StatusCode::FORBIDDEN.into_response();
    }
    bucket.files().insert(key, body);
    [(header::ETAG, "\"1\"")].into_response()
}

async fn list(State(bucket): State<Bucket>, RawQuery(query): RawQuery) -> String {
    assert!(query.is_some_and(|query| query.contains("prefix=kept%2Fhere%2F") || query.contains("prefix=kept/here/")));
    let mut answer = "<ListBucketResult><IsTruncated>false</IsTruncated>".to_owned();
    for (key, bytes) in bucket.files().iter() {
        let _ = write!(
            answer,
            "<Contents><Key>{key}</Key><LastModified>{}</LastModified><ETag>\"1\"</ETag><Size>{}</Size></Contents>",
            WRITTEN[0],
            bytes.len()
        );
    }
    answer + "</ListBucketResult>"
}

async fn remove_several(State(bucket): State<Bucket>, body: String) -> String {
    let keys: Vec<_> = body.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next()).collect();
    let mut answer = "<DeleteResult>".to_owned();
    for key in keys {
        bucket.files().remove(key);
        let _ = write!(answer, "<Deleted><Key>{key}</Key></Deleted>");
    }
    answer + "</DeleteResult>"
}

fn settings(endpoint: &str) -> impl Iterator<Item = (String, String)> {
    [
        ("AWS_ENDPOINT", endpoint),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("PATH", "/usr/bin"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into_iter()
}

fn picture() -> Bytes {
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(RgbImage::new(400, 300)).write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner().into()
}

#[tokio::test]
async fn photos_are_kept_read_and_swept_in_a_bucket() -> Tested {
    let bucket = Bucket::default();
    let (whole, one) = (get(list).post(remove_several), get(read).put(write));
    let server = Router::new()
        .route("/campus", whole.clone())
        .route("/campus/", whole)
        .route("/campus/{*key}", one)
        .with_state(bucket.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, server).await });

    let photos = Photos::in_bucket("s3://campus/kept/here", settings(&endpoint))?;
    let kept = photos.keep(picture()).await?;
    let names = [format!("{}-small.jpg", kept.content), format!("{}.jpg", kept.content)];
    let keys: Vec<_> = bucket.files().keys().cloned().collect();
    assert_eq!(keys, names.clone().map(|name| format!("kept/here/{name}")));
    for name in &names {
        let bytes = photos.read(name).await?.ok_or("it is not there")?;
        assert_eq!(Some(&bytes), bucket.files().get(&format!("kept/here/{name}")));
        assert_eq!(image::guess_format(&bytes)?, ImageFormat::Jpeg);
    }
    assert_eq!(photos.read(&format!("{}.jpg", "0".repeat(64))).await?, None);

    // A backup has them in a folder.
    let folder = tempfile::tempdir()?;
    let store = Store::open(&format!("sqlite:{}", folder.path().join("a.db").display()), chrono_tz::Tz::UTC).await?;
    // No ticket has it, and it is old: it is swept away.
    photos.sweep(&store).await?;
    assert!(bucket.files().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_bucket_that_cannot_be_reached_is_a_503_soon_and_a_wrong_address_one_sentence() -> Tested {
    // A port that was free a moment ago.
    let endpoint = format!("http://{}", TcpListener::bind("127.0.0.1:0").await?.local_addr()?);
    let photos = Photos::in_bucket("s3://campus", settings(&endpoint))?;
    let began = Instant::now();
    assert_eq!(photos.keep(picture()).await, Err(AppError::Unavailable));
    assert_eq!(photos.read(&format!("{}.jpg", "0".repeat(64))).await, Err(AppError::Unavailable));
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
    for address in ["s3://", "ftp://campus/photos", "gs://campus", "https://example.edu/photos"] {
        let said = Photos::in_bucket(address, settings(&endpoint)).err().ok_or(address)?;
        assert!(said.ends_with('.') && said.contains("--photos") && said.lines().count() == 1, "{said}");
    }
    Ok(())
}
