//! How well categories are assigned, and learning from what staff decided (R9).

use crate::{domain::learning::Learning, error::AppError};
use leptos::prelude::*;

/// What staff made of the machine's categories, and what was learned from it.
#[server(prefix = "/rpc/helpdesk", endpoint = "learning")]
pub async fn get_learning() -> Result<Learning, AppError> {
    use crate::server::door;
    door::part(async { door::store()?.find_learning(door::staff()?).await }).await
}

/// R9: learns from what staff decided; it takes some seconds.
#[server(prefix = "/rpc/helpdesk", endpoint = "learn")]
pub async fn learn() -> Result<(), AppError> {
    use crate::server::{door, learning};
    door::answer(async {
        learning::learn_from_corrections(&door::store()?, door::staff()?).await?;
        door::come_back("/helpdesk/analytics#learning");
        Ok(())
    })
    .await
}
