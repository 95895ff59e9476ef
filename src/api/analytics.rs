//! The three analyses, asked of their services (R12–R16).

use crate::{
    domain::analytics::{Backlog, Categories, Resolution},
    error::AppError,
};
use leptos::prelude::*;

/// Service 1: tickets opened in the last `last` (`24h`, `7d`) and not closed.
#[server(prefix = "/rpc/helpdesk", endpoint = "backlog")]
pub async fn get_backlog(last: String) -> Result<Backlog, AppError> {
    use crate::{
        domain::analytics::{Analysis, Period},
        server::door,
    };
    door::part(async {
        door::staff()?;
        let query = format!("last={}", Period::parse(&last)?);
        door::analytics()?.get_as(Analysis::Backlog, Some(&query)).await
    })
    .await
}

/// Service 2: average resolution time by opening month.
#[server(prefix = "/rpc/helpdesk", endpoint = "resolution")]
pub async fn get_resolution() -> Result<Resolution, AppError> {
    use crate::{domain::analytics::Analysis, server::door};
    door::part(async {
        door::staff()?;
        door::analytics()?.get_as(Analysis::Resolution, None).await
    })
    .await
}

/// Service 3: active tickets by category.
#[server(prefix = "/rpc/helpdesk", endpoint = "categories")]
pub async fn get_categories() -> Result<Categories, AppError> {
    use crate::{domain::analytics::Analysis, server::door};
    door::part(async {
        door::staff()?;
        door::analytics()?.get_as(Analysis::Categories, None).await
    })
    .await
}
