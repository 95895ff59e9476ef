//! `idempotency_keys`: what each key made, so that a repeated request makes nothing twice.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// SHA-256 of what was asked for.
    pub fingerprint: Vec<u8>,
    pub made_id: i64,
}

impl ActiveModelBehavior for ActiveModel {}
