//! `settings`: what the database itself has to remember.

use sea_orm::entity::prelude::*;

/// The time zone in which the monthly roll-up is kept.
pub const TIME_ZONE: &str = "time_zone";

/// Within what time the helpdesk means to answer, in minutes; none until staff said so.
pub const RESPONSE_TARGET: &str = "response_target_minutes";

/// There while the roll-ups have to be counted anew.
pub const RECOUNT: &str = "recount";

/// How often the roll-ups were counted anew.
pub const RECOUNTS: &str = "recounts";

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "settings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub value: String,
}

impl ActiveModelBehavior for ActiveModel {}
