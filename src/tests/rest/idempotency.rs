//! The header `Idempotency-Key`.

use super::{REQUESTER, STAFF, Tested, app, open, request, send};
use crate::server::rest::{self, RestState};
use axum::http::{HeaderValue, Method};
use futures_util::future::join_all;
use serde_json::json;

const TICKETS: &str = "/api/v1/tickets";

#[tokio::test]
async fn ten_posts_of_one_key_at_once_are_one_ticket_and_ten_equal_answers() -> Tested {
    let app = app().await?;
    let report = json!({"description": "The lift is stuck", "place": "B"});
    let answers = join_all((0..10).map(|_| app.post_with_key(REQUESTER, TICKETS, "k-1", report.clone()))).await;
    for answer in &answers {
        assert_eq!((answer.status, &answer.text), (201, &answers[0].text));
        assert_eq!(answer.header("location"), Some("/api/v1/tickets/1"));
    }
    assert_eq!(app.get(STAFF, TICKETS).await.ids("tickets"), [1]);

    let path = "/api/v1/tickets/1/messages";
    let message = json!({"body": "Any news?"});
    let answers = join_all((0..10).map(|_| app.post_with_key(REQUESTER, path, "k-1", message.clone()))).await;
    for answer in &answers {
        assert_eq!((answer.status, &answer.text), (201, &answers[0].text));
    }
    assert_eq!(app.get(STAFF, path).await.ids("messages"), [1]);
    Ok(())
}

#[tokio::test]
async fn a_repeat_answers_with_the_ticket_as_it_now_is() -> Tested {
    let app = app().await?;
    let report = json!({"description": "The lift is stuck"});
    app.post_with_key(REQUESTER, TICKETS, "k", report.clone()).await;
    app.patch(STAFF, "/api/v1/tickets/1", json!({"place": "B", "version": 1})).await;
    let again = app.post_with_key(REQUESTER, TICKETS, "k", report).await;
    assert_eq!(again.status, 201, "{}", again.text);
    assert_eq!(again.json()["place"], "B");
    assert_eq!(again.json()["version"], 2);
    // What is trimmed away is no other text.
    let spaced = app.post_with_key(REQUESTER, TICKETS, "k", json!({"description": " The lift is stuck\r\n"})).await;
    assert_eq!((spaced.status, &spaced.json()["id"]), (201, &json!(1)));
    Ok(())
}

#[tokio::test]
async fn the_same_key_with_other_text_is_409_with_what_it_made() -> Tested {
    let app = app().await?;
    app.post_with_key(REQUESTER, TICKETS, "k", json!({"description": "The lift is stuck"})).await;
    for other in
        [json!({"description": "The soup was cold"}), json!({"description": "The lift is stuck", "place": "B"})]
    {
        let problem = app.post_with_key(REQUESTER, TICKETS, "k", other).await.refused(409, "key-reused");
        assert_eq!(problem["current"], app.ticket(1).await);
    }
    let path = "/api/v1/tickets/1/messages";
    let message = app.post_with_key(STAFF, path, "k", json!({"body": "Tomorrow"})).await;
    assert_eq!(message.status, 201, "{}", message.text);
    for other in [json!({"body": "Today"}), json!({"body": "Tomorrow", "internal": true})] {
        let problem = app.post_with_key(STAFF, path, "k", other).await.refused(409, "key-reused");
        assert_eq!(problem["current"], message.json());
    }
    assert_eq!(app.get(STAFF, TICKETS).await.ids("tickets").len(), 1);
    assert_eq!(app.get(STAFF, path).await.ids("messages").len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_refused_request_does_not_use_its_key_up() -> Tested {
    let app = app().await?;
    app.post_with_key(REQUESTER, TICKETS, "k", json!({"description": " "})).await.names("description");
    app.post_with_key(REQUESTER, TICKETS, "k", json!({"description": "Again", "again_of": 9})).await.names("again_of");
    let made = app.post_with_key(REQUESTER, TICKETS, "k", json!({"description": "The lift is stuck"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let path = "/api/v1/tickets/1/messages";
    let note = json!({"body": "Note", "internal": true});
    app.post_with_key(REQUESTER, path, "m", note.clone()).await.refused(403, "staff-only");
    assert_eq!(app.post_with_key(STAFF, path, "m", note).await.status, 201);
    Ok(())
}

#[tokio::test]
async fn a_restart_forgets_no_key() -> Tested {
    let app = app().await?;
    let report = json!({"description": "The lift is stuck"});
    let made = app.post_with_key(REQUESTER, TICKETS, "k", report.clone()).await;
    app.state.store.clone().shut_down().await;
    let store = open(&app.database, &app.clock).await?;
    let router = rest::router(RestState { store, ..app.state.clone() });
    let mut again = request(REQUESTER, Method::POST, TICKETS, Some(&report));
    again.headers_mut().insert("Idempotency-Key", HeaderValue::from_static("k"));
    let again = send(&router, again).await;
    assert_eq!((again.status, again.json()), (201, made.json()));
    Ok(())
}

#[tokio::test]
async fn a_key_is_1_to_200_visible_ascii_characters() -> Tested {
    let app = app().await?;
    let report = json!({"description": "The lift is stuck"});
    let longest = "k".repeat(200);
    let too_long = "k".repeat(201);
    let send = async |keys: &[&[u8]]| {
        let mut request = request(REQUESTER, Method::POST, TICKETS, Some(&report));
        for key in keys {
            request.headers_mut().append("idempotency-key", HeaderValue::from_bytes(key).unwrap());
        }
        app.send(request).await
    };
    for good in ["!", "~", "3f2a-91", "k\"'<>;--", &longest] {
        assert_eq!(send(&[good.as_bytes()]).await.status, 201, "{good}");
    }
    for bad in ["", "a b", "é", "\t", &too_long] {
        send(&[bad.as_bytes()]).await.names("Idempotency-Key");
    }
    send(&[b"\xff\xfe"]).await.names("Idempotency-Key");
    send(&[b"one", b"two"]).await.names("Idempotency-Key");
    Ok(())
}

#[tokio::test]
async fn without_a_key_the_same_text_twice_is_two_tickets() -> Tested {
    let app = app().await?;
    assert_ne!(app.opened("The lift is stuck").await, app.opened("The lift is stuck").await);
    Ok(())
}
