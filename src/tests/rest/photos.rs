//! `…/photos`: what is kept of a file, and every kind of file that is refused.

use super::{Answer, App, REQUESTER, STAFF, Tested, app, send};
use crate::{domain::role::Role, server::photos::Photos};
use axum::{
    body::{Body, Bytes},
    http::{Method, Request, header},
};
use futures_util::stream;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};
use std::{
    error::Error,
    io::Cursor,
    time::{Duration, SystemTime},
};

const BOUNDARY: &str = "photo-boundary";

/// A picture whose left half is red and whose right half is blue.
fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let half = |x, _| if x < width / 2 { Rgb([200, 0, 0]) } else { Rgb([0, 0, 200]) };
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, half)).write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// A JPEG with a segment behind its first marker.
fn with_segment(jpeg: &[u8], marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, data, &jpeg[2..]].concat()
}

/// EXIF that says that the picture is to be turned to the right, and where it was taken.
fn exif() -> Vec<u8> {
    let mut tiff = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    tiff.extend_from_slice(b"GPSLatitude 44.4949 N GPSLongitude 11.3426 E");
    tiff
}

/// A chunk of a PNG. Its checksum is wrong: what is refused before it is decoded is refused without it.
fn chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], kind, data, &[0; 4]].concat()
}

fn png_head(width: u32, height: u32) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &head)].concat()
}

fn form(fields: &[(&str, &str)], file: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes(),
        );
    }
    let head = "Content-Disposition: form-data; name=\"file\"; filename=\"photo.jpg\"\r\nContent-Type: image/jpeg";
    body.extend_from_slice(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    body
}

fn posted(role: Role, id: i64, body: impl Into<Body>) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri(format!("/api/v1/tickets/{id}/photos"))
        .header("campusdesk-role", role.slug())
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(body.into())
        .unwrap()
}

impl App {
    async fn add(&self, role: Role, id: i64, fields: &[(&str, &str)], file: &[u8]) -> Answer {
        self.send(posted(role, id, form(fields, file))).await
    }

    async fn file(&self, url: &Value) -> Result<Bytes, Box<dyn Error>> {
        let name = url.as_str().and_then(|url| url.strip_prefix("/photos/")).ok_or("no address")?;
        Ok(self.state.photos.read(name).await?.ok_or("no file")?)
    }
}

#[tokio::test]
async fn a_photo_is_kept_upright_smaller_and_without_where_it_was_taken() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    app.wait(1_000);
    let file = with_segment(&picture(2400, 1200, ImageFormat::Jpeg), 0xe1, &exif());
    let added = app.add(REQUESTER, id, &[("alt", " The  doors ")], &file).await;
    assert_eq!(added.status, 201, "{}", added.text);
    let photo = added.json();
    assert_eq!((&photo["width"], &photo["height"], &photo["alt"]), (&json!(800), &json!(1600), &json!("The doors")));
    let kept = app.file(&photo["url"]).await?;
    assert!(memchr::memmem::find(&kept, b"GPS").is_none() && memchr::memmem::find(&kept, b"Exif").is_none());
    let decoded = image::load_from_memory(&kept)?.to_rgb8();
    assert_eq!(decoded.dimensions(), (800, 1600));
    // Turned to the right, what was at the left is above.
    let (above, below) = (decoded.get_pixel(400, 100).0, decoded.get_pixel(400, 1500).0);
    assert!(above[0] > 150 && above[2] < 50 && below[2] > 150 && below[0] < 50, "{above:?} {below:?}");
    let small = image::load_from_memory(&app.file(&photo["thumbnail_url"]).await?)?;
    assert_eq!((small.width(), small.height()), (160, 320));
    let ticket = app.ticket(id).await;
    assert_eq!((&ticket["photos"], &ticket["version"]), (&json!([photo]), &json!(2)));
    assert_eq!(ticket["modified_at"], "2026-11-02T08:00:01.000Z");
    let history = app.get(REQUESTER, &format!("/api/v1/tickets/{id}/history")).await.json();
    assert_eq!(
        (&history["history"][1]["what"], &history["history"][1]["to"]),
        (&json!("photo"), &json!(photo["id"].to_string()))
    );
    Ok(())
}

