//! `PUT` and `DELETE /api/v1/tickets/{id}/merged_into`.

use super::{REQUESTER, STAFF, Tested, app, request};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn a_duplicate_is_merged_and_parted_and_refusals_change_nothing() -> Tested {
    let app = app().await?;
    let (target, duplicate) = (app.opened("The lift is stuck").await, app.active("The lift does not come").await);
    let path = format!("/api/v1/tickets/{duplicate}/merged_into");
    let before = app.ticket(duplicate).await;
    app.put(REQUESTER, &path, json!({"into": target})).await.refused(403, "staff-only");
    app.put(STAFF, &path, json!({})).await.names("into");
    app.put(STAFF, &path, json!({"into": "x"})).await.names("into");
    for nowhere in [json!(duplicate), json!(999), json!(-1)] {
        app.put(STAFF, &path, json!({"into": nowhere})).await.names("into");
    }
    app.put(STAFF, &path, json!({"into": target, "version": 1})).await.refused(409, "stale");
    assert_eq!(app.ticket(duplicate).await, before);
    app.send(request(STAFF, Method::DELETE, &path, None)).await.refused(409, "settled");

    let merged = app.put(STAFF, &path, json!({"into": target})).await;
    assert_eq!(merged.status, 200, "{}", merged.text);
    assert_eq!((&merged.json()["merged_into"], &merged.json()["status"]), (&json!(target), &json!("closed")));
    assert_eq!(app.ticket(target).await["affected"], 1);
    app.put(STAFF, &path, json!({"into": target})).await.refused(409, "ticket-closed");
    app.get(REQUESTER, &format!("/api/v1/tickets/{duplicate}")).await.refused(404, "no-such-ticket");

    app.send(request(REQUESTER, Method::DELETE, &path, None)).await.refused(404, "no-such-ticket");
    let parted = app.send(request(STAFF, Method::DELETE, &path, None)).await;
    assert_eq!(
        (parted.status, &parted.json()["status"], &parted.json()["merged_into"]),
        (200, &json!("active"), &json!(null))
    );
    assert_eq!(app.ticket(target).await["affected"], 0);
    Ok(())
}
