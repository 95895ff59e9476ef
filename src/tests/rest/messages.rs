//! `…/messages` and `…/history`.

use super::{REQUESTER, STAFF, Tested, app};
use serde_json::{Value, json};

#[tokio::test]
async fn r06_both_sides_write_under_a_ticket_oldest_first() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    let path = format!("/api/v1/tickets/{id}/messages");
    app.wait(1);
    let asked = app.post(REQUESTER, &path, json!({"body": " Any news?\r\n\tPlease "})).await;
    assert_eq!(asked.status, 201, "{}", asked.text);
    assert_eq!(
        asked.json(),
        json!({
            "id": 1, "ticket_id": id, "role": "requester", "body": "Any news?\n\tPlease", "internal": false,
            "created_at": "2026-11-02T08:00:00.001Z", "photos": [],
        })
    );
    let told =
        app.post(STAFF, &path, json!({"body": "Tomorrow", "internal": false, "role": "requester", "id": 9})).await;
    assert_eq!((&told.json()["role"], &told.json()["id"]), (&json!("staff"), &json!(2)));
    for role in [REQUESTER, STAFF] {
        let conversation = app.get(role, &path).await.json();
        assert_eq!(conversation, json!({"messages": [asked.json(), told.json()], "next": null}));
    }
    let ticket = app.ticket(id).await;
    assert_eq!((&ticket["messages"], &ticket["version"]), (&json!(2), &json!(1)));
    Ok(())
}

#[tokio::test]
async fn r06_conversations_and_histories_are_read_page_by_page() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    let other = app.opened("The soup was cold").await;
    for n in 1..=30 {
        let under = if n % 3 == 0 { other } else { id };
        app.post(REQUESTER, &format!("/api/v1/tickets/{under}/messages"), json!({"body": n.to_string()})).await;
    }
    for (list, count) in [("messages", 20), ("history", 21)] {
        let path = format!("/api/v1/tickets/{id}/{list}");
        let whole = app.get(REQUESTER, &format!("{path}?limit=100")).await;
        let all = whole.ids(list);
        assert_eq!((all.len(), &whole.json()["next"]), (count, &Value::Null));
        assert!(all.is_sorted());
        let (mut read, mut after) = (Vec::new(), String::new());
        loop {
            let page = app.get(REQUESTER, &format!("{path}?limit=7{after}")).await;
            read.extend(page.ids(list));
            let Value::String(next) = &page.json()["next"] else { break };
            after = format!("&after={next}");
        }
        assert_eq!(read, all);
        for (query, field) in [
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("limit=x", "limit"),
            ("after=x", "after"),
            ("after=%00", "after"),
        ] {
            app.get(REQUESTER, &format!("{path}?{query}")).await.names(field);
        }
        assert_eq!(app.get(REQUESTER, &format!("{path}?limit=&after=&sort=x")).await.ids(list).len(), count);
    }
    Ok(())
}

#[tokio::test]
async fn r06_an_internal_note_is_the_staffs_alone() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    let path = format!("/api/v1/tickets/{id}");
    let messages = format!("{path}/messages");
    let note = json!({"body": "The firm is late again", "internal": true});
    app.post(REQUESTER, &messages, note.clone()).await.refused(403, "staff-only");
    let posted = app.post(STAFF, &messages, note).await;
    assert_eq!((posted.status, &posted.json()["internal"]), (201, &json!(true)));
    app.post(STAFF, &messages, json!({"body": "Tomorrow"})).await;

    let rows = |answer: Value, list: &str| answer[list].as_array().map(Vec::len);
    assert_eq!(rows(app.get(STAFF, &messages).await.json(), "messages"), Some(2));
    assert_eq!(rows(app.get(REQUESTER, &messages).await.json(), "messages"), Some(1));
    assert_eq!(rows(app.get(STAFF, &format!("{path}/history")).await.json(), "history"), Some(3));
    assert_eq!(rows(app.get(REQUESTER, &format!("{path}/history")).await.json(), "history"), Some(2));
    assert_eq!(app.get(STAFF, &path).await.json()["messages"], 2);
    assert_eq!(app.get(REQUESTER, &path).await.json()["messages"], 1);
    let list = |answer: Value| answer["tickets"][0]["messages"].clone();
    assert_eq!(list(app.get(STAFF, "/api/v1/tickets").await.json()), 2);
    assert_eq!(list(app.get(REQUESTER, "/api/v1/tickets").await.json()), 1);
    assert_eq!(app.get(STAFF, "/api/v1/tickets?q=firm").await.ids("tickets"), [id]);
    assert_eq!(app.get(REQUESTER, "/api/v1/tickets?q=firm").await.ids("tickets"), [0_i64; 0]);
    for role in [REQUESTER, STAFF] {
        let limited = app.get(role, &format!("{messages}?limit=1")).await;
        assert_eq!(limited.ids("messages").len(), 1);
    }
    Ok(())
}

