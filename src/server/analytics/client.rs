//! How the application asks the analysis services: the same request and the same JSON, whether they run in this process
//! or behind an address of their own.

use super::period;
use crate::{
    domain::{analytics::Analysis, role::Role},
    error::AppError,
    server::rest::asking::ROLE,
};
use axum::{
    BoxError, Router,
    body::{Body, Bytes, to_bytes},
    http::{Method, Request, Response, StatusCode, Uri, header},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde::de::DeserializeOwned;
use std::{fmt, time::Duration};
use tower::ServiceExt;

/// How long a service of another process may take for a whole answer.
const PATIENCE: Duration = Duration::from_secs(1);
/// Longest answer that is read: some 50,000 months of service 2.
const ANSWER_MAX: usize = 8 << 20;

/// The one way from the application to the analyses. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AnalyticsClient(Services);

#[derive(Clone, Debug)]
enum Services {
    Embedded(Router),
    Remote { base: String, http: Client<HttpConnector, Body> },
}

impl AnalyticsClient {
    /// Asks that router, in this process.
    pub const fn embedded(router: Router) -> Self {
        Self(Services::Embedded(router))
    }

    /// Asks the process at that address: `http://host:port`, with or without a path before `/api/v1`.
    pub fn remote(address: &Uri) -> Self {
        let base = address.to_string().trim_end_matches('/').to_owned();
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self(Services::Remote { base, http: Client::builder(TokioExecutor::new()).build(connector) })
    }

    /// What `analysis` answers to `query` (percent-encoded, without the question mark).
    ///
    /// # Errors
    /// What the service answered ([`AppError::Invalid`], [`AppError::NoSuchService`], …), or
    /// [`AppError::ServiceDown`] when it does not answer within a second or not as one of ours would.
    pub async fn get(&self, analysis: Analysis, query: Option<&str>) -> Result<serde_json::Value, AppError> {
        self.get_as(analysis, query).await
    }

    /// The same, read as the analysis's own type of [`crate::domain::analytics`].
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn get_as<T: DeserializeOwned>(&self, analysis: Analysis, query: Option<&str>) -> Result<T, AppError> {
        let response = match &self.0 {
            Services::Embedded(router) => {
                let request = request("", analysis, query)?;
                let response = router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
                read(response).await.map_err(|error| down(analysis, &error))?
            }
            Services::Remote { base, http } => {
                let request = request(base, analysis, query)?;
                let answer = async { read(http.request(request).await?.map(Body::new)).await };
                match tokio::time::timeout(PATIENCE, answer).await {
                    Ok(Ok(answer)) => answer,
                    Ok(Err(error)) => return Err(down(analysis, &*error)),
                    Err(elapsed) => return Err(down(analysis, &elapsed)),
                }
            }
        };
        match response {
            (StatusCode::OK, json) => serde_json::from_slice(&json).map_err(|error| down(analysis, &error)),
            (status, _) => Err(refusal(status, analysis, query)),
        }
    }
}

fn request(base: &str, analysis: Analysis, query: Option<&str>) -> Result<Request<Body>, AppError> {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    Request::builder()
        .method(Method::GET)
        .uri(format!("{base}/api/v1/analytics/{}{query}", analysis.slug()))
        .header(ROLE, Role::Staff.slug())
        .header(header::ACCEPT, "application/json")
        .body(Body::empty())
        .map_err(|_| AppError::Malformed { what: "the query".to_owned() })
}

/// The status and the body, read to its end.
async fn read(response: Response<Body>) -> Result<(StatusCode, Bytes), BoxError> {
    let (head, body) = response.into_parts();
    Ok((head.status, to_bytes(body, ANSWER_MAX).await?))
}

/// What a service's answer other than 200 means to whoever asked the application.
fn refusal(status: StatusCode, analysis: Analysis, query: Option<&str>) -> AppError {
    match (status, period(query)) {
        (StatusCode::NOT_FOUND, _) => AppError::NoSuchService,
        (StatusCode::UNPROCESSABLE_ENTITY, Err(refused)) => refused,
        (StatusCode::BAD_REQUEST, _) => AppError::Malformed { what: "the query".to_owned() },
        _ => down(analysis, &status),
    }
}

fn down(analysis: Analysis, why: &dyn fmt::Display) -> AppError {
    tracing::warn!(service = analysis.slug(), %why, "an analysis service does not answer");
    AppError::ServiceDown
}