#[tokio::test]
async fn every_kind_of_picture_is_taken_by_what_it_holds() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Jpeg] {
        let added = app.add(REQUESTER, id, &[], &picture(40, 30, format)).await;
        assert_eq!((added.status, &added.json()["width"]), (201, &json!(40)), "{format:?} {}", added.text);
        let kept = app.file(&added.json()["url"]).await?;
        assert_eq!(image::guess_format(&kept)?, ImageFormat::Jpeg);
    }
    // What phones append to their pictures is left out.
    let jpeg = picture(30, 30, ImageFormat::Jpeg);
    let gain_map = [&jpeg[..], &picture(8, 8, ImageFormat::Jpeg)].concat();
    let added = app.add(REQUESTER, id, &[], &gain_map).await;
    assert_eq!(added.status, 201, "{}", added.text);
    Ok(())
}

#[tokio::test]
async fn every_hostile_file_is_refused_with_what_to_do() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    let (jpeg, png) = (picture(600, 400, ImageFormat::Jpeg), picture(600, 400, ImageFormat::Png));
    let webp = picture(600, 400, ImageFormat::WebP);
    let cut = |file: &[u8], by: usize| file[..file.len() - by].to_vec();
    let end = chunk(b"IEND", b"");
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    for (name, file, why) in [
        ("text", b"just words".to_vec(), "not a picture"),
        ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec(), "not a picture"),
        ("gif", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), "not a picture"),
        ("heic", heic, "saved as JPEG first"),
        ("pdf with a jpeg", [b"%PDF-1.7\n", &jpeg[..]].concat(), "not a picture"),
        ("jpeg without its end", cut(&jpeg, 2), "ends early"),
        ("half a jpeg", cut(&jpeg, jpeg.len() / 2), "ends early"),
        ("half a png", cut(&png, png.len() / 2), "ends early"),
        ("half a webp", cut(&webp, webp.len() / 2), "ends early"),
        ("jpeg and a zip", [&jpeg[..], b"PK\x03\x04zip"].concat(), "something besides"),
        ("png and a page", [&png[..], b"<html><script>alert(1)</script>"].concat(), "something besides"),
        ("jpeg with a script", with_segment(&jpeg, 0xfe, b"/*<SCRIPT>alert(1)</SCRIPT>*/"), "something besides"),
        (
            "png of 2,500 megapixels",
            [png_head(50_000, 50_000), chunk(b"IDAT", &[0; 64]), end.clone()].concat(),
            "too large",
        ),
        (
            "png of many megapixels",
            [png_head(9_000, 9_000), chunk(b"IDAT", &[0; 64]), end.clone()].concat(),
            "81 megapixels",
        ),
        ("png of nothing", [png_head(0, 5), chunk(b"IDAT", &[0; 64]), end].concat(), "damaged"),
        ("png of noise", [&png[..60], &[7; 500], &png[560..]].concat(), "damaged"),
        ("png of a wrong chunk", [&b"\x89PNG\r\n\x1a\n"[..], &[0xff; 12]].concat(), "damaged"),
    ] {
        let refused = app.add(REQUESTER, id, &[], &file).await;
        assert_eq!(refused.status, 422, "{name}: {}", refused.text);
        let problem = refused.json();
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(why)), "{name}: {problem}");
        assert_eq!(problem["field"], "file", "{name}");
    }
    assert_eq!(app.ticket(id).await["photos"], json!([]));
    Ok(())
}

/// A picture whose scans would each be decoded, over and over.
#[tokio::test]
async fn a_jpeg_of_a_thousand_scans_is_refused() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    let jpeg = picture(600, 400, ImageFormat::Jpeg);
    let scan = jpeg.windows(2).position(|two| two == [0xff, 0xda]).ok_or("no scan")?;
    let end = jpeg.len() - 2;
    let file = [&jpeg[..end], &jpeg[scan..end].repeat(1_000), &jpeg[end..]].concat();
    let refused = app.add(REQUESTER, id, &[], &file).await;
    assert!(matches!(refused.status, 413 | 422), "{}", refused.text);
    Ok(())
}

