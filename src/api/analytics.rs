//! The analyses, asked of their services (R12–R16).

use crate::{
    domain::figure::{Card, Choice},
    error::AppError,
};
use leptos::prelude::*;

/// R16: the analyses that there are, in the order in which they are shown.
#[server(prefix = "/rpc/helpdesk", endpoint = "analyses")]
pub async fn list_analyses() -> Result<Vec<Choice>, AppError> {
    use crate::server::{analytics::shown, door};
    door::part(async {
        door::staff()?;
        Ok(shown::choices(door::language()))
    })
    .await
}

/// The same where the server draws a page; none in the browser, which has to ask.
pub fn known_analyses() -> Vec<Choice> {
    #[cfg(feature = "ssr")]
    let known = crate::server::analytics::shown::choices(crate::server::door::language());
    #[cfg(not(feature = "ssr"))]
    let known = Vec::new();
    known
}

/// The analysis of that word, for what `query` asks (`last=7d&category=technical-it`).
#[server(prefix = "/rpc/helpdesk", endpoint = "analysis")]
pub async fn get_analysis(slug: String, query: String) -> Result<Card, AppError> {
    use crate::server::{analytics::shown, door};
    door::part(async {
        door::staff()?;
        shown::card(&door::analytics()?, &slug, &query, door::language()).await
    })
    .await
}

/// Keeps within what time the helpdesk means to answer, in minutes.
#[server(prefix = "/rpc/helpdesk", endpoint = "set_target")]
pub async fn set_target(target: String) -> Result<(), AppError> {
    use crate::{domain::period, server::door};
    door::answer(async {
        // Without script, the page that it was sent from follows.
        door::store()?.set_response_target(door::staff()?, period::target(&target)?).await
    })
    .await
}
