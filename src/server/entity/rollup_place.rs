//! `rollup_places`: the tickets of each place.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rollup_places")]
pub struct Model {
    /// As it was written.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub place: String,
    pub opened: i64,
    pub not_closed: i64,
    /// Those that report again what was closed in the month before.
    pub returned: i64,
}

impl ActiveModelBehavior for ActiveModel {}
