//! The service worker: what it is told of the build and the language, and what the server says to it.

use super::{Desk, Done};
use crate::server::assets;
use axum::http::{Method, StatusCode};
use serde_json::Value;

/// What the server writes before the script.
fn shell(script: &str) -> Result<Value, Box<dyn std::error::Error>> {
    let shell = script.strip_prefix("const SHELL=").and_then(|rest| rest.split_once("};")).ok_or("no shell")?.0;
    Ok(serde_json::from_str(&format!("{shell}}}"))?)
}

#[tokio::test]
async fn the_worker_is_of_this_build_and_in_its_reader_s_language() -> Done {
    if assets::find("worker.js").is_none() {
        // The site is built by `make release`, which comes after these tests in a fresh clone.
        return Ok(());
    }
    let desk = Desk::new().await?;
    let worker = desk.get("/worker.js").await;
    assert_eq!((worker.status, worker.header("content-type")), (StatusCode::OK, "text/javascript; charset=utf-8"));
    assert_eq!(worker.header("cache-control"), "no-cache");
    let english = shell(&worker.body)?;
    assert_eq!((&english["build"], &english["language"]), (&assets::package_url().into(), &"en".into()));
    for address in
        english["files"].as_array().ok_or("no files")?.iter().chain(english["pages"].as_array().ok_or("no pages")?)
    {
        let address = address.as_str().ok_or("no address")?;
        assert_eq!(desk.get(address).await.status, StatusCode::OK, "{address}");
    }
    let headers = [("cookie", "campusdesk_language=de")];
    let german = shell(&desk.send(Method::GET, "/worker.js", &headers, "").await.body)?;
    assert_eq!(german["language"], "de");
    assert_ne!(german["texts"]["withdraw"], english["texts"]["withdraw"]);
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_with_a_form_is_said_where_no_page_can_say_it() -> Done {
    let desk = Desk::new().await?;
    let says = |answer: &super::Answer| {
        let said = format!("says={}", answer.header("campusdesk-problem"));
        form_urlencoded::parse(said.as_bytes()).next().map(|(_, says)| says.into_owned()).unwrap_or_default()
    };
    let empty = desk.call("/rpc/open_ticket", "description=+&place=&again_of=&key=a").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(says(&empty).contains("(what is wrong) is empty"), "{}", says(&empty));
    let headers = [
        ("accept", "application/json"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("cookie", "campusdesk_language=it"),
    ];
    let italian = desk.send(Method::POST, "/rpc/open_ticket", &headers, "description=+&place=&again_of=&key=a").await;
    assert!(!says(&italian).is_empty() && says(&italian) != says(&empty), "{}", says(&italian));
    let made = desk.call("/rpc/open_ticket", "description=The+lamp+is+broken&place=&again_of=&key=a").await;
    assert_eq!((made.status, made.header("campusdesk-problem")), (StatusCode::OK, ""));
    Ok(())
}

#[tokio::test]
async fn what_is_shared_before_there_is_a_worker_leads_to_the_form() -> Done {
    let desk = Desk::new().await?;
    let shared = desk.send(Method::POST, "/share", &[("sec-fetch-site", "none")], "").await;
    assert_eq!((shared.status, shared.header("location")), (StatusCode::SEE_OTHER, "/tickets/new"));
    let manifest: Value = serde_json::from_str(&desk.get("/manifest.webmanifest").await.body)?;
    assert_eq!(manifest["share_target"]["action"], "/share");
    Ok(())
}
