//! The category that a text would get (R9), shown while it is being typed.

use crate::{domain::category::Classification, error::AppError};
use leptos::prelude::*;

/// What the classifier makes of `text`, none while it has nothing to go by. Stores nothing.
#[server(prefix = "/rpc", endpoint = "suggest_category")]
pub async fn suggest_category(text: String) -> Result<Option<Classification>, AppError> {
    let found = crate::server::door::store()?.classify(&text);
    Ok((!found.because.is_empty()).then_some(found))
}
