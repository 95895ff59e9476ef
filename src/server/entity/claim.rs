//! `claims`: the codes by which another device takes a ticket among its own.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claims")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub ticket_id: i64,
    pub made_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
