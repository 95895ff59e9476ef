//! `readings`: how far each side has read a ticket's conversation.

use crate::domain::role::Role;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "readings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: Role,
    /// The last row of the ticket's history that was shown to that side.
    pub history_id: i64,
}

impl ActiveModelBehavior for ActiveModel {}
