//! `photos`: every photo that was sent, with what it belongs to once that is there.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "photos")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// What its sender attaches it with.
    #[sea_orm(column_type = "Text", unique)]
    pub token: String,
    /// The name of its file's content.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    pub width: i32,
    pub height: i32,
    #[sea_orm(column_type = "Text")]
    pub alt: String,
    /// None until it is attached.
    pub ticket_id: Option<i64>,
    /// None where it belongs to the report itself.
    pub message_id: Option<i64>,
    pub at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
