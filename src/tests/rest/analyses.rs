//! `/api/v1/analytics` as the application answers it: the role, the query passed on, and a service that is down.

use super::{REQUESTER, STAFF, Tested, app, request, send};
use crate::server::{
    analytics::{self, AnalyticsState, client::AnalyticsClient, database::AnalyticsDatabase},
    rest::{self, RestState},
};
use axum::http::Method;
use serde_json::json;

const ALL: [&str; 7] = ["backlog", "resolution", "categories", "flow", "response", "hours", "places"];

#[tokio::test]
async fn r12_r16_the_analyses_are_the_staffs() -> Tested {
    let app = app().await?;
    for analysis in ALL {
        app.get(REQUESTER, &format!("/api/v1/analytics/{analysis}")).await.refused(403, "staff-only");
        app.get(REQUESTER, &format!("/api/v1/analytics/{analysis}?last=x")).await.refused(403, "staff-only");
        assert_eq!(app.get(STAFF, &format!("/api/v1/analytics/{analysis}")).await.status, 200);
    }
    app.get(STAFF, "/api/v1/analytics").await.refused(404, "no-such-page");
    app.get(STAFF, "/api/v1/analytics/weather").await.refused(404, "no-such-page");
    Ok(())
}

#[tokio::test]
async fn r13_the_backlog_counts_what_was_opened_lately_and_is_not_closed() -> Tested {
    let app = app().await?;
    app.opened("The lift is stuck").await;
    app.wait(3_600_000);
    app.active("The projector has no signal").await;
    app.closed("The soup was cold").await;
    let backlog = app.get(STAFF, "/api/v1/analytics/backlog").await.json();
    let ages = [("under-1d", 2), ("1d-3d", 0), ("3d-7d", 0), ("7d-30d", 0), ("30d-or-more", 0)];
    assert_eq!(
        backlog,
        json!({
            "last": "24h", "from": "2026-11-01T09:00:00.000Z", "as_of": "2026-11-02T09:00:00.000Z", "through": 6,
            "opened_not_closed": 2,
            "categories": [
                {"category": "facility-management", "count": 1},
                {"category": "technical-it", "count": 1},
                {"category": "services-complaints", "count": 0},
            ],
            "ages": ages.map(|(age, count)| json!({"age": age, "count": count})),
            "before": 0,
        })
    );
    // The period's beginning belongs to it.
    for (millis, counted) in [(0, 2), (1, 1)] {
        app.wait(millis);
        let backlog = app.get(STAFF, "/api/v1/analytics/backlog?last=1h").await.json();
        assert_eq!(backlog["opened_not_closed"], counted, "{backlog}");
    }
    assert_eq!(app.get(STAFF, "/api/v1/analytics/backlog?last=3650d").await.json()["opened_not_closed"], 2);
    for last in
        ["0h", "-1d", "24", "24m", "87601h", "3651d", "1.5h", "h", "yesterday", "1h%00", "%ff", "99999999999999999999d"]
    {
        app.get(STAFF, &format!("/api/v1/analytics/backlog?last={last}")).await.names("last");
    }
    Ok(())
}

#[tokio::test]
async fn r14_r15_resolution_by_month_and_active_by_category() -> Tested {
    let app = app().await?;
    let id = app.active("elevator is not working").await;
    app.wait(90_000);
    app.moved(id, "closed").await;
    app.active("WIFI malfunctioning").await;
    let resolution = app.get(STAFF, "/api/v1/analytics/resolution").await.json();
    assert_eq!(resolution["time_zone"], "UTC");
    assert_eq!(resolution["as_of"], "2026-11-02T08:01:30.000Z");
    let month = json!({
        "month": "2026-11", "from": "2026-11-01T00:00:00.000Z", "to": "2026-12-01T00:00:00.000Z", "opened": 2, "closed": 1,
        "mean_seconds": 90.0, "median_seconds": 82.5, "p90_seconds": 82.5,
    });
    assert_eq!(resolution["months"], json!([month]));
    let categories = app.get(STAFF, "/api/v1/analytics/categories").await.json();
    assert_eq!(
        categories["categories"],
        json!([
            {"category": "facility-management", "active": 0, "open": 0},
            {"category": "technical-it", "active": 1, "open": 0},
            {"category": "services-complaints", "active": 0, "open": 0},
        ])
    );
    Ok(())
}

#[tokio::test]
async fn r12_a_service_that_does_not_answer_is_503_and_the_rest_works() -> Tested {
    let app = app().await?;
    let nobody = AnalyticsClient::remote(&"http://127.0.0.1:1".parse()?);
    let router = rest::router(RestState { analytics: nobody, ..app.state.clone() });
    for analysis in ALL {
        let path = format!("/api/v1/analytics/{analysis}");
        send(&router, request(STAFF, Method::GET, &path, None)).await.refused(503, "service-down");
        send(&router, request(REQUESTER, Method::GET, &path, None)).await.refused(403, "staff-only");
    }
    assert_eq!(send(&router, request(STAFF, Method::GET, "/api/v1/tickets", None)).await.status, 200);
    Ok(())
}

#[tokio::test]
async fn r12_a_service_that_is_not_run_is_404() -> Tested {
    let app = app().await?;
    let some =
        AnalyticsState::new(AnalyticsDatabase::open(&app.database).await?).with_services(&["categories".to_owned()]);
    let some = AnalyticsClient::embedded(analytics::router(some));
    let router = rest::router(RestState { analytics: some, ..app.state.clone() });
    let ask = async |analysis| {
        send(&router, request(STAFF, Method::GET, &format!("/api/v1/analytics/{analysis}"), None)).await
    };
    ask("backlog").await.refused(404, "no-such-service");
    ask("resolution").await.refused(404, "no-such-service");
    assert_eq!(ask("categories").await.status, 200);
    Ok(())
}
