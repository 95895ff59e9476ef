//! `messages`: the conversations, internal notes among them.

use crate::domain::role::Role;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub ticket_id: i64,
    pub role: Role,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    pub internal: bool,
    pub created_at: i64,
    /// A JSON array of what is shown of its photos.
    #[sea_orm(column_type = "Text")]
    pub photos: String,
    #[sea_orm(belongs_to, from = "ticket_id", to = "id")]
    pub ticket: BelongsTo<super::ticket::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
