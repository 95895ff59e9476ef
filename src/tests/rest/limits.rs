//! `--rest-limit`.

use super::{Answer, App, REQUESTER, Tested, app, request, send};
use crate::server::rest::{self, RestState};
use axum::{Router, extract::ConnectInfo, http::Method};
use std::net::SocketAddr;

fn limited(app: &App, limit: Option<u32>) -> Router {
    rest::router(RestState { rest_limit: limit, ..app.state.clone() })
}

async fn ask(router: &Router, from: Option<&str>, path: &str) -> Answer {
    let mut request = request(REQUESTER, Method::GET, path, None);
    if let Some(from) = from {
        let from: SocketAddr = from.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(from));
    }
    send(router, request).await
}

#[tokio::test]
async fn an_address_over_its_limit_is_429_with_retry_after_and_another_is_not() -> Tested {
    let app = app().await?;
    let router = limited(&app, Some(3));
    for port in 1..=3 {
        let from = format!("10.0.0.1:{port}");
        assert_eq!(ask(&router, Some(&from), "/api/v1/tickets").await.status, 200);
    }
    for path in ["/api/v1/tickets", "/api/v1/openapi.json", "/api/v1/nothing", "/api/v1/tickets/99"] {
        let refused = ask(&router, Some("10.0.0.1:9"), path).await;
        let problem = refused.refused(429, "too-many");
        let wait: u64 = refused.header("retry-after").unwrap_or_default().parse()?;
        assert!((1..=20).contains(&wait), "{wait}");
        assert_eq!(problem["retry_after"], wait);
    }
    assert_eq!(ask(&router, Some("10.0.0.2:1"), "/api/v1/tickets").await.status, 200);
    // The same device, whichever way its address is written.
    ask(&router, Some("[::ffff:10.0.0.1]:1"), "/api/v1/tickets").await.refused(429, "too-many");
    Ok(())
}

#[tokio::test]
async fn callers_of_unknown_address_share_one_limit() -> Tested {
    let app = app().await?;
    let router = limited(&app, Some(1));
    assert_eq!(ask(&router, None, "/api/v1/tickets").await.status, 200);
    ask(&router, None, "/api/v1/tickets").await.refused(429, "too-many");
    Ok(())
}

#[tokio::test]
async fn without_the_flag_nobody_is_limited() -> Tested {
    let app = app().await?;
    for unlimited in [None, Some(0)] {
        let router = limited(&app, unlimited);
        for _ in 0..200 {
            assert_eq!(ask(&router, Some("10.0.0.1:1"), "/api/v1/tickets").await.status, 200);
        }
    }
    Ok(())
}
