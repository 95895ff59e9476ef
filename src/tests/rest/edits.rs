//! `PATCH /api/v1/tickets/{id}` and `PUT …/category`.

use super::{REQUESTER, STAFF, Tested, app};
use futures_util::future::join_all;
use serde_json::json;

#[tokio::test]
async fn r03_a_requester_changes_any_open_or_active_ticket() -> Tested {
    let app = app().await?;
    for id in [app.opened("The lift is stuck").await, app.active("The lift is stuck").await] {
        let path = format!("/api/v1/tickets/{id}");
        let before = app.ticket(id).await;
        let edit = json!({"description": " The lift is stuck on floor 3 ", "place": "B", "version": before["version"]});
        let answer = app.patch(REQUESTER, &path, edit).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let after = answer.json();
        assert_eq!(after["description"], "The lift is stuck on floor 3");
        assert_eq!(after["place"], "B");
        assert_eq!(after["version"].as_i64(), before["version"].as_i64().map(|version| version + 1));
        assert_eq!(after["status"], before["status"]);
        assert_eq!(app.ticket(id).await, after);
    }
    Ok(())
}

#[tokio::test]
async fn what_is_left_out_stays_and_null_clears_the_place() -> Tested {
    let app = app().await?;
    let report = json!({"description": "The lift is stuck", "place": "B"});
    app.post(REQUESTER, "/api/v1/tickets", report).await;
    let path = "/api/v1/tickets/1";
    let edited = app.patch(REQUESTER, path, json!({"description": "The lift is slow", "version": 1})).await.json();
    assert_eq!((&edited["place"], &edited["version"]), (&json!("B"), &json!(2)));
    let edited = app.patch(REQUESTER, path, json!({"place": null, "version": 2})).await.json();
    assert_eq!((&edited["place"], &edited["description"]), (&json!(null), &json!("The lift is slow")));
    let edited = app.patch(REQUESTER, path, json!({"place": "C", "version": 3})).await.json();
    assert_eq!(edited["place"], "C");
    let edited = app.patch(REQUESTER, path, json!({"place": "  ", "version": 4})).await.json();
    assert_eq!((&edited["place"], &edited["version"]), (&json!(null), &json!(5)));
    for nothing in [json!({"version": 5}), json!({"description": "The lift is slow", "place": null, "version": 5})] {
        let unchanged = app.patch(REQUESTER, path, nothing).await;
        assert_eq!((unchanged.status, unchanged.json()), (200, edited.clone()));
    }
    let closing = json!({"version": 5, "status": "closed", "category": "technical-it", "id": 2, "again_of": 1});
    assert_eq!(app.patch(REQUESTER, path, closing).await.json(), edited);
    Ok(())
}

#[tokio::test]
async fn an_edit_needs_the_version_and_names_what_is_wrong() -> Tested {
    let app = app().await?;
    app.opened("The lift is stuck").await;
    for (edit, field) in [
        (json!({"description": "x"}), "version"),
        (json!({"description": "x", "version": null}), "version"),
        (json!({"description": "x", "version": "1"}), "version"),
        (json!({"description": "x", "version": 1.5}), "version"),
        (json!({"description": "x", "version": 9_223_372_036_854_775_808_u64}), "version"),
        (json!({"description": null, "version": 1}), "description"),
        (json!({"description": 7, "version": 1}), "description"),
        (json!({"description": "", "version": 1}), "description"),
        (json!({"description": "a\u{7}", "version": 1}), "description"),
        (json!({"place": [], "version": 1}), "place"),
        (json!({"place": "x".repeat(121), "version": 1}), "place"),
        (json!([]), "version"),
    ] {
        app.patch(REQUESTER, "/api/v1/tickets/1", edit).await.names(field);
    }
    assert_eq!(app.ticket(1).await["version"], 1);
    Ok(())
}

#[tokio::test]
async fn an_edit_of_what_one_has_not_seen_is_409_with_the_ticket_as_it_is() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    let path = format!("/api/v1/tickets/{id}");
    app.patch(REQUESTER, &path, json!({"place": "B", "version": 1})).await;
    for version in [1, 0, -1, 3, i64::MAX, i64::MIN] {
        let problem =
            app.patch(REQUESTER, &path, json!({"place": "C", "version": version})).await.refused(409, "stale");
        assert_eq!(problem["current"], app.ticket(id).await);
        assert_eq!(problem["current"]["place"], "B");
    }
    for (under, body) in [
        ("status", json!({"status": "active", "version": 1})),
        ("category", json!({"category": "technical-it", "version": 1})),
    ] {
        let problem = app.put(STAFF, &format!("{path}/{under}"), body).await.refused(409, "stale");
        assert_eq!(problem["current"]["version"], 2);
    }
    Ok(())
}

#[tokio::test]
async fn of_ten_edits_of_the_same_version_one_succeeds() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    let path = format!("/api/v1/tickets/{id}");
    let edits = (0..10).map(|n| app.patch(REQUESTER, &path, json!({"place": format!("Floor {n}"), "version": 1})));
    let answers = join_all(edits).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 409).count(), 9);
    let now = app.ticket(id).await;
    assert_eq!(now["version"], 2);
    for answer in answers.iter().filter(|answer| answer.status == 409) {
        assert_eq!(answer.json()["current"], now);
    }
    Ok(())
}

#[tokio::test]
async fn r03_a_closed_ticket_is_not_edited() -> Tested {
    let app = app().await?;
    let id = app.closed("The lift is stuck").await;
    let path = format!("/api/v1/tickets/{id}");
    let edit = json!({"place": "B", "version": 3});
    app.patch(REQUESTER, &path, edit.clone()).await.refused(404, "no-such-ticket");
    let problem = app.patch(STAFF, &path, edit).await.refused(409, "ticket-closed");
    assert_eq!(problem["current"], app.ticket(id).await);
    Ok(())
}

#[tokio::test]
async fn r09_staff_correct_a_category_and_setting_it_again_is_no_change() -> Tested {
    let app = app().await?;
    let id = app.opened("elevator is not working").await;
    let path = format!("/api/v1/tickets/{id}/category");
    let same = app.put(STAFF, &path, json!({"category": "facility-management", "version": 1})).await;
    assert_eq!((same.status, &same.json()["version"]), (200, &json!(1)));
    let corrected = app.put(STAFF, &path, json!({"category": "technical-it", "version": 1})).await;
    assert_eq!(corrected.status, 200, "{}", corrected.text);
    assert_eq!(corrected.json()["category"], "technical-it");
    assert_eq!(corrected.json()["version"], 2);
    let again = app.put(STAFF, &path, json!({"category": "technical-it"})).await;
    assert_eq!(again.json(), corrected.json());
    app.put(REQUESTER, &path, json!({"category": "services-complaints"})).await.refused(403, "staff-only");
    for unknown in [json!({}), json!({"category": null}), json!({"category": "it"}), json!({"category": 3}), json!("x")]
    {
        app.put(STAFF, &path, unknown).await.names("category");
    }
    app.put(STAFF, &path, json!({"category": "technical-it", "version": true})).await.names("version");
    let closed = app.closed("The lift is stuck").await;
    let path = format!("/api/v1/tickets/{closed}/category");
    app.put(STAFF, &path, json!({"category": "technical-it"})).await.refused(409, "ticket-closed");
    app.put(REQUESTER, &path, json!({"category": "technical-it"})).await.refused(404, "no-such-ticket");
    Ok(())
}