#[tokio::test]
async fn a_body_of_100_mb_is_refused_and_not_kept() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    let head = form(&[], &[]);
    let head = Bytes::copy_from_slice(&head[..head.len() - format!("\r\n--{BOUNDARY}--\r\n").len()]);
    let megabyte = Bytes::from(vec![0xff; 1 << 20]);
    let parts = std::iter::once(head).chain(std::iter::repeat_n(megabyte, 100)).map(Ok::<_, std::io::Error>);
    let refused = send(&app.router, posted(REQUESTER, id, Body::from_stream(stream::iter(parts)))).await;
    // Its sender hung up in the middle, or sent too much: either way it is told.
    assert!(matches!(refused.status, 400 | 413), "{}", refused.text);
    let file = vec![0xff; (10 << 20) + 1];
    let refused = app.add(REQUESTER, id, &[], &file).await;
    assert_eq!(refused.status, 413, "{}", refused.text);
    assert!(refused.text.contains("10240 KiB"), "{}", refused.text);
    Ok(())
}

#[tokio::test]
async fn a_form_that_is_none_says_what_it_has_to_be() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    let answer = app.post(REQUESTER, &format!("/api/v1/tickets/{id}/photos"), json!({"file": "x"})).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    let nothing = app.send(posted(REQUESTER, id, "no parts at all")).await;
    assert_eq!(nothing.status, 400, "{}", nothing.text);
    let empty = app.add(REQUESTER, id, &[], b"").await;
    assert_eq!((empty.status, &empty.json()["field"]), (422, &json!("file")), "{}", empty.text);
    let long = "x".repeat(301);
    let refused = app.add(REQUESTER, id, &[("alt", &long)], &picture(9, 9, ImageFormat::Png)).await;
    assert_eq!((refused.status, &refused.json()["field"]), (422, &json!("alt")));
    Ok(())
}

#[tokio::test]
async fn r03_photos_go_where_their_sender_may_write_and_no_more_than_four() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    let file = picture(20, 20, ImageFormat::Png);
    let said = app.post(REQUESTER, &format!("/api/v1/tickets/{id}/messages"), json!({"body": "Look"})).await.json();
    let message = said["id"].to_string();
    let under = [("message_id", message.as_str())];
    for n in 1..=4 {
        assert_eq!(app.add(REQUESTER, id, &under, &file).await.status, 201, "{n}");
    }
    let fifth = app.add(REQUESTER, id, &under, &file).await;
    assert_eq!(fifth.status, 422, "{}", fifth.text);
    let messages = app.get(REQUESTER, &format!("/api/v1/tickets/{id}/messages")).await.json();
    assert_eq!(messages["messages"][0]["photos"].as_array().map(Vec::len), Some(4));
    assert_eq!((&app.ticket(id).await["photos"], &app.ticket(id).await["version"]), (&json!([]), &json!(1)));
    // Not under what the other side wrote, nor under another ticket's message.
    let other = app.opened("The soup was cold").await;
    for (role, ticket) in [(STAFF, id), (REQUESTER, other)] {
        let refused = app.add(role, ticket, &under, &file).await;
        assert_eq!((refused.status, &refused.json()["field"]), (422, &json!("message_id")), "{}", refused.text);
    }
    let closed = app.closed("The door is open").await;
    assert_eq!(app.add(REQUESTER, closed, &[], &file).await.status, 404);
    assert_eq!(app.add(STAFF, closed, &[], &file).await.status, 409);
    assert_eq!(app.add(REQUESTER, 999, &[], &file).await.status, 404);
    Ok(())
}