#[tokio::test]
async fn r06_a_closed_ticket_takes_internal_notes_only() -> Tested {
    let app = app().await?;
    let id = app.closed("The lift is stuck").await;
    let path = format!("/api/v1/tickets/{id}/messages");
    let problem = app.post(STAFF, &path, json!({"body": "Done?"})).await.refused(409, "ticket-closed");
    assert_eq!(problem["current"], app.ticket(id).await);
    app.post(REQUESTER, &path, json!({"body": "Done?"})).await.refused(404, "no-such-ticket");
    app.post(REQUESTER, &path, json!({"body": "Done?", "internal": true})).await.refused(404, "no-such-ticket");
    let note = app.post(STAFF, &path, json!({"body": "Invoice came", "internal": true})).await;
    assert_eq!(note.status, 201, "{}", note.text);
    Ok(())
}

#[tokio::test]
async fn r06_a_message_names_what_is_wrong_with_it() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    let path = format!("/api/v1/tickets/{id}/messages");
    for (message, field) in [
        (json!({}), "body"),
        (json!({"body": null}), "body"),
        (json!({"body": " "}), "body"),
        (json!({"body": 5}), "body"),
        (json!({"body": "x".repeat(5_001)}), "body"),
        (json!({"body": "a\u{0}"}), "body"),
        (json!({"body": "a", "internal": "yes"}), "internal"),
        (json!({"body": "a", "internal": 1}), "internal"),
        (json!(["a"]), "body"),
    ] {
        app.post(STAFF, &path, message).await.names(field);
    }
    assert_eq!(app.post(REQUESTER, &path, json!({"body": "é".repeat(5_000), "internal": null})).await.status, 201);
    assert_eq!(app.ticket(id).await["messages"], 1);
    Ok(())
}

#[tokio::test]
async fn r11_the_history_tells_every_change_with_who_what_from_to_and_when() -> Tested {
    let app = app().await?;
    let id = app.opened("elevator is not working").await;
    let path = format!("/api/v1/tickets/{id}");
    app.wait(1_000);
    app.patch(REQUESTER, &path, json!({"description": "The elevator is slow", "version": 1})).await;
    app.patch(REQUESTER, &path, json!({"place": "B", "version": 2})).await;
    app.patch(REQUESTER, &path, json!({"place": null, "version": 3})).await;
    app.put(STAFF, &format!("{path}/category"), json!({"category": "technical-it"})).await;
    app.moved(id, "active").await;
    app.post(REQUESTER, &format!("{path}/messages"), json!({"body": "Any news?"})).await;
    app.post(STAFF, &format!("{path}/messages"), json!({"body": "Hm", "internal": true})).await;
    app.moved(id, "closed").await;

    let history = app.get(STAFF, &format!("{path}/history")).await.json();
    let rows = history["history"].as_array().cloned().unwrap_or_default();
    let told: Vec<_> = rows.iter().map(|row| json!([row["role"], row["what"], row["from"], row["to"]])).collect();
    assert_eq!(
        json!(told),
        json!([
            ["requester", "opened", null, "open"],
            ["requester", "description", "elevator is not working", "The elevator is slow"],
            ["requester", "place", null, "B"],
            ["requester", "place", "B", null],
            ["staff", "category", "facility-management", "technical-it"],
            ["staff", "status", "open", "active"],
            ["requester", "message", null, "1"],
            ["staff", "note", null, "2"],
            ["staff", "status", "active", "closed"],
        ])
    );
    assert_eq!(rows[0]["at"], "2026-11-02T08:00:00.000Z");
    assert_eq!(rows[1]["at"], "2026-11-02T08:00:01.000Z");
    assert!(rows.iter().all(|row| row["ticket_id"] == id));
    assert!(rows.iter().map(|row| row["id"].as_i64()).is_sorted());
    assert_eq!(rows[0].as_object().map(serde_json::Map::len), Some(7));
    Ok(())
}
