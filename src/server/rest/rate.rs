//! `--rest-limit`: how many requests a minute one address may send.

use super::problem::Problem;
use crate::server::rate::{self, Limiter};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Passes a request on, or refuses it with 429 and `Retry-After`.
pub async fn limit(State(limiter): State<Limiter>, request: Request, next: Next) -> Response {
    match limiter.take(rate::address(request.extensions())) {
        Ok(()) => next.run(request).await,
        Err(error) => Problem(error).into_response(),
    }
}
