//! `rollup_backlog`: tickets that are not closed, by the hour and by the day of opening and category.

use crate::domain::category::Category;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rollup_backlog")]
pub struct Model {
    /// How many hours are counted together: one of [`crate::server::store::rollups::BACKLOG_HOURS`].
    #[sea_orm(primary_key, auto_increment = false)]
    pub hours: i64,
    /// When they begin, in milliseconds since 1970 UTC.
    #[sea_orm(primary_key, auto_increment = false)]
    pub since: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub category: Category,
    pub count: i64,
}

impl ActiveModelBehavior for ActiveModel {}
