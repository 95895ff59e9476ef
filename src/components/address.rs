//! The address of the page that is shown, for links that stay on it. The page of a refused form is answered at the form's
//! own address, from where a relative link leads nowhere.

use leptos::prelude::GetUntracked;
use leptos_router::hooks::use_location;

/// The page's address, its query included.
pub fn here() -> String {
    let location = use_location();
    with_query(location.search.get_untracked().trim_start_matches('?'))
}

/// The page's path with that query, which is without its question mark.
pub fn with_query(query: &str) -> String {
    let path = use_location().pathname.get_untracked();
    if query.is_empty() { path } else { format!("{path}?{query}") }
}
