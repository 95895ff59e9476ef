//! `rollup_durations`: how long things took, as [`crate::server::durations`] writes it.

use crate::domain::category::Category;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rollup_durations")]
pub struct Model {
    /// What took so long: a word of [`crate::server::store::rollups::Took`].
    #[sea_orm(primary_key, auto_increment = false)]
    pub what: String,
    /// The first day of the time that it counts for, or its month, in the campus time zone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub since: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub category: Category,
    pub durations: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
