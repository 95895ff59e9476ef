//! The conversation under a ticket.

use super::{
    ids::{MessageId, TicketId},
    photo::{Photo, SentPhoto},
    role::Role,
    text,
    time::Timestamp,
};
use crate::error::AppError;
use serde::{Deserialize, Serialize};

/// One message, or one internal note. This is also its JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Message {
    /// Its number.
    #[cfg_attr(feature = "ssr", schema(value_type = i64))]
    pub id: MessageId,
    /// Under which ticket.
    #[cfg_attr(feature = "ssr", schema(value_type = i64))]
    pub ticket_id: TicketId,
    /// Which side wrote it.
    pub role: Role,
    /// What was written.
    pub body: String,
    /// A note that only staff see.
    pub internal: bool,
    /// When.
    pub created_at: Timestamp,
    /// What its writer showed with it.
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schema(required = true))]
    pub photos: Vec<Photo>,
}

/// A message that passed the rules, ready to be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// What to say.
    pub body: String,
    /// For staff only.
    pub internal: bool,
    /// Photos that were sent before.
    pub photos: Vec<SentPhoto>,
}

impl NewMessage {
    /// # Errors
    /// [`AppError::Invalid`] when the body breaks a rule of [`text`].
    pub fn new(body: &str, internal: bool) -> Result<Self, AppError> {
        Ok(Self { body: text::body(body)?, internal, photos: Vec::new() })
    }

    /// The same with photos.
    #[must_use]
    pub fn with_photos(self, photos: Vec<SentPhoto>) -> Self {
        Self { photos, ..self }
    }
}

/// One page of a conversation, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct MessagePage {
    /// At most as many as were asked for.
    pub messages: Vec<Message>,
    /// Goes back as `after` for the page that follows; none on the last.
    #[cfg_attr(feature = "ssr", schema(required = true))]
    pub next: Option<String>,
}
