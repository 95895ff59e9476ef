//! `POST /api/v1/tickets` and `GET /api/v1/tickets/{id}`.

use super::{REQUESTER, STAFF, Tested, app};
use serde_json::json;

#[tokio::test]
async fn r02_r07_r08_a_report_becomes_an_open_ticket_with_an_address() -> Tested {
    let app = app().await?;
    let report = json!({
        "description": "  The WIFI is malfunctioning in the library\r\nsince <b>noon</b> \n",
        "place": " Library, 2nd floor ",
        "status": "closed", "id": 77, "category": "services-complaints", "version": 9, "opened_at": "1999-01-01T00:00:00Z",
    });
    let answer = app.post(REQUESTER, "/api/v1/tickets", report).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let ticket = answer.json();
    assert_eq!(
        ticket,
        json!({
            "id": 1,
            "merged_into": null,
            "description": "The WIFI is malfunctioning in the library\nsince <b>noon</b>",
            "place": "Library, 2nd floor",
            "category": "technical-it",
            "category_source": "auto",
            "category_because": ticket["category_because"],
            "category_doubtful": false,
            "status": "open",
            "opened_at": "2026-11-02T08:00:00.000Z",
            "modified_at": "2026-11-02T08:00:00.000Z",
            "closed_at": null,
            "version": 1,
            "messages": 0,
            "again_of": null,
            "photos": [],
            "affected": 0,
        })
    );
    assert_eq!(answer.header("location"), Some("/api/v1/tickets/1"));
    assert_eq!(app.get(REQUESTER, "/api/v1/tickets/1").await.json(), ticket);
    assert_eq!(app.get(STAFF, "/api/v1/tickets/1").await.json(), ticket);
    Ok(())
}

#[tokio::test]
async fn r09_the_category_is_assigned_with_the_words_that_decided() -> Tested {
    let app = app().await?;
    for (description, category, word) in [
        ("elevator is not working", "facility-management", "elevator"),
        ("WIFI malfunctioning", "technical-it", "wifi"),
        ("the canteen's food", "services-complaints", "food"),
    ] {
        let id = app.opened(description).await;
        let ticket = app.ticket(id).await;
        assert_eq!(ticket["category"], category, "{ticket}");
        assert_eq!(ticket["category_source"], "auto", "{ticket}");
        let because = ticket["category_because"].to_string().to_lowercase();
        assert!(because.contains(word), "{ticket}");
    }
    Ok(())
}

#[tokio::test]
async fn r09_the_category_follows_the_description_until_staff_correct_it() -> Tested {
    let app = app().await?;
    let id = app.opened("elevator is not working").await;
    let path = format!("/api/v1/tickets/{id}");
    let edited = app.patch(REQUESTER, &path, json!({"description": "WIFI malfunctioning", "version": 1})).await.json();
    assert_eq!(edited["category"], "technical-it");
    assert_eq!(edited["category_source"], "auto");

    let corrected =
        app.put(STAFF, &format!("{path}/category"), json!({"category": "services-complaints"})).await.json();
    assert_eq!(corrected["category"], "services-complaints");
    assert_eq!(corrected["category_source"], "staff");
    assert_eq!(corrected["category_because"], json!([]));

    let version = corrected["version"].clone();
    let edit = json!({"description": "elevator is not working", "version": version});
    let edited = app.patch(REQUESTER, &path, edit).await.json();
    assert_eq!(edited["category"], "services-complaints");
    assert_eq!(edited["category_source"], "staff");
    Ok(())
}

#[tokio::test]
async fn r10_the_three_dates_move_when_they_should_and_at_no_other_time() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    let path = format!("/api/v1/tickets/{id}");
    let modified_after = async |millis: i64| {
        let at = chrono::DateTime::from_timestamp_millis(super::START + millis).unwrap_or_default();
        let ticket = app.ticket(id).await;
        assert_eq!(ticket["opened_at"], "2026-11-02T08:00:00.000Z");
        assert_eq!(ticket["modified_at"], at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true), "{ticket}");
        ticket
    };

    app.wait(1);
    app.get(STAFF, &path).await;
    app.get(STAFF, "/api/v1/tickets").await;
    app.patch(STAFF, &path, json!({"version": 1})).await;
    app.patch(STAFF, &path, json!({"version": 7, "place": "B"})).await;
    app.put(STAFF, &format!("{path}/category"), json!({"category": "facility-management"})).await;
    app.put(STAFF, &format!("{path}/status"), json!({"status": "closed"})).await;
    modified_after(0).await;

    app.patch(REQUESTER, &path, json!({"version": 1, "place": "B"})).await;
    modified_after(1).await;
    app.wait(1);
    app.post(REQUESTER, &format!("{path}/messages"), json!({"body": "Any news?"})).await;
    modified_after(2).await;
    app.wait(1);
    app.moved(id, "active").await;
    assert_eq!(modified_after(3).await["closed_at"], json!(null));
    app.wait(1);
    app.moved(id, "closed").await;
    assert_eq!(modified_after(4).await["closed_at"], "2026-11-02T08:00:00.004Z");
    Ok(())
}

