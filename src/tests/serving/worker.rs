//! What the server says to the service worker, and does where there is none yet. The worker itself is of the site, which the browser
//! tests have.

use super::{Desk, Done};
use axum::http::{Method, StatusCode};
use serde_json::Value;

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
    // However much it quotes: proxies refuse long headers.
    let category = "%C3%A9".repeat(5_000);
    let long = desk.call("/rpc/list_tickets", &format!("query=category%3D{category}")).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        (1..2_000).contains(&long.header("campusdesk-problem").len()),
        "{}",
        long.header("campusdesk-problem").len()
    );
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
