//! `models`: what was learned from the staff's corrections, whether it was taken or not.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "models")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub made_at: i64,
    /// Which of the program's own models it was learned beside.
    pub base: String,
    /// From how many corrections.
    pub corrections: i64,
    /// Of the program's own sentences and the corrections, the share decided rightly without having learned from the
    /// corrections, and with.
    pub accuracy_before: f64,
    pub accuracy: f64,
    /// Whether it was good enough to be used.
    pub taken: bool,
    /// The model, of the last one that was.
    #[sea_orm(column_type = "Blob", nullable)]
    pub bytes: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}
