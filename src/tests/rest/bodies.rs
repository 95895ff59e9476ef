//! What a body has to be: declared as JSON, not too large, well-formed, and of the right types.

use super::{Answer, App, Tested, app};
use axum::{BoxError, body::Body, http::Request};
use futures_util::stream;
use serde_json::json;
use std::convert::Infallible;

const TICKETS: &str = "/api/v1/tickets";

async fn post_as(app: &App, content_type: Option<&str>, body: impl Into<Body>) -> Answer {
    let mut request = Request::post(TICKETS);
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    app.send(request.body(body.into()).unwrap()).await
}

async fn post(app: &App, body: impl Into<Body>) -> Answer {
    post_as(app, Some("application/json"), body).await
}

/// A body that comes in pieces and does not say how long it is.
fn pieces<E: Into<BoxError> + 'static>(
    pieces: impl Iterator<Item = Result<&'static [u8], E>> + Send + 'static,
) -> Body {
    Body::from_stream(stream::iter(pieces))
}

fn kibibytes(count: usize) -> Body {
    pieces((0..count).map(|_| Ok::<_, Infallible>(&[b'x'; 1024][..])))
}

#[tokio::test]
async fn a_body_is_declared_as_json() -> Tested {
    let app = app().await?;
    let report = json!({"description": "The lift is stuck"}).to_string();
    for json in
        ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.campus+json"]
    {
        assert_eq!(post_as(&app, Some(json), report.clone()).await.status, 201, "{json}");
    }
    for other in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "json", "*/*"]
    {
        post_as(&app, Some(other), report.clone()).await.refused(415, "not-json");
    }
    post_as(&app, None, report).await.refused(415, "not-json");
    post_as(&app, None, Body::empty()).await.refused(415, "not-json");
    Ok(())
}

#[tokio::test]
async fn a_body_of_more_than_64_kib_is_413_however_it_comes() -> Tested {
    let app = app().await?;
    let sized = |size: usize| {
        let frame = r#"{"description":"The lift is stuck","x":""}"#;
        format!(r#"{{"description":"The lift is stuck","x":"{}"}}"#, "y".repeat(size - frame.len()))
    };
    assert_eq!(post(&app, sized(64 * 1024)).await.status, 201);
    post(&app, sized(64 * 1024 + 1)).await.refused(413, "too-large");
    post(&app, sized(8 << 20)).await.refused(413, "too-large");
    post(&app, kibibytes(65)).await.refused(413, "too-large");
    post(&app, kibibytes(1_000_000)).await.refused(413, "too-large");
    post(&app, kibibytes(64)).await.refused(400, "malformed");
    Ok(())
}

#[tokio::test]
async fn a_body_that_ends_early_is_400() -> Tested {
    let app = app().await?;
    let broken = [Ok(&b"{\"description\":"[..]), Err("connection reset")];
    post(&app, pieces(broken.into_iter())).await.refused(400, "malformed");
    Ok(())
}

#[tokio::test]
async fn what_is_not_json_is_400() -> Tested {
    let app = app().await?;
    let nested = "[".repeat(10_000);
    for text in [
        "",
        " ",
        "{",
        "{\"description\"",
        "{\"description\":\"a\"",
        "{\"description\":\"a\"}}",
        "{description:\"a\"}",
        "{'description':'a'}",
        "{\"description\":\"a\",}",
        "{\"description\":\"a\nb\"}",
        "{\"description\":NaN}",
        "\u{feff}{\"description\":\"a\"}",
        "description=a",
        "<ticket/>",
        "{\"description\":\"\\ud800\"}",
        "{\"description\":\"\\udc00\\ud800\"}",
        "{\"description\":\"\\x41\"}",
        "nul",
        "--",
        &nested,
        "{\"description\":\"a\",\"description\":\"b\"}",
        "{\"description\":1e999}",
        "{\"description\":\"a\u{0}",
    ] {
        post(&app, text.to_owned()).await.refused(400, "malformed");
    }
    for bytes in [
        &b"\xff\xfe{\x00}\x00"[..],
        b"{\"description\":\"\xff\"}",
        b"{\"description\":\"\xed\xa0\x80\"}",
        b"{\"description\":\"a\",\"other\":\"\xc3\"}",
        b"\x00",
        b"\x1f\x8b\x08\x00",
    ] {
        post(&app, bytes.to_vec()).await.refused(400, "malformed");
    }
    assert!(app.get(super::STAFF, TICKETS).await.ids("tickets").is_empty());
    Ok(())
}

#[tokio::test]
async fn json_of_another_shape_is_422_naming_the_member() -> Tested {
    let app = app().await?;
    let nested = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let objects = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    for (text, field) in [
        ("[]", "description"),
        ("[\"The lift is stuck\"]", "description"),
        ("null", "description"),
        ("7", "description"),
        ("\"The lift is stuck\"", "description"),
        ("{}", "description"),
        ("{\"description\":null}", "description"),
        ("{\"description\":7}", "description"),
        ("{\"description\":[\"a\"]}", "description"),
        ("{\"description\":\"a\",\"place\":{}}", "place"),
        ("{\"description\":\"a\",\"again_of\":\"1\"}", "again_of"),
        ("{\"Description\":\"a\"}", "description"),
        ("{\"description\":\"\\u0000\"}", "description"),
        (&nested, "description"),
        (&format!("{{\"description\":{nested}}}"), "description"),
        (&format!("{{\"description\":{objects}}}"), "description"),
        (&format!("{{\"description\":\"a\",\"place\":{nested}}}"), "place"),
    ] {
        post(&app, text.to_owned()).await.names(field);
    }
    Ok(())
}

#[tokio::test]
async fn unknown_members_are_passed_over_whatever_they_hold() -> Tested {
    let app = app().await?;
    let nested = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let report = format!(r#" {{"x":{nested},"x":{nested},"description":"The lift is stuck","status":5,"":null}} "#);
    let answer = post(&app, report).await;
    assert_eq!((answer.status, &answer.json()["status"]), (201, &json!("open")));
    Ok(())
}

#[tokio::test]
async fn text_comes_back_as_it_was_sent() -> Tested {
    let app = app().await?;
    for text in
        ["👩‍🔧 e\u{301} é \u{202e}אב\u{202c} \u{feff}x", "\\\"/\u{7f}\u{a0}|\u{2028}\u{fffd}", "\u{10ffff}\u{e000}"]
    {
        let escaped = text.encode_utf16().fold(String::new(), |text, unit| text + &format!("\\u{unit:04x}"));
        for json in [json!(text).to_string(), format!("\"{escaped}\"")] {
            let answer = post(&app, format!("{{\"description\":{json}}}")).await;
            assert_eq!((answer.status, answer.json()["description"].as_str()), (201, Some(text)));
        }
    }
    Ok(())
}
