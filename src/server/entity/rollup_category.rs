//! `rollup_categories`: how many tickets of each category are open, active and closed now, and how many
//! of those that are not closed wait for the helpdesk.

use crate::domain::category::Category;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rollup_categories")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub category: Category,
    pub open: i64,
    pub active: i64,
    pub closed: i64,
    pub waiting: i64,
    pub doubtful: i64,
}

impl ActiveModelBehavior for ActiveModel {}
