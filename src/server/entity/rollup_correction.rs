//! `rollup_corrections`: what staff made of the machine's categories, by the month in which the tickets were opened.

use crate::domain::category::Category;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rollup_corrections")]
pub struct Model {
    /// `YYYY-MM` in the campus time zone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: String,
    /// What the machine had decided last.
    #[sea_orm(primary_key, auto_increment = false)]
    pub machine: Category,
    /// What staff decided; the same where they confirmed it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub category: Category,
    pub count: i64,
}

impl ActiveModelBehavior for ActiveModel {}
