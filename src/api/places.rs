//! Places: what is reported of one, and what staff import and print. The staff's functions answer 403 to a device that did not
//! enter as staff.

use crate::{
    domain::place::{PlaceView, Places, Poster},
    error::AppError,
};
use leptos::prelude::*;

/// The place that an address names, with what is open or active there. A place that nobody knows is one all the same: places are
/// free text.
#[server(prefix = "/rpc", endpoint = "get_place")]
pub async fn get_place(step: String) -> Result<PlaceView, AppError> {
    use crate::{
        domain::{
            query::TicketQuery,
            role::Role,
            text,
            ticket::{Rows, TicketPage},
        },
        server::door,
    };
    /// Reports that are shown before the form.
    const SHOWN: u8 = 5;
    door::answer(async {
        let store = door::store()?;
        let name = match store.find_place(&step).await? {
            Some(name) => name,
            None => text::place(&step)?.ok_or(AppError::NoSuchPage)?,
        };
        let query = TicketQuery { place: Some(name.clone()), limit: SHOWN, ..TicketQuery::default() };
        let page: TicketPage = store.list_tickets(Role::Requester, &query).await?;
        let Rows { tickets, next, .. } = page.into();
        Ok(PlaceView { name, tickets, more: next.is_some() })
    })
    .await
}

/// The places that staff imported, or those with all the words of `search`.
#[server(prefix = "/rpc/helpdesk", endpoint = "list_places")]
pub async fn list_places(#[server(default)] search: String) -> Result<Places, AppError> {
    use crate::{domain::query, server::door};
    door::answer(async {
        let (role, search) = (door::staff()?, query::search(&search)?);
        door::store()?.list_places(role, search.as_deref()).await
    })
    .await
}

/// Imports a table of places, and goes back to the list with what came of it. `replace` is "on" where the table stands for all.
#[server(prefix = "/rpc/helpdesk", endpoint = "import_places")]
pub async fn import_places(csv: String, #[server(default)] replace: String) -> Result<(), AppError> {
    use crate::server::{door, places::read_table};
    door::answer(async {
        let (role, table) = (door::staff()?, read_table(&csv));
        // An address holds only so much.
        let lines: Vec<String> = table.refused.iter().take(50).map(u64::to_string).collect();
        let done = door::store()?.import_places(role, table.names, replace == "on").await?;
        let refused = if lines.is_empty() { String::new() } else { format!("&refused={}", lines.join(",")) };
        leptos_axum::redirect(&format!("/helpdesk/places?new={}{refused}", done.new));
        Ok(())
    })
    .await
}

/// The posters of the places that the page's query names; where it names none, of those that its search finds.
#[server(prefix = "/rpc/helpdesk", endpoint = "list_posters")]
pub async fn list_posters(asked: String) -> Result<Vec<Poster>, AppError> {
    use crate::{
        domain::{place::POSTERS_MAX, query, text},
        server::{
            door,
            places::{poster, step},
        },
    };
    door::answer(async {
        let (role, store, origin) = (door::staff()?, door::store()?, door::origin());
        let (mut names, mut search) = (Vec::new(), None);
        for (name, value) in form_urlencoded::parse(asked.as_bytes()) {
            match &*name {
                "place" if names.len() < POSTERS_MAX => names.extend(text::place(&value)?),
                "q" => search = query::search(&value)?,
                _ => {}
            }
        }
        if names.is_empty() {
            names = store
                .list_places(role, search.as_deref())
                .await?
                .places
                .into_iter()
                .map(|place| place.name)
                .take(POSTERS_MAX)
                .collect();
        }
        let mut posters = Vec::with_capacity(names.len());
        for name in names {
            let short = store.find_slug(&name).await?.unwrap_or_else(|| step(&name));
            posters.push(poster(&name, &origin, &format!("/r/{short}"))?);
        }
        Ok(posters)
    })
    .await
}
