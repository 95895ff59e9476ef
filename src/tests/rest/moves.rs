//! `PUT /api/v1/tickets/{id}/status`.

use super::{REQUESTER, STAFF, Tested, app};
use futures_util::future::join_all;
use serde_json::json;

#[tokio::test]
async fn r05_of_all_moves_two_exist_and_the_others_are_409() -> Tested {
    let app = app().await?;
    for (from, to, granted) in [
        ("open", "open", false),
        ("open", "active", true),
        ("open", "closed", false),
        ("active", "open", false),
        ("active", "active", false),
        ("active", "closed", true),
        ("closed", "open", false),
        ("closed", "active", false),
        ("closed", "closed", false),
    ] {
        let id = match from {
            "open" => app.opened("The lift is stuck").await,
            "active" => app.active("The lift is stuck").await,
            _ => app.closed("The lift is stuck").await,
        };
        let path = format!("/api/v1/tickets/{id}/status");
        let before = app.ticket(id).await;
        let to_requester = app.put(REQUESTER, &path, json!({"status": to})).await;
        assert_eq!(to_requester.status, if from == "closed" { 404 } else { 403 }, "{from} → {to}");
        assert_eq!(app.ticket(id).await, before);
        let answer = app.put(STAFF, &path, json!({"status": to})).await;
        if granted {
            assert_eq!(answer.status, 200, "{from} → {to}: {}", answer.text);
            assert_eq!(answer.json()["status"], to);
            assert_eq!(answer.json()["version"].as_i64(), before["version"].as_i64().map(|version| version + 1));
        } else {
            assert_eq!(answer.status, 409, "{from} → {to}: {}", answer.text);
            assert_eq!(answer.json()["current"], before);
            assert_eq!(app.ticket(id).await, before);
        }
    }
    Ok(())
}

#[tokio::test]
async fn r05_of_two_staff_who_close_at_once_one_succeeds() -> Tested {
    let app = app().await?;
    for round in 0..5 {
        let id = app.active("The lift is stuck").await;
        let path = format!("/api/v1/tickets/{id}/status");
        let answers = join_all((0..8).map(|_| app.put(STAFF, &path, json!({"status": "closed"})))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "round {round}");
        for refused in answers.iter().filter(|answer| answer.status != 200) {
            assert_eq!(refused.status, 409, "{}", refused.text);
            assert_eq!(refused.json()["current"]["status"], "closed");
        }
        let history = app.get(STAFF, &format!("/api/v1/tickets/{id}/history")).await.json();
        let closings = history["history"].as_array().into_iter().flatten().filter(|row| row["to"] == "closed");
        assert_eq!(closings.count(), 1);
    }
    Ok(())
}

#[tokio::test]
async fn a_move_may_carry_the_version_and_names_what_is_wrong() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    let path = format!("/api/v1/tickets/{id}/status");
    for (body, field) in [
        (json!({}), "status"),
        (json!({"status": null}), "status"),
        (json!({"status": "done"}), "status"),
        (json!({"status": "Active"}), "status"),
        (json!({"status": ""}), "status"),
        (json!({"status": 1}), "status"),
        (json!({"status": {"to": "active"}}), "status"),
        (json!(null), "status"),
        (json!({"status": "active", "version": "1"}), "version"),
    ] {
        app.put(STAFF, &path, body).await.names(field);
    }
    app.put(STAFF, &path, json!({"status": "active", "version": 2})).await.refused(409, "stale");
    let moved = app.put(STAFF, &path, json!({"status": "active", "version": 1})).await;
    assert_eq!((moved.status, &moved.json()["version"]), (200, &json!(2)));
    Ok(())
}
