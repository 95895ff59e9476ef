//! The helpdesk's saved replies: found, kept, changed, removed. Each function answers 403 to a device that did not enter as
//! staff.

use crate::{
    domain::{ids::SavedReplyId, saved_reply::SavedReply},
    error::AppError,
};
use leptos::prelude::*;

/// Those with all the words of `search` in them; all of them where it has none.
#[server(prefix = "/rpc/helpdesk", endpoint = "list_replies")]
pub async fn list_replies(#[server(default)] search: String) -> Result<Vec<SavedReply>, AppError> {
    use crate::{domain::query, server::door};
    door::answer(async {
        let (role, search) = (door::staff()?, query::search(&search)?);
        door::store()?.list_saved_replies(role, search.as_deref()).await
    })
    .await
}

/// The one that a composer is drawn with. Where it is gone, the rest of the page stands.
#[server(prefix = "/rpc/helpdesk", endpoint = "get_reply")]
pub async fn get_reply(id: SavedReplyId) -> Result<SavedReply, AppError> {
    use crate::server::door;
    door::part(async { door::store()?.get_saved_reply(door::staff()?, id).await }).await
}

/// Keeps another one; `then` is empty or the status that it may lead to.
#[server(prefix = "/rpc/helpdesk", endpoint = "add_reply")]
pub async fn add_reply(title: String, body: String, then: String) -> Result<(), AppError> {
    use crate::{
        domain::saved_reply::{self, NewSavedReply},
        server::door,
    };
    door::answer(async {
        let role = door::staff()?;
        let new = NewSavedReply::new(&title, &body, saved_reply::then(&then)?)?;
        door::store()?.add_saved_reply(role, &new).await?;
        door::come_back("/helpdesk/replies");
        Ok(())
    })
    .await
}

/// Replaces what one of them says, and goes back to the list.
#[server(prefix = "/rpc/helpdesk", endpoint = "change_reply")]
pub async fn change_reply(id: SavedReplyId, title: String, body: String, then: String) -> Result<(), AppError> {
    use crate::{
        domain::saved_reply::{self, NewSavedReply},
        server::door,
    };
    door::answer(async {
        let role = door::staff()?;
        let new = NewSavedReply::new(&title, &body, saved_reply::then(&then)?)?;
        door::store()?.change_saved_reply(role, id, &new).await?;
        leptos_axum::redirect("/helpdesk/replies");
        Ok(())
    })
    .await
}

/// Removes one of them, and goes back to the list.
#[server(prefix = "/rpc/helpdesk", endpoint = "remove_reply")]
pub async fn remove_reply(id: SavedReplyId) -> Result<(), AppError> {
    use crate::server::door;
    door::answer(async {
        door::store()?.remove_saved_reply(door::staff()?, id).await?;
        leptos_axum::redirect("/helpdesk/replies");
        Ok(())
    })
    .await
}