#[tokio::test]
async fn r08_descriptions_and_places_keep_their_bounds() -> Tested {
    let app = app().await?;
    let path = "/api/v1/tickets";
    let longest = "é".repeat(10_000);
    assert_eq!(app.post(REQUESTER, path, json!({"description": longest})).await.status, 201);
    app.post(REQUESTER, path, json!({"description": "é".repeat(10_001)})).await.names("description");
    app.post(REQUESTER, path, json!({"description": " \n\t "})).await.names("description");
    app.post(REQUESTER, path, json!({"description": "a\u{0}b"})).await.names("description");
    app.post(REQUESTER, path, json!({"description": "a\u{1b}[31m"})).await.names("description");
    app.post(REQUESTER, path, json!({"description": "a", "place": "x".repeat(121)})).await.names("place");
    app.post(REQUESTER, path, json!({"description": "a", "place": "x\u{0}"})).await.names("place");
    for nowhere in [json!(null), json!(""), json!("  ")] {
        let ticket = app.post(REQUESTER, path, json!({"description": "a", "place": nowhere})).await.json();
        assert_eq!(ticket["place"], json!(null), "{ticket}");
    }
    Ok(())
}

#[tokio::test]
async fn r03_a_closed_ticket_is_reported_again_by_its_number() -> Tested {
    let app = app().await?;
    let closed = app.closed("The lift is stuck").await;
    let open = app.opened("The soup was cold").await;
    let again = json!({"description": "The lift is stuck again", "again_of": closed});
    let answer = app.post(REQUESTER, "/api/v1/tickets", again).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.json()["again_of"], closed);
    for unfit in [json!(open), json!(999), json!(-1), json!(0), json!(i64::MAX), json!("1"), json!(1.5)] {
        let again = json!({"description": "Again", "again_of": unfit});
        app.post(REQUESTER, "/api/v1/tickets", again).await.names("again_of");
    }
    let plain = json!({"description": "Again", "again_of": null});
    assert_eq!(app.post(REQUESTER, "/api/v1/tickets", plain).await.status, 201);
    Ok(())
}

#[tokio::test]
async fn staff_may_report_too() -> Tested {
    let app = app().await?;
    assert_eq!(app.post(STAFF, "/api/v1/tickets", json!({"description": "The lift is stuck"})).await.status, 201);
    Ok(())
}

#[tokio::test]
async fn what_is_no_ticket_number_is_no_ticket() -> Tested {
    let app = app().await?;
    app.opened("The lift is stuck").await;
    for id in [
        "2",
        "0",
        "-1",
        "+1",
        "1.0",
        "one",
        "9223372036854775807",
        "9223372036854775808",
        "99999999999999999999999999",
        "%00",
        "%ff",
        "%ED%A0%80",
        "1%27--",
        "1;drop",
        "..",
        "1%2F1",
        "%20",
        "1e0",
        "0x1",
        "%D9%A1",
        "null",
    ] {
        for role in [REQUESTER, STAFF] {
            app.get(role, &format!("/api/v1/tickets/{id}")).await.refused(404, "no-such-ticket");
            for under in ["messages", "history"] {
                app.get(role, &format!("/api/v1/tickets/{id}/{under}")).await.refused(404, "no-such-ticket");
            }
            let path = format!("/api/v1/tickets/{id}");
            let calls = [
                app.patch(role, &path, json!({"version": 1, "place": "x"})).await,
                app.post(role, &format!("{path}/messages"), json!({"body": "x"})).await,
            ];
            for answer in calls {
                answer.refused(404, "no-such-ticket");
            }
        }
        let path = format!("/api/v1/tickets/{id}");
        app.put(STAFF, &format!("{path}/status"), json!({"status": "active"})).await.refused(404, "no-such-ticket");
        app.put(STAFF, &format!("{path}/category"), json!({"category": "technical-it"}))
            .await
            .refused(404, "no-such-ticket");
    }
    Ok(())
}
