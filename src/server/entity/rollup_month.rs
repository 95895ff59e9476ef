//! `rollup_months`: openings, closings and resolution time by the month of opening and category.

use crate::domain::category::Category;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rollup_months")]
pub struct Model {
    /// `YYYY-MM` in the campus time zone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub category: Category,
    pub opened: i64,
    /// How many of those opened in the month are closed.
    pub closed: i64,
    /// Sum of closing − opening over the closed.
    pub resolution_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