#[tokio::test]
async fn a_photo_sent_again_under_its_key_is_one_photo() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    let send = async |width| {
        let mut request = posted(REQUESTER, id, form(&[], &picture(width, 20, ImageFormat::Png)));
        request.headers_mut().insert("idempotency-key", "k".parse().unwrap());
        app.send(request).await
    };
    let (first, again, other) = (send(20).await, send(20).await, send(30).await);
    assert_eq!((first.status, first.json()), (201, again.json()), "{}", again.text);
    assert_eq!(
        (other.status, app.ticket(id).await["photos"].as_array().map(Vec::len)),
        (409, Some(1)),
        "{}",
        other.text
    );
    Ok(())
}

#[tokio::test]
async fn r06_a_photo_of_an_internal_note_is_told_to_staff_alone() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    let path = format!("/api/v1/tickets/{id}/messages");
    let note = app.post(STAFF, &path, json!({"body": "Ask first", "internal": true})).await.json();
    let added = app.add(STAFF, id, &[("message_id", &note["id"].to_string())], &picture(9, 9, ImageFormat::Png)).await;
    assert_eq!(added.status, 201, "{}", added.text);
    let history = async |role| app.get(role, &format!("/api/v1/tickets/{id}/history")).await.text;
    assert!(history(STAFF).await.contains("note_photo") && !history(REQUESTER).await.contains("photo"));
    assert!(!app.get(REQUESTER, &path).await.text.contains("/photos/"));
    Ok(())
}

#[tokio::test]
async fn what_is_left_behind_is_swept_away_and_what_belongs_to_something_stays() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    let (store, photos) = (&app.state.store, &app.state.photos);
    let used = app.add(REQUESTER, id, &[], &picture(50, 50, ImageFormat::Png)).await.json();
    let left = photos.keep(picture(60, 60, ImageFormat::Png)).await?;
    store.add_photo(left.clone()).await?;
    let stray = photos.keep(picture(70, 70, ImageFormat::Png)).await?;
    let folder = std::path::Path::new(app.database.trim_start_matches("sqlite:")).with_extension("photos");
    let names = |folder: &std::path::Path| std::fs::read_dir(folder).map(Iterator::count);
    assert_eq!(names(&folder)?, 6);
    // Nothing is old yet.
    photos.sweep(store).await?;
    assert_eq!(names(&folder)?, 6);
    for file in std::fs::read_dir(&folder)? {
        let old = SystemTime::now() - Duration::from_hours(2);
        std::fs::File::options().write(true).open(file?.path())?.set_modified(old)?;
    }
    photos.sweep(store).await?;
    assert!(photos.read(&format!("{}.jpg", stray.content)).await?.is_none());
    assert!(photos.read(&format!("{}.jpg", left.content)).await?.is_some());
    app.wait(8 * 24 * 3_600_000);
    photos.sweep(store).await?;
    assert!(photos.read(&format!("{}.jpg", left.content)).await?.is_none());
    assert_eq!(names(&folder)?, 2);
    app.file(&used["url"]).await?;
    // The same photo sent again is new, whatever its files were before.
    let again = photos.keep(picture(70, 70, ImageFormat::Png)).await?;
    photos.sweep(store).await?;
    assert!(photos.read(&format!("{}.jpg", again.content)).await?.is_some());
    std::fs::read_dir(&folder)?.try_for_each(|file| {
        let old = SystemTime::now() - Duration::from_hours(2);
        std::fs::File::options().write(true).open(file?.path())?.set_modified(old)
    })?;
    photos.sweep(store).await?;
    // The backup takes what belongs to something.
    let other = tempfile::tempdir()?;
    let copies = Photos::in_folder(other.path())?;
    photos.copy_to(&copies, store).await?;
    assert_eq!(names(other.path())?, 2);
    let itself = photos.copies_in(&folder).map(|_| ()).unwrap_err();
    assert!(itself.contains("another name"), "{itself}");
    photos.copies_in(other.path())?;
    Ok(())
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_one_sentence() -> Tested {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("file");
    std::fs::write(&file, "no folder")?;
    let said = Photos::in_folder(&file).err().ok_or("a file is no folder")?;
    assert!(said.ends_with('.') && said.contains("--photos") && said.lines().count() == 1, "{said}");
    Ok(())
}
