//! What holds for every error under `/api/v1`: wrong addresses, wrong methods, a panic, and the documents themselves.

use super::{App, REQUESTER, STAFF, Tested, app, request};
use crate::{error::AppError, server::rest::problem};
use axum::{
    Router,
    http::{Method, Request},
    routing::get,
};
use serde_json::json;
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;

#[tokio::test]
async fn an_unknown_address_is_a_404_problem_whatever_the_method() -> Tested {
    let app = app().await?;
    for path in [
        "/api/v1",
        "/api/v1/",
        "/api/v1/ticket",
        "/api/v1/tickets/",
        "/api/v1//tickets",
        "/api/v1/tickets/1/",
        "/api/v1/tickets/1/nothing",
        "/api/v1/tickets/1/messages/1",
        "/api/v1/Tickets",
        "/api/v1/%00",
        "/api/v1/%ff",
        "/api/v1/../etc/passwd",
        "/api/v1/openapi.yaml",
        "/api/v1/tickets/1/status/x",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE, Method::from_bytes(b"BREW")?] {
            app.send(request(STAFF, method, path, None)).await.refused(404, "no-such-page");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_method_is_a_405_problem_with_those_allowed() -> Tested {
    let app = app().await?;
    for (path, allowed) in [
        ("/api/v1/tickets", "GET,HEAD,POST"),
        ("/api/v1/tickets/1", "GET,HEAD,PATCH"),
        ("/api/v1/tickets/1/status", "PUT"),
        ("/api/v1/tickets/1/category", "PUT"),
        ("/api/v1/tickets/1/messages", "GET,HEAD,POST"),
        ("/api/v1/tickets/1/history", "GET,HEAD"),
        ("/api/v1/analytics/backlog", "GET,HEAD"),
        ("/api/v1/analytics/resolution", "GET,HEAD"),
        ("/api/v1/analytics/categories", "GET,HEAD"),
        ("/api/v1/openapi.json", "GET,HEAD"),
    ] {
        for method in [Method::DELETE, Method::OPTIONS, Method::TRACE, Method::from_bytes(b"BREW")?] {
            let answer = app.send(request(REQUESTER, method, path, None)).await;
            answer.refused(405, "wrong-method");
            assert_eq!(answer.header("allow"), Some(allowed), "{path}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn head_answers_as_get_without_a_body() -> Tested {
    let app = app().await?;
    let id = app.opened("The lift is stuck").await;
    for (path, status) in [(format!("/api/v1/tickets/{id}"), 200), ("/api/v1/tickets/99".to_owned(), 404)] {
        let answer = app.send(request(REQUESTER, Method::HEAD, &path, None)).await;
        assert_eq!((answer.status, answer.text.as_str()), (status, ""));
    }
    Ok(())
}

#[tokio::test]
async fn a_problem_has_its_members_and_no_others() -> Tested {
    let app = app().await?;
    let id = app.active("The lift is stuck").await;
    let path = format!("/api/v1/tickets/{id}");
    let members = async |app: &App, method, path: &str, body| {
        let problem = app.send(request(STAFF, method, path, Some(&body))).await.json();
        problem.as_object().into_iter().flat_map(serde_json::Map::keys).cloned().collect::<Vec<_>>()
    };
    let mut common = ["type", "title", "status", "detail"].map(str::to_owned).to_vec();
    common.sort();
    let with = |more: &[&str]| {
        let mut all = [&common[..], &more.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()[..]].concat();
        all.sort();
        all
    };
    for (method, path, body, more) in [
        (Method::GET, "/api/v1/tickets/99", json!({}), &[][..]),
        (Method::DELETE, "/api/v1/tickets", json!({}), &[]),
        (Method::PATCH, &path, json!({"place": "x"}), &["field"]),
        (Method::PATCH, &path, json!({"place": "x", "version": 9}), &["current"]),
    ] {
        let mut found = members(&app, method, path, body).await;
        found.sort();
        assert_eq!(found, with(more), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_panic_is_a_500_problem_that_says_nothing_of_it() -> Tested {
    let router = Router::new()
        .route("/", get(async || -> &'static str { panic!("secret of /srv/campusdesk.db") }))
        .layer(CatchPanicLayer::custom(problem::of_panic));
    let response = router.oneshot(Request::get("/").body(axum::body::Body::empty())?).await?;
    assert_eq!(response.status(), 500);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await?;
    let problem: serde_json::Value = serde_json::from_slice(&body)?;
    assert_eq!(problem["type"], "/problems/internal");
    assert!(!problem.to_string().contains("secret"), "{problem}");
    let reference = problem["reference"].as_str().unwrap_or_default();
    assert_eq!(reference.len(), 8);
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(reference)), "{problem}");
    Ok(())
}

#[tokio::test]
async fn a_database_that_is_gone_is_a_5xx_problem_without_its_reasons() -> Tested {
    let app = app().await?;
    app.state.store.clone().shut_down().await;
    for (method, path, body) in [
        (Method::GET, "/api/v1/tickets", None),
        (Method::GET, "/api/v1/tickets/1", None),
        (Method::POST, "/api/v1/tickets", Some(json!({"description": "The lift is stuck"}))),
    ] {
        let response = app.router.clone().oneshot(request(STAFF, method, path, body.as_ref())).await?;
        let status = response.status().as_u16();
        assert!([500, 503].contains(&status), "{status}");
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await?;
        let text = String::from_utf8(body.to_vec())?;
        for leak in ["SELECT", "sqlite", "sqlx", "pool", "campusdesk.db"] {
            assert!(!text.contains(leak), "{text}");
        }
    }
    Ok(())
}

#[test]
fn every_kind_of_error_has_a_type_of_its_own_that_is_no_blank() {
    let kinds = [
        AppError::Malformed { what: String::new() },
        AppError::FormIncomplete,
        AppError::StaffOnly,
        AppError::NotYours,
        AppError::CrossSite,
        AppError::NoSuchTicket,
        AppError::NoSuchReply,
        AppError::NothingToLearn,
        AppError::Learning,
        AppError::NoSuchCode,
        AppError::NoSuchPage,
        AppError::NoSuchService,
        AppError::WrongMethod,
        AppError::TooLarge { limit: 1 },
        AppError::NotJson,
        AppError::TooMany { retry_after: 1 },
        AppError::ServiceDown,
        AppError::Unavailable,
        AppError::Offline,
        AppError::Internal { reference: String::new() },
    ]
    .map(|error| serde_json::to_value(problem::ProblemDocument::of(&error)).unwrap()["type"].to_string());
    let distinct: std::collections::HashSet<_> = kinds.iter().collect();
    assert_eq!(distinct.len(), kinds.len());
}
