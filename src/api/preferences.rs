//! What a device remembers, in cookies: the role that its user picked, the theme and the language.

use crate::{domain::role::Role, error::AppError};
use leptos::prelude::*;

/// R1: enters as `role`, remembers it on the device and goes to that role's first page.
#[server(prefix = "/rpc", endpoint = "enter")]
pub async fn enter(role: Role) -> Result<(), AppError> {
    use crate::server::door;
    door::remember(door::ROLE_COOKIE, role.slug());
    leptos_axum::redirect(crate::app::home(role));
    Ok(())
}

/// Remembers light, dark or the system's choice; stays on the page.
#[server(prefix = "/rpc", endpoint = "set_theme")]
pub async fn set_theme(theme: String) -> Result<(), AppError> {
    use crate::server::door;
    let theme = crate::app::Theme::from_slug(&theme).unwrap_or_default();
    door::remember(door::THEME_COOKIE, theme.slug());
    Ok(())
}

/// Remembers the language, by its tag; stays on the page.
#[server(prefix = "/rpc", endpoint = "set_language")]
pub async fn set_language(language: String) -> Result<(), AppError> {
    use crate::{domain::language::Language, server::door};
    let language = Language::from_tag(&language).unwrap_or_default();
    door::remember(door::LANGUAGE_COOKIE, language.tag());
    Ok(())
}
