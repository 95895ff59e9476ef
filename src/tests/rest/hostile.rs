//! HTML, SQL and other attempts: stored and given back as they were sent, and nothing else happens.

use super::{REQUESTER, STAFF, Tested, app};
use serde_json::json;

/// Text that does something where text is not taken for text.
pub const PAYLOADS: [&str; 30] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\"><script>alert(document.cookie)</script>",
    "'><img src=x onerror=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<iframe src=javascript:alert(1)>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
    "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
    "<style>@import'http://evil.example/x.css';</style>",
    "<meta http-equiv=refresh content=0;url=http://evil.example>",
    "javascript:/*--></title></style></textarea></script><svg/onload='+/\"/+/onmouseover=1/+/[*/[]/+alert(1)//'>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)} #{7*7} <%= 7*7 %>",
    "'; DROP TABLE tickets; --",
    "' OR '1'='1",
    "1; DELETE FROM messages WHERE 1=1; --",
    "\" UNION SELECT sql FROM sqlite_master --",
    "Robert'); DROP TABLE history;--",
    "%27%20OR%201=1%20--",
    "description:* OR NEAR(a b) AND NOT \"",
    "../../../etc/passwd",
    "() { :; }; echo vulnerable",
    "\\'; \\x00 \\u0000 %00 \u{202e}evil\u{202c}",
];

#[tokio::test]
async fn what_looks_like_an_attack_is_stored_and_given_back_verbatim() -> Tested {
    let app = app().await?;
    for (n, payload) in (1_i64..).zip(PAYLOADS) {
        let place: String = payload.chars().take(120).collect();
        let report = json!({"description": payload, "place": place});
        let answer = app.post(REQUESTER, "/api/v1/tickets", report).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let path = format!("/api/v1/tickets/{n}");
        for ticket in [answer.json(), app.get(REQUESTER, &path).await.json()] {
            assert_eq!(
                (&ticket["id"], &ticket["description"], &ticket["place"]),
                (&json!(n), &json!(payload), &json!(place))
            );
        }
        let message = app.post(REQUESTER, &format!("{path}/messages"), json!({"body": payload})).await;
        assert_eq!((message.status, &message.json()["body"]), (201, &json!(payload)));
        assert_eq!(app.get(REQUESTER, &format!("{path}/messages")).await.json()["messages"][0]["body"], payload);
        let edit = json!({"description": format!("{payload}!"), "version": 1});
        assert_eq!(app.patch(REQUESTER, &path, edit).await.json()["description"], format!("{payload}!"));
        let history = app.get(REQUESTER, &format!("{path}/history")).await.json();
        let edits = history["history"].as_array().into_iter().flatten().find(|row| row["what"] == "description");
        assert_eq!(edits.map(|row| &row["from"]), Some(&json!(payload)));
    }
    let all = app.get(STAFF, "/api/v1/tickets?limit=100").await.ids("tickets");
    assert_eq!(all.len(), PAYLOADS.len());
    Ok(())
}

#[tokio::test]
async fn a_search_for_anything_is_a_search() -> Tested {
    let app = app().await?;
    app.opened("The lift is stuck").await;
    let odd = [
        "\"",
        "\"\"",
        "*",
        "**",
        "^",
        "(",
        ")",
        "()",
        "-",
        "--",
        ":",
        "NEAR",
        "AND",
        "OR NOT",
        "a AND",
        "NEAR(",
        "{a}",
        "+",
        "\u{0}",
        "a\u{0}b",
        "'",
        "\\",
        "%",
        "_",
        "\u{ffff}",
        "👩‍🔧",
        "é",
        "description:lift",
        "lift OR",
        "\u{202e}",
        " . ",
    ];
    for words in PAYLOADS.iter().chain(&odd) {
        let q: String = form_urlencoded::byte_serialize(words.as_bytes()).collect();
        for role in [REQUESTER, STAFF] {
            let answer = app.get(role, &format!("/api/v1/tickets?q={q}")).await;
            assert!([200, 422].contains(&answer.status), "{words}: {}", answer.text);
        }
    }
    for raw in ["%ff%fe", "%00", "%ED%A0%80", "%", "%zz", "%C3"] {
        let answer = app.get(STAFF, &format!("/api/v1/tickets?q={raw}")).await;
        assert!([200, 422].contains(&answer.status), "{raw}: {}", answer.text);
    }
    assert_eq!(app.get(STAFF, "/api/v1/tickets?q=lift").await.ids("tickets"), [1]);
    Ok(())
}

#[tokio::test]
async fn payloads_in_every_other_place_are_refused_by_name_or_not_found() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    for payload in PAYLOADS {
        let text: String = form_urlencoded::byte_serialize(payload.as_bytes()).collect();
        for name in ["status", "category", "sort", "limit", "after"] {
            app.get(STAFF, &format!("/api/v1/tickets?{name}={text}")).await.names(name);
        }
        for list in ["messages", "history"] {
            for name in ["limit", "after"] {
                app.get(STAFF, &format!("/api/v1/tickets/{id}/{list}?{name}={text}")).await.names(name);
            }
        }
        app.get(STAFF, &format!("/api/v1/analytics/backlog?last={text}")).await.names("last");
        app.put(STAFF, &format!("/api/v1/tickets/{id}/status"), json!({"status": payload})).await.names("status");
        app.put(STAFF, &format!("/api/v1/tickets/{id}/category"), json!({"category": payload})).await.names("category");
        app.get(STAFF, &format!("/api/v1/tickets/{}", text.replace('+', "%20"))).await.refused(404, "no-such-ticket");
    }
    assert_eq!(app.ticket(id).await["version"], 1);
    Ok(())
}
