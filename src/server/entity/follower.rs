//! `followers`: who is affected by a ticket, beside its reporter.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "followers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket_id: i64,
    /// A digest of the device's number and the ticket's: the same device under two tickets cannot be told.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device: String,
}

impl ActiveModelBehavior for ActiveModel {}
