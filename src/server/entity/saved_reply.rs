//! `saved_replies`: what staff say again and again.

use crate::domain::status::Status;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "saved_replies")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "Text")]
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// Where the ticket may go with it.
    pub then_status: Option<Status>,
    pub created_at: i64,
    pub changed_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
