//! `tickets`: what a ticket says and where it stands.

use crate::domain::{
    category::{Category, CategorySource},
    role::Role,
    status::Status,
};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tickets")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "Text")]
    pub description: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub place: Option<String>,
    pub category: Category,
    pub category_source: CategorySource,
    /// A JSON array of strings.
    #[sea_orm(column_type = "Text")]
    pub category_because: String,
    pub category_confidence: f64,
    /// Whether the machine decided the category, and so unsurely that somebody should look.
    pub doubtful: bool,
    /// What the machine had decided last, where staff decided since.
    pub machine_category: Option<Category>,
    pub status: Status,
    pub opened_at: i64,
    pub modified_at: i64,
    pub closed_at: Option<i64>,
    pub version: i64,
    /// Public messages.
    pub message_count: i64,
    /// Internal notes.
    pub note_count: i64,
    /// Who wrote the last public message.
    pub last_message_role: Option<Role>,
    /// When staff wrote the first public message.
    pub first_response_at: Option<i64>,
    pub again_of: Option<i64>,
    /// Whether it reports again what was closed in the month before.
    pub returned: bool,
    /// A JSON array of what is shown of its own photos.
    #[sea_orm(column_type = "Text")]
    pub photos: String,
    /// How many beside the reporter said that it affects them, too.
    pub affected: i64,
    /// The ticket that it was merged into, which reports the same.
    pub merged_into: Option<i64>,
    #[sea_orm(has_many)]
    pub messages: HasMany<super::message::Entity>,
    #[sea_orm(has_many)]
    pub history: HasMany<super::history::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
